internal import AvowStorage
internal import AvowTree

extension BlobTable {
    /// Sealed records, by blob id.
    static let records = BlobTable("records")
    /// Sealed compression dictionaries, by dictionary id.
    static let dictionaries = BlobTable("dictionaries")
    /// Commit records as the log holds them, by sequence.
    static let commits = BlobTable("commits")
    /// Hashes of the log's complete subtrees, by the position in which they became complete.
    static let logHashes = BlobTable("log")
    /// Sealed states of the versions that can be read, by the sequence of their commit.
    static let versions = BlobTable("versions")
    /// Sealed changes of the tree, by the sequence of their commit, of commits whose nodes are not written.
    static let changes = BlobTable("changes")
}

extension KeyTable {
    /// What is needed to open the store.
    static let header = KeyTable("header")
    /// Wrapped keys of patients, by pseudonym.
    static let patients = KeyTable("patients")
}

extension StorageTables {
    /// All tables of a store.
    static let store = StorageTables(
        blobs: [.nodes, .records, .dictionaries, .commits, .logHashes, .versions, .changes],
        keys: [.header, .patients])
    /// All tables of an audit ledger.
    static let ledger = StorageTables(blobs: [.nodes, .commits, .logHashes, .versions], keys: [.header])
}

/// Names of the values in the header.
enum HeaderName {
    /// One byte: the format version.
    static let format = Array("format".utf8)
    /// The key slot: from passphrase or key file to the master key.
    static let keySlot = Array("key slot".utf8)
    /// The store's own secrets, sealed under the master key.
    static let secrets = Array("secrets".utf8)
    /// The store's settings, sealed.
    static let settings = Array("settings".utf8)
    /// Which versions of the tree are kept, sealed; absent when it is the newest alone.
    static let retention = Array("retention".utf8)
    /// The newest signed checkpoint.
    static let checkpoint = Array("checkpoint".utf8)
}
