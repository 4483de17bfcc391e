extension FHIRPathNode: CustomStringConvertible {
    /// The canonical text of the node: one space around operators, only the brackets that the tree needs, backticks
    /// only around names that need them. It parses to an equal node.
    public var description: String {
        var printer = FHIRPathPrinter()
        printer.print(self, binding: 0)
        return printer.text
    }
}

extension FHIRPathTypeName: CustomStringConvertible {
    /// The qualified name as it would be written.
    public var description: String {
        let parts =
            (namespace.map { [$0] } ?? [])
            + name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return parts.map(FHIRPathPrinter.name).joined(separator: ".")
    }
}

private struct FHIRPathPrinter {
    private(set) var text = ""

    /// Above every operator: what a dot or a bracket is attached to.
    private static let tightest = 12
    private static let sign = 11

    mutating func print(_ node: FHIRPathNode, binding: Int) {
        let own = Self.precedence(node)
        let needsBrackets = own <= binding
        if needsBrackets { text += "(" }
        switch node.form {
        case .literal(let literal): text += Self.text(literal)
        case .variable(let name): text += "%" + Self.name(name)
        case .special(let special): text += "$" + special.rawValue
        case .member(let of, let name):
            if let of { receiver(of) }
            text += Self.name(name.text)
        case .call(let of, let name, let arguments):
            if let of { receiver(of) }
            text += Self.name(name.text) + "("
            for (index, argument) in arguments.enumerated() {
                if index > 0 { text += ", " }
                print(argument, binding: 0)
            }
            text += ")"
        case .item(let of, let position):
            print(of, binding: Self.tightest)
            text += "["
            print(position, binding: 0)
            text += "]"
        case .signed(let isNegative, let of):
            text += isNegative ? "-" : "+"
            // Two signs stand beside one another without brackets.
            print(of, binding: Self.sign - 1)
        case .binary(let kind, let left, let right):
            print(left, binding: own - 1)
            text += " \(kind.rawValue) "
            print(right, binding: own)
        case .typed(let kind, let of, let type):
            print(of, binding: own - 1)
            text += " \(kind.rawValue) \(type)"
        }
        if needsBrackets { text += ")" }
    }

    private mutating func receiver(_ node: FHIRPathNode) {
        print(node, binding: Self.tightest)
        text += "."
    }

    private static func precedence(_ node: FHIRPathNode) -> Int {
        switch node.form {
        case .literal, .variable, .special, .member, .call, .item: tightest + 1
        case .signed: sign
        case .binary(let kind, _, _): kind.precedence
        case .typed: FHIRPathTypeOperator.precedence
        }
    }

    static func name(_ name: String) -> String {
        FHIRPathWord.isPlain(name) ? name : quoted(name, by: "`")
    }

    private static func text(_ literal: FHIRPathLiteral) -> String {
        switch literal {
        case .empty: "{}"
        case .boolean(let value): value ? "true" : "false"
        case .string(let value): quoted(value, by: "'")
        case .number(let digits): digits
        case .date(let value): "@" + value
        case .time(let value): "@T" + value
        case .quantity(let digits, let unit, let isCalendar): "\(digits) \(isCalendar ? unit : quoted(unit, by: "'"))"
        }
    }

    private static func quoted(_ content: String, by quote: Unicode.Scalar) -> String {
        var result = String.UnicodeScalarView([quote])
        for scalar in content.unicodeScalars {
            switch scalar {
            case quote, "\\": result += ["\\", scalar]
            case "\n": result += ["\\", "n"]
            case "\r": result += ["\\", "r"]
            case "\t": result += ["\\", "t"]
            case "\u{0C}": result += ["\\", "f"]
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                result += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars
            default: result.append(scalar)
            }
        }
        result.append(quote)
        return String(result)
    }
}
