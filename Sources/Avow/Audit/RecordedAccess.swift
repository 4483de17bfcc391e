internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery

/// One access to a snapshot, such as a query, on its way into the audit ledger.
///
/// An access is one event as a rule. It has several when what it finds is given in parts, since each part is recorded
/// before it is given, and when the glass is broken, which is recorded before anything is read.
final class RecordedAccess {
    private let recorder: Recorder
    private let names: PatientNames
    private let tree: CommittedTree
    private let records: RecordReader
    private let request: AccessRequest
    private var text: String
    private var types: Set<ResourceType>
    private var isAboutEveryType: Bool
    private var isProven: Bool
    /// The patients that have an entry of this access.
    private var known: Set<String> = []
    /// Those who have one, and of whose records more were opened since.
    private var pending: [String: UInt64] = [:]
    private var first: EventID?
    /// What was opened before another access of the same snapshot began.
    private var aside: [OwnerTally.Run] = []
    /// Records that belong to no patient and have not been counted in an event.
    private var shared: UInt64 = 0

    init(
        _ recorder: Recorder, _ names: PatientNames, _ tree: CommittedTree, _ records: RecordReader,
        _ request: AccessRequest, text: String, types: [ResourceType], isProven: Bool
    ) {
        self.recorder = recorder
        self.names = names
        self.tree = tree
        self.records = records
        self.request = request
        self.text = text
        self.types = Set(types)
        isAboutEveryType = types.isEmpty
        self.isProven = isProven
    }

    // MARK: Several queries

    /// An access of several queries, of which there is none yet.
    convenience init(
        _ recorder: Recorder, _ names: PatientNames, _ tree: CommittedTree, _ records: RecordReader,
        _ request: AccessRequest
    ) {
        self.init(recorder, names, tree, records, request, text: "", types: [], isProven: false)
        isAboutEveryType = false
    }

    /// Takes a query into the access; false when it is somebody else's, for another purpose, or breaks the glass.
    func join(_ other: AccessRequest, _ query: String, _ otherTypes: [ResourceType], isProven: Bool) -> Bool {
        guard other.actor == request.actor, other.purpose == request.purpose, other.breakGlassReason == nil,
            text.utf8.count + query.utf8.count + 2 <= QueryLimits.textLength
        else { return false }
        text += (text.isEmpty ? "" : "; ") + query
        if otherTypes.isEmpty { isAboutEveryType = true }
        types.formUnion(otherTypes)
        if isProven { self.isProven = true }
        return true
    }

    /// Keeps what was opened so far apart from what another access will open.
    func putAside() {
        aside.append(contentsOf: records.owners.take())
    }

    /// Whether there is nothing to be recorded.
    var isEmpty: Bool { text.isEmpty }

    // MARK: Recording

    /// Before anything is read: records a request that breaks the glass.
    func begin() throws(StoreError) {
        if request.breakGlassReason != nil { try record([], rows: nil) }
    }

    /// Says that something about a patient will be given which is no record.
    func note(patient id: String) {
        pending[id, default: 0] += 0
    }

    /// Before rows are given: records them, and the patients whose records were opened for them.
    func give(rows: UInt64?) throws(StoreError) {
        try record(try patients(), rows: rows)
    }

    /// At the end: records what was opened for no row. An access that gave nothing is recorded, too.
    ///
    /// - Parameter hasFailed: whether the caller is given an error instead of a result.
    func end(hasFailed: Bool = false) throws(StoreError) {
        guard first == nil || !records.owners.isEmpty || !pending.isEmpty else { return }
        try give(rows: first == nil && !hasFailed ? 0 : nil)
    }

    /// Before a resource is given that an expression refers to.
    ///
    /// A patient who has an entry of this access gets no other for each resource, but one for all at the end.
    func follow() throws(StoreError) {
        let patients = try patients()
        guard first == nil || patients.contains(where: { !known.contains($0.id) }) else {
            for patient in patients { pending[patient.id, default: 0] += patient.records }
            return
        }
        try record(patients, rows: nil)
    }

    /// After the last reference: records what is left.
    func finishFollowing() throws(StoreError) {
        if !pending.isEmpty { try record([], rows: nil) }
    }

    /// What was opened since the last call.
    private func patients() throws(StoreError) -> [(id: String, records: UInt64)] {
        for run in aside { records.owners.count(run) }
        aside = []
        let runs = records.owners.take()
        shared += runs.first { $0.pseudonym == .shared }?.count ?? 0
        return try names.patients(of: runs, records, tree.reader)
    }

    private func record(_ opened: [(id: String, records: UInt64)], rows: UInt64?) throws(StoreError) {
        // A patient who was deleted and came back has two pseudonyms.
        for (id, records) in opened { pending[id, default: 0] += records }
        let patients = pending.map { (id: $0.key, records: $0.value) }
        pending = [:]
        let event = LedgerEvent(
            request: request, types: isAboutEveryType ? [] : types.sorted { $0.rawValue < $1.rawValue },
            commit: tree.commit.sequence, root: tree.commit.stateRoot,
            isProven: isProven, continued: first)
        let records = patients.reduce(shared) { $0 + $1.records }
        shared = 0
        let detail = LedgerDetail(query: text, rows: rows, records: records, patients: UInt64(patients.count))
        let recorded = try recorder.record(EventDraft(event: event, detail: detail, patients: patients))
        if first == nil { first = recorded }
        for patient in patients { known.insert(patient.id) }
    }
}
