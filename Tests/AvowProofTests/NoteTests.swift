import AvowProof
import TestSupport
import Testing

/// Keys of the tests: made from published or made-up seeds, never used elsewhere.
enum NoteKeys {
    static func log(_ name: String = "example.org/store") throws -> SigningKey {
        let seed = [UInt8](repeating: 0x11, count: 32)
        return try SigningKey(name: try NoteKeyName(name), seed: seed.span)
    }

    static func witness(_ number: UInt8) throws -> CosigningKey {
        let seed = [UInt8](repeating: 0xa0 + number, count: 32)
        return try CosigningKey(name: try NoteKeyName("witness.example/w\(number)"), seed: seed.span)
    }
}

@Suite struct NoteTests {
    // The key, text and signature in the documentation of Go's sumdb/note, on which C2SP signed-note builds.
    static let goText =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    static let goSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    static let goKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let goLine =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    static let enochKey = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
    static let enochLine =
        "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
    // The example of C2SP signed-note.
    static let specificationKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let specificationNote =
        "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"

    static func parse(_ text: String) throws -> SignedNote {
        try SignedNote(parsing: Array(text.utf8))
    }

    @Test func `the example note of the specification verifies`() throws {
        let note = try Self.parse(Self.specificationNote)
        let key = try VerifierKey(parsing: Self.specificationKey)
        #expect(try note.verify(by: [key]).map(\.key) == [key])
        #expect(note.bytes == Array(Self.specificationNote.utf8))
        #expect(key.description == Self.specificationKey)
    }

    @Test func `the published key signs the published text with the published signature`() throws {
        let seed = Array(try Base64.decode(Self.goSeed).dropFirst())
        let key = try SigningKey(name: try NoteKeyName("PeterNeumann"), seed: seed.span)
        #expect(key.verifierKey.description == Self.goKey)
        var note = try SignedNote(text: Array(Self.goText.utf8))
        try note.sign(with: key)
        // CryptoKit's Ed25519 signatures are randomized; what they are of is checked in either case.
        #if !canImport(Darwin)
            #expect(note.bytes == Array((Self.goText + "\n" + Self.goLine).utf8))
        #endif
        #expect(try note.verify(by: [try VerifierKey(parsing: Self.goKey)]).count == 1)
    }

