/// The value sets that elements require, as far as R4's definitions hold their codes.
enum RequiredValueSets {
    /// By the number of the binding in the model.
    static let all: [ValueSet?] = FHIRModel.r4.bindings.map { ValueSet(url: $0) }

    /// Whether one coding of a CodeableConcept is in the set; extensions can say why there is none.
    static func hasCoding(of set: ValueSet, _ concept: JSONValue) -> Bool {
        guard let codings = concept["coding"] else { return concept["extension"] != nil }
        return codings.elements.contains { isCoding(of: set, $0) }
    }

    /// Whether a Coding is in the set; without a system it is when the set has its code from any.
    static func isCoding(of set: ValueSet, _ coding: JSONValue) -> Bool {
        guard let code = coding["code"]?.string else { return coding["_code"] != nil || coding["extension"] != nil }
        return set.contains(system: coding["system"]?.string, code: code)
    }
}
