internal import AvowFHIR

/// A statement as a provision of a Consent, with its exceptions.
struct Provisions {
    /// What it says; with lists where they say several statements at once.
    let statement: ConsentStatement
    /// How many provisions of the same content stand around it, so that it stands deep enough.
    let carriers: Int
    let exceptions: [Provisions]

    /// The provisions of a Consent, those that are exceptions to none.
    static func all(of consent: ManagedConsent) throws(ConsentError) -> [Provisions] {
        let nesting = try StatementNesting(consent.singles.sorted { $0.isWrittenBefore($1) })
        var children: [Int?: [Int]] = [:]
        for (place, parent) in nesting.parents.enumerated() { children[parent, default: []].append(place) }
        func provisions(within parents: [Int?], _ depth: Int) -> [Provisions] {
            let places = parents.flatMap { children[$0] ?? [] }.sorted()
            let byLevel = Dictionary(grouping: places) { nesting.levels[$0] }
            return byLevel.sorted { $0.key < $1.key }.flatMap { level, places in
                merged(places.map { nesting.statements[$0] }, of: consent.patient).map { group in
                    Provisions(
                        statement: group.statement, carriers: level - depth,
                        exceptions: provisions(within: group.members.map { places[$0] }, level + 1))
                }
            }
        }
        return provisions(within: [nil], 1)
    }

    /// Draws statements together that differ in one thing alone, so that lists say the same.
    ///
    /// - Returns: statements, each with the places of those that it says.
    static func merged(
        _ singles: [SingleStatement], of patient: String
    ) -> [(statement: ConsentStatement, members: [Int])] {
        var groups = singles.enumerated().map { (statement: ConsentStatement($1, of: patient), members: [$0]) }
        var isChanging = true
        while isChanging {
            isChanging = false
            for list in MergingList.allCases {
                var known: [ConsentStatement: Int] = [:]
                var next: [(statement: ConsentStatement, members: [Int])] = []
                for group in groups {
                    // What is nil stands for everything and is no item of a list.
                    guard let rest = list.removed(from: group.statement) else {
                        next.append(group)
                        continue
                    }
                    if let place = known[rest] {
                        list.append(group.statement, to: &next[place].statement)
                        next[place].members += group.members
                        isChanging = true
                    } else {
                        known[rest] = next.count
                        next.append(group)
                    }
                }
                groups = next
            }
        }
        return groups
    }
}

/// The lists of a statement in which several can be drawn together.
private enum MergingList: CaseIterable {
    case recipients, types, purposes, labels, codes

    /// The statement without its list; nil when it has none.
    func removed(from statement: ConsentStatement) -> ConsentStatement? {
        var rest = statement
        switch self {
        case .recipients:
            guard rest.recipients != nil else { return nil }
            rest.recipients = []
        case .types:
            guard rest.types != nil else { return nil }
            rest.types = []
        case .purposes:
            guard rest.purposes != nil else { return nil }
            rest.purposes = []
        case .labels:
            guard rest.labels != nil else { return nil }
            rest.labels = []
        case .codes:
            guard rest.codes != nil else { return nil }
            rest.codes = []
        }
        return rest
    }

    func append(_ other: ConsentStatement, to statement: inout ConsentStatement) {
        switch self {
        case .recipients: statement.recipients = (statement.recipients ?? []) + (other.recipients ?? [])
        case .types: statement.types = (statement.types ?? []) + (other.types ?? [])
        case .purposes: statement.purposes = (statement.purposes ?? []) + (other.purposes ?? [])
        case .labels: statement.labels = (statement.labels ?? []) + (other.labels ?? [])
        case .codes: statement.codes = (statement.codes ?? []) + (other.codes ?? [])
        }
    }
}

extension ConsentStatement {
    fileprivate init(_ single: SingleStatement, of patient: String) {
        self.init(single.effect, of: patient)
        purposes = single.purpose.map { [$0] }
        types = single.type.map { [$0] }
        recipients = single.recipient.map { [$0] }
        labels = single.label.map { [$0] }
        codes = single.code.map { [$0] }
        (from, until) = (single.from, single.until)
    }
}