    @Test func `signatures of unknown keys are kept and ignored`() throws {
        let peter = try VerifierKey(parsing: Self.goKey)
        let enoch = try VerifierKey(parsing: Self.enochKey)
        let note = try Self.parse(Self.goText + "\n" + Self.goLine + Self.enochLine)
        #expect(note.signatures.count == 2)
        #expect(try note.verify(by: [peter]).map(\.key) == [peter])
        #expect(try note.verify(by: [enoch]).map(\.key) == [enoch])
        #expect(try note.verify(by: [enoch, peter]).map(\.key) == [peter, enoch])
        #expect(throws: NoteError(.notSigned)) { try note.verify(by: []) }
        #expect(throws: NoteError(.notSigned)) {
            try note.verify(by: [try VerifierKey(parsing: Self.specificationKey)])
        }
    }

    @Test func `a repeated signature counts once`() throws {
        let peter = try VerifierKey(parsing: Self.goKey)
        let note = try Self.parse(Self.goText + "\n" + Self.goLine + Self.goLine + Self.enochLine)
        #expect(try note.verify(by: [peter, peter]).map(\.key) == [peter])
    }

    @Test func `a bad signature of a known key refuses the whole note`() throws {
        let peter = try VerifierKey(parsing: Self.goKey)
        let enoch = try VerifierKey(parsing: Self.enochKey)
        let text = Self.goText.replacing("answer", with: "question") + "\n" + Self.goLine
        #expect(throws: NoteError(.invalidSignature(key: "PeterNeumann"))) {
            try Self.parse(text).verify(by: [peter])
        }
        // Enoch's line is good for this text, Peter's is cut short.
        let short = try Self.parse(
            Self.goText + "\n" + Self.enochLine
                + "— PeterNeumann x08goA==\n".replacing("oA==", with: "o/ZJkg=="))
        #expect(try short.verify(by: [enoch]).count == 1)
        #expect(throws: NoteError(.invalidSignature(key: "PeterNeumann"))) {
            try short.verify(by: [enoch, peter])
        }
    }

    @Test func `a key given twice, or one that no line names, disturbs nothing`() throws {
        let key = try NoteKeys.log()
        var note = try SignedNote(text: Array("text\n".utf8))
        try note.sign(with: key)
        let other = try NoteKeys.log("example.org/other")
        #expect(try note.verify(by: [other.verifierKey, key.verifierKey, key.verifierKey]).count == 1)
    }

    /// Notes that are malformed, with why and where.
    static let malformed: [(String, NoteError)] = [
        ("", NoteError(.unfinishedLine, at: 0)),
        ("text", NoteError(.unfinishedLine, at: 4)),
        ("text\n", NoteError(.noSignatures, at: 5)),
        ("text\n\n", NoteError(.noSignatures, at: 6)),
        ("\n— a AAAAAAA=\n", NoteError(.noSignatures, at: 16)),
        ("text\n\n— a AAAAAAA=", NoteError(.unfinishedLine, at: 20)),
        ("text\n\n— a AAAAAAA=\n\n", NoteError(.noSignatures, at: 22)),
        ("te\u{1}xt\n\n— a AAAAAAA=\n", NoteError(.controlCharacter(1), at: 2)),
        ("te\txt\n\n— a AAAAAAA=\n", NoteError(.controlCharacter(9), at: 2)),
        ("text\r\n\n— a AAAAAAA=\n", NoteError(.controlCharacter(13), at: 4)),
        ("text\n\n- a AAAAAAA=\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n—a AAAAAAA=\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— a\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n—  AAAAAAA=\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— a+b AAAAAAA=\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— Bad Name AAAAAAA=\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— a\u{a0}b AAAAAAA=\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— a AAAAAAA= \n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— a AAAAAAA\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— a AAAAAAB=\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— a AAAAAA==\n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— a \n", NoteError(.malformedSignatureLine, at: 6)),
        ("text\n\n— a AAAAAAA=\nUnexpected line.\n", NoteError(.malformedSignatureLine, at: 21)),
    ]

    @Test(arguments: malformed)
    func `a malformed note is refused where it is at fault`(text: String, error: NoteError) {
        #expect(throws: error) { try Self.parse(text) }
        #expect(!error.description.isEmpty)
    }

    @Test func `text that is not UTF-8 is refused`() {
        #expect(throws: NoteError(.invalidText)) {
            try SignedNote(parsing: [0xff] + Array((Self.goText + "\n" + Self.goLine).utf8))
        }
        #expect(throws: NoteError(.invalidText)) { try SignedNote(text: [0xc3, 0x0a]) }
        #expect(throws: NoteError(.unfinishedLine, at: 1)) { try SignedNote(text: [0x61]) }
    }

    @Test func `the text may have blank lines of its own`() throws {
        let note = try Self.parse("one\n\n\ntwo\n\n— a AAAAAAA=\n")
        #expect(note.text == Array("one\n\n\ntwo\n".utf8))
        #expect(note.signatures.count == 1)
    }

    @Test func `sizes and counts are limited`() throws {
        let line = "— a AAAAAAA=\n"
        let full = try Self.parse(
            "text\n\n" + String(repeating: line, count: SignedNote.maximumSignatureCount))
        #expect(full.signatures.count == SignedNote.maximumSignatureCount)
        #expect(throws: NoteError(.tooManySignatures(limit: 100), at: 6 + 100 * line.utf8.count)) {
            try Self.parse("text\n\n" + String(repeating: line, count: SignedNote.maximumSignatureCount + 1))
        }
        var more = full
        #expect(throws: NoteError(.tooManySignatures(limit: 100))) { try more.sign(with: try NoteKeys.log()) }
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: SignedNote.maximumByteCount + 1)
        #expect(throws: NoteError(.tooLong(limit: 1_000_000, found: 1_000_001))) {
            try SignedNote(parsing: long)
        }
        #expect(throws: NoteError(.tooLong(limit: 1_000_000, found: 1_000_001))) {
            try SignedNote(text: long)
        }
    }

    @Test func `every part and every change of a verifier key is refused`() throws {
        let characters = Array(Self.goKey.utf8)
        for start in characters.indices {
            for end in start...characters.count where start > 0 || end < characters.count {
                #expect(throws: NoteError.self) {
                    try VerifierKey(parsing: String(decoding: characters[start..<end], as: UTF8.self))
                }
            }
        }
        for (offset, changed) in LogSupport.changes(of: characters) {
            #expect(throws: NoteError.self, "offset \(offset)") {
                try VerifierKey(parsing: String(decoding: changed, as: UTF8.self))
            }
        }
    }

    @Test func `a key of another length, algorithm or name is refused`() throws {
        let public32 = [UInt8](repeating: 7, count: 32)
        #expect(throws: NoteError(.wrongKeyLength(expected: 32, found: 31))) {
            try VerifierKey(
                name: try NoteKeyName("a"), algorithm: .ed25519, publicKey: Array(public32.dropLast()))
        }
        #expect(throws: NoteError(.unsupportedAlgorithm(2), at: 11)) {
            try VerifierKey(parsing: "a+00000000+" + Base64.encode([2] + public32))
        }
        #expect(throws: NoteError(.keyIDMismatch(expected: 0xaf0c_fe78, found: 0xaf0c_fe79), at: 10)) {
            try VerifierKey(parsing: Self.enochKey.replacing("fe78", with: "fe79"))
        }
        #expect(throws: NoteError(.malformedKey, at: 10)) {
            try VerifierKey(parsing: Self.enochKey.replacing("af0cfe78", with: "AF0CFE78"))
        }
        for name in ["", "a b", "a+b", "a\tb", "a\u{2003}b", "a\u{85}"] {
            #expect(throws: NoteError(.invalidKeyName), "\(name)") { try NoteKeyName(name) }
        }
        #expect(throws: NoteError(.wrongKeyLength(expected: 32, found: 33))) {
            let seed = [UInt8](repeating: 0, count: 33)
            return try SigningKey(name: try NoteKeyName("a"), seed: seed.span)
        }
        // Names that look alike are different names.
        #expect(try NoteKeyName("\u{e9}") != NoteKeyName("e\u{301}"))
    }

    @Test func `a secret key shows its public half only`() throws {
        let seed = [UInt8]((1...32).map { $0 })
        let key = try SigningKey(name: try NoteKeyName("a"), seed: seed.span)
        let cosigner = try CosigningKey(name: try NoteKeyName("a"), seed: seed.span)
        var dumped = ""
        dump(key, to: &dumped)
        dump(cosigner, to: &dumped)
        let shown = "\(key) \(cosigner) \(String(reflecting: key)) \(String(reflecting: cosigner))" + dumped
        #expect(shown.contains(key.verifierKey.description))
        #expect(!shown.contains("PrivateKey"))
        #expect(!shown.contains("1, 2, 3, 4"))
        #expect(!shown.lowercased().contains(seed.hexadecimal.prefix(8)))
        #expect(!shown.contains(Base64.encode(seed).prefix(8)))
    }

    @Test func `every changed byte of a note is refused, or leaves what was signed as it was`() throws {
        let key = try VerifierKey(parsing: Self.goKey)
        let original = try Self.parse(Self.goText + "\n" + Self.goLine + Self.enochLine)
        var outcomes = (unread: 0, unsigned: 0, invalid: 0, same: 0)
        for (offset, changed) in LogSupport.changes(of: original.bytes) {
            guard let note = try? SignedNote(parsing: changed) else {
                outcomes.unread += 1
                continue
            }
            // What was read is written back as it was: a note has one spelling.
            #expect(note.bytes == changed, "offset \(offset)")
            switch Result(catching: { () throws(NoteError) in try note.verify(by: [key]) }) {
            case .success:
                // Only the line of the key that is not known here may differ.
                #expect(
                    note.text == original.text && note.signatures[0] == original.signatures[0],
                    "offset \(offset)")
                outcomes.same += 1
            case .failure(let error) where error.problem == .notSigned:
                outcomes.unsigned += 1
            case .failure(let error):
                #expect(error.problem == .invalidSignature(key: "PeterNeumann"), "offset \(offset)")
                outcomes.invalid += 1
            }
        }
        // Each kind of outcome was reached, or the test says less than it seems to.
        #expect(outcomes.unread > 0 && outcomes.unsigned > 0 && outcomes.invalid > 0 && outcomes.same > 0)
    }

    @Test func `a note that was cut short is never accepted with another text`() throws {
        let key = try VerifierKey(parsing: Self.goKey)
        let bytes = Array((Self.goText + "\n" + Self.goLine).utf8)
        for length in 0..<bytes.count {
            #expect(throws: NoteError.self) {
                try SignedNote(parsing: Array(bytes.prefix(length))).verify(by: [key])
            }
        }
    }

    @Test(arguments: [31, 32, 33] as [UInt64])
    func `random notes are refused or are written back as they were`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "\n", "\n\n", "— ", "a", "b ", "AAAAAAA=", " ", "=", "é", "+", "\u{1}",
            "\n— log.example AAAAAAA=\n", "— a AAAAAAA=\n",
        ]
        var accepted = 0
        for _ in 0..<3_000 {
            let count = Int.random(in: 0...8, using: &generator)
            let text = (0..<count).map { _ in pieces.randomElement(using: &generator)! }.joined()
            if let note = try? Self.parse(text) {
                accepted += 1
                #expect(note.bytes == Array(text.utf8), "seed \(seed)")
            }
        }
        #expect(accepted > 0 && accepted < 3_000, "seed \(seed)")
    }
}
