/// Comparing byte strings, the order that every key of the tree stands in.
public enum ByteOrder {
    /// Negative, zero or positive as `left` sorts before, equals or sorts after `right`, byte by byte; a proper
    /// prefix sorts before what it is a prefix of.
    ///
    /// - Complexity: O(n) in the length of the common prefix, eight bytes at a time.
    @inlinable
    public static func compare(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let shared = commonPrefix(left, right)
        if shared < left.count && shared < right.count {
            return Int(left[shared]) - Int(right[shared])
        }
        return left.count - right.count
    }

    /// The number of leading bytes that both have.
    @inlinable
    public static func commonPrefix(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int {
        let limit = min(left.count, right.count)
        var offset = 0
        // Both buffers hold at least `limit` bytes, and each load ends at offset + 8 <= limit.
        unsafe left.withUnsafeBytes { leftBytes in
            unsafe right.withUnsafeBytes { rightBytes in
                while offset + 8 <= limit {
                    let leftWord = unsafe leftBytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    let rightWord = unsafe rightBytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                    let difference = leftWord.littleEndian ^ rightWord.littleEndian
                    if difference != 0 {
                        offset += difference.trailingZeroBitCount / 8
                        return
                    }
                    offset += 8
                }
                while offset < limit {
                    let same = unsafe leftBytes[offset] == rightBytes[offset]
                    if !same { return }
                    offset += 1
                }
            }
        }
        return offset
    }

    /// Whether `bytes` begins with `prefix`.
    @inlinable
    public static func hasPrefix(_ bytes: Span<UInt8>, _ prefix: Span<UInt8>) -> Bool {
        bytes.count >= prefix.count && commonPrefix(bytes, prefix) == prefix.count
    }
}
