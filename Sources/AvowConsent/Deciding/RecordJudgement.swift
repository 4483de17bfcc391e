/// What consents make of one record: for each consent the rules that are left once the record is known, which only ask
/// who reads, why and when.
///
/// A decision and an audience are both made of it, so one cannot say other than the other.
public struct RecordJudgement: Sendable {
    /// The consents of the record's patient that decide, those that decide first in front.
    let consents: [ConsentJudgement]
    /// How they are combined.
    public let combination: Combination
    /// The consents on file that decide nothing, and why.
    let silences: [ConsentReason]

    /// What is made of a record about which no consent is on file.
    init(combination: Combination) {
        consents = []
        silences = []
        self.combination = combination
    }

    /// Applies consents to a record.
    ///
    /// - Parameters:
    ///   - record: the record.
    ///   - readings: the consents on file, in any order; those of other patients decide nothing.
    ///   - combination: what holds where several decide.
    ///   - context: what is known of other records.
    public init(
        of record: RecordFacts, under readings: some Sequence<ConsentReading>,
        combination: Combination = .denyOverrides, in context: ConsentContext = ConsentContext()
    ) {
        var silences: [ConsentReason] = []
        var consents: [ConsentJudgement] = []
        for reading in readings {
            switch reading {
            case .silent(let consent):
                silences.append(
                    ConsentReason(
                        consent: consent.reference, version: consent.version, dialect: nil, effect: nil,
                        path: consent.path, text: consent.reason))
            case .rules(let rules) where rules.patient != record.patient:
                silences.append(
                    ConsentReason(
                        rules, nil, at: "Consent.patient",
                        record.patient.map { "it is about \(rules.patient), the record about \($0)" }
                            ?? "it is about \(rules.patient), the record about no patient"))
            case .rules(let rules): consents.append(ConsentJudgement(rules, of: record, in: context))
            }
        }
        self.consents = consents.sorted { $0.comesBefore($1) }
        self.combination = combination
        self.silences = silences.sorted { ($0.consent, $0.version ?? "") < ($1.consent, $1.version ?? "") }
    }
}

/// What one consent makes of one record.
struct ConsentJudgement: Sendable {
    let consent: ConsentRules
    /// The rules that apply to the record, the strongest first.
    let rules: [RequestRule]
    /// The rules that do not, each with the elements that do not match.
    let mismatches: [(rule: ConsentRule, elements: [String])]

    init(_ consent: ConsentRules, of record: RecordFacts, in context: ConsentContext) {
        self.consent = consent
        var rules: [RequestRule] = []
        var mismatches: [(rule: ConsentRule, elements: [String])] = []
        for rule in consent.rules {
            let elements = rule.conditions.mismatches(with: record, keptBy: consent.custodian, in: context)
            if elements.isEmpty {
                rules.append(RequestRule(rule))
            } else {
                mismatches.append((rule, elements))
            }
        }
        self.rules = rules
        self.mismatches = mismatches
    }

    /// Newer consents come first; those without a date last.
    func comesBefore(_ other: ConsentJudgement) -> Bool {
        let (own, others) = (consent.dateTime ?? .min, other.consent.dateTime ?? .min)
        if own != others { return own > others }
        return (consent.reference, consent.version ?? "") < (other.consent.reference, other.consent.version ?? "")
    }
}

/// A rule that applies to a record, as far as it asks who reads, why and when.
struct RequestRule: Sendable {
    let effect: ConsentEffect
    let path: String
    /// Nil for every purpose.
    let purposes: [Purpose]?
    /// Alternatives, each of which has to hold whole; nil for anyone.
    let recipients: [[Recipient]]?
    let window: ValidityWindow

    init(_ rule: ConsentRule) {
        effect = rule.effect
        path = rule.path
        let conditions = rule.conditions
        purposes = conditions.purposes
        let reading = conditions.readings.recipients ?? rule.effect
        recipients = conditions.recipients.map { tests in tests.flatMap { $0.alternatives(read: reading) } }
        window = conditions.window
    }

    /// The elements of the provision that do not match a request; none when all of them do.
    func mismatches(with request: AccessRequest, of actor: Set<Recipient>) -> [String] {
        var names: [String] = []
        if let purposes, !purposes.contains(where: { $0.covers(request.purpose) }) { names.append("purpose") }
        if let recipients, !recipients.contains(where: { $0.allSatisfy(actor.contains) }) { names.append("actor") }
        if !window.contains(request.time) { names.append("period") }
        return names
    }
}
