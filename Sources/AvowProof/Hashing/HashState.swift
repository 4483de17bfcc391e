#if os(Linux)
    internal import CNettle
#else
    internal import Crypto
#endif

/// SHA-256 of parts in turn, without a copy of them: the one place where Avow calls into a hash function.
///
/// Most hashes of the tree are over one or two blocks of 64 bytes, which the processor's own instructions do in 35 ns
/// each, so the way into the library matters. Nettle works on a state of the caller's; swift-crypto allocates one, counts its
/// references, copies and wipes it, which costs as much as the hash. On systems of Apple, swift-crypto is CryptoKit.
///
/// - Source: FIPS 180-4.
struct HashState: ~Copyable {
    #if os(Linux)
        private var state = sha256_ctx()

        /// A state that has taken the tag byte of `tag`.
        init(_ tag: HashTag) {
            self.init()
            update(bigEndian: tag.rawValue)
        }

        init() {
            unsafe nettle_sha256_init(&state)
        }

        /// Takes bytes.
        mutating func update(_ bytes: UnsafeRawBufferPointer) {
            guard let start = bytes.baseAddress else { return }
            // The library reads the bytes during the call only.
            unsafe nettle_sha256_update(&state, bytes.count, start.assumingMemoryBound(to: UInt8.self))
        }

        /// The digest of all that was taken.
        consuming func finish() -> Digest {
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
    #else
        private var state = SHA256()

        /// A state that has taken the tag byte of `tag`.
        init(_ tag: HashTag) {
            update(bigEndian: tag.rawValue)
        }

        init() {}

        /// Takes bytes.
        mutating func update(_ bytes: UnsafeRawBufferPointer) {
            // The library reads the bytes during the call only.
            unsafe state.update(bufferPointer: bytes)
        }

        /// The digest of all that was taken.
        consuming func finish() -> Digest {
            // A digest of SHA-256 has 32 bytes, which the four words are.
            unsafe state.finalize().withUnsafeBytes { buffer in
                unsafe Digest(
                    words: UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                    UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self)),
                    UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 16, as: UInt64.self)),
                    UInt64(bigEndian: buffer.loadUnaligned(fromByteOffset: 24, as: UInt64.self)))
            }
        }
    #endif

    /// Takes bytes.
    mutating func update(_ bytes: Span<UInt8>) {
        // The buffer is read during the call only.
        unsafe bytes.withUnsafeBytes { buffer in unsafe update(buffer) }
    }

    /// Takes an integer, most significant byte first.
    mutating func update<Value: FixedWidthInteger>(bigEndian value: Value) {
        // The bytes of the integer are read during the call only.
        unsafe withUnsafeBytes(of: value.bigEndian) { bytes in unsafe update(bytes) }
    }

    /// Takes the 32 bytes of a digest.
    mutating func update(_ digest: Digest) {
        let words = (
            digest.word0.bigEndian, digest.word1.bigEndian, digest.word2.bigEndian, digest.word3.bigEndian
        )
        // The bytes of the words are read during the call only.
        unsafe withUnsafeBytes(of: words) { bytes in unsafe update(bytes) }
    }
}
