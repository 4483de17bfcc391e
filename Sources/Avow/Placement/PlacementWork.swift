internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree

/// Brings records under the audiences that are theirs, within the transaction of the commit that made them others.
///
/// A commit first writes its own changes. Then the patients about whom something was decided anew are looked at: records
/// that now have another audience move there, with their index entries, older versions and deletions. At last the
/// entries follow that say under which audiences a patient has records, and which audiences the store has. A reader sees
/// all of it or nothing.
final class PlacementWork {
    /// A record by its type and its number within its patient.
    struct RecordNumber: Hashable {
        let type: UInt16
        let number: UInt64
    }

    /// Which records of a patient may have another audience.
    enum Review {
        case records(Set<RecordNumber>)
        case all

        mutating func insert(_ record: RecordNumber) {
            guard case .records(var numbers) = self else { return }
            numbers.insert(record)
            self = .records(numbers)
        }

        var isEmpty: Bool {
            if case .records(let numbers) = self { numbers.isEmpty } else { false }
        }
    }

    /// A patient whose records may stand elsewhere after the commit than before.
    struct Patient {
        let id: String
        let pseudonym: Pseudonym
        /// Where records may stand.
        var audiences: Set<AudienceID>
        var review: Review
    }

    let policy: StorePolicy
    let home: AudienceID
    /// The home audience of the commit before.
    private let previousHome: AudienceID
    /// The time of the decisions, in milliseconds since 1970-01-01T00:00:00Z.
    let time: Int64
    /// The store as it was.
    private let previous: Snapshot
    private let transaction: any StorageTransaction
    private let opened: OpenedKeys
    private let records: RecordReader
    private let maker: RenditionMaker
    private var patients: [Pseudonym: Patient] = [:]
    /// The resources that change of which some patient's Consents ask what they refer to.
    private var decisive: Set<ResourceIdentity> = []
    /// Whether there are such resources.
    private let hasRelated: Bool
    /// Whether Consents may be among what the commit changes.
    private let mayChangeConsents: Bool
    /// The audiences that records were put under, at least for a while.
    private var gained: [AudienceID: Audience] = [:]
    /// The audiences that records were taken from.
    private var lost: Set<AudienceID> = []
    /// From which audiences records moved to others that had been there before the commit.
    private(set) var moves: Set<AudienceMove> = []
    /// How many records have moved.
    private(set) var movedCount: UInt64 = 0

    /// - Parameters:
    ///   - policy: what holds from this commit on.
    ///   - snapshot: the store as it is before the commit.
    ///   - previousHome: the home audience of the commit before, when nothing but the policy or the time changes.
    init(
        _ store: Store, _ transaction: any StorageTransaction, _ policy: StorePolicy, _ indexes: RecordIndexes,
        after snapshot: Snapshot, previousHome: AudienceID? = nil
    ) throws(StoreError) {
        previous = snapshot
        self.transaction = transaction
        self.policy = policy
        home = policy.defaultAudience.id
        self.previousHome = previousHome ?? home
        mayChangeConsents = previousHome == nil
        time = max(Instant.now, Int64(clamping: snapshot.commit.time))
        // Keys and dictionaries of a transaction that may be aborted are not for others.
        hasRelated = try mapping(StoreError.tree) { () throws(TreeError) in
            try snapshot.reader.count(in: .related) > 0
        }
        opened = OpenedKeys(store.registry, store.keys.dictionaries, storeID: store.keys.storeID)
        records = try RecordReader(opened, transaction)
        maker = RenditionMaker(
            policy: policy, blinder: store.keys.identifiers, sealers: store.sealers,
            dictionaries: try opened.allDictionaries(transaction), indexes: indexes, time: time)
    }

    var isEmpty: Bool { patients.isEmpty && gained.isEmpty && lost.isEmpty && decisive.isEmpty }

    /// Takes note that a patient's records may stand, or come to stand, under some audiences.
    func note(_ id: String, _ pseudonym: Pseudonym, _ audiences: some Sequence<AudienceID>, _ review: Review) {
        var patient =
            patients[pseudonym]
            ?? Patient(id: id, pseudonym: pseudonym, audiences: [], review: .records([]))
        patient.audiences.formUnion(audiences)
        switch (patient.review, review) {
        case (.all, _): break
        case (_, .all): patient.review = .all
        case (.records(let known), .records(let new)): patient.review = .records(known.union(new))
        }
        patients[pseudonym] = patient
    }

