public import AvowProof

/// Compresses and seals records, and opens them. Not Sendable: each thread makes its own.
///
/// ```
/// sealed   = 0x03, dictionary id (canonical LEB128), nonce (24),
///            XChaCha20-Poly1305(patientKey, nonce, frame ‖ column ‖ zeros, associated data)
/// saltSeed = BLAKE2b-256(key: patientKey, message: "avow salt" ‖ nonce)
/// ```
/// `frame` and `column` are the JSON as a ``CondensedText``, its text as one Zstandard frame without magic
/// number. The frame knows its own end and the text the length of the column, so the zeros
/// need no marker. There are none while the blob is small; a large one is filled up to whole pages
/// (`BlobLength.ofRecord`). The associated data is
/// `store id ‖ pseudonym (8) ‖ record id (8) ‖ 0x03 ‖ dictionary id`. With the dictionary's id outside,
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
    /// Compressed plaintext on its way.
    private var scratch = Scratch()
    /// Condensed text on its way out.
    private var text = Scratch()
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

    /// Compresses and seals one record; as `seal(json:key:pseudonym:recordID:dictionary:_:appendingTo:)`.
    public func seal(
        json: Span<UInt8>, key: RecordKey, pseudonym: UInt64, recordID: UInt64,
        dictionary: CompressionDictionary? = nil
    ) throws(VaultError) -> Sealed {
        var nonces = Nonces(count: 1)
        var bytes: [UInt8] = []
        let saltSeed = try seal(
            json: json, key: key, pseudonym: pseudonym, recordID: recordID, dictionary: dictionary, &nonces,
            appendingTo: &bytes)
        return Sealed(bytes: bytes, saltSeed: saltSeed)
    }

    /// Compresses and seals one record behind others.
    ///
    /// - Parameters:
    ///   - json: The compact JSON.
    ///   - key: The patient's.
    ///   - pseudonym: The patient's eight bytes, as a big-endian number.
    ///   - recordID: The id that the sealed record will stand under, which no other ever has.
    ///   - dictionary: Of the record's type, if there is one.
    ///   - nonces: What the next nonce is taken from.
    ///   - output: Grows by what is stored; stays as it was on failure.
    /// - Returns: What blinds the record's members.
    /// - Throws: `VaultError.tooLarge` if the JSON is longer than the limit.
    /// - Complexity: O(n), without an allocation when the output has room.
    public func seal(
        json: Span<UInt8>, key: RecordKey, pseudonym: UInt64, recordID: UInt64,
        dictionary: CompressionDictionary?, _ nonces: inout Nonces, appendingTo output: inout [UInt8]
    ) throws(VaultError) -> SaltSeed {
        guard json.count <= limit else {
            throw .tooLarge(.record, length: UInt64(json.count), limit: limit)
        }
        defer { self.scratch.removeAll(reserving: 0) }
        let (scratch, columnEnd) = try unsafe compress(json, key.patient, dictionary)
        let header = RecordHeader(dictionaryID: dictionary?.id ?? 0)
        let length = BlobLength.ofRecord(header.length + AEAD.overhead + columnEnd - Frame.magic.count)
        let plaintextEnd = Frame.magic.count + length - header.length - AEAD.overhead
        for index in columnEnd..<plaintextEnd { unsafe scratch[index] = 0 }
        let associatedData = header.associatedData(storeID, pseudonym, recordID)

        let start = output.count
        output.append(contentsOf: repeatElement(0, count: length))
        // The output has room for the header and what sealing writes from `start` on. The plaintext ends within the
        // scratch, which has room for a page behind the longest frame.
        unsafe output.withUnsafeMutableBufferPointer { output in
            let sealed = unsafe UnsafeMutableBufferPointer(rebasing: output[(start + header.length)...])
            unsafe header.write(to: UnsafeMutableBufferPointer(rebasing: output[start...]))
            unsafe nonces.write(to: sealed)
            unsafe associatedData.withBytes { associatedData in
                unsafe AEAD.sealBehindNonce(
                    UnsafeBufferPointer(rebasing: scratch[Frame.magic.count..<plaintextEnd]), into: sealed,
                    key: key.secret, associatedData: associatedData)
            }
        }
        return RecordSealer.saltSeed(of: output.span.extracting(start..<start + length), header, key)
    }

    /// What a record of a patient takes at rest before it is sealed, in bytes.
    public func compressedLength(
        of json: Span<UInt8>, patient: UUIDBytes?, dictionary: CompressionDictionary?
    ) throws(VaultError) -> Int {
        defer { self.scratch.removeAll(reserving: 0) }
        return try unsafe compress(json, patient, dictionary).end - Frame.magic.count
    }

    /// Writes frame and column of a text into the scratch, which has room for a page behind them.
    ///
    /// - Returns: the scratch, and where they end; they begin behind the magic number.
    @unsafe private func compress(
        _ json: Span<UInt8>, _ patient: UUIDBytes?, _ dictionary: CompressionDictionary?
    ) throws(VaultError) -> (scratch: UnsafeMutableBufferPointer<UInt8>, end: Int) {
        condensed.condense(json, patient: patient)
        let room = unsafe scratch.room(for: Compressor.bound(CondensedText.bound(json.count)) + BlobLength.page)
        return unsafe (room, try condensed.compress(compressor, dictionary, into: room))
    }

    /// Opens one record for a while, without allocating.
    ///
    /// - Parameters:
    ///   - sealed: The stored bytes.
    ///   - key: The patient's.
    ///   - pseudonym: The patient's eight bytes, as a big-endian number.
    ///   - recordID: The id that the sealed record stands under.
    ///   - dictionaries: The store's dictionaries.
    ///   - body: Called with the JSON, byte for byte as it was sealed. Must not use this sealer.
    /// - Throws: `VaultError.notAuthentic` unless the bytes are those sealed for this patient and store
    ///   under this id; `.unknownDictionary` if they are, but the dictionary is missing;
    ///   `.unsupportedFormat`, `.malformed` or `.tooLarge`.
    public func withOpened<Value>(
        _ sealed: Span<UInt8>, key: RecordKey, pseudonym: UInt64, recordID: UInt64,
        dictionaries: DictionarySet = DictionarySet(), _ body: (Span<UInt8>) -> Value
    ) throws(VaultError) -> Value {
        let header = try RecordHeader(sealed)
        let plaintextLength = sealed.count - header.length - AEAD.overhead
        guard plaintextLength >= 0 else { throw .notAuthentic(.record) }
        let plaintextEnd = Frame.magic.count + plaintextLength
        defer { self.scratch.removeAll(reserving: 0) }
        // The scratch has room for the plaintext behind the magic number, and is not asked for again before it was
        // read for the last time; the span outlives the call.
        let scratch = unsafe UnsafeMutableBufferPointer(rebasing: self.scratch.room(for: plaintextEnd)[..<plaintextEnd])
        for index in 0..<Frame.magic.count { unsafe scratch[index] = Frame.magic[index] }
        let associatedData = header.associatedData(storeID, pseudonym, recordID)
        let isAuthentic = unsafe sealed.withUnsafeBufferPointer { sealed in
            unsafe associatedData.withBytes { associatedData in
                unsafe AEAD.open(
                    UnsafeBufferPointer(rebasing: sealed[header.length...]),
                    into: UnsafeMutableBufferPointer(rebasing: scratch[Frame.magic.count...]), key: key.secret,
                    associatedData: associatedData)
            }
        }
        guard isAuthentic else { throw .notAuthentic(.record) }

        // Only now, since the id is authentic: a flipped bit must not read as a missing dictionary.
        var dictionary: CompressionDictionary?
        if header.dictionaryID != 0 {
            dictionary = dictionaries[id: header.dictionaryID]
            guard dictionary != nil else { throw .unknownDictionary(id: header.dictionaryID) }
        }
        let frameEnd = try unsafe decompressor.frameEnd(in: UnsafeBufferPointer(scratch))
        let frame = unsafe UnsafeBufferPointer(rebasing: scratch[..<frameEnd])
        let length = try unsafe decompressor.contentLength(of: frame)
        defer { self.text.removeAll(reserving: 0) }
        // As the scratch.
        let text = unsafe UnsafeMutableBufferPointer(rebasing: self.text.room(for: length)[..<length])
        try unsafe decompressor.decompress(frame, dictionary: dictionary, into: text)
        let columnEnd =
            try frameEnd
            + CondensedText.expand(
                unsafe Span(_unsafeElements: UnsafeBufferPointer(text)),
                unsafe Span(_unsafeElements: UnsafeBufferPointer(rebasing: scratch[frameEnd...])), patient: key.patient,
                limit: limit, into: &plain)
        let plaintextUsed = columnEnd - Frame.magic.count
        var isFilledUp = BlobLength.ofRecord(header.length + AEAD.overhead + plaintextUsed) == sealed.count
        for index in columnEnd..<plaintextEnd where unsafe scratch[index] != 0 { isFilledUp = false }
        guard isFilledUp else {
            throw .malformed(.record, offset: plaintextUsed, expected: "zeros up to whole pages")
        }
        return body(plain.span)
    }

    /// Opens one record; as `withOpened(_:key:pseudonym:recordID:dictionaries:_:)`.
    ///
    /// - Returns: The JSON, byte for byte as it was sealed.
    public func open(
        _ sealed: Span<UInt8>, key: RecordKey, pseudonym: UInt64, recordID: UInt64,
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
    public static func saltSeed(of sealed: Span<UInt8>, key: RecordKey) throws(VaultError) -> SaltSeed {
        let header = try RecordHeader(sealed)
        guard sealed.count >= header.length + AEAD.overhead else { throw .notAuthentic(.record) }
        return saltSeed(of: sealed, header, key)
    }

    /// The dictionary that a sealed record names; zero if none. Not authenticated.
    public static func dictionaryID(of sealed: Span<UInt8>) throws(VaultError) -> UInt32 {
        try RecordHeader(sealed).dictionaryID
    }

    private static func saltSeed(of sealed: Span<UInt8>, _ header: RecordHeader, _ key: RecordKey) -> SaltSeed {
        // A sealed record holds a nonce behind its header.
        unsafe sealed.extracting(header.length..<header.length + AEAD.nonceLength).withUnsafeBufferPointer {
            unsafe SaltSeed(patientKey: key.secret, nonce: $0)
        }
    }
}
