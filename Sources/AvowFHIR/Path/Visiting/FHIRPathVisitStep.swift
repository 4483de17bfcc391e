/// One step from an element to others.
enum FHIRPathVisitStep: Sendable {
    /// The element, if it is of the type.
    case head(FHIRPathTypeTest)
    case member(FHIRPathStep)
    /// The element, if `ofType` keeps it.
    case select(FHIRPathTypeTest)
    case filter(FHIRPathVisitCriterion)

    /// The steps of an operation; nil when it is not made of them.
    static func steps(_ operation: FHIRPathOperation) -> [FHIRPathVisitStep]? {
        switch operation.form {
        case .this: return []
        case .head(let test): return [.head(test)]
        case .member(let of, let step): return steps(of).map { $0 + [.member(step)] }
        case .test(.as, let of, let type), .test(.ofType, let of, let type):
            return steps(of).map { $0 + [.select(type)] }
        case .call(let of, .where, let arguments):
            guard let before = steps(of), let criterion = FHIRPathVisitCriterion(arguments[0]) else { return nil }
            return before + [.filter(criterion)]
        case .call(let of, .extension, let arguments):
            guard let before = steps(of), case .constant(let items) = arguments[0].form,
                items.count == 1, case .string(let url) = items[0]
            else { return nil }
            let isNamed = FHIRPathVisitCriterion.equals(
                [.member(FHIRPathStep("url", in: .extension))], .string(Array(url.utf8)))
            return before + [.member(FHIRPathStep("extension", in: nil)), .filter(isNamed)]
        default: return nil
        }
    }

    /// Takes the steps from `position` on; returns false when `body` asked to stop.
    static func walk<Failure: Error>(
        _ steps: [FHIRPathVisitStep], _ position: Int, _ element: FHIRPathElement, root: FHIRPathElement,
        _ body: (FHIRPathElement) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        guard position < steps.count else { return try body(element) }
        switch steps[position] {
        case .head(let test):
            guard test.includes(.element(element)) else { return true }
        case .select(let test):
            guard test.selects(.element(element)) else { return true }
        case .filter(let criterion):
            guard criterion.holds(element, root: root) else { return true }
        case .member(let step):
            guard let object = element.objectNode, let meaning = step.meaning(in: element.type) else { return true }
            var goesOn = true
            try element.document.visit(step.member, meaning, of: object) { node, companion, type throws(Failure) in
                let found = FHIRPathElement(document: element.document, node: node, companion: companion, type: type)
                goesOn = try walk(steps, position + 1, found, root: root, body)
                return goesOn
            }
            return goesOn
        }
        return try walk(steps, position + 1, element, root: root, body)
    }
}

/// What a `where` on the way asks of an element.
indirect enum FHIRPathVisitCriterion: Sendable {
    case equals([FHIRPathVisitStep], Literal)
    case exists([FHIRPathVisitStep])
    case refers([FHIRPathVisitStep], FHIRPathTypeTest)
    case both(FHIRPathVisitCriterion, FHIRPathVisitCriterion)

    enum Literal: Sendable {
        case string([UInt8])
        case boolean(Bool)
    }

    init?(_ operation: FHIRPathOperation) {
        switch operation.form {
        case .binary(.and, let left, let right):
            guard let first = Self(left), let second = Self(right) else { return nil }
            self = .both(first, second)
        case .binary(.equal, let left, let right):
            guard let steps = FHIRPathVisitStep.steps(left), case .constant(let items) = right.form, items.count == 1
            else { return nil }
            switch items[0] {
            case .string(let text): self = .equals(steps, .string(Array(text.utf8)))
            case .boolean(let value): self = .equals(steps, .boolean(value))
            default: return nil
            }
        case .call(let of, .exists, let arguments) where arguments.isEmpty:
            guard let steps = FHIRPathVisitStep.steps(of) else { return nil }
            self = .exists(steps)
        case .refersTo(let of, let type):
            guard let steps = FHIRPathVisitStep.steps(of) else { return nil }
            self = .refers(steps, type)
        default: return nil
        }
    }

    func holds(_ element: FHIRPathElement, root: FHIRPathElement) -> Bool {
        switch self {
        case .both(let left, let right): left.holds(element, root: root) && right.holds(element, root: root)
        case .exists(let steps): Self.first(steps, element, root) != nil
        case .refers(let steps, let type):
            Self.only(steps, element, root).flatMap { $0.referredType(in: root) }
                .map { type.fhir.map($0.isA) ?? false } ?? false
        case .equals(let steps, let literal): Self.only(steps, element, root)?.equals(literal) ?? false
        }
    }

    private static func first(
        _ steps: [FHIRPathVisitStep], _ element: FHIRPathElement, _ root: FHIRPathElement
    ) -> FHIRPathElement? {
        var found: FHIRPathElement?
        _ = FHIRPathVisitStep.walk(steps, 0, element, root: root) { (item) throws(Never) -> Bool in
            found = item
            return false
        }
        return found
    }

    /// The element that the steps lead to, unless there are several.
    private static func only(
        _ steps: [FHIRPathVisitStep], _ element: FHIRPathElement, _ root: FHIRPathElement
    ) -> FHIRPathElement? {
        var found: FHIRPathElement?
        let isAlone = FHIRPathVisitStep.walk(steps, 0, element, root: root) { (item) throws(Never) -> Bool in
            guard found == nil else { return false }
            found = item
            return true
        }
        return isAlone ? found : nil
    }
}

