// References, and where they lead.
extension FHIRPathEvaluation {
    /// The text of a reference: of a Reference, a canonical, a URI or a string.
    private static func reference(_ item: FHIRPathItem) -> String? {
        if case .string(let text) = item.value { return text }
        return item.element?.json?["reference"]?.string
    }

    /// The resources that references lead to; those that lead nowhere are left out.
    func resolved(_ input: [FHIRPathItem], at range: Range<Int>) throws(FHIRPathError) -> [FHIRPathItem] {
        var found: [FHIRPathItem] = []
        for item in input {
            try spend(1, at: range)
            guard let reference = Self.reference(item), let target = resolved(reference, from: item.element) else {
                continue
            }
            found.append(.element(target))
        }
        return found
    }

    private func resolved(_ reference: String, from element: FHIRPathElement?) -> FHIRPathElement? {
        var origin = element
        if origin == nil, case .element(let context) = input { origin = context }
        if let id = reference.dropping(prefix: "#") { return origin.flatMap { Self.contained(id, from: $0) } }
        let entries = bundleEntries ?? input.map(Self.entries) ?? [:]
        bundleEntries = entries
        return entries[reference] ?? environment.resolver?(reference)
    }

    /// The contained resource of this id, or the container itself for none.
    private static func contained(_ id: String, from element: FHIRPathElement) -> FHIRPathElement? {
        guard let container = element.containerResource else { return nil }
        if id.isEmpty { return container }
        let contained = container.json?["contained"]
        return contained?.elements.first { $0["id"]?.equals(id) == true }.map { FHIRPathElement($0) }
    }

    /// The resources of the bundle that the item stands in: by their full URL, and by type and id.
    private static func entries(of item: FHIRPathItem) -> [String: FHIRPathElement] {
        guard case .element(let element) = item else { return [:] }
        var entries: [String: FHIRPathElement] = [:]
        for bundle in element.enclosingResources where bundle.type?.resource == .bundle {
            for entry in bundle.json?["entry"]?.elements ?? JSONElements(document: bundle.document, position: 0, end: 0)
            {
                guard let resource = entry["resource"] else { continue }
                let target = FHIRPathElement(resource)
                if let url = entry["fullUrl"]?.string { entries[url] = target }
                guard let type = target.type, let id = resource["id"]?.string else { continue }
                let key = type.name + "/" + id
                if entries[key] == nil { entries[key] = target }
            }
        }
        return entries
    }

    /// Whether a reference leads to a resource of a type: what its text says, or else the resource that it leads to.
    func refersTo(
        _ items: [FHIRPathItem], _ type: FHIRPathTypeTest, at range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard items.count <= 1 else { throw failure("at most one item", items, at: range) }
        guard let item = items.first else { return [] }
        if let named = Self.referenceType(item) {
            return [.boolean(type.fhir.map { named.isA($0) } ?? false)]
        }
        return try resolved(items, at: range).map { .boolean(type.includes($0)) }
    }

    /// The type that a reference says it leads to.
    private static func referenceType(_ item: FHIRPathItem) -> FHIRType? {
        if let text = reference(item), let (type, _) = parts(of: text) { return type }
        guard let type = item.element?.json?["type"]?.string.flatMap({ FHIRType(named: $0) }), type.kind == .resource
        else { return nil }
        return type
    }

    /// The type and the id in a literal reference: relative or absolute, a version allowed.
    private static func parts(of reference: String) -> (type: FHIRType, id: String)? {
        var segments = reference.split(separator: "/", omittingEmptySubsequences: false)
        if segments.count > 3, segments[segments.count - 2] == "_history" { segments.removeLast(2) }
        guard segments.count == 2 || reference.hasPrefix("http://") || reference.hasPrefix("https://"),
            segments.count >= 2, let type = FHIRType(named: String(segments[segments.count - 2])),
            type.kind == .resource, let id = segments.last, LogicalID.isValid(String(id))
        else { return nil }
        return (type, String(id))
    }

    /// What a reference's target has as its key: its id. Nothing for one that leads to another type.
    static func referenceKey(_ item: FHIRPathItem, _ type: String?) -> String? {
        guard let text = reference(item) else { return nil }
        if let type, let named = referenceType(item), named.name != type { return nil }
        if let (_, id) = parts(of: text) { return id }
        // A UUID of a bundle's entry is the id that the entry is imported with.
        return text.dropping(prefix: "urn:uuid:").flatMap { LogicalID.isValid($0) ? $0 : nil }
    }
}
