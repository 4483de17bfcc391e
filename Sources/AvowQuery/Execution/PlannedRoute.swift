internal import AvowConsent
internal import AvowProof

/// A question that a route is planned for: which question of which query, who asks it, and under which audiences.
///
/// With the tree, and with what the questions before it found, it is all that a route follows from: a time is no part
/// of it, so the route of a question stays the same as long as the tree does and the same audiences admit the request.
public struct PlannedQuestion: Sendable {
    /// What a route can be remembered by.
    public struct Name: Hashable, Sendable {
        private let text: QueryBytes
        /// What the question is called within the query, and how many tables there are before it.
        private let question: String
        private let tableCount: Int
        // One asker's plans are not another's: how soon an answer comes tells nobody what others asked.
        private let actor: Actor
        private let purpose: Purpose
        private let audiences: [AudienceID]

        init(
            _ text: QueryBytes, _ question: String, _ tableCount: Int, _ request: AccessRequest,
            _ audiences: [AudienceID]
        ) {
            self.text = text
            self.question = question
            self.tableCount = tableCount
            actor = request.actor
            purpose = request.purpose
            self.audiences = audiences
        }

        /// Hashes the text of the query, the name of the question and the actor's reference.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(text)
            hasher.combine(question)
            hasher.combine(actor.reference)
        }
    }

    /// What its route can be remembered by.
    public let name: Name
    /// What the questions before it found.
    fileprivate let sets: PlannedSets
    /// Whether the query is short enough to be kept.
    public let isMemorable: Bool
    /// How much memory its name takes, as ``PlannedRoute/weight`` counts.
    public let weight: Int

    /// - Parameter name: what the question is called within the query.
    init(
        _ name: String, of query: Query, as request: AccessRequest, under audiences: [AudienceID], _ tables: Tables
    ) {
        self.name = Name(query.key, name, tables.all.count, request, audiences)
        sets = PlannedSets(tables)
        isMemorable = query.key.isShort
        weight = query.key.byteCount / 512
    }

    /// Whether a route that was planned for a question of this name is one of this question.
    public func isServed(by planned: PlannedRoute) -> Bool { planned.sets == sets }

    func planned(_ route: Route) -> PlannedRoute { PlannedRoute(route, sets) }
}

/// The route of a question, as it was planned.
public struct PlannedRoute: Sendable {
    let route: Route
    fileprivate let sets: PlannedSets

    fileprivate init(_ route: Route, _ sets: PlannedSets) {
        self.route = route
        self.sets = sets
    }

    /// How much memory it takes, in ranges of keys, roughly half a kilobyte each.
    public var weight: Int { 1 + route.allPlaces.count + sets.memberCount / 32 }
}

/// What planning sees of tables: the sets of patients and of few references.
private struct PlannedSets: Equatable, Sendable {
    private let owners: [[UInt64]]
    private let references: [Set<String>?]

    init(_ tables: Tables) {
        var owners: [[UInt64]] = []
        var references: [Set<String>?] = []
        for (index, table) in tables.all.enumerated() {
            switch table {
            case .owners(let set): owners.append(set.keys)
            case .references: references.append(tables.fewReferences(index))
            case .events, .values: continue
            }
        }
        self.owners = owners
        self.references = references
    }

    var memberCount: Int {
        owners.reduce(0) { $0 + $1.count } + references.reduce(0) { $0 + ($1?.count ?? 0) * 4 }
    }
}
