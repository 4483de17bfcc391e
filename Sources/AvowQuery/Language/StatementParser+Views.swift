internal import AvowFHIR

// Views: what stands behind FROM besides types, and tests of their columns.
extension StatementParser {
    /// A resource type, or the name of a view: a word that begins with a small letter, or any name in double quotes.
    mutating func selectionSource() throws(QuerySyntaxError) -> (name: Located<String>, isView: Bool) {
        if let quoted = try scanner.quotation("\"") {
            guard ViewName.isValid(quoted.value) else {
                throw QuerySyntaxError(
                    .invalidValue, "'\(Characters.abbreviated(quoted.value))' is not the name of a view",
                    at: quoted.range, expected: ["\(ViewName.rule)"])
            }
            return (quoted, true)
        }
        if let word = scanner.word(), Keyword(word: word.value) == nil, ViewName.isBare(word.value),
            ViewName.isValid(word.value), !ViewName.isType(word.value, schema.typeNames)
        {
            scanner.position = word.range.upperBound
            return (word, true)
        }
        return (try resourceType(orView: true), false)
    }

    /// What is asked of a column, or whether the record's patient is in a set.
    mutating func columnTest() throws(QuerySyntaxError) -> Logic<Condition> {
        let start = scanner.position
        guard let word = scanner.word(), Keyword(word: word.value) == nil else {
            throw scanner.unexpected(["a column of the view"])
        }
        scanner.position = word.range.upperBound
        try scanner.skipTrivia()
        if word.value == OwnParameter.patient.rawValue, let (isNegated, members) = try membership() {
            let name = Located(ParameterName(word.value), at: word.range)
            let test = Located(Condition.membership(name, members), at: SourceRange(start, scanner.position))
            return isNegated ? .not(.test(test)) : .test(test)
        }
        let (operation, isNegated) = try operation(isOrdered: true) { (parser) throws(QuerySyntaxError) in
            try parser.columnLiteral()
        }
        let test = Located(
            Condition.column(ColumnTest(word, operation)), at: SourceRange(start, scanner.position))
        return isNegated ? .not(.test(test)) : .test(test)
    }

    private mutating func columnLiteral() throws(QuerySyntaxError) -> Located<ColumnLiteral> {
        if let placeholder = try placeholder(for: .columnValue) {
            return Located(.placeholder(placeholder.value), at: placeholder.range)
        }
        if let quoted = try scanner.quotation("'") { return Located(.text(quoted.value), at: quoted.range) }
        let value = try scanner.value("a number, a date, true, false, or text in quotes")
        return Located(ColumnLiteral(bare: value.value), at: value.range)
    }
}

/// The names that views have in a store.
public enum ViewName {
    /// The longest name, in bytes.
    public static let greatestLength = 128

    /// Whether a view may have the name: not one that is a resource type's, in either case.
    public static func isValid(_ name: String) -> Bool {
        ViewDefinition.isName(name) && name.utf8.count <= greatestLength
    }

    /// Whether a name is that of a type but for capital letters.
    static func isType(_ name: String, _ types: [String]) -> Bool {
        let folded = name.lowercased()
        return folded == "resource" || types.contains { $0.lowercased() == folded }
    }

    /// Whether a name can stand behind FROM without quotes: those of types begin with capital letters.
    static func isBare(_ name: String) -> Bool {
        name.utf8.first.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 } ?? false
    }

    /// The name as it stands behind FROM: in double quotes unless it is a plain word there.
    public static func written(_ name: String) -> String {
        isBare(name) && Keyword(word: name) == nil && !isType(name, R4Schema().typeNames)
            ? name : CanonicalText.quoted(name, with: "\"")
    }

    /// What a name must be, in words.
    static let rule = "1 to \(greatestLength) letters, digits and underscores, a letter first"
}
