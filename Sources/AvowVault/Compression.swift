import CZstd

/// The shape of compressed frames: Zstandard (RFC 8878) without what the vault knows already.
///
/// Frames carry no dictionary id (the record names it), no checksum (sealing authenticates), and no
/// magic number: the four bytes are cut off behind the compressor and put back before the
/// decompressor, which the library's stable interface allows. The content's length stays.
enum Frame {
    static let magic: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    /// The name of zstd's error, or nil if `result` is none.
    static func error(_ result: Int) -> String? {
        guard ZSTD_isError(result) != 0 else { return nil }
        // The name is a static string of the library's.
        return unsafe ZSTD_getErrorName(result).map { unsafe String(cString: $0) } ?? "unknown error"
    }
}

/// Compresses with a reusable zstd context. Not Sendable: each thread makes its own.
@safe public final class Compressor {
    private let context: OpaquePointer

    /// - Parameter level: zstd's level for frames without a dictionary. More than 3 costs several times
    ///   the time and gains nothing on single resources.
    public init(level: Int32 = 3) throws(VaultError) {
        guard let context = unsafe ZSTD_createCCtx() else { throw .compression(reason: "no memory") }
        unsafe self.context = unsafe context
        for (parameter, value) in [
            (ZSTD_c_compressionLevel, level), (ZSTD_c_contentSizeFlag, 1), (ZSTD_c_checksumFlag, 0),
            (ZSTD_c_dictIDFlag, 0),
        ] {
            // A live context and parameters of the stable interface.
            let result = unsafe ZSTD_CCtx_setParameter(context, parameter, value)
            if let reason = Frame.error(result) { throw .compression(reason: reason) }
        }
    }

    deinit {
        // Made in init, freed once.
        unsafe ZSTD_freeCCtx(context)
    }

    /// Compresses into a frame without magic number.
    ///
    /// - Parameters:
    ///   - plaintext: What to compress.
    ///   - dictionary: What the reader will have, too.
    public func compress(
        _ plaintext: Span<UInt8>, dictionary: CompressionDictionary? = nil
    ) throws(VaultError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: Compressor.bound(plaintext.count))
        // The buffer outlives the call.
        let end = try unsafe buffer.withUnsafeMutableBufferPointer { (buffer) throws(VaultError) in
            try unsafe compress(plaintext, dictionary: dictionary, into: buffer)
        }
        return Array(buffer[Frame.magic.count..<end])
    }

    /// Bytes that a buffer needs at most for `compress(_:dictionary:into:)`.
    static func bound(_ count: Int) -> Int { ZSTD_compressBound(count) }

    /// Compresses into the front of `buffer`, which is long enough: four bytes of magic number, then
    /// the frame.
    ///
    /// - Returns: Where the frame ends.
    @unsafe func compress(
        _ plaintext: Span<UInt8>, dictionary: CompressionDictionary?, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) throws(VaultError) -> Int {
        // The dictionary outlives the call, which is all that a reference needs; nil clears the last.
        let referred = unsafe ZSTD_CCtx_refCDict(context, dictionary?.forCompression)
        if let reason = Frame.error(referred) { throw .compression(reason: reason) }
        let result = unsafe plaintext.withUnsafeBufferPointer { plaintext in
            // zstd checks the buffer's length itself.
            unsafe ZSTD_compress2(context, buffer.baseAddress, buffer.count, plaintext.baseAddress, plaintext.count)
        }
        withExtendedLifetime(dictionary) {}
        if let reason = Frame.error(result) { throw .compression(reason: reason) }
        return result
    }
}

/// Decompresses with a reusable zstd context. Not Sendable: each thread makes its own.
@safe public final class Decompressor {
    private let context: OpaquePointer
    private let limit: Int

    /// - Parameter limit: The longest content that is accepted, in bytes. A few bytes of frame can
    ///   declare any length, so it is checked before anything is allocated.
    public init(limit: Int = 64 << 20) throws(VaultError) {
        guard let context = unsafe ZSTD_createDCtx() else { throw .compression(reason: "no memory") }
        unsafe self.context = unsafe context
        self.limit = limit
    }

    deinit {
        // Made in init, freed once.
        unsafe ZSTD_freeDCtx(context)
    }

    /// Decompresses exactly one frame without magic number.
    ///
    /// - Throws: `VaultError.tooLarge` or `.malformed`.
    public func decompress(
        _ frame: Span<UInt8>, dictionary: CompressionDictionary? = nil
    ) throws(VaultError) -> [UInt8] {
        var buffer = Frame.magic
        buffer.reserveCapacity(Frame.magic.count + frame.count)
        // The span outlives the call.
        unsafe frame.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
        var content: [UInt8] = []
        // Both arrays outlive the call; the content has the length that the frame declares.
        try unsafe buffer.withUnsafeBufferPointer { (buffer) throws(VaultError) in
            let end = try unsafe frameEnd(in: buffer)
            guard end == buffer.count else {
                throw .malformed(.frame, offset: end - Frame.magic.count, expected: "the end")
            }
            content = [UInt8](repeating: 0, count: try unsafe contentLength(of: buffer))
            try unsafe content.withUnsafeMutableBufferPointer { (content) throws(VaultError) in
                try unsafe decompress(buffer, dictionary: dictionary, into: content)
            }
        }
        return content
    }

    /// Where the frame at the front of `buffer`, magic number included, ends.
    @unsafe func frameEnd(in buffer: UnsafeBufferPointer<UInt8>) throws(VaultError) -> Int {
        // zstd reads within the length given.
        let result = unsafe ZSTD_findFrameCompressedSize(buffer.baseAddress, buffer.count)
        guard Frame.error(result) == nil, result <= buffer.count else {
            throw .malformed(.frame, offset: 0, expected: "a whole frame")
        }
        return result
    }

    /// The length that a frame declares, when it is not above the limit.
    @unsafe func contentLength(of frame: UnsafeBufferPointer<UInt8>) throws(VaultError) -> Int {
        let declared = unsafe ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        // The two highest values mean "not declared" and "no frame".
        guard declared < UInt64.max - 1 else {
            throw .malformed(.frame, offset: 0, expected: "a declared length")
        }
        guard declared <= UInt64(limit) else {
            throw .tooLarge(.frame, length: declared, limit: limit)
        }
        return Int(declared)
    }

    /// Decompresses a frame, magic number included, into `content`, which has the length that the frame declares.
    @unsafe func decompress(
        _ frame: UnsafeBufferPointer<UInt8>, dictionary: CompressionDictionary?,
        into content: UnsafeMutableBufferPointer<UInt8>
    ) throws(VaultError) {
        // The dictionary outlives the call, which is all that a reference needs; nil clears the last.
        let referred = unsafe ZSTD_DCtx_refDDict(context, dictionary?.forDecompression)
        if let reason = Frame.error(referred) { throw .compression(reason: reason) }
        // zstd writes at most as many bytes as the content has.
        let result = unsafe ZSTD_decompressDCtx(
            context, content.baseAddress, content.count, frame.baseAddress, frame.count)
        withExtendedLifetime(dictionary) {}
        guard Frame.error(result) == nil, result == content.count else {
            throw .malformed(.frame, offset: 0, expected: "a frame of this dictionary")
        }
    }
}
