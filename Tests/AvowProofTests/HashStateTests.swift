import Crypto
import TestSupport
import Testing

@testable import AvowProof

/// SHA-256 as Avow calls it, beside the library's own way to be called.
struct HashStateTests {
    /// Lengths around every border: a word, a block and two of them with and without their padding.
    @Test(arguments: 0...260) func `bytes of every length have the library's hash, however they are cut`(
        byteCount: Int
    ) {
        var random = SeededGenerator(seed: UInt64(byteCount))
        let bytes = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
        let expected = Digest(Array(SHA256.hash(data: bytes)))
        #expect(Digest(sha256: bytes.span) == expected)
        for _ in 0..<20 {
            var state = HashState()
            var start = 0
            while start < byteCount {
                let end = Int.random(in: start...byteCount, using: &random)
                state.update(bytes.span.extracting(start..<end))
                start = end
            }
            let digest = state.finish()
            #expect(digest == expected)
        }
    }

    @Test func `integers and digests are taken as their bytes, wherever a block ends`() {
        for prefix in 0...130 {
            let bytes = [UInt8](repeating: 7, count: prefix)
            let digest = Digest(.value, bytes)
            var written = bytes
            var state = HashState()
            state.update(bytes.span)
            for _ in 0..<3 {
                state.update(bigEndian: UInt8(0x81))
                state.update(bigEndian: UInt32(0x0102_0304))
                state.update(bigEndian: UInt64(0x8102_0304_0506_0708))
                state.update(digest)
                written.append(0x81)
                written.append(bigEndian: UInt32(0x0102_0304))
                written.append(bigEndian: UInt64(0x8102_0304_0506_0708))
                digest.append(to: &written)
            }
            let found = state.finish()
            #expect(found == Digest(Array(SHA256.hash(data: written))), "behind \(prefix) bytes")
        }
    }
}
