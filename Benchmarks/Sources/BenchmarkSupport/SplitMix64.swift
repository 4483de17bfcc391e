/// A fast generator whose numbers follow from its seed (Steele, Lea, Flood: Fast Splittable Pseudorandom Number
/// Generators, 2014).
public struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    /// A generator; those of different seeds have nothing in common.
    public init(seed: UInt64) {
        state = seed
    }

    /// The generator of one of many things that share a seed, so that each can be made without the others.
    public init(seed: UInt64, number: UInt64) {
        var mixing = SplitMix64(seed: seed)
        state = mixing.next() ^ (number &* 0xd1b5_4a32_d192_ed03)
        _ = next()
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
