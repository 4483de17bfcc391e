/// One signature line of a note; nothing is known about it until a key verified it.
public struct NoteSignature: Hashable, Sendable {
    /// Whose signature it says it is.
    public let name: NoteKeyName

    /// Which key it says made it; see ``VerifierKey/keyID``.
    public let keyID: UInt32

    /// What the key's algorithm makes of the text.
    public let bytes: [UInt8]

    /// A signature by the key `keyID` of `name`.
    public init(name: NoteKeyName, keyID: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// The line that stands in a note, without its newline.
    var line: String {
        var blob: [UInt8] = []
        blob.append(bigEndian: keyID)
        blob.append(contentsOf: bytes)
        return "— \(name) \(Base64.encode(blob))"
    }

    /// Reads a line without its newline.
    init(line: ArraySlice<UInt8>) throws(NoteError) {
        let refusal = NoteError(.malformedSignatureLine, at: line.startIndex)
        let prefix = Array("— ".utf8)
        let space = UInt8(ascii: " ")
        guard line.starts(with: prefix) else { throw refusal }
        let rest = line.dropFirst(prefix.count)
        guard let split = rest.firstIndex(of: space) else { throw refusal }
        // Every way in which a line can be malformed is one problem at one place: the line.
        guard let name = try? NoteKeyName(utf8: rest[..<split]),
            let blob = try? Base64.decode(rest[(split + 1)...]), blob.count > 4
        else { throw refusal }
        self.name = name
        keyID = blob.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        bytes = Array(blob.dropFirst(4))
    }
}

/// A text with signature lines under it (C2SP signed-note).
///
/// Reading a note verifies nothing. ``verify(by:)`` does; until then its text deserves no trust.
public struct SignedNote: Equatable, Sendable {
    /// The most bytes that a note may have. The specification leaves the limit to the reader; cosignatures of 5 kB
    /// from every witness fit.
    public static let maximumByteCount = 1_000_000

    /// The most signatures that a note may have; the specification demands room for 16 at least.
    public static let maximumSignatureCount = 100

    /// The text in UTF-8, with its last newline and without the blank line.
    public let text: [UInt8]

    /// The signatures in the order of their lines, those of unknown keys included.
    public private(set) var signatures: [NoteSignature]

    /// A note without signatures, to be signed.
    ///
    /// - Parameter text: UTF-8 that ends in a newline and has no other control characters.
    public init(text: [UInt8]) throws(NoteError) {
        guard text.count <= SignedNote.maximumByteCount else {
            throw NoteError(.tooLong(limit: SignedNote.maximumByteCount, found: text.count))
        }
        try NoteLines.checkText(text)
        guard text.last == NoteLines.newline else { throw NoteError(.unfinishedLine, at: text.count) }
        self.text = text
        signatures = []
    }

    /// Reads a note that is all of `bytes`.
    ///
    /// - Throws: ``NoteError`` with the offset; a note has at least one signature line.
    public init(parsing bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= SignedNote.maximumByteCount else {
            throw NoteError(.tooLong(limit: SignedNote.maximumByteCount, found: bytes.count))
        }
        try NoteLines.checkText(bytes)
        guard bytes.last == NoteLines.newline else { throw NoteError(.unfinishedLine, at: bytes.count) }
        // The text may have blank lines of its own: the last one is where the signatures begin.
        guard
            let blank = bytes.indices.dropFirst().last(where: { index in
                bytes[index] == NoteLines.newline && bytes[index - 1] == NoteLines.newline
            })
        else { throw NoteError(.noSignatures, at: bytes.count) }
        var lines = NoteLines(bytes, in: (blank + 1)..<bytes.count)
        guard !lines.isAtEnd else { throw NoteError(.noSignatures, at: bytes.count) }
        text = Array(bytes[..<blank])
        signatures = []
        while !lines.isAtEnd {
            let start = lines.offset
            guard signatures.count < SignedNote.maximumSignatureCount else {
                throw NoteError(.tooManySignatures(limit: SignedNote.maximumSignatureCount), at: start)
            }
            signatures.append(try NoteSignature(line: try lines.next("a signature line")))
        }
    }

    /// Puts a signature line under the others; one that stands there already is not repeated.
    public mutating func add(_ signature: NoteSignature) throws(NoteError) {
        guard !signatures.contains(signature) else { return }
        guard signatures.count < SignedNote.maximumSignatureCount else {
            throw NoteError(.tooManySignatures(limit: SignedNote.maximumSignatureCount))
        }
        signatures.append(signature)
    }

    /// Signs the text with `key`.
    public mutating func sign(with key: SigningKey) throws(NoteError) {
        try add(try key.sign(text))
    }

    /// The note as it is stored and sent; a note without signatures ends in the blank line and cannot be read again.
    public var bytes: [UInt8] {
        var result = text
        result.append(NoteLines.newline)
        for signature in signatures {
            result.append(contentsOf: signature.line.utf8)
            result.append(NoteLines.newline)
        }
        return result
    }

    /// Checks every signature that names one of `keys`, and ignores the others.
    ///
    /// - Parameter keys: the keys that the caller trusts for this note.
    /// - Returns: which keys signed, each once, in the order of the lines.
    /// - Throws: `NoteError.Problem.invalidSignature` when a signature of one of the keys is not valid, even if another
    ///   one is; `notSigned` when none of the keys signed.
    /// - Complexity: one Ed25519 verification for each signature line that names one of the keys.
    public func verify(by keys: [VerifierKey]) throws(NoteError) -> [VerifiedSignature] {
        var verified: [VerifiedSignature] = []
        for signature in signatures {
            // Distinct keys that share name and id are possible; then one of them has to verify the line.
            var refusal: NoteError?
            var result: VerifiedSignature?
            for key in keys where key.isNamed(by: signature) {
                do {
                    result = try key.verify(signature, of: text)
                    break
                } catch {
                    refusal = error
                }
            }
            if let result {
                if !verified.contains(where: { $0.key == result.key }) { verified.append(result) }
            } else if let refusal {
                throw refusal
            }
        }
        guard !verified.isEmpty else { throw NoteError(.notSigned) }
        return verified
    }
}
