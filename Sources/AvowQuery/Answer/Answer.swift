public import AvowConsent
public import AvowProof

/// A record as an answer discloses it: whole, with what its digest is recomputed from.
public struct DisclosedRecord: Hashable, Sendable {
    /// The resource as compact JSON.
    public let json: [UInt8]
    /// What the salts of its members follow from, 32 bytes.
    public let saltSeed: [UInt8]
    /// The digest of its sealed bytes.
    public let sealedDigest: Digest

    /// A disclosed record.
    public init(json: [UInt8], saltSeed: [UInt8], sealedDigest: Digest) {
        self.json = json
        self.saltSeed = saltSeed
        self.sealedDigest = sealedDigest
    }
}

/// The record of a commit, and that it stands in the log.
public struct ShownCommit: Hashable, Sendable {
    /// The record, encoded.
    public var commit: [UInt8]
    /// Its inclusion path in the log whose checkpoint the answer has, from the leaf up.
    public var path: [Digest]

    /// A commit that is shown.
    public init(commit: [UInt8], path: [Digest]) {
        self.commit = commit
        self.path = path
    }
}

/// An answer to a query, with all that somebody needs who checks it and holds nothing but the store's public key.
///
/// An answer states nothing that it does not prove: the rows are not in it. They follow from executing the query over
/// what it discloses.
public struct Answer: Hashable, Sendable {
    /// The text that every answer of this format begins with.
    public static let format = "avow/answer/1"
    /// The largest answer that is read, in bytes.
    public static let maximumByteCount = 1 << 30

    /// The query's text.
    public var query: String
    /// Who asked, why and when.
    public var request: AccessRequest
    /// The commit that the answer is true of, encoded.
    public var commit: [UInt8]
    /// That the commit stands in the log whose checkpoint is signed: a C2SP tlog-proof.
    public var logProof: [UInt8]
    /// The pruned tree that shows every entry and every bound of a range that the query reads.
    public var treeProof: [UInt8]
    /// The values, resting in the tree, that the query reads, in the order of their first reading.
    public var values: [[UInt8]]
    /// The records that the query reads, in the order of their first reading.
    public var records: [DisclosedRecord]
    /// Of an answer AS OF an older commit: the commit behind it, when it is a date that is asked for, and the newest one,
    /// in their order and each once; else none.
    public var laterCommits: [ShownCommit]

    /// The most commits that are shown beside the one that the answer is true of.
    static let mostLaterCommits = 2

    /// An answer of these parts.
    public init(
        query: String, request: AccessRequest, commit: [UInt8], logProof: [UInt8], treeProof: [UInt8],
        values: [[UInt8]], records: [DisclosedRecord], laterCommits: [ShownCommit] = []
    ) {
        self.query = query
        self.request = request
        self.commit = commit
        self.logProof = logProof
        self.treeProof = treeProof
        self.values = values
        self.records = records
        self.laterCommits = laterCommits
    }
}

/// Why bytes are not an answer.
public enum AnswerFormatError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file is larger than any answer that is read.
    case tooLarge(byteCount: Int)
    /// The file does not begin as an answer does.
    case notAnAnswer
    /// The bytes are not the encoding of an answer.
    case malformed(CBORError)
    /// Who asked, or why, or the reason for breaking the glass, is not given as it must be.
    case request(ConsentError)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .tooLarge(let count): "\(count) bytes are more than an answer may have"
        case .notAnAnswer: "this is not an answer file of format \(Answer.format)"
        case .malformed(let error): "the answer file is damaged: \(error)"
        case .request(let error): "the answer's request is malformed: \(error)"
        }
    }
}

extension Answer {
    /// The answer as a file: a deterministic CBOR array of the format's name, the parts, and, last, a digest of all
    /// bytes before it.
    ///
    /// The digest finds damage. It does not bind the answer to anybody, which is what the proofs in it do.
    public var bytes: [UInt8] {
        let recordBytes = records.reduce(0) { $0 + $1.json.count + 80 }
        let valueBytes = values.reduce(0) { $0 + $1.count + 4 }
        var writer = CBORWriter(capacity: recordBytes + valueBytes + treeProof.count + logProof.count + 1_024)
        writer.array(count: laterCommits.isEmpty ? 9 : 10)
        writer.text(Answer.format)
        writer.text(query)
        write(request, to: &writer)
        writer.bytes(commit)
        writer.bytes(logProof)
        writer.bytes(treeProof)
        writer.array(count: values.count)
        for value in values { writer.bytes(value) }
        writer.array(count: records.count)
        for record in records {
            writer.array(count: 3)
            writer.bytes(record.json)
            writer.bytes(record.saltSeed)
            writer.digest(record.sealedDigest)
        }
        if !laterCommits.isEmpty {
            writer.array(count: laterCommits.count)
            for shown in laterCommits {
                writer.array(count: 2)
                writer.bytes(shown.commit)
                writer.array(count: shown.path.count)
                for hash in shown.path { writer.digest(hash) }
            }
        }
        writer.digest(Digest(.answer, writer.bytes))
        return writer.bytes
    }

