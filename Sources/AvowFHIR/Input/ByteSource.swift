internal import CZstd

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Why a file cannot be read further.
enum ByteSourceError: Error {
    case unreadable(String)
    case tooLarge(limit: Int)
}

/// The bytes of a file from its start, decompressed when it is a zstd file.
///
/// What was read and not yet taken is held in `buffer`; nothing else of the file is in memory.
@safe
final class ByteSource {
    private(set) var buffer: [UInt8] = []
    private(set) var atEnd = false
    /// Bytes of the file, as it rests on the disk, that have been read.
    private(set) var bytesRead: UInt64 = 0
    private let file: Int32
    // Sound: created in init, freed in deinit, and never handed out.
    private var decompressor: OpaquePointer?
    private var compressed: [UInt8] = []
    private var compressedPosition = 0
    private var frameIsOpen = false
    private var outputIsPending = false

    /// The length that the file had when it was opened; nil when that says nothing about what can be read of it.
    private let fileByteCount: UInt64?

    private static let chunk = 1 << 18
    /// Room in which the end of a file shows, or that more of it came since it was opened.
    private static let roomBehindEnd = 64

    /// - Parameter buffer: Its memory is used again; its content is not.
    init(path: String, buffer: consuming [UInt8] = []) throws(ByteSourceError) {
        buffer.removeAll(keepingCapacity: true)
        self.buffer = buffer
        file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        let isFile = unsafe file >= 0 && fstat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        // A file that the system makes up when it is read says that it has no bytes.
        fileByteCount = isFile && status.st_size > 0 ? UInt64(status.st_size) : nil
        guard file >= 0 else { throw .unreadable(Self.lastError("cannot be opened")) }
        atEnd = try appendMore(to: &self.buffer) == 0
        if self.buffer.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
            swap(&compressed, &self.buffer)
            unsafe decompressor = ZSTD_createDStream()
            guard unsafe decompressor != nil else { throw .unreadable("no memory to decompress") }
        }
    }

    deinit {
        if file >= 0 { close(file) }
        unsafe ZSTD_freeDStream(decompressor)
    }

    /// Forgets the first `count` bytes of the buffer.
    func drop(_ count: Int) {
        buffer.removeFirst(count)
    }

    /// Appends more of the file to the buffer; at the end sets `atEnd`.
    func fill() throws(ByteSourceError) {
        guard !atEnd else { return }
        if unsafe decompressor != nil {
            try decompress()
        } else {
            atEnd = try appendMore(to: &buffer) == 0
        }
    }

    /// Reads what is left of the file into the buffer.
    func fillAll(limit: Int) throws(ByteSourceError) {
        if unsafe decompressor == nil, let fileByteCount {
            guard fileByteCount <= UInt64(limit) else { throw .tooLarge(limit: limit) }
            buffer.reserveCapacity(Int(fileByteCount) + Self.roomBehindEnd)
        }
        while !atEnd {
            guard buffer.count <= limit else { throw .tooLarge(limit: limit) }
            try fill()
        }
        guard buffer.count <= limit else { throw .tooLarge(limit: limit) }
    }

    private func decompress() throws(ByteSourceError) {
        // After a call that filled its room there may be more to come out before more must go in.
        if compressedPosition == compressed.count, !outputIsPending {
            compressed.removeAll(keepingCapacity: true)
            _ = try appendMore(to: &compressed)
            compressedPosition = 0
            if compressed.isEmpty {
                guard !frameIsOpen else { throw .unreadable("the zstd data ends inside a frame") }
                atEnd = true
                return
            }
        }
        let room = Self.chunk * 4
        var status = 0
        // Sound: both pointers are used only during the call, which is told how far they reach.
        let produced = unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
            unsafe compressed.withUnsafeBytes { input in
                var from = unsafe ZSTD_inBuffer(
                    src: input.baseAddress, size: input.count, pos: compressedPosition)
                var to = unsafe ZSTD_outBuffer(dst: output.baseAddress, size: room, pos: 0)
                status = unsafe ZSTD_decompressStream(decompressor, &to, &from)
                compressedPosition = unsafe from.pos
                count = unsafe to.pos
            }
        }
        guard ZSTD_isError(status) == 0 else {
            let reason = unsafe String(cString: ZSTD_getErrorName(status))
            throw .unreadable("zstd: " + reason)
        }
        frameIsOpen = status != 0
        outputIsPending = frameIsOpen && produced.count == room
        buffer += produced
    }

    /// Appends the next bytes of the file as it rests on the disk, and returns how many: none at its end.
    private func appendMore(to bytes: inout [UInt8]) throws(ByteSourceError) -> Int {
        var result = 0
        // Sound: the kernel is told how much room there is, and tells how much of it it has filled.
        let start = bytes.count
        let room = nextRoom
        bytes.append(contentsOf: repeatElement(0, count: room))
        unsafe bytes.withUnsafeMutableBytes { target in
            let target = unsafe UnsafeMutableRawBufferPointer(rebasing: target[start...])
            repeat {
                result = unsafe read(file, target.baseAddress, target.count)
            } while result < 0 && errno == EINTR
        }
        bytes.removeLast(room - max(result, 0))
        guard result >= 0 else { throw .unreadable(Self.lastError("cannot be read")) }
        bytesRead += UInt64(result)
        return result
    }

    /// How much to read at a time: of a short file no more than it has, since the room is filled with zeros first.
    private var nextRoom: Int {
        guard let fileByteCount else { return Self.chunk }
        guard fileByteCount > bytesRead else { return Self.roomBehindEnd }
        return min(Self.chunk, Int(clamping: fileByteCount - bytesRead))
    }

    private static func lastError(_ what: String) -> String {
        unsafe what + ": " + String(cString: strerror(errno))
    }
}

/// How long files are.
public enum FileSize {
    /// The length of a file in bytes, as it rests on the disk; 0 when it cannot be told.
    public static func of(_ path: String) -> UInt64 {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return 0 }
        return UInt64(max(0, status.st_size))
    }
}
