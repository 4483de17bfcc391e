/// A way in which `encode`, `decode`, `escape` and `unescape` write text.
struct TextCoding {
    private enum Form: String, CaseIterable {
        case hex, base64, urlbase64, html, json

        var isEscape: Bool { self == .html || self == .json }
    }

    private let form: Form
    private let isReverse: Bool

    /// Nil when the function knows no form of this name.
    init?(_ function: FHIRPathFunction, _ name: String) {
        guard let form = Form(rawValue: name), form.isEscape == (function == .escape || function == .unescape) else {
            return nil
        }
        self.form = form
        isReverse = function == .decode || function == .unescape
    }

    /// What the function's argument may be.
    static func expected(by function: FHIRPathFunction) -> String {
        function == .escape || function == .unescape ? "'html' or 'json'" : "'hex', 'base64' or 'urlbase64'"
    }

    /// The other form of the text; nil when it has none.
    func applied(to text: String) -> String? {
        switch (form, isReverse) {
        case (.hex, false): return text.utf8.map(Self.hexadecimal).joined()
        case (.hex, true): return Self.bytes(hexadecimal: text).flatMap { String(validating: $0, as: UTF8.self) }
        case (.base64, false): return Self.encoded(text, Self.alphabet)
        case (.urlbase64, false): return Self.encoded(text, Self.urlAlphabet)
        case (.base64, true): return Self.decoded(text, Self.alphabet)
        case (.urlbase64, true): return Self.decoded(text, Self.urlAlphabet)
        case (.html, false): return Self.htmlEscaped(text)
        case (.html, true): return Self.htmlUnescaped(text)
        case (.json, false): return String(JSONString.encode(text).dropFirst().dropLast())
        case (.json, true): return Self.jsonUnescaped(text)
        }
    }

    // MARK: Bytes

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let urlAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = value(ofHexadecimal: digits[index]), let low = value(ofHexadecimal: digits[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(ofHexadecimal digit: UInt8) -> UInt8? {
        Character(Unicode.Scalar(digit)).hexDigitValue.map { UInt8($0) }
    }

    /// RFC 4648, sections 4 and 5.
    private static func encoded(_ text: String, _ alphabet: [UInt8]) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < group.count ? UInt32(group[start + offset]) : 0) }
            for position in 0..<4 {
                let digit = alphabet[Int(bits >> UInt32(18 - 6 * position)) & 63]
                result.append(position <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func decoded(_ text: String, _ alphabet: [UInt8]) -> String? {
        var digits = Array(text.utf8)
        let isPadded = digits.last == UInt8(ascii: "=")
        guard !isPadded || digits.count % 4 == 0 else { return nil }
        for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
        guard digits.count % 4 != 1 else { return nil }
        var values = [UInt32?](repeating: nil, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt32(value) }
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count: UInt32 = 0
        for digit in digits {
            guard let value = values[Int(digit)] else { return nil }
            bits = bits << 6 | value
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        return String(validating: bytes, as: UTF8.self)
    }

    // MARK: Escapes

    private static let entities: [(character: String, entity: String)] = [
        ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;"),
    ]

    private static func htmlEscaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// Entities that are not known stay as they stand.
    private static func htmlUnescaped(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let sign = rest.firstIndex(of: "&") {
            result += rest[..<sign]
            rest = rest[sign...]
            // The longest entity that is known has eight characters.
            if let end = rest.prefix(10).firstIndex(of: ";"), let character = character(of: rest[...end]) {
                result += character
                rest = rest[rest.index(after: end)...]
            } else {
                result += "&"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }

    private static func character(of entity: Substring) -> String? {
        if let known = entities.first(where: { $0.entity == entity }) { return known.character }
        if entity == "&apos;" { return "'" }
        guard entity.hasPrefix("&#") else { return nil }
        let digits = entity.dropFirst(2).dropLast()
        let isHexadecimal = digits.first == "x" || digits.first == "X"
        let code = isHexadecimal ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map { String($0) }
    }

    private static func jsonUnescaped(_ text: String) -> String? {
        let quoted = Array("[\"\(text)\"]".utf8)
        let root = try? JSONParser().parse(quoted).root
        guard let root, root.elements.reduce(0, { count, _ in count + 1 }) == 1 else { return nil }
        return root[0]?.string
    }
}
