internal import AvowFHIR
internal import AvowProof

extension QueryExecutor {
    /// The least and the greatest of a column's values, from the entries at the ends of ranges that are sorted by it: one
    /// bound proves each.
    ///
    /// - Returns: nil when an entry does not tell its value, or some do not stand where their values sort.
    /// - Complexity: O(log n) for each range.
    func ends(of column: Int, _ grouping: Grouping, _ route: Route) throws(QueryError) -> GroupTable? {
        guard var groups = EntryGroupReader(grouping, route.contents) else { return nil }
        var reader = EntryReader(route.contents, columns: groups.columns)
        var table = GroupTable(grouping)
        try table.append([], count: try count(route.places))
        for place in route.places {
            guard case .range(let range) = place.extent, let selection = place.selection else { continue }
            if let unsorted = selection.unsorted(range, column), try source.count(in: unsorted) > 0 { return nil }
            for function in [AggregateFunction.minimum, .maximum] where grouping.computes(function) {
                let valued = selection.valued(range, column)
                var cursor = try source.cursor(over: valued, descending: function == .maximum)
                guard let entry = try cursor.next() else { continue }
                recorder?.countEntries(1)
                let facts = try reader.facts(KeyPlace(entry.key))
                guard groups.read(facts, surroundings, &table) else { return nil }
                try table.addValues(of: groups, function)
            }
        }
        return table
    }
}
