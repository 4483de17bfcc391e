/// Short names for the code systems that clinical records use most.
public enum CodeSystemAliases {
    /// Every alias with the canonical URI that FHIR R4 gives the code system; one alias for each URI.
    public static let table: [(alias: String, uri: String)] = [
        ("loinc", "http://loinc.org"),
        ("snomed", "http://snomed.info/sct"),
        ("rxnorm", "http://www.nlm.nih.gov/research/umls/rxnorm"),
        ("icd10cm", "http://hl7.org/fhir/sid/icd-10-cm"),
        ("icd10", "http://hl7.org/fhir/sid/icd-10"),
        ("icd9cm", "http://hl7.org/fhir/sid/icd-9-cm"),
        ("cvx", "http://hl7.org/fhir/sid/cvx"),
        ("ndc", "http://hl7.org/fhir/sid/ndc"),
        ("ucum", "http://unitsofmeasure.org"),
        ("cpt", "http://www.ama-assn.org/go/cpt"),
        ("atc", "http://www.whocc.no/atc"),
    ]

    /// The URI that an alias stands for; aliases are recognized in any case.
    public static func uri(for alias: String) -> String? {
        let lowercased = alias.lowercased()
        return table.first { $0.alias == lowercased }?.uri
    }

    /// The alias of a code system, if it has one.
    public static func alias(for uri: String) -> String? {
        table.first { $0.uri == uri }?.alias
    }
}
