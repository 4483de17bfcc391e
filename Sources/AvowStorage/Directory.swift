#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What creating and opening a store ask of the file system about its directory.
enum Directory {
    /// Makes a directory that only its owner can enter. Returns whether there was one already.
    static func make(at path: String) throws(StorageError) -> Bool {
        // Swift passes the path as a null-terminated string that lives during the call; so below.
        if unsafe mkdir(path, 0o700) == 0 { return false }
        let number = errno
        if number == EEXIST, try exists(at: path) { return true }
        throw StorageError(StorageError.Code(errno: number), .create, at: .path(path))
    }

    /// Whether the path leads to a directory. Something else there is an error.
    static func exists(at path: String) throws(StorageError) -> Bool {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            if errno == ENOENT { return false }
            throw StorageError(StorageError.Code(errno: errno), .open, at: .path(path))
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw StorageError(.system(ENOTDIR), .open, at: .path(path))
        }
        return true
    }

    static func contains(_ name: String, at path: String) throws(StorageError) -> Bool {
        var status = stat()
        let filePath = path + "/" + name
        if unsafe stat(filePath, &status) == 0 { return true }
        if errno == ENOENT { return false }
        throw StorageError(StorageError.Code(errno: errno), .open, at: .path(filePath))
    }

    static func remove(_ name: String, at path: String) {
        _ = unsafe unlink(path + "/" + name)
    }

    static func removeEmpty(at path: String) {
        _ = unsafe rmdir(path)
    }
}

func usleepBriefly() {
    usleep(2_000)
}