extension FHIRPathElement {
    fileprivate func equals(_ literal: FHIRPathVisitCriterion.Literal) -> Bool {
        guard node >= 0 else { return false }
        let node = Int(node)
        switch (literal, document.kind(node)) {
        case (.boolean(let value), .boolean): return document.isTrue(node) == value
        // A date is no string to FHIRPath, whatever JSON writes.
        case (.string(let text), .string):
            guard (type?.primitive?.system ?? .string) == .string else { return false }
            return document.string(node, equals: text)
        default: return false
        }
    }

    /// The type that a reference leads to: by its text, by the resource that it names within `root`, or by its own
    /// `type`.
    fileprivate func referredType(in root: FHIRPathElement) -> FHIRType? {
        guard node >= 0 else { return nil }
        let isObject = document.kind(Int(node)) == .object
        let text = isObject ? document.member(ReferenceName.reference, of: Int(node)) : Int(node)
        if let text, document.kind(text) == .string {
            let range = document.contentRange(text)
            if document.bytes(range, start: ReferenceName.hash) {
                return root.containedType(range.dropFirst(1))
            }
            if let type = typeNamed(in: range) { return type }
        }
        guard isObject, let named = document.member(ReferenceName.type, of: Int(node)), document.kind(named) == .string
        else { return nil }
        return unsafe document.withBytes(document.contentRange(named)) { unsafe FHIRModel.r4.type(named: $0) }
    }

    /// The type of the contained resource with an id, or the resource's own for none.
    private func containedType(_ id: Range<Int>) -> FHIRType? {
        guard !id.isEmpty else { return type }
        guard let object = objectNode, let contained = document.member(ReferenceName.contained, of: object),
            document.kind(contained) == .array
        else { return nil }
        var index = contained + 1
        let end = document.next(contained)
        while index < end {
            if document.kind(index) == .object, let own = document.member(ReferenceName.id, of: index),
                document.kind(own) == .string, document.sameBytes(document.contentRange(own), id)
            {
                return Self.resourceType(of: index, in: document)
            }
            index = document.next(index)
        }
        return nil
    }

    /// The type before the id in `Type/id`, behind a base or not, with a version or not.
    private func typeNamed(in range: Range<Int>) -> FHIRType? {
        unsafe document.withBytes(range) { bytes in
            let slash = UInt8(ascii: "/")
            var end = bytes.count
            // The place of the slash before the last piece, and the pieces before it.
            guard var before = unsafe bytes[..<end].lastIndex(of: slash) else { return nil }
            for _ in 0..<2 {
                let start = unsafe bytes[..<before].lastIndex(of: slash).map { $0 + 1 } ?? 0
                let piece = unsafe UnsafeBufferPointer(rebasing: bytes[start..<before])
                guard unsafe piece.elementsEqual(ReferenceName.history) else {
                    let type = unsafe FHIRModel.r4.type(named: piece)
                    return type?.kind == .resource ? type : nil
                }
                // A version stands behind the id: `Type/id/_history/2`.
                guard start > 0 else { return nil }
                end = start - 1
                guard let next = unsafe bytes[..<end].lastIndex(of: slash) else { return nil }
                before = next
            }
            return nil
        }
    }
}

private enum ReferenceName {
    static let reference = Array("reference".utf8)
    static let type = Array("type".utf8)
    static let id = Array("id".utf8)
    static let contained = Array("contained".utf8)
    static let hash = Array("#".utf8)
    static let history = Array("_history".utf8)
}
