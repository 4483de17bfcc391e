import CSodium

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A random key in a file of its own, for stores that open without a person at hand.
///
/// The file is text: the line `avow key file 1`, then 64 lower-case hexadecimal digits and a line
/// feed. Only its owner may have access to it. Whoever loses it, and has no passphrase on another key
/// slot, has lost the store.
public struct KeyFile: Sendable {
    let key: SecretKey

    private static let header = Array("avow key file 1\n".utf8)
    private static let digits = 2 * SecretKey.length
    private static let fileLength = header.count + digits + 1

    /// Makes a new key and writes it to a file that must not exist yet.
    ///
    /// The file has mode 600 from the moment it exists, and rests on the disk (file and directory are
    /// synced) when this returns. If writing fails, the file is removed.
    ///
    /// - Throws: `VaultError.keyFile` with `.exists` or the system call that failed.
    public static func generate(at path: String) throws(VaultError) -> KeyFile {
        let key = try SecretKey.random()
        let content = try unsafe SecretBytes(count: fileLength) { (destination) throws(VaultError) in
            // Header, digits and line feed fill `fileLength` bytes. sodium_bin2hex writes a zero byte
            // behind the digits, where the line feed then goes; its time does not depend on the key.
            for index in header.indices { unsafe destination[index] = header[index] }
            unsafe key.withPointer { key in
                _ = unsafe (destination + header.count).withMemoryRebound(
                    to: CChar.self, capacity: digits + 1
                ) {
                    unsafe sodium_bin2hex($0, digits + 1, key, SecretKey.length)
                }
            }
            unsafe destination[fileLength - 1] = UInt8(ascii: "\n")
        }
        try write(content, to: path)
        return KeyFile(key: key)
    }

    /// Reads a key file.
    ///
    /// - Throws: `VaultError.keyFile` if it cannot be read, is not a regular file, is open to others
    ///   than its owner, or has another shape.
    public static func read(at path: String) throws(VaultError) -> KeyFile {
        // O_NONBLOCK: opening a pipe must not wait for a writer; regular files do not care.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }

        // The open file is asked, not the path, which could name another file by now.
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("fstat", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .keyFile(path: path, .notARegularFile) }
        let permissions = status.st_mode & 0o7777
        guard permissions & 0o077 == 0 else {
            throw .keyFile(path: path, .tooOpen(mode: UInt16(truncatingIfNeeded: permissions)))
        }
        guard status.st_size == fileLength else { throw .keyFile(path: path, .wrongShape) }

        let content = try unsafe SecretBytes(count: fileLength) { (destination) throws(VaultError) in
            var filled = 0
            while filled < fileLength {
                // At most the rest of the allocation is written.
                let count = unsafe systemRead(descriptor, destination + filled, fileLength - filled)
                if count < 0 && errno == EINTR { continue }
                guard count >= 0 else { throw failure("read", path) }
                guard count > 0 else { throw .keyFile(path: path, .wrongShape) }
                filled += count
            }
        }
        return KeyFile(key: try decode(content, path: path))
    }

    private static func decode(_ content: SecretBytes, path: String) throws(VaultError) -> SecretKey {
        try unsafe content.withBytes { (content) throws(VaultError) in
            let hasHeader = unsafe content.prefix(header.count).elementsEqual(header)
            guard hasHeader, unsafe content[fileLength - 1] == UInt8(ascii: "\n") else {
                throw .keyFile(path: path, .wrongShape)
            }
            // sodium_hex2bin also takes capital digits; one key has one file, so they are refused.
            let hasCapitals = unsafe content[header.count..<fileLength - 1].contains {
                $0 < 0x60 && $0 > 0x39
            }
            guard !hasCapitals, let start = content.baseAddress else {
                throw .keyFile(path: path, .wrongShape)
            }
            return try unsafe SecretKey { (destination) throws(VaultError) in
                var written = 0
                // 64 digits are within the content, 32 bytes are what the key's slot holds.
                let result = unsafe (start + header.count).withMemoryRebound(to: CChar.self, capacity: digits) {
                    unsafe sodium_hex2bin(destination, SecretKey.length, $0, digits, nil, &written, nil)
                }
                guard result == 0, written == SecretKey.length else {
                    throw .keyFile(path: path, .wrongShape)
                }
            }
        }
    }

    private static func write(_ content: SecretBytes, to path: String) throws(VaultError) {
        // O_EXCL refuses whatever is there, a dangling link included.
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { throw .keyFile(path: path, .exists) }
            throw failure("open", path)
        }
        var isComplete = false
        defer {
            close(descriptor)
            if !isComplete { unsafe unlink(path) }
        }
        try unsafe content.withBytes { (content) throws(VaultError) in
            var written = 0
            while written < content.count {
                // The rest of the content from `written` on.
                let count = unsafe systemWrite(
                    descriptor, content.baseAddress.map { unsafe $0 + written }, content.count - written)
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { throw failure("write", path) }
                written += count
            }
        }
        guard fsync(descriptor) == 0 else { throw failure("fsync", path) }
        try syncDirectory(of: path)
        isComplete = true
    }

    /// A file's name is on the disk only once its directory is.
    private static func syncDirectory(of path: String) throws(VaultError) {
        let directory: String
        if let slash = path.lastIndex(of: "/") {
            directory = slash == path.startIndex ? "/" : String(path[..<slash])
        } else {
            directory = "."
        }
        let descriptor = unsafe open(directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else { throw failure("open", directory) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("fsync", directory) }
    }

    private static func failure(_ call: String, _ path: String) -> VaultError {
        .keyFile(path: path, .system(call: call, errno: errno))
    }
}

extension KeyFile: Redacted {}

// `read` alone would mean `KeyFile.read` where these are used.
@unsafe private func systemRead(_ descriptor: Int32, _ start: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    unsafe read(descriptor, start, count)
}

@unsafe private func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
    unsafe write(descriptor, start, count)
}
