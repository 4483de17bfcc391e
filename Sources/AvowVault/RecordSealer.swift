import CSodium

/// Compresses and seals records, and opens them. Not Sendable: each thread makes its own.
///
/// ```
/// sealed   = 0x02, dictionary id (canonical LEB128), nonce (24),
///            XChaCha20-Poly1305(patientKey, nonce, frame ‖ column ‖ zeros, associated data)
/// saltSeed = BLAKE2b-256(key: patientKey, message: "avow salt" ‖ nonce)
/// ```
/// `frame` and `column` are the JSON as a ``CondensedText``, its text as one Zstandard frame without magic
/// number. The frame knows its own end and the text the length of the column, so the zeros
/// need no marker. There are none while the blob is small; a large one is filled up to whole pages
/// (`BlobLength.ofRecord`). The associated data is
/// `store id ‖ pseudonym (8) ‖ record id (8) ‖ 0x02 ‖ dictionary id`. With the dictionary's id outside,
/// a changed one could decompress to other text with nothing to notice it; with the record's id
/// outside, a record could be put in the place of another one of the same patient.
public final class RecordSealer {
    /// A sealed record and the seed of its salts.
    public struct Sealed: Equatable, Sendable {
        /// What is stored.
        public let bytes: [UInt8]
        /// Blinds the record's members.
        public let saltSeed: SaltSeed
    }

