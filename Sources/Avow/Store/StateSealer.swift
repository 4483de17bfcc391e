internal import AvowProof
internal import AvowVault

/// Seals the small blobs that a store keeps about itself: settings and versions.
struct StateSealer: Sendable {
    private let key: SecretKey
    private let storeID: StoreID

    init(storeKey: SecretKey, storeID: StoreID) throws(VaultError) {
        key = try storeKey.derive(context: "avow state 1")
        self.storeID = storeID
    }

    func seal(_ bytes: [UInt8], as name: String, id: UInt64) -> [UInt8] {
        let data = associatedData(name, id)
        return AEAD.seal(bytes.span, key: key, associatedData: data.span)
    }

    func open(_ sealed: [UInt8], as name: String, id: UInt64) throws(StoreError) -> [UInt8] {
        let data = associatedData(name, id)
        do throws(VaultError) {
            return try AEAD.open(sealed.span, key: key, associatedData: data.span)
        } catch {
            throw .damaged(part: "\(name) \(id)", reason: "\(error)")
        }
    }

    /// What binds a blob to its place: the store, what it is, which one.
    private func associatedData(_ name: String, _ id: UInt64) -> [UInt8] {
        var data = storeID.bytes
        data.append(contentsOf: Array(name.utf8))
        data.append(0)
        data.append(bigEndian: id)
        return data
    }
}
