/// A file that proves offline that something stands in a log (C2SP tlog-proof): the leaf's index, its inclusion path
/// and a signed checkpoint.
///
/// Files have the suffix `.tlog-proof`.
public struct TlogProof: Equatable, Sendable {
    /// The most bytes that a proof may have.
    public static let maximumByteCount = 2 * SignedNote.maximumByteCount

    /// The most hashes that an inclusion path can have: a size has 64 bits.
    public static let maximumPathCount = 64

    private static let header = Array("c2sp.org/tlog-proof@v1".utf8)
    private static let extraPrefix = Array("extra ".utf8)
    private static let indexPrefix = Array("index ".utf8)

    /// Opaque data beside the proof, nil for none. Nothing authenticates it.
    public let extra: [UInt8]?

    /// Which leaf, from zero.
    public let index: UInt64

    /// The sibling hashes from the leaf up.
    public let path: [Digest]

    /// The checkpoint in whose log the leaf stands.
    public let checkpoint: SignedCheckpoint

    /// A proof.
    ///
    /// - Parameters:
    ///   - index: which leaf, from zero.
    ///   - path: its inclusion path at the checkpoint's size.
    ///   - checkpoint: the signed checkpoint, with the cosignatures that there are.
    ///   - extra: data beside the proof; empty is the same as none.
    public init(index: UInt64, path: [Digest], checkpoint: SignedCheckpoint, extra: [UInt8]? = nil) {
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
        self.extra = extra?.isEmpty == true ? nil : extra
    }

    /// Reads a proof that is all of `bytes`.
    public init(parsing bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= TlogProof.maximumByteCount else {
            throw NoteError(.tooLong(limit: TlogProof.maximumByteCount, found: bytes.count))
        }
        var lines = NoteLines(bytes, in: 0..<bytes.count)
        guard try lines.next("a tlog-proof").elementsEqual(TlogProof.header) else {
            throw NoteError(.malformedLine(expected: "\"c2sp.org/tlog-proof@v1\""))
        }
        var offset = lines.offset
        var line = try lines.next("an extra or index line")
        var extra: [UInt8]?
        if line.starts(with: TlogProof.extraPrefix) {
            let start = line.startIndex + TlogProof.extraPrefix.count
            guard let data = try? Base64.decode(line[start...]), !data.isEmpty else {
                throw NoteError(.malformedLine(expected: "extra data in Base64"), at: start)
            }
            extra = data
            offset = lines.offset
            line = try lines.next("an index line")
        }
        guard line.starts(with: TlogProof.indexPrefix),
            let index = NoteLines.decimal(line.dropFirst(TlogProof.indexPrefix.count))
        else { throw NoteError(.malformedLine(expected: "\"index \" and a decimal number"), at: offset) }
        var path: [Digest] = []
        while true {
            offset = lines.offset
            line = try lines.next("a hash in Base64 or an empty line")
            if line.isEmpty { break }
            guard path.count < TlogProof.maximumPathCount, let hash = NoteLines.digest(line) else {
                throw NoteError(
                    .malformedLine(
                        expected: "at most \(TlogProof.maximumPathCount) hashes in Base64, then an empty line"
                    ),
                    at: offset)
            }
            path.append(hash)
        }
        let start = lines.offset
        do {
            checkpoint = try SignedCheckpoint(parsing: Array(bytes[start...]))
        } catch {
            throw error.moved(by: start)
        }
        self.extra = extra
        self.index = index
        self.path = path
    }

    /// The proof as it is stored and sent.
    public var bytes: [UInt8] {
        var text = String(decoding: TlogProof.header, as: UTF8.self) + "\n"
        if let extra {
            text += "extra \(Base64.encode(extra))\n"
        }
        text += "index \(index)\n"
        for hash in path {
            text += Base64.encode(hash.bytes) + "\n"
        }
        text += "\n"
        return Array(text.utf8) + checkpoint.bytes
    }

    /// Checks the signatures of the checkpoint and that the leaf stands in its log.
    ///
    /// - Parameters:
    ///   - leafHash: the leaf's hash, which the verifier computes from the leaf itself.
    ///   - policy: which log is expected, and whom the caller trusts.
    /// - Returns: the verified checkpoint.
    public func verify(leafHash: Digest, _ policy: LogPolicy) throws(NoteError) -> VerifiedCheckpoint {
        let verified = try checkpoint.verify(policy)
        do {
            try LogProof.verifyInclusion(
                leafHash: leafHash, index: index, size: verified.checkpoint.size, path: path,
                root: verified.checkpoint.root)
        } catch {
            throw NoteError(.notIncluded(error))
        }
        return verified
    }
}
