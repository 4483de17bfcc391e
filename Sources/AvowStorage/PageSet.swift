/// A set of page numbers below a bound, one bit each.
struct PageSet {
    private var words: [UInt64]

    init(bound: UInt64) {
        words = [UInt64](repeating: 0, count: Int((bound + 63) / 64))
    }

    func contains(_ page: UInt64) -> Bool {
        words[Int(page / 64)] & (1 << (page % 64)) != 0
    }

    /// Adds a page. Returns false when it was there already.
    mutating func insert(_ page: UInt64) -> Bool {
        let bit: UInt64 = 1 << (page % 64)
        let index = Int(page / 64)
        guard words[index] & bit == 0 else { return false }
        words[index] |= bit
        return true
    }
}
