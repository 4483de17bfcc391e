import AvowProof
import Testing

@Suite struct CommitRecordTests {
    static func record(reason: String = "import") throws -> CommitRecord {
        try CommitRecord(
            sequence: 41, time: 1_790_000_000_123, entryCount: 1_234_567,
            stateRoot: LogSupport.referenceRoots[3],
            reason: reason)
    }

    @Test func `a record is read back from its encoding, which is its leaf`() throws {
        let record = try Self.record()
        #expect(try CommitRecord(decoding: record.encoded) == record)
        #expect(record.leafHash == LogProof.leafHash(record.encoded))
        // Six members, the format first.
        #expect(record.encoded.starts(with: [0x86, 0x01]))
    }

    @Test func `a reason may have a kibibyte and no more`() throws {
        let longest = String(repeating: "é", count: 512)
        let record = try Self.record(reason: longest)
        #expect(try CommitRecord(decoding: record.encoded).reason == longest)
        #expect(throws: CommitRecord.ReasonTooLong.self) { try Self.record(reason: longest + "x") }
        var writer = CBORWriter()
        writer.text(longest + "x")
        let encoded = Array(try Self.record(reason: "").encoded.dropLast()) + writer.bytes
        #expect(throws: CBORError(.tooLong(limit: 1024, found: 1025), at: encoded.count - writer.bytes.count)) {
            try CommitRecord(decoding: encoded)
        }
    }

    @Test func `a record that was cut, lengthened or of another format is refused`() throws {
        let encoded = try Self.record().encoded
        for length in 0..<encoded.count {
            #expect(throws: CBORError.self) { try CommitRecord(decoding: Array(encoded.prefix(length))) }
        }
        #expect(throws: CBORError(.trailingBytes(count: 1), at: encoded.count)) {
            try CommitRecord(decoding: encoded + [0xf6])
        }
        var other = encoded
        other[1] = 2
        #expect(throws: CBORError(.invalidValue(expected: "a commit record of format 1"), at: 1)) {
            try CommitRecord(decoding: other)
        }
    }

    @Test func `every changed byte is refused or gives another record with another leaf`() throws {
        let record = try Self.record()
        for (offset, changed) in LogSupport.changes(of: record.encoded) {
            if let other = try? CommitRecord(decoding: changed) {
                #expect(other != record && other.leafHash != record.leafHash, "offset \(offset)")
                #expect(other.encoded == changed, "offset \(offset)")
            }
        }
    }

    @Test func `reasons that look alike are not equal`() throws {
        // One composed, one decomposed: Swift's strings would call them equal.
        let composed = try Self.record(reason: "\u{e9}")
        let decomposed = try Self.record(reason: "e\u{301}")
        #expect(composed != decomposed)
    }
}
