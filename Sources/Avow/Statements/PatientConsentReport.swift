public import AvowConsent
public import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowTree

/// What the Consents of a patient come to in a store, for whoever keeps the store.
public struct PatientConsentReport: Sendable {
    /// A Consent on file.
    public struct Consent: Sendable {
        /// `Consent/id`.
        public let reference: String
        /// Which version of it is in force, counted from 1; nil for one that names no id.
        public let version: UInt64?
        /// How it is written; nil for one that decides nothing.
        public let dialect: ConsentDialect?
        /// What it says, the strongest first.
        public let clauses: [ConsentClause]
        /// Why it decides nothing, if it does not.
        public let silence: String?
    }

    /// An audience under which records of the patient stand.
    public struct Place: Sendable {
        /// The audience's id.
        public let id: UInt64
        /// What it permits.
        public let audience: Audience
        /// How many records of each type stand under it, in the order of the types' names.
        public let counts: [(type: ResourceType, count: UInt64)]
    }

    /// The patient: `Patient/id`.
    public let patient: String
    /// The Consents on file, in the order of their references.
    public let consents: [Consent]
    /// The audiences, that of most records first.
    public let places: [Place]
}

extension Store {
    /// What the Consents of a patient come to: those on file, and the audiences under which the patient's records stand.
    ///
    /// It is for whoever keeps the store, and asks no consent itself.
    ///
    /// - Parameter patient: the patient's logical id.
    /// - Returns: nil when the store does not know the patient.
    /// - Complexity: O(c + a · t · log n) for c Consents, a audiences and t types.
    public func consents(ofPatient patient: String) throws(StoreError) -> PatientConsentReport? {
        let snapshot = try snapshot()
        let reader = snapshot.reader
        let policy = try policy(at: reader)
        let placements = try Placements(reader, home: policy.defaultAudience.id)
        guard let place = try placements.patient(patient) else { return nil }
        let readings = try PatientConsents.readings(of: place, placements, snapshot.records)
        var places: [PatientConsentReport.Place] = []
        for id in place.audiences {
            let audience = try AudienceRegister.audience(id, reader)
            guard let audience else {
                throw .damaged(part: "audiences", reason: "one under which records stand is missing")
            }
            var counts: [(type: ResourceType, count: UInt64)] = []
            for type in ResourceType.allCases {
                let range = KeyRange.records(id, place.pseudonym, type: UInt16(type.rawValue))
                let count = try mapping(StoreError.tree) { () throws(TreeError) in try reader.count(in: range) }
                if count > 0 { counts.append((type, count)) }
            }
            guard !counts.isEmpty else { continue }
            counts.sort { $0.type.name < $1.type.name }
            places.append(PatientConsentReport.Place(id: id.rawValue, audience: audience, counts: counts))
        }
        places.sort { ($1.total, $0.id) < ($0.total, $1.id) }
        var consents: [PatientConsentReport.Consent] = []
        for reading in readings {
            let id = String(reading.reference.dropFirst("Consent/".count))
            consents.append(PatientConsentReport.Consent(reading, version: try version(ofConsent: id, placements)))
        }
        consents.sort { $0.reference < $1.reference }
        return PatientConsentReport(patient: "Patient/\(patient)", consents: consents, places: places)
    }
}

extension Store {
    private func version(ofConsent id: String, _ placements: Placements) throws(StoreError) -> UInt64? {
        let type = UInt16(ResourceType.consent.rawValue)
        let audience = try placements.audience(of: ResourceIdentity(.consent, id: id))
        let entry = try mapping(StoreError.tree) { () throws(TreeError) in
            try placements.reader.find(.locate(audience, type: type, logicalID: id))
        }
        return try entry.map { entry throws(StoreError) in try LocatedRecord.read(entry).version }
    }
}

extension PatientConsentReport.Place {
    /// How many records stand there.
    public var total: UInt64 { counts.reduce(0) { $0 + $1.count } }
}

extension PatientConsentReport.Consent {
    fileprivate init(_ reading: ConsentReading, version: UInt64?) {
        switch reading {
        case .rules(let rules):
            self.init(
                reference: rules.reference, version: version, dialect: rules.dialect, clauses: rules.clauses,
                silence: nil)
        case .silent(let consent):
            self.init(
                reference: consent.reference, version: version, dialect: nil, clauses: [],
                silence: consent.reason)
        }
    }
}
