import AvowProof
import Foundation
import Testing

/// Test vectors for other implementations: `Vectors/*.json`, which `Vectors/check.py` verifies on its own.
///
/// Each test recomputes a whole file and compares. With the environment variable `AVOW_RECORD=1` it writes the file
/// first; a changed vector is a changed format.
@Suite(.serialized) struct VectorTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Vectors")
    static let isRecording = ProcessInfo.processInfo.environment["AVOW_RECORD"] == "1"

    static func recordedAndComputed<Vectors: Codable>(_ name: String, _ computed: Vectors) throws -> (
        Vectors, Vectors
    ) {
        let file = folder.appendingPathComponent(name)
        if isRecording {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(computed) + Data("\n".utf8)).write(to: file)
        }
        return (try JSONDecoder().decode(Vectors.self, from: try Data(contentsOf: file)), computed)
    }

    // MARK: The log

    struct LogVectors: Codable, Equatable {
        struct Inclusion: Codable, Equatable {
            let size: UInt64
            let index: UInt64
            let path: [String]
        }
        struct Consistency: Codable, Equatable {
            let oldSize: UInt64
            let newSize: UInt64
            let path: [String]
        }
        var about = """
            RFC 6962 with SHA-256. roots[n] is the root over the first n leaves; stored are the hashes of complete \
            subtrees in the order in which they become complete; paths go from the leaf up. All bytes in hexadecimal.
            """
        let leaves: [String]
        let leafHashes: [String]
        let roots: [String]
        let stored: [String]
        let inclusion: [Inclusion]
        let consistency: [Consistency]
    }

    @Test func `the vectors of the log are recomputed`() throws {
        let leaves = LogSupport.referenceLeaves + (8..<13).map { Array("leaf \($0)".utf8) }
        let log = try MemoryLog(leaves)
        var inclusion: [LogVectors.Inclusion] = []
        var consistency: [LogVectors.Consistency] = []
        for size in 0...log.size {
            for index in 0..<size {
                let path = try #require(
                    try MerkleLog.inclusionPath(index: index, size: size, stored: log.hash))
                inclusion.append(.init(size: size, index: index, path: path.map(\.description)))
            }
            for old in 0...size {
                let path = try #require(try MerkleLog.consistencyPath(from: old, to: size, stored: log.hash))
                consistency.append(.init(oldSize: old, newSize: size, path: path.map(\.description)))
            }
        }
        let (recorded, computed) = try Self.recordedAndComputed(
            "log.json",
            LogVectors(
                leaves: leaves.map(\.hexadecimal), leafHashes: log.leafHashes.map(\.description),
                roots: try (0...log.size).map { try MerkleLog.root(size: $0, stored: log.hash).description },
                stored: log.stored.map(\.description), inclusion: inclusion, consistency: consistency))
        #expect(recorded == computed)
    }

    // MARK: CBOR

    struct Refused: Codable, Equatable {
        let bytes: String
        let problem: String
        let offset: Int

        init(_ bytes: [UInt8], _ error: CBORError) {
            self.bytes = bytes.hexadecimal
            problem = LogSupport.name(error.problem)
            offset = error.offset
        }

        init(_ bytes: [UInt8], _ error: NoteError) {
            self.bytes = bytes.hexadecimal
            problem = LogSupport.name(error.problem)
            offset = error.offset
        }
    }

    struct CBORVectors: Codable, Equatable {
        struct Accepted: Codable, Equatable {
            let bytes: String
            let diagnostic: String
        }
        var about = """
            Deterministic CBOR (RFC 8949, section 4.2.1) without tags, floating-point numbers and simple values other \
            than false, true and null; integers from -2^63 to 2^64 - 1. Accepted bytes with what they stand for in \
            diagnostic notation, refused bytes with the reason and the offset of the item at fault.
            """
        let accepted: [Accepted]
        let refused: [Refused]
    }

    @Test func `the vectors of CBOR are recomputed`() throws {
        var inputs = CBORTests.published.map { LogSupport.bytes($0.0) }
        inputs += ["1b7fffffffffffffff", "3b7fffffffffffffff", "a20a001864f6", "82a0a12000"].map(
            LogSupport.bytes)
        let accepted = try inputs.map { bytes in
            CBORVectors.Accepted(bytes: bytes.hexadecimal, diagnostic: try CBORValue.decode(bytes).diagnostic)
        }
        let refused = try (CBORTests.refused.map(\.0) + ["3b8000000000000000"]).map(LogSupport.bytes).map {
            bytes in
            Refused(bytes, try #require(throws: CBORError.self) { try CBORValue.decode(bytes) })
        }
        let (recorded, computed) = try Self.recordedAndComputed(
            "cbor.json", CBORVectors(accepted: accepted, refused: refused))
        #expect(recorded == computed)
        #expect(!refused.map(\.problem).contains("unnamed"))
    }

    // MARK: Commit records

    struct CommitVectors: Codable, Equatable {
        struct Accepted: Codable, Equatable {
            let sequence: String
            let time: String
            let entryCount: String
            let stateRoot: String
            let reason: String
            let encoded: String
            let leafHash: String
        }
        var about = """
            Commit records: a CBOR array of format (1), sequence, time in Unix milliseconds, entry count, state root \
            and reason. 64-bit numbers are decimal strings here, because JSON readers lose digits.
            """
        let accepted: [Accepted]
        let refused: [Refused]
    }

    @Test func `the vectors of commit records are recomputed`() throws {
        let root = LogSupport.referenceRoots[3]
        let records = [
            try CommitRecord(sequence: 0, time: 0, entryCount: 0, stateRoot: LogProof.emptyRoot, reason: ""),
            try CommitRecordTests.record(),
            try CommitRecordTests.record(reason: "Übernahme – 外来"),
            try CommitRecord(
                sequence: .max, time: .max, entryCount: .max, stateRoot: root, reason: "\u{0}\n\"\\"),
            try CommitRecord(
                sequence: 24, time: 256, entryCount: 65_536, stateRoot: root,
                reason: String(repeating: "a", count: 1024)),
        ]
        for record in records {
            #expect(try CommitRecord(decoding: record.encoded) == record)
        }
        let accepted = records.map { record in
            CommitVectors.Accepted(
                sequence: "\(record.sequence)", time: "\(record.time)", entryCount: "\(record.entryCount)",
                stateRoot: record.stateRoot.description, reason: record.reason,
                encoded: record.encoded.hexadecimal,
                leafHash: record.leafHash.description)
        }
        let good = records[1].encoded
        func written(_ members: (inout CBORWriter) -> Void) -> [UInt8] {
            var writer = CBORWriter()
            members(&writer)
            return writer.bytes
        }
        let bad: [[UInt8]] = [
            [], Array(good.dropLast()), good + [0], [0x85] + good.dropFirst(),
            [0x87] + good.dropFirst() + [0],
            [0x86, 0x02] + good.dropFirst(2), [0x86, 0x18, 0x01] + good.dropFirst(2),
            [0x9f] + good.dropFirst() + [0xff],
            [0xa6] + good.dropFirst(),
            written {
                $0.array(count: 6)
                $0.unsigned(1)
                $0.integer(-1)
            },
            written {
                $0.array(count: 6)
                for value in [1, 2, 3, 4] as [UInt64] { $0.unsigned(value) }
                $0.bytes(Array(root.bytes.dropLast()))
                $0.text("")
            },
            written {
                $0.array(count: 6)
                for value in [1, 2, 3, 4] as [UInt64] { $0.unsigned(value) }
                $0.digest(root)
                $0.text(String(repeating: "a", count: 1025))
            },
            written {
                $0.array(count: 6)
                for value in [1, 2, 3, 4] as [UInt64] { $0.unsigned(value) }
                $0.digest(root)
                $0.bytes([0x61])
            },
        ]
        let refused = try bad.map { bytes in
            Refused(bytes, try #require(throws: CBORError.self) { try CommitRecord(decoding: bytes) })
        }
        let (recorded, computed) = try Self.recordedAndComputed(
            "commit.json", CommitVectors(accepted: accepted, refused: refused))
        #expect(recorded == computed)
        #expect(!refused.map(\.problem).contains("unnamed"))
    }

    // MARK: Notes

    struct NoteVectors: Codable, Equatable {
        struct Key: Codable, Equatable {
            let name: String
            let algorithm: UInt8
            let seed: String
            let publicKey: String
            let keyID: String
            let verifierKey: String
        }
        struct Note: Codable, Equatable {
            let text: String
            let verifierKeys: [String]
            let note: String
        }
        struct CheckpointVector: Codable, Equatable {
            let origin: String
            let size: String
            let root: String
            let extensions: [String]
            let text: String
        }
        struct CosignatureVector: Codable, Equatable {
            let verifierKey: String
            let time: String
            let checkpoint: String
            let message: String
            let signature: String
        }
        struct Proof: Codable, Equatable {
            let leaf: String
            let extra: String?
            let index: String
            let path: [String]
            let log: String
            let witnesses: [String]
            let proof: String
        }
        var about = """
            C2SP signed-note, tlog-checkpoint, tlog-cosignature and tlog-proof with Ed25519. Seeds, keys and hashes in \
            hexadecimal, notes and proofs as text, 64-bit numbers as decimal strings. Every verifier key listed with a \
            note signed it. The notes named published are of the specifications and of a public log.
            """
        let keys: [Key]
        let notes: [Note]
        let published: [Note]
        let checkpoints: [CheckpointVector]
        let cosignatures: [CosignatureVector]
        let proofs: [Proof]
        let refusedNotes: [Refused]
        let refusedCheckpoints: [Refused]
        let refusedProofs: [Refused]
    }

    static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    static func noteVectors() throws -> NoteVectors {
        let log = try NoteKeys.log()
        let witnesses = try [1, 2].map(NoteKeys.witness)
        func key(_ key: VerifierKey, _ seed: UInt8) -> NoteVectors.Key {
            NoteVectors.Key(
                name: key.name.description, algorithm: key.algorithm.rawValue,
                seed: [UInt8](repeating: seed, count: 32).hexadecimal, publicKey: key.publicKey.hexadecimal,
                keyID: [
                    UInt8(truncatingIfNeeded: key.keyID >> 24), UInt8(truncatingIfNeeded: key.keyID >> 16),
                    UInt8(truncatingIfNeeded: key.keyID >> 8), UInt8(truncatingIfNeeded: key.keyID),
                ].hexadecimal,
                verifierKey: key.description)
        }
        let keys = [
            key(log.verifierKey, 0x11), key(witnesses[0].verifierKey, 0xa1),
            key(witnesses[1].verifierKey, 0xa2),
        ]
        let notes = try ["text\n", "\n", "one\n\n\ntwo – due\n"].map { text in
            var note = try SignedNote(text: Array(text.utf8))
            try note.sign(with: log)
            return NoteVectors.Note(
                text: text, verifierKeys: [log.verifierKey.description], note: Self.text(note.bytes))
        }
        let published = try [
            ([NoteTests.specificationKey], NoteTests.specificationNote),
            (
                [NoteTests.goKey, NoteTests.enochKey],
                NoteTests.goText + "\n" + NoteTests.goLine + NoteTests.enochLine
            ),
            ([CheckpointTests.publishedLog] + CheckpointTests.publishedWitnesses, CheckpointTests.published),
        ].map { keys, text in
            let note = try SignedNote(parsing: Array(text.utf8))
            let known = try keys.map { try VerifierKey(parsing: $0) }
            let signers = try note.verify(by: known).map(\.key)
            #expect(signers == known)
            return NoteVectors.Note(text: Self.text(note.text), verifierKeys: keys, note: text)
        }
        let checkpoints = [
            try Checkpoint(origin: "example.org/store", size: 0, root: LogProof.emptyRoot),
            try CheckpointTests.checkpoint(),
            try Checkpoint(
                origin: "a log – with spaces", size: .max, root: LogSupport.referenceRoots[1],
                extensions: ["one", " two "]),
        ]
        let cosignatures = try zip(witnesses, [1_790_000_000, UInt64(Int64.max)]).map { witness, time in
            let checkpoint = try CheckpointTests.checkpoint()
            return NoteVectors.CosignatureVector(
                verifierKey: witness.verifierKey.description, time: "\(time)",
                checkpoint: Self.text(checkpoint.text),
                message: "cosignature/v1\ntime \(time)\n" + Self.text(checkpoint.text),
                signature: try witness.cosign(checkpoint, time: time).bytes.hexadecimal)
        }
        let memory = try MemoryLog(LogSupport.referenceLeaves)
        let proofs = try ([(0, 1, nil), (5, 8, Array("extra".utf8)), (6, 7, nil)] as [(UInt64, UInt64, [UInt8]?)]).map {
            index, size, extra in
            let checkpoint = try Checkpoint(
                origin: log.verifierKey.name.description, size: size,
                root: try MerkleLog.root(size: size, stored: memory.hash))
            var signed = try SignedCheckpoint(checkpoint, signedBy: log)
            for witness in witnesses {
                try signed.add(try witness.cosign(checkpoint, time: 1_790_000_000))
            }
            let path = try #require(
                try MerkleLog.inclusionPath(index: index, size: size, stored: memory.hash))
            let proof = TlogProof(index: index, path: path, checkpoint: signed, extra: extra)
            let policy = LogPolicy(
                log: log.verifierKey, witnesses: witnesses.map(\.verifierKey), requiredWitnesses: 2)
            _ = try proof.verify(leafHash: memory.leafHashes[Int(index)], policy)
            return NoteVectors.Proof(
                leaf: LogSupport.referenceLeaves[Int(index)].hexadecimal, extra: extra?.hexadecimal,
                index: "\(index)",
                path: path.map(\.description), log: log.verifierKey.description,
                witnesses: witnesses.map(\.verifierKey.description), proof: Self.text(proof.bytes))
        }
        let head = "c2sp.org/tlog-proof@v1\n"
        let malformedProofs = [
            "", "c2sp.org/tlog-proof@v2\nindex 0\n\n", head, head + "index 01\n\n",
            head + "extra \nindex 0\n\n",
            head + "index 0\nAAAA\n\n", head + "index 0\n",
        ]
        return NoteVectors(
            keys: keys, notes: notes, published: published,
            checkpoints: checkpoints.map {
                .init(
                    origin: $0.origin, size: "\($0.size)", root: $0.root.description,
                    extensions: $0.extensions,
                    text: Self.text($0.text))
            },
            cosignatures: cosignatures, proofs: proofs,
            refusedNotes: try (NoteTests.malformed.map { Array($0.0.utf8) } + [[0xff, 0x0a, 0x0a]]).map {
                bytes in
                Refused(bytes, try #require(throws: NoteError.self) { try SignedNote(parsing: bytes) })
            },
            refusedCheckpoints: try CheckpointTests.malformed.map { Array($0.0.utf8) }.map { bytes in
                Refused(bytes, try #require(throws: NoteError.self) { try Checkpoint(parsing: bytes) })
            },
            refusedProofs: try malformedProofs.map { Array($0.utf8) }.map { bytes in
                Refused(bytes, try #require(throws: NoteError.self) { try TlogProof(parsing: bytes) })
            })
    }

    // CryptoKit's Ed25519 signatures are randomized, so that only the recorded ones can be compared; the program below
    // and the tests of notes verify them in either case.
    #if canImport(Darwin)
        static let signaturesAreDeterministic = false
    #else
        static let signaturesAreDeterministic = true
    #endif

    @Test(.enabled(if: signaturesAreDeterministic, "Ed25519 signatures are randomized on this platform"))
    func `the vectors of notes are recomputed`() throws {
        let (recorded, computed) = try Self.recordedAndComputed("notes.json", try Self.noteVectors())
        #expect(recorded == computed)
        for refused in [recorded.refusedNotes, recorded.refusedCheckpoints, recorded.refusedProofs].joined() {
            #expect(refused.problem != "unnamed")
        }
    }

    @Test func `the recorded notes verify`() throws {
        let data = try Data(contentsOf: Self.folder.appendingPathComponent("notes.json"))
        let vectors = try JSONDecoder().decode(NoteVectors.self, from: data)
        for vector in vectors.notes + vectors.published {
            let keys = try vector.verifierKeys.map { try VerifierKey(parsing: $0) }
            let note = try SignedNote(parsing: Array(vector.note.utf8))
            #expect(try note.verify(by: keys).map(\.key) == keys)
            #expect(note.text == Array(vector.text.utf8))
        }
        for vector in vectors.proofs {
            let policy = LogPolicy(
                log: try VerifierKey(parsing: vector.log),
                witnesses: try vector.witnesses.map { try VerifierKey(parsing: $0) },
                requiredWitnesses: vector.witnesses.count)
            let proof = try TlogProof(parsing: Array(vector.proof.utf8))
            _ = try proof.verify(leafHash: LogProof.leafHash(LogSupport.bytes(vector.leaf)), policy)
        }
    }

    // MARK: A second implementation

    static let python: URL? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent("python3") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    @Test(.enabled(if: python != nil, "python3 is not installed: the independent check is skipped"))
    func `a second implementation verifies the vectors`() throws {
        let process = Process()
        process.executableURL = Self.python
        process.arguments = [Self.folder.appendingPathComponent("check.py").path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
        #expect(said.contains("all vectors hold"), "\(said)")
    }
}
