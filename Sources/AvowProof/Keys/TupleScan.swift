/// Steps over encoded tuples where they stand, and reads integers of them, without making a value of anything else.
///
/// Whatever is not as it should be gives nil; ``TupleReader`` says then what was expected.
public enum TupleScan {
    /// The offset behind the element that begins at an offset.
    public static func end(of offset: Int, in bytes: [UInt8], upTo end: Int) -> Int? {
        guard offset < end else { return nil }
        switch bytes[offset] {
        case TupleCode.null: return offset + 1
        case TupleCode.bytes, TupleCode.text:
            var place = offset + 1
            while true {
                while place < end, bytes[place] != 0 { place += 1 }
                guard place < end else { return nil }
                place += 1
                guard place < end, bytes[place] == TupleCode.escape else { return place }
                place += 1
            }
        case TupleCode.uuid: return behind(offset + 17, end)
        case TupleCode.zero...(TupleCode.zero + 8): return behind(offset + 1 + Int(bytes[offset] - TupleCode.zero), end)
        case (TupleCode.zero - 8)..<TupleCode.zero: return behind(offset + 1 + Int(TupleCode.zero - bytes[offset]), end)
        default: return nil
        }
    }

    private static func behind(_ offset: Int, _ end: Int) -> Int? { offset <= end ? offset : nil }

    /// The whole number from zero up that begins at an offset, which is moved behind it.
    public static func unsigned(at offset: inout Int, in bytes: [UInt8], upTo end: Int) -> UInt64? {
        guard offset < end, bytes[offset] >= TupleCode.zero, bytes[offset] <= TupleCode.zero + 8 else { return nil }
        let length = Int(bytes[offset] - TupleCode.zero)
        guard length < end - offset else { return nil }
        var value: UInt64 = 0
        for place in (offset + 1)..<(offset + 1 + length) { value = value << 8 | UInt64(bytes[place]) }
        guard length == 0 || value >> UInt64((length - 1) * 8) != 0 else { return nil }
        offset += 1 + length
        return value
    }

    /// The integer that begins at an offset, which is moved behind it.
    public static func integer(at offset: inout Int, in bytes: [UInt8], upTo end: Int) -> Int64? {
        guard offset < end else { return nil }
        let code = bytes[offset]
        guard code < TupleCode.zero else {
            var place = offset
            guard let value = unsigned(at: &place, in: bytes, upTo: end), let value = Int64(exactly: value) else {
                return nil
            }
            offset = place
            return value
        }
        guard code >= TupleCode.zero - 8 else { return nil }
        let length = Int(TupleCode.zero - code)
        guard length < end - offset else { return nil }
        var magnitude: UInt64 = 0
        for place in (offset + 1)..<(offset + 1 + length) { magnitude = magnitude << 8 | UInt64(~bytes[place]) }
        guard magnitude >> UInt64((length - 1) * 8) != 0, magnitude <= UInt64(Int64.max) + 1 else { return nil }
        offset += 1 + length
        return Int64(truncatingIfNeeded: 0 &- magnitude)
    }
}
