import TestSupport
import Testing

@testable import AvowVault

@Suite struct `Sealed records` {
    let storeID = StoreID.random()
    let sealer: RecordSealer
    let key: RecordKey
    let json = Array(#"{"resourceType":"Patient","id":"example","active":true,"active2":true}"#.utf8)

    init() throws {
        sealer = try RecordSealer(storeID: storeID)
        key = RecordKey(try SecretKey.random())
    }

    /// A record of any plaintext, authentic all the same: what only a holder of the key can make.
    func forged(_ plaintext: [UInt8], dictionaryID: UInt32 = 0) -> [UInt8] {
        let header = RecordHeader(dictionaryID: dictionaryID)
        var record = [3 as UInt8]
        record.append(variableLength: dictionaryID)
        let associatedData = unsafe header.associatedData(storeID, 7, 9).withBytes { unsafe Array($0) }
        AEAD.seal(plaintext, key: key.secret, associatedData: associatedData, appendingTo: &record)
        return record
    }

    @Test func `records of every size come back, with and without a dictionary`() throws {
        let dictionary = try Sample.dictionary(id: 300)
        var dictionaries = DictionarySet()
        dictionaries.insert(dictionary)
        let seed: UInt64 = 5
        var generator = SeededGenerator(seed: seed)
        for length in [
            0, 1, 2, 100, 1_800, 1_850, 1_860, 1_870, 2_000, 4_020, 4_040, 4_060, 70_000, 2_000_000,
        ] {
            for json in [generator.bytes(length), [UInt8](repeating: 0x20, count: length)] {
                for dictionary in [nil, dictionary] {
                    let sealed = try sealer.seal(json: json, key: key, pseudonym: 7, dictionary: dictionary)
                    #expect(BlobLength.ofRecord(sealed.bytes.count) == sealed.bytes.count)
                    #expect(try RecordSealer.dictionaryID(of: sealed.bytes) == dictionary?.id ?? 0)
                    let opened = try sealer.open(
                        sealed.bytes, key: key, pseudonym: 7, dictionaries: dictionaries)
                    #expect(opened == json, "seed \(seed), length \(length)")
                    #expect(try RecordSealer.saltSeed(of: sealed.bytes, key: key) == sealed.saltSeed)
                }
            }
        }
    }

    @Test func `a record is laid out as the format says`() throws {
        let sealed = try sealer.seal(json: json, key: key, pseudonym: 0x0102_0304_0506_0708, recordID: 0x0A0B)
        #expect(sealed.bytes.starts(with: [3, 0]))
        let associatedData = storeID.bytes + [1, 2, 3, 4, 5, 6, 7, 8] + [0, 0, 0, 0, 0, 0, 0x0A, 0x0B] + [3, 0]
        let frame = try AEAD.open(Array(sealed.bytes[2...]), key: key.secret, associatedData: associatedData)
        #expect(try Decompressor().decompress(frame) == json)
        let nonce = Array(sealed.bytes[2..<26])
        let seed = unsafe nonce.withUnsafeBufferPointer { unsafe SaltSeed(patientKey: key.secret, nonce: $0) }
        #expect(sealed.saltSeed == seed)
    }

    @Test func `the same record sealed twice shows nothing in common`() throws {
        let first = try sealer.seal(json: json, key: key, pseudonym: 7)
        let second = try sealer.seal(json: json, key: key, pseudonym: 7)
        #expect(first.bytes != second.bytes && first.saltSeed != second.saltSeed)
    }

    @Test func `every bit of a sealed record counts, the dictionary's id included`() throws {
        let dictionary = try Sample.dictionary(id: 3)
        var dictionaries = DictionarySet()
        // Each id that one flipped bit can turn 3 into names a dictionary, the same bytes even.
        for id in [3, 2, 1, 7, 11, 19, 35, 67] as [UInt32] {
            dictionaries.insert(
                try CompressionDictionary(id: id, typeNumber: 99, generation: 1, bytes: dictionary.bytes))
        }
        for sealed in [
            try sealer.seal(json: json, key: key, pseudonym: 7, dictionary: dictionaries[id: 3]).bytes,
            try sealer.seal(json: json, key: key, pseudonym: 7).bytes,
        ] {
            for bit in 0..<sealed.count * 8 {
                let flipped = sealed.flipping(bit: bit)
                if bit < 8 {
                    #expect(throws: VaultError.unsupportedFormat(.record, found: flipped[0])) {
                        try sealer.open(flipped, key: key, pseudonym: 7, dictionaries: dictionaries)
                    }
                } else {
                    let error = #expect(throws: VaultError.self) {
                        try sealer.open(flipped, key: key, pseudonym: 7, dictionaries: dictionaries)
                    }
                    switch error {
                    case .notAuthentic(.record): break
                    // The id's continuation bit may make it longer than its shortest form.
                    case .malformed(.record, _, _): #expect(bit == 15)
                    default: Issue.record("bit \(bit): \(String(describing: error))")
                    }
                }
            }
            for length in 0..<sealed.count {
                #expect(throws: VaultError.self) {
                    try sealer.open(
                        Array(sealed[..<length]), key: key, pseudonym: 7, dictionaries: dictionaries)
                }
            }
            #expect(throws: VaultError.notAuthentic(.record)) {
                try sealer.open((sealed + [0]), key: key, pseudonym: 7, dictionaries: dictionaries)
            }
        }
    }

    @Test func `a record is bound to its patient, its id, store and key`() throws {
        let sealed = try sealer.seal(json: json, key: key, pseudonym: 7).bytes
        let refusal = VaultError.notAuthentic(.record)
        #expect(throws: refusal) { try sealer.open(sealed, key: key, pseudonym: 8) }
        #expect(throws: refusal) { try sealer.open(sealed, key: RecordKey(.random()), pseudonym: 7) }
        #expect(throws: refusal) { try sealer.open(sealed, key: key, pseudonym: 7, recordID: 8) }
        #expect(throws: refusal) {
            try RecordSealer(storeID: .random()).open(sealed, key: key, pseudonym: 7)
        }
    }

    @Test func `a missing dictionary is named`() throws {
        let sealed = try sealer.seal(
            json: json, key: key, pseudonym: 7, dictionary: Sample.dictionary(id: 200)
        ).bytes
        #expect(throws: VaultError.unknownDictionary(id: 200)) {
            try sealer.open(sealed, key: key, pseudonym: 7)
        }
    }

    @Test(
        arguments: [
            [0x80, 0x00], [0x81, 0x80, 0x00], [0xFF, 0xFF, 0xFF, 0xFF, 0x10],
            [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01],
            [0x80], [],
        ] as [[UInt8]])
    func `a dictionary id not in its shortest form is refused`(_ id: [UInt8]) {
        let record = [3] + id + [UInt8](repeating: 0, count: id.count < 2 ? 0 : 100)
        #expect(throws: VaultError.self) { try RecordSealer.dictionaryID(of: record) }
        let error = #expect(throws: VaultError.self) { try sealer.open(record, key: key, pseudonym: 7) }
        guard case .malformed(.record, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `dictionary ids of every length are read as they were written`() throws {
        for id in [0, 1, 127, 128, 16_383, 16_384, 1 << 21, 1 << 28, .max] as [UInt32] {
            let record = forged([], dictionaryID: id)
            #expect(try RecordSealer.dictionaryID(of: record) == id)
            let header = RecordHeader(dictionaryID: id)
            #expect(record.count == header.length + AEAD.overhead)
            var written = [UInt8](repeating: 0xEE, count: header.length)
            unsafe written.withUnsafeMutableBufferPointer { unsafe header.write(to: $0) }
            #expect(written == Array(record[..<header.length]))
        }
    }

    @Test func `a declared length above the limit is refused before anything is allocated`() throws {
        // Single segment, eight bytes of content size (a pebibyte), one empty last block.
        let frame: [UInt8] = [0xE0] + [0, 0, 0, 0, 0, 0, 4, 0] + [1, 0, 0]
        #expect(throws: VaultError.tooLarge(.frame, length: 1 << 50, limit: 64 << 20)) {
            try sealer.open(forged(frame), key: key, pseudonym: 7)
        }
        #expect(throws: VaultError.tooLarge(.frame, length: 1 << 50, limit: 10)) {
            try Decompressor(limit: 10).decompress(frame)
        }
    }

    @Test func `frames that this store would not write are refused`() throws {
        let frame = try Compressor().compress(json)
        let hostile: [(String, [UInt8])] = [
            ("nothing", []),
            ("no frame", [0xFF, 0xFF, 0xFF]),
            ("cut", frame.dropLast()),
            ("a byte behind a small record", frame + [0]),
            ("two frames", frame + Frame.magic + frame),
            ("no declared length", [0x00, 0x00, 1, 0, 0]),
            ("no column for what the text takes from it", try Compressor().compress(Array("\u{1}".utf8))),
            ("a column that the text takes nothing from", frame + [0, 0, 0]),
            ("less content than declared", [0x20, 9, 1, 0, 0]),
            ("more content than declared", [0x20, 1] + [0x11, 0, 0, 0x41, 0x42]),
            ("pages of zeros too many", frame + [UInt8](repeating: 0, count: 4_080 - 42 - frame.count)),
        ]
        for (name, plaintext) in hostile {
            let error = #expect(throws: VaultError.self) {
                try sealer.open(forged(plaintext), key: key, pseudonym: 7)
            }
            guard case .malformed = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
        }
        #expect(try sealer.open(forged(frame), key: key, pseudonym: 7) == json)
    }

    @Test func `a byte hidden in the padding is refused`() throws {
        var generator = SeededGenerator(seed: 3)
        // Text that does not compress, and holds nothing that stands for something else.
        let frame = try Compressor().compress(generator.bytes(2_500).map { $0 | 0x80 })
        var plaintext = frame + [UInt8](repeating: 0, count: 4_080 - 42 - frame.count)
        #expect(try sealer.open(forged(plaintext), key: key, pseudonym: 7).count == 2_500)
        plaintext[plaintext.count - 1] = 1
        #expect(
            throws: VaultError.malformed(.record, offset: frame.count, expected: "zeros up to whole pages")
        ) {
            try sealer.open(forged(plaintext), key: key, pseudonym: 7)
        }
    }

    @Test func `JSON above the limit is not sealed`() throws {
        let small = try RecordSealer(storeID: storeID, limit: 10)
        #expect(throws: VaultError.tooLarge(.record, length: 11, limit: 10)) {
            try small.seal(json: [UInt8](repeating: 0x20, count: 11), key: key, pseudonym: 7)
        }
        let sealed = try sealer.seal(json: json, key: key, pseudonym: 7)
        #expect(throws: VaultError.tooLarge(.frame, length: UInt64(json.count), limit: 10)) {
            try small.open(sealed.bytes, key: key, pseudonym: 7)
        }
    }

    @Test func `records sealed one behind the other open where each stands, under nonces of their own`() throws {
        var generator = SeededGenerator(seed: 11)
        // Fewer nonces than are needed are drawn at a time.
        var nonces = Nonces(count: 3)
        var output: [UInt8] = [1, 2, 3]
        var records: [(json: [UInt8], range: Range<Int>, saltSeed: SaltSeed)] = []
        for length in [0, 1, 40, 300, 5_000, 0, 70, 9_000] {
            let json = generator.bytes(length)
            let start = output.count
            let saltSeed = try sealer.seal(
                json: json.span, key: key, pseudonym: 7, recordID: UInt64(records.count), dictionary: nil, &nonces,
                appendingTo: &output)
            records.append((json, start..<output.count, saltSeed))
        }
        #expect(output.starts(with: [1, 2, 3]))
        for (number, record) in records.enumerated() {
            let sealed = output.span.extracting(record.range)
            #expect(try sealer.open(sealed, key: key, pseudonym: 7, recordID: UInt64(number)) == record.json)
            #expect(try RecordSealer.saltSeed(of: sealed, key: key) == record.saltSeed)
        }
        let found = Set(records.map { Array(output[$0.range].dropFirst(2).prefix(AEAD.nonceLength)) })
        #expect(found.count == records.count)

        let small = try RecordSealer(storeID: storeID, limit: 10)
        let before = output
        #expect(throws: VaultError.tooLarge(.record, length: 11, limit: 10)) {
            try small.seal(
                json: [UInt8](repeating: 0x20, count: 11).span, key: key, pseudonym: 7, recordID: 99,
                dictionary: nil, &nonces, appendingTo: &output)
        }
        #expect(output == before)
    }

    @Test func `random bytes never open and never crash`() {
        let seed: UInt64 = 17
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            var bytes = generator.bytes(Int.random(in: 0...200, using: &generator))
            if !bytes.isEmpty { bytes[0] = 2 }
            #expect(throws: VaultError.self, "seed \(seed)") {
                try sealer.open(bytes, key: key, pseudonym: 7)
            }
            // As a frame they may even be one; they must only not crash.
            _ = try? sealer.open(forged(bytes), key: key, pseudonym: 7)
        }
    }
}
