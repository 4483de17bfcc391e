/// A grammar in the notation that `Grammar/avow.ebnf` defines at its top.
struct Grammar {
    indirect enum Expression {
        case sequence([Expression])
        case choice([Expression])
        case option(Expression)
        case repetition(Expression)
        case rule(String)
        case anyCase(String)
        case exactly(String)
        case range(UInt8, UInt8)
        case described(String)
    }

    struct Rule {
        let isToken: Bool
        let expression: Expression
    }

    struct Fault: Error {
        let message: String
    }

    private(set) var rules: [String: Rule] = [:]

    init(_ text: String) throws {
        var reader = Reader(lexemes: try Self.lexemes(of: text))
        while !reader.isAtEnd {
            let (name, rule) = try reader.rule()
            guard rules.updateValue(rule, forKey: name) == nil else { throw Fault(message: "\(name) is defined twice") }
        }
        for rule in rules.values {
            try check(rule.expression)
        }
    }

    /// Refuses rules that are used but not defined.
    private func check(_ expression: Expression) throws {
        switch expression {
        case .sequence(let parts), .choice(let parts): for part in parts { try check(part) }
        case .option(let part), .repetition(let part): try check(part)
        case .rule(let name): guard rules[name] != nil else { throw Fault(message: "\(name) is not defined") }
        default: break
        }
    }

    /// Everything that the grammar only describes.
    var descriptions: Set<String> {
        var found: Set<String> = []
        func visit(_ expression: Expression) {
            switch expression {
            case .sequence(let parts), .choice(let parts): parts.forEach(visit)
            case .option(let part), .repetition(let part): visit(part)
            case .described(let text): found.insert(text)
            default: break
            }
        }
        rules.values.forEach { visit($0.expression) }
        return found
    }

    enum Lexeme: Equatable {
        case name(String), anyCase(String), exactly(String), described(String), symbol(String)
    }

    private static func lexemes(of text: String) throws -> [Lexeme] {
        var rest = text[...]
        var result: [Lexeme] = []
        func take(until end: String) throws -> String {
            guard let range = rest.firstRange(of: end) else { throw Fault(message: "missing \(end)") }
            defer { rest = rest[range.upperBound...] }
            return String(rest[..<range.lowerBound])
        }
        while let first = rest.first {
            if first.isWhitespace {
                rest.removeFirst()
            } else if rest.hasPrefix("(*") {
                _ = try take(until: "*)")
            } else if first == "\"" || first == "'" || first == "?" {
                rest.removeFirst()
                // A description ends at a question mark behind a space, so that it can name any other character.
                let content = try take(until: first == "?" ? " ?" : String(first))
                result.append(
                    first == "\""
                        ? .anyCase(content)
                        : first == "'" ? .exactly(content) : .described(content.trimmingPrefix(" ").description))
            } else if first.isLetter {
                let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
                rest = rest[name.endIndex...]
                result.append(.name(String(name)))
            } else if let symbol = [":=", "..", "=", ";", ",", "|", "[", "]", "{", "}", "(", ")"].first(
                where: rest.hasPrefix)
            {
                rest = rest.dropFirst(symbol.count)
                result.append(.symbol(symbol))
            } else {
                throw Fault(message: "'\(first)' is not part of the notation")
            }
        }
        return result
    }

    private struct Reader {
        let lexemes: [Lexeme]
        var position = 0

        init(lexemes: [Lexeme]) {
            self.lexemes = lexemes
        }

        var isAtEnd: Bool { position == lexemes.count }

        mutating func take(_ symbol: String) -> Bool {
            guard !isAtEnd, lexemes[position] == .symbol(symbol) else { return false }
            position += 1
            return true
        }

        mutating func expect(_ symbol: String) throws {
            guard take(symbol) else {
                throw Fault(message: "expected \(symbol) before \(lexemes[position...].prefix(5))")
            }
        }

        mutating func rule() throws -> (String, Rule) {
            guard case .name(let name) = lexemes[position] else { throw Fault(message: "a rule begins with a name") }
            position += 1
            let isToken = take(":=")
            if !isToken { try expect("=") }
            let expression = try choice()
            try expect(";")
            return (name, Rule(isToken: isToken, expression: expression))
        }

        mutating func choice() throws -> Expression {
            var parts = [try sequence()]
            while take("|") { parts.append(try sequence()) }
            return parts.count == 1 ? parts[0] : .choice(parts)
        }

        mutating func sequence() throws -> Expression {
            var parts = [try item()]
            while take(",") { parts.append(try item()) }
            return parts.count == 1 ? parts[0] : .sequence(parts)
        }

        mutating func item() throws -> Expression {
            if take("[") { return .option(try closed("]")) }
            if take("{") { return .repetition(try closed("}")) }
            if take("(") { return try closed(")") }
            guard !isAtEnd else { throw Fault(message: "the grammar ends early") }
            position += 1
            switch lexemes[position - 1] {
            case .name(let name): return .rule(name)
            case .exactly(let text): return .exactly(text)
            case .described(let text): return .described(text)
            case .symbol(let symbol): throw Fault(message: "unexpected \(symbol)")
            case .anyCase(let text):
                guard take("..") else { return .anyCase(text) }
                guard case .anyCase(let last) = lexemes[position], let from = text.utf8.first, let to = last.utf8.first
                else { throw Fault(message: "a range ends with a character") }
                position += 1
                return .range(from, to)
            }
        }

        mutating func closed(_ symbol: String) throws -> Expression {
            let expression = try choice()
            try expect(symbol)
            return expression
        }
    }
}
