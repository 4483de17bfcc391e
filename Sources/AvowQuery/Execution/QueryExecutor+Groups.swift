internal import AvowFHIR
internal import AvowProof

extension QueryExecutor {
    /// The groups of the selected records.
    func groups(
        _ grouping: Grouping, _ selection: Selection, _ path: AccessPath, _ residual: Residual, _ places: [Place],
        limit: Int
    ) throws(QueryError) -> GroupTable {
        var table = GroupTable(termCount: grouping.terms.count)
        switch (grouping.reading(path, residual), path) {
        case (.borders(let unit), .code(_, let codes)):
            // A group is one stretch of a range, but may have another in the next range.
            let isWhole = places.count == 1
            var scan = BorderScan(grouping.terms, codes, unit, isWhole: isWhole)
            for place in places {
                guard case .range(let range) = place else { continue }
                try scan.run(over: range, of: source, until: isWhole && grouping.order.isEmpty ? limit : .max)
            }
            if !scan.hasCutCode { return scan.table }
            // Of some code not all stands in the keys, so that its name has to be read.
            try addRecords(grouping, selection, path, residual, places, to: &table)
        case (.keys, _):
            try forEachEntry(path, places, descending: false) { (entry) throws(QueryError) in
                let date = try CodeDateValues(entry.key).date
                let group = grouping.terms.indices.map { index in
                    table.number(of: grouping.terms[index].period(of: date), ofTerm: index)
                }
                try table.add(group, count: 1)
                return true
            }
        default: try addRecords(grouping, selection, path, residual, places, to: &table)
        }
        return table
    }

    /// Reads the selected records, and adds each to its groups.
    private func addRecords(
        _ grouping: Grouping, _ selection: Selection, _ path: AccessPath, _ residual: Residual, _ places: [Place],
        to table: inout GroupTable
    ) throws(QueryError) {
        let parser = try jsonParser()
        let environment = environment
        try forEachEntry(path, places, descending: false) { (entry) throws(QueryError) in
            let json = try source.record(try wanted(entry, path))
            let (resource, type) = try resource(json, parser, of: entry)
            if residual.matches(resource, type) {
                let record = RecordFocus(resource: resource, type: type, environment: environment)
                try table.add(record, at: entry.key, grouping, selection.tokens)
            }
            return true
        }
    }
}

extension QueryExecutor {
    private func jsonParser() throws(QueryError) -> JSONParser {
        do throws(JSONError) {
            return try JSONParser()
        } catch {
            throw .source(error)
        }
    }

    private func resource(
        _ json: [UInt8], _ parser: JSONParser, of entry: Source.Cursor.Entry
    ) throws(QueryError) -> (JSONValue, ResourceType) {
        do throws(JSONError) {
            let resource = try parser.parse(json).root
            guard let name = resource["resourceType"]?.string, let type = ResourceType(name: name) else {
                throw JSONError(.notAnObject, at: 0)
            }
            return (resource, type)
        } catch {
            throw .entry(entry.key, expected: "a FHIR resource: \(error)")
        }
    }
}

extension GroupTable {
    /// Adds a record to its groups: one, or when codes are grouped, one for each code that a condition asks for.
    fileprivate mutating func add(
        _ record: RecordFocus, at key: TreeKey, _ grouping: Grouping, _ tokens: [Token]
    ) throws(QueryError) {
        var codes: [Cell] = [.null]
        if grouping.isByCode {
            let all = Indexing.codes(of: record.resource, type: record.type)
            let wanted = all.filter { !$0.code.isEmpty }.filter { code in
                tokens.isEmpty || tokens.contains { $0.matches(code: code.code, system: code.system) }
            }
            codes = wanted.map { .string(Token.text(code: $0.code, system: $0.system)) }
        }
        for code in codes {
            var group: [Int] = []
            for (index, term) in grouping.terms.enumerated() {
                var cell = code
                if case .value(let source) = term {
                    do throws(RowError) {
                        cell = try Columns.cell(source, record)
                    } catch {
                        throw error.failure(at: key)
                    }
                }
                group.append(number(of: cell, ofTerm: index))
            }
            try add(group, count: 1)
        }
    }
}

extension Grouping.Term {
    /// The value of a term that is a period of the clinical date.
    fileprivate func period(of date: Int64?) -> Cell {
        guard case .value(.bucket(let unit, _)) = self, let date else { return .null }
        return .string(unit.period(holding: date).text)
    }
}

extension Token {
    /// A code with its system as FHIR search writes it: `http://loinc.org|4548-4`. Different pairs have different texts.
    static func text(code: String, system: String) -> String {
        escaped(system) + "|" + escaped(code)
    }
}
