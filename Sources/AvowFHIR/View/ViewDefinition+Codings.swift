/// A coding that a view asks for: `code.coding.exists(system = 'http://loinc.org' and code = '85354-9')`.
public struct ViewCoding: Hashable, Sendable {
    /// The element that has the coding, from the resource inwards.
    public let element: [String]
    /// The system; nil when the view asks for none.
    public let system: String?
    /// The code.
    public let code: String
}

extension ViewDefinition {
    /// Codings that a resource must have to make rows: of each list one.
    ///
    /// What the view asks in another form is not among them, so a resource that has them all may make no rows all the same.
    public var requiredCodings: [[ViewCoding]] {
        var required: [[ViewCoding]] = []
        for condition in conditions {
            guard let root = (try? FHIRPathExpression(condition.path.text))?.root else { continue }
            required += conjuncts(root).compactMap(codings)
        }
        return required
    }

    private func conjuncts(_ node: FHIRPathNode) -> [FHIRPathNode] {
        if case .binary(.and, let left, let right) = node.form { conjuncts(left) + conjuncts(right) } else { [node] }
    }

    /// The codings of which there must be one for a condition to hold; nil when it may hold without any.
    private func codings(_ node: FHIRPathNode) -> [ViewCoding]? {
        switch node.form {
        case .binary(.or, let left, let right):
            guard let first = codings(left), let second = codings(right) else { return nil }
            return first + second
        case .call(let of?, let name, let arguments) where name.text == "exists":
            if arguments.count == 1 { return coding(in: of, arguments[0]).map { [$0] } }
            guard arguments.isEmpty, case .call(let inner?, let filter, let criteria) = of.form,
                filter.text == "where", criteria.count == 1
            else { return nil }
            return coding(in: inner, criteria[0]).map { [$0] }
        default: return nil
        }
    }

    /// The coding that a criterion asks for on the codings of an element.
    private func coding(in node: FHIRPathNode, _ criterion: FHIRPathNode) -> ViewCoding? {
        guard var names = names(node), names.popLast() == "coding", !names.isEmpty else { return nil }
        if names.first == resource.name { names.removeFirst() }
        var system: String?
        var code: String?
        for test in conjuncts(criterion) {
            guard case .binary(.equal, let left, let right) = test.form else { continue }
            guard let (name, text) = comparison(left, right) ?? comparison(right, left) else { continue }
            if name == "system" { system = text }
            if name == "code" { code = text }
        }
        return code.map { ViewCoding(element: names, system: system, code: $0) }
    }

    private func names(_ node: FHIRPathNode) -> [String]? {
        guard case .member(let of, let name) = node.form else { return nil }
        guard let of else { return [name.text] }
        return names(of).map { $0 + [name.text] }
    }

    /// A member that is compared with a text.
    private func comparison(_ member: FHIRPathNode, _ value: FHIRPathNode) -> (name: String, text: String)? {
        guard case .member(nil, let name) = member.form else { return nil }
        switch value.form {
        case .literal(.string(let text)): return (name.text, text)
        case .variable(let constant):
            guard case .string(let text)? = constants[constant]?.first else { return nil }
            return (name.text, text)
        default: return nil
        }
    }

    /// The path of a column that is evaluated on the resource itself, so that it has one value for all rows; nil of
    /// another column.
    public func resourcePath(ofColumn index: Int) -> String? {
        func find(_ selections: [ViewSelection]) -> String? {
            for selection in selections {
                guard case .none = selection.iteration else { continue }
                if let column = selection.columns.first(where: { $0.slot == index }) { return column.path.text }
                if let path = find(selection.selections) { return path }
            }
            return nil
        }
        return find(selections)
    }
}