    /// Takes note that a patient of whom note was taken has records under an audience.
    func note(_ pseudonym: Pseudonym, _ audience: AudienceID) {
        patients[pseudonym]?.audiences.insert(audience)
    }

    /// Takes note that a resource is written or deleted, so that what it refers to may change.
    func noteChange(of resource: ResourceIdentity) {
        if hasRelated { decisive.insert(resource) }
    }

    /// Takes note that records were put under an audience.
    func gain(_ audience: Audience) {
        gained[audience.id] = audience
    }

    /// Takes note that records were taken from an audience.
    func lose(_ audience: AudienceID) {
        lost.insert(audience)
    }

    /// Takes note that a rendition goes. It has no history, so what it showed is not to be read any more.
    func noteEnd(ofRenditionUnder audience: AudienceID) {
        moves.insert(AudienceMove(from: audience, to: nil))
    }

    /// Takes note that a resource moves, if it was there before the commit.
    private func noteMove(
        of resource: ResourceIdentity, to audience: AudienceID, _ before: Placements
    ) throws(StoreError) {
        let move = AudienceMove(from: try before.audience(of: resource), to: audience)
        guard move.from != audience, !moves.contains(move) else { return }
        let type = UInt16(resource.type.rawValue)
        let wasThere = try mapping(StoreError.tree) { () throws(TreeError) in
            if try before.reader.find(.locate(move.from, type: type, logicalID: resource.id)) != nil { return true }
            return try before.reader.find(.deleted(move.from, type: type, logicalID: resource.id)) != nil
        }
        if wasThere { moves.insert(move) }
    }

    /// Whether every record has to be looked at that is written, since it may have renditions.
    var isRedacting: Bool { !policy.redaction.used.isEmpty }

    /// Moves what has to move, and brings what follows from it up to date.
    ///
    /// - Parameter nextRecordID: the id that the next sealed record gets.
    func run(
        _ update: inout TreeUpdate, _ nextRecordID: inout UInt64, _ reader: (TreeRoot) -> TreeReader
    ) throws(StoreError) {
        guard !isEmpty else { return }
        let before = try Placements(previous.reader, home: previousHome)
        try noteRelated(before)
        let placements = try Placements(reader(update.root), home: previousHome)
        var changes: [TreeChanges] = []
        for patient in patients.values.sorted(by: { $0.pseudonym.rawValue < $1.pseudonym.rawValue })
        where !patient.review.isEmpty {
            try review(patient, before, placements, &nextRecordID, &changes)
            guard case .all = patient.review, mayChangeConsents else { continue }
            changes.append(try related(patient, before, placements))
        }
        try apply(changes, &update)
        let settled = try settle(reader(update.root))
        try apply([TreeChanges(settled)], &update)
    }

    private func apply(_ changes: [TreeChanges], _ update: inout TreeUpdate) throws(StoreError) {
        try mapping(StoreError.tree) { () throws(TreeError) in try update.apply(TreeBatch(changes)) }
    }

    // MARK: Records that decide about others

    /// Takes note of the patients whose Consents ask what the resources refer to that change.
    private func noteRelated(_ before: Placements) throws(StoreError) {
        for resource in decisive {
            let range = KeyRange.related(type: UInt16(resource.type.rawValue), logicalID: resource.id)
            for entry in try PlacedEntry.all(in: range, before.reader) {
                let id = try entry.relatedPatient()
                guard let patient = try before.patient(id) else { continue }
                note(id, patient.pseudonym, patient.audiences + [home], .all)
            }
        }
    }

