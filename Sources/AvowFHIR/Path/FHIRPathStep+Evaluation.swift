extension FHIRPathStep {
    func apply(to items: [FHIRPathItem]) -> [FHIRPathItem] {
        switch self {
        case .resourceType(let type):
            items.filter { $0.element?["resourceType"]?.equals(type.name) ?? false }
        case .member(let name):
            items.flatMap { $0.element?.fhirMembers(name) ?? [] }
        case .index(let position):
            items.indices.contains(position) ? [items[position]] : []
        case .ofType(let type):
            items.filter { $0.isOfType(type) }
        case .first:
            Array(items.prefix(1))
        case .last:
            Array(items.suffix(1))
        case .exists:
            [.boolean(!items.isEmpty)]
        case .count:
            [.integer(items.count)]
        case .filter(let path, let literal):
            items.filter { item in
                let found = path.reduce([item]) { $1.apply(to: $0) }
                return found.count == 1 && found[0].equals(literal)
            }
        }
    }
}

extension FHIRPathItem {
    fileprivate func equals(_ literal: FHIRPathLiteral) -> Bool {
        switch (self, literal) {
        case (.element(let value, _), .string(let text)): value.equals(text)
        case (.element(let value, _), .boolean(let boolean)): value.boolean == boolean
        case (.element(let value, _), .integer(let number)): value.numberText.flatMap(Int.init) == number
        case (.boolean(let value), .boolean(let boolean)): value == boolean
        case (.integer(let value), .integer(let number)): value == number
        default: false
        }
    }

    /// Whether the item's type is this one, as far as JSON tells: a choice's name, a resource's type,
    /// or what kind of primitive it is.
    fileprivate func isOfType(_ type: String) -> Bool {
        let wanted = ChoiceType.suffix(of: type)
        switch self {
        case .boolean: return wanted == "Boolean"
        case .integer: return wanted == "Integer"
        case .element(let value, let known?): return known == wanted && value.kind != .null
        case .element(let value, nil):
            switch value.kind {
            case .object: return value["resourceType"]?.equals(type) ?? false
            case .boolean: return wanted == "Boolean"
            case .string: return wanted == "String"
            case .number:
                let isInteger = value.numberText.flatMap(Int.init) != nil
                return wanted == (isInteger ? "Integer" : "Decimal")
            case .array, .null: return false
            }
        }
    }
}

extension JSONValue {
    /// What `element.name` stands for in FHIRPath: the values of the member, or of the choice element
    /// whose name goes on with a type.
    fileprivate func fhirMembers(_ name: String) -> [FHIRPathItem] {
        if let exact = self[name] { return exact.items(type: nil) }
        for member in members {
            let full = member.name
            if let suffix = full.dropping(prefix: name), ChoiceType.suffixes.contains(suffix) {
                return member.value.items(type: suffix)
            }
        }
        return []
    }

    private func items(type: String?) -> [FHIRPathItem] {
        switch kind {
        case .null: []
        case .array: elements.filter { $0.kind != .null }.map { .element($0, type: type) }
        default: [.element(self, type: type)]
        }
    }
}

/// The types that a choice element may take (R4, section 2.24.0.4, open types, and Dosage and Meta).
enum ChoiceType {
    static let suffixes: Set<String> = Set(names.map(suffix(of:)))

    /// How a type stands in the name of a choice element.
    static func suffix(of type: String) -> String {
        type.prefix(1).uppercased() + type.dropFirst()
    }

    private static let names = [
        "base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant",
        "integer",
        "markdown", "oid", "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid", "Address",
        "Age",
        "Annotation", "Attachment", "CodeableConcept", "Coding", "ContactDetail", "ContactPoint",
        "Contributor",
        "Count", "DataRequirement", "Distance", "Dosage", "Duration", "Expression", "HumanName", "Identifier",
        "Meta",
        "Money", "ParameterDefinition", "Period", "Quantity", "Range", "Ratio", "Reference",
        "RelatedArtifact",
        "SampledData", "Signature", "Timing", "TriggerDefinition", "UsageContext",
    ]
}
