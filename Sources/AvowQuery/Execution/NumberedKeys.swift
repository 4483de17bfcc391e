/// Something that is looked up in ``NumberedKeys``.
protocol NumberedKey: Equatable, Sendable {
    /// A word of its bits, scattered by an odd factor that nobody outside of the process knows.
    func scattered(by factor: UInt64) -> UInt64
}

extension UInt64: NumberedKey {
    func scattered(by factor: UInt64) -> UInt64 { self &* factor }
}

extension RecordPlace: NumberedKey {
    func scattered(by factor: UInt64) -> UInt64 {
        var word = owner.pseudonym &* factor
        word = (word ^ word >> 32 &+ owner.number) &* factor
        return (word ^ word >> 32 &+ group) &* factor
    }
}

/// Keys, each known by a number from 0 on, in the order of their first coming.
///
/// What hash tables of the standard library do for any key at the cost of a good hash is done here for patients and
/// records at the cost of a multiplication (open addressing, linear probing, multiply-shift hashing with a factor drawn
/// by the process, so that whoever chooses the keys does not choose which of them collide). Numbers do not depend on the
/// factor.
struct NumberedKeys<Key: NumberedKey>: Sendable {
    /// The keys by their numbers.
    private(set) var keys: [Key] = []
    /// Numbers by their places; -1 where there is none. Their count is a power of two, or none.
    private var slots: [Int32] = []
    private var shift: UInt64 = 0
    private let factor = NumberedKeysFactor.drawn

    init() {}

    init(_ keys: some Sequence<Key>) {
        for key in keys { _ = insert(key) }
    }

    var count: Int { keys.count }
    var isEmpty: Bool { keys.isEmpty }

    /// The number of a key; nil when it never came.
    func number(of key: Key) -> Int? {
        guard !slots.isEmpty else { return nil }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: key.scattered(by: factor) >> shift)
        while true {
            let number = Int(slots[slot])
            if number < 0 { return nil }
            if keys[number] == key { return number }
            slot = (slot + 1) & mask
        }
    }

    func contains(_ key: Key) -> Bool { number(of: key) != nil }

    /// The number of a key, which may be new.
    mutating func insert(_ key: Key) -> (number: Int, isNew: Bool) {
        if keys.count * 2 >= slots.count { grow() }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: key.scattered(by: factor) >> shift)
        while true {
            let number = Int(slots[slot])
            if number < 0 {
                slots[slot] = Int32(keys.count)
                keys.append(key)
                return (keys.count - 1, true)
            }
            if keys[number] == key { return (number, false) }
            slot = (slot + 1) & mask
        }
    }

    mutating func removeAll() {
        guard !keys.isEmpty else { return }
        keys.removeAll(keepingCapacity: true)
        for slot in slots.indices { slots[slot] = -1 }
    }

    private mutating func grow() {
        let count = max(16, slots.count * 2)
        slots = [Int32](repeating: -1, count: count)
        shift = UInt64(64 - count.trailingZeroBitCount)
        for (number, key) in keys.enumerated() {
            var slot = Int(truncatingIfNeeded: key.scattered(by: factor) >> shift)
            while slots[slot] >= 0 { slot = (slot + 1) & (count - 1) }
            slots[slot] = Int32(number)
        }
    }
}

private enum NumberedKeysFactor {
    static let drawn = UInt64.random(in: .min ... .max) | 1
}

extension NumberedKeys {
    /// The keys that a set operation leaves of two sets.
    func combined(_ operation: SetOperation, _ other: NumberedKeys) -> NumberedKeys {
        switch operation {
        case .union:
            var all = self
            for key in other.keys { _ = all.insert(key) }
            return all
        case .intersection: return NumberedKeys(keys.lazy.filter { other.contains($0) })
        case .difference: return NumberedKeys(keys.lazy.filter { !other.contains($0) })
        }
    }
}

/// Patients by their pseudonyms, each once.
typealias PseudonymSet = NumberedKeys<UInt64>
