/// Reads an expression from the left, one token ahead.
struct FHIRPathParser {
    private enum Token: Equatable {
        case name(String), string(String), number(String), symbol(UInt8), unknown, end
    }

    private let bytes: [UInt8]
    private var position = 0
    private var token = Token.end
    private var range = 0..<0
    private var filterDepth = 0

    private var depth = 0

    /// How deep parentheses and filters may stand in one another.
    private static let deepest = 64

    init(_ text: String) {
        bytes = Array(text.utf8)
        advance()
    }

    mutating func expression() throws(FHIRPathError) -> FHIRPathExpression {
        let steps = try path()
        guard token == .end else { throw error("'.' or the end of the expression") }
        return FHIRPathExpression(steps: steps)
    }

    private mutating func path() throws(FHIRPathError) -> [FHIRPathStep] {
        var steps: [FHIRPathStep] = []
        guard depth < Self.deepest else { throw error("nesting no deeper than \(Self.deepest)") }
        depth += 1
        defer { depth -= 1 }
        if skip("(") {
            steps = try path()
            guard skip(")") else { throw error("')'") }
        } else {
            try steps.append(invocation(isHead: true))
        }
        while true {
            if skip(".") {
                try steps.append(invocation(isHead: false))
            } else if skip("[") {
                try steps.append(.index(index()))
                guard skip("]") else { throw error("']'") }
            } else if token == .name("as") {
                advance()
                try steps.append(.ofType(typeName()))
            } else {
                return steps
            }
        }
    }

    private mutating func invocation(isHead: Bool) throws(FHIRPathError) -> FHIRPathStep {
        guard case .name(let name) = token else { throw error("a name") }
        let place = range
        advance()
        if skip("(") {
            let step = try function(name, at: place)
            guard skip(")") else { throw error("')'") }
            return step
        }
        if isHead, filterDepth == 0, let type = ResourceType(name: name) { return .resourceType(type) }
        return .member(name)
    }

    private mutating func function(_ name: String, at place: Range<Int>) throws(FHIRPathError) -> FHIRPathStep {
        switch name {
        case "first": return .first
        case "last": return .last
        case "exists": return .exists
        case "count": return .count
        case "ofType", "as": return try .ofType(typeName())
        case "where":
            filterDepth += 1
            let path = try path()
            guard skip("=") else { throw error("'='") }
            let literal = try literal()
            filterDepth -= 1
            return .filter(path: path, equals: literal)
        default:
            throw FHIRPathError(
                range: place, expected: "first, last, exists, count, ofType, as or where", found: "'\(name)'")
        }
    }

    private mutating func typeName() throws(FHIRPathError) -> String {
        guard case .name(var name) = token else { throw error("the name of a type") }
        advance()
        if name == "FHIR" || name == "System", skip(".") {
            guard case .name(let rest) = token else { throw error("the name of a type") }
            name = rest
            advance()
        }
        return name
    }

    private mutating func index() throws(FHIRPathError) -> Int {
        guard case .number(let digits) = token, let index = Int(digits) else { throw error("an index") }
        advance()
        return index
    }

    private mutating func literal() throws(FHIRPathError) -> FHIRPathLiteral {
        let literal: FHIRPathLiteral
        switch token {
        case .string(let text): literal = .string(text)
        case .name("true"): literal = .boolean(true)
        case .name("false"): literal = .boolean(false)
        case .number(let digits):
            guard let number = Int(digits) else { throw error("an integer of 64 bits") }
            literal = .integer(number)
        default: throw error("a string, an integer, true or false")
        }
        advance()
        return literal
    }

    private mutating func skip(_ symbol: Unicode.Scalar) -> Bool {
        guard token == .symbol(UInt8(ascii: symbol)) else { return false }
        advance()
        return true
    }

    private func error(_ expected: String) -> FHIRPathError {
        let found = token == .end ? "the end" : "'\(String(decoding: bytes[range], as: UTF8.self))'"
        return FHIRPathError(range: range, expected: expected, found: found)
    }
}

// Tokens.
extension FHIRPathParser {
    private mutating func advance() {
        while position < bytes.count, JSONSpace.contains(bytes[position]) { position += 1 }
        let start = position
        token = scan()
        range = start..<position
    }

    private mutating func scan() -> Token {
        guard position < bytes.count else { return .end }
        let first = bytes[position]
        switch first {
        case UInt8(ascii: "'"): return quoted(by: first).map(Token.string) ?? .unknown
        case UInt8(ascii: "`"): return quoted(by: first).map(Token.name) ?? .unknown
        case _ where Self.isDigit(first): return .number(take(while: Self.isDigit))
        case _ where Self.isNamePart(first): return .name(take(while: Self.isNamePart))
        default:
            position += 1
            // Take a character whole, so that an error shows it.
            while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
            return first < 0x80 ? .symbol(first) : .unknown
        }
    }

    private mutating func take(while isPart: (UInt8) -> Bool) -> String {
        let start = position
        while position < bytes.count, isPart(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A string or delimited name with the escapes of FHIRPath, or nil when it does not end.
    private mutating func quoted(by quote: UInt8) -> String? {
        var content: [UInt8] = []
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == quote { return String(decoding: content, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\") else {
                content.append(byte)
                continue
            }
            guard let escaped = escape() else { return nil }
            content += escaped
        }
        return nil
    }

    private mutating func escape() -> [UInt8]? {
        guard position < bytes.count else { return nil }
        let kind = bytes[position]
        position += 1
        switch kind {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "\\"), UInt8(ascii: "/"):
            return [kind]
        case UInt8(ascii: "u"):
            guard position + 4 <= bytes.count,
                let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
                let scalar = Unicode.Scalar(code)
            else { return nil }
            position += 4
            return Array(String(Character(scalar)).utf8)
        default: return nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "_")
    }
}
