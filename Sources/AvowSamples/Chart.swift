/// Which resource is meant: its type and its id, which is unique in the sample.
struct Identity {
    let type: String
    let id: String
}

/// How a resource refers to another one.
enum ReferenceForm {
    /// `urn:uuid:…`, resolved by the `fullUrl` of an entry of the same bundle.
    case bundle
    /// `Type/id`, for resources that travel one by one.
    case relative
}

/// One finished resource.
struct Entry {
    let identity: Identity
    let resource: JSONNode
}

/// The clinic of the sample: one organization and the practitioners who work there. Each bundle carries
/// them again, unchanged, so that it is complete by itself.
struct Clinic {
    let organization: Identity
    let practitioners: [Identity]
    let entries: [Entry]

    init(seed: UInt64) {
        var random = RandomSource(seed: seed, stream: 0)
        let organization = Identity(type: "Organization", id: random.uuid())
        let name = "\(Names.word(in: Names.plain, using: &random)) Community Clinic"
        var entries = [
            Entry(
                identity: organization,
                resource: [
                    "resourceType": "Organization", "id": .string(organization.id), "active": .boolean(true),
                    "type": [Coding.terminology("organization-type", "prov", "Healthcare Provider").concept],
                    "name": .string(name),
                ])
        ]
        for number in 1...4 {
            let identity = Identity(type: "Practitioner", id: random.uuid())
            let identifier: JSONNode = [
                "system": "urn:oid:2.999.7.2", "value": .string("P-\(1_000 + number)"),
            ]
            let script = Names.script(using: &random)
            entries.append(
                Entry(
                    identity: identity,
                    resource: [
                        "resourceType": "Practitioner", "id": .string(identity.id),
                        "identifier": [identifier],
                        "active": .boolean(true), "name": [Names.person(in: script, using: &random)],
                        "gender": .string(random.pick(["female", "male"])),
                    ]))
        }
        self.organization = organization
        self.entries = entries
        practitioners = entries.dropFirst().map(\.identity)
    }
}

/// The resources of one patient while they are being written.
struct Chart {
    var random: RandomSource
    let form: ReferenceForm
    let clinic: Clinic
    let patient: Identity
    /// The offset of the clock that the patient's records were made with.
    let offset: String
    private(set) var entries: [Entry] = []

    init(random: RandomSource, form: ReferenceForm, clinic: Clinic) {
        self.random = random
        self.form = form
        self.clinic = clinic
        patient = Identity(type: "Patient", id: self.random.uuid())
        offset = self.random.pick(["+01:00", "+01:00", "-05:00", "+05:30", "Z"])
    }

    /// The `Reference` to a resource, written in this chart's form.
    func reference(to identity: Identity) -> JSONNode {
        switch form {
        case .bundle: ["reference": .string("urn:uuid:\(identity.id)")]
        case .relative: ["reference": .string("\(identity.type)/\(identity.id)")]
        }
    }

    /// A moment during office hours.
    mutating func officeHours(on date: CivilDate) -> Moment {
        Moment(date: date, seconds: random.integer(in: 8 * 3_600...17 * 3_600), offset: offset)
    }

    /// The first members of a resource: its type and id.
    func head(_ identity: Identity) -> JSONNode {
        ["resourceType": .string(identity.type), "id": .string(identity.id)]
    }

    /// A new identity of a type.
    mutating func identity(_ type: String) -> Identity {
        Identity(type: type, id: random.uuid())
    }

    /// Adds a finished resource.
    mutating func add(_ identity: Identity, _ resource: JSONNode) {
        entries.append(Entry(identity: identity, resource: resource))
    }
}

/// A visit, which most other resources refer to.
struct Visit {
    let identity: Identity
    let start: Moment
    let practitioner: Identity
}

/// A measured amount: the digits as they are printed and the UCUM unit.
struct Measure {
    let digits: JSONNode
    let unit: String
    let display: String

    init(_ digits: JSONNode, _ unit: String, display: String? = nil) {
        self.digits = digits
        self.unit = unit
        self.display = display ?? unit
    }

    /// The `Quantity`.
    var quantity: JSONNode {
        [
            "value": digits, "unit": .string(display), "system": "http://unitsofmeasure.org",
            "code": .string(unit),
        ]
    }
}
