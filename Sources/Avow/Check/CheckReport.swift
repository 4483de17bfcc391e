/// What reading and verifying every byte of a store found.
public struct CheckReport: Sendable {
    /// One thing that is not as it must be.
    public struct Damage: Sendable, CustomStringConvertible {
        /// The part of the store: `page 17`, `tree node 3`, `record Observation/…`, `log`.
        public let part: String
        /// What is wrong with it.
        public let reason: String

        /// What went wrong, in a sentence.
        public var description: String { "\(part): \(reason)" }
    }

    /// More damages than this are counted but not listed.
    public static let mostListed = 10_000

    /// What is damaged, in the order in which it was found.
    public private(set) var damages: [Damage] = []
    /// How many damages were found in all.
    public private(set) var damageCount = 0
    /// Pages of the data file whose structure was checked.
    public internal(set) var pages: UInt64 = 0
    /// Tree nodes that were opened and hashed.
    public internal(set) var nodes = 0
    /// Entries of the newest version of the tree.
    public internal(set) var entries: UInt64 = 0
    /// Records that were opened and hashed.
    public internal(set) var records = 0
    /// Index entries that were compared with the records.
    public internal(set) var indexEntries = 0
    /// Commits of the log.
    public internal(set) var commits: UInt64 = 0
    /// Patients whose keys were opened.
    public internal(set) var patients = 0

    /// Events of the audit ledger.
    public internal(set) var events = 0
    /// Entries of the audit ledger that tell patients of events.
    public internal(set) var disclosures = 0

    /// Whether nothing was found damaged.
    public var isHealthy: Bool { damageCount == 0 }

    /// Takes over what the check of the audit ledger found.
    mutating func join(ledger: CheckReport) {
        joinDamages(ledger, as: "audit ledger, ")
        events = ledger.events
        disclosures = ledger.disclosures
    }

    private mutating func joinDamages(_ other: CheckReport, as prefix: String) {
        for damage in other.damages { add(prefix + damage.part, damage.reason) }
        damageCount += other.damageCount - other.damages.count
    }

    /// Takes over what a part of the check found.
    mutating func join(_ other: CheckReport) {
        joinDamages(other, as: "")
        pages += other.pages
        nodes += other.nodes
        entries += other.entries
        records += other.records
        indexEntries += other.indexEntries
        commits += other.commits
        patients += other.patients
    }

    mutating func add(_ part: String, _ reason: String) {
        damageCount += 1
        if damages.count < CheckReport.mostListed { damages.append(Damage(part: part, reason: reason)) }
    }
}

/// How far a check has come.
public struct CheckProgress: Sendable {
    /// What is being checked.
    public let part: String
    /// How many items of it are done.
    public let done: UInt64
    /// How many there are.
    public let total: UInt64
}
