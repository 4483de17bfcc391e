internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree
internal import Foundation

/// The check of a store's audit ledger: what a store's own pages, nodes and log are checked for, and that events,
/// their details and the entries of patients belong to each other.
struct LedgerCheck {
    private var report = CheckReport()
    /// The numbers of the events, with how many patients each says that it has.
    private var events: [EventID: UInt64] = [:]
    private var details: Set<EventID> = []
    private var disclosures: [EventID: UInt64] = [:]
    private var hasAuditors = false

    /// - Returns: nil when the store has no ledger.
    static func check(of store: Store, _ progress: (CheckProgress) -> Void) throws(StoreError) -> CheckReport? {
        let path = Ledger.path(of: store.path)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var check = LedgerCheck()
        progress(CheckProgress(part: "audit ledger", done: 0, total: 1))
        let pages = try mapping(StoreError.storage) { () throws(StorageError) in
            try LMDBFileCheck.check(path, filling: [.nodes])
        }
        check.report.take(pages)
        if check.report.isHealthy {
            do throws(StoreError) {
                try check.run(store, path)
            } catch {
                try check.report.take(error)
            }
        }
        progress(CheckProgress(part: "audit ledger", done: 1, total: 1))
        return check.report
    }

    private mutating func run(_ store: Store, _ path: String) throws(StoreError) {
        let ledger = try Ledger.open(at: path, store.keys, origin: store.origin, readOnly: true)
        let storage = try mapping(StoreError.storage) { () throws(StorageError) in try ledger.storage.snapshot() }
        let key = try mapping(StoreError.note) { () throws(NoteError) in try store.verifierKey.ofLedger() }
        report.join(try LogCheck.check(storage, signedBy: key))
        let tree = try CommittedTree(storage, ledger.keys, ledger.cache)
        let found = try VersionCheck.check(tree, ledger.keys, ledger.cache, keepsChanges: false) { take($0) }
        report.join(found)
        report.entries = tree.state.root.count
        compare(next: tree.state.nextRecordID)
    }

    private mutating func take(_ entry: StoredEntry) {
        let key = entry.key
        do {
            let content = try SaltedValue(entry.inline).content
            if key == LedgerAuditors.key {
                _ = try LedgerAuditors(encoded: content)
                hasAuditors = true
                return
            }
            let id = try EventID(key: key)
            if key == .event(id) {
                _ = try LedgerEvent(encoded: content, time: id.time)
                events[id, default: 0] += 0
            } else if key == .eventDetail(id) {
                events[id, default: 0] += try LedgerDetail(encoded: content).patients
                details.insert(id)
            } else {
                _ = try LedgerDisclosure.records(encoded: content)
                disclosures[id, default: 0] += 1
            }
        } catch {
            report.add("entry \(key.bytes.hexadecimal)", "\(error)")
        }
    }

    private mutating func compare(next: UInt64) {
        report.events = events.count
        report.disclosures = Int(clamping: disclosures.values.reduce(0, +))
        if !hasAuditors { report.add("auditors", "the setting is missing") }
        for (id, patients) in events {
            if !details.contains(id) { report.add("event \(id.number)", "its detail is missing") }
            if disclosures[id] ?? 0 != patients {
                report.add("event \(id.number)", "it has not as many patients as it says")
            }
        }
        for id in disclosures.keys where events[id] == nil { report.add("event \(id.number)", "it is missing") }
        // Numbers count from 1, each once.
        if Set(events.keys.map(\.number)).count != events.count || UInt64(events.count) &+ 1 != next
            || events.keys.contains(where: { !(1..<next).contains($0.number) })
        {
            report.add("events", "their numbers do not count from 1 to \(next &- 1)")
        }
    }
}
