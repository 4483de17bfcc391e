import AvowFHIR
import AvowProof
import TestSupport
import Testing

@testable import AvowQuery

@Suite struct `What entries of an index tell` {
    private static let columns = ["code", "PATH(value.value)", "date", "PATH(note.text)", "PATH(patient)"]

    /// An entry, and what its columns show.
    private struct Entry {
        let key: TreeKey
        let date: Int64?
        /// Of the columns that show expressions, by their places; nil for what only the record tells.
        var shown: [Int: Cell?]

        init(using random: inout SeededGenerator) {
            var values = TupleBytes()
            values.append(text: random.pick(["a", "b", "code\0with a zero"]))
            values.append(text: random.pick(["", "http://system"]))
            shown = [1: Entry.append(to: &values, using: &random)]
            date = random.below(4) == 0 ? nil : Int64(random.below(5) - 2) << Int64(random.below(40))
            if let date { values.append(date) } else { values.appendNull() }
            for column in [3, 4] { shown[column] = Entry.append(to: &values, using: &random) }
            key = .index(
                7, AudienceID(rawValue: 1), profile: 0, values: values, Pseudonym(rawValue: UInt64(random.below(300))),
                number: UInt64(random.below(300)))
        }

        private static func append(to values: inout TupleBytes, using random: inout SeededGenerator) -> Cell? {
            switch random.below(7) {
            case 0:
                values.appendNull()
                return .null
            case 1:
                let isTrue = random.below(2) == 1
                let bytes: [UInt8] = isTrue ? [0, 1] : [0]
                values.append(bytes: bytes.span)
                return .boolean(isTrue)
            case 2:
                let text = random.pick(["0", "-3", "4.50", "1e3", "1000000000"])
                let ordered = FHIRDecimal(text)?.orderedBytes ?? []
                values.append(bytes: ordered.span)
                values.append(text: text)
                return .number(text)
            case 3:
                let text = random.pick(["", "short", "é and \u{1F600}", "a\0b", "\0"])
                values.append(text: text)
                return .string(text)
            case 4:
                values.append(text: String(repeating: "x", count: 480))
                return nil
            case 5:
                let text = "0c5f8b6e-0d1a-4a0b-8c2d-00000000000\(random.below(3))"
                values.append(logicalID: text)
                let hasType = random.below(2) == 1
                values.append(UInt64(hasType ? ResourceType.patient.rawValue : 0))
                return .string(hasType ? "Patient/" + text : text)
            default:
                values.append(Int64(0))
                return nil
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `is what stands in their columns, whatever they share with the keys before`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let columns = Self.columns.map { IndexColumn($0) }
        let contents = EntryContents(try IndexForm(IndexDefinition(id: 7, type: .observation, columns: columns)))
        for _ in 0..<100 {
            let entries = (0..<random.below(40)).map { _ in Entry(using: &random) }.sorted { $0.key < $1.key }
            var bytes: [UInt8] = []
            var cuts: [KeyRun.Cut] = []
            for (index, entry) in entries.enumerated() {
                let start = bytes.count
                bytes += entry.key.bytes
                let before = index == 0 ? [] : entries[index - 1].key.bytes
                let own = entry.key.bytes
                let shared = ByteOrder.commonPrefix(before.span, own.span)
                cuts.append(
                    KeyRun.Cut(
                        start..<bytes.count, realmByteCount: entry.key.realmByteCount,
                        orderByteCount: entry.key.orderByteCount, sharedByteCount: shared))
            }
            let keys = KeyRun(bytes, cuts)
            let last = random.pick([2, 3, 4])
            var reader = EntryReader(contents, columns: [last])
            for (index, entry) in entries.enumerated() {
                guard random.below(3) > 0 else {
                    reader.passOver(keys[index])
                    continue
                }
                let facts = try reader.facts(keys[index])
                #expect(facts.date == entry.date, "seed \(seed)")
                for (column, cell) in entry.shown where column <= last {
                    #expect(facts.shown(column) == cell, "seed \(seed), column \(column)")
                }
                #expect(facts.shown(last + 1) == nil)
            }
        }
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `is refused or not told where keys are damaged`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let columns = Self.columns.map { IndexColumn($0) }
        let contents = EntryContents(try IndexForm(IndexDefinition(id: 7, type: .observation, columns: columns)))
        var refusals = 0
        for _ in 0..<3_000 {
            let entry = Entry(using: &random)
            var bytes = entry.key.bytes
            bytes[random.below(bytes.count)] ^= random.mask()
            var orderByteCount = entry.key.orderByteCount
            if random.below(2) == 0 { orderByteCount = random.below(orderByteCount + 1) }
            guard
                let key = TreeKey(
                    bytes: bytes, realmByteCount: entry.key.realmByteCount, orderByteCount: orderByteCount)
            else { continue }
            var reader = EntryReader(contents, columns: [4])
            do throws(QueryError) {
                let facts = try reader.facts(KeyPlace(key), RecordIdentity(pseudonym: 1, number: 1))
                for column in 0...4 { _ = facts.shown(column) }
                var identity: [UInt8] = []
                for column in [1, 3, 4] { _ = facts.columns?.append(column, .cell, to: &identity) }
            } catch {
                refusals += 1
            }
        }
        #expect(refusals > 100)
    }
}
