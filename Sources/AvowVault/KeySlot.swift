/// The master key of a store, sealed for one passphrase or key file.
///
/// A store may keep several slots, such as one for a person's passphrase and one for a machine's key
/// file: each opens the same master key. To change a passphrase is to make a new slot of 114 bytes
/// and destroy the old one; nothing else is sealed anew.
///
/// Encoding, integers big-endian:
/// ```
/// 0x01                 format
/// store id (16)
/// kind (1)             1 passphrase, 2 key file
/// salt (16)
/// operations (4)       Argon2id passes; 0 for a key file
/// memory (4)           KiB; 0 for a key file
/// sealed key (72)      XChaCha20-Poly1305(unlock key, master key,
///                      associated data: store id, kind, salt, operations, memory, format)
/// ```
/// The unlock key is `Argon2id(passphrase, salt, operations, memory)`, or for a key file, whose 32
/// bytes are random already, `BLAKE2b-256(key: its bytes, message: "avow unlock 1 " ‖ salt in hex)`.
public struct KeySlot: Equatable, Sendable {
    /// Bytes of a slot.
    public static let encodedLength = headerLength + AEAD.sealedKeyLength

    private static let headerLength = 1 + StoreID.length + 1 + KeyDerivation.saltLength + 4 + 4
    private static let format: UInt8 = 1

    /// The store that the slot belongs to.
    public let storeID: StoreID
    /// What opens the slot.
    public let kind: UnlockSecret.Kind
    /// For a passphrase, what one attempt costs.
    public var cost: KeyDerivation.Cost? { kind == .passphrase ? derivation.cost : nil }

    private let derivation: KeyDerivation
    private let sealedKey: [UInt8]

    /// Seals a store's master key for a secret.
    ///
    /// - Parameters:
    ///   - masterKey: The key that everything in the store hangs from.
    ///   - storeID: The store that it belongs to.
    ///   - secret: What shall open the slot.
    ///   - cost: For a passphrase, what each attempt to open the slot costs.
    /// - Throws: `VaultError.derivationCostOutOfBounds` for a cost that `init(encoded:limits:)` would
    ///   refuse, `VaultError.outOfMemory` if it cannot be paid.
    public init(
        sealing masterKey: SecretKey, storeID: StoreID, for secret: UnlockSecret,
        cost: KeyDerivation.Cost = .moderate
    ) throws(VaultError) {
        self.storeID = storeID
        kind = secret.kind
        switch secret {
        case .passphrase:
            try KeyDerivation.Limits.standard.check(cost)
            derivation = KeyDerivation(salt: KeyDerivation.freshSalt(), cost: cost)
        case .keyFile:
            derivation = KeyDerivation(
                salt: KeyDerivation.freshSalt(), cost: KeyDerivation.Cost(operations: 0, memoryKiB: 0))
        }
        let unlockKey = try KeySlot.unlockKey(secret, derivation)
        sealedKey = AEAD.seal(
            masterKey, key: unlockKey,
            associatedData: KeySlot.header(storeID: storeID, kind: kind, derivation: derivation))
    }

    /// Decodes a slot, without opening it.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of `encoded`.
    ///   - limits: The largest Argon2id cost that is accepted; who writes a file must not decide how
    ///     much memory and time its reader spends.
    /// - Throws: `VaultError.wrongLength`, `.unsupportedFormat`, `.malformed` or
    ///   `.derivationCostOutOfBounds`.
    public init(encoded bytes: Span<UInt8>, limits: KeyDerivation.Limits = .standard) throws(VaultError) {
        guard bytes.count == KeySlot.encodedLength else {
            throw .wrongLength(.keySlot, expected: KeySlot.encodedLength, found: bytes.count)
        }
        var reader = ByteReader(bytes, subject: .keySlot)
        let format = try reader.byte("a format")
        guard format == KeySlot.format else { throw .unsupportedFormat(.keySlot, found: format) }
        let storeIDBytes = try reader.bytes(StoreID.length, "a store id")
        storeID = try StoreID(storeIDBytes.span)
        let kindOffset = reader.offset
        guard let kind = UnlockSecret.Kind(rawValue: try reader.byte("a kind")) else {
            throw .malformed(.keySlot, offset: kindOffset, expected: "kind 1 or 2")
        }
        self.kind = kind
        let salt = try reader.bytes(KeyDerivation.saltLength, "a salt")
        let costOffset = reader.offset
        let cost = KeyDerivation.Cost(
            operations: try reader.integer(UInt32.self, "passes"),
            memoryKiB: try reader.integer(UInt32.self, "memory"))
        switch kind {
        case .passphrase:
            try limits.check(cost)
        case .keyFile:
            guard cost == KeyDerivation.Cost(operations: 0, memoryKiB: 0) else {
                throw .malformed(.keySlot, offset: costOffset, expected: "no cost for a key file")
            }
        }
        derivation = KeyDerivation(salt: salt, cost: cost)
        sealedKey = try reader.bytes(AEAD.sealedKeyLength, "a sealed key")
        try reader.end()
    }

    /// The slot's `encodedLength` bytes.
    public var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(KeySlot.encodedLength)
        bytes.append(KeySlot.format)
        bytes.append(contentsOf: storeID.bytes)
        bytes.append(kind.rawValue)
        bytes.append(contentsOf: derivation.salt)
        bytes.append(bigEndian: derivation.cost.operations)
        bytes.append(bigEndian: derivation.cost.memoryKiB)
        bytes.append(contentsOf: sealedKey)
        return bytes
    }

    /// Opens the slot. With a passphrase this takes the time and memory of `cost`.
    ///
    /// - Returns: The master key.
    /// - Throws: `VaultError.wrongKindOfSecret`, `.wrongPassphraseOrKeyFile` (also if any byte of the
    ///   slot was changed, which cannot be told apart), or `.outOfMemory`.
    public func masterKey(unlockedWith secret: UnlockSecret) throws(VaultError) -> SecretKey {
        guard secret.kind == kind else { throw .wrongKindOfSecret(expected: kind) }
        let unlockKey = try KeySlot.unlockKey(secret, derivation)
        return try AEAD.openKey(
            sealedKey.span, key: unlockKey,
            associatedData: KeySlot.header(storeID: storeID, kind: kind, derivation: derivation),
            memory: .shared, failure: .wrongPassphraseOrKeyFile)
    }

    private static func unlockKey(
        _ secret: UnlockSecret, _ derivation: KeyDerivation
    ) throws(VaultError) -> SecretKey {
        switch secret {
        case .passphrase(let passphrase):
            return try derivation.key(from: passphrase)
        case .keyFile(let file):
            let salt = derivation.salt.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return try file.key.derive(context: KeyContext.unlock + salt)
        }
    }

    /// The header is bound whole: 42 bytes, store id first, format last, the rest in order.
    private static func header(
        storeID: StoreID, kind: UnlockSecret.Kind, derivation: KeyDerivation
    ) -> AssociatedData {
        var header = AssociatedData(storeID)
        header.append(kind.rawValue)
        for byte in derivation.salt { header.append(byte) }
        header.append(UInt64(derivation.cost.operations) << 32 | UInt64(derivation.cost.memoryKiB))
        header.append(format)
        return header
    }
}

/// The labels under which keys are derived; no two uses share one.
enum KeyContext {
    static let unlock = "avow unlock 1 "
    static let storeSecrets = "avow store secrets 1"
    static let patientKeys = "avow patient keys 1"
    static let nodes = "avow nodes 1"
    static let dictionaries = "avow dictionaries 1"
    static let identifiers = "avow identifiers 1"
}
