internal import AvowProof
internal import Synchronization

/// That in a commit records which had been there before came from one audience under another, or are no longer readable.
///
/// Each version of the tree is kept with the moves of the commit that made it, since what was withdrawn from somebody in
/// the meantime may not be read in an older version.
struct AudienceMove: Hashable, Sendable {
    /// Where the records stood: an audience, or an audience's renditions.
    let from: AudienceID
    /// Where they have come to stand; nil when nobody reads them any more, as renditions that were replaced.
    let to: AudienceID?
}

extension AudienceMove: Comparable {
    static func < (left: AudienceMove, right: AudienceMove) -> Bool {
        // What is gone comes first.
        (left.from.rawValue, left.to == nil ? 0 : 1, left.to?.rawValue ?? 0)
            < (right.from.rawValue, right.to == nil ? 0 : 1, right.to?.rawValue ?? 0)
    }
}

extension AudienceMove {
    func write(to writer: inout CBORWriter) {
        writer.array(count: 2)
        writer.unsigned(from.rawValue)
        if let to { writer.unsigned(to.rawValue) } else { writer.null() }
    }

    init(from reader: inout CBORReader) throws(CBORError) {
        try reader.array(count: 2)
        from = AudienceID(rawValue: try reader.unsigned())
        if try reader.nextKind() == .null {
            try reader.null()
            to = nil
        } else {
            to = AudienceID(rawValue: try reader.unsigned())
        }
    }
}

/// The moves of commits that were asked for: what a commit did does not change.
final class KnownMoves: Sendable {
    /// For more commits than these nothing is remembered at once.
    private static let capacity = 65_536

    private let known = Mutex<[UInt64: [AudienceMove]]>([:])

    /// The moves of a commit, which `read` reads when they are not known.
    func moves(
        of sequence: UInt64, _ read: () throws(StoreError) -> [AudienceMove]
    ) throws(StoreError) -> [AudienceMove] {
        if let found = known.withLock({ $0[sequence] }) { return found }
        let moves = try read()
        known.withLock { known in
            if known.count >= KnownMoves.capacity { known.removeAll() }
            known[sequence] = moves
        }
        return moves
    }
}
