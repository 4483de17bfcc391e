internal import AvowFHIR

/// A view that a question selects from: its definition, by the name that the question calls it.
struct BoundView: Sendable {
    let name: String
    let definition: ViewDefinition

    /// The number of a column.
    func column(named name: String) -> Int? {
        definition.columns.firstIndex { $0.name == name }
    }

    /// What a name finds in a row, or in the record that the row is laid out from.
    ///
    /// - Parameters:
    ///   - showsOwner: whether `patient` stands for a pseudonym, and not for what a person reads.
    ///   - showsReference: whether `_id` stands for a reference to the record.
    func source(_ path: PathExpression, at range: SourceRange, showsOwner: Bool, showsReference: Bool)
        throws(QueryError) -> Columns.Source
    {
        if showsOwner, path.text == OwnParameter.patient.rawValue { return .owner }
        if showsReference, path.text == OwnParameter.id.rawValue { return .reference }
        let text = path.text
        let isQuoted = text.count > 2 && text.hasPrefix("`") && text.hasSuffix("`")
        if let column = column(named: isQuoted ? String(text.dropFirst().dropLast()) : text) { return .column(column) }
        if text == OwnParameter.patient.rawValue { return .patient }
        throw .syntax(unknownColumn(Located(text, at: range)))
    }

    func unknownColumn(_ name: Located<String>) -> QuerySyntaxError {
        let names = definition.columns.map(\.name)
        let suggestion = NearestName.of(name.value, among: names)
        return QuerySyntaxError(
            .unknownColumn, "no column '\(Characters.abbreviated(name.value))' in the view '\(self.name)'",
            at: name.range, expected: suggestion == nil ? Array(names.prefix(12)) : [], suggestion: suggestion)
    }

    // MARK: Conditions

    /// What a test of a column asks of a row.
    func predicate(_ test: ColumnTest) throws(QueryError) -> Predicate {
        guard let index = column(named: test.column.value) else {
            guard test.column.value == OwnParameter.patient.rawValue else {
                throw .syntax(unknownColumn(test.column))
            }
            return try patients(test)
        }
        let column = definition.columns[index]
        func criterion(
            _ comparison: Comparison, _ literal: Located<ColumnLiteral>
        ) throws(QueryError) -> ColumnCriterion {
            do throws(QuerySyntaxError) {
                return try ColumnCriterion(column, comparison, literal)
            } catch {
                throw .syntax(error)
            }
        }
        var alternatives: [[ColumnCriterion]] = []
        switch test.operation {
        case .missing: return .not(.column(BoundColumnTest(column: index, name: column.name, alternatives: nil)))
        case .compare(let comparison, let literal): alternatives = [[try criterion(comparison, literal)]]
        case .among(let literals):
            for literal in literals { alternatives.append([try criterion(.equal, literal)]) }
        case .between(let first, let last):
            alternatives = [[try criterion(.greaterOrEqual, first), try criterion(.lessOrEqual, last)]]
        }
        return .column(BoundColumnTest(column: index, name: column.name, alternatives: alternatives))
    }

    /// What is asked of the record's patient, in a view that has no column of that name.
    private func patients(_ test: ColumnTest) throws(QueryError) -> Predicate {
        switch test.operation {
        case .missing: return .not(.present(.patient))
        case .compare(let comparison, let literal) where comparison != .equal:
            throw .syntax(
                QuerySyntaxError(
                    .unexpected, "patients have no order", at: literal.range, expected: ["'='", "IN"]))
        case .between(let literal, _):
            throw .syntax(
                QuerySyntaxError(.unexpected, "patients have no order", at: literal.range, expected: ["IN"]))
        case .compare, .among: break
        }
        var wanted: Set<String> = []
        for literal in test.operation.literals {
            guard case .text(let text) = literal.value, let reference = try? ResourceReference(text),
                reference.type == "Patient"
            else {
                throw .syntax(
                    QuerySyntaxError(
                        .invalidValue, "'\(literal.value)' is not a patient", at: literal.range,
                        expected: ["a reference such as Patient/123"]))
            }
            wanted.insert(reference.id.text)
        }
        return .patient(wanted)
    }
}

