/// The store's own random keys, sealed as one blob under the master key.
///
/// They are random, not derived, so that they stay as they are when a store gets a new master key.
public struct StoreSecrets: Equatable, Sendable {
    /// Nodes' and dictionaries' keys are derived from it.
    public let storeKey: SecretKey
    /// Decides where tree nodes end.
    public let boundaryKey: BoundaryKey
    /// The 32-byte seed of the Ed25519 key that signs checkpoints.
    public let signingSeed: SecretKey

    private static let format: UInt8 = 1
    private static let plaintextLength = 2 * SecretKey.length + BoundaryKey.length
    /// Bytes of the sealed blob.
    public static let sealedLength = 1 + plaintextLength + AEAD.overhead

    /// New random secrets.
    public static func random() throws(VaultError) -> StoreSecrets {
        StoreSecrets(
            storeKey: try SecretKey.random(), boundaryKey: try BoundaryKey.random(),
            signingSeed: try SecretKey.random())
    }

    private init(storeKey: SecretKey, boundaryKey: BoundaryKey, signingSeed: SecretKey) {
        self.storeKey = storeKey
        self.boundaryKey = boundaryKey
        self.signingSeed = signingSeed
    }

    /// Opens the blob.
    ///
    /// - Throws: `VaultError.wrongLength`, `.unsupportedFormat`, or `.notAuthentic` if it was changed or
    ///   belongs to another store or master key.
    public init(
        opening sealed: Span<UInt8>, masterKey: SecretKey, storeID: StoreID
    ) throws(VaultError) {
        guard sealed.count == StoreSecrets.sealedLength else {
            throw .wrongLength(.storeSecrets, expected: StoreSecrets.sealedLength, found: sealed.count)
        }
        guard sealed[0] == StoreSecrets.format else {
            throw .unsupportedFormat(.storeSecrets, found: sealed[0])
        }
        let key = try masterKey.derive(context: KeyContext.storeSecrets)
        let count = StoreSecrets.plaintextLength
        let plaintext = try unsafe SecretBytes(count: count) { (destination) throws(VaultError) in
            // The sealed length was checked, so exactly `count` bytes are written.
            let isAuthentic = unsafe sealed.withUnsafeBufferPointer { sealed in
                unsafe StoreSecrets.associatedData(storeID).withBytes { associatedData in
                    unsafe AEAD.open(
                        UnsafeBufferPointer(rebasing: sealed[1...]),
                        into: UnsafeMutableBufferPointer(start: destination, count: count), key: key,
                        associatedData: associatedData)
                }
            }
            guard isAuthentic else { throw .notAuthentic(.storeSecrets) }
        }
        // Three neighbouring parts whose lengths add up to `count`.
        (storeKey, boundaryKey, signingSeed) = try unsafe plaintext.withBytes {
            (plaintext) throws(VaultError) in
            let parts = unsafe Span(_unsafeElements: plaintext)
            return (
                try SecretKey(copying: parts.extracting(0..<32)),
                try BoundaryKey(copying: parts.extracting(32..<48)),
                try SecretKey(copying: parts.extracting(48..<80))
            )
        }
    }

    /// Seals the secrets under the master key, for one store.
    public func sealed(masterKey: SecretKey, storeID: StoreID) throws(VaultError) -> [UInt8] {
        let key = try masterKey.derive(context: KeyContext.storeSecrets)
        let plaintext = try unsafe SecretBytes(count: StoreSecrets.plaintextLength) {
            (destination) throws(VaultError) in
            // 32, 16 and 32 bytes fill the 80 of the allocation.
            unsafe storeKey.withPointer { unsafe destination.update(from: $0, count: 32) }
            unsafe boundaryKey.slot.withBytes { unsafe (destination + 32).update(from: $0, count: 16) }
            unsafe signingSeed.withPointer { unsafe (destination + 48).update(from: $0, count: 32) }
        }
        // The capacity asked for is filled: one byte of format, then what sealing writes.
        return unsafe [UInt8](unsafeUninitializedCapacity: StoreSecrets.sealedLength) { output, count in
            unsafe output[0] = StoreSecrets.format
            unsafe plaintext.withBytes { plaintext in
                unsafe StoreSecrets.associatedData(storeID).withBytes { associatedData in
                    unsafe AEAD.seal(
                        plaintext,
                        into: UnsafeMutableBufferPointer(rebasing: output[1..<StoreSecrets.sealedLength]),
                        key: key, associatedData: associatedData)
                }
            }
            count = StoreSecrets.sealedLength
        }
    }

    private static func associatedData(_ storeID: StoreID) -> AssociatedData {
        var data = AssociatedData(storeID)
        data.append(format)
        return data
    }
}

extension StoreSecrets: Redacted {}
