internal import AvowFHIR
internal import AvowProof

// Events that few patients are asked about: they are looked for after it is known which patients these are.
extension QueryExecutor {
    /// For more ranges than these nothing is read twice.
    private static var mostRanges: Int { 16 }

    /// The tables of events that can wait until the query's own entries are known: conditions that must hold ask for them
    /// and nothing else does, and an index leads to the events of single patients.
    func waitingEvents(_ select: BoundSelect) throws(QueryError) -> [Int] {
        let asked = select.selection.conditions.compactMap(\.events)
        guard !asked.isEmpty, let catalog = try source.catalog() else { return [] }
        return asked.filter { table in
            guard case .events(let events, _) = definitions[table], let type = events.selection.type else {
                return false
            }
            return catalog.hasPatients(of: type)
        }.sorted()
    }

    /// Finds events that have waited: of the patients to whom the query's own entries lead, when these are few beside the
    /// events, and otherwise of all.
    mutating func answer(_ waiting: [Int], _ select: BoundSelect) throws(QueryError) {
        let route = try knownRoute(select, QueryExecutor.ownName)
        let own = try ownCount(route)
        var members: Int?
        for index in waiting {
            guard case .events(let events, let kept) = definitions[index] else { continue }
            var question = events
            if let own, try isWorth(own, events) {
                if members == nil {
                    members = tables.all.count
                    tables.append(.owners(try owners(route, without: waiting)))
                }
                if let members { question = events.asked(of: members) }
            }
            tables.replace(index, with: try table(.events(question, kept), definitions[index].name(index)))
        }
        decidedRoute = route
    }

    /// How many entries the query's own route reads; nil when it is no way to read twice.
    private func ownCount(_ route: Route) throws(QueryError) -> UInt64? {
        guard route.branches.isEmpty, route.partners.isEmpty, route.excluded.isEmpty, route.ends == nil,
            route.places.count <= QueryExecutor.mostRanges
        else { return nil }
        return try count(route.places)
    }

    /// Whether looking for the events of as many patients takes less than reading all.
    private func isWorth(_ own: UInt64, _ events: BoundSelect) throws(QueryError) -> Bool {
        let (whole, _) = own.multipliedReportingOverflow(by: QueryExecutor.entriesPerRange)
        let catalog = try source.catalog()
        let (path, _) = events.selection.servingPath(groupingByCode: false) { catalog?.codeIndex(of: $0) != nil }
        let places = try places(of: path, catalog)
        guard places.count <= QueryExecutor.mostRanges else { return false }
        return whole < (try count(places))
    }

    /// Whose the records are to which a route's entries lead, as far as it can be told without some tables.
    private func owners(_ route: Route, without waiting: [Int]) throws(QueryError) -> PseudonymSet {
        var early = route
        early.filter = route.filter.filter { condition in !waiting.contains { condition.events == $0 } }
        var owners = PseudonymSet()
        try forEachEntry(early, columns: []) { (found, _, _) throws(QueryError) in
            _ = owners.insert(found.facts.owner.pseudonym)
            return true
        }
        return owners
    }
}

extension BoundSelect {
    /// The question, asked of the patients in a table.
    fileprivate func asked(of table: Int) -> BoundSelect {
        var select = self
        select.selection = Selection(
            selection.type, .joined(selection.predicate.conjuncts + [.member(table: table)]))
        return select
    }
}

extension Predicate {
    /// The table of events that the condition asks for; nil when it is another condition.
    fileprivate var events: Int? {
        switch self {
        case .temporal(let test): test.table
        case .not(.temporal(let test)): test.table
        default: nil
        }
    }
}
