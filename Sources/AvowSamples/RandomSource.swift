/// A small random generator whose output depends on its seed alone, on every platform.
///
/// The standard library's `random(in:using:)` does not promise to consume bits the same way in every
/// release, so everything drawn here is drawn with the methods of this type. The generator is
/// xoshiro256**, seeded by SplitMix64; it is meant for sample data and useless for secrets.
struct RandomSource {
    private var state: (UInt64, UInt64, UInt64, UInt64)

    /// Creates a generator for one stream of a seed.
    ///
    /// - Parameters:
    ///   - seed: the seed of the whole sample.
    ///   - stream: which independent sequence of it, for example the number of a patient.
    init(seed: UInt64, stream: UInt64) {
        var mixer = SplitMix(state: seed)
        var inner = SplitMix(state: mixer.next() ^ (stream &* 0xd134_2543_de82_ef95))
        state = (inner.next(), inner.next(), inner.next(), inner.next())
    }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        let result = RandomSource.rotate(state.1 &* 5, by: 7) &* 9
        let shifted = state.1 << 17
        state.2 ^= state.0
        state.3 ^= state.1
        state.1 ^= state.2
        state.0 ^= state.3
        state.2 ^= shifted
        state.3 = RandomSource.rotate(state.3, by: 45)
        return result
    }

    /// A number from the range, both ends included.
    ///
    /// The ranges of the generator are small against 2^64, so the bias of the multiplication is far
    /// below anything a sample could show.
    mutating func integer(in range: ClosedRange<Int>) -> Int {
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int(next().multipliedFullWidth(by: width).high)
    }

    /// True in `percent` of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool {
        integer(in: 0...99) < percent
    }

    /// A number around zero, at most `spread` away, the middle more likely than the ends.
    mutating func noise(_ spread: Int) -> Int {
        (integer(in: -spread...spread) + integer(in: -spread...spread)) / 2
    }

    /// One element of a collection that is not empty.
    mutating func pick<Element>(_ choices: [Element]) -> Element {
        choices[integer(in: 0...(choices.count - 1))]
    }

    /// An identifier in the shape of a version 4 UUID, in lower case.
    mutating func uuid() -> String {
        let high = (next() & 0xffff_ffff_ffff_0fff) | 0x4000
        let low = (next() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000
        let digits: [UInt8] = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<32 {
            if index == 8 || index == 12 || index == 16 || index == 20 { text.append(0x2d) }
            let word = index < 16 ? high : low
            text.append(digits[Int((word >> UInt64(60 - 4 * (index % 16))) & 0xf)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func rotate(_ value: UInt64, by count: UInt64) -> UInt64 {
        (value << count) | (value >> (64 - count))
    }
}

/// SplitMix64, which turns any seed, zero included, into well mixed state.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
