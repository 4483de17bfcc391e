internal import AvowFHIR

/// A provision as it is written: its type if it has one, its own conditions, and the provisions within it.
struct Provision {
    let element: ElementReader
    let type: ConsentEffect?
    let conditions: RuleConditions
    let provisions: [Provision]

    /// How deep provisions may stand in each other.
    static let greatestDepth = 32
    /// How many provisions a Consent may have.
    static let greatestCount = 1000

    private static let members: Set = [
        "type", "period", "actor", "action", "securityLabel", "purpose", "class", "code", "dataPeriod", "data",
        "provision",
    ]

    init(_ element: ElementReader) throws(ConsentError) {
        var count = 0
        try self.init(element, depth: 1, count: &count)
    }

    private init(_ element: ElementReader, depth: Int, count: inout Int) throws(ConsentError) {
        count += 1
        guard depth <= Self.greatestDepth, count <= Self.greatestCount else {
            throw element.unsupported(
                "more than \(Self.greatestDepth) provisions stand in each other, or \(Self.greatestCount) in all")
        }
        try element.expectMembers(Self.members)
        self.element = element
        type = try Self.type(of: element)
        conditions = try RuleConditions(of: element)
        var provisions: [Provision] = []
        for inner in try element.list("provision") ?? [] {
            provisions.append(try Provision(inner, depth: depth + 1, count: &count))
        }
        self.provisions = provisions
    }

    private static func type(of element: ElementReader) throws(ConsentError) -> ConsentEffect? {
        guard let type = try element.text("type") else { return nil }
        if let effect = ConsentEffect(rawValue: type) { return effect }
        throw ConsentError(
            .malformedConsent, "'\(element.shown(type))' is neither permit nor deny",
            suggestion: NearestName.of(type, among: ["permit", "deny"]), path: "\(element.path).type")
    }

    /// Whether a provision within this one, at whatever depth, is of this type.
    func holds(_ effect: ConsentEffect) -> Bool {
        provisions.contains { $0.type == effect || $0.holds(effect) }
    }

    /// Whether a provision within this one, at whatever depth, has a type.
    var holdsTypes: Bool { holds(.permit) || holds(.deny) }
}

extension RuleConditions {
    /// The conditions that a provision itself gives.
    init(of provision: ElementReader) throws(ConsentError) {
        self.init()
        if let period = provision.member("period") { window = try period.period() }
        if let period = provision.member("dataPeriod") {
            let bounds = try period.period()
            if bounds != .always { dataPeriod = bounds }
        }
        try readActors(of: provision)
        try readActions(of: provision)
        purposes = try provision.list("purpose")?.map { purpose throws(ConsentError) in
            let coding = try purpose.coding()
            do throws(ConsentError) {
                return try Purpose(system: coding.system, code: coding.code)
            } catch {
                throw purpose.unsupported(error.message, suggestion: error.suggestion)
            }
        }
        labels = try provision.list("securityLabel")?.map { label throws(ConsentError) in
            try SecurityLabel(label)
        }
        classes = try provision.list("class")?.map { recordClass throws(ConsentError) in
            try RecordClass(recordClass)
        }
        codes = try provision.list("code")?.map { code throws(ConsentError) in try code.concept().map { $0.token } }
            .flatMap(\.self)
        data = try provision.list("data")?.map { data throws(ConsentError) in try DataTest(data) }
    }

    private mutating func readActions(of provision: ElementReader) throws(ConsentError) {
        let known = ["access", "use", "disclose", "collect", "correct"]
        for action in try provision.list("action") ?? [] {
            var isReading = isAboutReading ?? false
            for (token, coding) in try action.concept() {
                guard token.system == CodeSystem.consentAction, known.contains(token.code) else {
                    throw coding.unsupported(
                        "'\(coding.shown(token.code))' is no action of \(CodeSystem.consentAction)",
                        suggestion: NearestName.of(token.code, among: known))
                }
                // Who reads a record accesses it, uses it, and has it disclosed to them.
                isReading = isReading || ["access", "use", "disclose"].contains(token.code)
            }
            isAboutReading = isReading
        }
    }

