import AvowProof

/// What the tests of encoding, log and notes share.
enum LogSupport {
    /// The bytes that `text` writes in hexadecimal; the tests' own literals are well-formed.
    static func bytes(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        precondition(digits.count == text.count && digits.count.isMultiple(of: 2), "not hexadecimal: \(text)")
        return stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    static func digest(_ text: String) -> Digest {
        guard let digest = Digest(bytes(text)) else { preconditionFailure("not a digest: \(text)") }
        return digest
    }

    /// The leaves with which implementations of RFC 6962 are commonly tested.
    static let referenceLeaves: [[UInt8]] = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ].map(bytes)

    /// Their roots at sizes 0 to 8, as certificate-transparency publishes them.
    static let referenceRoots: [Digest] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ].map(digest)

    /// The name of the case of `problem`; `plain` lists the cases without values, which a mirror does not name.
    static func caseName<Problem: Equatable>(_ problem: Problem, plain: [(Problem, String)]) -> String {
        Mirror(reflecting: problem).children.first?.label
            ?? plain.first { $0.0 == problem }?.1
            ?? "unnamed"
    }

    static func name(_ problem: CBORError.Problem) -> String {
        caseName(
            problem,
            plain: [
                (.notShortest, "notShortest"), (.indefiniteLength, "indefiniteLength"),
                (.outOfRange, "outOfRange"),
                (.invalidText, "invalidText"), (.keysOutOfOrder, "keysOutOfOrder"),
                (.duplicateKey, "duplicateKey"),
            ])
    }

    static func name(_ problem: NoteError.Problem) -> String {
        caseName(
            problem,
            plain: [
                (.invalidText, "invalidText"), (.unfinishedLine, "unfinishedLine"),
                (.noSignatures, "noSignatures"),
                (.malformedSignatureLine, "malformedSignatureLine"), (.invalidKeyName, "invalidKeyName"),
                (.malformedKey, "malformedKey"), (.notSigned, "notSigned"),
            ])
    }

    /// Every change of one byte of `bytes` that flips one bit, and those that put a character with a meaning there.
    static func changes(of bytes: [UInt8], characters: String = "\n +=0") -> [(offset: Int, bytes: [UInt8])] {
        bytes.indices.flatMap { offset in
            let flips = (0..<8).map { bytes[offset] ^ 1 << $0 }
            return (flips + Array(characters.utf8)).filter { $0 != bytes[offset] }.map { byte in
                var changed = bytes
                changed[offset] = byte
                return (offset, changed)
            }
        }
    }
}

/// A log in memory, as storage would hold it: hashes appended in the order of their positions.
struct MemoryLog {
    private(set) var stored: [Digest] = []
    private(set) var leafHashes: [Digest] = []

    /// A hash was asked for that is not stored.
    struct Missing: Error, Equatable {
        let position: UInt64
    }

    var size: UInt64 { UInt64(leafHashes.count) }

    init(_ leaves: [[UInt8]] = []) throws {
        for leaf in leaves { try append(leaf) }
    }

    func hash(level: Int, index: UInt64) throws(Missing) -> Digest {
        let position = LogNode(level: level, index: index).position
        guard position < UInt64(stored.count) else { throw Missing(position: position) }
        return stored[Int(position)]
    }

    mutating func append(_ leaf: [UInt8]) throws {
        let leafHash = LogProof.leafHash(leaf)
        stored += try MerkleLog.appending(leafHash: leafHash, size: size, stored: hash)
        leafHashes.append(leafHash)
    }
}

/// RFC 6962, section 2.1, word for word: recursive, without any storage but roots that it computed before.
final class NaiveLog {
    private let leaves: [Digest]
    private var roots: [Range<Int>: Digest] = [:]

    init(_ leaves: [Digest]) {
        self.leaves = leaves
    }

    private func split(_ range: Range<Int>) -> (left: Range<Int>, right: Range<Int>) {
        var power = 1
        while power * 2 < range.count { power *= 2 }
        let middle = range.lowerBound + power
        return (range.lowerBound..<middle, middle..<range.upperBound)
    }

    func root(_ range: Range<Int>) -> Digest {
        if range.isEmpty { return LogSupport.referenceRoots[0] }
        if range.count == 1 { return leaves[range.lowerBound] }
        if let known = roots[range] { return known }
        let (left, right) = split(range)
        let root = Digest(.logInner, root(left).bytes + root(right).bytes)
        roots[range] = root
        return root
    }

    func path(_ index: Int, _ range: Range<Int>) -> [Digest] {
        if range.count == 1 { return [] }
        let (left, right) = split(range)
        return left.contains(index) ? path(index, left) + [root(right)] : path(index, right) + [root(left)]
    }

    func proof(_ oldSize: Int, _ newSize: Int) -> [Digest] {
        oldSize == 0 ? [] : subproof(oldSize, 0..<newSize, isWhole: true)
    }

    private func subproof(_ oldSize: Int, _ range: Range<Int>, isWhole: Bool) -> [Digest] {
        if oldSize == range.upperBound { return isWhole ? [] : [root(range)] }
        let (left, right) = split(range)
        return oldSize <= left.upperBound
            ? subproof(oldSize, left, isWhole: isWhole) + [root(right)]
            : subproof(oldSize, right, isWhole: false) + [root(left)]
    }
}
