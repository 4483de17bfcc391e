#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// An open file that is closed when the object is released.
final class FileDescriptor: Sendable {
    enum Mode {
        case readOnly
        case readWrite
        case createOrOpen
        /// Fails when the file exists.
        case createNew
        /// A directory, to be synchronized.
        case directory
    }

    /// Tells files apart whatever path they were reached by.
    struct Identity: Hashable, Sendable {
        let device: UInt64
        let node: UInt64
    }

    let path: String
    private let number: Int32

    init(opening path: String, _ mode: Mode, for operation: StorageError.Operation) throws(StorageError) {
        let flags =
            switch mode {
            case .readOnly: O_RDONLY
            case .readWrite: O_RDWR
            case .createOrOpen: O_RDWR | O_CREAT
            case .createNew: O_RDWR | O_CREAT | O_EXCL
            case .directory: O_RDONLY | O_DIRECTORY
            }
        self.path = path
        var number: Int32
        repeat {
            // Swift passes the path as a null-terminated string that lives during the call.
            number = unsafe open(path, flags | O_CLOEXEC, 0o600)
        } while number < 0 && errno == EINTR
        guard number >= 0 else {
            throw StorageError(StorageError.Code(errno: errno), operation, at: .path(path))
        }
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Reads until `buffer` is full or the file ends. Returns the number of bytes read.
    func read(
        into buffer: inout [UInt8], at offset: UInt64, for operation: StorageError.Operation
    ) throws(StorageError) -> Int {
        var filled = 0
        while filled < buffer.count {
            guard let start = off_t(exactly: offset + UInt64(filled)) else { break }
            let count = unsafe buffer.withUnsafeMutableBytes { bytes -> Int in
                // filled < bytes.count, so the rest of the buffer starts inside it and ends with it.
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
                return unsafe pread(number, rest.baseAddress, rest.count, start)
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(operation)
            }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    func write(_ bytes: [UInt8], at offset: UInt64, for operation: StorageError.Operation) throws(StorageError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { all -> Int in
                // written < all.count, so the rest of the buffer starts inside it and ends with it.
                let rest = unsafe UnsafeRawBufferPointer(rebasing: all[written...])
                return unsafe pwrite(number, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw failure(operation)
            }
            written += count
        }
    }

    /// The file's size in bytes and its identity.
    func status(for operation: StorageError.Operation) throws(StorageError) -> (size: UInt64, identity: Identity) {
        var status = stat()
        // fstat fills the structure that it is given.
        guard unsafe fstat(number, &status) == 0 else { throw failure(operation) }
        return (
            UInt64(clamping: status.st_size),
            Identity(
                device: UInt64(truncatingIfNeeded: status.st_dev), node: UInt64(truncatingIfNeeded: status.st_ino))
        )
    }

    /// Whether the path leads to this file.
    func isStill(at path: String, for operation: StorageError.Operation) throws(StorageError) -> Bool {
        let other = try FileDescriptor(opening: path, .readOnly, for: operation)
        return try other.status(for: operation).identity == status(for: operation).identity
    }

    /// What the file takes on disk, in bytes; less than its size when it has holes.
    func bytesOnDisk(for operation: StorageError.Operation) throws(StorageError) -> UInt64 {
        var status = stat()
        guard unsafe fstat(number, &status) == 0 else { throw failure(operation) }
        return UInt64(clamping: status.st_blocks) * 512
    }

    /// Why the file cannot have `size` more bytes: an `errno`, or nil when it can, or will not say.
    ///
    /// Writes there to find out, and takes it back.
    func reasonNotToGrow(by size: Int) -> Int32? {
        guard let end = try? status(for: .commit).size else { return nil }
        var limit = rlimit()
        #if canImport(Darwin) || canImport(Musl)
            let code = unsafe getrlimit(RLIMIT_FSIZE, &limit)
        #else
            let code = unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_FSIZE.rawValue)), &limit)
        #endif
        // Writing beyond the limit would kill a process that does not ignore SIGXFSZ.
        if code == 0, UInt64(limit.rlim_cur) < end + UInt64(size) { return EFBIG }
        let bytes = [UInt8](repeating: 0, count: size)
        let written = unsafe bytes.withUnsafeBytes { all in
            unsafe pwrite(number, all.baseAddress, all.count, off_t(end))
        }
        let reason = errno
        _ = ftruncate(number, off_t(end))
        return written < 0 ? reason : written < size ? ENOSPC : nil
    }

    /// Cuts a file that is longer.
    func shorten(to size: UInt64) {
        guard let current = try? status(for: .commit).size, current > size, let size = off_t(exactly: size) else {
            return
        }
        _ = ftruncate(number, size)
    }

    /// Makes a file longer, without taking room on the disk.
    func extend(to size: UInt64, for operation: StorageError.Operation) throws(StorageError) {
        guard let size = off_t(exactly: size), ftruncate(number, size) == 0 else { throw failure(operation) }
    }

    func synchronize(for operation: StorageError.Operation) throws(StorageError) {
        guard fsync(number) == 0 else { throw failure(operation) }
    }

    enum Lock {
        case shared, exclusive
    }

    /// Takes the lock if no other descriptor stands against it. Returns whether none did.
    func lock(_ lock: Lock, for operation: StorageError.Operation) throws(StorageError) -> Bool {
        while flock(number, (lock == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            if errno == EWOULDBLOCK { return false }
            throw failure(operation)
        }
        return true
    }

    func unlock() {
        _ = flock(number, LOCK_UN)
    }

    private func failure(_ operation: StorageError.Operation) -> StorageError {
        StorageError(StorageError.Code(errno: errno), operation, at: .path(path))
    }
}
