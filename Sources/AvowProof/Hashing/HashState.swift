#if os(Linux)
    internal import CNettle
#else
    internal import Crypto
#endif

/// SHA-256 of parts in turn: the one place where Avow calls into a hash function.
///
/// Most hashes of the tree are over one or two blocks of 64 bytes, which the processor's own instructions do in 35 ns
/// each, so the way into the library matters. Small parts are put together here, and an input of at most two blocks is
/// padded here, too: the library is called once, with whole blocks, and copies nothing. Large parts go there as they
/// are.
///
/// Nettle works on a state of the caller's; swift-crypto allocates one, counts its references, copies and wipes it,
/// which costs as much as the hash. On systems of Apple, swift-crypto is CryptoKit.
///
/// - Source: FIPS 180-4.
struct HashState: ~Copyable {
    private typealias Words = (
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64,
        UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64
    )

    /// The most bytes that stand in two blocks beside their padding: one byte, and the length in 8.
    private static let shortByteCount = 119
    private static let blockByteCount = 64

    /// What was taken and not yet given to the library, zeros behind it until something was given.
    private var pending: Words = (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    private var pendingByteCount = 0
    /// Whether the library has taken something.
    private var hasBegun = false
    private var library = Library()

    /// A state that has taken the tag byte of `tag`.
    @inline(__always)
    init(_ tag: HashTag) {
        self.init()
        update(bigEndian: tag.rawValue)
    }

    @inline(__always)
    init() {}

    /// Takes bytes.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= HashState.shortByteCount - pendingByteCount else { return unsafe give(bytes) }
        let start = pendingByteCount
        // The bytes fit behind those that are there.
        unsafe withUnsafeMutableBytes(of: &pending) { buffer in
            unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[start..<(start + bytes.count)])
                .copyMemory(from: bytes)
        }
        pendingByteCount += bytes.count
    }

    /// Takes bytes.
    @inline(__always)
    mutating func update(_ bytes: Span<UInt8>) {
        // The buffer is read during the call only.
        unsafe bytes.withUnsafeBytes { buffer in unsafe update(buffer) }
    }

    /// Takes an integer, most significant byte first.
    @inline(__always)
    mutating func update<Value: FixedWidthInteger & BitwiseCopyable>(bigEndian value: Value) {
        let byteCount = Value.bitWidth / 8
        if byteCount > HashState.shortByteCount - pendingByteCount { givePending() }
        let start = pendingByteCount
        // The integer fits behind the bytes that are there.
        unsafe withUnsafeMutableBytes(of: &pending) { buffer in
            unsafe buffer.storeBytes(of: value.bigEndian, toByteOffset: start, as: Value.self)
        }
        pendingByteCount += byteCount
    }

    /// Takes the 32 bytes of a digest.
    @inline(__always)
    mutating func update(_ digest: Digest) {
        if Digest.byteCount > HashState.shortByteCount - pendingByteCount { givePending() }
        let start = pendingByteCount
        // The digest fits behind the bytes that are there.
        unsafe withUnsafeMutableBytes(of: &pending) { buffer in
            unsafe buffer.storeBytes(of: digest.word0.bigEndian, toByteOffset: start, as: UInt64.self)
            unsafe buffer.storeBytes(of: digest.word1.bigEndian, toByteOffset: start + 8, as: UInt64.self)
            unsafe buffer.storeBytes(of: digest.word2.bigEndian, toByteOffset: start + 16, as: UInt64.self)
            unsafe buffer.storeBytes(of: digest.word3.bigEndian, toByteOffset: start + 24, as: UInt64.self)
        }
        pendingByteCount += Digest.byteCount
    }

    /// The digest of all that was taken; nothing more can be taken then.
    ///
    /// It does not consume the state, which is copied when it is handed over: that costs more than most calls.
    mutating func finish() -> Digest {
        guard !hasBegun else {
            givePending()
            return library.finish()
        }
        let byteCount = pendingByteCount
        let end = byteCount + 9 > HashState.blockByteCount ? 2 * HashState.blockByteCount : HashState.blockByteCount
        // Both lie within the two blocks, behind what was taken: see `shortByteCount`.
        unsafe withUnsafeMutableBytes(of: &pending) { buffer in
            unsafe buffer.storeBytes(of: 0x80, toByteOffset: byteCount, as: UInt8.self)
            unsafe buffer.storeBytes(of: UInt64(byteCount * 8).bigEndian, toByteOffset: end - 8, as: UInt64.self)
            // The library reads where the blocks stand: a copy would wait for what was just written.
            unsafe library.update(padded: UnsafeRawBufferPointer(rebasing: buffer[..<end]), byteCount: byteCount)
        }
        return library.finishPadded()
    }

    /// Gives the library what waits, and then bytes.
    private mutating func give(_ bytes: UnsafeRawBufferPointer) {
        givePending()
        unsafe library.update(bytes)
    }

    private mutating func givePending() {
        if !hasBegun { library.begin() }
        hasBegun = true
        let byteCount = pendingByteCount
        // The library reads the bytes during the call only.
        unsafe withUnsafeBytes(of: &pending) { buffer in
            unsafe library.update(UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]))
        }
        pendingByteCount = 0
    }

    #if os(Linux)
        /// Nettle.
        private struct Library: ~Copyable {
            private var state = sha256_ctx()

            mutating func begin() {
                unsafe nettle_sha256_init(&state)
            }

            mutating func update(_ bytes: UnsafeRawBufferPointer) {
                guard let start = bytes.baseAddress else { return }
                // The library reads the bytes during the call only.
                unsafe nettle_sha256_update(&state, bytes.count, start.assumingMemoryBound(to: UInt8.self))
            }

            /// Takes blocks that are padded, the first and last that are given.
            mutating func update(padded blocks: UnsafeRawBufferPointer, byteCount: Int) {
                begin()
                unsafe update(blocks)
            }

            /// The digest of blocks that are padded.
            ///
            /// With no bytes over, the state has the digest itself, as FIPS 180-4, section 6.2.2, says.
            func finishPadded() -> Digest {
                let words = state.state
                func word(_ high: UInt32, _ low: UInt32) -> UInt64 { UInt64(high) << 32 | UInt64(low) }
                return Digest(
                    words: word(words.0, words.1), word(words.2, words.3), word(words.4, words.5),
                    word(words.6, words.7))
            }

            mutating func finish() -> Digest {
                var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
                // The library writes 32 bytes, which the four words are.
                unsafe withUnsafeMutableBytes(of: &words) { buffer in
                    guard let start = buffer.baseAddress else { return }
                    unsafe nettle_sha256_digest(&state, buffer.count, start.assumingMemoryBound(to: UInt8.self))
                }
                return Digest(
                    words: UInt64(bigEndian: words.0), UInt64(bigEndian: words.1), UInt64(bigEndian: words.2),
                    UInt64(bigEndian: words.3))
            }
        }
    #else
        /// CryptoKit.
        private struct Library: ~Copyable {
            private var state = SHA256()

            mutating func begin() {}

            mutating func update(_ bytes: UnsafeRawBufferPointer) {
                // The library reads the bytes during the call only.
                unsafe state.update(bufferPointer: bytes)
            }

            /// Takes blocks that are padded: what stands before the padding, which CryptoKit makes itself.
            mutating func update(padded blocks: UnsafeRawBufferPointer, byteCount: Int) {
                unsafe update(UnsafeRawBufferPointer(rebasing: blocks[..<byteCount]))
            }

            /// The digest of blocks that are padded.
            func finishPadded() -> Digest { finish() }

            func finish() -> Digest {
                // A digest of SHA-256 has 32 bytes, which the four words are.
                unsafe state.finalize().withUnsafeBytes { buffer in
                    unsafe Digest(
                        words: UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                        UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                        UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
                        UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
                }
            }
        }
    #endif
}
