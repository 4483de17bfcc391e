// What FHIR adds to FHIRPath (R4, section 2.9.3), and SQL on FHIR.
extension FHIRPathEvaluation {
    func fhir(
        _ function: FHIRPathFunction, _ input: [FHIRPathItem], _ arguments: [FHIRPathOperation], _ frame: Frame,
        _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        switch function {
        case .extension:
            guard let url = try string(arguments[0], frame) else { return [] }
            let found = Self.extensions(of: input, url)
            try spend(found.count, at: range)
            try bound(found, at: range)
            return found
        case .hasValue: return [.boolean(Self.hasValue(input))]
        case .getValue: return Self.hasValue(input) ? [input[0].value] : []
        case .resolve: return try resolved(input, at: range)
        case .getResourceKey:
            return input.compactMap { $0.element?.json?["id"]?.string }.map { .string($0) }
        case .getReferenceKey:
            let type = try arguments.first.flatMap { argument throws(FHIRPathError) in try string(argument, frame) }
            return input.compactMap { Self.referenceKey($0, type) }.map { .string($0) }
        case .conformsTo: return try conforms(input, arguments[0], frame)
        case .htmlChecks:
            guard let text = try string(input, at: range) else { return [] }
            try spend(text.utf8.count >> 4, at: range)
            return [.boolean(NarrativeRules.areKept(by: text))]
        case .memberOf: return try membership(input, arguments[0], frame, range)
        default:
            let other = try evaluate(inner: arguments[0], frame)
            return try subsumption(input, other, range)
        }
    }

    private static let extensionStep = FHIRPathStep("extension", in: nil)
    private static let urlName = Array("url".utf8)

    private static func extensions(of items: [FHIRPathItem], _ url: String) -> [FHIRPathItem] {
        var all: [FHIRPathItem] = []
        for item in items {
            if case .element(let element) = item { element.appendMembers(extensionStep, to: &all) }
        }
        return all.filter { item in
            guard let element = item.element, let object = element.objectNode,
                let found = element.document.member(urlName, of: object), element.document.kind(found) == .string
            else { return false }
            return element.document.string(found, equals: url)
        }
    }

    private static func hasValue(_ items: [FHIRPathItem]) -> Bool {
        guard items.count == 1 else { return false }
        guard case .element(let element) = items[0] else { return true }
        switch element.kind {
        case nil, .null, .array, .object: return false
        default: return true
        }
    }

    // MARK: Profiles and terminology

    private static let definitions = "http://hl7.org/fhir/StructureDefinition/"

    /// Whether an element is of one of R4's own types; profiles are not known here.
    private func conforms(
        _ input: [FHIRPathItem], _ argument: FHIRPathOperation, _ frame: Frame
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard let url = try string(argument, frame) else { return [] }
        guard let wanted = url.dropping(prefix: Self.definitions).flatMap({ FHIRType(named: $0) }) else {
            throw FHIRPathError(
                .evaluation, at: argument.range, expected: "the URL of a type of R4", found: "'\(url)'")
        }
        guard input.count <= 1 else { throw failure("at most one item", input, at: argument.range) }
        return input.map { .boolean($0.element?.type?.isA(wanted) ?? false) }
    }

    /// A code with its system, as a code, a Coding or one of a CodeableConcept has it.
    private struct Code: Hashable {
        let system: String?
        let code: String
    }

    private static func codes(_ item: FHIRPathItem) -> [Code] {
        if case .string(let code) = item.value { return [Code(system: nil, code: code)] }
        guard let json = item.element?.json else { return [] }
        if let codings = json["coding"] {
            return codings.elements.compactMap { code($0) }
        }
        return code(json).map { [$0] } ?? []
    }

    private static func code(_ json: JSONValue) -> Code? {
        json["code"]?.string.map { Code(system: json["system"]?.string, code: $0) }
    }

    /// Whether a code is in a value set; nothing where nobody knows.
    private func membership(
        _ input: [FHIRPathItem], _ argument: FHIRPathOperation, _ frame: Frame, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard input.count <= 1 else { throw failure("at most one item", input, at: range) }
        guard let item = input.first, let valueSet = try string(argument, frame) else { return [] }
        let known = environment.membership ?? Self.isMember
        let answers = Self.codes(item).map { known(valueSet, $0.system, $0.code) }
        // One code of a concept in the set is enough; one that is unknown leaves the rest open.
        if answers.contains(true) { return [.boolean(true)] }
        return answers.isEmpty || answers.contains(nil) ? [] : [.boolean(false)]
    }

    /// Whether R4's own definitions say that a code is in a value set.
    private static func isMember(_ valueSet: String, _ system: String?, _ code: String) -> Bool? {
        ValueSet(url: valueSet)?.contains(system: system, code: code)
    }

    /// Whether a code subsumes another: each does itself, and nothing is known of other pairs.
    private func subsumption(
        _ input: [FHIRPathItem], _ other: [FHIRPathItem], _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard input.count <= 1 else { throw failure("at most one item", input, at: range) }
        guard other.count <= 1 else { throw failure("at most one item", other, at: range) }
        guard let left = input.first, let right = other.first else { return [] }
        let shared = Set(Self.codes(left)).intersection(Self.codes(right))
        return shared.isEmpty ? [] : [.boolean(true)]
    }
}
