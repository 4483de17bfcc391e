internal import AvowFHIR
internal import AvowProof

/// Ways to the records of a question of which one condition is an OR: one for each alternative.
struct RouteUnion {
    /// An alternative.
    struct Branch {
        /// What must hold of its records: what it asks for, and whatever else the question does.
        let conditions: [Predicate]
        let choice: RouteChoice
    }

    var branches: [Branch] = []
    var cost: UInt64 = 0
}

// Ways to the alternatives of an OR, over different indexes, as one way to all that one of them selects.
extension QueryExecutor {
    /// A union is made of no more ways than these.
    private static var mostBranches: Int { 64 }
    /// For more patients than these their records do not make a branch.
    private static var mostBranchOwners: Int { 1_024 }

    // MARK: Planning

    /// Those of some conditions that are alternatives, which a path does not serve: by their places.
    func disjunctions(_ conditions: [Predicate], beside base: AccessWay) -> [Int] {
        conditions.indices.filter { index in
            if case .any = conditions[index] { !base.served.contains(index) } else { false }
        }
    }

    /// The union that takes the least, of those that one of some conditions makes, if it takes less than another way.
    ///
    /// - Parameters:
    ///   - places: the conditions that are alternatives.
    ///   - bound: what the other way costs. As soon as a union costs as much, no more of it is counted.
    func union(
        _ places: [Int], _ select: BoundSelect, _ conditions: [Predicate], _ catalog: IndexCatalog,
        cheaperThan bound: UInt64
    ) throws(QueryError) -> RouteUnion? {
        var best: RouteUnion?
        for place in places {
            var others = conditions
            others.remove(at: place)
            let union = try union(conditions[place], others, select, catalog, cheaperThan: best?.cost ?? bound)
            best = union ?? best
        }
        return best
    }

    /// The union of the alternatives of a condition; nil when nothing leads to the records of one of them.
    private func union(
        _ alternatives: Predicate, _ others: [Predicate], _ select: BoundSelect, _ catalog: IndexCatalog,
        cheaperThan bound: UInt64
    ) throws(QueryError) -> RouteUnion? {
        var union = RouteUnion()
        var waiting = [alternatives]
        while let next = waiting.popLast() {
            if case .any(let parts) = next {
                waiting += parts.reversed()
                guard union.branches.count + waiting.count <= QueryExecutor.mostBranches else { return nil }
                continue
            }
            let selection = Selection(select.selection.type, .joined(next.conjuncts + others))
            // Nothing meets it: conditions contradict each other, or a set is empty.
            if selection.isContradictory || knownTables(of: selection).contains(where: { $0.owners.isEmpty }) {
                continue
            }
            guard let choice = try branch(selection, select, catalog) else {
                // An OR within it may have alternatives that something leads to.
                guard let distributed = next.distributed else { return nil }
                waiting.append(distributed)
                continue
            }
            union.branches.append(RouteUnion.Branch(conditions: selection.conditions, choice: choice))
            union.cost += choice.cost
            guard union.cost < bound else { return nil }
        }
        return union
    }

    private func knownTables(of selection: Selection) -> [(table: Int, owners: PseudonymSet)] {
        selection.tables.filter { $0 < tables.all.count }.map { ($0, tables.owners($0)) }
    }

    /// The best way to the records of an alternative; nil when nothing leads to them.
    private func branch(
        _ selection: Selection, _ select: BoundSelect, _ catalog: IndexCatalog
    ) throws(QueryError) -> RouteChoice? {
        let conditions = selection.conditions
        var ways: [AccessWay] = []
        let (path, served) = selection.servingPath(groupingByCode: false) { catalog.codeIndex(of: $0) != nil }
        let base = AccessWay(
            path: path, served: served, contents: EntryContents(path, selection.type, catalog))
        if base.leads || base.leadsToFew { ways.append(base) }
        if selection.mayUseIndex {
            ways += selection.ways(
                catalog, groupingByCode: false, { references(of: $0) }, owners: { owners(of: $0) }
            ).filter(\.leads)
            for (table, owners) in knownTables(of: selection) where owners.count <= QueryExecutor.mostBranchOwners {
                let served = conditions.indices.filter { conditions[$0].isMembership(in: table) }
                ways.append(
                    AccessWay(
                        path: .owners(owners.keys.sorted(), selection.type), served: Set(served),
                        contents: EntryContents(selection.type)))
            }
        }
        guard !ways.isEmpty else { return nil }
        var options: [RouteOption] = []
        for way in ways {
            var option = RouteOption(way, try places(of: way.path, catalog), isBranch: true)
            option.estimate = try estimate(way)
            options.append(option)
        }
        return try cheapest(&options, select, conditions, isOnly: false)
    }

