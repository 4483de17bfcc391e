internal import AvowFHIR
internal import AvowProof
internal import AvowTree
internal import Synchronization

/// The logical ids of patients by their pseudonyms, as far as they have been needed.
///
/// Keys of records name a patient by pseudonym, and a ledger by logical id, which the patient knows. A patient keeps its
/// pseudonym, and no other gets it.
final class PatientNames: Sendable {
    /// When more are known, all are forgotten.
    private static let capacity = 1 << 20

    private let known = Mutex<[UInt64: String]>([:])

    /// The patients of some runs, each with how many of its records were opened; what belongs to no patient is left out.
    ///
    /// A patient who is not known yet is found by the record that the run names.
    func patients(
        of runs: [OwnerTally.Run], _ records: RecordReader, _ reader: TreeReader
    ) throws(StoreError) -> [(id: String, records: UInt64)] {
        var patients: [(id: String, records: UInt64)] = []
        patients.reserveCapacity(runs.count)
        var unknown: [OwnerTally.Run] = []
        known.withLock { known in
            for run in runs where run.pseudonym != .shared {
                if let id = known[run.pseudonym.rawValue] {
                    patients.append((id, run.count))
                } else {
                    unknown.append(run)
                }
            }
        }
        guard !unknown.isEmpty else { return patients }
        var found: [UInt64: String] = [:]
        for run in unknown {
            if let id = try PatientNames.patient(of: run, records) { found[run.pseudonym.rawValue] = id }
        }
        if found.count < unknown.count { try PatientNames.readAll(reader, into: &found) }
        for run in unknown {
            guard let id = found[run.pseudonym.rawValue] else {
                throw .damaged(part: "patients", reason: "nothing names the patient \(run.pseudonym.bytes.hexadecimal)")
            }
            patients.append((id, run.count))
        }
        known.withLock { known in
            if known.count + found.count > PatientNames.capacity { known.removeAll() }
            known.merge(found) { _, new in new }
        }
        return patients
    }

    /// The patient that a record names as the one it belongs to.
    private static func patient(of run: OwnerTally.Run, _ records: RecordReader) throws(StoreError) -> String? {
        let json = try records.json(uncounted: run.blob, of: run.pseudonym)
        do throws(JSONError) {
            let resource = try JSONParser().parse(json).root
            guard let type = resource["resourceType"]?.string.flatMap(ResourceType.init(name:)),
                let reference = Indexing.patientReference(of: resource, type: type)
            else { return nil }
            return String(reference.dropFirst("Patient/".count))
        } catch {
            throw .damaged(part: "record blob \(run.blob)", reason: "\(error)")
        }
    }

    /// Reads the patients that the tree names.
    private static func readAll(_ reader: TreeReader, into found: inout [UInt64: String]) throws(StoreError) {
        for entry in try PlacedEntry.all(in: .space(KeySpace.patient), reader) {
            found[try Pseudonym.read(entry).rawValue] = try entry.logicalID()
        }
    }
}
