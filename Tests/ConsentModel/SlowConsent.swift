/// Consents, records and requests in the plainest form, and what the design says of them, by trying everything.
///
/// Days stand for times: day 3 is the third of March 2024. Nothing here is shared with what is tested.
struct SlowProvision {
    enum Kind: String { case permit, deny }

    var type: Kind?
    var says = SlowConditions()
    var inner: [SlowProvision] = []
}

struct SlowConditions: Equatable {
    var purposes: [String]?
    var recipients: [Recipient]?
    var period: ClosedRange<Int>?
    var actions: [String]?
    var labels: [String]?
    var classes: [String]?
    var codes: [String]?
    var dataPeriod: ClosedRange<Int>?
    var data: [Data]?
    var custodians: [String]?
    var authors: [String]?

    struct Recipient: Equatable {
        var party: String?
        var role: String?
    }

    struct Data: Equatable {
        var meaning: String
        var reference: String
    }
}

struct SlowConsent {
    var id = "c"
    var patient = "Patient/p"
    var status = "active"
    var day: Int?
    var organization: String?
    /// Whether the policy is opt-in, if there is one.
    var policy: SlowProvision.Kind?
    var root: SlowProvision?
}

struct SlowRecord {
    var type = "Observation"
    var id = "o1"
    var patient: String? = "Patient/p"
    var levels: [String] = []
    var tags: [String] = []
    var profiles: [String] = []
    var codes: [String] = []
    var time: ClosedRange<Int>?
    var authors: [String] = []
    var encounter: String?
    /// What else it refers to.
    var refersTo: [String] = []

    var reference: String { "\(type)/\(id)" }
}

struct SlowRequest {
    var actor = "Practitioner/1"
    var roles: [String] = []
    var organization: String?
    var groups: [String] = []
    var purpose = "TREAT"
    var day = 1
}

/// The Consent cannot be evaluated.
struct SlowRefusal: Error {}

enum SlowEvaluator {
    /// The purposes and labels that the random consents use, with what is right above them.
    static let above = [
        "ETREAT": "TREAT", "BTG": "ETREAT", "CLINTRCH": "HRESCH", "PSY": "SPI", "SUD": "SPI", "ETHUD": "SUD",
        "OPIOIDUD": "SUD",
    ]
    static let levels = ["U", "L", "M", "N", "R", "V"]
    /// What `Encounter/e1` itself refers to, unless ``references`` says otherwise.
    static let encounterRefersTo = "Observation/o3"
    /// What the records refer to that a consent may name, by their own references.
    @TaskLocal static var references = ["Encounter/e1": [encounterRefersTo]]

    static func isBelowOrSame(_ code: String, _ wide: String) -> Bool {
        var current: String? = code
        while let one = current {
            if one == wide { return true }
            current = above[one]
        }
        return false
    }

