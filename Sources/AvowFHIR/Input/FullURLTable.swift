/// The fullUrls of a bundle and the entries they name, looked up by bytes.
struct FullURLTable {
    /// By the low bits of their hashes: the number of a slot plus one, or 0; whoever finds it taken goes on behind.
    private var places: [UInt32] = []
    private var slots: [Slot] = []

    private struct Slot {
        /// The bytes of the URL in the document.
        let range: Range<Int>
        /// Nil when several entries claim the URL.
        var entry: Int?
        let hash: UInt64
    }

    /// Names an entry. An URL that two entries claim names none, unless they are versions of the same
    /// resource.
    mutating func insert(
        _ range: Range<Int>, entry: Int, of document: JSONDocument, isSame: (Int, Int) -> Bool
    ) {
        // At most half of the places are taken.
        if places.count < 2 * (slots.count + 1) { grow(to: max(64, 4 * (slots.count + 1))) }
        let hash = Self.hash(range, of: document)
        let place = place(of: range, hash: hash, of: document)
        guard places[place] == 0 else {
            let slot = Int(places[place]) - 1
            if let other = slots[slot].entry, !isSame(other, entry) { slots[slot].entry = nil }
            return
        }
        slots.append(Slot(range: range, entry: entry, hash: hash))
        places[place] = UInt32(slots.count)
    }

    /// The entry that a reference names.
    func entry(for range: Range<Int>, of document: JSONDocument) -> Int? {
        guard !slots.isEmpty else { return nil }
        let place = place(of: range, hash: Self.hash(range, of: document), of: document)
        return places[place] == 0 ? nil : slots[Int(places[place]) - 1].entry
    }

    /// Where the URL stands, or else where it belongs.
    private func place(of range: Range<Int>, hash: UInt64, of document: JSONDocument) -> Int {
        let mask = places.count - 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while places[place] != 0 {
            let slot = slots[Int(places[place]) - 1]
            if slot.hash == hash, document.sameBytes(slot.range, range) { break }
            place = (place + 1) & mask
        }
        return place
    }

    private mutating func grow(to count: Int) {
        places = Array(repeating: 0, count: 1 << (Int.bitWidth - (count - 1).leadingZeroBitCount))
        let mask = places.count - 1
        for (number, slot) in slots.enumerated() {
            var place = Int(truncatingIfNeeded: slot.hash) & mask
            while places[place] != 0 { place = (place + 1) & mask }
            places[place] = UInt32(number + 1)
        }
    }

    /// Seeded anew in each process, so that nobody can craft URLs that collide.
    private static func hash(_ range: Range<Int>, of document: JSONDocument) -> UInt64 {
        var hasher = Hasher()
        unsafe document.withBytes(range) { unsafe hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
