internal import AvowProof
internal import AvowStorage
internal import AvowVault

/// What a tree and its versions are sealed and shaped with.
struct TreeKeys: Sendable {
    let nodes: NodeSealer
    let state: StateSealer
    let boundary: BoundaryHash

    init(_ key: SecretKey, _ storeID: StoreID, _ boundary: BoundaryHash) throws(VaultError) {
        nodes = try NodeSealer(storeKey: key, storeID: storeID)
        state = try StateSealer(storeKey: key, storeID: storeID)
        self.boundary = boundary
    }
}

/// What an opened store holds to seal, open, hash and sign with.
struct StoreKeys: Sendable {
    let storeID: StoreID
    /// Those of the store's own tree.
    let tree: TreeKeys
    /// Those of the tree of its audit ledger.
    let ledger: TreeKeys
    let dictionaries: DictionarySealer
    let patients: PatientKeySealer
    let identifiers: IdentifierBlinder
    private let signingSeed: SecretKey

    var nodes: NodeSealer { tree.nodes }
    var state: StateSealer { tree.state }
    var boundary: BoundaryHash { tree.boundary }

    init(masterKey: SecretKey, storeID: StoreID, _ secrets: StoreSecrets) throws(VaultError) {
        self.storeID = storeID
        let boundary = BoundaryHash(secrets.boundaryKey)
        tree = try TreeKeys(secrets.storeKey, storeID, boundary)
        ledger = try TreeKeys(try secrets.storeKey.derive(context: "avow audit 1"), storeID, boundary)
        dictionaries = try DictionarySealer(storeKey: secrets.storeKey, storeID: storeID)
        patients = try PatientKeySealer(masterKey: masterKey, storeID: storeID)
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
