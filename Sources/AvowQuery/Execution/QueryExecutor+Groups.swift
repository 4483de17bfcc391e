internal import AvowFHIR
internal import AvowProof

extension QueryExecutor {
    /// The groups of the selected records.
    func groups(
        _ grouping: Grouping, _ select: BoundSelect, _ route: Route
    ) throws(QueryError) -> GroupTable {
        let reading = grouping.reading(
            route.path, route.contents, isFiltered: route.isFiltered, isResidual: !route.residual.isEmpty)
        switch reading {
        case .counts:
            var table = GroupTable(grouping)
            try table.append([], count: try count(route.places))
            return table
        case .bounds: return try bounds(grouping, select, route)
        case .ends(let column):
            if let table = try ends(of: column, grouping, route) { return table }
            return try entryGroups(grouping, select, route)
        case .borders(let unit):
            // A group is one stretch of a range, but may have another in the next range.
            let isWhole = route.places.count == 1 && grouping.showsRuns(route)
            let isCut = grouping.order.isEmpty && grouping.having == nil
            let most = isWhole && isCut ? select.rowsNeeded ?? .max : .max
            let evaluator = evaluators(.group(grouping, tokens: []), select, route).sure
            var ends: ((KeyRange) throws(QueryError) -> [(AggregateFunction, Row)])?
            if !grouping.onlyCountsRecords {
                ends = { (stretch) throws(QueryError) in try self.ends(of: stretch, grouping, evaluator) }
            }
            var scan = BorderScan(grouping, unit, route.contents, isWhole: isWhole)
            for place in route.places {
                guard case .range(let range) = place.extent, let codes = place.codes else { continue }
                try scan.run(over: range, codes, of: source, until: most, ends: ends)
            }
            // Of some code not all stands in the keys, so that its name has to be read.
            return scan.hasCutCode ? try recordGroups(grouping, select, route) : scan.table
        case .entries: return try entryGroups(grouping, select, route)
        case .codes:
            if let table = try codeGroups(grouping, route) { return table }
            return try recordGroups(grouping, select, route)
        case .records: return try recordGroups(grouping, select, route)
        }
    }

    /// The groups of records that are read.
    private func recordGroups(
        _ grouping: Grouping, _ select: BoundSelect, _ route: Route
    ) throws(QueryError) -> GroupTable {
        var table = GroupTable(grouping)
        let tokens = select.selection.tokens.flatMap(\.self)
        try forEachProduct(
            route, EntryReading(), evaluators(.group(grouping, tokens: tokens), select, route), needed: { .max },
            isWanted: { _ in true }, tells: { _ in false }, told: { _ in }
        ) { (row) throws(QueryError) in try table.add(row) }
        return table
    }

    /// The groups of records of which entries tell what is needed; the others are read.
    private func entryGroups(
        _ grouping: Grouping, _ select: BoundSelect, _ route: Route
    ) throws(QueryError) -> GroupTable {
        var table = GroupTable(grouping)
        let evaluators = evaluators(.group(grouping, tokens: []), select, route)
        guard var groups = EntryGroupReader(grouping, route.contents) else {
            return try recordGroups(grouping, select, route)
        }
        let surroundings = surroundings
        try forEachProduct(
            route, EntryReading(columns: groups.columns), evaluators, needed: { .max }, isWanted: { _ in true },
            tells: { groups.read($0, surroundings, &table) },
            told: { (facts) throws(QueryError) in try table.add(groups, facts.owner) }
        ) { (row) throws(QueryError) in try table.add(row) }
        return table
    }

    /// The first and the last date of a range, each of one record at one end of it.
    private func bounds(
        _ grouping: Grouping, _ select: BoundSelect, _ route: Route
    ) throws(QueryError) -> GroupTable {
        var table = GroupTable(grouping)
        try table.append([], count: try count(route.places))
        let evaluator = evaluators(.group(grouping, tokens: []), select, route).sure
        for place in route.places {
            // Records without a date stand before all others.
            guard case .range(let range) = place.extent else { continue }
            for (function, row) in try ends(of: range.dated(place.codes), grouping, evaluator) {
                try table.addValues(row, function)
            }
        }
        return table
    }

    /// What the first and the last of dates are computed of: the records at the ends of a stretch of dated entries, as
    /// far as they are asked for.
    private func ends(
        of stretch: KeyRange, _ grouping: Grouping, _ evaluator: RowEvaluator
    ) throws(QueryError) -> [(AggregateFunction, Row)] {
        var ends: [(AggregateFunction, Row)] = []
        for function in [AggregateFunction.minimum, .maximum] where grouping.computes(function) {
            var cursor = try source.cursor(over: stretch, descending: function == .maximum)
            guard let entry = try cursor.next() else { continue }
            recorder?.countEntries(1)
            recorder?.countRecords(1)
            let rows = try source.evaluate([try wanted(indexed: entry)], evaluator)
            for case let row? in rows { ends.append((function, row)) }
        }
        return ends
    }