    /// The changes after which it is on record of which resources a patient's Consents ask what they refer to.
    private func related(
        _ patient: Patient, _ before: Placements, _ placements: Placements
    ) throws(StoreError) -> TreeChanges {
        guard patient.pseudonym != .shared else { return TreeChanges() }
        let present = try PatientConsents.readings(
            of: PatientPlacement(patient.pseudonym, patient.audiences), placements, records)
        var past: [ConsentReading] = []
        if let known = try before.patient(patient.id) {
            past = try PatientConsents.readings(of: known, before, records)
        }
        let (old, new) = (
            PatientConsents.relatedRecords(of: past), PatientConsents.relatedRecords(of: present)
        )
        var changes: [TreeMutation] = []
        for reference in old.symmetricDifference(new) {
            guard let resource = ResourceIdentity(reference: reference) else { continue }
            let key = resource.relatedKey(patient: patient.id)
            changes.append(TreeMutation(key, new.contains(reference) ? .inline(Salt.salted([]), blob: 0) : .remove))
        }
        return TreeChanges(changes)
    }

    // MARK: Records

    /// Decides about the records of a patient, and moves those that have another audience now.
    private func review(
        _ patient: Patient, _ before: Placements, _ placements: Placements, _ nextRecordID: inout UInt64,
        _ changes: inout [TreeChanges]
    ) throws(StoreError) {
        let placement = PatientPlacement(patient.pseudonym, patient.audiences)
        let consents = try PatientConsents(of: placement, policy, at: time, placements, records)
        var found = PlacedResources(patient.pseudonym, placements.reader, records)
        for audience in placement.audiences {
            // Where nobody says anything, what is at home stays there.
            if consents == nil, audience == home, home == previousHome, !isRedacting { continue }
            try found.find(under: audience, patient.review)
        }
        let decided = try decide(found.resources, consents, placements.reader, &nextRecordID)
        for (resource, decision) in zip(found.resources, decided) {
            guard let decision else { continue }
            changes += [decision.changes, decision.added]
            try mapping(StoreError.storage) { () throws(StorageError) in
                for (id, bytes) in decision.sealed { try transaction.append(bytes, id: id, in: .records) }
                for rendition in decision.unsealed { try transaction.removeBlob(rendition.recordID, in: .records) }
            }
            for rendition in decision.unsealed { noteEnd(ofRenditionUnder: rendition.audience) }
            let placement = decision.id.placement(under: decision.audience.id, home: home)
            guard decision.audience.id != resource.audience else {
                changes.append(TreeChanges([placement]))
                continue
            }
            gain(decision.audience)
            lose(resource.audience)
            try noteMove(of: decision.id, to: decision.audience.id, before)
            patients[patient.pseudonym]?.audiences.insert(decision.audience.id)
            let history = try found.history(of: resource, decision.id, to: decision.audience.id)
            changes.append(TreeChanges(history.changes + [placement]))
            for (former, version) in history.formerOwners where former != .shared {
                try note(former, version, decision, resource.audience, placements)
            }
            movedCount += 1
        }
    }

    /// Takes note that versions of a resource move that belong to a patient who had it before.
    private func note(
        _ former: Pseudonym, _ version: PlacedEntry, _ decision: PlacementDecision, _ audience: AudienceID,
        _ placements: Placements
    ) throws(StoreError) {
        let json = try records.json(of: version)
        guard let id = try Indexing.patientID(of: json, decision.id.type, at: version.key) else { return }
        let known = try placements.patient(id)?.audiences ?? []
        note(id, former, known + [audience, decision.audience.id], .records([]))
    }

    /// Decides about resources of one patient on all cores; nil for each about which everything stays as it is.
    private func decide(
        _ resources: [PlacedResource], _ consents: PatientConsents?, _ reader: TreeReader,
        _ nextRecordID: inout UInt64
    ) throws(StoreError) -> [PlacementDecision?] {
        guard let owner = resources.first else { return [] }
        guard let key = try opened.key(of: owner.pseudonym, transaction) else {
            throw .record(key: owner.entry.key, reason: "its patient has no key")
        }
        let mover = RecordMover(
            consents: consents, key: key, maker: maker, homes: home == previousHome ? [] : [home, previousHome])
        var finder = RenditionFinder(reader, records)
        let work = OrderedWork<Result<[PlacementDecision?], StoreError>>()
        let size = 128
        let renditionCount = UInt64(policy.redaction.used.count)
        for start in stride(from: 0, to: resources.count, by: size) {
            // The transaction is read by this thread alone.
            var share: [ReviewedResource] = []
            for resource in resources[start..<min(resources.count, start + size)] {
                share.append(
                    ReviewedResource(
                        place: resource, json: try records.json(of: resource.entry),
                        renditions: try finder.renditions(
                            of: resource.owner(under: resource.audience), resource.type),
                        firstRecordID: nextRecordID))
                nextRecordID += renditionCount
            }
            work.submit { [share] in
                Result { () throws(StoreError) in
                    var decisions: [PlacementDecision?] = []
                    for resource in share { decisions.append(try mover.decide(resource)) }
                    return decisions
                }
            }
        }
        var decided: [PlacementDecision?] = []
        decided.reserveCapacity(resources.count)
        while let decisions = try work.next()?.get() { decided += decisions }
        return decided
    }

