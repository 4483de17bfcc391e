import AvowProof
import TestSupport
import Testing

@Suite struct `Tuples are encoded as FoundationDB encodes them` {
    /// Values and their encodings: the examples of FoundationDB's `design/tuple.md`, and the borders of each length of
    /// integer, which `check_tree.py` encodes a second time (`Vectors/tree.json`).
    static let table: [(element: TupleElement, hexadecimal: String)] = [
        // The examples of the specification.
        (.null, "00"),
        (.bytes(Array("foo".utf8) + [0] + Array("bar".utf8)), "01666f6f00ff62617200"),
        (.text("F\u{D4}O\u{0}bar"), "0246c3944f00ff62617200"),
        (.integer(-5_551_212), "11ab4b93"),
        // The borders.
        (.bytes([]), "0100"),
        (.text(""), "0200"),
        (.bytes([0, 0xFF, 0]), "0100ffff00ff00"),
        (.integer(0), "14"),
        (.integer(1), "1501"),
        (.integer(255), "15ff"),
        (.integer(256), "160100"),
        (.integer(65_535), "16ffff"),
        (.integer(65_536), "17010000"),
        (.integer(1_700_000_000_000), "1a018bcfe56800"),
        (.integer(.max), "1c7fffffffffffffff"),
        (.unsigned(UInt64(Int64.max) + 1), "1c8000000000000000"),
        (.unsigned(.max), "1cffffffffffffffff"),
        (.integer(-1), "13fe"),
        (.integer(-255), "1300"),
        (.integer(-256), "12feff"),
        (.integer(.min + 1), "0c8000000000000000"),
        (.integer(.min), "0c7fffffffffffffff"),
        (.uuid(Array(0..<16)), "30000102030405060708090a0b0c0d0e0f"),
    ]

    @Test func `each value of the table has its published or computed bytes, and is read back from them`() throws {
        for (element, hexadecimal) in Self.table {
            #expect(tuple(element).bytes.hexadecimal == hexadecimal)
            var reader = TupleReader(tuple(element).bytes)
            #expect(try reader.next() == element)
            try reader.finish()
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `scanning steps over what reading reads, whole or damaged`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<2_000 {
            var tuple = TupleBytes()
            for _ in 0..<3 { tuple.append(Self.randomElement(using: &generator)) }
            var bytes = tuple.bytes
            if Bool.random(using: &generator), !bytes.isEmpty {
                bytes[generator.below(bytes.count)] ^= generator.mask()
                bytes.removeLast(generator.below(bytes.count))
            }
            var reader = TupleReader(bytes)
            var offset = 0
            while offset < bytes.count {
                var skipping = reader
                let isSkipped = (try? skipping.skip()) != nil
                let end = TupleScan.end(of: offset, in: bytes, upTo: bytes.count)
                #expect((end != nil) == isSkipped, "seed \(seed)")
                let element = try? reader.next()
                var (integerEnd, unsignedEnd) = (offset, offset)
                let integer = TupleScan.integer(at: &integerEnd, in: bytes, upTo: bytes.count)
                let unsigned = TupleScan.unsigned(at: &unsignedEnd, in: bytes, upTo: bytes.count)
                if case .integer(let value) = element {
                    #expect(integer == value && integerEnd == end, "seed \(seed)")
                } else {
                    #expect(integer == nil, "seed \(seed)")
                }
                switch element {
                case .integer(let value) where value >= 0:
                    #expect(unsigned == UInt64(value) && unsignedEnd == end, "seed \(seed)")
                case .unsigned(let value): #expect(unsigned == value && unsignedEnd == end, "seed \(seed)")
                default: #expect(unsigned == nil, "seed \(seed)")
                }
                var (textEnd, uuidEnd) = (offset, offset)
                let text = TupleScan.text(at: &textEnd, in: bytes, upTo: bytes.count)
                let uuid = TupleScan.uuid(at: &uuidEnd, in: bytes, upTo: bytes.count)
                let kind = TupleScan.kind(of: offset, in: bytes, upTo: bytes.count)
                switch element {
                case .text(let value)?:
                    #expect(text.map { Array($0.utf8) } == Array(value.utf8) && textEnd == end, "seed \(seed)")
                    #expect(kind == .text && uuid == nil)
                case .uuid(let value)?:
                    #expect(uuid != nil && uuid == UUIDBytes(bytes: value) && uuidEnd == end, "seed \(seed)")
                    #expect(kind == .uuid && text == nil)
                case nil: #expect(text == nil && uuid == nil, "seed \(seed)")
                default: #expect(text == nil && uuid == nil && kind != .text && kind != .uuid, "seed \(seed)")
                }
                guard element != nil, let end else { break }
                offset = end
            }
        }
    }

    static func randomElement(using generator: inout SeededGenerator) -> TupleElement {
        func few(_ choices: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
            (0..<Int.random(in: 0...4, using: &generator)).map { _ in choices.randomElement(using: &generator) ?? 0 }
        }
        switch Int.random(in: 0...5, using: &generator) {
        case 0: return .null
        case 1: return .bytes(few([0, 1, 0xFE, 0xFF], &generator))
        case 2: return .text(String(decoding: few(Array("\0aé\u{10FFFF}".utf8.prefix(2)), &generator), as: UTF8.self))
        case 3:
            return .integer(
                Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0...63, using: &generator))
        case 4: return .unsigned(UInt64.random(in: (UInt64(Int64.max) + 1)...(.max), using: &generator))
        default: return .uuid((0..<16).map { _ in UInt8.random(in: 0...1, using: &generator) })
        }
    }

