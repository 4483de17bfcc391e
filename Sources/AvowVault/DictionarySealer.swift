/// Seals dictionaries under a key derived from the store's: they are free of personal data, but tell
/// what kind of records a store holds.
public struct DictionarySealer: Sendable {
    private let key: SecretKey
    private let storeID: StoreID

    /// The sealer of one store's dictionaries.
    public init(storeKey: SecretKey, storeID: StoreID) throws(VaultError) {
        key = try storeKey.derive(context: KeyContext.dictionaries)
        self.storeID = storeID
    }

    /// Seals a dictionary's record, bound to its id.
    public func seal(_ dictionary: CompressionDictionary) -> [UInt8] {
        let associatedData = associatedData(dictionary.id)
        return AEAD.seal(dictionary.encoded.span, key: key, associatedData: associatedData.span)
    }

    /// Opens the dictionary that stands under `id`.
    ///
    /// - Throws: `VaultError.notAuthentic` unless the bytes are those sealed for this id and store;
    ///   otherwise as `CompressionDictionary.init(encoded:)`.
    public func open(_ sealed: Span<UInt8>, id: UInt32) throws(VaultError) -> CompressionDictionary {
        let associatedData = associatedData(id)
        let record: [UInt8]
        do {
            record = try AEAD.open(sealed, key: key, associatedData: associatedData.span)
        } catch {
            throw .notAuthentic(.dictionary)
        }
        let dictionary = try CompressionDictionary(encoded: record.span)
        guard dictionary.id == id else {
            throw .malformed(.dictionary, offset: 1, expected: "dictionary id \(id)")
        }
        return dictionary
    }

    private func associatedData(_ id: UInt32) -> [UInt8] {
        var data = storeID.bytes
        data.append(bigEndian: UInt64(id))
        return data
    }
}

extension DictionarySealer: Redacted {}
