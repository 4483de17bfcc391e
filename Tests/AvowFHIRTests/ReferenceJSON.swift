/// RFC 8259 written down as directly as possible, to compare the fast parser with: the compact text,
/// or nil when the bytes are not JSON.
struct ReferenceJSON {
    private let bytes: [UInt8]
    private var position = 0
    private var compact: [UInt8] = []
    private let depthLimit: Int

    static func compact(_ bytes: [UInt8], depthLimit: Int = 128) -> [UInt8]? {
        // Validating by the standard library: String(validating:) refuses what is not UTF-8.
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        var reference = ReferenceJSON(bytes: bytes, depthLimit: depthLimit)
        guard reference.value(depth: 0) else { return nil }
        reference.space()
        return reference.position == bytes.count ? reference.compact : nil
    }

    private init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    private var here: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func space() {
        while let byte = here, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        compact += Array(text.utf8)
        return true
    }

    private mutating func take(where matches: (UInt8) -> Bool) -> Bool {
        guard let byte = here, matches(byte) else { return false }
        position += 1
        compact.append(byte)
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        space()
        if take("{") {
            guard depth < depthLimit else { return false }
            space()
            if take("}") { return true }
            repeat {
                space()
                guard string() else { return false }
                space()
                guard take(":"), value(depth: depth + 1) else { return false }
                space()
            } while take(",")
            return take("}")
        }
        if take("[") {
            guard depth < depthLimit else { return false }
            space()
            if take("]") { return true }
            repeat {
                guard value(depth: depth + 1) else { return false }
                space()
            } while take(",")
            return take("]")
        }
        return string() || take("true") || take("false") || take("null") || number()
    }

    private mutating func number() -> Bool {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        _ = take("-")
        if !take("0") {
            guard take(where: isDigit) else { return false }
            while take(where: isDigit) {}
        }
        if take(".") {
            guard take(where: isDigit) else { return false }
            while take(where: isDigit) {}
        }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            guard take(where: isDigit) else { return false }
            while take(where: isDigit) {}
        }
        return true
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = here {
            if byte == 0x22 { return take("\"") }
            if byte < 0x20 { return false }
            if byte == 0x5C {
                guard escape() else { return false }
            } else {
                _ = take { _ in true }
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        _ = take("\\")
        guard let kind = here else { return false }
        if kind != 0x75 { return take { "\"\\/bfnrt".utf8.contains($0) } }
        guard let first = unit() else { return false }
        guard (0xD800...0xDFFF).contains(first) else { return true }
        guard first < 0xDC00, take("\\"), here == 0x75, let second = unit() else { return false }
        return (0xDC00...0xDFFF).contains(second)
    }

    private mutating func unit() -> Int? {
        guard position + 5 <= bytes.count else { return nil }
        let digits = bytes[position + 1..<position + 5]
        guard digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }) else { return nil }
        compact += Array(bytes[position..<position + 5])
        position += 5
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