    /// The order of elements: by kind, then by value.
    static func precedes(_ left: TupleElement, _ right: TupleElement) -> Bool {
        func kind(_ element: TupleElement) -> Int {
            switch element {
            case .null: 0
            case .bytes: 1
            case .text: 2
            case .integer: 3
            case .unsigned: 4
            case .uuid: 5
            }
        }
        switch (left, right) {
        case (.bytes(let left), .bytes(let right)), (.uuid(let left), .uuid(let right)):
            return left.lexicographicallyPrecedes(right)
        case (.text(let left), .text(let right)): return left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.integer(let left), .integer(let right)): return left < right
        case (.unsigned(let left), .unsigned(let right)): return left < right
        default: return kind(left) < kind(right)
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `encoded tuples stand in the order of their elements and come back as they were`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var tuples: [[TupleElement]] = []
        for _ in 0..<300 {
            tuples.append(
                (0..<Int.random(in: 0...3, using: &generator)).map { _ in Self.randomElement(using: &generator) })
        }
        let encoded = tuples.map { elements in
            var bytes = TupleBytes()
            for element in elements { bytes.append(element) }
            return bytes.bytes
        }
        for (left, leftBytes) in zip(tuples, encoded) {
            for (right, rightBytes) in zip(tuples, encoded) {
                let precedes = left.lexicographicallyPrecedes(right, by: Self.precedes)
                if leftBytes.lexicographicallyPrecedes(rightBytes) != precedes {
                    Issue.record("seed \(seed): \(left) and \(right)")
                }
                let order = ByteOrder.compare(leftBytes.span, rightBytes.span)
                if (order < 0) != precedes || (order == 0) != (leftBytes == rightBytes) {
                    Issue.record("seed \(seed): compare gives \(order) for \(left) and \(right)")
                }
            }
            var reader = TupleReader(leftBytes)
            var elements: [TupleElement] = []
            while !reader.isAtEnd { elements.append(try reader.next()) }
            #expect(elements == left, "seed \(seed)")
        }
    }

    private func read(_ bytes: [UInt8]) throws(TupleError) -> [TupleElement] {
        var reader = TupleReader(bytes)
        var elements: [TupleElement] = []
        while !reader.isAtEnd { elements.append(try reader.next()) }
        return elements
    }

