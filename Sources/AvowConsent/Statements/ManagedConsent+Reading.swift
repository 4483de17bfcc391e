public import AvowFHIR

extension ManagedConsent {
    /// Whether a Consent bears the tag of those that Avow manages.
    public static func isManaged(_ consent: JSONValue) -> Bool {
        consent["meta"]?["tag"]?.elements.contains {
            $0["system"]?.equals(tagSystem) == true && $0["code"]?.equals(tagCode) == true
        } == true
    }

    /// Reads a Consent that Avow manages.
    ///
    /// - Throws: ``ConsentError`` with the path of the element for one that says other than statements do.
    public init(_ consent: JSONValue) throws(ConsentError) {
        let element = ElementReader(value: consent, path: "Consent")
        guard Self.isManaged(consent) else {
            throw ConsentError(
                .malformedConsent, "the tag \(Self.tagSystem)|\(Self.tagCode) is missing", path: "Consent.meta.tag")
        }
        guard consent["status"]?.equals("active") == true, consent["policyRule"] == nil else {
            throw element.unsupported("is no active Consent of statements alone")
        }
        guard let patient = element.member("patient") else { throw element.unsupported("names no patient") }
        self.init(of: try patient.record())
        guard let root = element.member("provision") else { throw element.unsupported("has no provision") }
        try root.expectMembers(["provision"])
        // That it is evaluated as a Consent is what it is for.
        _ = try ConsentReading(consent)
        for provision in try root.list("provision") ?? [] { try add(provision, depth: 1) }
    }

    private mutating func add(_ provision: ElementReader, depth: Int) throws(ConsentError) {
        guard depth < Provision.greatestDepth else { throw provision.unsupported("stands too deep") }
        try provision.expectMembers([
            "type", "period", "actor", "securityLabel", "purpose", "class", "code", "provision",
        ])
        guard let effect = try provision.text("type").flatMap(ConsentEffect.init(rawValue:)) else {
            throw provision.malformed("is of no type")
        }
        var statement = ConsentStatement(effect, of: patient)
        if let period = provision.member("period") {
            try period.expectMembers(["start", "end"])
            statement.from = try period.text("start")
            statement.until = try period.text("end")
        }
        statement.recipients = try provision.list("actor")?.map { actor throws(ConsentError) in
            try Self.recipient(actor)
        }
        statement.labels = try provision.list("securityLabel")?.map { label throws(ConsentError) in
            let token = try label.coding()
            return try ConsentLabel(system: token.system, code: token.code)
        }
        statement.purposes = try provision.list("purpose")?.map { purpose throws(ConsentError) in
            let token = try purpose.coding()
            return try Purpose(system: token.system, code: token.code)
        }
        statement.types = try provision.list("class")?.map { recordClass throws(ConsentError) in
            guard let type = ResourceType(name: try recordClass.coding().code) else {
                throw recordClass.unsupported("is no resource type")
            }
            return type
        }
        statement.codes = try provision.list("code")?.map { code throws(ConsentError) in
            try code.concept().map(\.token)
        }.flatMap(\.self)
        singles.formUnion(try SingleStatement.all(of: statement))
        for inner in try provision.list("provision") ?? [] { try add(inner, depth: depth + 1) }
    }

    private static func recipient(_ actor: ElementReader) throws(ConsentError) -> Recipient {
        try actor.expectMembers(["role", "reference"])
        if let reference = actor.member("reference"), !reference.isNotApplicable {
            return try Recipient(statedReference: try reference.party().text)
        }
        guard let role = try actor.member("role")?.concept().first?.token else {
            throw actor.unsupported("names nobody")
        }
        return .role(try role.role())
    }
}
