internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
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
    private let policies: KnownPolicy

    init(_ policies: KnownPolicy) {
        self.policies = policies
    }

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
        let found = try find(unknown, records, reader)
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

    /// The names that the records have, where the tree knows the patients by them; else those that the tree has.
    ///
    /// A record that a redaction profile shows names its patient otherwise, and so does none of a patient who is deleted.
    private func find(
        _ runs: [OwnerTally.Run], _ records: RecordReader, _ reader: TreeReader
    ) throws(StoreError) -> [UInt64: String] {
        let placements = try Placements(reader, home: try policies.policy(at: reader).defaultAudience.id)
        var found: [UInt64: String] = [:]
        var doubtful: [UInt64: String] = [:]
        for run in runs {
            // One that is not what it is called is one of many as a rule.
            guard doubtful.isEmpty else { break }
            guard let id = try PatientNames.patient(of: run, records) else {
                doubtful[run.pseudonym.rawValue] = ""
                break
            }
            if try placements.patient(id)?.pseudonym == run.pseudonym {
                found[run.pseudonym.rawValue] = id
            } else {
                doubtful[run.pseudonym.rawValue] = id
            }
        }
        guard !doubtful.isEmpty else { return found }
        for audience in try AudienceRegister.all(reader) {
            for entry in try PlacedEntry.all(in: .patients(audience.id), reader) {
                found[try Pseudonym.read(entry).rawValue] = try entry.logicalID()
            }
        }
        for run in runs where found[run.pseudonym.rawValue] == nil {
            found[run.pseudonym.rawValue] = try PatientNames.patient(of: run, records)
        }
        return found
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
}
