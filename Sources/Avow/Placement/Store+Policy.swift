public import AvowConsent
internal import AvowProof
internal import AvowQuery
internal import AvowTree
internal import Synchronization

/// What bringing records under other audiences came to.
public struct PlacementSummary: Hashable, Sendable {
    /// How many resources came under another audience.
    public let movedResources: UInt64
}

extension Store {
    /// What the store permits where no consent says anything, and how it combines consents.
    public func policy() throws(StoreError) -> StorePolicy {
        try policy(at: try snapshot().reader)
    }

    /// Changes the policy. All resources whose audience becomes another one move there, in the same commit.
    ///
    /// - Returns: how many moved.
    /// - Complexity: O(n) in the resources of the store, of which those are opened that belong to patients with Consents
    ///   or that move; memory O(m) for m that move.
    @discardableResult
    public func setPolicy(_ policy: StorePolicy) throws(StoreError) -> PlacementSummary {
        try place(under: policy, reason: "policy") { _ in true }
    }

    /// Leaves out of audiences what is over by now.
    ///
    /// A grant admits nobody outside of its window, whether this is called or not. It keeps audiences small.
    ///
    /// - Returns: how many resources moved.
    @discardableResult
    public func advance() throws(StoreError) -> PlacementSummary {
        let now = Instant.now
        return try place(under: try policy(), reason: "advance") { audience in
            audience.grants.contains { $0.window.until.map { $0 <= now } ?? false }
        }
    }

    /// Decides anew about the patients who have records under some audiences.
    private func place(
        under policy: StorePolicy, reason: String, _ isConcerned: (Audience) -> Bool
    ) throws(StoreError) -> PlacementSummary {
        try write { (transaction) throws(StoreError) in
            let snapshot = try Snapshot(transaction, keys, opened, cache)
            let previous = try self.policy(at: snapshot.reader)
            let home = previous.defaultAudience.id
            let work = try PlacementWork(
                self, transaction, policy, try recordIndexes(snapshot.catalog()),
                after: snapshot, previousHome: home)
            let placements = try Placements(snapshot.reader, home: home)
            for audience in try AudienceRegister.all(snapshot.reader) where isConcerned(audience) {
                for entry in try PlacedEntry.all(in: .patients(audience.id), snapshot.reader) {
                    let id = try entry.logicalID()
                    guard let patient = try placements.patient(id) else { continue }
                    work.note(id, patient.pseudonym, patient.audiences, .all)
                }
            }
            if previous != policy {
                work.gain(policy.defaultAudience)
                work.lose(home)
                work.note("", .shared, [home], .all)
            } else if work.isEmpty {
                return PlacementSummary(movedResources: 0)
            }
            let batch = try mapping(StoreError.tree) { () throws(TreeError) in try TreeBatch([policy.entry]) }
            try committer.commit(
                batch, after: snapshot.state, nextRecordID: snapshot.state.nextRecordID, reason: reason,
                in: transaction, placing: work)
            return PlacementSummary(movedResources: work.movedCount)
        }
    }

    /// The policy at a version of the tree.
    func policy(at reader: TreeReader) throws(StoreError) -> StorePolicy { try policies.policy(at: reader) }
}

extension StorePolicy {
    /// The setting that the policy is.
    static let key = TreeKey.configuration("policy")

    /// The entry of the policy.
    var entry: TreeMutation { TreeMutation(StorePolicy.key, .inline(Salt.salted(json), blob: 0)) }
}

/// The newest policy that was asked for: it takes time to understand, and seldom changes.
final class KnownPolicy: Sendable {
    private let known = Mutex<(json: [UInt8], policy: StorePolicy)?>(nil)

    /// The policy at a version of the tree.
    func policy(at reader: TreeReader) throws(StoreError) -> StorePolicy {
        let entry = try mapping(StoreError.tree) { () throws(TreeError) in try reader.find(StorePolicy.key) }
        guard let entry else { throw .damaged(part: "policy", reason: "it is missing") }
        let json: [UInt8]
        do throws(EntryValueError) {
            json = try SaltedValue(entry.inline).content
        } catch {
            throw .damaged(part: "policy", reason: "\(error)")
        }
        return try policy(json)
    }

    private func policy(_ json: [UInt8]) throws(StoreError) -> StorePolicy {
        if let known = known.withLock({ $0?.json == json ? $0?.policy : nil }) { return known }
        do throws(PolicyError) {
            let policy = try StorePolicy(json: json)
            known.withLock { $0 = (json, policy) }
            return policy
        } catch {
            throw .damaged(part: "policy", reason: "\(error)")
        }
    }
}