    /// Every rule of a consent that applies, by its depth; nil when the consent is not in force.
    static func verdict(
        _ consent: SlowConsent, _ record: SlowRecord, _ request: SlowRequest
    ) throws(SlowRefusal) -> SlowProvision.Kind? {
        guard let root = consent.root else {
            guard let policy = consent.policy else { throw SlowRefusal() }
            return policy
        }
        var found: [(depth: Int, kind: SlowProvision.Kind)] = []
        var base = consent.policy
        let everything = SlowConditions()
        func visit(
            _ provision: SlowProvision, _ kind: SlowProvision.Kind, _ around: SlowConditions,
            _ kinds: Kinds, _ depth: Int, _ isInForce: Bool
        ) throws(SlowRefusal) {
            var conditions = provision.says
            var kinds = kinds
            if conditions.recipients == nil {
                conditions.recipients = around.recipients
            } else {
                kinds.recipients = kind
            }
            if conditions.labels == nil { conditions.labels = around.labels } else { kinds.labels = kind }
            if conditions.dataPeriod == nil {
                conditions.dataPeriod = around.dataPeriod
            } else {
                kinds.dataPeriod = kind
            }
            conditions.purposes = conditions.purposes ?? around.purposes
            conditions.actions = conditions.actions ?? around.actions
            conditions.classes = conditions.classes ?? around.classes
            conditions.codes = conditions.codes ?? around.codes
            conditions.data = conditions.data ?? around.data
            conditions.custodians = conditions.custodians ?? around.custodians
            conditions.authors = conditions.authors ?? around.authors
            kinds.recipients = kinds.recipients ?? kind
            kinds.labels = kinds.labels ?? kind
            kinds.dataPeriod = kinds.dataPeriod ?? kind
            guard let period = overlap(conditions.period, around.period) else { return }
            conditions.period = period
            let isHere = isInForce && period.contains(request.day)
            if isHere, holds(conditions, kinds, consent, record, request) { found.append((depth, kind)) }
            for inner in provision.inner {
                let innerKind = inner.type ?? (provision.type != nil ? other(kind) : kind)
                if innerKind != kind, repeats(inner.says, conditions) {
                    let leavesSomethingOut = !isSame(inner.says, conditions)
                    guard innerKind == .deny, leavesSomethingOut, inner.inner.isEmpty else { throw SlowRefusal() }
                    var alone = inner.says
                    alone.period = nil
                    let own = Kinds(recipients: .deny, labels: .deny, dataPeriod: .deny)
                    if isHere, holds(alone, own, consent, record, request) { found.append((depth - 1, .deny)) }
                } else {
                    try visit(inner, innerKind, conditions, kinds, depth + 2, isInForce)
                }
            }
        }
        let isInForce = root.says.period?.contains(request.day) ?? true
        if let type = root.type {
            if base == nil || base == type { base = type == .permit ? .deny : base }
            try visit(root, type, everything, Kinds(), 2, isInForce)
        } else {
            let hasTypes = any(root) { $0.type != nil }
            if base == nil, !hasTypes { throw SlowRefusal() }
            let speaksToSomebody = root.says.recipients != nil || root.says.purposes != nil
            var bare = root.says
            bare.period = nil
            let isException: Bool
            if let policy = base {
                isException =
                    !any(root) { $0.type == other(policy) } && !(bare == everything && root.inner.isEmpty)
                    && (policy == .permit || speaksToSomebody)
            } else {
                isException = false
            }
            if isException, let policy = base {
                try visit(root, other(policy), everything, Kinds(), 2, isInForce)
            } else {
                for inner in root.inner {
                    guard let kind = inner.type ?? base.map(other) else { throw SlowRefusal() }
                    let names = speaksToSomebody || inner.says.recipients != nil || inner.says.purposes != nil
                    if inner.type == nil, kind == .permit, !names { throw SlowRefusal() }
                    try visit(inner, kind, root.says, Kinds(), 2, isInForce)
                }
            }
        }
        guard isInForce else { return nil }
        let deepest = found.map(\.depth).max()
        let last = found.filter { $0.depth == deepest }
        if last.contains(where: { $0.kind == .deny }) { return .deny }
        return last.isEmpty ? base : .permit
    }

    /// The kinds of the rules in which a condition was written that is read by them.
    struct Kinds {
        var recipients: SlowProvision.Kind?
        var labels: SlowProvision.Kind?
        var dataPeriod: SlowProvision.Kind?
    }

    static func other(_ kind: SlowProvision.Kind) -> SlowProvision.Kind { kind == .permit ? .deny : .permit }

    static func any(_ provision: SlowProvision, _ test: (SlowProvision) -> Bool) -> Bool {
        provision.inner.contains { test($0) || any($0, test) }
    }

    static func overlap(_ left: ClosedRange<Int>?, _ right: ClosedRange<Int>?) -> ClosedRange<Int>? {
        let lower = max(left?.lowerBound ?? 0, right?.lowerBound ?? 0)
        let upper = min(left?.upperBound ?? 99, right?.upperBound ?? 99)
        return lower <= upper ? lower...upper : nil
    }

    /// Whether a provision says nothing that what it stands in does not say.
    static func repeats(_ own: SlowConditions, _ around: SlowConditions) -> Bool {
        return own.purposes ?? around.purposes == around.purposes
            && own.recipients ?? around.recipients == around.recipients
            && isAboutReading(own) ?? isAboutReading(around) == isAboutReading(around)
            && own.labels ?? around.labels == around.labels
            && own.classes ?? around.classes == around.classes && own.codes ?? around.codes == around.codes
            && own.dataPeriod ?? around.dataPeriod == around.dataPeriod && own.data ?? around.data == around.data
            && own.custodians ?? around.custodians == around.custodians
            && own.authors ?? around.authors == around.authors
            && overlap(own.period, around.period) == overlap(around.period, nil)
    }

    static func isAboutReading(_ conditions: SlowConditions) -> Bool? {
        conditions.actions.map { !Set($0).isDisjoint(with: ["access", "use", "disclose"]) }
    }

    /// Whether both say the same, but for when.
    static func isSame(_ left: SlowConditions, _ right: SlowConditions) -> Bool {
        var (left, right) = (left, right)
        (left.period, right.period) = (nil, nil)
        let isSameAction = isAboutReading(left) == isAboutReading(right)
        (left.actions, right.actions) = (nil, nil)
        return left == right && isSameAction
    }

