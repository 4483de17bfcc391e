internal import AvowFHIR
internal import AvowProof

/// Where the columns of an entry stand in its key. What is in one is read when it is asked for, as most entries are refused,
/// or counted, by the first thing that they tell.
///
/// What cannot be read is not told, and is for the record to say.
struct EntryColumns {
    private let bytes: [UInt8]
    /// Where each column begins, behind the beginning of the key.
    private let starts: SIMD8<UInt16>
    private let start: UInt32
    private let end: UInt32
    /// How many columns are known, from the first on.
    let count: Int
    private let texts: IndexTextLimit

    /// - Parameter starts: where the columns begin, behind the beginning of the key.
    init(_ key: KeyPlace, _ starts: SIMD8<UInt16>, count: Int, _ texts: IndexTextLimit) {
        bytes = key.bytes
        start = UInt32(truncatingIfNeeded: key.realm.lowerBound)
        end = UInt32(truncatingIfNeeded: key.order.upperBound)
        self.starts = starts
        self.count = count
        self.texts = texts
    }

    /// Where a column begins; nil when that is not known.
    private func offset(_ column: Int) -> Int? { column < count ? Int(start) + Int(starts[column]) : nil }

    /// The key up to a column; nil when it is not known where that begins.
    func prefix(_ column: Int) -> [UInt8]? { offset(column).map { Array(bytes[Int(start)..<$0]) } }

    /// What a column of an expression says is shown of it; nil when it does not say.
    func shown(_ column: Int) -> Cell? {
        offset(column).flatMap { ShownColumn.cell(bytes, at: $0, upTo: Int(end), texts) }
    }

    /// The value in a column of one part.
    func value(_ column: Int, _ part: IndexPart) -> IndexedValue {
        guard let offset = offset(column) else { return .unknown }
        var reader = TupleReader(bytes, in: offset..<Int(end))
        return (try? part.read(&reader, texts)) ?? .unknown
    }

    /// Appends the bytes of a column of one part, from which follows what it tells; false when they are not known.
    func append(_ column: Int, _ part: IndexPart, to identity: inout [UInt8]) -> Bool {
        guard let offset = offset(column), let end = part.end(of: offset, in: bytes, upTo: Int(end)) else {
            return false
        }
        identity.append(contentsOf: bytes[offset..<end])
        return true
    }
}

extension IndexPart {
    /// The offset behind the value that begins at an offset; nil when there is none as it should be.
    func end(of offset: Int, in bytes: [UInt8], upTo end: Int) -> Int? {
        guard let first = TupleScan.end(of: offset, in: bytes, upTo: end) else { return nil }
        // One null stands for all of a column without a value.
        if bytes[offset] == 0 { return first }
        switch self {
        case .instant, .string, .number, .uri, .owner: return first
        case .token, .date, .quantity: return TupleScan.end(of: first, in: bytes, upTo: end)
        case .reference:
            var place = offset
            let second = TupleScan.end(of: first, in: bytes, upTo: end)
            guard TupleScan.unsigned(at: &place, in: bytes, upTo: end) == IndexPart.identifierMark else {
                return second
            }
            return second.flatMap { TupleScan.end(of: $0, in: bytes, upTo: end) }
        case .cell:
            return ShownColumn.hasTwoElements(bytes, at: offset, first)
                ? TupleScan.end(of: first, in: bytes, upTo: end) : first
        }
    }
}
