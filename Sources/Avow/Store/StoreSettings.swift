internal import AvowProof
internal import AvowTree

/// What a store was created with.
struct StoreSettings: Hashable, Sendable {
    /// The format that this version of Avow writes.
    static let format: UInt64 = 1

    /// The name that the store signs its checkpoints with.
    let origin: String
    /// The audience of records that no consent speaks of.
    let audience: AudienceID

    var bytes: [UInt8] {
        var writer = CBORWriter()
        writer.array(count: 3)
        writer.unsigned(StoreSettings.format)
        writer.text(origin)
        writer.unsigned(audience.rawValue)
        return writer.bytes
    }

    init(origin: String, audience: AudienceID) {
        self.origin = origin
        self.audience = audience
    }

    init(_ bytes: [UInt8]) throws(StoreError) {
        do throws(CBORError) {
            var reader = CBORReader(bytes)
            try reader.array(count: 3)
            _ = try reader.unsigned(max: StoreSettings.format)
            origin = try reader.text(max: 1_024)
            audience = AudienceID(rawValue: try reader.unsigned())
            try reader.finish()
        } catch {
            throw .damaged(part: "settings", reason: "\(error)")
        }
    }
}

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

    var bytes: [UInt8] {
        var writer = CBORWriter(capacity: 64 + retired.count * 5)
        writer.array(count: 8)
        writer.unsigned(sequence)
        writer.unsigned(root.nodeID)
        writer.unsigned(UInt64(root.level))
        writer.unsigned(root.count)
        writer.digest(root.hash)
        writer.unsigned(nextNodeID)
        writer.unsigned(nextRecordID)
        writer.array(count: retired.count)
        for id in retired { writer.unsigned(id) }
        return writer.bytes
    }

    init(
        sequence: UInt64, root: TreeRoot, nextNodeID: UInt64, nextRecordID: UInt64, retired: [UInt64]
    ) {
        self.sequence = sequence
        self.root = root
        self.nextNodeID = nextNodeID
        self.nextRecordID = nextRecordID
        self.retired = retired
    }

    init(_ bytes: [UInt8]) throws(StoreError) {
        do throws(CBORError) {
            var reader = CBORReader(bytes)
            try reader.array(count: 8)
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
            try reader.finish()
        } catch {
            throw .damaged(part: "version", reason: "\(error)")
        }
    }
}
