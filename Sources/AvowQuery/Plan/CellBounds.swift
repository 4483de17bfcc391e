internal import AvowFHIR
internal import AvowProof

/// Between which cells of a column all those stand of which a condition in FHIRPath holds: what it asks of them when it
/// compares the column's expression with a literal, alone or joined by `and`.
///
/// The cells between the bounds need not all meet the condition, which is tested on each. Numbers stand in their order,
/// whatever digits they are written with; of texts only equal ones stand together in any order that FHIRPath knows, so
/// they are bounded by equality alone; and truth values likewise.
enum CellBounds: Equatable {
    /// Numbers from one to another, both among them; nil where there is no bound.
    case numbers(from: FHIRDecimal?, upTo: FHIRDecimal?)
    case text(String)
    case boolean(Bool)

    /// The bounds that some conditions set together; nil when they set none.
    init?(_ conditions: [Predicate], on column: ShownColumn) {
        guard let expression = column.expression else { return nil }
        var all: CellBounds?
        for case .path(let path) in conditions {
            guard let bounds = CellBounds(path.expression.root, on: expression.root) else { continue }
            all = all?.intersection(bounds) ?? bounds
        }
        guard let all else { return nil }
        self = all
    }

    private init?(_ node: FHIRPathNode, on column: FHIRPathNode) {
        guard case .binary(let kind, let left, let right) = node.form else { return nil }
        if kind == .and {
            let (first, second) = (CellBounds(left, on: column), CellBounds(right, on: column))
            guard let either = first ?? second else { return nil }
            self = second.map(either.intersection) ?? either
        } else if left == column, let bounds = CellBounds(kind, right) {
            self = bounds
        } else if right == column, let mirrored = kind.mirrored, let bounds = CellBounds(mirrored, left) {
            self = bounds
        } else {
            return nil
        }
    }

    /// What stands so to a literal.
    private init?(_ kind: FHIRPathOperator, _ literal: FHIRPathNode) {
        switch literal.form {
        case .literal(.number(let text)): self.init(kind, FHIRDecimal(text))
        case .signed(let isNegative, let of):
            guard case .literal(.number(let text)) = of.form else { return nil }
            self.init(kind, FHIRDecimal((isNegative ? "-" : "") + text))
        case .literal(.string(let text)) where kind == .equal: self = .text(text)
        case .literal(.boolean(let value)) where kind == .equal: self = .boolean(value)
        default: return nil
        }
    }

    private init?(_ kind: FHIRPathOperator, _ number: FHIRDecimal?) {
        guard let number else { return nil }
        switch kind {
        case .equal: self = .numbers(from: number, upTo: number)
        case .less, .lessOrEqual: self = .numbers(from: nil, upTo: number)
        case .greater, .greaterOrEqual: self = .numbers(from: number, upTo: nil)
        default: return nil
        }
    }

    /// What both bounds hold; of bounds of different kinds, which no cell meets, the first.
    private func intersection(_ other: CellBounds) -> CellBounds {
        guard case .numbers(let from, let upTo) = self, case .numbers(let otherFrom, let otherUpTo) = other else {
            return self
        }
        return .numbers(
            from: [from, otherFrom].compactMap(\.self).max(), upTo: [upTo, otherUpTo].compactMap(\.self).min())
    }

    /// The stretches of the column, with those of cells that only their records tell.
    func spans(_ texts: IndexTextLimit) -> [IndexSpan] {
        let unknown = IndexSpan(
            ShownColumn.unsorted, IndexSpan.behind(ShownColumn.unsorted), isPoint: true, isExact: false)
        switch self {
        case .numbers(let from, let upTo):
            let lower = from.map(ShownColumn.beginning) ?? ShownColumn.numbers.lower
            let upper = upTo.map { IndexSpan.behind(ShownColumn.beginning(with: $0)) } ?? ShownColumn.numbers.upper
            return [IndexSpan(lower, upper, isExact: false), unknown]
        case .text(let text): return [point(.string(text), texts), unknown]
        case .boolean(let value): return [point(.boolean(value), texts), unknown]
        }
    }

    private func point(_ cell: Cell, _ texts: IndexTextLimit) -> IndexSpan {
        var tuple = TupleBytes()
        ShownColumn.append(cell, texts, to: &tuple)
        return .point(tuple, isExact: false)
    }
}

extension FHIRPathOperator {
    /// The comparison that says the same with its sides exchanged.
    fileprivate var mirrored: FHIRPathOperator? {
        switch self {
        case .equal: .equal
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: nil
        }
    }
}
