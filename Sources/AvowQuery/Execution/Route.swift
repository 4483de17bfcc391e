internal import AvowFHIR
internal import AvowProof

/// How the records of a question are reached under the audiences that admit the request.
struct Route: Sendable {
    let path: AccessPath
    /// What the path's entries tell.
    let contents: EntryContents
    /// Everything that must hold: what is tested on the record of an entry that does not tell whether it is selected.
    let conditions: [Predicate]
    /// What is tested on entries, before a record is opened.
    var filter: [Predicate]
    /// What is tested on records.
    var residual: [Predicate]
    let places: [Place]
    /// Other ways to the same records: only what all of them lead to is selected.
    var partners: [Partner] = []
    /// Ways of which each leads to some of the records, by audience; none when the path is no union.
    var branches: [Branch] = []
    /// Ways to records that are not selected.
    var excluded: [Partner] = []
    /// That of each patient only the first or the last entries are read; nil when all are.
    var ends: PatientEnds?

    /// One key, or a range of keys, that an access path reads.
    struct Place: Sendable {
        enum Extent: Sendable {
            case key(TreeKey)
            case range(KeyRange)
        }

        let extent: Extent
        /// The part of an index that the range is.
        let codes: CodeRange?
        /// The selection that the range is of.
        let selection: IndexSelection?
        /// Which places can lead to the same record: those of one number.
        let group: Int
        let audience: AudienceID
        /// How it is told which entries are selected.
        let test: Test

        enum Test: Sendable {
            /// All are.
            case all
            /// All are but overflow entries, whose records tell.
            case allButOverflow
            /// By their keys.
            case key
        }

        init(
            extent: Extent, codes: CodeRange? = nil, selection: IndexSelection? = nil, group: Int, audience: AudienceID
        ) {
            self.extent = extent
            self.codes = codes
            self.selection = selection
            self.group = group
            self.audience = audience
            if let codes {
                test = codes.isExact ? .all : .key
            } else if let selection {
                test = selection.isExact ? .all : selection.isExactButForOverflow ? .allButOverflow : .key
            } else {
                test = .all
            }
        }
    }

    /// A way to records beside the one that leads.
    struct Partner: Sendable {
        let path: AccessPath
        let places: [Place]
    }

    /// A way to some of the records under one audience.
    struct Branch: Sendable {
        /// Which of the union's paths it is.
        let number: Int
        let audience: AudienceID
        let route: Route
    }

    /// Nothing is read.
    static var nowhere: Route {
        Route(path: .nowhere, contents: EntryContents(nil), conditions: [], filter: [], residual: [], places: [])
    }

    /// Whether conditions are tested on entries.
    var isFiltered: Bool { !filter.isEmpty || !partners.isEmpty || !excluded.isEmpty }

    // MARK: Order

    /// Whether rows that are read in the order of the entries, or against it, need not be sorted.
    func servesOrder(of columns: Columns) -> Bool {
        columns.order.count == 1 && orderedColumn(columns) == contents.dateColumn && contents.hasDate
    }

    /// The column by which entries of all places stand in the order that is asked for first, so that places can be merged.
    func orderedColumn(_ columns: Columns) -> Int? {
        guard ends == nil, let first = columns.order.first else { return nil }
        let column: Int
        switch first.source {
        case .date:
            guard let date = contents.dateColumn else { return nil }
            column = date
        case .path:
            // A date without a time stands in the order of the instants at which it begins.
            guard case .date(let date)? = contents.instant(first.source) else { return nil }
            column = date
        default: return nil
        }
        switch path {
        case .code(_, _, let codes): return codes.allSatisfy(\.isOrderedByDate) ? column : nil
        case .index(let selections):
            // To sort takes less than to merge the ranges of many patients.
            let isOrdered = selections.allSatisfy {
                $0.fixedColumnCount == column && $0.ownerCount == nil && !$0.form.definition.hasOverflow
            }
            return isOrdered ? column : nil
        default: return nil
        }
    }
}

/// A route that might be taken, and what it would cost.
struct RouteOption {
    let way: AccessWay
    let places: [Route.Place]
    /// Whether it leads to some of the records only, and others lead to the rest.
    let isBranch: Bool
    var entryCount: UInt64 = 0
    /// How many entries it is taken to have, where each patient's are not counted; nil where they are.
    var estimate: UInt64?
    /// That of each patient only the first or the last entries are read, when that suffices.
    var ends: PatientEnds?

