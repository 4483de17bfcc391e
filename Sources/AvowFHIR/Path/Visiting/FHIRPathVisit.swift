/// A path that is walked over a resource without a collection in between: what indexes are extracted with.
///
/// Paths of this form are made of members, types at their head, `ofType` and `as`, `extension(url)`, and `where` with
/// criteria that compare a path with a literal, ask whether one leads anywhere (`exists()`), or to which type a
/// reference leads (`resolve() is T`), joined by `and`; and of unions of such paths. All of R4's search parameters that
/// find elements are.
///
/// It yields what ``FHIRPath/evaluate(on:in:)`` yields, but for this: what a union finds twice is yielded twice, `as`
/// takes any number of items, and a reference is judged by its text or what the resource contains, never by what it
/// leads to outside.
public struct FHIRPathVisit: Sendable {
    /// The paths of the union, each from its head on.
    let paths: [[FHIRPathVisitStep]]

    /// The visiting form of an expression; nil when it has none.
    public init?(_ path: FHIRPath) {
        var paths: [[FHIRPathVisitStep]] = []
        guard Self.collect(path.operation, into: &paths) else { return nil }
        self.paths = paths
    }

    private static func collect(_ operation: FHIRPathOperation, into paths: inout [[FHIRPathVisitStep]]) -> Bool {
        if case .binary(.union, let left, let right) = operation.form {
            return collect(left, into: &paths) && collect(right, into: &paths)
        }
        guard let steps = FHIRPathVisitStep.steps(operation) else { return false }
        paths.append(steps)
        return true
    }

    /// Calls `body` with each element that the path leads to, in the order of the document, until it returns false.
    ///
    /// - Complexity: O(members of the objects on the way), without an allocation for an element.
    public func visit<Failure: Error>(
        _ resource: JSONValue, _ body: (FHIRPathElement) throws(Failure) -> Bool
    ) throws(Failure) {
        let element = FHIRPathElement(resource)
        try visit(element, root: element, body)
    }

    /// As the other, from an element within a resource on.
    func visit<Failure: Error>(
        _ element: FHIRPathElement, root: FHIRPathElement, _ body: (FHIRPathElement) throws(Failure) -> Bool
    ) throws(Failure) {
        for path in paths {
            guard try FHIRPathVisitStep.walk(path, 0, element, root: root, body) else { return }
        }
    }
}

extension FHIRPath {
    /// The form of the path that is walked without collections; nil when it has none.
    public var visiting: FHIRPathVisit? { FHIRPathVisit(self) }
}
