import CSodium

/// Compresses and seals records, and opens them. Not Sendable: each thread makes its own.
///
/// ```
/// sealed   = 0x01, dictionary id (canonical LEB128), nonce (24),
///            XChaCha20-Poly1305(patientKey, nonce, frame ‖ zeros, associated data)
/// saltSeed = BLAKE2b-256(key: patientKey, message: "avow salt" ‖ nonce)
/// ```
/// `frame` is the JSON as one Zstandard frame without magic number; it knows its own end, so the zeros
/// need no marker. There are none while the blob is small; a large one is filled up to whole pages
/// (`BlobLength.ofRecord`). The associated data is `store id ‖ pseudonym (8) ‖ 0x01 ‖ dictionary id`:
/// with the id outside, a changed id could decompress to other text with nothing to notice it.
public final class RecordSealer {
    /// A sealed record and the seed of its salts.
    public struct Sealed: Equatable, Sendable {
        /// What is stored.
        public let bytes: [UInt8]
        /// Blinds the record's members.
        public let saltSeed: SaltSeed
    }

    /// An opened record and the seed of its salts.
    public struct Opened: Equatable, Sendable {
        /// The JSON, byte for byte as it was sealed.
        public let json: [UInt8]
        /// The seed that sealing gave.
        public let saltSeed: SaltSeed
    }

    /// Scratch above this is given back after use.
    private static let largestKeptScratch = 1 << 20

    private let storeID: StoreID
    private let limit: Int
    private let compressor: Compressor
    private let decompressor: Decompressor
    /// Compressed plaintext on its way: kept to save an allocation a record, wiped at the end.
    private var scratch: [UInt8] = []

    /// - Parameters:
    ///   - storeID: The store that the records belong to.
    ///   - limit: The longest JSON that is sealed or opened, in bytes.
    public init(storeID: StoreID, limit: Int = 64 << 20) throws(VaultError) {
        self.storeID = storeID
        self.limit = limit
        compressor = try Compressor()
        decompressor = try Decompressor(limit: limit)
    }

    deinit {
        wipeScratch()
    }

