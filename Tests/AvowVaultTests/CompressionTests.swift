import TestSupport
import Testing

@testable import AvowVault

@Suite struct `Compression` {
    @Test func `a dictionary pays on single resources it was not trained on`() throws {
        let dictionary = try Sample.dictionary(id: 1)
        #expect(dictionary.bytes.count <= CompressionDictionary.standardCapacity)
        let compressor = try Compressor()
        let decompressor = try Decompressor()
        var generator = SeededGenerator(seed: 999)
        for _ in 0..<50 {
            let json = Sample.observation(using: &generator)
            let plain = try compressor.compress(json)
            let small = try compressor.compress(json, dictionary: dictionary)
            #expect(small.count * 2 < plain.count && plain.count < json.count)
            #expect(try decompressor.decompress(small, dictionary: dictionary) == json)
            #expect(try decompressor.decompress(plain) == json)
        }
    }

    @Test func `a frame spends nothing on magic number, checksum and dictionary id`() throws {
        // Two bytes of header and length, three of the block's header, then the byte.
        #expect(try Compressor().compress([0x41]) == [0x20, 1, 9, 0, 0, 0x41])
        let dictionary = try Sample.dictionary(id: 1)
        #expect(try Compressor().compress([0x41], dictionary: dictionary)[0] & 0b111 == 0)
    }

