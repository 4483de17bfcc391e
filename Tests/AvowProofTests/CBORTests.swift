import AvowProof
import TestSupport
import Testing

/// Any item that the format can hold, so that the tests can read and write what no record has.
indirect enum CBORValue: Equatable {
    case integer(negative: Bool, UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBORValue])
    case map([(key: CBORValue, value: CBORValue)])
    case boolean(Bool)
    case null

    static func == (one: CBORValue, other: CBORValue) -> Bool {
        one.encoded == other.encoded
    }

    init(from reader: inout CBORReader, depth: Int = 0) throws(CBORError) {
        guard depth < 16 else {
            throw CBORError(.invalidValue(expected: "items at most 16 deep"), at: reader.offset)
        }
        switch try reader.nextKind() {
        case .unsigned: self = .integer(negative: false, try reader.unsigned())
        case .negative:
            let value = try reader.integer()
            self = .integer(negative: true, UInt64(bitPattern: ~value))
        case .bytes: self = .bytes(try reader.bytes())
        case .text: self = .text(try reader.text())
        case .array:
            var items: [CBORValue] = []
            for _ in 0..<(try reader.array()) { items.append(try CBORValue(from: &reader, depth: depth + 1)) }
            self = .array(items)
        case .map:
            var pairs: [(key: CBORValue, value: CBORValue)] = []
            try reader.map(
                key: { reader throws(CBORError) in try CBORValue(from: &reader, depth: depth + 1) },
                value: { key, reader throws(CBORError) in
                    pairs.append((key, try CBORValue(from: &reader, depth: depth + 1)))
                })
            self = .map(pairs)
        case .boolean: self = .boolean(try reader.boolean())
        case .null:
            try reader.null()
            self = .null
        }
    }

    static func decode(_ bytes: [UInt8]) throws(CBORError) -> CBORValue {
        var reader = CBORReader(bytes)
        let value = try CBORValue(from: &reader)
        try reader.finish()
        return value
    }

    func write(to writer: inout CBORWriter) {
        switch self {
        case .integer(true, let argument): writer.integer(~Int64(argument))
        case .integer(false, let argument): writer.unsigned(argument)
        case .bytes(let bytes): writer.bytes(bytes)
        case .text(let text): writer.text(text)
        case .array(let items):
            writer.array(count: items.count)
            for item in items { item.write(to: &writer) }
        case .map(let pairs):
            do {
                try writer.map(pairs.map { ($0.key.writer, $0.value.writer) })
            } catch {
                preconditionFailure("\(error)")
            }
        case .boolean(let value): writer.boolean(value)
        case .null: writer.null()
        }
    }

    private var writer: CBORWriter {
        var writer = CBORWriter()
        write(to: &writer)
        return writer
    }

    var encoded: [UInt8] { writer.bytes }

    /// Diagnostic notation (RFC 8949, section 8), as the vectors show it.
    var diagnostic: String {
        switch self {
        case .integer(true, let argument): "\(~Int64(argument))"
        case .integer(false, let argument): "\(argument)"
        case .bytes(let bytes): "h'\(bytes.hexadecimal)'"
        case .text(let text): "\"\(text)\""
        case .array(let items): "[" + items.map(\.diagnostic).joined(separator: ", ") + "]"
        case .map(let pairs):
            "{" + pairs.map { "\($0.key.diagnostic): \($0.value.diagnostic)" }.joined(separator: ", ") + "}"
        case .boolean(let value): "\(value)"
        case .null: "null"
        }
    }

    static func random(using generator: inout SeededGenerator, depth: Int = 0) -> CBORValue {
        let width = UInt64.random(in: 0...63, using: &generator)
        let integer = generator.next() >> width
        switch Int.random(in: 0...(depth < 4 ? 7 : 5), using: &generator) {
        case 0: return .integer(negative: false, integer)
        case 1: return .integer(negative: true, integer >> 1)
        case 2: return .bytes(generator.bytes(Int.random(in: 0...70, using: &generator)))
        case 3: return .text(String(repeating: "é", count: Int.random(in: 0...40, using: &generator)))
        case 4: return .boolean(integer & 1 == 0)
        case 5: return .null
        case 6:
            return .array(
                (0..<Int.random(in: 0...6, using: &generator)).map { _ in
                    random(using: &generator, depth: depth + 1)
                })
        default:
            var pairs: [[UInt8]: (key: CBORValue, value: CBORValue)] = [:]
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let key = random(using: &generator, depth: 4)
                pairs[key.encoded] = (key, random(using: &generator, depth: depth + 1))
            }
            return .map(Array(pairs.values))
        }
    }
}

