import CSodium

/// Memory for plaintext on its way, which is used again and again and wiped before it is given back.
///
/// Not Sendable: whoever owns it uses it on one thread at a time.
@safe final class WipedBuffer {
    /// More than this is given back after use.
    private static let largestKept = 1 << 20

    private var bytes: UnsafeMutableBufferPointer<UInt8>

    init() {
        unsafe bytes = UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    deinit {
        free()
    }

    /// Memory of at least so many bytes, of any value; what was there before may be gone.
    ///
    /// It is valid until the next call of this buffer.
    @unsafe func reserve(_ count: Int) -> UnsafeMutableBufferPointer<UInt8> {
        if unsafe bytes.count < count {
            free()
            unsafe bytes = .allocate(capacity: count)
            unsafe bytes.initialize(repeating: 0)
        }
        return unsafe bytes
    }

    /// Gives the memory back if it is much.
    func trim() {
        if unsafe bytes.count > WipedBuffer.largestKept { free() }
    }

    private func free() {
        // Allocated with this length, or empty, which both calls take.
        unsafe sodium_memzero(bytes.baseAddress, bytes.count)
        unsafe bytes.deallocate()
        unsafe bytes = UnsafeMutableBufferPointer(start: nil, count: 0)
    }
}

extension WipedBuffer: Redacted {}
