import AvowProof
@testable import AvowVault

// The vault takes spans. Swift 6.3 crashes on the span of a temporary array in a call that throws, so
// tests hand over arrays, and the span is taken of a parameter here.

extension SecretKey {
    init(copying bytes: [UInt8], in memory: SecretMemory = .shared) throws(VaultError) {
        try self.init(copying: bytes.span, in: memory)
    }
}

extension BoundaryKey {
    init(copying bytes: [UInt8]) throws(VaultError) { try self.init(copying: bytes.span) }
}

extension BoundaryHash {
    func callAsFunction(_ bytes: [UInt8]) -> UInt64 { self(bytes.span) }
}

extension StoreID {
    init(_ bytes: [UInt8]) throws(VaultError) { try self.init(bytes.span) }
}

extension AEAD {
    static func seal(_ plaintext: [UInt8], key: SecretKey, associatedData: [UInt8]) -> [UInt8] {
        seal(plaintext.span, key: key, associatedData: associatedData.span)
    }

    static func seal(
        _ plaintext: [UInt8], key: SecretKey, associatedData: [UInt8], appendingTo output: inout [UInt8]
    ) {
        seal(plaintext.span, key: key, associatedData: associatedData.span, appendingTo: &output)
    }

    static func open(
        _ sealed: [UInt8], key: SecretKey, associatedData: [UInt8]
    ) throws(VaultError) -> [UInt8] {
        try open(sealed.span, key: key, associatedData: associatedData.span)
    }

    static func open(
        _ sealed: [UInt8], key: SecretKey, associatedData: [UInt8], appendingTo output: inout [UInt8]
    ) throws(VaultError) {
        try open(sealed.span, key: key, associatedData: associatedData.span, appendingTo: &output)
    }
}

extension KeySlot {
    init(encoded bytes: [UInt8], limits: KeyDerivation.Limits = .standard) throws(VaultError) {
        try self.init(encoded: bytes.span, limits: limits)
    }
}

extension StoreSecrets {
    init(opening sealed: [UInt8], masterKey: SecretKey, storeID: StoreID) throws(VaultError) {
        try self.init(opening: sealed.span, masterKey: masterKey, storeID: storeID)
    }
}

extension PatientKeySealer {
    func open(_ sealed: [UInt8], pseudonym: UInt64, counter: UInt64) throws(VaultError) -> RecordKey {
        try open(sealed.span, pseudonym: pseudonym, counter: counter)
    }
}

extension NodeSealer {
    func seal(_ node: [UInt8], nodeID: UInt64, hash: Digest = sampleHash) -> [UInt8] {
        seal(node.span, nodeID: nodeID, hash: hash)
    }

    func open(_ sealed: [UInt8], nodeID: UInt64, hash: Digest = sampleHash) throws(VaultError) -> [UInt8] {
        try open(sealed.span, nodeID: nodeID, hash: hash)
    }
}

extension Compressor {
    func compress(_ plaintext: [UInt8], dictionary: CompressionDictionary? = nil) throws(VaultError)
        -> [UInt8]
    {
        try compress(plaintext.span, dictionary: dictionary)
    }
}

extension Decompressor {
    func decompress(_ frame: [UInt8], dictionary: CompressionDictionary? = nil) throws(VaultError) -> [UInt8] {
        try decompress(frame.span, dictionary: dictionary)
    }
}

extension CompressionDictionary {
    convenience init(encoded record: [UInt8]) throws(VaultError) { try self.init(encoded: record.span) }

    static func train(
        concatenated samples: [UInt8], lengths: [Int], id: UInt32, typeNumber: UInt32, generation: UInt32
    ) throws(VaultError) -> CompressionDictionary {
        try train(
            concatenated: samples.span, lengths: lengths, id: id, typeNumber: typeNumber,
            generation: generation)
    }
}

extension DictionarySealer {
    func open(_ sealed: [UInt8], id: UInt32) throws(VaultError) -> CompressionDictionary {
        try open(sealed.span, id: id)
    }
}

extension RecordSealer {
    func seal(
        json: [UInt8], key: RecordKey, pseudonym: UInt64, recordID: UInt64 = 9,
        dictionary: CompressionDictionary? = nil
    ) throws(VaultError) -> Sealed {
        try seal(json: json.span, key: key, pseudonym: pseudonym, recordID: recordID, dictionary: dictionary)
    }

    func open(
        _ sealed: [UInt8], key: RecordKey, pseudonym: UInt64, recordID: UInt64 = 9,
        dictionaries: DictionarySet = DictionarySet()
    ) throws(VaultError) -> [UInt8] {
        try open(sealed.span, key: key, pseudonym: pseudonym, recordID: recordID, dictionaries: dictionaries)
    }

    static func saltSeed(of sealed: [UInt8], key: RecordKey) throws(VaultError) -> SaltSeed {
        try saltSeed(of: sealed.span, key: key)
    }

    static func dictionaryID(of sealed: [UInt8]) throws(VaultError) -> UInt32 {
        try dictionaryID(of: sealed.span)
    }
}

/// The hash of a node.
let sampleHash = Digest(.leaf, [1])
