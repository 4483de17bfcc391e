internal import AvowProof

// EXPLAIN and EXPLAIN ANALYZE.
extension QueryExecutor {
    /// How the query is executed; nothing is read but audiences, the catalog of indexes, patients that are named, and
    /// counts.
    ///
    /// What the plan makes of sets of patients, which it does not know yet, it says as if they were large.
    public func explain() throws(QueryError) -> QueryExplanation {
        try query.requireValues()
        if let resolved = try withViews() { return try resolved.explain() }
        guard let (select, definitions) = query.plan.question else { return try explainOther() }
        var executor = self
        try executor.admit()
        executor.knows(definitions)
        var steps: [QueryExplanation.Step] = []
        for (index, definition) in definitions.enumerated() {
            switch definition {
            case .combination(let operation, let left, let right):
                steps.append(QueryExecutor.combination(operation, index, left, right))
            default:
                guard let inner = definition.select else { continue }
                let route = try executor.route(inner)
                steps.append(try executor.step(definition.name(index), inner, route))
            }
        }
        steps.append(try executor.step(QueryExecutor.ownName, select, try executor.route(select)))
        return QueryExplanation(of: past, audiences: executor.audiences.map(\.rawValue), steps: steps)
    }

    /// Executes the query, and says what it took.
    public func analyze() throws(QueryError) -> (result: QueryResult, explanation: QueryExplanation) {
        try query.requireValues()
        if let resolved = try withViews() { return try resolved.analyze() }
        guard case .select(let select, let definitions) = query.plan else { return (try run(), try explainOther()) }
        var executor = self
        let recorder = ExecutionRecorder()
        executor.recorder = recorder
        let result = try executor.execute(select, definitions)
        return (
            result,
            QueryExplanation(of: past, audiences: executor.audiences.map(\.rawValue), steps: recorder.steps)
        )
    }

    /// The commit that the query names, or that a date of it comes to.
    private var past: CommitRecord? { query.asOf == nil ? nil : commit }

    /// What is not found by the plan of a question.
    private func explainOther() throws(QueryError) -> QueryExplanation {
        guard !query.isAboutLedger else { return QueryExplanation(of: nil, audiences: [], steps: []) }
        let audiences = try QueryExecutor.admitting(request, source).map(\.rawValue)
        guard case .history = query.plan else { return QueryExplanation(of: past, audiences: audiences, steps: []) }
        return QueryExplanation(
            of: past, audiences: audiences,
            steps: [
                QueryExplanation.Step(
                    name: "the query", path: "the versions of one resource", rangeCount: 1, entryCount: 0,
                    testedOnEntries: [], testedOnRecords: [], reading: "each version is read and opened")
            ])
    }

    private static func combination(
        _ operation: SetOperation, _ index: Int, _ left: Int, _ right: Int
    ) -> QueryExplanation.Step {
        QueryExplanation.Step(
            name: "set \(index + 1)", path: "set \(left + 1) \(operation.rawValue) set \(right + 1)", rangeCount: 0,
            entryCount: 0, testedOnEntries: [], testedOnRecords: [], reading: "nothing is read")
    }

    /// What is known of a question before it is executed.
    func step(_ name: String, _ select: BoundSelect, _ route: Route) throws(QueryError) -> QueryExplanation.Step {
        QueryExplanation.Step(
            name: name,
            path: ([route.path] + route.partners.map(\.path)).map(\.description).joined(separator: ", and ")
                + route.excluded.map { ", without those \($0.path)" }.joined()
                + (route.ends.map { ", of each patient the \($0.areLast ? "last" : "first") alone" } ?? ""),
            rangeCount: route.allPlaces.count, entryCount: try count(route.allPlaces),
            testedOnEntries: route.filter.map(\.description),
            testedOnRecords: route.residual.map(\.description), reading: reading(select, route),
            branches: try branches(route))
    }

    /// What is known of each branch of a union, under all audiences together.
    private func branches(_ route: Route) throws(QueryError) -> [QueryExplanation.Branch] {
        guard case .union(let paths) = route.path else { return [] }
        var branches: [QueryExplanation.Branch] = []
        for number in paths.indices {
            let routes = route.branches.filter { $0.number == number }.map(\.route)
            let places = routes.flatMap(\.allPlaces)
            branches.append(
                QueryExplanation.Branch(
                    path: ([paths[number]] + (routes.first?.partners.map(\.path) ?? []))
                        .map(\.description).joined(separator: ", and "),
                    rangeCount: places.count, entryCount: try count(places),
                    testedOnEntries: routes.first?.filter.map(\.description) ?? [],
                    testedOnRecords: routes.first?.residual.map(\.description) ?? []))
        }
        return branches
    }

    private func reading(_ select: BoundSelect, _ route: Route) -> String {
        switch select.shape {
        case .records(let columns):
            if !route.leavesTests, EntryRow(columns, route.contents) != nil {
                return "entries are read, no record is opened"
            }
            let isServed = columns.order.isEmpty || route.servesOrder(of: columns)
            var text = "selected records are opened"
            if let needed = select.rowsNeeded, !isServed, route.orderedColumn(columns) != nil {
                return text + " in order, until there are \(needed) rows and those that tie with the last"
            }
            if let needed = select.rowsNeeded, isServed { text += ", until there are \(needed) rows" }
            return isServed ? text : text + ", and the rows sorted"
        case .groups(let grouping):
            let reading = grouping.reading(
                route.path, route.contents, isFiltered: route.isFiltered, isResidual: route.leavesTests)
            return switch reading {
            case .counts: "counted: proven by counts alone, no entry is read"
            case .ends: "proven by counts, and by the entry at one end of each range"
            case .bounds: "proven by counts, and by the record at one end of each range"
            case .borders where grouping.onlyCountsRecords:
                "groups are counted between their first and last entries, no record is opened"
            case .borders:
                "groups are counted between their first and last entries, whose records are opened for the dates"
            case .entries, .codes: "entries are read, no record is opened"
            case .records: "selected records are opened"
            }
        }
    }
}

extension TableDefinition {
    /// The question that is executed for the table, if one is.
    var select: BoundSelect? {
        switch self {
        case .owners(let select), .references(let select), .events(let select, _), .values(let select, _): select
        case .combination: nil
        }
    }

    /// What EXPLAIN calls it.
    func name(_ index: Int) -> String {
        switch self {
        case .owners, .references, .combination: "set \(index + 1)"
        case .events: "events \(index + 1)"
        case .values: "joined value \(index + 1)"
        }
    }
}