    init(_ way: AccessWay, _ places: [Route.Place], isBranch: Bool = false) {
        self.way = way
        self.places = places
        self.isBranch = isBranch
    }
}

/// A way that is taken, those that are read beside it, and what it costs.
struct RouteChoice {
    let option: RouteOption
    let partners: [RouteOption]
    let cost: UInt64
    /// What is read of each patient alone.
    var ends: PatientEnds? { partners.isEmpty ? option.ends : nil }
}

extension QueryExecutor {
    /// How the records of a question are reached, as it was planned before if the source remembers that.
    ///
    /// - Parameter name: what the question is called within the query.
    func knownRoute(_ select: BoundSelect, _ name: String) throws(QueryError) -> Route {
        let question = PlannedQuestion(name, of: query, as: request, under: audiences, tables)
        return try source.route(of: question) { (source) throws(QueryError) in
            question.planned(try over(source).route(select))
        }.route
    }

    /// How the records of a question are reached.
    ///
    /// It follows from the question, from the tables and from counts, so that a verifier comes to the same.
    func route(_ select: BoundSelect) throws(QueryError) -> Route {
        let selection = select.selection
        guard !selection.isContradictory, !audiences.isEmpty, select.limit > 0 else { return .nowhere }
        // Nobody is in an empty set. Who only explains does not know the sets.
        let known = selection.tables.filter { $0 < tables.all.count }
        if known.contains(where: { tables.owners($0).isEmpty }) { return .nowhere }
        let isByCode = select.shape.isByCode
        let mayUseIndex = selection.mayUseCodeIndex(groupingByCode: isByCode) || selection.mayUseIndex
        let catalog = mayUseIndex ? try source.catalog() : nil
        let (path, served) = selection.servingPath(groupingByCode: isByCode) { catalog?.codeIndex(of: $0) != nil }
        let base = AccessWay(path: path, served: served, contents: EntryContents(path, selection.type, catalog))
        let conditions = selection.conditions
        var options = [RouteOption(base, try places(of: path, catalog))]
        let isImprovable = selection.mayUseIndex && isImprovable(base, select, conditions)
        // What else indexes by patient spare is reading entries.
        let isByPatient = !isImprovable && selection.mayUseIndex && mayGoByPatient(select, conditions, catalog)
        // Where codes lead to nothing but what is wanted, no other way is better that opens records, too.
        let isBaseDecided = base.leads && remaining(conditions, base, []).allSatisfy(base.contents.decides)
        if let catalog, isImprovable || isByPatient {
            let ways = selection.ways(
                isByPatient ? catalog.ofPatients : catalog, groupingByCode: isByCode, { references(of: $0) },
                owners: { owners(of: $0) })
            for way in ways {
                guard !isBaseDecided || !opensRecords(way, select, remaining(conditions, way, [])) else { continue }
                if let form = way.whole {
                    guard isHelpful(way, select, conditions), try isComplete(form) else { continue }
                }
                var option = RouteOption(way, try places(of: way.path, catalog))
                option.estimate = try estimate(way)
                option.ends = ends(way, select, conditions, remaining(conditions, way, []))
                options.append(option)
            }
        }
        let unions = isImprovable && !isBaseDecided ? disjunctions(conditions, beside: base) : []
        let choice = try cheapest(&options, select, conditions, isOnly: unions.isEmpty)
        if let catalog, let union = try union(unions, select, conditions, catalog, cheaperThan: choice.cost) {
            let route = try ownersRoute(known, choice, select, conditions, orUnionOf: union.cost)
            return route ?? self.route(union, selection.type, conditions)
        }
        if let route = try ownersRoute(known, choice, select, conditions) { return route }
        return try excluding(route(choice, conditions), selection.type, catalog)
    }

    /// The route that a choice comes to.
    func route(_ choice: RouteChoice, _ conditions: [Predicate]) -> Route {
        let way = choice.option.way
        let rest = remaining(conditions, way, choice.partners.map(\.way))
        return Route(
            path: way.path, contents: way.contents, conditions: conditions, filter: rest.compactMap(way.contents.told),
            residual: rest.filter { !way.contents.decides($0) }, places: choice.option.places,
            partners: choice.partners.map { Route.Partner(path: $0.way.path, places: $0.places) },
            ends: choice.ends)
    }

