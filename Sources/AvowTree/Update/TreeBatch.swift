internal import AvowProof
internal import AvowStorage

/// Changes of the tree by strictly increasing keys: what one update streams through it.
public struct TreeBatch: Sendable {
    /// Where a change stands.
    struct Place {
        let run: UInt32
        let index: UInt32
    }

    private let runs: [TreeChanges]
    private let order: [Place]

    /// Sorts changes.
    ///
    /// - Throws: `TreeError.keyTooLong`, and `TreeError.repeatedKey` when two changes have the same key: which is meant
    ///   to last could not be told.
    /// - Complexity: O(n log n), on all cores.
    public init(_ runs: [TreeChanges]) throws(TreeError) {
        for run in runs {
            if let byteCount = run.tooLongKey { throw .keyTooLong(byteCount: byteCount) }
        }
        let sort = ChangeSort(runs)
        let (order, repeated) = sort.sorted()
        if let repeated {
            let run = runs[Int(repeated.run)]
            let key = [UInt8](copying: run.keySpan(Int(repeated.index)))
            throw .repeatedKey(key)
        }
        self.runs = runs
        self.order = order
    }

    /// Changes that are sorted: no two have the same key.
    init(_ runs: [TreeChanges], _ order: [Place]) {
        self.runs = runs
        self.order = order
    }

    /// Sorts changes that were made one by one.
    public init(_ mutations: [TreeMutation]) throws(TreeError) {
        try self.init([TreeChanges(mutations)])
    }

    /// How many changes there are.
    public var count: Int { order.count }
    var isEmpty: Bool { order.isEmpty }
    var indices: Range<Int> { 0..<order.count }

    /// The change at a position, by increasing keys, as a value of its own.
    public subscript(position: Int) -> TreeMutation {
        let place = order[position]
        let run = runs[Int(place.run)]
        let index = Int(place.index)
        let key = [UInt8](copying: run.keySpan(index))
        let cut = TreeKey(
            bytes: key, realmByteCount: run.realmByteCount(index), orderByteCount: run.orderByteCount(index))
        // The cuts are those of a key that was appended.
        let treeKey = cut ?? TreeKey(realm: TupleBytes(), order: TupleBytes())
        switch run.kind(index) {
        case .remove: return TreeMutation(treeKey, .remove)
        case .record:
            return TreeMutation(treeKey, .record(run.digest(index) ?? NodeHashes.unknown, blob: run.blob(index)))
        case .inline:
            return TreeMutation(treeKey, .inline([UInt8](copying: run.inlineSpan(index)), blob: run.blob(index)))
        }
    }

    /// Calls `body` with the run that holds the change at a position, and the change's index there.
    @inline(__always)
    func with<Result, Failure: Error>(
        _ position: Int, _ body: (borrowing TreeChanges, Int) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let place = order[position]
        // A span lends what an array would hand out with a reference more to each of its parts.
        let runs = runs.span
        return try body(runs[Int(place.run)], Int(place.index))
    }

    /// Reads some changes from wherever they stand, one right after the other, so that their memory is near when they are
    /// taken. Sorted changes stand all over a large batch: who takes one at a time waits for each.
    ///
    /// - Returns: what was read, for the compiler not to leave it out.
    @inline(never)
    func fetch(_ range: Range<Int>) -> UInt64 {
        var read: UInt64 = 0
        for position in range { read &+= with(position) { $0.fetch($1) } }
        return read
    }

    /// The first position in `range` whose key is above `key`.
    func partition(_ range: Range<Int>, above key: Span<UInt8>) -> Int {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high {
            let middle = (low + high) / 2
            if with(middle, { ByteOrder.compare($0.keySpan($1), key) }) <= 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
