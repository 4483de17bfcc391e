/// What the tree holds of a record: one digest over its sealed bytes, the names of its members, and each member's value
/// under a salt of its own (Format, "Records").
///
/// ```
/// salts 2j, 2j+1 = the two halves of H(0x13, saltSeed, j as 4 bytes)
/// member i       = H(0x10, salt i, raw bytes of value i)
/// names          = H(0x14, number of members as 4 bytes, len(name 1), name 1, …)
/// record         = H(0x11, H(0x12, sealed), names, member 1, member 2, …)
/// ```
/// The names stand apart from the values so that a value can be withheld while it is plain which member it is, and so
/// that it can be shown that a record has no member of some name.
public struct RecordCommitment: Hashable, Sendable {
    /// The length of a salt seed in bytes.
    public static let saltSeedByteCount = 32

    /// The digest that stands in the tree.
    public let digest: Digest
    /// The digest of the sealed bytes.
    public let sealedDigest: Digest

    /// Commits to a record.
    ///
    /// - Parameters:
    ///   - json: the resource as compact JSON.
    ///   - memberCount: how many top-level members it has.
    ///   - saltSeed: 32 bytes that cannot be guessed.
    ///   - sealedDigest: `H(0x12, sealed)` of the bytes that the store keeps.
    ///   - member: where a member stands in `json`, by its number, counted from 0 in their order: the name without its
    ///     quotes, as it is written, and the value. The ranges must lie within `json`.
    /// - Complexity: O(n) in the length of `json`, with 1.5 hashes a member; allocates nothing.
    public init(
        json: Span<UInt8>, memberCount: Int, saltSeed: Span<UInt8>, sealedDigest: Digest,
        member: (Int) -> (name: Range<Int>, value: Range<Int>)
    ) {
        var names = HashState(.memberNames)
        names.update(bigEndian: UInt32(truncatingIfNeeded: memberCount))
        for index in 0..<memberCount {
            let name = member(index).name
            names.update(bigEndian: UInt32(truncatingIfNeeded: name.count))
            names.update(json.extracting(name))
        }
        var record = HashState(.record)
        record.update(sealedDigest)
        record.update(names.finish())
        var salts = sealedDigest
        for index in 0..<memberCount {
            let isFirstOfPair = index % 2 == 0
            if isFirstOfPair { salts = RecordCommitment.salts(saltSeed, pair: index / 2) }
            var value = HashState(.member)
            value.update(bigEndian: isFirstOfPair ? salts.word0 : salts.word2)
            value.update(bigEndian: isFirstOfPair ? salts.word1 : salts.word3)
            value.update(json.extracting(member(index).value))
            record.update(value.finish())
        }
        digest = record.finish()
        self.sealedDigest = sealedDigest
    }

    /// The digest of the sealed bytes of a record: `H(0x12, sealed)`.
    public static func sealedDigest(_ sealed: Span<UInt8>) -> Digest {
        Digest(.sealedRecord, sealed)
    }

    /// The salts of two members, one behind the other.
    private static func salts(_ seed: Span<UInt8>, pair: Int) -> Digest {
        var state = HashState(.memberSalt)
        state.update(seed)
        state.update(bigEndian: UInt32(truncatingIfNeeded: pair))
        return state.finish()
    }
}