    @Test func `cut frames and flipped bits never crash, and never give more than is declared`() throws {
        let dictionary = try Sample.dictionary(id: 1)
        var generator = SeededGenerator(seed: 4)
        let json = Sample.observation(using: &generator)
        let decompressor = try Decompressor(limit: 1 << 16)
        for used in [nil, dictionary] {
            let frame = try Compressor().compress(json, dictionary: used)
            for length in 0..<frame.count {
                #expect(throws: VaultError.self) {
                    try decompressor.decompress(Array(frame[..<length]), dictionary: used)
                }
            }
            for bit in 0..<frame.count * 8 {
                if let content = try? decompressor.decompress(frame.flipping(bit: bit), dictionary: used) {
                    #expect(content.count <= 1 << 16)
                }
            }
            #expect(throws: VaultError.malformed(.frame, offset: frame.count, expected: "the end")) {
                try decompressor.decompress((frame + [0]), dictionary: used)
            }
        }
    }

    @Test func `too few samples, or lengths that do not add up, train nothing`() throws {
        let error = #expect(throws: VaultError.self) {
            try CompressionDictionary.train(samples: [[1, 2, 3]], id: 1, typeNumber: 1, generation: 1)
        }
        guard case .training = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        for lengths in [[3], [5], [-1, 5], [.max, .max], []] {
            #expect(throws: VaultError.self) {
                try CompressionDictionary.train(
                    concatenated: [1, 2, 3, 4], lengths: lengths, id: 1, typeNumber: 1, generation: 1)
            }
        }
    }

    @Test func `a dictionary's record comes back`() throws {
        let dictionary = try Sample.dictionary(id: 70_000, generation: 200)
        let record = dictionary.encoded
        let decoded = try CompressionDictionary(encoded: record)
        #expect(decoded.id == 70_000 && decoded.typeNumber == 99 && decoded.generation == 200)
        #expect(decoded.bytes == dictionary.bytes && decoded.encoded == record)
    }

    @Test func `records that are no dictionary are refused`() throws {
        let dictionary = try Sample.dictionary(id: 1)
        let record = dictionary.encoded
        for length in Array(0..<300) + Array(record.count - 300..<record.count) {
            let error = #expect(throws: VaultError.self) {
                try CompressionDictionary(encoded: Array(record[..<length]))
            }
            guard case .malformed(.dictionary, _, _) = error else {
                Issue.record("length \(length): \(String(describing: error))")
                continue
            }
        }
        func encoded(_ bytes: [UInt8]) -> [UInt8] {
            var record: [UInt8] = [1, 1, 1, 1]
            record.append(variableLength: UInt32(bytes.count))
            return record + bytes
        }
        let hostile: [(VaultError, [UInt8])] = [
            (.unsupportedFormat(.dictionary, found: 2), [2] + record[1...]),
            (.malformed(.dictionary, offset: 1, expected: "an id above zero"), [1, 0] + record[2...]),
            (
                .malformed(.dictionary, offset: 1, expected: "a dictionary id"),
                [1, 0x81, 0, 1, 1] + dictionary.bytes
            ),
            (
                .malformed(.dictionary, offset: 2, expected: "a type number"),
                [1, 1, 0x80, 0, 1] + dictionary.bytes
            ),
            (
                .malformed(.dictionary, offset: 0, expected: "a trained zstd dictionary"),
                encoded([9, 9, 9, 9, 9, 9, 9, 9])
            ),
            (
                .malformed(.dictionary, offset: 0, expected: "a trained zstd dictionary"),
                encoded(Array(dictionary.bytes[..<7]))
            ),
            (
                .malformed(.dictionary, offset: 0, expected: "a whole zstd dictionary"),
                encoded(Array(dictionary.bytes[..<20]))
            ),
            (.malformed(.dictionary, offset: record.count, expected: "the end"), record + [0]),
            (
                .tooLarge(.dictionary, length: 1 << 20 + 17, limit: 1 << 20 + 16),
                [UInt8](repeating: 1, count: 1 << 20 + 17)
            ),
        ]
        for (error, bytes) in hostile {
            #expect(throws: error) { try CompressionDictionary(encoded: bytes) }
        }
        for bit in 0..<200 * 8 {
            _ = try? CompressionDictionary(encoded: record.flipping(bit: bit))
        }
    }

    @Test func `sealed dictionaries open under their id and store only`() throws {
        let (storeKey, storeID) = (try SecretKey.random(), StoreID.random())
        let sealer = try DictionarySealer(storeKey: storeKey, storeID: storeID)
        let dictionary = try Sample.dictionary(id: 9)
        let sealed = sealer.seal(dictionary)
        #expect(try sealer.open(sealed, id: 9).encoded == dictionary.encoded)
        let refusal = VaultError.notAuthentic(.dictionary)
        #expect(throws: refusal) { try sealer.open(sealed, id: 8) }
        #expect(throws: refusal) {
            try DictionarySealer(storeKey: storeKey, storeID: .random()).open(sealed, id: 9)
        }
        #expect(throws: refusal) {
            try DictionarySealer(storeKey: .random(), storeID: storeID).open(sealed, id: 9)
        }
        for bit in stride(from: 0, to: sealed.count * 8, by: 401) {
            #expect(throws: refusal) { try sealer.open(sealed.flipping(bit: bit), id: 9) }
        }
    }

    @Test func `a set finds dictionaries by id and the newest of a type, in whatever order they came`() throws {
        let bytes = try Sample.dictionary(id: 1).bytes
        let all = try [(1, 10, 1), (2, 10, 2), (3, 11, 1), (4, 10, 3)].map { id, type, generation in
            try CompressionDictionary(id: id, typeNumber: type, generation: generation, bytes: bytes)
        }
        for order in [all, all.reversed()] {
            var dictionaries = DictionarySet()
            for dictionary in order { dictionaries.insert(dictionary) }
            #expect(dictionaries.newest(forType: 10)?.id == 4)
            #expect(dictionaries.newest(forType: 11)?.id == 3)
            #expect(dictionaries.newest(forType: 12) == nil)
            #expect(dictionaries[id: 2]?.generation == 2 && dictionaries[id: 5] == nil)
            #expect(dictionaries.all.map(\.id) == [1, 2, 3, 4])
            // In place of the newest of type 10, one of type 12.
            dictionaries.insert(try CompressionDictionary(id: 4, typeNumber: 12, generation: 1, bytes: bytes))
            #expect(dictionaries.newest(forType: 10)?.id == 2)
            #expect(dictionaries.newest(forType: 12)?.id == 4)
        }
    }

    @Test func `one dictionary serves many tasks at once`() async throws {
        let dictionary = try Sample.dictionary(id: 1)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<4 {
                group.addTask {
                    let (compressor, decompressor) = (try Compressor(), try Decompressor())
                    var generator = SeededGenerator(seed: UInt64(task))
                    for _ in 0..<100 {
                        let json = Sample.observation(using: &generator)
                        let frame = try compressor.compress(json, dictionary: dictionary)
                        #expect(try decompressor.decompress(frame, dictionary: dictionary) == json)
                    }
                }
            }
            try await group.waitForAll()
        }
    }
}
