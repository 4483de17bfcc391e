/// A test that can be written, and whose NOT can be written within it.
public protocol WrittenTest: CustomStringConvertible {
    /// The canonical form of the test's NOT, where it is not `NOT` and the test.
    var negatedDescription: String? { get }
}

extension Logic: CustomStringConvertible where Test: WrittenTest {
    /// The canonical form, which parses to an equal tree.
    public var description: String {
        switch self {
        case .test(let test): test.value.description
        case .not(.test(let test)): test.value.negatedDescription ?? "NOT \(test.value)"
        case .not(let inner): "NOT " + inner.factor
        case .all(let parts): parts.map(\.factor).joined(separator: " AND ")
        case .any(let parts): parts.map(\.description).joined(separator: " OR ")
        }
    }

    /// As a part of a conjunction or behind NOT.
    private var factor: String {
        switch self {
        case .test, .not: description
        case .all, .any: "(\(description))"
        }
    }
}

extension Condition: CustomStringConvertible, WrittenTest {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        switch self {
        case .parameter(let test): test.operation.text(of: test.parameter.value.description)
        case .column(let test): test.description
        case .path(let path): "PATH(\(path.text))"
        case .membership(let name, let members): "\(name.value) IN \(members.operand)"
        case .exists(let event): "EXISTS \(event)"
        case .temporal(let relation): relation.description
        }
    }

    /// `NOT IN`, `IS NOT NULL` and the like; nil where there is no such form.
    public var negatedDescription: String? {
        switch self {
        case .parameter(let test): test.operation.negatedText(of: test.parameter.value.description)
        case .column(let test): test.negatedDescription
        case .membership(let name, let members): "\(name.value) NOT IN \(members.operand)"
        case .path, .exists, .temporal: nil
        }
    }
}

extension GroupTest: CustomStringConvertible, WrittenTest {
    /// The canonical form, which parses to an equal value.
    public var description: String { operation.text(of: value.value.description) }

    /// `NOT IN`, `IS NOT NULL` and the like; nil where there is no such form.
    public var negatedDescription: String? { operation.negatedText(of: value.value.description) }
}

extension Operation where Literal: CustomStringConvertible {
    func text(of name: String) -> String {
        switch self {
        case .compare(let comparison, let literal): "\(name) \(comparison.rawValue) \(literal.value)"
        case .among(let literals): "\(name) IN (\(CanonicalText.list(literals)))"
        case .between(let first, let last): "\(name) BETWEEN \(first.value) AND \(last.value)"
        case .missing: "\(name) IS NULL"
        }
    }

    func negatedText(of name: String) -> String? {
        switch self {
        case .compare(.equal, let literal): "\(name) <> \(literal.value)"
        case .compare: nil
        case .among(let literals): "\(name) NOT IN (\(CanonicalText.list(literals)))"
        case .between(let first, let last): "\(name) NOT BETWEEN \(first.value) AND \(last.value)"
        case .missing: "\(name) IS NOT NULL"
        }
    }
}

extension ParameterName: CustomStringConvertible {
    /// The name, with its modifier behind a colon.
    public var description: String { name + (modifier.map { ":" + $0 } ?? "") }
}

extension ConditionValue: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        switch self {
        case .token(let token): CanonicalText.value(token.description)
        case .date(let date): date.text
        case .number(let number), .quantity(let number, nil): number.text
        case .quantity(let number, let unit?): "\(number) " + CanonicalText.quoted(unit, with: "'")
        case .reference(let reference): CanonicalText.value(reference.description)
        case .id(let id): CanonicalText.value(id.text)
        case .text(let text): CanonicalText.quoted(text, with: "'")
        case .composite(let terms): "(" + terms.map(\.description).joined(separator: ", ") + ")"
        case .placeholder(let placeholder): placeholder.description
        }
    }
}

extension CompositeTerm: CustomStringConvertible {
    /// The canonical form: equality goes without its sign.
    public var description: String {
        (comparison == .equal ? "" : comparison.rawValue + " ") + value.value.description
    }
}

extension GroupLiteral: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        switch self {
        case .number(let number): number.text
        case .text(let text): CanonicalText.quoted(text, with: "'")
        case .placeholder(let placeholder): placeholder.description
        }
    }
}

extension Event: CustomStringConvertible {
    /// The canonical form, in brackets.
    public var description: String { "(" + type.value + (condition.map { " WHERE \($0)" } ?? "") + ")" }
}

extension TemporalRelation: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        var text = distance.map { "WITHIN \($0) " } ?? ""
        text += side.rawValue + " "
        if let choice { text += choice.rawValue + " " }
        return text + event.description
    }
}

extension CalendarDistance: CustomStringConvertible {
    /// The canonical form: `30 DAYS`.
    public var description: String { "\(placeholder?.value.description ?? String(count)) \(unit.rawValue)" }
}

extension PatientSet: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        switch self {
        case .select(let statement): statement.description
        case .cohort(let name): "COHORT " + name.value
        case .combination(let operation, let left, let right):
            "\(left.factor(of: operation, isLeft: true)) \(operation.rawValue) \(right.factor(of: operation, isLeft: false))"
        }
    }

    /// As a part of a combination, in brackets where it would be parsed otherwise without.
    private func factor(of operation: SetOperation, isLeft: Bool) -> String {
        guard case .combination(let own, _, _) = self else { return description }
        let binds = (own == .intersection ? 1 : 0) - (operation == .intersection ? 1 : 0)
        return binds > 0 || binds == 0 && isLeft ? description : "(\(description))"
    }

    /// Behind IN.
    fileprivate var operand: String {
        if case .cohort = self { description } else { "(\(description))" }
    }
}
