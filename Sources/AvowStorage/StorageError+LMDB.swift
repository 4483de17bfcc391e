internal import CLMDB

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension StorageError.Code {
    /// The meaning of what a function of LMDB returned: one of its own negative codes, or an `errno`.
    init(lmdb number: Int32) {
        switch number {
        case MDB_KEYEXIST: self = .idNotIncreasing
        case MDB_PAGE_NOTFOUND, MDB_CORRUPTED, MDB_CURSOR_FULL, MDB_PAGE_FULL, MDB_INCOMPATIBLE: self = .damaged
        case MDB_PANIC: self = .mustReopen
        case MDB_INVALID: self = .notLMDB("its meta pages cannot be read")
        case MDB_MAP_FULL: self = .mapFull
        case MDB_READERS_FULL: self = .tooManyReaders
        case MDB_TXN_FULL: self = .transactionFull
        case MDB_MAP_RESIZED: self = .snapshotsBlockGrowth
        case MDB_BAD_TXN: self = .transactionEnded
        case ...0: self = .lmdb(number)
        default: self.init(errno: number)
        }
    }

    init(errno number: Int32) {
        switch number {
        case ENOSPC, EDQUOT: self = .diskFull
        case EFBIG: self = .fileTooLarge
        case EACCES, EPERM, EROFS: self = .permissionDenied
        default: self = .system(number)
        }
    }
}

func lmdbMessage(_ number: Int32) -> String {
    // mdb_strerror returns a constant, null-terminated string for each of its codes.
    guard let text = unsafe mdb_strerror(number) else { return "unknown error" }
    return unsafe String(cString: text)
}

func systemMessage(_ number: Int32) -> String {
    // mdb_strerror hands errno values on to strerror; the text is copied at once.
    lmdbMessage(number)
}

func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}