    /// The members of a table of references, when they are few enough to look for each.
    func references(of table: Int) -> [String]? {
        tables.fewReferences(table)?.sorted()
    }

    // MARK: Choosing

    /// What the path and others beside it leave to be tested.
    func remaining(_ conditions: [Predicate], _ way: AccessWay, _ partners: [AccessWay]) -> [Predicate] {
        conditions.indices.filter { index in
            !way.served.contains(index) && !partners.contains { $0.served.contains(index) }
        }.map { conditions[$0] }
    }

    /// Whether another way could spare something: records are opened, or conditions left.
    private func isImprovable(_ base: AccessWay, _ select: BoundSelect, _ conditions: [Predicate]) -> Bool {
        let rest = remaining(conditions, base, [])
        if case .code = base.path {
            return !rest.allSatisfy(base.contents.decides) || opensRecords(base, select, rest)
        }
        return !rest.isEmpty || opensRecords(base, select, rest) || select.rowsNeeded != nil
    }

    /// Whether an index that leads to all records of a type spares opening some.
    private func isHelpful(_ way: AccessWay, _ select: BoundSelect, _ conditions: [Predicate]) -> Bool {
        let rest = remaining(conditions, way, [])
        if rest.count < conditions.count || rest.contains(where: way.contents.decides) { return true }
        if !opensRecords(way, select, rest) { return true }
        return servesFirstRows(way, select)
    }

    private func servesFirstRows(_ way: AccessWay, _ select: BoundSelect) -> Bool {
        select.rowsNeeded != nil && servesOrder(way, select)
    }

    /// Whether records can be read in the order that is asked for first.
    private func servesOrder(_ way: AccessWay, _ select: BoundSelect) -> Bool {
        guard case .records(let columns) = select.shape else { return false }
        let route = Route(
            path: way.path, contents: way.contents, conditions: [], filter: [], residual: [], places: [])
        return route.orderedColumn(columns) != nil
    }

    private func opensRecords(_ option: RouteOption, _ select: BoundSelect, _ rest: [Predicate]) -> Bool {
        guard option.isBranch else { return opensRecords(option.way, select, rest) }
        return !rest.allSatisfy(option.way.contents.decides)
            || opensRecords(option.way.asBranch(of: select.selection.type), select, [])
    }

    private func opensRecords(_ way: AccessWay, _ select: BoundSelect, _ rest: [Predicate]) -> Bool {
        guard rest.allSatisfy(way.contents.decides) else { return true }
        switch select.shape {
        case .records(let columns): return EntryRow(columns, way.contents) == nil
        case .groups(let grouping):
            return grouping.reading(way.path, way.contents, isFiltered: !rest.isEmpty, isResidual: false) == .records
        }
    }

    /// How many entries are taken to be read where not all are; nil where all are.
    private func leastRead(_ option: RouteOption, _ select: BoundSelect, _ rest: [Predicate]) -> UInt64? {
        guard rest.isEmpty, case .groups(let grouping) = select.shape else { return nil }
        let way = option.way
        switch grouping.reading(way.path, way.contents, isFiltered: false, isResidual: false) {
        case .counts, .bounds, .ends: return UInt64(option.places.count) * 4
        // Groups are taken to be of so many entries, and at their ends records may be opened.
        case .borders:
            let groups = option.entryCount / 32
            return grouping.onlyCountsRecords ? groups : groups * (1 + QueryExecutor.entriesPerRecord)
        case .entries, .codes, .records: return nil
        }
    }

    /// Whether every record of a type has just one entry in an index, under each audience: there are as many entries as
    /// records.
    private func isComplete(_ form: IndexForm) throws(QueryError) -> Bool {
        let type = UInt16(form.definition.type.rawValue)
        for audience in audiences {
            let entries = try source.count(in: .index(form.definition.id, audience, profile: 0, prefix: TupleBytes()))
            guard entries == (try source.count(in: .located(audience, type: type))) else { return false }
        }
        return true
    }

    /// Opening a record takes as long as reading so many entries.
    static var entriesPerRecord: UInt64 { 32 }

