import Crypto

/// A public key that verifies signatures of notes (C2SP signed-note, "Verifier keys").
public struct VerifierKey: Hashable, Sendable {
    /// What a key signs, by its identifier in C2SP signed-note.
    public enum Algorithm: UInt8, Sendable {
        /// Ed25519 over the note's text: how a log signs.
        case ed25519 = 0x01
        /// Ed25519 over the time and a checkpoint's text (C2SP tlog-cosignature): how a witness signs.
        case cosignature = 0x04
    }

    /// The length of an Ed25519 public key in bytes.
    public static let publicKeyByteCount = 32

    static let signatureByteCount = 64

    /// Whose key it is.
    public let name: NoteKeyName

    /// What it signs.
    public let algorithm: Algorithm

    /// The Ed25519 public key, 32 bytes (RFC 8032).
    public let publicKey: [UInt8]

    /// What signature lines say to name this key: the first 4 bytes of SHA-256 of name, newline, algorithm and key.
    ///
    /// It tells keys apart that do not mean to collide; it does not protect against those that do.
    public let keyID: UInt32

    /// The key `publicKey` of `name`.
    ///
    /// - Throws: ``NoteError`` when `publicKey` does not have 32 bytes.
    public init(name: NoteKeyName, algorithm: Algorithm, publicKey: [UInt8]) throws(NoteError) {
        guard publicKey.count == VerifierKey.publicKeyByteCount else {
            throw NoteError(.wrongKeyLength(expected: VerifierKey.publicKeyByteCount, found: publicKey.count))
        }
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        // Its first byte is a character of the name, which is never below 0x20: no tagged hash input begins so.
        let input = name.utf8 + [NoteLines.newline, algorithm.rawValue] + publicKey
        keyID = UInt32(truncatingIfNeeded: Digest(sha256: input.span).word0 >> 32)
    }

    /// Reads a key in its text form, "name+hash+base64".
    public init(parsing text: String) throws(NoteError) {
        let bytes = Array(text.utf8)
        let plus = UInt8(ascii: "+")
        // Base64 may have plus signs, names and hashes have none.
        guard let first = bytes.firstIndex(of: plus), let second = bytes[(first + 1)...].firstIndex(of: plus)
        else {
            throw NoteError(.malformedKey)
        }
        let name = try NoteKeyName(utf8: bytes[..<first])
        guard let stated = VerifierKey.keyID(hexadecimal: bytes[(first + 1)..<second]) else {
            throw NoteError(.malformedKey, at: first + 1)
        }
        // Which character of the Base64 is wrong helps nobody who holds a key that was cut or retyped.
        guard let material = try? Base64.decode(bytes[(second + 1)...]), let identifier = material.first
        else {
            throw NoteError(.malformedKey, at: second + 1)
        }
        guard let algorithm = Algorithm(rawValue: identifier) else {
            throw NoteError(.unsupportedAlgorithm(identifier), at: second + 1)
        }
        try self.init(name: name, algorithm: algorithm, publicKey: Array(material.dropFirst()))
        guard keyID == stated else {
            throw NoteError(.keyIDMismatch(expected: keyID, found: stated), at: first + 1)
        }
    }

    private static func keyID(hexadecimal digits: ArraySlice<UInt8>) -> UInt32? {
        guard digits.count == 8 else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"):
                value = value << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    /// Whether `signature` names this key.
    public func isNamed(by signature: NoteSignature) -> Bool {
        signature.keyID == keyID && signature.name == name
    }

    /// Checks a signature that names this key.
    ///
    /// - Parameters:
    ///   - signature: the signature.
    ///   - text: the note's text with its last newline.
    /// - Returns: what was verified, with the time that a witness stated.
    /// - Throws: `NoteError.Problem.invalidSignature` when it is not this key's signature of that text.
    public func verify(_ signature: NoteSignature, of text: [UInt8]) throws(NoteError) -> VerifiedSignature {
        let refusal = NoteError(.invalidSignature(key: name.description))
        guard isNamed(by: signature) else { throw refusal }
        var time: UInt64?
        var message = text
        var bytes = signature.bytes[...]
        if algorithm == .cosignature {
            guard bytes.count == 8 + VerifierKey.signatureByteCount else { throw refusal }
            let stated = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard stated <= Cosignature.latestTime else { throw refusal }
            message = Cosignature.message(time: stated, checkpoint: text)
            time = stated
            bytes = bytes.dropFirst(8)
        }
        guard bytes.count == VerifierKey.signatureByteCount,
            // A public key that is no point of the curve verifies nothing.
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey),
            key.isValidSignature(bytes, for: message)
        else { throw refusal }
        return VerifiedSignature(key: self, time: time)
    }
}

extension VerifierKey: CustomStringConvertible {
    /// The key in its text form, "name+hash+base64".
    public var description: String {
        "\(name)+\(String(keyID: keyID))+\(Base64.encode([algorithm.rawValue] + publicKey))"
    }
}

/// A signature that a known key made: only verifying makes one.
public struct VerifiedSignature: Hashable, Sendable {
    /// Who signed.
    public let key: VerifierKey

    /// When a witness says that it signed, in seconds since 1970-01-01 UTC; nil for a plain signature.
    public let time: UInt64?

    init(key: VerifierKey, time: UInt64?) {
        self.key = key
        self.time = time
    }
}

/// The message of a witness's cosignature (C2SP tlog-cosignature, Ed25519).
enum Cosignature {
    /// The latest time that the specification allows: 2^63 − 1.
    static let latestTime = UInt64(Int64.max)

    static func message(time: UInt64, checkpoint: [UInt8]) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n".utf8) + checkpoint
    }
}