extension ManagedConsent {
    /// The Consent as FHIR R4 has it, as compact JSON.
    ///
    /// - Parameter time: when the last statement was made, in milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: ``ConsentError`` of kind `tooManyExceptions`.
    public func json(at time: Int64) throws(ConsentError) -> String {
        let provisions = try Provisions.all(of: self)
        guard provisions.reduce(1, { $0 + $1.count }) <= Provision.greatestCount else {
            throw SingleStatement.tooMany()
        }
        let date = FHIRDateTime(instant: time)?.text
        let members: [(String, String)?] = [
            ("resourceType", Text.string("Consent")), ("id", Text.string(id)),
            ("meta", Text.object([("tag", "[\(Text.coding(Self.tagSystem, Self.tagCode))]")])),
            ("status", Text.string("active")),
            ("scope", Text.concept(CodeSystem.consentScope, "patient-privacy")),
            ("category", "[\(Text.concept("http://loinc.org", "59284-0"))]"),
            ("patient", Text.reference(patient)), date.map { ("dateTime", Text.string($0)) },
            // R4 (ppc-1) wants a policy to be named.
            ("policy", "[\(Text.object([("uri", Text.string(Self.tagSystem))]))]"),
            ("provision", Text.object([("provision", Text.list(provisions.map(Text.provision)))])),
        ]
        return Text.object(members.compactMap(\.self))
    }
}

extension Provisions {
    /// How many provisions it is written as.
    fileprivate var count: Int { 1 + carriers + exceptions.reduce(0) { $0 + $1.count } }
}

/// Elements of a Consent as JSON.
private enum Text {
    static func string(_ text: String) -> String { JSONString.encode(text) }

    static func list(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }

    static func object(_ members: [(String, String)]) -> String {
        "{\(members.map { "\(string($0)):\($1)" }.joined(separator: ","))}"
    }

    static func coding(_ system: String, _ code: String) -> String {
        object([("system", string(system)), ("code", string(code))])
    }

    static func concept(_ system: String, _ code: String) -> String {
        object([("coding", "[\(coding(system, code))]")])
    }

    static func reference(_ text: String) -> String { object([("reference", string(text))]) }

    static func provision(_ provision: Provisions) -> String {
        let statement = provision.statement
        var members: [(String, String)] = [("type", string(statement.effect.rawValue))]
        let bounds = [("start", statement.from), ("end", statement.until)].compactMap { name, date in
            date.map { (name, string($0)) }
        }
        if !bounds.isEmpty { members.append(("period", object(bounds))) }
        if let recipients = statement.recipients { members.append(("actor", list(recipients.map(actor)))) }
        if let labels = statement.labels {
            members.append(("securityLabel", list(labels.map { coding($0.system, $0.code) })))
        }
        if let purposes = statement.purposes {
            members.append(("purpose", list(purposes.map { coding(Purpose.system, $0.code) })))
        }
        if let types = statement.types {
            members.append(("class", list(types.map { coding("http://hl7.org/fhir/resource-types", $0.name) })))
        }
        if let codes = statement.codes { members.append(("code", list(codes.map { concept($0.system, $0.code) }))) }
        let own = members
        if !provision.exceptions.isEmpty {
            members.append(("provision", list(provision.exceptions.map(Text.provision))))
        }
        var text = object(members)
        for _ in 0..<provision.carriers { text = object(own + [("provision", "[\(text)]")]) }
        return text
    }

    /// R4 wants a role and a reference of every actor; of a whole role, that there is none is said.
    private static func actor(_ recipient: Recipient) -> String {
        switch recipient {
        case .role(let name):
            let role = Token(role: name)
            let none = object([
                ("url", string(ElementReader.absenceExtension)), ("valueCode", string("not-applicable")),
            ])
            return object([
                ("role", concept(role.system, role.code)), ("reference", object([("extension", "[\(none)]")])),
            ])
        case .reference(let name), .organization(let name):
            return object([
                ("role", concept(CodeSystem.participationType, "IRCP")), ("reference", reference(name.text)),
            ])
        case .anyone: return object([])
        }
    }
}
