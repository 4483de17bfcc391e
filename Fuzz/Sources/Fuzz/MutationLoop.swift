import Foundation

/// Mutates a corpus at random for a time: what there is where libFuzzer is not.
///
/// Input `n` follows from the seed, the corpus and `n` alone. The number of the current one stands in a file, so that a
/// crash can be repeated.
struct MutationLoop {
    private let harness: Harness
    private let seed: UInt64
    private let corpus: [[UInt8]]

    init(harness: Harness, seed: UInt64, corpus folder: String) {
        self.harness = harness
        self.seed = seed
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder).sorted()) ?? []
        let read = names.compactMap { try? Data(contentsOf: URL(filePath: folder).appending(path: $0)) }
        corpus = read.isEmpty ? [[]] : read.map(Array.init)
    }

    mutating func run(seconds: Double, only: UInt64?) {
        print("\(harness.rawValue): seed \(seed), \(corpus.count) inputs in the corpus")
        if let only {
            let input = input(only)
            print(String(decoding: input, as: UTF8.self))
            harness.run(input)
            return
        }
        let place = URL(filePath: "fuzz-\(harness.rawValue).number")
        let start = ContinuousClock.now
        var number: UInt64 = 0
        var slowest = Duration.zero
        while ContinuousClock.now - start < .seconds(seconds) {
            try? Data("\(seed) \(number)".utf8).write(to: place)
            let began = ContinuousClock.now
            harness.run(input(number))
            let time = ContinuousClock.now - began
            if time > slowest {
                slowest = time
                precondition(time < .seconds(10), "input \(number) of seed \(seed) takes \(time)")
            }
            number += 1
        }
        try? FileManager.default.removeItem(at: place)
        print("\(harness.rawValue): \(number) inputs, the slowest took \(slowest)")
    }

    private func input(_ number: UInt64) -> [UInt8] {
        var random = SplitMix64(state: seed &+ number &* 0x9E37_79B9_7F4A_7C15)
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...8, using: &random) { mutate(&bytes, &random) }
        return bytes
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        let end = Int.random(in: place...min(bytes.count, place + 32), using: &random)
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes.removeSubrange(place..<end)
        case 1: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 3 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 4: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &random), at: place)
        default:
            // A piece of another input, put in or put over.
            let other = corpus.randomElement(using: &random) ?? []
            let from = Int.random(in: 0...other.count, using: &random)
            let to = Int.random(in: from...min(other.count, from + 64), using: &random)
            bytes.replaceSubrange(place..<(Bool.random(using: &random) ? end : place), with: other[from..<to])
        }
        if bytes.count > 1 << 14 { bytes.removeLast(bytes.count - 1 << 14) }
    }
}

private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