    // MARK: What follows

    /// The changes after which patients and audiences are entered where records stand.
    private func settle(_ reader: TreeReader) throws(StoreError) -> [TreeMutation] {
        var changes: [TreeMutation] = []
        for patient in patients.values where patient.pseudonym != .shared {
            changes += try settle(patient, reader)
        }
        for id in lost.union(gained.keys) { changes += try settle(id, reader) }
        return changes
    }

    private func settle(_ id: AudienceID, _ reader: TreeReader) throws(StoreError) -> [TreeMutation] {
        let known = try AudienceRegister.audience(id, reader)
        if let known, let audience = gained[id], known != audience {
            throw .damaged(part: "audiences", reason: "two audiences have the id \(id.rawValue)")
        }
        let isWanted = id == home ? true : !(try PlacementWork.isEmpty(id, reader))
        if isWanted, known == nil, let audience = gained[id] { return AudienceRegister.adding(audience) }
        if !isWanted, let known { return AudienceRegister.removing(known) }
        return []
    }

    private func settle(_ patient: Patient, _ reader: TreeReader) throws(StoreError) -> [TreeMutation] {
        var standing: [AudienceID] = []
        var changes: [TreeMutation] = []
        let value = TreeMutation.Change.inline(Salt.salted(patient.pseudonym.bytes), blob: 0)
        for audience in patient.audiences.union([home]) {
            let key = TreeKey.patient(audience, logicalID: patient.id)
            let (isStanding, isEntered) = try mapping(StoreError.tree) { () throws(TreeError) in
                let count = try reader.count(in: .records(audience, patient.pseudonym))
                let versions = try count > 0 ? 0 : reader.count(in: .versions(audience, patient.pseudonym))
                return (count + versions > 0, try reader.find(key) != nil)
            }
            if isStanding { standing.append(audience) }
            if isStanding != isEntered { changes.append(TreeMutation(key, isStanding ? value : .remove)) }
            let known = try AudienceRegister.audience(audience, reader)
            for (profile, id) in (known ?? gained[audience])?.renditionIDs ?? [] {
                let key = TreeKey.patient(id, logicalID: maker.name(ofPatient: patient.id, profile))
                let (isStanding, isEntered) = try mapping(StoreError.tree) { () throws(TreeError) in
                    (try reader.count(in: .records(id, patient.pseudonym)) > 0, try reader.find(key) != nil)
                }
                if isStanding != isEntered { changes.append(TreeMutation(key, isStanding ? value : .remove)) }
            }
        }
        // Whoever is known keeps a place: the pseudonym and the key must not be lost.
        if standing.isEmpty {
            standing = [home]
            let key = TreeKey.patient(home, logicalID: patient.id)
            changes.removeAll { $0.key == key }
            changes.append(TreeMutation(key, value))
        }
        let key = TreeKey.placement(patient: patient.id)
        guard standing != [home] else { return changes + [TreeMutation(key, .remove)] }
        let placement = PatientPlacement(patient.pseudonym, standing)
        return changes + [TreeMutation(key, .inline(Salt.salted(placement.bytes), blob: 0))]
    }

    /// Whether nothing stands under an audience.
    private static func isEmpty(_ audience: AudienceID, _ reader: TreeReader) throws(StoreError) -> Bool {
        try mapping(StoreError.tree) { () throws(TreeError) in
            for range in [KeyRange.records(audience), .versions(audience), .deleted(audience)] {
                if try reader.count(in: range) > 0 { return false }
            }
            return true
        }
    }
}
