import AvowProof
import Testing

@Suite struct MerkleLogTests {
    @Test func `the roots of the reference leaves are the published ones`() throws {
        var log = try MemoryLog()
        for (size, root) in LogSupport.referenceRoots.enumerated() {
            #expect(try MerkleLog.root(size: UInt64(size), stored: log.hash) == root)
            #expect(LogProof.root(log.leafHashes) == root)
            if size < LogSupport.referenceLeaves.count { try log.append(LogSupport.referenceLeaves[size]) }
        }
        #expect(LogProof.emptyRoot == LogSupport.referenceRoots[0])
    }

    @Test func `the example proofs of RFC 6962 section 2_1_3 come out`() throws {
        let leaves = (0..<7).map { Array("d\($0)".utf8) }
        let log = try MemoryLog(leaves)
        let (a, b, c, d, e, f, j) = (
            log.leafHashes[0], log.leafHashes[1], log.leafHashes[2], log.leafHashes[3], log.leafHashes[4],
            log.leafHashes[5], log.leafHashes[6]
        )
        let (g, h, i) = (LogProof.innerHash(a, b), LogProof.innerHash(c, d), LogProof.innerHash(e, f))
        let (k, l) = (LogProof.innerHash(g, h), LogProof.innerHash(i, j))
        #expect(try MerkleLog.root(size: 7, stored: log.hash) == LogProof.innerHash(k, l))
        #expect(try MerkleLog.inclusionPath(index: 0, size: 7, stored: log.hash) == [b, h, l])
        #expect(try MerkleLog.inclusionPath(index: 3, size: 7, stored: log.hash) == [c, g, l])
        #expect(try MerkleLog.inclusionPath(index: 4, size: 7, stored: log.hash) == [f, j, k])
        #expect(try MerkleLog.inclusionPath(index: 6, size: 7, stored: log.hash) == [i, k])
        #expect(try MerkleLog.consistencyPath(from: 3, to: 7, stored: log.hash) == [c, d, g, l])
        #expect(try MerkleLog.consistencyPath(from: 4, to: 7, stored: log.hash) == [l])
        #expect(try MerkleLog.consistencyPath(from: 6, to: 7, stored: log.hash) == [i, j, k])
    }

    @Test func `storage only appends, and each node stands where its number says`() throws {
        var log = try MemoryLog()
        var expected: [Digest] = []
        for size in 0..<130 {
            #expect(MerkleLog.storedCount(size: UInt64(size)) == UInt64(log.stored.count))
            try log.append(Array("leaf \(size)".utf8))
            // A leaf completes the subtrees that end in it.
            var count = 1
            while (size + 1).isMultiple(of: count) {
                expected.append(NaiveLog(log.leafHashes).root((size + 1 - count)..<(size + 1)))
                count *= 2
            }
            #expect(log.stored == expected)
        }
        let naive = NaiveLog(log.leafHashes)
        for level in 0..<7 {
            for index in 0..<(128 >> level) {
                let covered = (index << level)..<((index + 1) << level)
                #expect(try log.hash(level: level, index: UInt64(index)) == naive.root(covered))
            }
        }
    }

