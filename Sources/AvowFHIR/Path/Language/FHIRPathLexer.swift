/// Parts a text into tokens, leaving out white space and comments (FHIRPath N1, section 8).
struct FHIRPathLexer {
    private let bytes: [UInt8]
    private var position = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The next token and where it stands; ``FHIRPathToken/end`` for ever at the end.
    mutating func next() throws(FHIRPathError) -> (token: FHIRPathToken, range: Range<Int>) {
        try skipTrivia()
        let start = position
        let token = try scan()
        return (token, start..<position)
    }

    /// The text of a range, for messages.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func peek(_ distance: Int = 0) -> UInt8? {
        position + distance < bytes.count ? bytes[position + distance] : nil
    }

    private mutating func skipTrivia() throws(FHIRPathError) {
        while let byte = peek() {
            if JSONSpace.contains(byte) {
                position += 1
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "/") {
                while let next = peek(), next != UInt8(ascii: "\n"), next != UInt8(ascii: "\r") { position += 1 }
            } else if byte == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
                let start = position
                position += 2
                while !(peek() == UInt8(ascii: "*") && peek(1) == UInt8(ascii: "/")) {
                    guard position < bytes.count else {
                        throw FHIRPathError(
                            .syntax, at: start..<start + 2, expected: "'*/' at the end of the comment", found: "none")
                    }
                    position += 1
                }
                position += 2
            } else {
                return
            }
        }
    }

    private mutating func scan() throws(FHIRPathError) -> FHIRPathToken {
        guard let first = peek() else { return .end }
        switch first {
        case UInt8(ascii: "'"): return .string(try quoted())
        case UInt8(ascii: "`"): return .delimited(try quoted())
        case UInt8(ascii: "@"): return try dateOrTime()
        case UInt8(ascii: "%"): return try variable()
        case UInt8(ascii: "$"): return try special()
        case _ where FHIRPathWord.isDigit(first): return .number(number())
        case _ where FHIRPathWord.isStart(first): return .word(take(while: FHIRPathWord.isPart))
        default: return try symbol()
        }
    }

    private mutating func take(while isPart: (UInt8) -> Bool) -> String {
        let start = position
        while let byte = peek(), isPart(byte) { position += 1 }
        return text(start..<position)
    }

    private mutating func number() -> String {
        let start = position
        _ = take(while: FHIRPathWord.isDigit)
        // A dot belongs to the number only before a digit: `1.toString()` invokes a function on 1.
        if peek() == UInt8(ascii: "."), let next = peek(1), FHIRPathWord.isDigit(next) {
            position += 1
            _ = take(while: FHIRPathWord.isDigit)
        }
        return text(start..<position)
    }

    private mutating func variable() throws(FHIRPathError) -> FHIRPathToken {
        let start = position
        position += 1
        switch peek() {
        case UInt8(ascii: "'"), UInt8(ascii: "`"): return .variable(try quoted())
        case let byte? where FHIRPathWord.isStart(byte): return .variable(take(while: FHIRPathWord.isPart))
        default: throw unexpected("the name of a variable behind '%'", from: start)
        }
    }

    private mutating func special() throws(FHIRPathError) -> FHIRPathToken {
        let start = position
        position += 1
        let name = take(while: FHIRPathWord.isPart)
        guard ["this", "index", "total"].contains(name) else {
            throw FHIRPathError(
                .syntax, at: start..<position, expected: "$this, $index or $total", found: "'$\(name)'",
                suggestion: NearestName.of(name, among: ["this", "index", "total"]).map { "$" + $0 })
        }
        return .special(name)
    }

    private mutating func symbol() throws(FHIRPathError) -> FHIRPathToken {
        let start = position
        if let second = peek(1), second < 0x80,
            let symbol = FHIRPathToken.Symbol(rawValue: text(position..<position + 2))
        {
            position += 2
            return .symbol(symbol)
        }
        position += 1
        // Take a character whole, so that an error shows it.
        while let byte = peek(), byte & 0xC0 == 0x80 { position += 1 }
        if let symbol = FHIRPathToken.Symbol(rawValue: text(start..<position)) { return .symbol(symbol) }
        let isQuote = bytes[start] == UInt8(ascii: "\"")
        throw FHIRPathError(
            .syntax, at: start..<position, expected: isQuote ? "a string in single quotes" : "an expression",
            found: "'\(text(start..<position))'")
    }

    private func unexpected(_ expected: String, from start: Int) -> FHIRPathError {
        var end = min(position + 1, bytes.count)
        while end < bytes.count, bytes[end] & 0xC0 == 0x80 { end += 1 }
        let found = position < bytes.count ? "'\(text(position..<end))'" : "the end"
        return FHIRPathError(.syntax, at: start..<end, expected: expected, found: found)
    }
}

