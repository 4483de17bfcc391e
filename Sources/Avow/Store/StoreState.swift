internal import AvowProof
internal import AvowStorage
internal import AvowTree

/// What one commit left behind, as far as it is not public: where its tree rests, and where the next ids start.
struct StoreState: Hashable, Sendable {
    /// The commit's number.
    let sequence: UInt64
    let root: TreeRoot
    /// The id that the next tree node gets.
    let nextNodeID: UInt64
    /// The id that the next sealed record gets.
    let nextRecordID: UInt64
    /// The nodes of the version before that this one no longer holds; they go when that version is pruned.
    let retired: [UInt64]
    /// The audiences from which the commit moved records to others, ascending.
    let moves: [AudienceMove]

    var bytes: [UInt8] {
        var writer = CBORWriter(capacity: 64 + retired.count * 5 + moves.count * 19)
        writer.array(count: 9)
        writer.unsigned(sequence)
        writer.unsigned(root.nodeID)
        writer.unsigned(UInt64(root.level))
        writer.unsigned(root.count)
        writer.digest(root.hash)
        writer.unsigned(nextNodeID)
        writer.unsigned(nextRecordID)
        writer.array(count: retired.count)
        for id in retired { writer.unsigned(id) }
        writer.array(count: moves.count)
        for move in moves { move.write(to: &writer) }
        return writer.bytes
    }

    init(
        sequence: UInt64, root: TreeRoot, nextNodeID: UInt64, nextRecordID: UInt64, retired: [UInt64],
        moves: [AudienceMove] = []
    ) {
        self.sequence = sequence
        self.root = root
        self.nextNodeID = nextNodeID
        self.nextRecordID = nextRecordID
        self.retired = retired
        self.moves = moves
    }

    init(_ bytes: [UInt8]) throws(StoreError) {
        do throws(CBORError) {
            var reader = CBORReader(bytes)
            try reader.array(count: 9)
            sequence = try reader.unsigned()
            let nodeID = try reader.unsigned()
            let level = UInt8(truncatingIfNeeded: try reader.unsigned(max: UInt64(UInt8.max)))
            let count = try reader.unsigned()
            root = TreeRoot(nodeID: nodeID, level: level, count: count, hash: try reader.digest())
            nextNodeID = try reader.unsigned()
            nextRecordID = try reader.unsigned()
            var retired: [UInt64] = []
            for _ in 0..<(try reader.array()) { retired.append(try reader.unsigned()) }
            self.retired = retired
            var moves: [AudienceMove] = []
            for _ in 0..<(try reader.array()) { moves.append(try AudienceMove(from: &reader)) }
            self.moves = moves
            try reader.finish()
        } catch {
            throw .damaged(part: "version", reason: "\(error)")
        }
    }
}

extension StoreState {
    /// Reads the state that a commit left.
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
