/// What the tree holds of a record: one digest over its sealed bytes, the names of its members, and each member's value
/// under a salt of its own (Format, "Records").
///
/// ```
/// salts 2j, 2j+1 = the two halves of H(0x13, saltSeed, j as 4 bytes)
/// member i       = H(0x10, salt i, raw bytes of value i)
/// names          = H(0x14, number of members as 4 bytes, len(name 1), name 1, …)
/// record         = H(0x11, H(0x12, sealed), names, binary tree over the members)
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
    ///   - members: where its top-level members stand in `json`, in order: the name without its quotes, as it is
    ///     written, and the value. The ranges must lie within `json`.
    ///   - saltSeed: 32 bytes that cannot be guessed.
    ///   - sealedDigest: `H(0x12, sealed)` of the bytes that the store keeps.
    /// - Complexity: O(n) in the length of `json`, and about 2.5 hashes a member.
    public init(
        json: Span<UInt8>, members: [(name: Range<Int>, value: Range<Int>)], saltSeed: Span<UInt8>,
        sealedDigest: Digest
    ) {
        var scratch: [UInt8] = []
        var names: [UInt8] = []
        names.append(bigEndian: UInt32(truncatingIfNeeded: members.count))
        var hashes: [Digest] = []
        hashes.reserveCapacity(members.count)
        var salts: [UInt8] = []
        for (index, member) in members.enumerated() {
            names.append(bigEndian: UInt32(truncatingIfNeeded: member.name.count))
            names.append(contentsOf: json.extracting(member.name))
            if index % 2 == 0 { salts = RecordCommitment.salts(saltSeed, pair: index / 2, &scratch) }
            scratch.removeAll(keepingCapacity: true)
            scratch.append(HashTag.member.rawValue)
            scratch.append(contentsOf: salts[index % 2 == 0 ? 0..<16 : 16..<32])
            scratch.append(contentsOf: json.extracting(member.value))
            hashes.append(Digest(sha256: scratch.span))
        }
        let root = RecordCommitment.root(hashes[...])
        let namesDigest = Digest(.memberNames, names)
        scratch.removeAll(keepingCapacity: true)
        scratch.append(HashTag.record.rawValue)
        sealedDigest.append(to: &scratch)
        namesDigest.append(to: &scratch)
        root.append(to: &scratch)
        digest = Digest(sha256: scratch.span)
        self.sealedDigest = sealedDigest
    }

    /// The digest of the sealed bytes of a record: `H(0x12, sealed)`.
    public static func sealedDigest(_ sealed: Span<UInt8>) -> Digest {
        Digest(.sealedRecord, sealed)
    }

    private static func salts(_ seed: Span<UInt8>, pair: Int, _ scratch: inout [UInt8]) -> [UInt8] {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(HashTag.memberSalt.rawValue)
        scratch.append(contentsOf: seed)
        scratch.append(bigEndian: UInt32(truncatingIfNeeded: pair))
        return Digest(sha256: scratch.span).bytes
    }

    /// The binary tree over member hashes, with the inner hashes of the tree, each member one leaf.
    private static func root(_ hashes: ArraySlice<Digest>) -> Digest {
        guard hashes.count > 1, let first = hashes.indices.first else { return hashes.first ?? TreeHash.empty }
        let left = TreeHash.leftCount(of: hashes.count)
        let leftRoot = root(hashes[first..<(first + left)])
        let rightRoot = root(hashes[(first + left)...])
        return TreeHash.inner(UInt64(left), leftRoot, UInt64(hashes.count - left), rightRoot)
    }
}