    private mutating func readActors(of provision: ElementReader) throws(ConsentError) {
        for actor in try provision.list("actor") ?? [] {
            try actor.expectMembers(["role", "reference"])
            let role = actor.member("role")
            let roles = try role?.concept() ?? []
            // R4 requires a reference; of a whole role there is none, which may be said.
            let reference = actor.member("reference").flatMap { $0.isNotApplicable ? nil : $0 }
            var kinds: Set<ActorKind> = []
            var names: [PartyName] = []
            for (token, coding) in roles {
                let kind = try ActorKind(token, coding)
                kinds.insert(kind)
                guard kind == .function else { continue }
                do throws(ConsentError) {
                    names += [try PartyName("\(token.system)|\(token.code)"), try PartyName(token.code)]
                } catch {
                    throw coding.unsupported(error.message)
                }
            }
            guard kinds.count <= 1 else {
                throw (role ?? actor).unsupported("its codings say different ways in which the actor takes part")
            }
            let place = role ?? actor
            switch kinds.first ?? .recipient {
            case .function:
                let party = try reference.map { element throws(ConsentError) in try element.party() }
                recipients = (recipients ?? []) + [RecipientTest(roles: names, party: party)]
            case .recipient:
                guard let reference else { throw place.unsupported("the recipient has no reference") }
                recipients = (recipients ?? []) + [RecipientTest(roles: [], party: try reference.party())]
            case .custodian:
                guard let reference else { throw place.unsupported("the custodian has no reference") }
                custodians = (custodians ?? []) + [try reference.record()]
            case .author:
                guard let reference else { throw place.unsupported("the author has no reference") }
                authors = (authors ?? []) + [try reference.record()]
            }
        }
    }
}

/// What an actor has to do with the data.
private enum ActorKind {
    /// It receives data.
    case recipient
    /// It keeps the data.
    case custodian
    /// It made the data.
    case author
    /// It asks in this role.
    case function

    init(_ role: Token, _ coding: ElementReader) throws(ConsentError) {
        switch role.system {
        case CodeSystem.participationType:
            switch role.code {
            // The information recipient and the kinds of it, and the receiver.
            case "IRCP", "NOT", "PRCP", "REFB", "REFT", "TRC", "RCV": self = .recipient
            case "CST": self = .custodian
            case "AUT": self = .author
            default:
                throw coding.unsupported(
                    "who takes part as '\(coding.shown(role.code))' is neither a recipient (IRCP, PRCP, RCV …) nor the "
                        + "custodian (CST) nor the author (AUT) of data")
            }
        case CodeSystem.securityRole:
            guard ["humanuser", "dataprocessor"].contains(role.code) else {
                throw coding.unsupported("a '\(coding.shown(role.code))' is not one who reads data")
            }
            self = .recipient
        default: self = .function
        }
    }
}

extension SecurityLabel {
    fileprivate init(_ element: ElementReader) throws(ConsentError) {
        let label = try element.coding()
        switch label.system {
        case CodeSystem.confidentiality:
            guard let level = Confidentiality(code: label.code) else {
                throw element.unsupported(
                    "'\(element.shown(label.code))' is none of the levels U, L, M, N, R and V, which alone are ordered")
            }
            self = .confidentiality(level)
        case CodeSystem.actCode:
            guard Self.isPolicy(label.code) else {
                throw element.unsupported(
                    "'\(element.shown(label.code))' is no policy of R4's v3-ActCode",
                    suggestion: Self.nearest(to: label.code))
            }
            self = .tag(label)
        default: self = .tag(label)
        }
    }
}

extension RecordClass {
    fileprivate init(_ element: ElementReader) throws(ConsentError) {
        let coding = try element.coding()
        let definitions = "http://hl7.org/fhir/StructureDefinition/"
        switch coding.system {
        case let system where CodeSystem.resourceTypes.contains(system):
            guard ResourceType(name: coding.code) != nil else {
                throw element.unsupported(
                    "'\(element.shown(coding.code))' is no resource type of R4",
                    suggestion: NearestName.of(coding.code, among: ResourceType.allCases.map(\.name)))
            }
            self = .type(coding.code)
        case CodeSystem.uri:
            if coding.code.hasPrefix(definitions),
                let type = ResourceType(name: String(coding.code.dropFirst(definitions.count)))
            {
                self = .type(type.name)
            } else {
                self = .profile(coding.code)
            }
        case CodeSystem.mediaTypes: self = .mediaType(coding.code)
        default:
            throw element.unsupported("'\(element.shown(coding.system))' names neither types nor profiles")
        }
    }
}

extension DataTest {
    fileprivate init(_ element: ElementReader) throws(ConsentError) {
        try element.expectMembers(["meaning", "reference"])
        guard let text = try element.text("meaning"), let reference = element.member("reference") else {
            throw element.malformed("needs a meaning and a reference")
        }
        guard let meaning = Meaning(rawValue: text) else {
            throw ConsentError(
                .malformedConsent, "'\(element.shown(text))' is no meaning of a reference",
                suggestion: NearestName.of(text, among: ["instance", "related", "dependents", "authoredby"]),
                path: "\(element.path).meaning")
        }
        self.init(meaning: meaning, reference: try reference.record())
    }
}
