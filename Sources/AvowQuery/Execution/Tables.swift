internal import AvowFHIR

/// What the questions within a question found, each a table that records are looked up in.
struct Tables: Sendable {
    enum Table: Sendable {
        case owners(PseudonymSet)
        case references(Set<String>)
        /// By patient, each patient's by their dates.
        case events(PatientEvents)
        case values([UInt64: Cell], absent: Cell)

        /// How many members it has.
        var count: Int {
            switch self {
            case .owners(let owners): owners.count
            case .references(let references): references.count
            case .events(let events): events.patientCount
            case .values(let values, _): values.count
            }
        }
    }

    private(set) var all: [Table] = []

    mutating func append(_ table: Table) {
        all.append(table)
    }

    /// Puts a table in the place of another.
    mutating func replace(_ index: Int, with table: Table) {
        all[index] = table
    }

    func owners(_ index: Int) -> PseudonymSet {
        if case .owners(let owners) = all[index] { owners } else { PseudonymSet() }
    }

    func references(_ index: Int) -> Set<String> {
        if case .references(let references) = all[index] { references } else { [] }
    }

    /// A set of references, when they are few enough for a plan to look for each; what else planning knows of a set is
    /// nothing.
    func fewReferences(_ index: Int) -> Set<String>? {
        guard index < all.count else { return nil }
        let references = references(index)
        return references.count <= Tables.mostFewReferences ? references : nil
    }

    private static let mostFewReferences = 1_024

    func events(_ index: Int) -> PatientEvents {
        if case .events(let events) = all[index] { events } else { PatientEvents() }
    }

    func value(_ index: Int, of owner: UInt64) -> Cell {
        if case .values(let values, let absent) = all[index] {
            owner == 0 ? .null : values[owner] ?? absent
        } else {
            .null
        }
    }
}

/// Whose a record is, and which of the patient's records it is.
public struct RecordIdentity: Hashable, Sendable {
    /// The pseudonym; 0 for what belongs to no patient.
    public let pseudonym: UInt64
    /// The record's number within its patient.
    public let number: UInt64

    /// A record of a patient.
    public init(pseudonym: UInt64, number: UInt64) {
        self.pseudonym = pseudonym
        self.number = number
    }
}

extension Predicate {
    /// Whether the predicate holds of a record.
    func holds(of record: RecordFocus) throws(RowError) -> Bool {
        let (resource, type) = (record.resource, record.type)
        switch self {
        case .constant(let value): return value
        case .all(let parts):
            for part in parts where !(try part.holds(of: record)) { return false }
            return true
        case .any(let parts):
            for part in parts where try part.holds(of: record) { return true }
            return false
        case .not(let inner): return !(try inner.holds(of: record))
        case .patient(let wanted):
            guard let patient = Indexing.patientReference(of: resource, type: type) else { return false }
            return wanted.contains(String(patient.dropFirst("Patient/".count)))
        case .id(let wanted): return wanted.contains { resource["id"]?.equals($0) == true }
        case .code(let tokens):
            let codes = Indexing.codes(of: resource, type: type)
            return codes.contains { code in tokens.contains { $0.matches(code: code.code, system: code.system) } }
        case .date(let span): return span.contains(Indexing.clinicalDate(of: resource, type: type))
        case .present(.date): return Indexing.clinicalDate(of: resource, type: type) != nil
        case .present(.code): return !Indexing.codes(of: resource, type: type).isEmpty
        case .present(.patient): return Indexing.patientReference(of: resource, type: type) != nil
        case .present(.id): return resource["id"]?.string != nil
        case .search(let test): return test.holds(of: resource)
        case .path(let path): return try record.holds(path)
        // Who lays out records does so when all else is met.
        case .laidOut: return true
        case .column(let test): return test.holds(of: record.row)
        case .told(let condition): return try record.holds(condition.path)
        case .member(let table): return record.tables.owners(table).contains(record.owner.pseudonym)
        case .temporal(let test):
            guard let date = Indexing.clinicalDate(of: resource, type: type) else { return false }
            let events = record.tables.events(test.table).of(record.owner.pseudonym)
            return test.holds(of: date, record.owner.number, events)
        case .reference(nil, let table):
            let reference = resource["id"]?.string.map { "\(type.name)/\($0)" }
            return reference.map(record.tables.references(table).contains) ?? false
        case .reference(let test?, let table):
            let references = record.tables.references(table)
            return test.extractor.values(in: resource).contains { value in
                guard case .reference(.resource(let target, let id)) = value else { return false }
                return references.contains("\(target.name)/\(id)")
            }
        }
    }
}
