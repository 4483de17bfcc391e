internal import AvowConsent
internal import AvowProof
internal import AvowQuery
internal import AvowTree
internal import Synchronization

/// Something that was read of the tree, with what proves it.
struct Proven<Value: Sendable>: Sendable {
    let value: Value
    let evidence: TreeEvidence
    /// The values that were read, in the order of the first reading, with their digests.
    let values: [(bytes: [UInt8], digest: Digest)]
}

extension Proven<PlannedRoute> {
    /// How much memory it takes, as `PlannedRoute.weight` says.
    fileprivate var weight: Int {
        value.weight + evidence.count / 32 + values.reduce(0) { $0 + $1.bytes.count } / 512
    }
}

/// What comes before any record is read: the query, parsed; the audiences that are meant for whoever asks, the catalog of
/// indexes, and how the records of each question are reached.
///
/// It is the same for every query of one asker, or every time that one query is asked, over one version of the tree, so
/// it is remembered, with its proof. It is remembered under the root hash, which stands for all that it was read from:
/// another version has another.
final class Preliminaries: Sendable {
    /// Who asks, and why.
    struct Asker: Hashable, Sendable {
        let actor: Actor
        let purpose: Purpose
    }

    /// For more askers than this nothing is remembered at once.
    private static let mostAskers = 1_024
    /// Above this weight all routes of a version are forgotten at once; what weighs half of it is not remembered.
    private let mostWeight: Int

    private struct State {
        let root: Digest
        var audiences: [Asker: Proven<[StoredAudience]>] = [:]
        var catalog: Proven<IndexCatalog?>?
        var routes: [PlannedQuestion.Name: Proven<PlannedRoute>] = [:]
        /// What the routes weigh together.
        var weight = 0
    }

    /// Of the versions that were asked last, the one that was read last at the end: older ones may be asked beside the
    /// newest.
    private let states = Mutex<[State]>([])
    /// For more versions than these nothing is remembered.
    private static let mostVersions = 4

    /// Queries that are given as text.
    let queries = PreparedQueries()

    /// - Parameter mostWeight: how much the routes of a version may weigh (``PlannedRoute/weight``), some eight megabytes.
    init(mostWeight: Int = 16_384) {
        self.mostWeight = mostWeight
    }

    // MARK: Audiences and indexes

    func audiences(of asker: Asker, under root: Digest) -> Proven<[StoredAudience]>? {
        states.withLock { states in states.last { $0.root == root }?.audiences[asker] }
    }

    func catalog(under root: Digest) -> Proven<IndexCatalog?>? {
        states.withLock { states in states.last { $0.root == root }?.catalog }
    }

    func remember(_ audiences: Proven<[StoredAudience]>, of asker: Asker, under root: Digest) {
        remember(under: root) { state in
            if state.audiences.count >= Preliminaries.mostAskers { state.audiences.removeAll() }
            state.audiences[asker] = audiences
        }
    }

    func remember(_ catalog: Proven<IndexCatalog?>, under root: Digest) {
        remember(under: root) { $0.catalog = catalog }
    }

    func route(of question: PlannedQuestion, under root: Digest) -> Proven<PlannedRoute>? {
        let known = states.withLock { states in states.last { $0.root == root }?.routes[question.name] }
        guard let known, question.isServed(by: known.value) else { return nil }
        return known
    }

    /// How many routes are remembered of each version, and what they weigh.
    var routes: [(root: Digest, count: Int, weight: Int)] {
        states.withLock { $0.map { ($0.root, $0.routes.count, $0.weight) } }
    }

    func remember(_ route: Proven<PlannedRoute>, of question: PlannedQuestion, under root: Digest) {
        let weight = question.weight + route.weight
        guard question.isMemorable, weight < mostWeight / 2 else { return }
        remember(under: root) { state in
            if state.weight + weight > mostWeight {
                state.routes.removeAll()
                state.weight = 0
            }
            if let before = state.routes.updateValue(route, forKey: question.name) {
                state.weight -= question.weight + before.weight
            }
            state.weight += weight
        }
    }

    private func remember(under root: Digest, _ change: (inout State) -> Void) {
        states.withLock { states in
            let known = states.lastIndex { $0.root == root }
            var state = known.map { states.remove(at: $0) } ?? State(root: root)
            change(&state)
            if states.count >= Preliminaries.mostVersions { states.removeFirst() }
            states.append(state)
        }
    }
}

/// Which audiences of a version of the tree admit a request, and whatever is like it until one of them changes its mind.
struct Admission {
    /// As their records stand when the request is shown them.
    let audiences: [AudienceID]
    private let request: AccessRequest
    private let root: Digest
    /// The first instant at which a grant of one of them begins or ends to hold.
    private let end: Int64

    /// - Parameter meant: the audiences that are meant for the request.
    init(_ request: AccessRequest, _ root: Digest, _ meant: [StoredAudience]) {
        audiences = meant.admitting(request)
        self.request = request
        self.root = root
        end = meant.reduce(.max) { min($0, $1.audience.nextChange(after: request.time) ?? .max) }
    }

    /// Whether another request is admitted to the same: who asks and why are the same, and it breaks the glass or does not
    /// as this one; why it does is not asked.
    func holds(for other: AccessRequest, under root: Digest) -> Bool {
        other.time >= request.time && other.time < end && self.root == root && other.purpose == request.purpose
            && (other.breakGlassReason == nil) == (request.breakGlassReason == nil) && other.actor == request.actor
    }
}
