// Operators (FHIRPath N1, section 6).
extension FHIRPathEvaluation {
    func binary(
        _ kind: FHIRPathOperator, _ left: FHIRPathOperation, _ right: FHIRPathOperation, _ frame: Frame,
        _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        let first = try evaluate(inner: left, frame)
        switch kind {
        case .and, .or, .xor, .implies:
            let known = try boolean(first, at: left.range)
            // What one side decides is not asked of the other.
            switch (kind, known) {
            case (.and, false?): return [.boolean(false)]
            case (.or, true?): return [.boolean(true)]
            case (.implies, false?): return [.boolean(true)]
            default: break
            }
            let other = try boolean(evaluate(inner: right, frame), at: right.range)
            return Self.logic(kind, known, other).map { [.boolean($0)] } ?? []
        default: break
        }
        let second = try evaluate(inner: right, frame)
        switch kind {
        case .equal: return try areEqual(first, second, at: range).map { [.boolean($0)] } ?? []
        case .notEqual: return try areEqual(first, second, at: range).map { [.boolean(!$0)] } ?? []
        case .equivalent, .notEquivalent:
            try spend(first.count * second.count, at: range)
            return [.boolean(Self.areEquivalent(first, second) == (kind == .equivalent))]
        case .union: return try union(first, second, at: range)
        case .membership: return try contains(second, first, at: left.range)
        case .containment: return try contains(first, second, at: right.range)
        case .concatenate:
            let text = try (string(first, at: left.range) ?? "") + (string(second, at: right.range) ?? "")
            return [.string(try bounded(text, at: range))]
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            guard let a = try singleton(first, at: left.range), let b = try singleton(second, at: right.range) else {
                return []
            }
            guard let order = try order(a, b, at: range) else { return [] }
            switch kind {
            case .less: return [.boolean(order == .ascending)]
            case .lessOrEqual: return [.boolean(order != .descending)]
            case .greater: return [.boolean(order == .descending)]
            default: return [.boolean(order != .ascending)]
            }
        default:
            guard let a = try singleton(first, at: left.range), let b = try singleton(second, at: right.range) else {
                return []
            }
            return try arithmetic(kind, a, b, at: range).map { [$0] } ?? []
        }
    }

    /// Logic of three values (FHIRPath N1, section 6.5).
    private static func logic(_ kind: FHIRPathOperator, _ left: Bool?, _ right: Bool?) -> Bool? {
        switch kind {
        case .and: left == false || right == false ? false : left == true && right == true ? true : nil
        case .or: left == true || right == true ? true : left == false && right == false ? false : nil
        case .xor: left.flatMap { left in right.map { left != $0 } }
        default: left == false || right == true ? true : left == true && right == false ? false : nil
        }
    }

    private func contains(
        _ items: [FHIRPathItem], _ wanted: [FHIRPathItem], at range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard wanted.count <= 1 else { throw failure("at most one item", wanted, at: range) }
        guard let item = wanted.first else { return [] }
        try spend(items.count, at: range)
        return [.boolean(items.contains { $0.isEqual(to: item) == true })]
    }

