import AvowProof
import TestSupport
import Testing

@Suite struct `Keys and ranges of keys` {
    private let audience = AudienceID(rawValue: 0x0102_0304_0506_0708)
    private let patient = Pseudonym(rawValue: 0xF1F2_F3F4_F5F6_F7F8)

    @Test func `each space has the key that the format gives it`() {
        let recipient = Digest(.recipient, [1])
        let values = tuple(.text("4548-4"), .text("http://loinc.org"))
        let keys: [(TreeKey, TupleBytes, TupleBytes, TupleBytes)] = [
            (.configuration("format"), tuple(.integer(0)), tuple(.text("format")), tuple()),
            (
                .audience(purpose: "TREAT", recipient: recipient, audience),
                tuple(.integer(1), .text("TREAT"), .bytes(recipient.bytes)),
                tuple(.integer(0x0102_0304_0506_0708)), tuple()
            ),
            (
                .patient(audience, logicalID: "p1"), tuple(.integer(2), .integer(0x0102_0304_0506_0708)),
                tuple(.text("p1")), tuple()
            ),
            (
                .record(audience, patient, type: 96, number: 7),
                tuple(.integer(3), .integer(0x0102_0304_0506_0708)),
                tuple(.unsigned(patient.rawValue), .integer(96), .integer(7)), tuple()
            ),
            (
                .version(audience, patient, type: 96, number: 7, version: 2),
                tuple(.integer(4), .integer(0x0102_0304_0506_0708)),
                tuple(.unsigned(patient.rawValue), .integer(96), .integer(7), .integer(2)), tuple()
            ),
            (
                .index(9, audience, profile: 1, values: values, patient, number: 7),
                tuple(.integer(5), .integer(9), .integer(0x0102_0304_0506_0708), .integer(1)), values,
                tuple(.unsigned(patient.rawValue), .integer(7))
            ),
            (
                .locate(audience, type: 96, logicalID: "00112233-4455-6677-8899-aabbccddeeff"),
                tuple(.integer(6), .integer(0x0102_0304_0506_0708)),
                tuple(
                    .integer(96),
                    .uuid([
                        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF,
                    ])), tuple()
            ),
            (
                .deleted(audience, type: 96, logicalID: "o1"),
                tuple(.integer(7), .integer(0x0102_0304_0506_0708)), tuple(.integer(96), .text("o1")), tuple()
            ),
        ]
        for (key, realm, order, owner) in keys {
            #expect(key == TreeKey(realm: realm, order: order, owner: owner))
            #expect(Array(key.bytes[key.realm]) == realm.bytes)
            #expect(Array(key.bytes[key.order]) == order.bytes)
            #expect(Array(key.bytes[key.owner]) == owner.bytes)
        }
    }

    @Test func `ranges hold the keys that their names say and none of their neighbours`() {
        let next = AudienceID(rawValue: audience.rawValue + 1)
        let other = Pseudonym(rawValue: patient.rawValue + 1)
        let recipient = Digest(.recipient, [1])
        var keys: [TreeKey] = []
        for audience in [audience, next] {
            for patient in [patient, other] {
                for type: UInt16 in [1, 2, 256] {
                    for number: UInt64 in [0, 1, 255, 256] {
                        keys.append(.record(audience, patient, type: type, number: number))
                        for version: UInt64 in [0, 1, 2, 300] {
                            keys.append(.version(audience, patient, type: type, number: number, version: version))
                        }
                        for code in ["a", "ab", "b"] {
                            keys.append(
                                .index(
                                    UInt64(type), audience, profile: number,
                                    values: tuple(.text(code), .integer(Int64(number))), patient, number: number))
                        }
                        keys.append(.locate(audience, type: type, logicalID: "x\(number)"))
                    }
                }
            }
            for purpose in ["A", "AB"] { keys.append(.audience(purpose: purpose, recipient: recipient, audience)) }
            keys.append(.patient(audience, logicalID: "p"))
        }
        func expect(_ range: KeyRange, _ isIn: (TreeKey) -> Bool, _ line: Int = #line) {
            let found = keys.filter { range.contains($0.bytes) }
            #expect(!found.isEmpty && found == keys.filter(isIn), "line \(line)")
        }
        func starts(_ elements: [TupleElement]) -> (TreeKey) -> Bool {
            { key in
                var reader = TupleReader(key.bytes)
                return elements.allSatisfy { (try? reader.next()) == $0 }
            }
        }
        let id = TupleElement.integer(Int64(audience.rawValue))
        let name = TupleElement.unsigned(patient.rawValue)
        expect(.space(.record), starts([.integer(3)]))
        expect(.records(audience), starts([.integer(3), id]))
        expect(.records(audience, patient), starts([.integer(3), id, name]))
        expect(.records(audience, patient, type: 1), starts([.integer(3), id, name, .integer(1)]))
        let versions = starts([.integer(4), id, name, .integer(1), .integer(255)])
        expect(.versions(audience, patient, type: 1, number: 255, below: .max), versions)
        expect(.versions(audience, patient, type: 1, number: 255, below: 2)) { key in
            versions(key)
                && [0, 1].contains { starts([.integer(4), id, name, .integer(1), .integer(255), .integer($0)])(key) }
        }
        expect(.located(audience, type: 2), starts([.integer(6), id, .integer(2)]))
        expect(.index(1, audience, profile: 255), starts([.integer(5), .integer(1), id, .integer(255)]))
        expect(
            .index(1, audience, profile: 255, prefix: tuple(.text("a"))),
            starts([.integer(5), .integer(1), id, .integer(255), .text("a")]))
        expect(
            .audiences(purpose: "A", recipient: recipient), starts([.integer(1), .text("A"), .bytes(recipient.bytes)]))
        let middle = KeyRange.index(1, audience, profile: 1, from: tuple(.text("a")), upTo: tuple(.text("b")))
        let isIndex = starts([.integer(5), .integer(1), id, .integer(1)])
        expect(middle) { key in
            isIndex(key) && !starts([.integer(5), .integer(1), id, .integer(1), .text("b")])(key)
        }
    }