    private let storeID: StoreID
    private let limit: Int
    private let compressor: Compressor
    private let decompressor: Decompressor
    /// Compressed plaintext on its way: kept to save an allocation a record, wiped at the end.
    private var scratch: [UInt8] = []
    /// Condensed text on its way out, likewise.
    private var text: [UInt8] = []
    private var condensed = CondensedText()
    private var plain = Scratch()

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
        RecordSealer.wipe(&scratch)
        RecordSealer.wipe(&text)
    }

    /// Compresses and seals one record.
    ///
    /// - Parameters:
    ///   - json: The compact JSON.
    ///   - key: The patient's key.
    ///   - pseudonym: The patient's eight bytes, as a big-endian number.
    ///   - recordID: The id that the sealed record will stand under, which no other ever has.
    ///   - dictionary: Of the record's type, if there is one.
    /// - Throws: `VaultError.tooLarge` if the JSON is longer than the limit.
    public func seal(
        json: Span<UInt8>, key: SecretKey, pseudonym: UInt64, recordID: UInt64,
        dictionary: CompressionDictionary? = nil
    ) throws(VaultError) -> Sealed {
        guard json.count <= limit else {
            throw .tooLarge(.record, length: UInt64(json.count), limit: limit)
        }
        defer { RecordSealer.trim(&scratch) }
        let columnEnd = try compress(json, dictionary)
        let header = RecordHeader(dictionaryID: dictionary?.id ?? 0)
        let length = BlobLength.ofRecord(header.length + AEAD.overhead + columnEnd - Frame.magic.count)
        let plaintextEnd = Frame.magic.count + length - header.length - AEAD.overhead
        for index in columnEnd..<plaintextEnd { scratch[index] = 0 }
        let associatedData = header.associatedData(storeID, pseudonym, recordID)

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
        return Sealed(bytes: bytes, saltSeed: RecordSealer.saltSeed(of: bytes.span, header, key))
    }

    /// What a record takes at rest before it is sealed, in bytes.
    public func compressedLength(
        of json: Span<UInt8>, dictionary: CompressionDictionary?
    ) throws(VaultError) -> Int {
        defer { RecordSealer.trim(&scratch) }
        return try compress(json, dictionary) - Frame.magic.count
    }

    /// Writes frame and column of a text into the scratch, which has room for a page behind them.
    ///
    /// - Returns: Where they end; they begin behind the magic number.
    private func compress(
        _ json: Span<UInt8>, _ dictionary: CompressionDictionary?
    ) throws(VaultError) -> Int {
        condensed.condense(json)
        RecordSealer.grow(&scratch, Compressor.bound(CondensedText.bound(json.count)) + BlobLength.page)
        return try condensed.compress(compressor, dictionary, into: &scratch)
    }

    /// Opens one record for a while, without allocating.
    ///
    /// - Parameters:
    ///   - sealed: The stored bytes.
    ///   - key: The patient's key.
    ///   - pseudonym: The patient's eight bytes, as a big-endian number.
    ///   - recordID: The id that the sealed record stands under.
    ///   - dictionaries: The store's dictionaries.
    ///   - body: Called with the JSON, byte for byte as it was sealed. Must not use this sealer.
    /// - Throws: `VaultError.notAuthentic` unless the bytes are those sealed for this patient and store
    ///   under this id; `.unknownDictionary` if they are, but the dictionary is missing;
    ///   `.unsupportedFormat`, `.malformed` or `.tooLarge`.
    public func withOpened<Value>(
        _ sealed: Span<UInt8>, key: SecretKey, pseudonym: UInt64, recordID: UInt64,
        dictionaries: DictionarySet = DictionarySet(), _ body: (Span<UInt8>) -> Value
    ) throws(VaultError) -> Value {
        let header = try RecordHeader(sealed)
        let plaintextLength = sealed.count - header.length - AEAD.overhead
        guard plaintextLength >= 0 else { throw .notAuthentic(.record) }
        RecordSealer.grow(&scratch, Frame.magic.count + plaintextLength)
        defer { RecordSealer.trim(&scratch) }
        for index in Frame.magic.indices { scratch[index] = Frame.magic[index] }
        let plaintextEnd = Frame.magic.count + plaintextLength
        let associatedData = header.associatedData(storeID, pseudonym, recordID)

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
        let length = try decompressor.contentLength(of: scratch, frameEnd: frameEnd)
        RecordSealer.grow(&text, length)
        defer { RecordSealer.trim(&text) }
        try decompressor.decompress(scratch, frameEnd: frameEnd, dictionary: dictionary, into: &text, length)
        let columnEnd =
            try frameEnd
            + CondensedText.expand(
                text.span.extracting(first: length), scratch.span.extracting(frameEnd..<plaintextEnd),
                limit: limit, into: &plain)
        let plaintextUsed = columnEnd - Frame.magic.count
        guard BlobLength.ofRecord(header.length + AEAD.overhead + plaintextUsed) == sealed.count,
            scratch[columnEnd..<plaintextEnd].allSatisfy({ $0 == 0 })
        else { throw .malformed(.record, offset: plaintextUsed, expected: "zeros up to whole pages") }
        return body(plain.span)
    }

    /// Opens one record; as `withOpened(_:key:pseudonym:recordID:dictionaries:_:)`.
    ///
    /// - Returns: The JSON, byte for byte as it was sealed.
    public func open(
        _ sealed: Span<UInt8>, key: SecretKey, pseudonym: UInt64, recordID: UInt64,
        dictionaries: DictionarySet = DictionarySet()
    ) throws(VaultError) -> [UInt8] {
        try withOpened(
            sealed, key: key, pseudonym: pseudonym, recordID: recordID, dictionaries: dictionaries
        ) { [UInt8](copying: $0) }
    }

    /// The seed of the salts of a sealed record, which `seal` gave. Means nothing unless the record opens.
    ///
    /// - Throws: `VaultError.unsupportedFormat`, `.malformed` or `.notAuthentic` for bytes that are no
    ///   sealed record at all.
    public static func saltSeed(of sealed: Span<UInt8>, key: SecretKey) throws(VaultError) -> SaltSeed {
        let header = try RecordHeader(sealed)
        guard sealed.count >= header.length + AEAD.overhead else { throw .notAuthentic(.record) }
        return saltSeed(of: sealed, header, key)
    }

    /// The dictionary that a sealed record names; zero if none. Not authenticated.
    public static func dictionaryID(of sealed: Span<UInt8>) throws(VaultError) -> UInt32 {
        try RecordHeader(sealed).dictionaryID
    }

    private static func saltSeed(of sealed: Span<UInt8>, _ header: RecordHeader, _ key: SecretKey) -> SaltSeed {
        // A sealed record holds a nonce behind its header.
        unsafe sealed.extracting(header.length..<header.length + AEAD.nonceLength).withUnsafeBufferPointer {
            unsafe SaltSeed(patientKey: key, nonce: $0)
        }
    }

    private static func grow(_ buffer: inout [UInt8], _ count: Int) {
        guard buffer.count < count else { return }
        wipe(&buffer)
        buffer = [UInt8](repeating: 0, count: count)
    }

    private static func trim(_ buffer: inout [UInt8]) {
        guard buffer.count > Scratch.largestKept else { return }
        wipe(&buffer)
        buffer = []
    }

    private static func wipe(_ buffer: inout [UInt8]) {
        // Zeroes the array's own bytes.
        unsafe buffer.withUnsafeMutableBytes { unsafe sodium_memzero($0.baseAddress, $0.count) }
    }
}
