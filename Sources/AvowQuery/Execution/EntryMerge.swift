internal import AvowProof

/// A range of entries that is read together with others, entry by entry.
final class MergedRange<Cursor: EntryCursor> {
    let place: Route.Place
    private var cursor: Cursor
    private var run: EntryRun<Cursor.Entry>
    /// How many entries of the run have been read.
    private var count = 0

    /// Nil when the range holds no entry.
    init?(_ cursor: Cursor, _ place: Route.Place) throws(QueryError) {
        var cursor = cursor
        guard let run = try cursor.ahead() else { return nil }
        (self.cursor, self.run) = (cursor, run)
        self.place = place
    }

    /// Reads the key of the next entry; nil when the range holds no more.
    func next() throws(QueryError) -> KeyPlace? {
        if count == run.keys.count {
            finish()
            count = 0
            guard let next = try cursor.ahead() else { return nil }
            run = next
        }
        count += 1
        // Between it and the key before it in the run, one of another range may have been read.
        return run.keys[count - 1].alone
    }

    /// The entry whose key was read last.
    var entry: Cursor.Entry { run.entry(count - 1) }

    /// Accounts for what was read of the run; after the last entry that is read.
    func finish() {
        if count > 0 { cursor.read(count) }
    }
}

/// Ranges whose entries wait to be read, by what the first of each is merged by: the first in order at its front.
struct MergeHeap {
    private var items: [(order: Int64, place: Int)] = []
    private let descending: Bool

    init(descending: Bool) {
        self.descending = descending
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (items[left], items[right])
        if left.order != right.order { return (left.order < right.order) != descending }
        return left.place < right.place
    }

    mutating func insert(_ order: Int64, _ place: Int) {
        items.append((order, place))
        var child = items.count - 1
        while child > 0, precedes(child, (child - 1) / 2) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func popFirst() -> Int? {
        guard let first = items.first else { return nil }
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && precedes(child, least) {
                least = child
            }
            guard least != parent else { break }
            items.swapAt(parent, least)
            parent = least
        }
        return first.place
    }
}
