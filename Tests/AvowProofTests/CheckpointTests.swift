import AvowProof
import Testing

@Suite struct CheckpointTests {
    // A checkpoint that a public log signed and public witnesses cosigned. The first line under it is of a signature
    // type (RFC 6962 tree head) that is not read here.
    static let published = """
        arche2025h1.staging.ct.transparency.dev
        1432088532
        U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=

        — arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=
        — arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=
        — transparency.dev/DEV:witness-little-garden 2AQqhwAAAABqEiEgzgFIqqhbUoDwjMWE6UP8nd8/KYTzwZ2rhIgcqoXHAwVkjZr4AscylP3v7sEodkRAErumC2q44vdgJY096st5BQ==
        — witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hNI7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==
        — remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==
        — witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUiOvKFYe/TmN9DAg==

        """
    static let publishedLog =
        "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
    static let publishedWitnesses = [
        "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
        "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO",
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
        "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
    ]
    // The example of C2SP tlog-cosignature; its keys are not published, so it is read but cannot be verified.
    static let specification = """
        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
        — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==

        """

    static func checkpoint(size: UInt64 = 8) throws -> Checkpoint {
        try Checkpoint(origin: "example.org/store", size: size, root: LogSupport.referenceRoots[8])
    }

    @Test func `a checkpoint of a public log and its four witnesses verify`() throws {
        let witnesses = try Self.publishedWitnesses.map { try VerifierKey(parsing: $0) }
        let policy = LogPolicy(
            log: try VerifierKey(parsing: Self.publishedLog), witnesses: witnesses, requiredWitnesses: 4)
        let signed = try SignedCheckpoint(parsing: Array(Self.published.utf8))
        let verified = try signed.verify(policy)
        #expect(verified.checkpoint.size == 1_432_088_532)
        #expect(
            verified.checkpoint.root.bytes
                == (try Base64.decode("U7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=")))
        #expect(verified.cosignatures.map(\.key) == witnesses)
        #expect(
            verified.cosignatures.map(\.time) == [1_779_573_024, 1_779_573_024, 1_779_573_024, 1_779_573_024])
        #expect(signed.bytes == Array(Self.published.utf8))
    }

    @Test func `the example of the specification is read as it shows`() throws {
        let signed = try SignedCheckpoint(parsing: Array(Self.specification.utf8))
        #expect(signed.checkpoint.origin == "example.com/behind-the-sofa")
        #expect(signed.checkpoint.size == 20_852_163)
        #expect(signed.note.signatures.map(\.keyID) == [0x033d_e0ae, 0x8d66_cf3f])
        // The time that the specification shows in the cosigned message.
        #expect(signed.note.signatures[1].bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } == 1_679_315_147)
        #expect(signed.bytes == Array(Self.specification.utf8))
    }

    @Test func `a checkpoint is the text that the specification describes`() throws {
        let empty = try Checkpoint(
            origin: "example.org/store", size: 0, root: LogProof.emptyRoot, extensions: ["one", "two"])
        let text = "example.org/store\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\none\ntwo\n"
        #expect(empty.text == Array(text.utf8))
        #expect(try Checkpoint(parsing: empty.text) == empty)
    }

    static let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    static let malformed: [(String, Int)] = [
        ("", 0), ("o\n", 2), ("o\n1\n", 4), ("\n1\n\(root)\n", 0), ("o\n01\n\(root)\n", 2),
        ("o\n+1\n\(root)\n", 2),
        ("o\n-1\n\(root)\n", 2), ("o\n\n\(root)\n", 2), ("o\n1 \n\(root)\n", 2), ("o\n0x1\n\(root)\n", 2),
        ("o\n18446744073709551616\n\(root)\n", 2), ("o\n99999999999999999999999\n\(root)\n", 2),
        ("o\n1\n\(root)", 4), ("o\n1\n\(root.dropLast())\n", 4), ("o\n1\nAAAA\n", 4), ("o\n1\n \(root)\n", 4),
        ("o\n1\n\(root)\n\n", 49), ("o\n1\n\(root)\next\n\n", 53), ("o\n1\n\(root)\next", 49),
    ]

    @Test(arguments: malformed)
    func `a malformed checkpoint is refused where it is at fault`(text: String, offset: Int) throws {
        let error = try #require(throws: NoteError.self) { try Checkpoint(parsing: Array(text.utf8)) }
        #expect(error.offset == offset)
        guard case .malformedLine = error.problem else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func `a checkpoint with lines that would change its meaning is not made`() {
        #expect(throws: NoteError.self) { try Checkpoint(origin: "", size: 0, root: LogProof.emptyRoot) }
        #expect(throws: NoteError(.controlCharacter(10))) {
            try Checkpoint(origin: "a\n1", size: 0, root: LogProof.emptyRoot)
        }
        #expect(throws: NoteError(.controlCharacter(10))) {
            try Checkpoint(origin: "a", size: 0, root: LogProof.emptyRoot, extensions: ["\n"])
        }
        #expect(throws: NoteError.self) {
            try Checkpoint(origin: "a", size: 0, root: LogProof.emptyRoot, extensions: [""])
        }
    }

    @Test func `witnesses are counted as the policy demands`() throws {
        let log = try NoteKeys.log()
        let witnesses = try [1, 2, 3].map(NoteKeys.witness)
        var signed = try SignedCheckpoint(try Self.checkpoint(), signedBy: log)
        func verify(_ known: [VerifierKey], _ required: Int) throws -> VerifiedCheckpoint {
            try signed.verify(LogPolicy(log: log.verifierKey, witnesses: known, requiredWitnesses: required))
        }
        let keys = witnesses.map(\.verifierKey)
        #expect(try verify(keys, 0).cosignatures.isEmpty)
        #expect(throws: NoteError(.tooFewWitnesses(required: 1, found: 0))) { try verify(keys, 1) }
        try signed.add(try witnesses[0].cosign(try Self.checkpoint(), time: 1_790_000_000))
        try signed.add(try witnesses[1].cosign(try Self.checkpoint(), time: 1_790_000_001))
        #expect(try verify(keys, 2).cosignatures.map(\.time) == [1_790_000_000, 1_790_000_001])
        #expect(throws: NoteError(.tooFewWitnesses(required: 3, found: 2))) { try verify(keys, 3) }
        // A witness that the verifier does not know does not count.
        #expect(throws: NoteError(.tooFewWitnesses(required: 2, found: 1))) {
            try verify([keys[0], keys[2]], 2)
        }
        // Nor does one twice: not the same line again, not another time, not another name for the same key.
        let seed = [UInt8](repeating: 0xa1, count: 32)
        let alias = try CosigningKey(name: try NoteKeyName("alias.example"), seed: seed.span)
        try signed.add(try witnesses[0].cosign(try Self.checkpoint(), time: 1_790_000_005))
        try signed.add(try alias.cosign(try Self.checkpoint(), time: 1_790_000_006))
        #expect(throws: NoteError(.tooFewWitnesses(required: 3, found: 2))) {
            try verify(keys + [alias.verifierKey], 3)
        }
        // Nor the log as its own witness.
        let seedOfLog = [UInt8](repeating: 0x11, count: 32)
        let own = try CosigningKey(name: try NoteKeyName("own.example"), seed: seedOfLog.span)
        try signed.add(try own.cosign(try Self.checkpoint(), time: 1_790_000_007))
        #expect(throws: NoteError(.tooFewWitnesses(required: 3, found: 2))) {
            try verify(keys + [own.verifierKey], 3)
        }
    }

    @Test func `a cosignature is of one checkpoint and one time`() throws {
        let log = try NoteKeys.log()
        let witness = try NoteKeys.witness(1)
        let policy = LogPolicy(log: log.verifierKey, witnesses: [witness.verifierKey], requiredWitnesses: 1)
        let cosignature = try witness.cosign(try Self.checkpoint(), time: 1_790_000_000)
        var other = try SignedCheckpoint(try Self.checkpoint(size: 9), signedBy: log)
        try other.add(cosignature)
        #expect(throws: NoteError(.invalidSignature(key: "witness.example/w1"))) { try other.verify(policy) }
        var bytes = cosignature.bytes
        bytes[7] ^= 1
        var signed = try SignedCheckpoint(try Self.checkpoint(), signedBy: log)
        try signed.add(NoteSignature(name: cosignature.name, keyID: cosignature.keyID, bytes: bytes))
        #expect(throws: NoteError(.invalidSignature(key: "witness.example/w1"))) { try signed.verify(policy) }
        #expect(throws: NoteError(.invalidSignature(key: "witness.example/w1"))) {
            try witness.cosign(try Self.checkpoint(), time: 1 << 63)
        }
        #expect(try witness.cosign(try Self.checkpoint(), time: (1 << 63) - 1).bytes.count == 72)
    }

    @Test func `a plain signature is no cosignature, and the other way round`() throws {
        let seed = [UInt8](repeating: 0x33, count: 32)
        let name = try NoteKeyName("both.example")
        let plain = try SigningKey(name: name, seed: seed.span)
        let cosigner = try CosigningKey(name: name, seed: seed.span)
        #expect(plain.verifierKey.keyID != cosigner.verifierKey.keyID)
        let checkpoint = try Self.checkpoint()
        let signature = try plain.sign(checkpoint.text)
        let cosignature = try cosigner.cosign(checkpoint, time: 1)
        let relabelled = NoteSignature(name: name, keyID: cosigner.verifierKey.keyID, bytes: signature.bytes)
        let padded = NoteSignature(
            name: name, keyID: cosigner.verifierKey.keyID, bytes: [0, 0, 0, 0, 0, 0, 0, 1] + signature.bytes)
        let stripped = NoteSignature(
            name: name, keyID: plain.verifierKey.keyID, bytes: Array(cosignature.bytes.dropFirst(8)))
        let refusal = NoteError(.invalidSignature(key: "both.example"))
        #expect(throws: refusal) { try cosigner.verifierKey.verify(relabelled, of: checkpoint.text) }
        #expect(throws: refusal) { try cosigner.verifierKey.verify(padded, of: checkpoint.text) }
        #expect(throws: refusal) { try plain.verifierKey.verify(stripped, of: checkpoint.text) }
        #expect(throws: refusal) { try plain.verifierKey.verify(cosignature, of: checkpoint.text) }
    }

    @Test func `a checkpoint of another log is refused even with a good signature`() throws {
        let log = try NoteKeys.log()
        let signed = try SignedCheckpoint(
            try Checkpoint(origin: "example.org/other", size: 8, root: LogSupport.referenceRoots[8]),
            signedBy: log)
        #expect(throws: NoteError(.wrongOrigin(expected: "example.org/store", found: "example.org/other"))) {
            try signed.verify(LogPolicy(log: log.verifierKey))
        }
        #expect(
            try signed.verify(LogPolicy(log: log.verifierKey, origin: "example.org/other")).checkpoint.size
                == 8)
    }

    @Test func `a checkpoint that only witnesses signed is refused`() throws {
        let witness = try NoteKeys.witness(1)
        var note = try SignedNote(text: try Self.checkpoint().text)
        try note.add(try witness.cosign(try Self.checkpoint(), time: 1))
        let signed = try SignedCheckpoint(parsing: note.bytes)
        #expect(throws: NoteError(.notSigned)) {
            try signed.verify(
                LogPolicy(log: try NoteKeys.log().verifierKey, witnesses: [witness.verifierKey]))
        }
    }
}

