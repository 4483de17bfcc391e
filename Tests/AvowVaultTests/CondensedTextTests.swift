import AvowProof
import TestSupport
import Testing

@testable import AvowVault

@Suite struct `Condensed text` {
    private static let limit = 1 << 16

    /// What stands for a text, and what it expands to again.
    private func condensed(_ plain: [UInt8], patient: UUIDBytes? = nil) -> (text: [UInt8], column: [UInt8]) {
        var condensed = CondensedText()
        condensed.condense(plain.span, patient: patient)
        return ([UInt8](copying: condensed.text.span), [UInt8](copying: condensed.column.span))
    }

    private func expanded(
        _ text: [UInt8], _ column: [UInt8], patient: UUIDBytes? = nil, limit: Int = limit
    ) throws -> (plain: [UInt8], columnLength: Int) {
        var plain = Scratch()
        let length = try CondensedText.expand(text.span, column.span, patient: patient, limit: limit, into: &plain)
        return ([UInt8](copying: plain.span), length)
    }

    @Test func `identifiers and times leave one byte, and repeated ones stand in the column once`() throws {
        let identifier = "01234567-89ab-cdef-0123-456789abcdef"
        let (text, column) = condensed(
            Array(#"{"id":"\#(identifier)","a":"Patient/\#(identifier)","#.utf8)
                + Array(#""t":"2024-02-29T23:59:60.123+02:00","u":"2024-02-29T23:59:60Z","d":"1912-06-23"}"#.utf8))
        #expect(
            text == Array("{\"id\":\"\u{1}\",\"a\":\"Patient/\u{2} \",\"t\":\"\u{3}.123+02:00\",".utf8)
                + Array("\"u\":\"\u{4}Z\",\"d\":\"\u{5}\"}".utf8))
        let instant = UInt64(2024) << 26 | 2 << 22 | 29 << 17 | 23 << 12 | 59 << 6 | 60
        let date = UInt64(1912) << 9 | 6 << 5 | 23
        #expect(
            column == [1, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF, 1, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF]
                + (0..<5).reversed().map { UInt8(truncatingIfNeeded: instant >> (8 * $0)) }
                + (0..<3).reversed().map { UInt8(truncatingIfNeeded: date >> (8 * $0)) })
    }

    @Test func `the patient's identifier leaves one byte wherever it stands, and none in the column`() throws {
        let patient = try #require(UUIDBytes(canonical: "01234567-89ab-cdef-0123-456789abcdef"))
        let other = "fedcba98-7654-3210-fedc-ba9876543210"
        let plain = Array("\(patient.text) \(other) Patient/\(patient.text) \(other)".utf8)
        let (text, column) = condensed(plain, patient: patient)
        #expect(text == Array("\u{6} \u{1} Patient/\u{6} \u{2} ".utf8))
        let half: [UInt8] = [0xFE, 0xDC, 0xBA, 0x98, 0x76, 0x54, 0x32, 0x10]
        #expect(column == half + half)
        #expect(try expanded(text, column, patient: patient).plain == plain)
        // Without it the text is refused.
        #expect(throws: VaultError.self) { try expanded(text, column) }
        // What was condensed without it is given back with it, too.
        let alone = condensed(plain)
        #expect(try expanded(alone.text, alone.column, patient: patient).plain == plain)
    }

    @Test(arguments: [
        "", "-", "--------", "1-2-3", "2024-02", "2024-02-2", "2024-16-01", "2024-01-32", "2024-01-01T24:60:61",
        "2024-01-01T99:00:00", "12024-01-01", "2024-01-012024-01-01T00:00:00", "2024-01-01T00:00:0",
        "01234567-89AB-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123-456789abcde",
        "x01234567-89ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123_456789abcdef",
        "2024-01-01-234567-89ab-cdef-0123-456789abcdef", "\u{1}", "a\u{7}b", "\u{7}", "é-ü2024-01-01ß",
        "01234567-89ab-cdef-0123-456789abcdef01234567-89ab-cdef-0123-456789abcdef",
    ])
    func `whatever looks like an identifier or a time comes back as it was`(_ source: String) throws {
        let plain = Array(source.utf8)
        let (text, column) = condensed(plain)
        #expect(text.count + column.count <= CondensedText.bound(plain.count))
        let (back, length) = try expanded(text, column + [1, 2, 3])
        #expect(back == plain && length == column.count)
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `random texts of such pieces come back`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var identifiers = [String](repeating: "", count: 120).map { _ in
            let digits = (0..<32).map { _ in String(Int.random(in: 0..<16, using: &generator), radix: 16) }
            return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { digits[$0].joined() }.joined(separator: "-")
        }
        identifiers.append("01234567-89ab-cdef-0123-456789abcdeg")
        for _ in 0..<100 {
            var source = ""
            for _ in 0..<Int.random(in: 0..<300, using: &generator) {
                switch Int.random(in: 0..<6, using: &generator) {
                case 0: source += identifiers.randomElement(using: &generator) ?? ""
                case 1:
                    let year = Int.random(in: 2_010...2_099, using: &generator)
                    source += "\(year)-0\(Int.random(in: 0...9, using: &generator))-1"
                case 2: source += "9999-12-31T23:59:59"
                case 3: source += String(repeating: "-", count: Int.random(in: 0..<4, using: &generator))
                case 4: source += String(Int.random(in: 0..<100_000, using: &generator))
                default: source += ["\"", "/", "T", ":", "é", "a", "f0"].randomElement(using: &generator) ?? ""
                }
            }
            let plain = Array(source.utf8)
            let patient = UUIDBytes(canonical: identifiers[Int.random(in: 100...120, using: &generator)])
            let (text, column) = condensed(plain, patient: patient)
            #expect(text.count + column.count <= CondensedText.bound(plain.count), "seed \(seed)")
            let (back, length) = try expanded(text, column, patient: patient)
            #expect(back == plain && length == column.count, "seed \(seed)")
        }
    }

    @Test(arguments: 0..<40)
    func `identifiers and dates come back behind any number of bytes, all their digits`(offset: Int) throws {
        var generator = SeededGenerator(seed: UInt64(offset))
        for _ in 0..<20 {
            let identifier = UUIDBytes(
                high: UInt64.random(in: 0 ... .max, using: &generator),
                low: UInt64.random(in: 0 ... .max, using: &generator))
            let padding = [UInt8](
                repeating: [8, 9, 0x20, 0x7F, 0x80, 0xFF].randomElement(using: &generator)!, count: offset)
            let date =
                "\(Int.random(in: 1_000...9_999, using: &generator))-0\(Int.random(in: 1...9, using: &generator))-1\(offset % 10)"
            let plain =
                padding + Array("\(identifier.text)\(date)T0\(offset % 10):1\(offset % 7):59 ".utf8) + padding
                + Array(date.utf8)
            let (text, column) = condensed(plain)
            #expect(text == padding + [1, 3, 0x20] + padding + [5], "offset \(offset)")
            #expect(try expanded(text, column).plain == plain, "offset \(offset)")
        }
    }

    @Test func `bytes that no text holds come back, too`() throws {
        let seed: UInt64 = 4
        var generator = SeededGenerator(seed: seed)
        for length in 0..<300 {
            let plain = generator.bytes(length)
            let (text, column) = condensed(plain)
            #expect(text.count + column.count <= CondensedText.bound(length), "seed \(seed)")
            #expect(try expanded(text, column).plain == plain, "seed \(seed)")
        }
    }

    @Test func `what was not condensed by this store is refused, and never crashes`() throws {
        for (text, column) in [
            ([1], [UInt8](repeating: 0, count: 15)), ([2], []), ([2, 32], []), ([2, 31], []), ([3], [0, 0, 0, 0]),
            ([4], [0, 0, 0, 0, 0]), ([5], [0, 0]), ([5], [0xFF, 0xFF, 0xFF]), ([3], [0xFF, 0, 0, 0, 0]), ([6], []),
            ([0x41, 7], []), ([0], []),
        ] as [([UInt8], [UInt8])] {
            let error = #expect(throws: VaultError.self) { try expanded(text, column) }
            guard case .malformed(.record, _, _) = error else {
                Issue.record("\(text): \(String(describing: error))")
                continue
            }
        }
        let seed: UInt64 = 6
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5_000 {
            let text = generator.bytes(Int.random(in: 0..<40, using: &generator)).map { byte in
                byte < 128 ? byte & 7 : byte & 0x7F
            }
            let column = generator.bytes(Int.random(in: 0..<80, using: &generator))
            if let (plain, length) = try? expanded(text, column, limit: 200) {
                #expect(plain.count <= 200 && length <= column.count, "seed \(seed)")
            }
        }
    }

    @Test func `a text above the limit is refused, however few bytes stand for it`() throws {
        let text = [1] + [UInt8]((0..<10_000).flatMap { _ in [2, 32] as [UInt8] })
        let column = [UInt8](repeating: 0, count: 16)
        #expect(try expanded(text, column, limit: 360_036).plain.count == 360_036)
        let error = #expect(throws: VaultError.self) { try expanded(text, column, limit: 1_000) }
        guard case .tooLarge(.record, let length, limit: 1_000) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(length < 1_100)
    }
}
