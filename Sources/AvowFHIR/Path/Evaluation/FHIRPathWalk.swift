/// A path of members that is walked over the document at once, without a collection after each step.
///
/// It yields what evaluating it step by step yields. It is made of members, a type at its head, `ofType`, and `where` with
/// criteria that compare members of FHIR's string types with a literal string, joined by `and`.
struct FHIRPathWalk: Sendable {
    private let steps: [FHIRPathVisitStep]

    /// Nil when an operation is no such path, or has fewer than two steps.
    init?(_ operation: FHIRPathOperation) {
        guard let steps = FHIRPathWalk.steps(operation), steps.count > 1 else { return nil }
        self.steps = steps
    }

    /// Adds what the path leads to from an element.
    ///
    /// - Returns: false when the path leads into a value that is no element, which only its evaluation knows; `items` are
    ///   of no use then.
    func append(from element: FHIRPathElement, to items: inout [FHIRPathItem]) -> Bool {
        append(0, from: element, to: &items)
    }

    private func append(_ position: Int, from element: FHIRPathElement, to items: inout [FHIRPathItem]) -> Bool {
        guard position < steps.count else {
            items.append(.element(element))
            return true
        }
        switch steps[position] {
        case .head(let test):
            guard test.includes(.element(element)) else { return true }
        case .select(let test):
            guard test.selects(.element(element)) else { return true }
        case .filter(let criterion):
            guard criterion.holds(element, root: element) else { return true }
        case .member(let step):
            if position == steps.count - 1 {
                element.appendMembers(step, to: &items)
                return true
            }
            if step.isValue, element.type?.primitive != nil { return false }
            guard let object = element.objectNode, let meaning = step.meaning(in: element.type) else { return true }
            var isWalked = true
            element.document.visit(step.member, meaning, of: object) { node, companion, type in
                let found = FHIRPathElement(document: element.document, node: node, companion: companion, type: type)
                isWalked = append(position + 1, from: found, to: &items)
                return isWalked
            }
            return isWalked
        }
        return append(position + 1, from: element, to: &items)
    }

    private static func steps(_ operation: FHIRPathOperation) -> [FHIRPathVisitStep]? {
        switch operation.form {
        case .this: return []
        case .head(let test): return [.head(test)]
        case .member(let of, let step): return steps(of).map { $0 + [.member(step)] }
        case .test(.ofType, let of, let type): return steps(of).map { $0 + [.select(type)] }
        case .call(let of, .where, let arguments):
            guard let before = steps(of), let criterion = FHIRPathVisitCriterion(arguments[0]), criterion.isOfStrings
            else { return nil }
            return before + [.filter(criterion)]
        default: return nil
        }
    }
}

extension FHIRPathVisitCriterion {
    /// Whether it only compares members that are strings with strings.
    fileprivate var isOfStrings: Bool {
        switch self {
        case .both(let left, let right): left.isOfStrings && right.isOfStrings
        case .equals(let steps, .string):
            steps.allSatisfy { if case .member(let step) = $0 { step.expected != nil && !step.isValue } else { false } }
                && steps.last.map {
                    if case .member(let step) = $0 { step.expected?.type?.primitive?.system == .string } else { false }
                } ?? false
        case .equals, .exists, .refers: false
        }
    }
}

extension FHIRPathStep {
    /// Whether it may lead from a primitive to its value, which is no element.
    fileprivate var isValue: Bool { member.bytes.count == 5 && member.name == "value" }
}

extension FHIRPathOperation {
    /// The same operation, its paths of members walked at once.
    var walked: FHIRPathOperation {
        if let walk = FHIRPathWalk(self) { return FHIRPathOperation(form: .walk(walk, self), range: range) }
        let form: Form
        switch self.form {
        case .member(let of, let step): form = .member(of: of.walked, step)
        case .call(let of, let function, let arguments):
            form = .call(of: of.walked, function, arguments.map(\.walked))
        case .test(let test, let of, let type): form = .test(test, of: of.walked, type)
        case .matches(let of, let expression, let wholly):
            form = .matches(of: of.walked, expression, wholly: wholly)
        case .item(let of, let position): form = .item(of: of.walked, at: position.walked)
        case .signed(let isNegative, let of): form = .signed(isNegative: isNegative, of: of.walked)
        case .binary(let kind, let left, let right): form = .binary(kind, left.walked, right.walked)
        case .constant, .this, .index, .total, .variable, .rootResource, .resource, .context, .head, .sort, .refersTo,
            .walk:
            form = self.form
        }
        return FHIRPathOperation(form: form, range: range)
    }
}

extension FHIRPathEvaluation {
    /// Walks a path from each item; `operation` is the same path, for items that cannot be walked.
    func evaluate(
        _ walk: FHIRPathWalk, _ operation: FHIRPathOperation, _ frame: inout Frame
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var items: [FHIRPathItem] = []
        for item in frame.this {
            guard case .element(let element) = item, walk.append(from: element, to: &items) else {
                return try evaluate(operation, &frame)
            }
        }
        try spend(items.count + 1, at: operation.range)
        try bound(items, at: operation.range)
        return items
    }
}
