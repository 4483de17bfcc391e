import AvowProof
import AvowTree
import AvowVault
import BenchmarkSupport
import Foundation

/// Entries as an index by code and date has them: a few hundred codes, dates over decades, random patients.
///
/// Each follows from its number alone, so that any can be made again without keeping the others.
enum TreeEntries {
    private static let seed: UInt64 = 4_548
    private static let audience = AudienceID(rawValue: 0x1234_5678_9abc_def0)
    private static let codes: UInt64 = 300
    private static let milliseconds: UInt64 = 1_500_000_000_000

    static func entry(_ number: Int) -> TreeMutation {
        var generator = SplitMix64(seed: seed, number: UInt64(number))
        var values = TupleBytes()
        values.append(text: "\(generator.next() % codes + 1_000)-4")
        values.append(text: "http://loinc.org")
        values.append(Int64(generator.next() % milliseconds))
        let key = TreeKey.index(
            96, audience, profile: 0, values: values, Pseudonym(rawValue: generator.next()),
            number: UInt64(number % 500))
        let digest = Digest(.value, Array("\(number)".utf8))
        return TreeMutation(key, .record(digest, blob: UInt64(number + 1)))
    }

    static func entries(_ numbers: Range<Int>) -> [TreeMutation] {
        numbers.map(entry)
    }

    /// Changes that put entries.
    static func changes(_ numbers: Range<Int>) -> TreeChanges {
        TreeChanges(entries(numbers))
    }

    /// Writes entries for another engine: of each the length of the key in two bytes, the key, and a value of 40 bytes,
    /// as many as a tree keeps of a record (its digest and the number of its blob).
    static func write(_ count: Int, to path: String) throws {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let file = FileHandle(forWritingAtPath: path) else { throw CocoaError(.fileWriteUnknown) }
        let valueCount = Digest.byteCount + 8
        var buffer: [UInt8] = []
        for number in 0..<count {
            let key = entry(number).key.bytes
            buffer += [UInt8(truncatingIfNeeded: key.count), UInt8(truncatingIfNeeded: key.count >> 8)]
            buffer += key
            var generator = SplitMix64(seed: seed + 1, number: UInt64(number))
            for _ in 0..<(valueCount / 8) {
                withUnsafeBytes(of: generator.next()) { buffer.append(contentsOf: $0) }
            }
            if buffer.count > 4 << 20 {
                try file.write(contentsOf: Data(buffer))
                buffer.removeAll(keepingCapacity: true)
            }
        }
        try file.write(contentsOf: Data(buffer))
        try file.close()
    }
}
