#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension StorageError {
    /// Whether the file may be read and not written to: its permissions say so, or it lies on a disk that is read only.
    public var isWriteRefused: Bool {
        code == .permissionDenied || code == .readOnly || code == .system(EROFS)
    }
}
