private import Synchronization

/// The audiences of records under some consents: each is compiled once for all records to which the same rules apply.
///
/// Worth keeping for all records of a patient, and safe to ask from several threads. What changes the consents, the
/// context or the time needs another one.
public final class RecordAudiences: Sendable {
    private let policy: StorePolicy
    private let readings: [ConsentReading]
    private let consents: [ConsentRules]
    private let context: ConsentContext
    private let time: Int64
    /// What records get to which exactly these rules apply.
    private let known = Mutex<[[UInt64]: Audience]>([:])

    init(_ policy: StorePolicy, _ readings: [ConsentReading], _ context: ConsentContext, _ time: Int64) {
        self.policy = policy
        self.readings = readings
        self.context = context
        self.time = time
        consents = readings.compactMap { if case .rules(let rules) = $0 { rules } else { nil } }
    }

    /// The audience of a record, as ``StorePolicy/audience(of:under:in:at:)`` says.
    ///
    /// - Complexity: O(number of rules), and once for each set of rules that apply the compiling of an audience.
    public func audience(of record: RecordFacts) -> Audience {
        let rules = rules(for: record)
        if let audience = known.withLock({ $0[rules] }) { return audience }
        let judgement = RecordJudgement(
            of: record, under: readings, combination: policy.combination, in: context)
        let audience = policy.audience(of: judgement, at: time)
        known.withLock { $0[rules] = audience }
        return audience
    }

    /// The set of the rules that apply to a record, and of the consents that are about its patient, a bit each.
    private func rules(for record: RecordFacts) -> [UInt64] {
        var words: [UInt64] = []
        var count = 0
        func add(_ bit: Bool) {
            if count & 63 == 0 { words.append(0) }
            if bit { words[count >> 6] |= 1 << UInt64(count & 63) }
            count += 1
        }
        for consent in consents {
            let isAbout = consent.patient == record.patient
            add(isAbout)
            guard isAbout else {
                count += consent.rules.count
                while words.count < (count + 63) >> 6 { words.append(0) }
                continue
            }
            for rule in consent.rules {
                add(rule.conditions.mismatches(with: record, keptBy: consent.custodian, in: context).isEmpty)
            }
        }
        return words
    }
}

extension StorePolicy {
    /// The audience of a record: everything that consents permit, and where they say nothing the policy does; and those
    /// who may break the glass.
    ///
    /// Grants that have ended at `time` are left out, and nothing else depends on the time. An audience that would have
    /// more than ``RecordJudgement/greatestAudience`` grants is that of nobody, but for those who may break the glass.
    ///
    /// - Parameters:
    ///   - record: what is known of the record, by ``facts(of:type:)``.
    ///   - readings: the consents on file, in any order; those of other patients decide nothing.
    ///   - context: what is known of other records.
    ///   - time: in milliseconds since 1970-01-01T00:00:00Z.
    public func audience(
        of record: RecordFacts, under readings: [ConsentReading], in context: ConsentContext, at time: Int64
    ) -> Audience {
        audience(
            of: RecordJudgement(of: record, under: readings, combination: combination, in: context), at: time)
    }

    /// As ``audience(of:under:in:at:)``, for many records under the same consents.
    public func audiences(
        under readings: [ConsentReading], in context: ConsentContext, at time: Int64
    ) -> RecordAudiences {
        RecordAudiences(self, readings, context, time)
    }

    func audience(of judgement: RecordJudgement, at time: Int64) -> Audience {
        PolicyCompiler(defaults: defaults, breakGlass: breakGlass, redaction: redaction)
            .audience(of: judgement, at: time)
    }
}

extension ConsentReading {
    /// Whether the Consent decides anything, at whatever time.
    ///
    /// When none of a patient's does, each of the patient's records stands under ``StorePolicy/defaultAudience``.
    public var decides: Bool {
        if case .rules = self { true } else { false }
    }
}

extension Audience {
    /// When the first grant ends that does, in milliseconds since 1970-01-01T00:00:00Z: until then the audience of a
    /// record stays what it is, as far as time goes.
    public var firstEnd: Int64? { grants.lazy.compactMap(\.window.until).min() }
}