@Suite struct TlogProofTests {
    static func proof(extra: [UInt8]? = Array("extra".utf8)) throws -> (
        proof: TlogProof, leaf: Digest, policy: LogPolicy
    ) {
        let log = try MemoryLog(LogSupport.referenceLeaves)
        let key = try NoteKeys.log()
        let witness = try NoteKeys.witness(1)
        let checkpoint = try CheckpointTests.checkpoint()
        var signed = try SignedCheckpoint(checkpoint, signedBy: key)
        try signed.add(try witness.cosign(checkpoint, time: 1_790_000_000))
        let path = try #require(try MerkleLog.inclusionPath(index: 5, size: 8, stored: log.hash))
        return (
            TlogProof(index: 5, path: path, checkpoint: signed, extra: extra), log.leafHashes[5],
            LogPolicy(log: key.verifierKey, witnesses: [witness.verifierKey], requiredWitnesses: 1)
        )
    }

    @Test func `a proof is read back and verifies its leaf and no other`() throws {
        for extra in [nil, [], Array("extra".utf8)] as [[UInt8]?] {
            let (proof, leaf, policy) = try Self.proof(extra: extra)
            #expect(try TlogProof(parsing: proof.bytes) == proof)
            #expect(try proof.verify(leafHash: leaf, policy).checkpoint.size == 8)
            let other = LogProof.leafHash([])
            let error = try #require(throws: NoteError.self) { try proof.verify(leafHash: other, policy) }
            guard case .notIncluded(.rootMismatch) = error.problem else {
                Issue.record("\(error)")
                continue
            }
        }
        #expect(try Self.proof(extra: []).proof.extra == nil)
    }

