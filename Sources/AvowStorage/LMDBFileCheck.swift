public enum LMDBFileCheck {
    struct R { var damages: [Int] = [] }
    static func check(_ file: FileDescriptor) throws(StorageError) -> R { R() }
}
