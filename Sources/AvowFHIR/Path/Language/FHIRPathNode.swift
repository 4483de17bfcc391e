/// One node of an expression's syntax tree and the text that it was read from.
///
/// Two nodes are equal when they say the same, wherever they stood.
public struct FHIRPathNode: Sendable {
    /// What the node is.
    public let form: Form

    /// Its place in the text, in UTF-8 bytes.
    public let range: Range<Int>

    /// How many nodes stand on one another here; evaluation is no deeper.
    let height: Int

    /// The forms of the grammar (FHIRPath N1, appendix A).
    public indirect enum Form: Hashable, Sendable {
        case literal(FHIRPathLiteral)
        /// `%name`
        case variable(String)
        /// `$this`, `$index` and `$total`; behind a dot they stand for the same.
        case special(FHIRPathSpecial)
        /// A name, of a member or at the head of a type: `of.name`, or `name` alone.
        case member(of: FHIRPathNode?, FHIRPathName)
        /// `of.name(arguments)`, or `name(arguments)` alone.
        case call(of: FHIRPathNode?, FHIRPathName, [FHIRPathNode])
        /// `of[position]`
        case item(of: FHIRPathNode, at: FHIRPathNode)
        /// `+of` and `-of`
        case signed(isNegative: Bool, of: FHIRPathNode)
        case binary(FHIRPathOperator, FHIRPathNode, FHIRPathNode)
        /// `of is type`, `of as type`
        case typed(FHIRPathTypeOperator, of: FHIRPathNode, FHIRPathTypeName)
    }

    /// A node; its height follows from its parts.
    init(_ form: Form, at range: Range<Int>) {
        self.form = form
        self.range = range
        let parts: [FHIRPathNode] =
            switch form {
            case .literal, .variable, .special: []
            case .member(let of, _): of.map { [$0] } ?? []
            case .call(let of, _, let arguments): (of.map { [$0] } ?? []) + arguments
            case .item(let of, let position): [of, position]
            case .signed(_, let of): [of]
            case .binary(_, let left, let right): [left, right]
            case .typed(_, let of, _): [of]
            }
        height = 1 + (parts.map(\.height).max() ?? 0)
    }
}

extension FHIRPathNode: Hashable {
    /// Whether two nodes say the same.
    public static func == (left: FHIRPathNode, right: FHIRPathNode) -> Bool { left.form == right.form }

    /// Hashes what the node says.
    public func hash(into hasher: inout Hasher) { hasher.combine(form) }
}

/// An identifier and where it stands.
public struct FHIRPathName: Hashable, Sendable {
    /// The name, its escapes decoded.
    public let text: String

    /// Its place in the text, in UTF-8 bytes, backticks included.
    public let range: Range<Int>

    /// Whether two names are the same, wherever they stood.
    public static func == (left: FHIRPathName, right: FHIRPathName) -> Bool { left.text == right.text }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// The name of a type, with its namespace where one was written: `FHIR.Patient`, `Quantity`.
public struct FHIRPathTypeName: Hashable, Sendable {
    /// `FHIR` or `System`, or nil when none was written.
    public let namespace: String?

    /// The name itself; dots part the elements of a type defined in place, `Patient.contact`.
    public let name: String

    /// Its place in the text, in UTF-8 bytes.
    public let range: Range<Int>

    /// Whether two names are the same, wherever they stood.
    public static func == (left: Self, right: Self) -> Bool {
        left.namespace == right.namespace && left.name == right.name
    }

    /// Hashes namespace and name.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(namespace)
        hasher.combine(name)
    }

    /// A qualified name from its parts; the first is the namespace when it is one.
    init(parts: [String], range: Range<Int>) {
        let isQualified = parts.count > 1 && ["FHIR", "System"].contains(parts[0])
        namespace = isQualified ? parts[0] : nil
        name = parts.dropFirst(isQualified ? 1 : 0).joined(separator: ".")
        self.range = range
    }
}

/// What stands for itself.
public enum FHIRPathLiteral: Hashable, Sendable {
    /// `{}`
    case empty
    case boolean(Bool)
    case string(String)
    /// Digits without or with a fraction, as they were written.
    case number(String)
    /// A date or date and time as it was written behind `@`; with a `T` it is a dateTime.
    case date(String)
    /// A time of day as it was written behind `@T`.
    case time(String)
    /// A number and a unit: a UCUM code from a string, or a word of the calendar.
    case quantity(String, unit: String, isCalendar: Bool)
}

/// The names that a function's criterion knows its surroundings by.
public enum FHIRPathSpecial: String, Hashable, Sendable {
    case this, index, total
}

/// Operators between two expressions.
public enum FHIRPathOperator: String, Hashable, Sendable, CaseIterable {
    case multiply = "*"
    case divide = "/"
    case quotient = "div"
    case remainder = "mod"
    case add = "+"
    case subtract = "-"
    case concatenate = "&"
    case union = "|"
    case lessOrEqual = "<="
    case less = "<"
    case greater = ">"
    case greaterOrEqual = ">="
    case equal = "="
    case equivalent = "~"
    case notEqual = "!="
    case notEquivalent = "!~"
    case membership = "in"
    case containment = "contains"
    case and, or, xor, implies

    /// How tightly the operator binds; all associate to the left (FHIRPath N1, section 6.8).
    var precedence: Int {
        switch self {
        case .multiply, .divide, .quotient, .remainder: 10
        case .add, .subtract, .concatenate: 9
        case .union: FHIRPathTypeOperator.precedence - 1
        case .lessOrEqual, .less, .greater, .greaterOrEqual: 6
        case .equal, .equivalent, .notEqual, .notEquivalent: 5
        case .membership, .containment: 4
        case .and: 3
        case .or, .xor: 2
        case .implies: 1
        }
    }
}

/// Operators between an expression and a type.
public enum FHIRPathTypeOperator: String, Hashable, Sendable {
    case `is`, `as`

    static let precedence = 8
}