    @Test func `roots and paths of all sizes to 130 are those of the naive tree, and verify`() throws {
        let log = try MemoryLog((0..<130).map { Array("leaf \($0)".utf8) })
        let naive = NaiveLog(log.leafHashes)
        let roots = (0...130).map { naive.root(0..<$0) }
        for size in 0...130 {
            #expect(try MerkleLog.root(size: UInt64(size), stored: log.hash) == roots[size])
            for index in 0..<size {
                let path = try #require(
                    try MerkleLog.inclusionPath(index: UInt64(index), size: UInt64(size), stored: log.hash))
                #expect(path == naive.path(index, 0..<size))
                try LogProof.verifyInclusion(
                    leafHash: log.leafHashes[index], index: UInt64(index), size: UInt64(size), path: path,
                    root: roots[size])
            }
            for old in 0...size {
                let path = try #require(
                    try MerkleLog.consistencyPath(from: UInt64(old), to: UInt64(size), stored: log.hash))
                #expect(path == naive.proof(old, size))
                try LogProof.verifyConsistency(
                    oldSize: UInt64(old), oldRoot: roots[old], newSize: UInt64(size), newRoot: roots[size],
                    path: path)
            }
        }
    }

    @Test func `paths that cannot be are not made`() throws {
        let log = try MemoryLog(LogSupport.referenceLeaves)
        #expect(try MerkleLog.inclusionPath(index: 8, size: 8, stored: log.hash) == nil)
        #expect(try MerkleLog.inclusionPath(index: 0, size: 0, stored: log.hash) == nil)
        #expect(try MerkleLog.consistencyPath(from: 9, to: 8, stored: log.hash) == nil)
        #expect(throws: MemoryLog.Missing(position: 15)) { try MerkleLog.root(size: 9, stored: log.hash) }
    }

    @Test func `a leaf verifies at its own index only, and under its own root`() throws {
        let log = try MemoryLog((0..<20).map { Array("leaf \($0)".utf8) })
        for size in 1...20 as ClosedRange<UInt64> {
            let root = try MerkleLog.root(size: size, stored: log.hash)
            for index in 0..<size {
                let path = try #require(
                    try MerkleLog.inclusionPath(index: index, size: size, stored: log.hash))
                for other in 0..<20 as Range<UInt64> where other != index {
                    #expect(throws: LogProofError.self) {
                        try LogProof.verifyInclusion(
                            leafHash: log.leafHashes[Int(index)], index: other, size: size, path: path,
                            root: root)
                    }
                    #expect(throws: LogProofError.self) {
                        try LogProof.verifyInclusion(
                            leafHash: log.leafHashes[Int(other)], index: index, size: size, path: path,
                            root: root)
                    }
                }
                for other in 0...20 as ClosedRange<UInt64> where other != size {
                    #expect(throws: LogProofError.self) {
                        try LogProof.verifyInclusion(
                            leafHash: log.leafHashes[Int(index)], index: index, size: size, path: path,
                            root: try MerkleLog.root(size: other, stored: log.hash))
                    }
                }
            }
        }
    }

    @Test func `a path that was cut, lengthened or changed is refused`() throws {
        let log = try MemoryLog((0..<11).map { Array("leaf \($0)".utf8) })
        let other = LogProof.leafHash(Array("another".utf8))
        func variants(_ path: [Digest]) -> [[Digest]] {
            var result = [path + [other], [other] + path]
            for place in path.indices {
                var changed = path
                changed[place] = other
                result.append(changed)
                changed.remove(at: place)
                result.append(changed)
                if place > 0 {
                    changed = path
                    changed.swapAt(place, place - 1)
                    result.append(changed)
                }
            }
            return result
        }
        for size in 1...11 as ClosedRange<UInt64> {
            let root = try MerkleLog.root(size: size, stored: log.hash)
            for index in 0..<size {
                let path = try #require(
                    try MerkleLog.inclusionPath(index: index, size: size, stored: log.hash))
                for variant in variants(path) {
                    #expect(throws: LogProofError.self) {
                        try LogProof.verifyInclusion(
                            leafHash: log.leafHashes[Int(index)], index: index, size: size, path: variant,
                            root: root)
                    }
                }
            }
            for old in 0...size {
                let oldRoot = try MerkleLog.root(size: old, stored: log.hash)
                let path = try #require(try MerkleLog.consistencyPath(from: old, to: size, stored: log.hash))
                for variant in variants(path) {
                    #expect(throws: LogProofError.self) {
                        try LogProof.verifyConsistency(
                            oldSize: old, oldRoot: oldRoot, newSize: size, newRoot: root, path: variant)
                    }
                }
                #expect(throws: LogProofError.self) {
                    try LogProof.verifyConsistency(
                        oldSize: old, oldRoot: other, newSize: size, newRoot: root, path: path)
                }
                if old > 0 {
                    #expect(throws: LogProofError.self) {
                        try LogProof.verifyConsistency(
                            oldSize: old, oldRoot: oldRoot, newSize: size, newRoot: other, path: path)
                    }
                }
            }
        }
    }

    @Test func `a log whose history was changed is not consistent with itself before`() throws {
        let leaves = (0..<40).map { Array("leaf \($0)".utf8) }
        let honest = try MemoryLog(leaves)
        for changed in 0..<25 {
            var rewritten = leaves
            rewritten[changed] = Array("rewritten".utf8)
            let log = try MemoryLog(rewritten)
            let path = try #require(try MerkleLog.consistencyPath(from: 25, to: 40, stored: log.hash))
            #expect(throws: LogProofError.self) {
                try LogProof.verifyConsistency(
                    oldSize: 25, oldRoot: try MerkleLog.root(size: 25, stored: honest.hash), newSize: 40,
                    newRoot: try MerkleLog.root(size: 40, stored: log.hash), path: path)
            }
        }
    }

    @Test func `errors say which index, size or length was wrong`() throws {
        let root = LogSupport.referenceRoots[1]
        #expect(throws: LogProofError.indexOutsideLog(index: 1, size: 1)) {
            try LogProof.verifyInclusion(leafHash: root, index: 1, size: 1, path: [], root: root)
        }
        #expect(throws: LogProofError.wrongPathLength(expected: 0, found: 1)) {
            try LogProof.verifyInclusion(leafHash: root, index: 0, size: 1, path: [root], root: root)
        }
        #expect(throws: LogProofError.sizesOutOfOrder(old: 2, new: 1)) {
            try LogProof.verifyConsistency(oldSize: 2, oldRoot: root, newSize: 1, newRoot: root, path: [])
        }
        #expect(throws: LogProofError.oldRootMismatch(expected: root, computed: LogProof.emptyRoot)) {
            try LogProof.verifyConsistency(oldSize: 0, oldRoot: root, newSize: 1, newRoot: root, path: [])
        }
        #expect(LogProofError.indexOutsideLog(index: 1, size: 1).description.contains("no leaf 1"))
        // The largest sizes must neither trap nor be accepted.
        #expect(throws: LogProofError.wrongPathLength(expected: 64, found: 0)) {
            try LogProof.verifyInclusion(leafHash: root, index: 0, size: .max, path: [], root: root)
        }
        #expect(throws: LogProofError.self) {
            try LogProof.verifyInclusion(
                leafHash: root, index: .max - 1, size: .max, path: [root], root: root)
        }
        #expect(throws: LogProofError.self) {
            try LogProof.verifyConsistency(
                oldSize: .max - 1, oldRoot: root, newSize: .max, newRoot: root, path: [])
        }
        #expect(throws: LogProofError.self) {
            try LogProof.verifyConsistency(
                oldSize: 1 << 63, oldRoot: root, newSize: .max, newRoot: root, path: [])
        }
    }
}
