/// The text that JSON strings stand for (RFC 8259, section 7).
public enum JSONString {
    /// Decodes the bytes between the quotes of a string whose escapes were checked.
    static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            let byte = unsafe bytes[index]
            guard byte == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                decoded.append(byte)
                index += 1
                continue
            }
            let kind = unsafe bytes[index + 1]
            index += 2
            switch kind {
            case UInt8(ascii: "b"): decoded.append(0x08)
            case UInt8(ascii: "f"): decoded.append(0x0C)
            case UInt8(ascii: "n"): decoded.append(0x0A)
            case UInt8(ascii: "r"): decoded.append(0x0D)
            case UInt8(ascii: "t"): decoded.append(0x09)
            case UInt8(ascii: "u"):
                var code = unsafe codeUnit(bytes, at: index)
                index += 4
                if code >= 0xD800 && code <= 0xDBFF {
                    let low = unsafe codeUnit(bytes, at: index + 2)
                    index += 6
                    code = 0x10000 + (code - 0xD800) << 10 + (low &- 0xDC00) & 0x3FF
                }
                let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
                decoded.append(contentsOf: String(Character(scalar)).utf8)
            default: decoded.append(kind)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The text as a JSON string, quotes included; only what has to be is escaped.
    public static func encode(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// The code unit in four hexadecimal digits.
    private static func codeUnit(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> UInt32 {
        var value: UInt32 = 0
        for offset in index..<index + 4 where offset < bytes.count {
            let digit = unsafe bytes[offset]
            let number =
                digit <= UInt8(ascii: "9")
                ? digit &- UInt8(ascii: "0") : (digit | 0x20) &- UInt8(ascii: "a") &+ 10
            value = value << 4 | UInt32(number & 15)
        }
        return value
    }
}
