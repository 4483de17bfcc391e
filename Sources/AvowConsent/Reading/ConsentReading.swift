public import AvowFHIR

extension ConsentReading {
    private static let members: Set = [
        "resourceType", "meta", "implicitRules", "language", "text", "contained", "identifier", "status", "scope",
        "category", "patient", "dateTime", "performer", "organization", "sourceAttachment", "sourceReference",
        "policy", "policyRule", "verification", "provision",
    ]

    /// Reads a Consent and brings it into normal form.
    ///
    /// A Consent that is not active, or not about reading records, is silent. Every element of one that decides is
    /// either evaluated, or known to change nothing, or refused.
    ///
    /// - Parameter consent: the Consent's object.
    /// - Throws: ``ConsentError`` of kind `malformedConsent` or `unsupportedConsent` with the path of the element.
    /// - Complexity: O(size of the Consent × depth of its provisions).
    public init(_ consent: JSONValue) throws(ConsentError) {
        let element = ElementReader(value: consent, path: "Consent")
        guard consent["resourceType"]?.equals("Consent") == true else { throw element.malformed("is no Consent") }
        let reference = try element.text("id").map { "Consent/\($0)" } ?? "Consent"
        let version = consent["meta"]?["versionId"]?.string
        func silent(_ member: String, _ reason: String) -> ConsentReading {
            .silent(
                SilentConsent(reference: reference, version: version, path: "Consent.\(member)", reason: reason))
        }
        let states = ["draft", "proposed", "active", "rejected", "inactive", "entered-in-error"]
        guard let status = try element.text("status"), states.contains(status) else {
            throw ConsentError(
                .malformedConsent, "is none of \(states.joined(separator: ", "))", path: "Consent.status")
        }
        guard status == "active" else {
            self = silent("status", "it is \(status)")
            return
        }
        if let scope = try Self.otherScope(of: element) {
            self = silent("scope", "it is about \(scope), not about who may read records")
            return
        }
        try element.expectMembers(Self.members)
        if let rules = element.member("implicitRules") {
            throw rules.unsupported("changes the meaning of the whole Consent")
        }
        for name in ["policy", "verification"] {
            for inner in try element.list(name) ?? [] where inner.value["modifierExtension"] != nil {
                throw ConsentError(
                    .unsupportedConsent, "changes the meaning of what it stands in",
                    path: "\(inner.path).modifierExtension")
            }
        }
        guard let patient = element.member("patient") else { throw element.unsupported("names no patient") }
        let subject = try patient.record()
        guard subject.hasPrefix("Patient/") else { throw patient.unsupported("is no Patient") }
        let form = try NormalForm(element)
        self = .rules(
            ConsentRules(
                reference: reference, version: version, patient: subject,
                dateTime: try element.instant("dateTime")?.lowerBound, dialect: form.dialect, window: form.window,
                base: form.base, basePath: form.basePath, rules: form.rules, custodian: Self.custodian(of: consent)))
    }

    /// What else than reading the Consent is about; nil when it is about reading.
    private static func otherScope(of consent: ElementReader) throws(ConsentError) -> String? {
        guard let scope = consent.member("scope") else {
            throw consent.malformed("has no scope, which would say what it is about")
        }
        var others: [String] = []
        for (token, coding) in try scope.concept() {
            switch (token.system, token.code) {
            case (CodeSystem.consentScope, "patient-privacy"), (CodeSystem.consentScope, "research"): return nil
            case (CodeSystem.consentScope, "treatment"): others.append("a treatment")
            case (CodeSystem.consentScope, "adr"): others.append("advance directives")
            default:
                throw coding.unsupported(
                    "'\(coding.shown(token.code))' is no scope of \(CodeSystem.consentScope)",
                    suggestion: NearestName.of(token.code, among: ["patient-privacy", "research", "treatment", "adr"]))
            }
        }
        return others.joined(separator: " and ")
    }

    private static func custodian(of consent: JSONValue) -> String? {
        let organizations = consent.values(at: ["organization", "reference"]).compactMap(\.string)
        return organizations.count == 1 ? organizations.first.map(RecordReference.withoutVersion) : nil
    }
}
