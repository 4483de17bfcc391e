import Crypto

/// A secret key that signs notes with Ed25519: a log's.
///
/// The seed cannot be read back, and printing or reflecting on a key shows its public half only.
public struct SigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// The public half.
    public let verifierKey: VerifierKey

    /// The length of a seed in bytes.
    public static let seedByteCount = 32

    /// The key of `name` whose seed is `seed` (RFC 8032, section 5.1.5).
    ///
    /// - Parameters:
    ///   - name: whose key it is.
    ///   - seed: 32 secret random bytes; they are copied into the key, wiping the original is the caller's part.
    public init(name: NoteKeyName, seed: Span<UInt8>) throws(NoteError) {
        try self.init(name: name, algorithm: .ed25519, seed: seed)
    }

    fileprivate init(name: NoteKeyName, algorithm: VerifierKey.Algorithm, seed: Span<UInt8>) throws(NoteError) {
        // The buffer is read during the call only, and its length is checked by the key.
        let key = unsafe seed.withUnsafeBytes { bytes in
            unsafe try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
        }
        guard let key else {
            throw NoteError(.wrongKeyLength(expected: SigningKey.seedByteCount, found: seed.count))
        }
        self.key = key
        verifierKey = try VerifierKey(
            name: name, algorithm: algorithm, publicKey: Array(key.publicKey.rawRepresentation))
    }

    /// The signature of `text`.
    ///
    /// - Parameter text: a note's text with its last newline.
    /// - Throws: `NoteError.Problem.invalidSignature` when the signature comes out wrong, which only broken hardware
    ///   or a broken library could cause: such a signature could give the key away, so it is not handed out.
    public func sign(_ text: [UInt8]) throws(NoteError) -> NoteSignature {
        try signature(over: text, prefix: [], text: text)
    }

    fileprivate func signature(
        over message: [UInt8], prefix: [UInt8], text: [UInt8]
    ) throws(NoteError) -> NoteSignature {
        guard let bytes = try? key.signature(for: message) else {
            throw NoteError(.invalidSignature(key: verifierKey.name.description))
        }
        let signature = NoteSignature(
            name: verifierKey.name, keyID: verifierKey.keyID, bytes: prefix + Array(bytes))
        _ = try verifierKey.verify(signature, of: text)
        return signature
    }
}

extension SigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The public half, for a person.
    public var description: String { "SigningKey(\(verifierKey))" }
    /// The public half, for a person.
    public var debugDescription: String { description }
    /// The public half, for whoever reflects or dumps.
    public var customMirror: Mirror { Mirror(self, children: ["verifierKey": verifierKey]) }
}

/// A secret key that cosigns checkpoints with Ed25519 (C2SP tlog-cosignature): a witness's.
///
/// A witness signs only what it has checked to continue what it signed before; that check is its holder's.
public struct CosigningKey: Sendable {
    private let key: SigningKey

    /// The public half.
    public var verifierKey: VerifierKey { key.verifierKey }

    /// The key of `name` whose seed is `seed`: 32 secret random bytes, as in ``SigningKey/init(name:seed:)``.
    public init(name: NoteKeyName, seed: Span<UInt8>) throws(NoteError) {
        key = try SigningKey(name: name, algorithm: .cosignature, seed: seed)
    }

    /// The cosignature of a checkpoint.
    ///
    /// - Parameters:
    ///   - checkpoint: what was seen.
    ///   - time: when, in seconds since 1970-01-01 UTC, below 2^63.
    public func cosign(_ checkpoint: Checkpoint, time: UInt64) throws(NoteError) -> NoteSignature {
        let text = checkpoint.text
        var prefix: [UInt8] = []
        prefix.append(bigEndian: time)
        return try key.signature(
            over: Cosignature.message(time: time, checkpoint: text), prefix: prefix, text: text)
    }
}

extension CosigningKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The public half, for a person.
    public var description: String { "CosigningKey(\(verifierKey))" }
    /// The public half, for a person.
    public var debugDescription: String { description }
    /// The public half, for whoever reflects or dumps.
    public var customMirror: Mirror { Mirror(self, children: ["verifierKey": verifierKey]) }
}