    /// Compresses and seals one record.
    ///
    /// - Parameters:
    ///   - json: The compact JSON.
    ///   - key: The patient's key.
    ///   - pseudonym: The patient's eight bytes, as a big-endian number.
    ///   - dictionary: Of the record's type, if there is one.
    /// - Throws: `VaultError.tooLarge` if the JSON is longer than the limit.
    public func seal(
        json: Span<UInt8>, key: SecretKey, pseudonym: UInt64, dictionary: CompressionDictionary? = nil
    ) throws(VaultError) -> Sealed {
        guard json.count <= limit else {
            throw .tooLarge(.record, length: UInt64(json.count), limit: limit)
        }
        growScratch(Compressor.bound(json.count) + BlobLength.page)
        defer { trimScratch() }
        let frameEnd = try compressor.compress(json, dictionary: dictionary, into: &scratch)
        let header = RecordHeader(dictionaryID: dictionary?.id ?? 0)
        let length = BlobLength.ofRecord(header.length + AEAD.overhead + frameEnd - Frame.magic.count)
        let plaintextEnd = Frame.magic.count + length - header.length - AEAD.overhead
        for index in frameEnd..<plaintextEnd { scratch[index] = 0 }
        let associatedData = header.associatedData(storeID, pseudonym)

        // The capacity asked for is filled: the header, then what sealing writes. The plaintext ends
        // within the scratch, which has room for a page behind the longest frame.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: length) { output, count in
            unsafe header.write(to: output)
            unsafe scratch.withUnsafeBufferPointer { scratch in
                unsafe associatedData.withBytes { associatedData in
                    unsafe AEAD.seal(
                        UnsafeBufferPointer(rebasing: scratch[Frame.magic.count..<plaintextEnd]),
                        into: UnsafeMutableBufferPointer(rebasing: output[header.length..<length]), key: key,
                        associatedData: associatedData)
                }
            }
            count = length
        }
        return Sealed(bytes: bytes, saltSeed: saltSeed(of: bytes.span, header, key))
    }

    /// Opens one record.
    ///
    /// - Parameters:
    ///   - sealed: The stored bytes.
    ///   - key: The patient's key.
    ///   - pseudonym: The patient's eight bytes, as a big-endian number.
    ///   - dictionaries: The store's dictionaries.
    /// - Throws: `VaultError.notAuthentic` unless the bytes are those sealed for this patient and store;
    ///   `.unknownDictionary` if they are, but the dictionary is missing; `.unsupportedFormat`,
    ///   `.malformed` or `.tooLarge`.
    public func open(
        _ sealed: Span<UInt8>, key: SecretKey, pseudonym: UInt64,
        dictionaries: DictionarySet = DictionarySet()
    ) throws(VaultError) -> Opened {
        let header = try RecordHeader(sealed)
        let plaintextLength = sealed.count - header.length - AEAD.overhead
        guard plaintextLength >= 0 else { throw .notAuthentic(.record) }
        growScratch(Frame.magic.count + plaintextLength)
        defer { trimScratch() }
        for index in Frame.magic.indices { scratch[index] = Frame.magic[index] }
        let plaintextEnd = Frame.magic.count + plaintextLength
        let associatedData = header.associatedData(storeID, pseudonym)

        // The scratch has room for the plaintext behind the magic number; the span outlives the call.
        let isAuthentic = unsafe scratch.withUnsafeMutableBufferPointer { scratch in
            unsafe sealed.withUnsafeBufferPointer { sealed in
                unsafe associatedData.withBytes { associatedData in
                    unsafe AEAD.open(
                        UnsafeBufferPointer(rebasing: sealed[header.length...]),
                        into: UnsafeMutableBufferPointer(rebasing: scratch[Frame.magic.count..<plaintextEnd]),
                        key: key, associatedData: associatedData)
                }
            }
        }
        guard isAuthentic else { throw .notAuthentic(.record) }

        // Only now, since the id is authentic: a flipped bit must not read as a missing dictionary.
        var dictionary: CompressionDictionary?
        if header.dictionaryID != 0 {
            dictionary = dictionaries[id: header.dictionaryID]
            guard dictionary != nil else { throw .unknownDictionary(id: header.dictionaryID) }
        }
        let frameEnd = try decompressor.frameEnd(in: scratch, upTo: plaintextEnd)
        let frameLength = frameEnd - Frame.magic.count
        guard BlobLength.ofRecord(header.length + AEAD.overhead + frameLength) == sealed.count,
            scratch[frameEnd..<plaintextEnd].allSatisfy({ $0 == 0 })
        else { throw .malformed(.record, offset: frameLength, expected: "zeros up to whole pages") }
        let json = try decompressor.decompress(scratch, frameEnd: frameEnd, dictionary: dictionary)
        return Opened(json: json, saltSeed: saltSeed(of: sealed, header, key))
    }

    /// The dictionary that a sealed record names; zero if none. Not authenticated.
    public static func dictionaryID(of sealed: Span<UInt8>) throws(VaultError) -> UInt32 {
        try RecordHeader(sealed).dictionaryID
    }

    private func saltSeed(of sealed: Span<UInt8>, _ header: RecordHeader, _ key: SecretKey) -> SaltSeed {
        // A sealed record holds a nonce behind its header.
        unsafe sealed.extracting(header.length..<header.length + AEAD.nonceLength).withUnsafeBufferPointer {
            unsafe SaltSeed(patientKey: key, nonce: $0)
        }
    }

    private func growScratch(_ count: Int) {
        guard scratch.count < count else { return }
        wipeScratch()
        scratch = [UInt8](repeating: 0, count: count)
    }

    private func trimScratch() {
        guard scratch.count > RecordSealer.largestKeptScratch else { return }
        wipeScratch()
        scratch = []
    }

    private func wipeScratch() {
        // Zeroes the array's own bytes.
        unsafe scratch.withUnsafeMutableBytes { unsafe sodium_memzero($0.baseAddress, $0.count) }
    }
}