    @Test func `a prefix range holds exactly the keys with that prefix`() {
        var generator = SeededGenerator(seed: 11)
        func few(_ most: Int) -> [UInt8] {
            (0..<Int.random(in: 0...most, using: &generator)).map { _ in
                [0, 1, 0xFE, 0xFF].randomElement(using: &generator) ?? 0
            }
        }
        for _ in 0..<5_000 {
            let prefix = few(3)
            let key = few(5)
            let range = KeyRange(prefix: prefix)
            let begins = key.starts(with: prefix)
            #expect(range.contains(key) == begins)
            #expect(!range.isEmpty)
            #expect(ByteOrder.hasPrefix(key.span, prefix.span) == begins)
            let lower = few(3)
            let upper = few(3)
            let between = KeyRange(lower: lower, upper: upper)
            #expect(between.isEmpty == !lower.lexicographicallyPrecedes(upper))
            let isInside = !key.lexicographicallyPrecedes(lower) && key.lexicographicallyPrecedes(upper)
            #expect(between.contains(key) == isInside)
        }
        #expect(KeyRange(prefix: [0xFF, 0xFF]).upper == nil)
        #expect(KeyRange(prefix: []).contains([]))
    }

    @Test func `a range by elements holds exactly the keys whose first elements they are`() {
        let elements: [TupleElement] = [
            .null, .bytes([]), .bytes([0]), .bytes([0, 0xFF]), .text(""), .text("\0"), .text("a"), .text("a\0"),
            .text("a\0b"), .integer(-1), .integer(0), .integer(.max),
        ]
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<5_000 {
            func few(_ most: Int) -> [TupleElement] {
                (0..<Int.random(in: 0...most, using: &generator)).compactMap { _ in
                    elements.randomElement(using: &generator)
                }
            }
            let (first, all) = (few(2), few(4))
            func encoded(_ elements: [TupleElement]) -> TupleBytes {
                var tuple = TupleBytes()
                for element in elements { tuple.append(element) }
                return tuple
            }
            let begins = all.starts(with: first)
            #expect(KeyRange(beginningWith: encoded(first)).contains(encoded(all).bytes) == begins, "\(first), \(all)")
            #expect(encoded(first).begins(encoded(all).span) == begins, "\(first), \(all)")
        }
    }

    @Test func `the range of one key holds that key alone`() {
        let key = sampleKey(4)
        let range = KeyRange(only: key)
        #expect(range.contains(key.bytes))
        #expect(!range.contains(key.bytes + [0]))
        #expect(!range.contains(Array(key.bytes.dropLast())))
    }

    @Test func `cuts outside the bytes make no key`() {
        let bytes: [UInt8] = [1, 2, 3]
        #expect(TreeKey(bytes: bytes, realmByteCount: 1, orderByteCount: 2)?.owner == 3..<3)
        #expect(TreeKey(bytes: bytes, realmByteCount: 2, orderByteCount: 2) == nil)
        #expect(TreeKey(bytes: bytes, realmByteCount: 4, orderByteCount: 0) == nil)
        #expect(TreeKey(bytes: bytes, realmByteCount: -1, orderByteCount: 0) == nil)
        #expect(TreeKey(bytes: bytes, realmByteCount: 1, orderByteCount: -1) == nil)
        #expect(TreeKey(bytes: bytes, realmByteCount: 1, orderByteCount: .max) == nil)
    }
}
