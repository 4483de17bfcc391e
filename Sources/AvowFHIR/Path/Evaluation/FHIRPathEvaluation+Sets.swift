// Subsetting and combining (FHIRPath N1, sections 5.3 and 5.4).
extension FHIRPathEvaluation {
    func subset(
        _ function: FHIRPathFunction, _ input: [FHIRPathItem], _ arguments: [FHIRPathOperation], _ frame: Frame,
        _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        switch function {
        case .single:
            guard input.count <= 1 else { throw failure("at most one item", input, at: range) }
            return input
        case .first: return Array(input.prefix(1))
        case .last: return Array(input.suffix(1))
        case .tail: return Array(input.dropFirst())
        default:
            guard let count = try integer(arguments[0], frame) else { return function == .skip ? input : [] }
            return function == .skip ? Array(input.dropFirst(max(0, count))) : Array(input.prefix(max(0, count)))
        }
    }

    func sets(
        _ function: FHIRPathFunction, _ input: [FHIRPathItem], _ arguments: [FHIRPathOperation], _ frame: Frame,
        _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        let other =
            try arguments.first.map { argument throws(FHIRPathError) in try evaluate(inner: argument, frame) } ?? []
        try spend(input.count + other.count, at: range)
        switch function {
        case .union: return try union(input, other, at: range)
        case .combine:
            try bound(input + other, at: range)
            return input + other
        case .distinct: return Self.set(input).items
        case .isDistinct: return [.boolean(Self.set(input).items.count == input.count)]
        case .intersect:
            let wanted = Self.set(other)
            return Self.set(input).items.filter(wanted.contains)
        case .exclude:
            let unwanted = Self.set(other)
            return input.filter { !unwanted.contains($0) }
        case .subsetOf: return [.boolean(Self.isSubset(input, of: other))]
        default: return [.boolean(Self.isSubset(other, of: input))]
        }
    }

    func union(
        _ left: [FHIRPathItem], _ right: [FHIRPathItem], at range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        try spend(left.count + right.count, at: range)
        var result = Self.set(left)
        for item in right { result.insert(item) }
        try bound(result.items, at: range)
        return result.items
    }

    private static func set(_ items: [FHIRPathItem]) -> FHIRPathItemSet {
        var set = FHIRPathItemSet()
        for item in items { set.insert(item) }
        return set
    }

    private static func isSubset(_ items: [FHIRPathItem], of other: [FHIRPathItem]) -> Bool {
        let whole = set(other)
        return items.allSatisfy(whole.contains)
    }
}