    /// The groups by code of entries that are read: each entry counts for its code, and each record once there.
    ///
    /// - Returns: nil when of some code not all stands in the keys, or some entry does not tell whether it is selected.
    private func codeGroups(_ grouping: Grouping, _ route: Route) throws(QueryError) -> GroupTable? {
        guard let form = route.contents.form ?? codeForm(route) else { return nil }
        var table = GroupTable(grouping)
        guard var groups = EntryGroupReader(grouping, route.contents, entersCodes: true) else { return nil }
        // A record has one entry for each code and date; other columns may have several values.
        let mayRepeat = form.columns.dropFirst().contains { !$0.isSingle } || !route.areApart
        var seen = NumberedKeys<RecordPlace>()
        var examiner = EntryExaminer(route, tables, EntryOrder(), columns: groups.columns, repeats: false)
        for partner in route.partners { examiner.add(try members(partner)) }
        for excluded in route.excluded { examiner.exclude(try members(excluded)) }
        let surroundings = surroundings
        for place in route.places {
            guard case .range(let range) = place.extent else { continue }
            var cursor = try source.cursor(over: range, descending: false)
            var run: CodePrefix?
            while let ahead = try cursor.ahead() {
                let keys = ahead.keys
                var count = 0
                var bound: [UInt8]?
                defer { recorder?.countEntries(count) }
                while bound == nil, count < keys.count {
                    let key = keys[count]
                    count += 1
                    guard let found = try examiner.examine(key, place) else {
                        // Of the next key less is known to be as in the one that the run began with.
                        run?.mayEnd = true
                        bound = place.selection?.bound(behind: key)
                        continue
                    }
                    guard found.isSure else { return nil }
                    if run?.holds(key) != true {
                        let next = try CodePrefix(key)
                        if next.isCut(form.textLimit) { return nil }
                        if !next.code.isEmpty { groups.enter(next.cell, &table) }
                        if mayRepeat { seen.removeAll() }
                        run = next
                    }
                    // What has only a system is in no group.
                    if run?.code.isEmpty == true { continue }
                    if mayRepeat {
                        let record = RecordPlace(group: UInt64(place.group), owner: found.facts.owner)
                        guard seen.insert(record).isNew else { continue }
                    }
                    guard groups.read(found.facts, surroundings, &table) else { return nil }
                    try table.add(groups, found.facts.owner)
                }
                cursor.read(count)
                if let bound {
                    let rest = KeyRange(lower: bound, upper: range.upper)
                    cursor = try source.cursor(over: rest, descending: false)
                }
            }
        }
        return table
    }

    private func codeForm(_ route: Route) -> IndexForm? {
        guard case .code = route.path else { return nil }
        return try? IndexForm(IndexDefinition(id: 0, type: .observation, columns: IndexCatalog.codeAndDate))
    }
}

/// The code and system that entries have in common that stand together.
private struct CodePrefix {
    let code: String
    let system: String
    private let prefix: TupleBytes
    /// Whether keys came since that were not looked at.
    var mayEnd = false

    init(_ key: KeyPlace) throws(QueryError) {
        var reader = TupleReader(key.bytes, in: key.order)
        do throws(TupleError) {
            guard case .text(let code) = try reader.next(), case .text(let system) = try reader.next() else {
                throw TupleError(offset: 0, expected: "a code and a system")
            }
            (self.code, self.system) = (code, system)
        } catch {
            throw .entry(key.key, expected: "a code and a system: \(error)")
        }
        var prefix = TupleBytes(continuing: Array(key.bytes[key.realm]))
        prefix.append(text: code)
        prefix.append(text: system)
        self.prefix = prefix
    }

    var cell: Cell { .string(Token.text(code: code, system: system)) }

    func isCut(_ texts: IndexTextLimit) -> Bool { texts.mayBeCut(code) || texts.mayBeCut(system) }

    /// Whether a key begins so.
    mutating func holds(_ key: KeyPlace) -> Bool {
        if !mayEnd, key.sharedByteCount > prefix.byteCount { return true }
        mayEnd = !prefix.begins(key.bytes.span.extracting(key.realm.lowerBound..<key.order.upperBound))
        return !mayEnd
    }
}

extension Route {
    /// Whether no entry stands in two of the places.
    fileprivate var areApart: Bool {
        guard places.count > 1, case .code(let types, _, let codes) = path, codes.count > 1 else { return true }
        let tokens = Set(codes.map { $0.token?.description ?? "" })
        return !types.isEmpty && tokens.count == codes.count && codes.allSatisfy(\.isOrderedByDate)
    }
}

extension Grouping {
    /// Whether each group is one stretch of a place.
    fileprivate func showsRuns(_ route: Route) -> Bool {
        guard case .code(_, _, let codes) = route.path else { return false }
        return codes.allSatisfy(\.isOrderedByDate)
            || terms.contains { term in
                switch term {
                case .code: return true
                // A code without its system may have several stretches.
                case .value: return false
                }
            }
    }
}

extension Grouping {
    func computes(_ function: AggregateFunction) -> Bool {
        aggregates.contains { if case .values(function, _) = $0 { true } else { false } }
    }
}
