/// Unsigned integers in as many bytes as they need: unsigned LEB128, seven bits a byte, least significant first.
///
/// Only the shortest form is read, so a number has one encoding.
public enum Varint {
    /// The most bytes that a 64-bit integer takes.
    public static let maximumByteCount = 10

    /// Reads the integer that begins at `offset` of `bytes`.
    ///
    /// - Returns: the value, and the offset behind it.
    public static func decode(
        _ bytes: [UInt8], at offset: Int
    ) throws(ByteError) -> (value: UInt64, next: Int) {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        var position = offset
        while true {
            guard position >= 0, position < bytes.count else {
                throw ByteError(.truncated(needed: 1, available: 0), at: position)
            }
            let byte = bytes[position]
            position += 1
            let digit = UInt64(byte & 0x7f)
            // The tenth byte holds bit 63 alone.
            guard shift < 63 || (digit <= 1 && byte < 0x80) else {
                throw ByteError(.integerTooLarge, at: offset)
            }
            value |= digit << shift
            if byte < 0x80 {
                guard byte != 0 || shift == 0 else { throw ByteError(.notShortest, at: offset) }
                return (value, position)
            }
            shift += 7
        }
    }
}

extension [UInt8] {
    /// Appends `value` as an unsigned LEB128 varint in as few bytes as hold it.
    @inlinable
    public mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}
