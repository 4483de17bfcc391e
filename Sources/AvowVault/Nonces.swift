/// Nonces for blobs that are sealed one right after the other, drawn from the system's generator in one call for many.
///
/// They are for the loop that seals, on one thread, and never kept beyond it: a copy of the process (`fork`) would hand
/// out the same ones again. A copy has no other thread than the one that made it, so a loop in which nothing forks has
/// none.
public struct Nonces: ~Copyable {
    private var bytes: [UInt8]
    private var used: Int

    /// Nonces of which about `count` will be needed; more are drawn when they are.
    public init(count: Int) {
        bytes = [UInt8](repeating: 0, count: max(1, count) * AEAD.nonceLength)
        used = bytes.count
    }

    /// Writes the next nonce to the start of `buffer`, which has room for it.
    mutating func write(to buffer: inout [UInt8]) {
        // The buffer is written during the call only.
        unsafe buffer.withUnsafeMutableBufferPointer { unsafe write(to: $0) }
    }

    /// Writes the next nonce to the start of `buffer`, which has room for it.
    @unsafe mutating func write(to buffer: UnsafeMutableBufferPointer<UInt8>) {
        precondition(buffer.count >= AEAD.nonceLength)
        if used == bytes.count {
            unsafe bytes.withUnsafeMutableBytes { bytes in
                if let start = bytes.baseAddress { unsafe Sodium.fillRandom(start, count: bytes.count) }
            }
            used = 0
        }
        for index in 0..<AEAD.nonceLength { unsafe buffer[index] = bytes[used + index] }
        used += AEAD.nonceLength
    }
}
