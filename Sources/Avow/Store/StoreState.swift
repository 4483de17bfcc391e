internal import AvowProof
internal import AvowStorage
internal import AvowTree

/// What one commit left behind, as far as it is not public: where its tree rests, and where the next ids start.
struct StoreState: Hashable, Sendable {
    /// The commit's number.
    let sequence: UInt64
    let root: TreeRoot
    /// The version whose nodes are written, when those of this one are not: it follows from that one by the changes since.
    let base: Base?
    /// The id that the next tree node gets.
    let nextNodeID: UInt64
    /// The id that the next sealed record gets.
    let nextRecordID: UInt64
    /// The nodes of the version before that this one no longer holds; they go when that version is pruned.
    let retired: [UInt64]
    /// The audiences from which the commit moved records to others, ascending.
    let moves: [AudienceMove]

    /// A version whose nodes are written.
    struct Base: Hashable, Sendable {
        /// The commit's number.
        let sequence: UInt64
        let root: TreeRoot
    }

    var bytes: [UInt8] {
        var writer = CBORWriter(capacity: 160 + retired.count * 5 + moves.count * 19)
        writer.array(count: 10)
        writer.unsigned(sequence)
        // Where a node stands in memory is nobody else's concern.
        StoreState.write(root, nodeID: base == nil ? root.nodeID : 0, to: &writer)
        writer.unsigned(nextNodeID)
        writer.unsigned(nextRecordID)
        writer.array(count: retired.count)
        for id in retired { writer.unsigned(id) }
        writer.array(count: moves.count)
        for move in moves { move.write(to: &writer) }
        if let base {
            writer.array(count: 5)
            writer.unsigned(base.sequence)
            StoreState.write(base.root, nodeID: base.root.nodeID, to: &writer)
        } else {
            writer.null()
        }
        return writer.bytes
    }

    private static func write(_ root: TreeRoot, nodeID: UInt64, to writer: inout CBORWriter) {
        writer.unsigned(nodeID)
        writer.unsigned(UInt64(root.level))
        writer.unsigned(root.count)
        writer.digest(root.hash)
    }

    private static func root(from reader: inout CBORReader) throws(CBORError) -> TreeRoot {
        let nodeID = try reader.unsigned()
        let level = UInt8(truncatingIfNeeded: try reader.unsigned(max: UInt64(UInt8.max)))
        let count = try reader.unsigned()
        return TreeRoot(nodeID: nodeID, level: level, count: count, hash: try reader.digest())
    }

    init(
        sequence: UInt64, root: TreeRoot, base: Base? = nil, nextNodeID: UInt64, nextRecordID: UInt64,
        retired: [UInt64], moves: [AudienceMove] = []
    ) {
        self.sequence = sequence
        self.root = root
        self.base = base
        self.nextNodeID = nextNodeID
        self.nextRecordID = nextRecordID
        self.retired = retired
        self.moves = moves
    }

    init(_ bytes: [UInt8]) throws(StoreError) {
        do throws(CBORError) {
            var reader = CBORReader(bytes)
            try reader.array(count: 10)
            sequence = try reader.unsigned()
            root = try StoreState.root(from: &reader)
            nextNodeID = try reader.unsigned()
            nextRecordID = try reader.unsigned()
            var retired: [UInt64] = []
            for _ in 0..<(try reader.array()) { retired.append(try reader.unsigned()) }
            self.retired = retired
            var moves: [AudienceMove] = []
            for _ in 0..<(try reader.array()) { moves.append(try AudienceMove(from: &reader)) }
            self.moves = moves
            if try reader.nextKind() == .null {
                try reader.null()
                base = nil
            } else {
                let start = reader.offset
                try reader.array(count: 5)
                let number = try reader.unsigned()
                guard number < sequence, root.nodeID == 0 else {
                    throw CBORError(.invalidValue(expected: "an older version"), at: start)
                }
                base = Base(sequence: number, root: try StoreState.root(from: &reader))
            }
            try reader.finish()
        } catch {
            throw .damaged(part: "version", reason: "\(error)")
        }
    }
}

extension StoreState {
    /// The same with the tree in another place.
    func at(_ root: TreeRoot) -> StoreState {
        StoreState(
            sequence: sequence, root: root, base: base, nextNodeID: nextNodeID, nextRecordID: nextRecordID,
            retired: retired, moves: moves)
    }

    /// Reads the state that a commit left. Where nodes of its tree are not written, ``readable(_:_:_:)`` has them.
    static func read(_ sequence: UInt64, _ snapshot: any StorageSnapshot, _ sealer: StateSealer) throws(StoreError)
        -> StoreState
    {
        let sealed = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.blob(sequence, in: .versions)
        }
        guard let sealed else { throw .damaged(part: "version \(sequence)", reason: "it is missing") }
        let state = try StoreState(try sealer.open(sealed, as: "version", id: sequence))
        guard state.sequence == sequence else {
            throw .damaged(part: "version \(sequence)", reason: "it says that it is version \(state.sequence)")
        }
        return state
    }
}
