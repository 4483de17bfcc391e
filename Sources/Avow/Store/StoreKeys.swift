internal import AvowProof
internal import AvowStorage
internal import AvowVault

/// What an opened store holds to seal, open, hash and sign with.
struct StoreKeys: Sendable {
    let storeID: StoreID
    let nodes: NodeSealer
    let state: StateSealer
    let dictionaries: DictionarySealer
    let patients: PatientKeySealer
    let boundary: BoundaryHash
    let identifiers: IdentifierBlinder
    private let signingSeed: SecretKey

    init(masterKey: SecretKey, storeID: StoreID, _ secrets: StoreSecrets) throws(VaultError) {
        self.storeID = storeID
        nodes = try NodeSealer(storeKey: secrets.storeKey, storeID: storeID)
        state = try StateSealer(storeKey: secrets.storeKey, storeID: storeID)
        dictionaries = try DictionarySealer(storeKey: secrets.storeKey, storeID: storeID)
        patients = try PatientKeySealer(masterKey: masterKey, storeID: storeID)
        boundary = BoundaryHash(secrets.boundaryKey)
        identifiers = try IdentifierBlinder(storeKey: secrets.storeKey)
        signingSeed = secrets.signingSeed
    }

    /// The key that signs checkpoints under a name.
    func signingKey(_ origin: String) throws(StoreError) -> SigningKey {
        try mapping(StoreError.note) { () throws(NoteError) in
            let name = try NoteKeyName(origin)
            return try signingSeed.withBytes { (seed) throws(NoteError) in try SigningKey(name: name, seed: seed) }
        }
    }
}
