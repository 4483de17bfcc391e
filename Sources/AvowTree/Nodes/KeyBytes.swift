// Keys that stand one behind the other, as a node is read: each begins as the one before it.
extension [UInt8] {
    mutating func append(zeros count: Int) {
        append(contentsOf: repeatElement(0, count: count))
    }

    /// Writes a key behind another one: the first `shared` bytes of that, and then the rest. There must be room.
    @inline(__always)
    mutating func write(_ shared: Int, of last: Range<Int>, _ rest: Span<UInt8>) {
        precondition(shared >= 0 && shared <= last.count && rest.count <= count - last.upperBound - shared)
        // Both parts lie within the bytes by the line above, and the other key lies before both.
        unsafe withUnsafeMutableBytes { bytes in
            guard let start = bytes.baseAddress else { return }
            let key = unsafe start + last.upperBound
            unsafe key.copyMemory(from: start + last.lowerBound, byteCount: shared)
            unsafe rest.withUnsafeBytes { rest in
                guard let source = rest.baseAddress else { return }
                unsafe (key + shared).copyMemory(from: source, byteCount: rest.count)
            }
        }
    }
}
