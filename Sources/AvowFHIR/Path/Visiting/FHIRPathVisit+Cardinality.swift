extension FHIRPathVisit {
    /// What the R4 model says of the elements that a path leads to.
    public struct Elements: Hashable, Sendable {
        /// The types that they may have; never none.
        public let types: [FHIRType]
        /// Whether there is at most one. A resource that does not keep to the model's cardinalities may have more.
        public let isSingle: Bool
    }

    /// What the model says of the elements that the path leads to; nil when it does not know.
    public var elements: Elements? {
        var types: [FHIRType] = []
        var isSingle = paths.count == 1
        for path in paths {
            var reached: [FHIRType] = []
            for step in path {
                switch step {
                case .head, .filter: continue
                case .select(let test): reached = test.fhir.map { [$0] } ?? []
                case .member(let step):
                    guard let element = step.expected?.element else { return nil }
                    isSingle = isSingle && !element.repeats
                    reached = Array(element.types)
                }
            }
            guard !reached.isEmpty else { return nil }
            types += reached.filter { !types.contains($0) }
        }
        return types.isEmpty ? nil : Elements(types: types, isSingle: isSingle)
    }
}