/// What is asked of a column of a row.
struct BoundColumnTest: Sendable {
    let column: Int
    let name: String
    /// A value satisfies the test when it satisfies all criteria of one of these; nil for any value at all.
    let alternatives: [[ColumnCriterion]]?

    func holds(of row: [Cell]) -> Bool {
        let cell = row[column]
        guard let alternatives else { return cell != .null }
        return alternatives.contains { criteria in criteria.allSatisfy { $0.holds(of: cell) } }
    }
}

/// One comparison of a column's value with a literal.
struct ColumnCriterion: Sendable {
    private enum Operand {
        /// Digits.
        case number(String)
        case text(String)
        case boolean(Bool)
        /// The instants that stand so to a date.
        case date(DateSpan)
    }

    private let comparison: Comparison
    private let operand: Operand

    /// - Throws: when values of the column cannot be compared with the literal.
    init(_ column: ViewColumn, _ comparison: Comparison, _ literal: Located<ColumnLiteral>) throws(QuerySyntaxError) {
        self.comparison = comparison
        let name = column.name
        func refusal(_ what: String, _ expected: [String]) -> QuerySyntaxError {
            QuerySyntaxError(
                .invalidValue, "the column '\(name)' \(what), which \(literal.value) is not", at: literal.range,
                expected: expected)
        }
        switch (column.content, literal.value) {
        case (.list, _), (.elements, _):
            let what = column.content == .list ? "lists" : "elements with members"
            throw QuerySyntaxError(
                .invalidValue, "the column '\(name)' has \(what), which are compared with nothing", at: literal.range,
                expected: ["IS NULL", "a column for the member in the view"])
        case (.number, .number(let number)), (.unknown, .number(let number)): operand = .number(number.text)
        case (.number, _): throw refusal("has numbers", ["a number"])
        case (.boolean, .boolean(let value)), (.unknown, .boolean(let value)):
            guard comparison == .equal else {
                throw QuerySyntaxError(
                    .unexpected, "booleans have no order", at: literal.range, expected: ["'='", "'<>'"])
            }
            operand = .boolean(value)
        case (.boolean, _): throw refusal("has booleans", ["true", "false"])
        case (.date, _), (.unknown, .date):
            guard let date = ColumnCriterion.date(literal.value) else { throw refusal("has dates", ["a date"]) }
            operand = .date(DateSpan(comparison, date))
        case (.text, .text(let text)), (.unknown, .text(let text)): operand = .text(text)
        case (.text, _):
            throw QuerySyntaxError(
                .invalidValue, "the column '\(name)' has text, which stands in quotes", at: literal.range,
                suggestion: CanonicalText.quoted(literal.value.description, with: "'"))
        default: throw refusal("has values", ["a number", "a date", "text in quotes"])
        }
    }

    /// The text that a value must be; nil when another comparison is asked for.
    var text: String? {
        guard comparison == .equal, case .text(let text) = operand else { return nil }
        return text
    }

    private static func date(_ literal: ColumnLiteral) -> FHIRDateTime? {
        switch literal {
        case .date(let date): FHIRDateTime(date.text)
        // A year looks like a number.
        case .number(let number): (try? DateLiteral(number.text)).flatMap { FHIRDateTime($0.text) }
        case .text(let text): (try? DateLiteral(text)).flatMap { FHIRDateTime($0.text) }
        case .boolean, .placeholder: nil
        }
    }

    func holds(of cell: Cell) -> Bool {
        switch (operand, cell) {
        case (.number(let wanted), .number): return stands(Cell.compare(cell, .number(wanted)))
        case (.text(let wanted), .string): return stands(Cell.compare(cell, .string(wanted)))
        case (.boolean(let wanted), .boolean(let value)): return wanted == value
        case (.date(let span), .string(let text)): return span.contains(FHIRDateTime(text)?.lowerBound)
        default: return false
        }
    }

    private func stands(_ order: Int) -> Bool {
        switch comparison {
        case .equal: order == 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}