    static func holds(
        _ conditions: SlowConditions, _ kinds: Kinds, _ consent: SlowConsent, _ record: SlowRecord,
        _ request: SlowRequest
    ) -> Bool {
        if let purposes = conditions.purposes {
            guard purposes.contains(where: { isBelowOrSame(request.purpose, $0) }) else { return false }
        }
        if let recipients = conditions.recipients {
            guard recipients.contains(where: { matches($0, request, kinds.recipients == .deny) }) else { return false }
        }
        if let actions = conditions.actions, Set(actions).isDisjoint(with: ["access", "use", "disclose"]) {
            return false
        }
        if let labels = conditions.labels {
            guard labels.contains(where: { label($0, record, kinds.labels == .deny) }) else { return false }
        }
        if let classes = conditions.classes {
            guard classes.contains(where: { $0 == record.type || record.profiles.contains($0) }) else { return false }
        }
        if let codes = conditions.codes, Set(codes).isDisjoint(with: record.codes) { return false }
        if let bounds = conditions.dataPeriod {
            guard let time = record.time else { return false }
            guard
                kinds.dataPeriod == .deny
                    ? bounds.overlaps(time)
                    : bounds.contains(time.lowerBound)
                        && bounds.contains(time.upperBound)
            else { return false }
        }
        if let data = conditions.data, !data.contains(where: { about($0, record) }) { return false }
        if let custodians = conditions.custodians {
            let organizations = record.authors.filter { $0.hasPrefix("Organization/") }
            let keepers = organizations.isEmpty ? [consent.organization].compactMap(\.self) : organizations
            guard keepers.contains(where: custodians.contains) else { return false }
        }
        if let authors = conditions.authors, !record.authors.contains(where: authors.contains) { return false }
        return true
    }

    private static func matches(
        _ recipient: SlowConditions.Recipient, _ request: SlowRequest, _ isDenial: Bool
    ) -> Bool {
        let isParty = recipient.party.map {
            request.actor == $0 || request.groups.contains($0)
                || request.organization == $0
        }
        // The same role by its bare code is in the request.
        let isRole = recipient.role.map { request.roles.contains($0) || request.roles.contains("http://roles|\($0)") }
        if let isParty, let isRole { return isDenial ? isParty : isParty && isRole }
        return isParty ?? isRole ?? false
    }

    private static func label(_ label: String, _ record: SlowRecord, _ isDenial: Bool) -> Bool {
        guard let level = levels.firstIndex(of: label) else {
            return record.tags.contains { isBelowOrSame($0, label) }
        }
        let own = record.levels.map { levels.firstIndex(of: $0) ?? 5 }.max() ?? 3
        return isDenial ? own >= level : own <= level
    }

    private static func about(_ data: SlowConditions.Data, _ record: SlowRecord) -> Bool {
        let isItself = record.reference == data.reference
        let refers =
            record.encounter == data.reference || record.authors.contains(data.reference)
            || record.patient == data.reference || record.refersTo.contains(data.reference)
        switch data.meaning {
        case "instance": return isItself
        case "dependents": return isItself || refers
        case "related":
            return isItself || refers || references[data.reference]?.contains(record.reference) == true
        default: return record.authors.contains(data.reference)
        }
    }

    /// What the consents of a store decide together.
    static func decide(
        _ consents: [SlowConsent], _ algorithm: String, _ record: SlowRecord, _ request: SlowRequest
    ) throws(SlowRefusal) -> String {
        var said: [(day: Int, kind: SlowProvision.Kind)] = []
        for consent in consents where consent.status == "active" {
            let kind = try verdict(consent, record, request)
            guard consent.patient == record.patient, let kind else { continue }
            said.append((consent.day ?? -1, kind))
        }
        let denies = said.contains { $0.kind == .deny }
        let permits = said.contains { $0.kind == .permit }
        switch algorithm {
        case "deny-overrides": return denies ? "deny" : permits ? "permit" : "no-consent"
        case "permit-overrides": return permits ? "permit" : denies ? "deny" : "no-consent"
        case "deny-unless-permit": return permits ? "permit" : "deny"
        case "permit-unless-deny": return denies ? "deny" : "permit"
        default:
            let newest = said.map(\.day).max()
            let last = said.filter { $0.day == newest }
            return last.isEmpty ? "no-consent" : last.contains { $0.kind == .deny } ? "deny" : "permit"
        }
    }
}
