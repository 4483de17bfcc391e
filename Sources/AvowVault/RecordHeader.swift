/// What stands in front of a sealed record: the format and the dictionary's id.
struct RecordHeader {
    private static let format: UInt8 = 1

    let dictionaryID: UInt32
    /// Bytes of the header: one, and one to five of the id.
    let length: Int

    init(dictionaryID: UInt32) {
        self.dictionaryID = dictionaryID
        length = 1 + max(1, (UInt32.bitWidth - dictionaryID.leadingZeroBitCount + 6) / 7)
    }

    /// Reads the header in front of a sealed record.
    init(_ sealed: Span<UInt8>) throws(VaultError) {
        // No more than the header is looked at: six bytes at most.
        var reader = ByteReader(sealed.extracting(first: 6), subject: .record)
        let format = try reader.byte("a format")
        guard format == RecordHeader.format else { throw .unsupportedFormat(.record, found: format) }
        dictionaryID = try reader.variableLength("a dictionary id in its shortest form")
        length = reader.offset
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
