internal import AvowFHIR

/// What must hold for a rule to apply: every attribute that is given, and of each one of its values.
struct RuleConditions: Hashable, Sendable {
    /// Why is asked; also for what lies below one of these.
    var purposes: [Purpose]?
    /// Who asks.
    var recipients: [RecipientTest]?
    /// When is asked.
    var window = ValidityWindow.always
    /// Whether reading is among the actions that the rule is about.
    var isAboutReading: Bool?
    /// How the record is labelled.
    var labels: [SecurityLabel]?
    /// What the record is.
    var classes: [RecordClass]?
    /// Which codes the record has.
    var codes: [Token]?
    /// When what the record says happened.
    var dataPeriod: ValidityWindow?
    /// Which record it is, or what it has to do with another one.
    var data: [DataTest]?
    /// Who keeps the record.
    var custodians: [String]?
    /// Who made the record.
    var authors: [String]?
    /// Whether a permit or a denial settled what `recipients`, `labels` and `dataPeriod` cover.
    ///
    /// They are read so that doubt withholds: a permit covers what is surely meant, a denial what may be meant.
    var readings = Readings()

    struct Readings: Hashable, Sendable {
        var recipients: ConsentEffect?
        var labels: ConsentEffect?
        var dataPeriod: ConsentEffect?
    }

    /// The conditions of a rule within another: what it does not say itself it has from that one.
    ///
    /// - Returns: nil when the rule is valid at no time.
    func within(_ outer: RuleConditions) -> RuleConditions? {
        guard let window = window.intersection(outer.window) else { return nil }
        var result = self
        result.window = window
        result.purposes = purposes ?? outer.purposes
        result.isAboutReading = isAboutReading ?? outer.isAboutReading
        result.classes = classes ?? outer.classes
        result.codes = codes ?? outer.codes
        result.data = data ?? outer.data
        result.custodians = custodians ?? outer.custodians
        result.authors = authors ?? outer.authors
        if recipients == nil {
            result.recipients = outer.recipients
            result.readings.recipients = outer.readings.recipients
        }
        if labels == nil {
            result.labels = outer.labels
            result.readings.labels = outer.readings.labels
        }
        if dataPeriod == nil {
            result.dataPeriod = outer.dataPeriod
            result.readings.dataPeriod = outer.readings.dataPeriod
        }
        return result
    }

    /// The conditions as a rule of this effect reads them, where no rule around it has read them before.
    func read(as effect: ConsentEffect) -> RuleConditions {
        var result = self
        result.readings.recipients = readings.recipients ?? effect
        result.readings.labels = readings.labels ?? effect
        result.readings.dataPeriod = readings.dataPeriod ?? effect
        return result
    }

    /// Whether both say the same, however it is read.
    func says(_ other: RuleConditions) -> Bool {
        var left = self
        var right = other
        left.readings = Readings()
        right.readings = Readings()
        return left == right
    }

    /// The conditions but for when the rule holds.
    var timeless: RuleConditions {
        var result = self
        result.window = .always
        return result
    }

    /// Whether nothing is said but when the rule holds.
    var isEmpty: Bool { timeless == RuleConditions() }
}

/// An actor that a rule names as one who receives data.
struct RecipientTest: Hashable, Sendable {
    /// Roles that an actor must be in, alternatives of each other; none when the role only says that it receives.
    var roles: [PartyName]
    /// The person, group or organization.
    var party: PartyName?

    /// What an actor must be, as alternatives that each have to hold whole.
    ///
    /// A permit for a party in a role needs both; a denial holds for the party in whatever role it asks.
    func alternatives(read effect: ConsentEffect) -> [[Recipient]] {
        guard let party else { return roles.map { [.role($0)] } }
        var parties = [Recipient.reference(party)]
        let isRelative = !party.text.utf8.contains(UInt8(ascii: ":"))
        if !isRelative || party.text.utf8.starts(with: "Organization/".utf8) {
            parties.append(.organization(party))
        }
        guard effect == .permit, !roles.isEmpty else { return parties.map { [$0] } }
        return roles.flatMap { role in parties.map { [.role(role), $0] } }
    }
}

/// A class of information.
enum RecordClass: Hashable, Sendable {
    case type(String)
    case profile(String)
    case mediaType(String)
}

/// What a record has to do with one that a rule names (R4, ConsentDataMeaning).
struct DataTest: Hashable, Sendable {
    enum Meaning: String, Sendable {
        case instance, related, dependents, authoredby
    }

    var meaning: Meaning
    var reference: String
}
