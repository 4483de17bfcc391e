internal import AvowFHIR
internal import AvowProof

extension QueryExecutor {
    /// The groups of the selected records.
    func groups(
        _ grouping: Grouping, _ select: BoundSelect, _ route: Route
    ) throws(QueryError) -> GroupTable {
        let reading = grouping.reading(
            route.path, isFiltered: !route.filter.isEmpty, isResidual: !route.residual.isEmpty)
        switch reading {
        case .counts:
            var table = GroupTable(grouping)
            try table.append([], count: try count(route.places))
            return table
        case .bounds: return try bounds(grouping, select, route)
        case .borders(let unit):
            // A group is one stretch of a range, but may have another in the next range.
            let isWhole = route.places.count == 1
            let isCut = grouping.order.isEmpty && grouping.having == nil
            let most = isWhole && isCut ? select.rowsNeeded ?? .max : .max
            var scan = BorderScan(grouping, unit, isWhole: isWhole)
            for place in route.places {
                guard case .range(let range) = place.extent, let codes = place.codes else { continue }
                try scan.run(over: range, codes, of: source, until: most)
            }
            // Of some code not all stands in the keys, so that its name has to be read.
            return scan.hasCutCode ? try recordGroups(grouping, select, route) : scan.table
        case .keys:
            var table = GroupTable(grouping)
            try forEachEntry(route, descending: false) { (entry) throws(QueryError) in
                let facts = try facts(of: entry, route.path)
                let group = grouping.terms.indices.map { index in
                    table.number(of: grouping.terms[index].cell(facts.owner, facts.date, code: nil), ofTerm: index)
                }
                try table.add(facts.owner, to: group)
                return true
            }
            return table
        case .codeKeys:
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
        let evaluator = evaluator(.group(grouping, tokens: tokens), select, route)
        try forEachRecord(route, descending: false, needed: { .max }) { (wanted) throws(QueryError) in
            for case let row? in try source.evaluate(wanted, evaluator) { try table.add(row) }
        }
        return table
    }

    /// The first and the last date of a range, each of one record at one end of it.
    private func bounds(
        _ grouping: Grouping, _ select: BoundSelect, _ route: Route
    ) throws(QueryError) -> GroupTable {
        var table = GroupTable(grouping)
        try table.append([], count: try count(route.places))
        let evaluator = evaluator(.group(grouping, tokens: []), select, route)
        for place in route.places {
            // Records without a date stand before all others.
            guard case .range(let range) = place.extent else { continue }
            for function in [AggregateFunction.minimum, .maximum] where grouping.computes(function) {
                let dated = range.dated(place.codes)
                var cursor = try source.cursor(over: dated, descending: function == .maximum)
                guard let entry = try cursor.next() else { continue }
                recorder?.countEntry()
                recorder?.countRecords(1)
                let rows = try source.evaluate([try wanted(entry, route.path)], evaluator)
                for case let row? in rows { try table.addValues(row, function) }
            }
        }
        return table
    }

    /// The groups by code of entries that are read: each entry counts for its code, and each record once there.
    ///
    /// - Returns: nil when of some code not all stands in the keys.
    private func codeGroups(_ grouping: Grouping, _ route: Route) throws(QueryError) -> GroupTable? {
        var table = GroupTable(grouping)
        var seen: Set<[UInt8]> = []
        for place in route.places {
            guard case .range(let range) = place.extent, let codes = place.codes else { continue }
            var cursor = try source.cursor(over: range, descending: false)
            while let entry = try cursor.next() {
                recorder?.countEntry()
                let key = entry.key
                guard try codes.selects(key), try passes(entry, route) else { continue }
                if route.places.count > 1, !seen.insert(Array(key.bytes)).inserted { continue }
                let values = try CodeDateValues(key)
                if CodeDateValues.mayBeCut(values.code) || CodeDateValues.mayBeCut(values.system) { return nil }
                // What has only a system is in no group.
                if values.code.isEmpty { continue }
                let code = Cell.string(Token.text(code: values.code, system: values.system))
                let owner = try facts(of: entry, route.path).owner
                let group = grouping.terms.indices.map { index in
                    table.number(of: grouping.terms[index].cell(owner, values.date, code: code), ofTerm: index)
                }
                try table.add(owner, to: group)
            }
        }
        return table
    }
}

extension Grouping.Term {
    /// The value of a term that an entry shows.
    fileprivate func cell(_ owner: RecordIdentity, _ date: Int64?, code: Cell?) -> Cell {
        switch self {
        case .code: code ?? .null
        case .value(.owner): Columns.cell(owner: owner)
        case .value(.bucket(let unit, _)): date.map { .string(unit.period(holding: $0).text) } ?? .null
        case .value: .null
        }
    }
}

extension Grouping {
    fileprivate func computes(_ function: AggregateFunction) -> Bool {
        aggregates.contains { if case .values(function, _) = $0 { true } else { false } }
    }
}
