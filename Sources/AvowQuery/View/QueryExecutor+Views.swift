public import AvowFHIR
internal import AvowProof

extension Query {
    /// The query with the views that it selects from, as they stand in what it is executed over.
    ///
    /// A query that selects from types alone is this query.
    ///
    /// - Throws: `QueryError.syntax` for a view that there is not, or a column that it does not have.
    public func withViews(from source: some RecordSource) throws(QueryError) -> Query {
        guard case .unresolved(let statement, let names) = plan else { return self }
        var views: [String: BoundView] = [:]
        var missing = names
        while !missing.isEmpty {
            for name in missing { views[name.value] = try source.view(name) }
            let (plan, more) = try Query.plan(statement, views)
            guard !more.isEmpty else { return Query(self, plan) }
            // Questions within the question may name other views.
            missing = more.filter { views[$0.value] == nil }
        }
        return self
    }
}

extension RecordSource {
    /// Reads the view that a query names.
    fileprivate func view(_ name: Located<String>) throws(QueryError) -> BoundView {
        guard let entry = try entry(for: StoredView.key(name.value)) else {
            let names = try viewNames()
            let candidates = names + ResourceType.allCases.map(\.name)
            let suggestion = NearestName.of(name.value, among: candidates)
            throw .syntax(
                QuerySyntaxError(
                    .unknownView, "no view '\(name.value)'", at: name.range,
                    expected: suggestion != nil ? [] : names.isEmpty ? ["a resource type"] : Array(names.prefix(8)),
                    suggestion: suggestion))
        }
        let content = try salted(entry).content
        do throws(ViewLoadError) {
            return BoundView(name: name.value, definition: try StoredView(name.value, json: content).definition)
        } catch {
            throw .entry(entry.key, expected: "a view: \(error)")
        }
    }

    /// The names of all views, by their bytes.
    public func viewNames() throws(QueryError) -> [String] {
        var names: [String] = []
        var cursor = try cursor(over: .space(.configuration), descending: false)
        while let entry = try cursor.next() {
            if let name = StoredView.name(of: entry.key) { names.append(name) }
        }
        return names
    }
}

// Rows that a view lays out.
extension RowEvaluator {
    /// What the rows of one record may take in memory, estimated, in bytes.
    private static let mostBytes = 1 << 28

    /// Lays out a record, and makes something of each row that meets the conditions.
    static func layOut(
        _ record: RecordFocus, by view: BoundView, _ conditions: [Predicate],
        _ make: (RecordFocus) throws(RowError) -> Row
    ) throws(RowError) -> Row? {
        var rows: [Row] = []
        var byteCount = 0
        var failure: RowError?
        var focus = record
        do throws(ViewError) {
            try view.definition.forEachRow(of: record.resource, in: record.environment) { values in
                focus.row = values.map(Cell.init)
                do throws(RowError) {
                    for condition in conditions where !(try condition.holds(of: focus)) { return true }
                    let row = try make(focus)
                    byteCount += row.byteCount
                    guard byteCount <= mostBytes else { throw .tooManyRows(view: view.name, resource: record.name) }
                    rows.append(row)
                    return true
                } catch {
                    failure = error
                    return false
                }
            }
        } catch {
            throw .view(view.name, error, resource: record.name)
        }
        if let failure { throw failure }
        guard var first = rows.first else { return nil }
        first.others = Array(rows.dropFirst())
        return first
    }
}

extension Predicate {
    /// Whether columns of a view's row are asked for.
    var asksColumns: Bool {
        switch self {
        case .column: true
        case .all(let parts), .any(let parts): parts.contains(where: \.asksColumns)
        case .not(let inner): inner.asksColumns
        default: false
        }
    }

    /// The view that the records are laid out by, where the predicate says that they are.
    var view: BoundView? { if case .laidOut(let view) = self { view } else { nil } }
}

extension Cell {
    /// What a view has in a column.
    public init(_ value: ViewValue) {
        self =
            switch value.kind {
            case .null: .null
            case .boolean: .boolean(value.text == "true")
            case .number: .number(value.text)
            case .string: .string(value.text)
            case .array, .object: .json(value.json)
            }
    }
}
