internal import AvowFHIR
internal import AvowProof

/// Reads what entries of an index tell.
struct EntryReader {
    /// The parts of the columns up to the last that is read.
    private let columns: [[IndexPart]]
    /// The column that is the clinical date, when it is among them.
    private let dateColumn: Int?
    private let texts: IndexTextLimit
    private let hasOverflow: Bool
    /// Where the columns of the last key begin, behind its beginning, and how many of them were found.
    private var starts = SIMD8<UInt16>()
    private var knownCount = 0
    /// How many leading bytes the next key is known to share with the last, as far as keys passed over since tell.
    private var sharedByteCount = 0

    /// - Parameter columns: those that are read, besides the clinical date.
    init(_ contents: EntryContents, columns: Set<Int>) {
        hasOverflow = contents.form?.definition.hasOverflow ?? false
        texts = contents.form?.textLimit ?? IndexTextLimit([.token, .instant])
        let parts = contents.form?.columns.map(\.parts) ?? [[.token], [.instant]]
        dateColumn = contents.dateColumn
        let last = columns.union(contents.dateColumn.map { [$0] } ?? []).max()
        self.columns = last.map { Array(parts[...$0]) } ?? []
    }

    /// What the key of an entry tells.
    ///
    /// - Parameter owner: whose the record is, when that was read.
    mutating func facts(_ key: KeyPlace, _ owner: RecordIdentity? = nil) throws(QueryError) -> EntryFacts {
        let known: RecordIdentity
        if let owner { known = owner } else { known = try EntryReader.owner(key, in: key.owner, hasType: false) }
        var facts = EntryFacts(owner: known)
        if hasOverflow, key.order.count == 1 {
            facts.isForAll = true
            passOver(key)
            return facts
        }
        guard !columns.isEmpty else { return facts }
        guard find(key), readDate(key, &facts) else {
            knownCount = 0
            throw .entry(key.key, expected: "values of an index, a patient and the number of a record")
        }
        facts.columns = EntryColumns(key, starts, count: columns.count, texts)
        return facts
    }

    /// A key was not read that stands before the next one.
    mutating func passOver(_ key: KeyPlace) { sharedByteCount = min(sharedByteCount, key.sharedByteCount) }

    /// Finds where the columns of a key begin; false when the key is not one of the index.
    private mutating func find(_ key: KeyPlace) -> Bool {
        passOver(key)
        let start = key.realm.lowerBound
        let end = key.order.upperBound
        var column = 0
        if knownCount > 0, Int(starts[0]) == key.realm.count {
            // What stands before a column is often the same as in the key before; and so must be its first byte, since a
            // text that has a zero goes on where another ends.
            while column + 1 < knownCount, Int(starts[column + 1]) < sharedByteCount { column += 1 }
        } else {
            starts[0] = UInt16(truncatingIfNeeded: key.realm.count)
        }
        var offset = start + Int(starts[column])
        while column + 1 < columns.count {
            for part in columns[column] {
                let isNull = offset < end && key.bytes[offset] == 0
                guard let next = part.end(of: offset, in: key.bytes, upTo: end) else { return false }
                offset = next
                // One null stands for all parts.
                if isNull { break }
            }
            column += 1
            starts[column] = UInt16(truncatingIfNeeded: offset - start)
        }
        knownCount = columns.count
        sharedByteCount = .max
        return offset < end
    }

    private func readDate(_ key: KeyPlace, _ facts: inout EntryFacts) -> Bool {
        guard let dateColumn else { return true }
        var offset = key.realm.lowerBound + Int(starts[dateColumn])
        guard offset < key.order.upperBound, key.bytes[offset] != 0 else { return offset < key.order.upperBound }
        facts.date = TupleScan.integer(at: &offset, in: key.bytes, upTo: key.order.upperBound)
        return facts.date != nil
    }

    /// Whose the record of an entry is.
    static func owner(
        _ key: KeyPlace, in range: Range<Int>, hasType: Bool
    ) throws(QueryError) -> RecordIdentity {
        var offset = range.lowerBound
        let end = range.upperBound
        if let pseudonym = TupleScan.unsigned(at: &offset, in: key.bytes, upTo: end) {
            if hasType { offset = TupleScan.end(of: offset, in: key.bytes, upTo: end) ?? end }
            if let number = TupleScan.unsigned(at: &offset, in: key.bytes, upTo: end), offset == end {
                return RecordIdentity(pseudonym: pseudonym, number: number)
            }
        }
        do throws(TupleError) {
            var reader = TupleReader(key.bytes, in: range)
            let pseudonym = try reader.unsigned()
            if hasType { try reader.skip() }
            let owner = RecordIdentity(pseudonym: pseudonym, number: try reader.unsigned())
            try reader.finish()
            return owner
        } catch {
            throw .entry(key.key, expected: "a patient and the number of a record: \(error)")
        }
    }
}