    /// The way that takes the least, by the numbers of entries, and those that are best read beside it.
    ///
    /// - Parameter isOnly: whether a way that is the only option need not be counted.
    func cheapest(
        _ options: inout [RouteOption], _ select: BoundSelect, _ conditions: [Predicate], isOnly: Bool
    ) throws(QueryError) -> RouteChoice {
        if options.count == 1, isOnly { return RouteChoice(option: options[0], partners: [], cost: .max) }
        for index in options.indices {
            if let estimate = options[index].estimate {
                options[index].entryCount = estimate
            } else {
                options[index].entryCount = try count(options[index].places)
            }
            try weighEnds(&options[index])
        }
        var best: (index: Int, cost: UInt64, partners: [Int])?
        for (index, option) in options.enumerated() {
            var partners: [Int] = []
            var cost = cost(option, [], select, conditions)
            // What is located tells nothing that another way would need.
            let mayJoin = option.way.leads || option.way.whole != nil
            for (other, partner) in options.enumerated()
            where mayJoin && other != index && partner.way.whole == nil && partner.way.leads {
                let taken = partners.map { options[$0] }
                let rest = remaining(conditions, option.way, taken.map(\.way))
                let fewer = remaining(conditions, option.way, taken.map(\.way) + [partner.way])
                guard fewer.count < rest.count, rest.contains(where: { !option.way.contents.decides($0) }) else {
                    continue
                }
                let joined = self.cost(option, taken + [partner], select, conditions)
                guard joined < cost else { continue }
                cost = joined
                partners.append(other)
            }
            if best == nil || cost < best?.cost ?? 0 { best = (index, cost, partners) }
        }
        guard let best else { return RouteChoice(option: options[0], partners: [], cost: .max) }
        return RouteChoice(
            option: options[best.index], partners: best.partners.map { options[$0] }, cost: best.cost)
    }

    private func cost(
        _ option: RouteOption, _ partners: [RouteOption], _ select: BoundSelect, _ conditions: [Predicate]
    ) -> UInt64 {
        let rest = remaining(conditions, option.way, partners.map(\.way))
        var read = option.entryCount
        // Each condition more that entries decide is taken to leave a half, and so is each way beside one that leads.
        let others = partners.count - (option.way.leads || partners.isEmpty ? 0 : 1)
        var opened = partners.reduce(option.entryCount) { min($0, $1.entryCount) } >> UInt64(others)
        for condition in rest where option.way.contents.decides(condition) { opened /= 2 }
        if !option.isBranch, let needed = select.rowsNeeded, servesFirstRows(option.way, select) {
            let isSure = rest.allSatisfy(option.way.contents.decides) && partners.isEmpty
            if rest.isEmpty, partners.isEmpty { read = min(read, UInt64(needed) * 2) }
            if isSure { opened = min(opened, UInt64(needed) * 2) } else { opened = max(1, opened / 2) }
        }
        if partners.isEmpty, !opensRecords(option, select, rest) { opened = 0 }
        if partners.isEmpty, !option.isBranch, let least = leastRead(option, select, rest) { read = min(read, least) }
        // Of records that come in their order those behind the first of a patient are not looked at.
        if select.keepsFirst, partners.isEmpty, option.isBranch || !servesOrder(option.way, select) { read += read / 2 }
        if partners.isEmpty, let ends = option.ends { read = min(read, ends.entryCount) }
        // To go to a range takes as long as reading some entries; of other ways they are few.
        for way in [option] + partners where way.estimate != nil {
            read += UInt64(way.places.count) * QueryExecutor.entriesPerRange
        }
        return partners.reduce(read) { $0 + $1.entryCount } + opened * QueryExecutor.entriesPerRecord
    }

