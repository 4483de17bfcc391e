/// Writes pieces of JSON (RFC 8259).
enum JSONText {
    /// The text as a JSON string, quotes included.
    ///
    /// Control characters are escaped, and so are U+007F to U+009F, U+2028 and U+2029, which are allowed
    /// but upset terminals and older readers.
    static func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{0}"..<" ", "\u{7f}"..."\u{9f}", "\u{2028}", "\u{2029}": result += escape(scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// The same JSON with those characters escaped that it may hold as they are but that could steer a terminal.
    ///
    /// In JSON they can stand inside of strings only, so nothing else is touched.
    ///
    /// - Parameter json: a JSON text.
    static func harmless(_ json: String) -> String {
        // All of them are outside of ASCII but for one, and most JSON is within.
        guard json.utf8.contains(where: { $0 >= 0x7f }) else { return json }
        var result = String.UnicodeScalarView()
        for scalar in json.unicodeScalars {
            switch scalar {
            case "\u{7f}"..."\u{9f}", "\u{2028}"..."\u{202e}", "\u{2066}"..."\u{2069}", "\u{fff9}"..."\u{fffb}":
                result.append(contentsOf: escape(scalar.value).unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// An object from names and values that are JSON already.
    static func object(_ members: [(name: String, json: String)]) -> String {
        "{" + members.map { "\(string($0.name)):\($0.json)" }.joined(separator: ",") + "}"
    }

    private static func escape(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
