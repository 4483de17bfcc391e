/// Steps over encoded tuples where they stand, and reads elements of them, without making a value of anything else.
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

    /// What an element is.
    public enum Kind: Sendable {
        case null, bytes, text, integer, uuid
    }

    /// What the element is that begins at an offset.
    public static func kind(of offset: Int, in bytes: [UInt8], upTo end: Int) -> Kind? {
        guard offset < end else { return nil }
        switch bytes[offset] {
        case TupleCode.null: return .null
        case TupleCode.bytes: return .bytes
        case TupleCode.text: return .text
        case TupleCode.uuid: return .uuid
        case (TupleCode.zero - 8)...(TupleCode.zero + 8): return .integer
        default: return nil
        }
    }

    /// The text that begins at an offset, which is moved behind it.
    public static func text(at offset: inout Int, in bytes: [UInt8], upTo end: Int) -> String? {
        guard offset < end, bytes[offset] == TupleCode.text else { return nil }
        var place = offset + 1
        var all: UInt8 = 0
        while place < end, bytes[place] != 0 {
            all |= bytes[place]
            place += 1
        }
        guard place < end else { return nil }
        // What has a zero in it, or other characters than ASCII's, is rare.
        if all < 0x80, place + 1 == end || bytes[place + 1] != TupleCode.escape {
            defer { offset = place + 1 }
            return String(decoding: bytes[(offset + 1)..<place], as: UTF8.self)
        }
        guard let behind = TupleScan.end(of: offset, in: bytes, upTo: end) else { return nil }
        var reader = TupleReader(bytes, in: offset..<behind)
        guard case .text(let text)? = try? reader.next() else { return nil }
        offset = behind
        return text
    }

    /// The UUID that begins at an offset, which is moved behind it.
    public static func uuid(at offset: inout Int, in bytes: [UInt8], upTo end: Int) -> UUIDBytes? {
        guard end - offset >= 17, bytes[offset] == TupleCode.uuid else { return nil }
        var (high, low) = (UInt64(0), UInt64(0))
        for place in (offset + 1)...(offset + 8) { high = high << 8 | UInt64(bytes[place]) }
        for place in (offset + 9)...(offset + 16) { low = low << 8 | UInt64(bytes[place]) }
        offset += 17
        return UUIDBytes(high: high, low: low)
    }
}
