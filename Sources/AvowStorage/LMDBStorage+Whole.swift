#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension LMDBStorage {
    /// Creates a store and gives it its first content before anybody can see it: it appears at `path` whole, or not at
    /// all, whenever the process or the machine stops.
    ///
    /// It is made in a folder beside `path` and then renamed. A process that is killed meanwhile leaves that folder, whose
    /// name begins with the store's and `.new-`; nothing uses it.
    ///
    /// - Parameters:
    ///   - fill: writes the first content; whatever it takes of the storage it lets go of.
    ///   - failure: makes an error of the storage one of the caller's.
    /// - Returns: false when there is a store at `path` already, which is then left alone.
    public static func createWhole<Failure: Error>(
        at path: String, tables: StorageTables, failure: (StorageError) -> Failure,
        fill: (LMDBStorage) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        let draft = path + ".new-" + String(UInt64.random(in: 0...UInt64.max), radix: 16)
        var isInPlace = false
        defer {
            if !isInPlace {
                for name in [dataFileName, lockFileName, writerLockFileName] { Directory.remove(name, at: draft) }
                Directory.removeEmpty(at: draft)
            }
        }
        func mapped<Value>(_ body: () throws(StorageError) -> Value) throws(Failure) -> Value {
            do throws(StorageError) {
                return try body()
            } catch {
                throw failure(error)
            }
        }
        do {
            let storage = try mapped { () throws(StorageError) in try create(at: draft, tables: tables) }
            try fill(storage)
        }
        isInPlace = try mapped { () throws(StorageError) in try move(draft, to: path) }
        return isInPlace
    }

    /// Renames a folder durably; false when there is one that is not empty.
    private static func move(_ draft: String, to path: String) throws(StorageError) -> Bool {
        // Both are null-terminated strings that live during the call.
        guard unsafe rename(draft, path) == 0 else {
            let number = errno
            if number == ENOTEMPTY || number == EEXIST { return false }
            throw StorageError(StorageError.Code(errno: number), .create, at: .path(path))
        }
        try FileDescriptor(opening: path + "/..", .directory, for: .create).synchronize(for: .create)
        return true
    }
}
