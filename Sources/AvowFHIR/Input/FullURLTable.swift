/// The fullUrls of a bundle and the entries they name, looked up by bytes.
struct FullURLTable {
    private var heads: [UInt64: Int] = [:]
    private var slots: [Slot] = []

    private struct Slot {
        /// The bytes of the URL in the document.
        let range: Range<Int>
        /// Nil when several entries claim the URL.
        var entry: Int?
        /// The next slot of the same hash.
        let next: Int?
    }

    /// Names an entry. An URL that two entries claim names none, unless they are versions of the same
    /// resource.
    mutating func insert(
        _ range: Range<Int>, entry: Int, of document: JSONDocument, isSame: (Int, Int) -> Bool
    ) {
        let hash = Self.hash(range, of: document)
        if let slot = find(range, hash: hash, of: document) {
            if let other = slots[slot].entry, !isSame(other, entry) { slots[slot].entry = nil }
            return
        }
        slots.append(Slot(range: range, entry: entry, next: heads[hash]))
        heads[hash] = slots.count - 1
    }

    /// The entry that a reference names.
    func entry(for range: Range<Int>, of document: JSONDocument) -> Int? {
        guard !slots.isEmpty, let slot = find(range, hash: Self.hash(range, of: document), of: document)
        else { return nil }
        return slots[slot].entry
    }

    private func find(_ range: Range<Int>, hash: UInt64, of document: JSONDocument) -> Int? {
        var slot = heads[hash]
        while let index = slot {
            let candidate = slots[index]
            if document.sameBytes(candidate.range, range) { return index }
            slot = candidate.next
        }
        return nil
    }

    /// Seeded anew in each process, so that nobody can craft URLs that collide.
    private static func hash(_ range: Range<Int>, of document: JSONDocument) -> UInt64 {
        var hasher = Hasher()
        unsafe document.withBytes(range) { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
