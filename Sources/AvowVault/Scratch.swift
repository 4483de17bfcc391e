import CSodium

/// Plaintext on its way, in memory that is kept from one record to the next and wiped before it is given back.
@safe struct Scratch: ~Copyable {
    /// More than this is given back after use.
    private static let largestKept = 1 << 20

    /// Room for `capacity` bytes, of which `count` are in use.
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private(set) var count = 0

    init() {
        capacity = 512
        unsafe base = .allocate(capacity: capacity)
    }

    deinit {
        unsafe Scratch.release(base, capacity)
    }

    /// The bytes in use.
    var span: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // The first `count` bytes were written, and stay until this is changed.
            let span = unsafe Span(_unsafeStart: base, count: count)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Forgets the bytes, and makes room for as many as are expected.
    mutating func removeAll(reserving expected: Int) {
        count = 0
        if expected > capacity || capacity > Scratch.largestKept { replace(capacity: max(expected, 512)) }
    }

    /// Room for so many bytes of any value, for those who write them in their own way. It is valid until the next change.
    @unsafe mutating func room(for byteCount: Int) -> UnsafeMutableBufferPointer<UInt8> {
        removeAll(reserving: byteCount)
        return unsafe UnsafeMutableBufferPointer(start: base, count: capacity)
    }

    /// Appends a byte.
    @inline(__always) mutating func append(_ byte: UInt8) {
        reserve(1)
        // There is room for it.
        unsafe base[count] = byte
        count += 1
    }

    /// Appends so many bytes, which `body` writes: all of them.
    @inline(__always) @unsafe mutating func append(_ byteCount: Int, writing body: (UnsafeMutableRawPointer) -> Void) {
        reserve(byteCount)
        // There is room for them.
        unsafe body(UnsafeMutableRawPointer(base + count))
        count += byteCount
    }

    /// Appends the lowest `bytes` bytes of a number, the highest of them first.
    mutating func append(_ value: UInt64, bytes: Int) {
        reserve(bytes)
        for index in 0..<bytes {
            // There is room for them.
            unsafe base[count + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (bytes - 1 - index)))
        }
        count += bytes
    }

    /// Appends bytes that are not this scratch's own.
    mutating func append(_ bytes: Span<UInt8>) {
        guard !bytes.isEmpty else { return }
        reserve(bytes.count)
        unsafe bytes.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            // There is room for them.
            unsafe (base + count).update(from: start, count: bytes.count)
        }
        count += bytes.count
    }

    /// Copies the bytes into a buffer, which has room for them from `start` on.
    @unsafe func copy(into buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        precondition(start + count <= buffer.count)
        // The first `count` bytes were written.
        for index in 0..<count { unsafe buffer[start + index] = base[index] }
    }

    @inline(__always) private mutating func reserve(_ more: Int) {
        if capacity - count < more { replace(capacity: max(count + more, 2 * capacity)) }
    }

    @inline(never) private mutating func replace(capacity newCapacity: Int) {
        let new = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
        // Both have room for what is in use.
        unsafe new.update(from: base, count: count)
        unsafe Scratch.release(base, capacity)
        unsafe base = unsafe new
        capacity = newCapacity
    }

    private static func release(_ base: UnsafeMutablePointer<UInt8>, _ capacity: Int) {
        unsafe sodium_memzero(base, capacity)
        unsafe base.deallocate()
    }
}
