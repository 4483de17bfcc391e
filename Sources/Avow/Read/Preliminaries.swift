internal import AvowConsent
internal import AvowProof
internal import AvowQuery
internal import AvowTree
internal import Synchronization

/// Something that was read of the tree, with what proves it.
struct Proven<Value: Sendable>: Sendable {
    let value: Value
    let evidence: TreeEvidence
    /// The values that were read, in the order of the first reading.
    let values: [[UInt8]]
}

/// What comes before any record is read: the query, parsed; the audiences that are meant for whoever asks, and the catalog of indexes.
///
/// It is the same for every query of one asker over one version of the tree, so it is remembered, with its proof. It is
/// remembered under the root hash, which stands for all that it was read from: another version has another.
final class Preliminaries: Sendable {
    /// Who asks, and why.
    struct Asker: Hashable, Sendable {
        let actor: Actor
        let purpose: Purpose
    }

    /// For more askers than this nothing is remembered at once.
    private static let mostAskers = 1_024

    private struct State {
        var root = TreeHash.empty
        var audiences: [Asker: Proven<[StoredAudience]>] = [:]
        var catalog: Proven<IndexCatalog?>?
    }

    private let state = Mutex(State())

    /// Queries that are given as text.
    let queries = PreparedQueries()

    // MARK: Audiences and indexes

    func audiences(of asker: Asker, under root: Digest) -> Proven<[StoredAudience]>? {
        state.withLock { $0.root == root ? $0.audiences[asker] : nil }
    }

    func catalog(under root: Digest) -> Proven<IndexCatalog?>? {
        state.withLock { $0.root == root ? $0.catalog : nil }
    }

    func remember(_ audiences: Proven<[StoredAudience]>, of asker: Asker, under root: Digest) {
        state.withLock { state in
            Preliminaries.turn(&state, to: root)
            if state.audiences.count >= Preliminaries.mostAskers { state.audiences.removeAll() }
            state.audiences[asker] = audiences
        }
    }

    func remember(_ catalog: Proven<IndexCatalog?>, under root: Digest) {
        state.withLock { state in
            Preliminaries.turn(&state, to: root)
            state.catalog = catalog
        }
    }

    private static func turn(_ state: inout State, to root: Digest) {
        if state.root != root { state = State(root: root) }
    }
}
