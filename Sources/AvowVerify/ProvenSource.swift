internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery

/// What an answer proves, as a source to execute its query over.
///
/// Whatever the query reads must be shown: an entry that the proof hides, a value or record that is not disclosed with
/// exactly the digest that the tree holds, is a refusal. What is disclosed and never read is one, too.
final class ProvenSource: RecordSource {
    private let tree: ProvenTree
    private let answer: Answer
    private let values: [Digest: Int]
    private let records: [Digest: Int]
    private var readValues: Set<Int> = []
    private var readRecords: Set<Int> = []

    init(_ tree: ProvenTree, _ answer: Answer) throws(VerificationError) {
        self.tree = tree
        self.answer = answer
        var values: [Digest: Int] = [:]
        for (index, value) in answer.values.enumerated() where values[TreeHash.value(value.span)] == nil {
            values[TreeHash.value(value.span)] = index
        }
        var records: [Digest: Int] = [:]
        for (index, record) in answer.records.enumerated() {
            let digest = try ProvenSource.digest(of: record, index)
            if records[digest] == nil { records[digest] = index }
        }
        self.values = values
        self.records = records
    }

    private static func digest(of record: DisclosedRecord, _ index: Int) throws(VerificationError) -> Digest {
        let members: [MemberRange]
        do throws(JSONError) {
            members = try TopLevelMembers.find(in: record.json)
        } catch {
            throw .malformedRecord(index: index, reason: "\(error)")
        }
        return RecordCommitment(
            json: record.json.span, memberCount: members.count, saltSeed: record.saltSeed.span,
            sealedDigest: record.sealedDigest
        ) { (members[$0].name, members[$0].value) }.digest
    }

    /// Checks that the query read everything that the answer discloses.
    func finish() throws(VerificationError) {
        for index in answer.values.indices where !readValues.contains(index) {
            throw .unreadValue(index: index)
        }
        for index in answer.records.indices where !readRecords.contains(index) {
            throw .unreadRecord(index: index)
        }
    }

    /// What a request may read is decided by audiences that are what their ids, which stand in the keys of all that is
    /// read under them, stand for.
    func audiences(for request: AccessRequest) throws(QueryError) -> [StoredAudience] {
        let audiences = try readAudiences(for: request)
        for stored in audiences where stored.audience.id != stored.id {
            throw .source(VerificationError.forgedAudience(id: stored.id))
        }
        return audiences
    }

    func entry(for key: TreeKey) throws(QueryError) -> TreeEntry? {
        do throws(TreeProofError) {
            return try tree.entry(for: key)
        } catch {
            throw .source(VerificationError.tree(error))
        }
    }

    func cursor(over range: KeyRange, descending: Bool) throws(QueryError) -> Cursor {
        do throws(TreeProofError) {
            return Cursor(base: try tree.cursor(over: range, descending: descending))
        } catch {
            throw .source(VerificationError.tree(error))
        }
    }

    struct Cursor: EntryCursor {
        var base: ProvenCursor

        mutating func next() throws(QueryError) -> TreeEntry? {
            do throws(TreeProofError) {
                return try base.next()
            } catch {
                throw .source(VerificationError.tree(error))
            }
        }
    }

    func skipCursor(over range: KeyRange) throws(QueryError) -> (cursor: Leaps, key: KeyPlace?) {
        do throws(TreeProofError) {
            let base = try tree.skipCursor(over: range)
            return (Leaps(base: base), try base.key())
        } catch {
            throw .source(VerificationError.tree(error))
        }
    }

    struct Leaps: SkipCursor {
        fileprivate var base: ProvenSkipCursor

        mutating func skip(to bound: [UInt8]) throws(QueryError) -> (count: UInt64, key: KeyPlace?) {
            do throws(TreeProofError) {
                return (try base.skip(to: bound), try base.key())
            } catch {
                throw .source(VerificationError.tree(error))
            }
        }
    }

    func count(in range: KeyRange) throws(QueryError) -> UInt64 {
        do throws(TreeProofError) {
            return try tree.count(in: range)
        } catch {
            throw .source(VerificationError.tree(error))
        }
    }

    func value(of entry: TreeEntry) throws(QueryError) -> [UInt8] {
        guard let index = values[entry.value] else {
            throw .source(VerificationError.missingValue(entry.key, digest: entry.value))
        }
        readValues.insert(index)
        return answer.values[index]
    }

    func record(_ wanted: WantedRecord<TreeEntry>) throws(QueryError) -> [UInt8] {
        guard let index = records[wanted.digest] else {
            throw .source(VerificationError.missingRecord(wanted.entry.key, digest: wanted.digest))
        }
        readRecords.insert(index)
        return answer.records[index].json
    }
}