    /// The route that a union comes to.
    func route(_ union: RouteUnion, _ type: ResourceType?, _ conditions: [Predicate]) -> Route {
        guard !union.branches.isEmpty else { return .nowhere }
        let all = union.branches.map { route($0.choice, $0.conditions) }
        // What entries decide alone comes first, so that what they select need not be opened for another branch.
        let routes = all.filter(\.residual.isEmpty) + all.filter { !$0.residual.isEmpty }
        let contents = EntryContents(type, hasDate: routes.allSatisfy(\.contents.hasDate))
        var whole = Route(
            path: .union(routes.map(\.path)), contents: contents, conditions: conditions, filter: [], residual: [],
            places: [])
        let parts = routes.map { $0.byAudience() }
        for audience in audiences {
            for (number, part) in parts.enumerated() {
                guard let route = part[audience] else { continue }
                whole.branches.append(Route.Branch(number: number, audience: audience, route: route))
            }
        }
        return whole
    }

    // MARK: Reading

    /// Calls `body` with the first entry of each record that a branch of a union leads to, until it returns false.
    ///
    /// An entry is sure when all that is asked of its record is decided by it.
    func forEachEntryOfBranches(
        _ route: Route, _ body: (FoundEntry, AccessPath, () -> Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) -> Bool {
        let seen = RecordsOfBranches()
        var audience: AudienceID?
        defer { recorder?.branch = nil }
        for branch in route.branches {
            if branch.audience != audience { seen.removeAll() }
            audience = branch.audience
            recorder?.branch = branch.number
            guard try forEachEntry(branch.route, columns: [], seen, body) else { return false }
        }
        return true
    }
}

/// The records that the branches of a union have led to, under one audience.
final class RecordsOfBranches {
    private var records = NumberedKeys<RecordPlace>()

    /// Whether no branch has led to a record before.
    func insert(_ record: RecordIdentity) -> Bool {
        records.insert(RecordPlace(group: 0, owner: record)).isNew
    }

    func removeAll() { records.removeAll() }
}

extension Route {
    /// The parts of the route under each of the audiences under which it leads somewhere.
    fileprivate func byAudience() -> [AudienceID: Route] {
        let beside = partners.map { Dictionary(grouping: $0.places, by: \.audience) }
        return Dictionary(grouping: places, by: \.audience).mapValues { places in
            let audience = places[0].audience
            return Route(
                path: path, contents: contents, conditions: conditions, filter: filter, residual: residual,
                places: places,
                partners: zip(partners, beside).map { Partner(path: $0.path, places: $1[audience] ?? []) })
        }
    }

    /// Whether anything is left to be tested on records.
    var leavesTests: Bool { !residual.isEmpty || branches.contains { !$0.route.residual.isEmpty } }

    /// Every place that is read for the route.
    var allPlaces: [Place] {
        places + (partners + excluded).flatMap(\.places) + branches.flatMap(\.route.allPlaces)
    }
}

extension AccessWay {
    /// Whether it leads to records of some patients, or of some ids.
    fileprivate var leadsToFew: Bool {
        switch path {
        case .located, .patients: true
        default: false
        }
    }

    /// The way as a part of a union, whose entries tell of records only what those of every part can tell.
    func asBranch(of type: ResourceType?) -> AccessWay {
        AccessWay(
            path: .union([path]), served: served, contents: EntryContents(type, hasDate: contents.hasDate))
    }
}

extension Predicate {
    fileprivate func isMembership(in table: Int) -> Bool {
        if case .member(table) = self { true } else { false }
    }

    /// The alternatives of the first of its parts that has some, each joined with the other parts; nil when none has.
    fileprivate var distributed: Predicate? {
        var rest = conjuncts
        guard let place = rest.firstIndex(where: { if case .any = $0 { true } else { false } }),
            case .any(let parts) = rest.remove(at: place)
        else { return nil }
        return .any(parts.map { .joined([$0] + rest) })
    }
}
