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
    private let memory: VerifierMemory
    private let values: [Digest: Int]
    private let records: [Digest: Int]
    /// Which values and records the query has read.
    private var readValues: [Bool]
    private var readRecords: [Bool]

    init(_ tree: ProvenTree, _ answer: Answer, _ memory: VerifierMemory) throws(VerificationError) {
        self.tree = tree
        self.answer = answer
        self.memory = memory
        // Of the same value or record twice only the first is ever read, which is found out at the end.
        var values = [Digest: Int](minimumCapacity: answer.values.count)
        for (index, value) in answer.values.enumerated() {
            let digest = TreeHash.value(value.span)
            if values[digest] == nil { values[digest] = index }
        }
        var records = [Digest: Int](minimumCapacity: answer.records.count)
        for (index, record) in answer.records.enumerated() {
            let digest = try ProvenSource.digest(of: record, index)
            if records[digest] == nil { records[digest] = index }
        }
        self.values = values
        self.records = records
        readValues = [Bool](repeating: false, count: answer.values.count)
        readRecords = [Bool](repeating: false, count: answer.records.count)
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
        if let index = readValues.firstIndex(of: false) { throw .unreadValue(index: index) }
        if let index = readRecords.firstIndex(of: false) { throw .unreadRecord(index: index) }
    }

    /// What a request may read is decided by audiences that are what their ids, which stand in the keys of all that is
    /// read under them, stand for.
    func audiences(for request: AccessRequest) throws(QueryError) -> [StoredAudience] {
        var forged: [AudienceID] = []
        let audiences = try readAudiences(in: memory.audienceRanges(of: request)) {
            (id, entry) throws(QueryError) in
            _ = try value(of: entry)
            let known = try memory.audience(entry.value) { () throws(QueryError) in try audience(at: entry) }
            if known.id != id { forged.append(id) }
            return known.audience
        }
        if let id = forged.min(by: { $0.rawValue < $1.rawValue }) {
            throw .source(VerificationError.forgedAudience(id: id))
        }
        return audiences
    }

    func catalog() throws(QueryError) -> IndexCatalog? {
        guard let entry = try entry(for: IndexCatalog.key) else { return nil }
        _ = try value(of: entry)
        return try memory.catalog(entry.value) { () throws(QueryError) in try catalog(at: entry) }
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
        readValues[index] = true
        return answer.values[index]
    }

    func record(_ wanted: WantedRecord<TreeEntry>) throws(QueryError) -> [UInt8] {
        guard let index = records[wanted.digest] else {
            throw .source(VerificationError.missingRecord(wanted.entry.key, digest: wanted.digest))
        }
        readRecords[index] = true
        return answer.records[index].json
    }
}