    @Test func `a proof is the text that the specification describes`() throws {
        let (proof, _, _) = try Self.proof()
        let lines = String(decoding: proof.bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "c2sp.org/tlog-proof@v1")
        #expect(lines[1] == "extra ZXh0cmE=")
        #expect(lines[2] == "index 5")
        #expect(lines[3...5].elementsEqual(proof.path.map { Base64.encode($0.bytes)[...] }))
        #expect(lines[6].isEmpty)
        #expect(lines[7] == "example.org/store")
    }

    @Test func `a malformed proof is refused where it is at fault`() throws {
        let hash = Base64.encode(LogProof.emptyRoot.bytes)
        let head = "c2sp.org/tlog-proof@v1\n"
        let cases: [(String, Int)] = [
            ("", 0), ("c2sp.org/tlog-proof@v2\nindex 0\n\n", 0), (head, 23), (head + "extra\n", 23),
            (head + "extra \nindex 0\n\n", 29), (head + "extra !\nindex 0\n\n", 29), (head + "index\n\n", 23),
            (head + "index 00\n\n", 23), (head + "index -1\n\n", 23),
            (head + "index 18446744073709551616\n\n", 23),
            (head + "extra AA==\nextra AA==\nindex 0\n\n", 34), (head + "index 0\n\(hash)\n", 31 + 45),
            (head + "index 0\nAAAA\n\n", 31), (head + "index 0\n\(hash) \n\n", 31),
            (head + "index 0\n\n", 32),
            (head + "index 0\n" + String(repeating: hash + "\n", count: 65) + "\n", 31 + 64 * 45),
            (head + "index 0\n\norigin\nx\n\(hash)\n\n— a AAAAAAA=\n", 32 + 7),
        ]
        for (text, offset) in cases {
            let error = try #require(throws: NoteError.self, "\(text)") {
                try TlogProof(parsing: Array(text.utf8))
            }
            #expect(error.offset == offset, "\(text)")
        }
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: TlogProof.maximumByteCount + 1)
        #expect(throws: NoteError(.tooLong(limit: 2_000_000, found: 2_000_001))) {
            try TlogProof(parsing: long)
        }
    }

    @Test func `every changed byte of a proof is refused, or changes only what nothing authenticates`() throws {
        let (proof, leaf, policy) = try Self.proof()
        var accepted = 0
        for (offset, changed) in LogSupport.changes(of: proof.bytes, characters: "\n") {
            guard let other = try? TlogProof(parsing: changed) else { continue }
            #expect(other.bytes == changed, "offset \(offset)")
            guard (try? other.verify(leafHash: leaf, policy)) != nil else { continue }
            accepted += 1
            // The extra data alone is outside what is proven.
            #expect(
                other.index == proof.index && other.path == proof.path && other.checkpoint == proof.checkpoint
            )
            #expect(other.extra != proof.extra, "offset \(offset)")
        }
        #expect(accepted > 0)
    }

    @Test func `a proof that was cut short is refused`() throws {
        let (proof, leaf, policy) = try Self.proof()
        let bytes = proof.bytes
        for length in 0..<bytes.count {
            #expect(throws: NoteError.self) {
                try TlogProof(parsing: Array(bytes.prefix(length))).verify(leafHash: leaf, policy)
            }
        }
    }
}
