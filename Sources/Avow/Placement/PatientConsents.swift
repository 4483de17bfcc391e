internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowTree

/// What decides about the records of one patient: the Consents on file, and the policy of the store.
struct PatientConsents: Sendable {
    private let policy: StorePolicy
    private let audiences: RecordAudiences

    /// Reads the Consents that a patient has under some audiences; nil when there are none.
    ///
    /// - Parameters:
    ///   - time: when is decided, in milliseconds since 1970-01-01T00:00:00Z: what is over by then is left out.
    ///   - placements: where records stand at the version that is read.
    init?(
        of patient: PatientPlacement, _ policy: StorePolicy, at time: Int64, _ placements: Placements,
        _ records: RecordReader
    ) throws(StoreError) {
        let readings = try PatientConsents.readings(of: patient, placements, records)
        guard readings.contains(where: \.decides) else { return nil }
        self.policy = policy
        let context = try PatientConsents.context(
            of: PatientConsents.relatedRecords(of: readings), placements, records)
        audiences = policy.audiences(under: readings, in: context, at: time)
    }

    /// The Consents that a patient has under some audiences.
    static func readings(
        of patient: PatientPlacement, _ placements: Placements, _ records: RecordReader
    ) throws(StoreError) -> [ConsentReading] {
        var readings: [ConsentReading] = []
        for audience in patient.audiences {
            let type = ResourceType.consent
            let range = KeyRange.records(audience, patient.pseudonym, type: UInt16(type.rawValue))
            for entry in try PlacedEntry.all(in: range, placements.reader) {
                readings.append(try PatientConsents.reading(try records.json(of: entry), at: entry.key))
            }
        }
        return readings
    }

    /// The records of which Consents ask what they refer to, as `Type/id`.
    static func relatedRecords(of readings: [ConsentReading]) -> Set<String> {
        readings.reduce(into: []) { related, reading in
            if case .rules(let rules) = reading { related.formUnion(rules.relatedRecords) }
        }
    }

    private static func reading(_ json: [UInt8], at key: TreeKey) throws(StoreError) -> ConsentReading {
        let parsed: JSONDocument
        do throws(JSONError) {
            parsed = try JSONParser().parse(json)
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
        do throws(ConsentError) {
            return try ConsentReading(parsed.root)
        } catch {
            // It was refused when it was to be stored.
            throw .record(key: key, reason: "\(error)")
        }
    }

    /// What the records refer to of which the Consents ask that.
    private static func context(
        of references: Set<String>, _ placements: Placements, _ records: RecordReader
    ) throws(StoreError) -> ConsentContext {
        var context = ConsentContext()
        for reference in references.sorted() {
            guard let resource = ResourceIdentity(reference: reference) else { continue }
            let type = resource.type
            let key = TreeKey.locate(
                try placements.audience(of: resource), type: UInt16(type.rawValue), logicalID: resource.id)
            let entry = try mapping(StoreError.tree) { () throws(TreeError) in try placements.reader.find(key) }
            guard let entry else { continue }
            let json = try records.json(of: entry)
            do throws(JSONError) {
                context.add(try JSONParser().parse(json).root, type: type)
            } catch {
                throw .record(key: key, reason: "\(error)")
            }
        }
        return context
    }

    /// The audience of one of the patient's records.
    func audience(of resource: JSONValue, _ type: ResourceType) -> Audience {
        audiences.audience(of: policy.facts(of: resource, type: type))
    }
}

extension ResourceIdentity {
    /// The resource that is referred to as `Type/id`; nil when it is something else that is referred to.
    init?(reference: String) {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let type = ResourceType(name: String(parts[0])) else { return nil }
        self.init(type, id: String(parts[1]))
    }
}

extension PlacedEntry {
    /// The entries of a range, in the order of their keys.
    static func all(in range: KeyRange, _ reader: TreeReader) throws(StoreError) -> [PlacedEntry] {
        try mapping(StoreError.tree) { () throws(TreeError) in
            var left = try reader.count(in: range)
            guard left > 0 else { return [] }
            var entries: [PlacedEntry] = []
            entries.reserveCapacity(Int(clamping: left))
            var cursor = try reader.cursor(from: range.lower)
            while left > 0, let entry = try cursor?.next() {
                entries.append(entry)
                left -= 1
            }
            return entries
        }
    }
}