    /// The way by the records of few patients, when these are all that is wanted, and it takes less.
    ///
    /// - Parameter unionCost: what a union would cost that was found to be the best of other ways.
    private func ownersRoute(
        _ known: [Int], _ best: RouteChoice, _ select: BoundSelect, _ conditions: [Predicate],
        orUnionOf unionCost: UInt64? = nil
    ) throws(QueryError) -> Route? {
        let sets = known.map { tables.owners($0) }
        guard let least = sets.min(by: { $0.count < $1.count }), least.count <= QueryExecutor.mostOwners else {
            return nil
        }
        let type = select.selection.type
        // What entries tell need not be read in records, as long as there are not many more entries.
        var isOfRecords = false
        switch best.option.way.path {
        case .type, .all: isOfRecords = unionCost == nil
        case .code(let types, _, let codes) where types.count == 1 && codes.allSatisfy { $0.token == nil }: break
        case .index where best.option.way.whole != nil: break
        default: guard unionCost != nil else { return nil }
        }
        var most = unionCost
        if most == nil { most = best.cost == .max ? try count(best.option.places) : best.option.entryCount }
        // A patient's records are found by two steps down the tree under each audience.
        guard let most, UInt64(least.count * audiences.count) * 8 < most else { return nil }
        let owners = least.keys.sorted()
        let places = try places(of: .owners(owners, type), nil)
        if !isOfRecords {
            let records = try count(places)
            guard records * QueryExecutor.entriesPerRecord < most else { return nil }
        }
        let contents = EntryContents(type)
        return Route(
            path: .owners(owners, type), contents: contents, conditions: conditions,
            filter: conditions.compactMap(contents.told), residual: conditions.filter { !contents.decides($0) },
            places: places)
    }

    static var mostOwners: Int { 100_000 }

    /// How many entries stand in some places, from counts alone.
    func count(_ places: [Route.Place]) throws(QueryError) -> UInt64 {
        var count: UInt64 = 0
        for place in places {
            switch place.extent {
            case .key(let key): count += try source.entry(for: key) == nil ? 0 : 1
            case .range(let range): count += try source.count(in: range)
            }
        }
        return count
    }

    // MARK: Places

    /// Where the entries of an access path stand, audience by audience.
    func places(of path: AccessPath, _ catalog: IndexCatalog?) throws(QueryError) -> [Route.Place] {
        var places: [Route.Place] = []
        var group = 0
        func add(
            _ range: KeyRange, _ audience: AudienceID, _ codes: CodeRange? = nil, _ selection: IndexSelection? = nil
        ) {
            places.append(
                Route.Place(
                    extent: .range(range), codes: codes, selection: selection, group: group, audience: audience))
        }
        for audience in audiences {
            group += 1
            switch path {
            case .nowhere, .union: continue
            case .located(let type, let ids):
                for id in ids {
                    let key = TreeKey.locate(audience, type: UInt16(type.rawValue), logicalID: id)
                    places.append(Route.Place(extent: .key(key), group: group, audience: audience))
                }
            case .patients(let ids, let type):
                for id in ids {
                    guard let pseudonym = try pseudonym(of: id, audience) else { continue }
                    add(.records(audience, pseudonym, type: type.map { UInt16($0.rawValue) }), audience)
                }
            case .owners(let owners, let type):
                for owner in owners {
                    let owner = Pseudonym(rawValue: owner)
                    add(.records(audience, owner, type: type.map { UInt16($0.rawValue) }), audience)
                }
            case .code(let types, let parameter, let ranges):
                for type in types {
                    guard let index = catalog?.tokenIndex(of: type, by: parameter) else { continue }
                    group += 1
                    for codes in ranges { add(codes.keys(index, audience, profile: 0), audience, codes) }
                }
            case .index(let selections):
                for selection in selections {
                    for range in selection.ranges(audience) { add(range, audience, nil, selection) }
                }
            case .type(let type): add(.located(audience, type: UInt16(type.rawValue)), audience)
            case .all: add(.records(audience), audience)
            }
        }
        return places
    }

    private func pseudonym(of id: String, _ audience: AudienceID) throws(QueryError) -> Pseudonym? {
        guard let entry = try source.entry(for: .patient(audience, logicalID: id)) else { return nil }
        let value = try source.salted(entry)
        do throws(EntryValueError) {
            return try Pseudonym(content: value.content)
        } catch {
            throw .entry(entry.key, expected: error.expected)
        }
    }
}

extension AccessWay {
    /// Whether conditions lead to the records, and not all records of a type are read.
    var leads: Bool {
        switch path {
        case .code(_, _, let codes): codes.allSatisfy { $0.token != nil }
        case .index: whole == nil && (!served.isEmpty || isBounded)
        default: false
        }
    }
}
