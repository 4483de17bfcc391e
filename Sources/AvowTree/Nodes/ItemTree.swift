internal import AvowProof

/// The shape of the binary tree over the items of a node (Format, "Leaves, inner nodes, and the shape between them").
///
/// The items stand in groups of about seven, whose ends the keys alone draw. The tree is one of halves over the groups,
/// and of halves inside each. An item that comes or goes changes one group, and where its group stood before, the hashes of
/// the others hold: a dozen hashes are computed anew, where halves over all items would take as many as there are items.
struct ItemTree: Sendable {
    /// A group that has fewer items goes on.
    private static let smallestGroup = 4

    /// A subtree: its items, and the groups that they make.
    struct Part {
        let items: Range<Int>
        let groups: Range<Int>
    }

    /// The most groups that so many items can make: only the last has fewer items than the smallest.
    static func mostGroups(of count: Int) -> Int { (count + smallestGroup - 1) / smallestGroup }

    /// Where each group starts, and behind the last how many items there are.
    private var starts: [UInt16] = []

    init(_ entries: LeafEntries) {
        begin(entries.count)
        for index in 0..<entries.count { append(index, entries.keySpan(index)) }
        finish(entries.count)
    }

    init(_ children: ChildEntries) {
        begin(children.count)
        for index in 0..<children.count { append(index, children.lastKey(index)) }
        finish(children.count)
    }

    private mutating func begin(_ count: Int) {
        starts.reserveCapacity(ItemTree.mostGroups(of: count) + 1)
        starts.append(0)
    }

    private mutating func append(_ item: Int, _ key: Span<UInt8>) {
        if item + 1 - Int(starts[starts.count - 1]) >= ItemTree.smallestGroup, ItemTree.isDrawn(key) {
            starts.append(UInt16(truncatingIfNeeded: item + 1))
        }
    }

    private mutating func finish(_ count: Int) {
        if Int(starts[starts.count - 1]) < count { starts.append(UInt16(truncatingIfNeeded: count)) }
    }

    /// Whether a key ends its group when that is large enough, which one in four does.
    ///
    /// The draw need not be secret: whoever chose keys by it would make the tree deeper by a level or two.
    private static func isDrawn(_ key: Span<UInt8>) -> Bool {
        let word: UInt64
        if key.count >= 8 {
            // The eight bytes lie within the span.
            word = unsafe key.withUnsafeBytes { bytes in
                unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
            }
        } else {
            var short: UInt64 = 0
            for index in key.indices { short = short << 8 | UInt64(key[index]) }
            word = short
        }
        return (word &* 0x9E37_79B9_7F4A_7C15) >> 62 == 0
    }

    var groupCount: Int { starts.count - 1 }

    /// The items of a group.
    func items(_ group: Int) -> Range<Int> { Int(starts[group])..<Int(starts[group + 1]) }

    /// The group that begins with an item.
    func group(beginningAt item: Int) -> Int? {
        var low = 0
        var high = groupCount
        while low < high {
            let middle = (low + high) / 2
            if Int(starts[middle]) < item { low = middle + 1 } else { high = middle }
        }
        return low < groupCount && Int(starts[low]) == item ? low : nil
    }

    /// Where the hashes of a group begin among those of the tree, which stand in preorder.
    func place(ofGroup group: Int) -> Int {
        var part = whole
        var base = 0
        while part.groups.count > 1 {
            let (left, right) = halves(part)
            if group < right.groups.lowerBound {
                part = left
                base += 1
            } else {
                part = right
                base += left.items.count
            }
        }
        return base
    }

    /// The whole tree.
    var whole: Part { Part(items: 0..<Int(starts[starts.count - 1]), groups: 0..<(starts.count - 1)) }

    /// The parts left and right of the middle of a part, which has more than one item.
    func halves(_ part: Part) -> (left: Part, right: Part) {
        let groups = part.groups
        guard groups.count > 1 else {
            let middle = part.items.lowerBound + TreeHash.leftCount(of: part.items.count)
            return (
                Part(items: part.items.lowerBound..<middle, groups: groups),
                Part(items: middle..<part.items.upperBound, groups: groups)
            )
        }
        let middleGroup = groups.lowerBound + TreeHash.leftCount(of: groups.count)
        let middle = Int(starts[middleGroup])
        return (
            Part(items: part.items.lowerBound..<middle, groups: groups.lowerBound..<middleGroup),
            Part(items: middle..<part.items.upperBound, groups: middleGroup..<groups.upperBound)
        )
    }
}
