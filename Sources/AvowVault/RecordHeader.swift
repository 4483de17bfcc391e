/// What stands in front of a sealed record: the format and the dictionary's id.
struct RecordHeader {
    private static let format: UInt8 = 3

    let dictionaryID: UInt32
    /// Bytes of the header: one, and one to five of the id.
    let length: Int

    init(dictionaryID: UInt32) {
        self.dictionaryID = dictionaryID
        length = 1 + max(1, (UInt32.bitWidth - dictionaryID.leadingZeroBitCount + 6) / 7)
    }

    /// Reads the header in front of a sealed record.
    init(_ sealed: Span<UInt8>) throws(VaultError) {
        guard !sealed.isEmpty else { throw .malformed(.record, offset: 0, expected: "a format") }
        guard sealed[0] == RecordHeader.format else { throw .unsupportedFormat(.record, found: sealed[0]) }
        var value: UInt64 = 0
        var end = 0
        for position in 0..<5 where end == 0 && position + 1 < sealed.count {
            let next = sealed[position + 1]
            value |= UInt64(next & 0x7F) << (7 * UInt64(position))
            guard next & 0x80 == 0 else { continue }
            // A last byte of zero would say nothing: the same number has a shorter form.
            guard next != 0 || position == 0 else { break }
            end = position + 2
        }
        guard end > 0, let id = UInt32(exactly: value) else {
            throw .malformed(.record, offset: 1, expected: "a dictionary id in its shortest form")
        }
        dictionaryID = id
        length = end
    }

    /// The header's bytes, lowest seven bits of the id first.
    private func byte(at index: Int) -> UInt8 {
        guard index > 0 else { return RecordHeader.format }
        let bits = UInt8(truncatingIfNeeded: dictionaryID >> (7 * UInt32(index - 1)))
        return index == length - 1 ? bits & 0x7F : bits | 0x80
    }

    /// - Parameter output: At least `length` bytes.
    @unsafe func write(to output: UnsafeMutableBufferPointer<UInt8>) {
        for index in 0..<length { unsafe output[index] = byte(at: index) }
    }

    func associatedData(_ storeID: StoreID, _ pseudonym: UInt64, _ recordID: UInt64) -> AssociatedData {
        var data = AssociatedData(storeID)
        data.append(pseudonym)
        data.append(recordID)
        for index in 0..<length { data.append(byte(at: index)) }
        return data
    }
}
