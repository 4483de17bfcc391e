/// Base64 with the standard alphabet and padding (RFC 4648, section 4), read strictly.
///
/// White space, missing padding and nonzero unused bits are refused, so bytes have one encoding.
public enum Base64 {
    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")

    /// The encoding of `bytes`.
    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let second = index + 1 < bytes.count ? bytes[index + 1] : nil
            let third = index + 2 < bytes.count ? bytes[index + 2] : nil
            let group = UInt32(bytes[index]) << 16 | UInt32(second ?? 0) << 8 | UInt32(third ?? 0)
            text.append(alphabet[Int(group >> 18)])
            text.append(alphabet[Int(group >> 12 & 63)])
            text.append(second == nil ? padding : alphabet[Int(group >> 6 & 63)])
            text.append(third == nil ? padding : alphabet[Int(group & 63)])
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` encodes.
    public static func decode(_ text: String) throws(ByteError) -> [UInt8] {
        try decode(Array(text.utf8)[...])
    }

    /// The bytes that the ASCII characters `text` encode; offsets in errors count from the start of `text`.
    public static func decode(_ text: ArraySlice<UInt8>) throws(ByteError) -> [UInt8] {
        guard text.count.isMultiple(of: 4) else { throw ByteError(.invalidBase64, at: text.count) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3)
        var index = text.startIndex
        while index < text.endIndex {
            let isLast = index + 4 == text.endIndex
            let paddings = !isLast || text[index + 3] != padding ? 0 : text[index + 2] != padding ? 1 : 2
            var group: UInt32 = 0
            for position in index..<(index + 4 - paddings) {
                guard let digit = value(text[position]) else {
                    throw ByteError(.invalidBase64, at: position - text.startIndex)
                }
                group = group << 6 | digit
            }
            group <<= 6 * UInt32(paddings)
            guard group & ((1 << (8 * UInt32(paddings))) - 1) == 0 else {
                throw ByteError(.nonzeroPadding, at: index - text.startIndex)
            }
            for place in 0..<(3 - paddings) {
                bytes.append(UInt8(truncatingIfNeeded: group >> UInt32(16 - 8 * place)))
            }
            index += 4
        }
        return bytes
    }

    private static func value(_ character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