    @Test func `any bytes are read as the tuple that encodes to them, or refused at an offset within them`() {
        var generator = SeededGenerator(seed: 7)
        var accepted = 0
        for _ in 0..<20_000 {
            // Type codes and escapes are frequent, so that many inputs get far.
            let input = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                [0x00, 0x01, 0x02, 0x13, 0x14, 0x15, 0x16, 0x30, 0xFF, UInt8.random(in: 0...255, using: &generator)]
                    .randomElement(using: &generator) ?? 0
            }
            do throws(TupleError) {
                var bytes = TupleBytes()
                for element in try read(input) { bytes.append(element) }
                accepted += 1
                if bytes.bytes != input { Issue.record("\(input.hexadecimal) is read as \(bytes.bytes.hexadecimal)") }
            } catch {
                if error.offset < 0 || error.offset > input.count { Issue.record("\(input.hexadecimal): \(error)") }
            }
        }
        #expect(accepted > 1_000 && accepted < 19_000)
    }

    @Test func `every truncation of a tuple is refused or is a shorter tuple`() throws {
        var whole = TupleBytes()
        for (element, _) in Self.table { whole.append(element) }
        let elements = Self.table.map(\.element)
        for length in whole.bytes.indices {
            do throws(TupleError) {
                let prefix = try read(Array(whole.bytes.prefix(length)))
                // A string whose closing zero and escape are cut apart ends early, and everything before it is equal.
                #expect(prefix.dropLast() == elements.prefix(max(prefix.count - 1, 0)))
                #expect(prefix.count < elements.count)
            } catch {
                #expect(error.offset <= length)
            }
        }
    }

    @Test(arguments: [
        ("1500", "an integer in as few bytes as hold it"),  // zero in one byte
        ("160001", "an integer in as few bytes as hold it"),
        ("1c00ffffffffffffff", "an integer in as few bytes as hold it"),
        ("13ff", "an integer in as few bytes as hold it"),  // minus zero
        ("12ff00", "an integer in as few bytes as hold it"),
        ("0c7ffffffffffffffe", "an integer of at most 64 bits"),
        ("0c0000000000000000", "an integer of at most 64 bits"),
        ("0b0101", "a known type code"),  // arbitrary length, negative
        ("1d0101", "a known type code"),  // arbitrary length
        ("0500", "a known type code"),  // nested tuple
        ("2000000000", "a known type code"),  // float
        ("26", "a known type code"),  // false
        ("ff", "a known type code"),
        ("02ff00", "valid UTF-8"),
        ("02c000", "valid UTF-8"),
        ("02eda08000", "valid UTF-8"),  // a surrogate
        ("0166", "the end of a string"),
        ("0100ff", "the end of a string"),
        ("3000", "16 bytes"),
        ("1601", "2 bytes of an integer"),
    ])
    func `what is not canonical, unknown or cut off is refused`(hexadecimal: String, expected: String) throws {
        let input = try #require(bytes(hexadecimal: hexadecimal))
        let error = #expect(throws: TupleError.self) { try read(input) }
        #expect(error?.expected == expected)
    }

    @Test func `whole numbers from zero up are read as such, others refused`() throws {
        var reader = TupleReader(tuple(.integer(3), .unsigned(.max), .integer(-1)).bytes)
        #expect(try reader.unsigned() == 3)
        #expect(try reader.unsigned() == .max)
        #expect(throws: TupleError.self) { try reader.unsigned() }
        #expect(throws: TupleError.self) { try TupleReader([0x14]).finish() }
    }

    @Test func `a part of longer bytes is read without looking behind its end`() throws {
        // The part ends with a string's zero; the byte behind it would make that zero an escaped one.
        let bytes: [UInt8] = [0x14, 0x01, 0x61, 0x00, 0xFF, 0x00]
        var reader = TupleReader(bytes, in: 1..<4)
        #expect(try reader.next() == .bytes([0x61]))
        try reader.finish()
        var cut = TupleReader([0x16, 1, 2], in: 0..<2)
        #expect(throws: TupleError.self) { try cut.next() }
    }

    private func uuid(_ text: String) -> UUIDBytes? {
        UUIDBytes(canonical: Array(text.utf8).span)
    }

    @Test func `a UUID has digits and hyphens in their places, and nothing else`() {
        let canonical = Array("0f9a8b7c-6d5e-4f30-a1b2-c3d4e5f60718".utf8)
        for position in canonical.indices {
            for byte: UInt8 in 0...255 {
                var changed = canonical
                changed[position] = byte
                let isDigit = "0123456789abcdef".utf8.contains(byte)
                let isHyphen = byte == UInt8(ascii: "-")
                let isAllowed = [8, 13, 18, 23].contains(position) ? isHyphen : isDigit
                let found = UUIDBytes(canonical: changed.span)
                #expect((found != nil) == isAllowed, "byte \(byte) at \(position)")
                if let found { #expect(Array(found.text.utf8) == changed) }
            }
        }
    }

    @Test func `a UUID in canonical form goes in and out as it was`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var text = ""
            for index in 0..<36 {
                let isHyphen = [8, 13, 18, 23].contains(index)
                text.append(isHyphen ? "-" : Array("0123456789abcdef").randomElement(using: &generator) ?? "0")
            }
            #expect(uuid(text)?.text == text)
            var bytes = TupleBytes()
            bytes.append(logicalID: text)
            #expect(bytes.bytes.count == 17)
            #expect(Array(bytes.bytes.dropFirst()).hexadecimal == text.filter { $0 != "-" })
        }
    }

    @Test(arguments: [
        "", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeeff0",
        "00112233-4455-6677-8899-AABBCCDDEEFF", "001122334-455-6677-8899-aabbccddeeff",
        "00112233-4455-6677-8899-aabbccddeefg", "{0112233-4455-6677-8899-aabbccddeef}",
        "00112233445566778899aabbccddeeffaabb", "00112233-4455-6677-8899-aabbccddee-f",
    ])
    func `other text is no UUID, and a logical id of it stays text`(text: String) throws {
        #expect(uuid(text) == nil)
        var bytes = TupleBytes()
        bytes.append(logicalID: text)
        var reader = TupleReader(bytes.bytes)
        #expect(try reader.next() == .text(text))
    }
}
