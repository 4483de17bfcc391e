/// The state of a log at one size (C2SP tlog-checkpoint): whose log, how many leaves, which root.
public struct Checkpoint: Sendable {
    /// The unique name of the log, not empty; by convention the name of its key.
    public let origin: String

    /// How many leaves the log has.
    public let size: UInt64

    /// The log's root at that size.
    public let root: Digest

    /// Further lines, none of them empty. Their use is not recommended: monitors cannot audit them.
    public let extensions: [String]

    /// A checkpoint of the log `origin`.
    ///
    /// - Throws: ``NoteError`` when `origin` or an extension line is empty or has control characters.
    public init(origin: String, size: UInt64, root: Digest, extensions: [String] = []) throws(NoteError) {
        for line in [origin] + extensions {
            guard !line.isEmpty else { throw NoteError(.malformedLine(expected: "a line that is not empty")) }
            for byte in line.utf8 where byte < 0x20 {
                throw NoteError(.controlCharacter(byte))
            }
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads a checkpoint that is the text of a note, with its last newline.
    public init(parsing text: [UInt8]) throws(NoteError) {
        try NoteLines.checkText(text)
        var lines = NoteLines(text, in: 0..<text.count)
        let origin = try lines.next("the origin of a log")
        guard !origin.isEmpty else { throw NoteError(.malformedLine(expected: "the origin of a log"), at: 0) }
        let sizeOffset = lines.offset
        guard let size = NoteLines.decimal(try lines.next("the size of a log")) else {
            throw NoteError(.malformedLine(expected: "the size of a log, in decimal"), at: sizeOffset)
        }
        let rootOffset = lines.offset
        guard let root = NoteLines.digest(try lines.next("the root of a log")) else {
            throw NoteError(.malformedLine(expected: "the root of a log, 32 bytes in Base64"), at: rootOffset)
        }
        var extensions: [String] = []
        while !lines.isAtEnd {
            let offset = lines.offset
            let line = try lines.next("an extension line")
            guard !line.isEmpty else {
                throw NoteError(.malformedLine(expected: "an extension line that is not empty"), at: offset)
            }
            extensions.append(String(decoding: line, as: UTF8.self))
        }
        self.origin = String(decoding: origin, as: UTF8.self)
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// The checkpoint as the text of a note, in UTF-8 with its last newline.
    public var text: [UInt8] {
        var lines = "\(origin)\n\(size)\n\(Base64.encode(root.bytes))\n"
        for line in extensions {
            lines += line + "\n"
        }
        return Array(lines.utf8)
    }
}

extension Checkpoint: Hashable {
    /// Whether both have the same text, byte for byte: strings that only look alike are not equal here.
    public static func == (one: Checkpoint, other: Checkpoint) -> Bool {
        one.text == other.text
    }

    /// Hashes what tells most checkpoints apart.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(root)
    }
}

/// A checkpoint in the note that was signed; nothing is known about it until it was verified.
public struct SignedCheckpoint: Equatable, Sendable {
    /// The note, whose text is the checkpoint's.
    public private(set) var note: SignedNote

    /// What the note says.
    public let checkpoint: Checkpoint

    /// The signature of a log under `checkpoint`.
    ///
    /// A log never signs a checkpoint that is inconsistent with one that it signed before; to see to that is the
    /// caller's part.
    public init(_ checkpoint: Checkpoint, signedBy key: SigningKey) throws(NoteError) {
        self.checkpoint = checkpoint
        note = try SignedNote(text: checkpoint.text)
        try note.sign(with: key)
    }

    /// Reads a signed checkpoint that is all of `bytes`.
    public init(parsing bytes: [UInt8]) throws(NoteError) {
        note = try SignedNote(parsing: bytes)
        checkpoint = try Checkpoint(parsing: note.text)
    }

    /// Puts a witness's cosignature under the checkpoint.
    public mutating func add(_ cosignature: NoteSignature) throws(NoteError) {
        try note.add(cosignature)
    }

    /// The signed checkpoint as it is stored and sent.
    public var bytes: [UInt8] { note.bytes }

    /// Checks the log's signature and the witnesses' cosignatures.
    ///
    /// - Parameter policy: which log is expected, and whom the caller trusts.
    public func verify(_ policy: LogPolicy) throws(NoteError) -> VerifiedCheckpoint {
        guard checkpoint.origin.utf8.elementsEqual(policy.origin.utf8) else {
            throw NoteError(.wrongOrigin(expected: policy.origin, found: checkpoint.origin))
        }
        let signatures = try note.verify(by: [policy.log] + policy.witnesses)
        guard signatures.contains(where: { $0.key == policy.log }) else { throw NoteError(.notSigned) }
        let cosignatures = signatures.filter { $0.key != policy.log }
        // One key under two names is still one witness, and the log is no witness of itself.
        let distinct = Set(cosignatures.map(\.key.publicKey)).subtracting([policy.log.publicKey]).count
        guard distinct >= policy.requiredWitnesses else {
            throw NoteError(.tooFewWitnesses(required: policy.requiredWitnesses, found: distinct))
        }
        return VerifiedCheckpoint(checkpoint: checkpoint, cosignatures: cosignatures)
    }
}

/// Which log a verifier expects, and whose signatures it demands.
public struct LogPolicy: Sendable {
    /// The origin that checkpoints must have.
    public let origin: String

    /// The log's key.
    public let log: VerifierKey

    /// The witnesses that the verifier knows.
    public let witnesses: [VerifierKey]

    /// How many of the witnesses must have cosigned, counted by distinct public keys.
    public let requiredWitnesses: Int

    /// A policy.
    ///
    /// - Parameters:
    ///   - log: the log's key.
    ///   - origin: the origin of the log's checkpoints; by convention the key's name.
    ///   - witnesses: the witnesses that the verifier knows.
    ///   - requiredWitnesses: how many of them must have cosigned.
    public init(
        log: VerifierKey, origin: String? = nil, witnesses: [VerifierKey] = [], requiredWitnesses: Int = 0
    ) {
        self.log = log
        self.origin = origin ?? log.name.description
        self.witnesses = witnesses
        self.requiredWitnesses = requiredWitnesses
    }
}

/// A checkpoint that the log signed and enough witnesses cosigned: only verifying makes one.
public struct VerifiedCheckpoint: Hashable, Sendable {
    /// What was signed.
    public let checkpoint: Checkpoint

    /// Who of the known witnesses cosigned, and when they say so.
    public let cosignatures: [VerifiedSignature]

    init(checkpoint: Checkpoint, cosignatures: [VerifiedSignature]) {
        self.checkpoint = checkpoint
        self.cosignatures = cosignatures
    }
}
