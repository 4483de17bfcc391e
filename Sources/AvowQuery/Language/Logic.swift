/// Tests joined by AND, OR and NOT.
///
/// The tree is kept flat: no conjunction stands directly in a conjunction, no alternative in an alternative, and
/// neither has fewer than two parts.
public indirect enum Logic<Test: Hashable & Sendable>: Hashable, Sendable {
    /// One test.
    case test(Located<Test>)
    /// What is left out by another.
    case not(Logic)
    /// All of these hold.
    case all([Logic])
    /// At least one of these holds.
    case any([Logic])

    /// The conjunction of some; nil of none.
    public static func all(of parts: [Logic]) -> Logic? {
        let flat = parts.flatMap { part in
            if case .all(let inner) = part { inner } else { [part] }
        }
        return flat.count > 1 ? .all(flat) : flat.first
    }

    /// The alternative between some; nil of none.
    public static func any(of parts: [Logic]) -> Logic? {
        let flat = parts.flatMap { part in
            if case .any(let inner) = part { inner } else { [part] }
        }
        return flat.count > 1 ? .any(flat) : flat.first
    }

    /// Every test of the tree, from left to right.
    public var tests: [Located<Test>] {
        switch self {
        case .test(let test): [test]
        case .not(let inner): inner.tests
        case .all(let parts), .any(let parts): parts.flatMap(\.tests)
        }
    }

    /// What must hold: the parts of a conjunction, or the tree itself.
    var conjuncts: [Logic] {
        if case .all(let parts) = self { parts } else { [self] }
    }
}

/// What is asked of a value.
public enum Operation<Literal: Hashable & Sendable>: Hashable, Sendable {
    /// It stands in this relation to a literal.
    case compare(Comparison, Located<Literal>)
    /// It is one of these.
    case among([Located<Literal>])
    /// It is not below the first nor above the second.
    case between(Located<Literal>, Located<Literal>)
    /// There is none.
    case missing

    /// The literals, from left to right.
    public var literals: [Located<Literal>] {
        switch self {
        case .compare(_, let literal): [literal]
        case .among(let literals): literals
        case .between(let first, let last): [first, last]
        case .missing: []
        }
    }
}

/// How a value relates to a literal. That it differs is the NOT of that it is equal.
public enum Comparison: String, CaseIterable, Hashable, Sendable {
    case equal = "="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}
