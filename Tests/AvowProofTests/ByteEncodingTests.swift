import AvowProof
import TestSupport
import Testing

@Suite struct ByteEncodingTests {
    /// RFC 4648, section 10, and a few with every alphabet end.
    static let published: [(String, String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ]

    @Test(arguments: published)
    func `Base64 agrees with RFC 4648`(plain: String, encoded: String) throws {
        #expect(Base64.encode(Array(plain.utf8)) == encoded)
        #expect(try Base64.decode(encoded) == Array(plain.utf8))
    }

    @Test func `Base64 that is not the one encoding is refused`() {
        let refused: [(String, ByteError)] = [
            ("Zg", ByteError(.invalidBase64, at: 2)), ("Zg=", ByteError(.invalidBase64, at: 3)),
            ("Zh==", ByteError(.nonzeroPadding, at: 0)), ("Zm9=", ByteError(.nonzeroPadding, at: 0)),
            ("Z===", ByteError(.invalidBase64, at: 1)), ("====", ByteError(.invalidBase64, at: 0)),
            ("Zg==Zg==", ByteError(.invalidBase64, at: 2)), ("Zm9v\n", ByteError(.invalidBase64, at: 5)),
            ("Zm 9", ByteError(.invalidBase64, at: 2)), ("Zm-_", ByteError(.invalidBase64, at: 2)),
            ("Zm9vé00", ByteError(.invalidBase64, at: 4)), ("Z=9v", ByteError(.invalidBase64, at: 1)),
        ]
        for (text, error) in refused {
            #expect(throws: error, "\(text)") { try Base64.decode(text) }
        }
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `any bytes survive Base64, and a changed character never gives the same bytes`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for count in 0..<100 {
            let bytes = generator.bytes(count)
            let text = Base64.encode(bytes)
            #expect(try Base64.decode(text) == bytes)
            for (offset, changed) in LogSupport.changes(of: Array(text.utf8)) {
                #expect((try? Base64.decode(changed[...])) != bytes, "seed \(seed), offset \(offset)")
            }
        }
    }

    @Test func `a variable-length integer takes the bytes that it needs`() throws {
        let known: [(UInt64, String)] = [
            (0, "00"), (1, "01"), (127, "7f"), (128, "8001"), (300, "ac02"), (16383, "ff7f"),
            (16384, "808001"),
            (624485, "e58e26"), (.max >> 1, "ffffffffffffffff7f"), (.max, "ffffffffffffffffff01"),
        ]
        for (value, encoded) in known {
            var bytes: [UInt8] = []
            bytes.append(varint: value)
            #expect(bytes == LogSupport.bytes(encoded))
            let (decoded, next) = try Varint.decode(bytes, at: 0)
            #expect(decoded == value)
            #expect(next == bytes.count)
            for length in 0..<bytes.count {
                #expect(throws: ByteError(.truncated(needed: 1, available: 0), at: length)) {
                    try Varint.decode(Array(bytes.prefix(length)), at: 0)
                }
            }
        }
    }

    @Test func `a variable-length integer that is too long or not the shortest is refused`() {
        let refused: [(String, ByteError.Problem)] = [
            ("8000", .notShortest), ("ff00", .notShortest), ("80808000", .notShortest),
            ("ffffffffffffffffff02", .integerTooLarge), ("80808080808080808080", .integerTooLarge),
            ("ffffffffffffffffff8100", .integerTooLarge), ("ffffffffffffffffff00", .notShortest),
        ]
        for (text, problem) in refused {
            #expect(throws: ByteError(problem, at: 0), "\(text)") {
                try Varint.decode(LogSupport.bytes(text), at: 0)
            }
        }
        #expect(throws: ByteError.self) { try Varint.decode([1], at: -1) }
    }

    @Test func `a byte reader stops at the end of its input`() throws {
        let digest = LogSupport.referenceRoots[0]
        let bytes = [7] + LogSupport.bytes("0102030405060708") + digest.bytes + [2, 0xaa, 0xbb, 0xff]
        var reader = ByteReader(bytes)
        #expect(try reader.byte() == 7)
        #expect(try reader.integer(UInt64.self) == 0x0102_0304_0506_0708)
        #expect(try reader.digest() == digest)
        #expect(try reader.prefixedBytes(max: 2) == [0xaa, 0xbb])
        #expect(throws: ByteError(.trailingBytes(count: 1), at: 44)) { try reader.finish() }
        #expect(try reader.integer(UInt8.self) == 0xff)
        try reader.finish()
        #expect(throws: ByteError(.truncated(needed: 1, available: 0), at: 45)) { try reader.byte() }
        #expect(throws: ByteError(.truncated(needed: 4, available: 0), at: 45)) {
            try reader.integer(UInt32.self)
        }
        #expect(throws: ByteError.self) { try reader.bytes(count: -1) }
        var declared = ByteReader(LogSupport.bytes("ffffffffffffffffff01"))
        #expect(throws: ByteError(.lengthBeyondInput(declared: .max, available: 0), at: 0)) {
            try declared.prefixedBytes()
        }
        var limited = ByteReader([2, 1, 1])
        #expect(throws: ByteError(.lengthBeyondInput(declared: 2, available: 1), at: 0)) {
            try limited.prefixedBytes(max: 1)
        }
    }
}