// Quotations and their escapes.
extension FHIRPathLexer {
    /// A string or delimited identifier, decoded; the opening quote is the current byte.
    private mutating func quoted() throws(FHIRPathError) -> String {
        let start = position
        let quote = bytes[position]
        position += 1
        var content: [UInt8] = []
        while let byte = peek() {
            if byte == quote {
                position += 1
                return String(decoding: content, as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") {
                content += escape()
            } else {
                content.append(byte)
                position += 1
            }
        }
        let sign = quote == UInt8(ascii: "'") ? "\"'\"" : "'`'"
        throw FHIRPathError(
            .syntax, at: start..<start + 1, expected: "\(sign) at the end of the quotation", found: "none")
    }

    /// What an escape stands for. A backslash before anything else is left out, and what follows it stays (FHIRPath
    /// N1, section 4.1.2).
    private mutating func escape() -> [UInt8] {
        position += 1
        guard let kind = peek() else { return [] }
        position += 1
        switch kind {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "u"): return scalarEscape().map { Array(String(Character($0)).utf8) } ?? [kind]
        default: return [kind]
        }
    }

    /// The scalar whose hexadecimal digits stand behind `\u`; nil, and nothing taken, when there is none.
    private mutating func scalarEscape() -> Unicode.Scalar? {
        let start = position
        if let unit = hexadecimal() {
            if let scalar = Unicode.Scalar(unit) { return scalar }
            // A scalar beyond the basic plane is written as two surrogates.
            if unit < 0xDC00, peek() == UInt8(ascii: "\\"), peek(1) == UInt8(ascii: "u") {
                position += 2
                if let low = hexadecimal(), 0xDC00..<0xE000 ~= low,
                    let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
                {
                    return scalar
                }
            }
        }
        position = start
        return nil
    }

    private mutating func hexadecimal() -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        position += 4
        return value
    }
}

// Dates and times, by their form only; whether the day exists is for their type to say.
extension FHIRPathLexer {
    private mutating func dateOrTime() throws(FHIRPathError) -> FHIRPathToken {
        let start = position
        position += 1
        if peek() == UInt8(ascii: "T") {
            position += 1
            guard takeTime() else { throw unexpected("a time such as @T14:30 or @T14:30:15.250", from: start) }
            let content = text(start + 2..<position)
            guard !takeOffset() else {
                throw FHIRPathError(
                    .syntax, at: start..<position, expected: "a time without an offset from UTC",
                    found: "'\(text(start..<position))'")
            }
            return .time(content)
        }
        guard digits(4) else { throw unexpected("a date such as @2015-02-04 or @2015-02-04T14:30:00Z", from: start) }
        for _ in 0..<2 where peek() == UInt8(ascii: "-") && twoDigitsFollow() { position += 3 }
        if peek() == UInt8(ascii: "T") {
            position += 1
            if takeTime() { _ = takeOffset() }
        }
        return .date(text(start + 1..<position))
    }

    private func twoDigitsFollow() -> Bool {
        guard let first = peek(1), let second = peek(2) else { return false }
        return FHIRPathWord.isDigit(first) && FHIRPathWord.isDigit(second)
            && !(peek(3).map(FHIRPathWord.isDigit) ?? false)
    }

    private mutating func digits(_ count: Int) -> Bool {
        guard position + count <= bytes.count,
            bytes[position..<position + count].allSatisfy(FHIRPathWord.isDigit)
        else { return false }
        position += count
        return true
    }

    /// `hh(:mm(:ss(.f+)?)?)?`
    private mutating func takeTime() -> Bool {
        guard digits(2) else { return false }
        for _ in 0..<2 {
            guard peek() == UInt8(ascii: ":"), twoDigitsFollow() else { return true }
            position += 3
        }
        if peek() == UInt8(ascii: "."), let next = peek(1), FHIRPathWord.isDigit(next) {
            position += 1
            _ = take(while: FHIRPathWord.isDigit)
        }
        return true
    }

    private mutating func takeOffset() -> Bool {
        if peek() == UInt8(ascii: "Z") {
            position += 1
            return true
        }
        guard peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") else { return false }
        let start = position
        position += 1
        if digits(2), peek() == UInt8(ascii: ":") {
            position += 1
            if digits(2) { return true }
        }
        position = start
        return false
    }
}