    /// How two items are ordered; nil where that is undecided.
    func order(_ left: FHIRPathItem, _ right: FHIRPathItem, at range: Range<Int>) throws(FHIRPathError) -> ValueOrder? {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return ValueOrder(a, b)
        case (.integer(let a), .decimal(let b)): return ValueOrder(FHIRDecimal(a), b)
        case (.decimal(let a), .integer(let b)): return ValueOrder(a, FHIRDecimal(b))
        case (.decimal(let a), .decimal(let b)): return ValueOrder(a, b)
        case (.string(let a), .string(let b)):
            return a.utf8.elementsEqual(b.utf8)
                ? .same : a.utf8.lexicographicallyPrecedes(b.utf8) ? .ascending : .descending
        case (.date(let a), .date(let b)), (.date(let a), .dateTime(let b)), (.dateTime(let a), .date(let b)),
            (.dateTime(let a), .dateTime(let b)):
            return a.order(relativeTo: b)
        case (.time(let a), .time(let b)): return a.order(relativeTo: b)
        case (.quantity(let a), .quantity(let b)): return a.order(relativeTo: b)
        case (.quantity(let a), .integer(let b)): return a.order(relativeTo: FHIRQuantity(FHIRDecimal(b)))
        case (.quantity(let a), .decimal(let b)): return a.order(relativeTo: FHIRQuantity(b))
        case (.integer(let a), .quantity(let b)): return FHIRQuantity(FHIRDecimal(a)).order(relativeTo: b)
        case (.decimal(let a), .quantity(let b)): return FHIRQuantity(a).order(relativeTo: b)
        default:
            throw FHIRPathError(
                .evaluation, at: range, expected: "two values of one type that has an order",
                found: "\(left.typeName) and \(right.typeName)")
        }
    }

    func signed(
        _ items: [FHIRPathItem], isNegative: Bool, at range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard let item = try singleton(items, at: range) else { return [] }
        switch item {
        case .integer(let value): return isNegative ? Self.integer(-value).map { [$0] } ?? [] : [item]
        case .decimal(let value): return [isNegative ? .decimal(value.negated) : item]
        case .quantity(let value): return [isNegative ? .quantity(value.negated) : item]
        default: throw failure("a number or quantity behind the sign", [item], at: range)
        }
    }

    /// An integer, or nothing when it has more than 32 bits.
    static func integer(_ value: Int?) -> FHIRPathItem? {
        value.flatMap { Int32(exactly: $0) }.map { .integer(Int($0)) }
    }

    /// The result of an operator of arithmetic; nothing where there is none, as with a divisor of 0.
    func arithmetic(
        _ kind: FHIRPathOperator, _ left: FHIRPathItem, _ right: FHIRPathItem, at range: Range<Int>
    ) throws(FHIRPathError) -> FHIRPathItem? {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return Self.arithmetic(kind, a, b)
        case (.integer(let a), .decimal(let b)): return Self.arithmetic(kind, FHIRDecimal(a), b)
        case (.decimal(let a), .integer(let b)): return Self.arithmetic(kind, a, FHIRDecimal(b))
        case (.decimal(let a), .decimal(let b)): return Self.arithmetic(kind, a, b)
        case (.string(let a), .string(let b)) where kind == .add:
            return .string(try bounded(a + b, at: range))
        case (.quantity(let a), .quantity(let b)): return try arithmetic(kind, a, b, at: range)
        case (.quantity(let a), .integer(let b)):
            return try arithmetic(kind, a, FHIRQuantity(FHIRDecimal(b)), at: range)
        case (.quantity(let a), .decimal(let b)): return try arithmetic(kind, a, FHIRQuantity(b), at: range)
        case (.integer(let a), .quantity(let b)):
            return try arithmetic(kind, FHIRQuantity(FHIRDecimal(a)), b, at: range)
        case (.decimal(let a), .quantity(let b)): return try arithmetic(kind, FHIRQuantity(a), b, at: range)
        case (.date(let date), .quantity(let duration)) where kind == .add || kind == .subtract:
            return try moved(kind, duration, at: range) { duration throws(DurationError) in try date.adding(duration) }
                .map(FHIRPathItem.date)
        case (.dateTime(let date), .quantity(let duration)) where kind == .add || kind == .subtract:
            return try moved(kind, duration, at: range) { duration throws(DurationError) in try date.adding(duration) }
                .map(FHIRPathItem.dateTime)
        case (.time(let time), .quantity(let duration)) where kind == .add || kind == .subtract:
            return try moved(kind, duration, at: range) { duration throws(DurationError) in try time.adding(duration) }
                .map(FHIRPathItem.time)
        default:
            throw FHIRPathError(
                .evaluation, at: range, expected: "operands that '\(kind.rawValue)' can combine",
                found: "\(left.typeName) and \(right.typeName)")
        }
    }

    private static func arithmetic(_ kind: FHIRPathOperator, _ left: Int, _ right: Int) -> FHIRPathItem? {
        switch kind {
        case .add: integer(left + right)
        case .subtract: integer(left - right)
        case .multiply: integer(left * right)
        case .quotient: right == 0 ? nil : integer(left / right)
        case .remainder: right == 0 ? nil : integer(left % right)
        default: FHIRDecimal(left).divided(by: FHIRDecimal(right)).map { .decimal($0) }
        }
    }

    private static func arithmetic(
        _ kind: FHIRPathOperator, _ left: FHIRDecimal, _ right: FHIRDecimal
    ) -> FHIRPathItem? {
        switch kind {
        case .add: left.adding(right).map { .decimal($0) }
        case .subtract: left.subtracting(right).map { .decimal($0) }
        case .multiply: left.multiplied(by: right).map { .decimal($0) }
        case .quotient: integer(left.truncatedQuotient(dividingBy: right)?.integer)
        case .remainder: left.remainder(dividingBy: right).map { .decimal($0) }
        default: left.divided(by: right).map { .decimal($0) }
        }
    }

    private func arithmetic(
        _ kind: FHIRPathOperator, _ left: FHIRQuantity, _ right: FHIRQuantity, at range: Range<Int>
    ) throws(FHIRPathError) -> FHIRPathItem? {
        switch kind {
        case .add: return left.adding(right).map { .quantity($0) }
        case .subtract: return left.subtracting(right).map { .quantity($0) }
        case .multiply: return left.multiplied(by: right).map { .quantity($0) }
        case .divide: return left.divided(by: right).map { .quantity($0) }
        default:
            throw FHIRPathError(
                .evaluation, at: range, expected: "numbers beside '\(kind.rawValue)'", found: "quantities")
        }
    }

    /// A time moved by a duration; nothing when it would leave the calendar.
    private func moved<Time>(
        _ kind: FHIRPathOperator, _ duration: FHIRQuantity, at range: Range<Int>,
        _ add: (FHIRQuantity) throws(DurationError) -> Time?
    ) throws(FHIRPathError) -> Time? {
        do throws(DurationError) {
            return try add(kind == .add ? duration : duration.negated)
        } catch {
            throw FHIRPathError(
                .evaluation, at: range, expected: "a duration in a unit of the calendar",
                found: "\(duration.text): \(error.description)")
        }
    }

    /// A text that is not longer than is good for the memory.
    func bounded(_ text: String, at range: Range<Int>) throws(FHIRPathError) -> String {
        try boundedLength(text.utf8.count, at: range)
        try spend(text.utf8.count >> 6, at: range)
        return text
    }

    /// The most bytes that a computed text may have.
    static let longestText = 1 << 24

    /// Refuses a text that would become too long, in bytes, before it is made.
    func boundedLength(_ length: Int, at range: Range<Int>) throws(FHIRPathError) {
        guard length <= Self.longestText else {
            throw FHIRPathError(
                .limit, at: range, expected: "a text of at most \(Self.longestText) bytes", found: "more")
        }
    }
}