    private func write(_ request: AccessRequest, to writer: inout CBORWriter) {
        let actor = request.actor
        writer.array(count: request.breakGlassReason == nil ? 6 : 7)
        writer.text(actor.reference.text)
        writer.array(count: actor.roles.count)
        for role in actor.roles { writer.text(role.text) }
        if let organization = actor.organization { writer.text(organization.text) } else { writer.null() }
        writer.array(count: actor.groups.count)
        for group in actor.groups { writer.text(group.text) }
        writer.text(request.purpose.code)
        writer.integer(request.time)
        if let reason = request.breakGlassReason { writer.text(reason) }
    }

    /// Reads an answer file.
    ///
    /// - Returns: the answer, and whether the digest at its end is that of the bytes before it.
    /// - Throws: `AnswerFormatError` for anything else than the one encoding of an answer.
    public static func decode(_ bytes: [UInt8]) throws(AnswerFormatError) -> (answer: Answer, isIntact: Bool) {
        guard bytes.count <= maximumByteCount else { throw .tooLarge(byteCount: bytes.count) }
        var reader = CBORReader(bytes)
        let parts:
            (
                request: WrittenRequest, query: String, commit: [UInt8], logProof: [UInt8], treeProof: [UInt8],
                values: [[UInt8]], records: [DisclosedRecord], laterCommits: [ShownCommit], end: Int, digest: Digest
            )
        let count: Int
        do throws(CBORError) {
            count = try reader.array(max: 10)
            guard count >= 9 else { throw CBORError(.wrongCount(expected: 9, found: UInt64(count)), at: 0) }
            guard try reader.text(max: 64) == format else {
                throw CBORError(.invalidValue(expected: format), at: 0)
            }
        } catch {
            throw .notAnAnswer
        }
        do throws(CBORError) {
            let query = try reader.text(max: QueryLimits.textLength)
            let request = try WrittenRequest(&reader)
            let commit = try reader.bytes()
            let logProof = try reader.bytes()
            let treeProof = try reader.bytes()
            var values: [[UInt8]] = []
            for _ in 0..<(try reader.array()) { values.append(try reader.bytes()) }
            var records: [DisclosedRecord] = []
            for _ in 0..<(try reader.array()) {
                try reader.array(count: 3)
                let json = try reader.bytes()
                let saltSeed = try reader.bytes(count: RecordCommitment.saltSeedByteCount)
                records.append(
                    DisclosedRecord(json: json, saltSeed: saltSeed, sealedDigest: try reader.digest()))
            }
            let laterCommits = count == 10 ? try shownCommits(&reader) : []
            let end = reader.offset
            let digest = try reader.digest()
            try reader.finish()
            parts = (request, query, commit, logProof, treeProof, values, records, laterCommits, end, digest)
        } catch {
            throw .malformed(error)
        }
        do throws(ConsentError) {
            let answer = Answer(
                query: parts.query, request: try parts.request.checked(), commit: parts.commit,
                logProof: parts.logProof, treeProof: parts.treeProof, values: parts.values, records: parts.records,
                laterCommits: parts.laterCommits)
            return (answer, Digest(.answer, bytes.span.extracting(0..<parts.end)) == parts.digest)
        } catch {
            throw .request(error)
        }
    }

    private static func shownCommits(_ reader: inout CBORReader) throws(CBORError) -> [ShownCommit] {
        let start = reader.offset
        let count = try reader.array(max: mostLaterCommits)
        guard count > 0 else { throw CBORError(.wrongCount(expected: 1, found: 0), at: start) }
        var shown: [ShownCommit] = []
        for _ in 0..<count {
            try reader.array(count: 2)
            let commit = try reader.bytes()
            var path: [Digest] = []
            for _ in 0..<(try reader.array(max: TlogProof.maximumPathCount)) { path.append(try reader.digest()) }
            shown.append(ShownCommit(commit: commit, path: path))
        }
        return shown
    }
}

/// Who asked, why and when, as an answer file has it: the names not yet checked.
private struct WrittenRequest {
    private let reference: String
    private let roles: [String]
    private let organization: String?
    private let groups: [String]
    private let purpose: String
    private let time: Int64
    private let breakGlassReason: String?

    init(_ reader: inout CBORReader) throws(CBORError) {
        func names() throws(CBORError) -> [String] {
            var names: [String] = []
            for _ in 0..<(try reader.array(max: 1_000)) {
                names.append(try reader.text(max: PartyName.maximumLength))
            }
            return names
        }
        let start = reader.offset
        let count = try reader.array(max: 7)
        guard count >= 6 else { throw CBORError(.wrongCount(expected: 6, found: UInt64(count)), at: start) }
        reference = try reader.text(max: PartyName.maximumLength)
        roles = try names()
        organization =
            try reader.nextKind() == .null
            ? try WrittenRequest.absent(&reader) : try reader.text(max: PartyName.maximumLength)
        groups = try names()
        purpose = try reader.text(max: 64)
        time = try reader.integer()
        breakGlassReason = count == 6 ? nil : try reader.text(max: 4 * AccessRequest.maximumReasonLength)
    }

    private static func absent(_ reader: inout CBORReader) throws(CBORError) -> String? {
        try reader.null()
        return nil
    }

    func checked() throws(ConsentError) -> AccessRequest {
        try AccessRequest(
            actor: try Actor(reference, roles: roles, organization: organization, groups: groups),
            purpose: try Purpose(code: purpose), time: time, breakGlassReason: breakGlassReason)
    }
}
