internal import AvowConsent
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree

/// The versions of a store's tree that a snapshot can read besides the newest, and which of them a request may.
struct KeptVersions {
    let newest: CommittedTree
    let keys: TreeKeys
    let cache: NodeCache
    let moves: KnownMoves

    /// The commit that AS OF comes to; nil for a placeholder.
    ///
    /// - Complexity: O(log n) in the number of commits.
    func sequence(_ asOf: AsOf) throws(StoreError) -> UInt64? {
        switch asOf {
        case .placeholder: return nil
        case .commit(let number):
            guard number.value <= newest.commit.sequence else {
                throw .asOf(.noSuchCommit(number.value, newest: newest.commit.sequence))
            }
            return number.value
        case .date:
            // No commit has an earlier time than the one before it.
            var (below, above) = (UInt64(0), newest.commit.sequence + 1)
            while below < above {
                let middle = below + (above - below) / 2
                if asOf.includes(time: try newest.log.commit(middle).time) == true {
                    below = middle + 1
                } else {
                    above = middle
                }
            }
            guard below > 0 else { throw .asOf(.beforeFirstCommit(time: try newest.log.commit(0).time)) }
            return below - 1
        }
    }

    /// The tree as a commit left it.
    func tree(_ sequence: UInt64) throws(StoreError) -> CommittedTree {
        guard sequence != newest.commit.sequence else { return newest }
        let oldest = try newest.storage.oldestVersion() ?? newest.commit.sequence
        guard sequence >= oldest else {
            throw .asOf(.notKept(sequence, kept: oldest...newest.commit.sequence))
        }
        return try CommittedTree(newest.storage, keys, cache, at: sequence)
    }

    // MARK: What was withdrawn

    /// Makes sure that the version which a commit left shows a request nothing that has been withdrawn from it since.
    ///
    /// From the newest commit back, it is worked out under which audiences some records stood that now stand where the
    /// request does not reach, or nowhere. When the request reads none of these in the version, then it reads there only
    /// records that it can read now, the older ones by their histories.
    ///
    /// - Throws: `.withdrawn`, with the commit from which on nothing was withdrawn.
    func permit(_ tree: CommittedTree, _ request: AccessRequest) throws(StoreError) {
        var withdrawal = Withdrawal(newest.reader, request)
        var sequence = newest.commit.sequence
        while sequence > tree.commit.sequence {
            try withdrawal.undo(try moves(of: sequence))
            sequence -= 1
        }
        guard try withdrawal.concerns(tree.reader) else { return }
        throw .asOf(.withdrawn(tree.commit.sequence, oldest: try oldestPermitted(request)))
    }

    /// The commit from which on a request may ask all of them.
    private func oldestPermitted(_ request: AccessRequest) throws(StoreError) -> UInt64 {
        var withdrawal = Withdrawal(newest.reader, request)
        var sequence = newest.commit.sequence
        let oldest = try newest.storage.oldestVersion() ?? sequence
        while sequence > oldest {
            try withdrawal.undo(try moves(of: sequence))
            let before = try tree(sequence - 1)
            if try withdrawal.concerns(before.reader) { break }
            sequence -= 1
        }
        return sequence
    }

    private func moves(of sequence: UInt64) throws(StoreError) -> [AudienceMove] {
        try moves.moves(of: sequence) { () throws(StoreError) in
            try StoreState.read(sequence, newest.storage, keys.state).moves
        }
    }
}

/// What has been withdrawn from a request between some commit and the newest: the audiences under which records stood at
/// that commit that it cannot read now.
private struct Withdrawal {
    private let newest: TreeReader
    private let request: AccessRequest
    private var audiences: Set<AudienceID> = []
    /// Whether the request reads all that stands under an audience now.
    private var isReadable: [AudienceID: Bool] = [:]

    init(_ newest: TreeReader, _ request: AccessRequest) {
        self.newest = newest
        self.request = request
    }

    /// Goes back behind a commit.
    mutating func undo(_ moves: [AudienceMove]) throws(StoreError) {
        var before = audiences
        for move in moves {
            var isWithdrawn = true
            if let to = move.to, !audiences.contains(to) { isWithdrawn = !(try reads(to)) }
            if isWithdrawn { before.insert(move.from) }
        }
        audiences = before
    }

    /// Whether the request reads under an audience all that stands there now. Under one that the store has no more
    /// nothing does.
    private mutating func reads(_ id: AudienceID) throws(StoreError) -> Bool {
        if let known = isReadable[id] { return known }
        let audience = try AudienceRegister.audience(id, newest)
        let reads = audience.map { StoredAudience(id: id, audience: $0).id(admitting: request) == id } ?? true
        isReadable[id] = reads
        return reads
    }

    /// Whether a version shows the request some audience of which records have been withdrawn.
    func concerns(_ version: TreeReader) throws(StoreError) -> Bool {
        guard !audiences.isEmpty else { return false }
        for audience in try AudienceRegister.all(version) {
            let shown = StoredAudience(id: audience.id, audience: audience).id(admitting: request)
            if let shown, audiences.contains(shown) { return true }
        }
        return false
    }
}