@Suite struct CBORTests {
    /// Deterministic items of RFC 8949, appendix A, with what they stand for.
    static let published: [(String, String)] = [
        ("00", "0"), ("01", "1"), ("0a", "10"), ("17", "23"), ("1818", "24"), ("1819", "25"), ("1864", "100"),
        ("1903e8", "1000"), ("1a000f4240", "1000000"), ("1b000000e8d4a51000", "1000000000000"),
        ("1bffffffffffffffff", "18446744073709551615"), ("20", "-1"), ("29", "-10"), ("3863", "-100"),
        ("3903e7", "-1000"), ("f4", "false"), ("f5", "true"), ("f6", "null"), ("40", "h''"),
        ("4401020304", "h'01020304'"), ("60", "\"\""), ("6161", "\"a\""), ("6449455446", "\"IETF\""),
        ("62c3bc", "\"ü\""), ("63e6b0b4", "\"水\""), ("64f0908591", "\"𐅑\""), ("80", "[]"),
        ("83010203", "[1, 2, 3]"),
        ("8301820203820405", "[1, [2, 3], [4, 5]]"),
        (
            "98190102030405060708090a0b0c0d0e0f101112131415161718181819",
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25]"
        ),
        ("a0", "{}"), ("a201020304", "{1: 2, 3: 4}"), ("a26161016162820203", "{\"a\": 1, \"b\": [2, 3]}"),
        ("826161a161626163", "[\"a\", {\"b\": \"c\"}]"),
        (
            "a56161614161626142616361436164614461656145",
            "{\"a\": \"A\", \"b\": \"B\", \"c\": \"C\", \"d\": \"D\", \"e\": \"E\"}"
        ),
    ]

    @Test(arguments: published)
    func `each deterministic example of RFC 8949 is read and written back`(
        hexadecimal: String, diagnostic: String
    ) throws {
        let bytes = LogSupport.bytes(hexadecimal)
        let value = try CBORValue.decode(bytes)
        #expect(value.diagnostic == diagnostic)
        #expect(value.encoded == bytes)
    }

    @Test func `integers reach both ends of their range`() throws {
        for value in [
            Int64.min, Int64.min + 1, -257, -256, -25, -24, -1, 0, 23, 24, 255, 256, 65535, 65536, Int64.max,
        ] {
            var writer = CBORWriter()
            writer.integer(value)
            var reader = CBORReader(writer.bytes)
            #expect(try reader.integer() == value)
            try reader.finish()
        }
        for beyond in ["1b8000000000000000", "3b8000000000000000", "3bffffffffffffffff"] {
            var reader = CBORReader(LogSupport.bytes(beyond))
            #expect(throws: CBORError(.outOfRange, at: 0)) { try reader.integer() }
        }
    }

    /// Bytes that a lenient decoder accepts or that end too early, with why and where they are refused.
    static let refused: [(String, CBORError)] = [
        ("", CBORError(.truncated(needed: 1, available: 0), at: 0)),
        ("18", CBORError(.truncated(needed: 1, available: 0), at: 1)),
        ("19ff", CBORError(.truncated(needed: 2, available: 1), at: 1)),
        ("1b00000001000000", CBORError(.truncated(needed: 8, available: 7), at: 1)),
        ("1817", CBORError(.notShortest, at: 0)),
        ("1900ff", CBORError(.notShortest, at: 0)),
        ("1a0000ffff", CBORError(.notShortest, at: 0)),
        ("1b00000000ffffffff", CBORError(.notShortest, at: 0)),
        ("3817", CBORError(.notShortest, at: 0)),
        ("580100", CBORError(.notShortest, at: 0)),
        ("81780161", CBORError(.notShortest, at: 1)),
        ("98020102", CBORError(.notShortest, at: 0)),
        ("b8010102", CBORError(.notShortest, at: 0)),
        ("5f4100ff", CBORError(.indefiniteLength, at: 0)),
        ("7f6161ff", CBORError(.indefiniteLength, at: 0)),
        ("9fff", CBORError(.indefiniteLength, at: 0)),
        ("bfff", CBORError(.indefiniteLength, at: 0)),
        ("1c", CBORError(.unsupported(initialByte: 0x1c), at: 0)),
        ("1f", CBORError(.unsupported(initialByte: 0x1f), at: 0)),
        ("5e", CBORError(.unsupported(initialByte: 0x5e), at: 0)),
        ("c074", CBORError(.unsupported(initialByte: 0xc0), at: 0)),
        ("c249010000000000000000", CBORError(.unsupported(initialByte: 0xc2), at: 0)),
        ("f7", CBORError(.unsupported(initialByte: 0xf7), at: 0)),
        ("e0", CBORError(.unsupported(initialByte: 0xe0), at: 0)),
        ("f820", CBORError(.unsupported(initialByte: 0xf8), at: 0)),
        ("f93c00", CBORError(.unsupported(initialByte: 0xf9), at: 0)),
        ("fa47c35000", CBORError(.unsupported(initialByte: 0xfa), at: 0)),
        ("fb3ff199999999999a", CBORError(.unsupported(initialByte: 0xfb), at: 0)),
        ("ff", CBORError(.unsupported(initialByte: 0xff), at: 0)),
        ("41", CBORError(.lengthBeyondInput(declared: 1, available: 0), at: 0)),
        ("5bffffffffffffffff00", CBORError(.lengthBeyondInput(declared: .max, available: 1), at: 0)),
        ("7b7fffffffffffffff00", CBORError(.lengthBeyondInput(declared: .max >> 1, available: 1), at: 0)),
        ("9b000000010000000000", CBORError(.lengthBeyondInput(declared: 1 << 32, available: 1), at: 0)),
        ("bb000000010000000000", CBORError(.lengthBeyondInput(declared: 1 << 32, available: 1), at: 0)),
        ("a2010203", CBORError(.lengthBeyondInput(declared: 2, available: 3), at: 0)),
        ("61ff", CBORError(.invalidText, at: 0)),
        ("62c080", CBORError(.invalidText, at: 0)),
        ("63eda080", CBORError(.invalidText, at: 0)),
        ("8261c341bc", CBORError(.invalidText, at: 1)),
        ("a203040102", CBORError(.keysOutOfOrder, at: 3)),
        ("a2616201616102", CBORError(.keysOutOfOrder, at: 4)),
        ("a262616101616202", CBORError(.keysOutOfOrder, at: 5)),
        ("a201020102", CBORError(.duplicateKey, at: 3)),
        ("a16161a20102", CBORError(.lengthBeyondInput(declared: 2, available: 2), at: 3)),
        ("0000", CBORError(.trailingBytes(count: 1), at: 1)),
        ("80f6", CBORError(.trailingBytes(count: 1), at: 1)),
    ]

    @Test(arguments: refused)
    func `bytes that are not deterministic CBOR are refused where they are at fault`(
        hexadecimal: String, error: CBORError
    ) {
        #expect(throws: error) { try CBORValue.decode(LogSupport.bytes(hexadecimal)) }
        #expect(error.description.contains("offset \(error.offset)"))
    }

    @Test func `an item of another kind is refused by each reading`() {
        let items = ["00", "20", "40", "60", "80", "a0", "f4", "f6"].map(LogSupport.bytes)
        let kinds: [CBORKind] = [.unsigned, .negative, .bytes, .text, .array, .map, .boolean, .null]
        for (item, found) in zip(items, kinds) {
            func refuses(_ expected: CBORKind, _ read: (inout CBORReader) throws -> Void) {
                guard expected != found else { return }
                var reader = CBORReader(item)
                #expect(throws: CBORError(.wrongKind(expected: expected, found: found), at: 0)) {
                    try read(&reader)
                }
            }
            refuses(.unsigned) { _ = try $0.unsigned() }
            refuses(.bytes) { _ = try $0.bytes() }
            refuses(.bytes) { _ = try $0.digest() }
            refuses(.text) { _ = try $0.text() }
            refuses(.array) { _ = try $0.array() }
            refuses(.array) { try $0.array(count: 1) }
            refuses(.map) { try $0.map(key: { _ in }, value: { _, _ in }) }
            refuses(.boolean) { _ = try $0.boolean() }
            refuses(.null) { try $0.null() }
        }
    }

    @Test func `limits that a record sets are kept`() throws {
        var reader = CBORReader(LogSupport.bytes("43010203"))
        #expect(throws: CBORError(.tooLong(limit: 2, found: 3), at: 0)) { try reader.bytes(max: 2) }
        reader = CBORReader(LogSupport.bytes("43010203"))
        #expect(try reader.bytes(max: 3) == [1, 2, 3])
        reader = CBORReader(LogSupport.bytes("43010203"))
        #expect(throws: CBORError(.wrongCount(expected: 4, found: 3), at: 0)) { try reader.bytes(count: 4) }
        reader = CBORReader(LogSupport.bytes("43010203"))
        #expect(throws: CBORError(.wrongCount(expected: 32, found: 3), at: 0)) { try reader.digest() }
        reader = CBORReader(LogSupport.bytes("62c3bc"))
        #expect(throws: CBORError(.tooLong(limit: 1, found: 2), at: 0)) { try reader.text(max: 1) }
        reader = CBORReader(LogSupport.bytes("820102"))
        #expect(throws: CBORError(.wrongCount(expected: 3, found: 2), at: 0)) { try reader.array(count: 3) }
        reader = CBORReader(LogSupport.bytes("820102"))
        #expect(throws: CBORError(.tooLong(limit: 1, found: 2), at: 0)) { try reader.array(max: 1) }
        reader = CBORReader(LogSupport.bytes("1818"))
        #expect(throws: CBORError(.outOfRange, at: 0)) { try reader.unsigned(max: 23) }
        reader = CBORReader(LogSupport.bytes("f605"))
        #expect(try reader.optional { reader throws(CBORError) in try reader.unsigned() } == nil)
        #expect(try reader.optional { reader throws(CBORError) in try reader.unsigned() } == 5)
    }

    @Test func `a map is written in the order of its keys' encodings, and a repeated key is refused`() throws {
        let keys: [CBORValue] = [
            .text("aa"), .text("b"), .array([.integer(negative: true, 0)]), .integer(negative: true, 0),
            .integer(negative: false, 100), .integer(negative: false, 10), .boolean(false),
        ]
        // RFC 8949, section 4.2.1, orders these keys so.
        let value = CBORValue.map(keys.map { ($0, .null) })
        #expect(
            try CBORValue.decode(value.encoded).diagnostic
                == #"{10: null, 100: null, -1: null, "b": null, "aa": null, [-1]: null, false: null}"#)
        var writer = CBORWriter()
        var key = CBORWriter()
        key.unsigned(1)
        #expect(throws: CBORError(.duplicateKey, at: 0)) { try writer.map([(key, key), (key, key)]) }
        #expect(writer.bytes.isEmpty)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func `what is written is read back, and no other bytes give the same value`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            let value = CBORValue.random(using: &generator)
            let bytes = value.encoded
            #expect(try CBORValue.decode(bytes) == value, "seed \(seed)")
            for length in stride(from: 0, to: bytes.count, by: Swift.max(1, bytes.count / 50)) {
                #expect(throws: CBORError.self, "seed \(seed), cut at \(length)") {
                    try CBORValue.decode(Array(bytes.prefix(length)))
                }
            }
            #expect(throws: CBORError(.trailingBytes(count: 1), at: bytes.count)) {
                try CBORValue.decode(bytes + [0])
            }
            for _ in 0..<20 {
                var changed = bytes
                changed[Int.random(in: 0..<bytes.count, using: &generator)] ^=
                    1 << UInt8.random(in: 0...7, using: &generator)
                if let other = try? CBORValue.decode(changed) {
                    #expect(other != value, "seed \(seed)")
                    #expect(other.encoded == changed, "seed \(seed)")
                }
            }
        }
    }

    @Test(arguments: [11, 12, 13, 14] as [UInt64])
    func `random bytes are refused or are the encoding of what was read`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var accepted = 0
        for _ in 0..<5_000 {
            let bytes = generator.bytes(Int.random(in: 0...24, using: &generator))
            if let value = try? CBORValue.decode(bytes) {
                accepted += 1
                #expect(value.encoded == bytes, "seed \(seed)")
            }
        }
        // Both outcomes must have been seen, or the test says nothing.
        #expect(accepted > 0 && accepted < 5_000, "seed \(seed)")
    }
}
