extension ViewDefinition {
    /// Gives the rows that a resource makes, one after the other; none for a resource of another type, or one that
    /// does not meet the view's conditions.
    ///
    /// Rows are made while they are asked for; nothing but the current one is kept.
    ///
    /// - Parameters:
    ///   - resource: A resource.
    ///   - environment: What is outside of it. The view's constants come on top of its variables.
    ///   - body: Takes a row, with a value for each of ``columns``; false ends it.
    /// - Returns: Whether `body` took all rows.
    /// - Throws: ``ViewError`` when a path cannot be evaluated, a condition is no boolean, or a column that is no
    ///   collection has several values.
    @discardableResult
    public func forEachRow(
        of resource: JSONValue, in environment: FHIRPathEnvironment = FHIRPathEnvironment(),
        _ body: ([ViewValue]) -> Bool
    ) throws(ViewError) -> Bool {
        let root = FHIRPathItem.element(FHIRPathElement(resource))
        guard case .element(let element) = root, element.type == FHIRType(self.resource) else { return true }
        var rows = ViewRows(environment, constants: constants, columns: columns)
        for condition in conditions where try !rows.meets(condition, root) { return true }
        return try rows.emit(selections[...], root, rowIndex: 0) { body($0) }
    }

    /// The rows that a resource makes; see ``forEachRow(of:in:_:)``.
    public func rows(
        of resource: JSONValue, in environment: FHIRPathEnvironment = FHIRPathEnvironment()
    ) throws(ViewError) -> [[ViewValue]] {
        var rows: [[ViewValue]] = []
        try forEachRow(of: resource, in: environment) { row in
            rows.append(row)
            return true
        }
        return rows
    }
}

/// Makes rows: the product of selections beside each other, without keeping the rows of any.
///
/// Each selection sets its values in the one row there is and then lets the next go through all of its own.
private struct ViewRows {
    typealias Next = (inout ViewRows) throws(ViewError) -> Bool

    private var environment: FHIRPathEnvironment
    private let columns: [ViewColumn]
    private var row: [ViewValue]
    /// The number that paths get to see.
    private var rowIndex = 0

    /// Elements that a `repeat` finds in one another, at most.
    private static let deepest = 256

    init(_ environment: FHIRPathEnvironment, constants: [String: [FHIRPathItem]], columns: [ViewColumn]) {
        self.environment = environment
        self.environment.variables.merge(constants) { $1 }
        self.environment.variables[ViewDefinition.rowIndex] = [.integer(0)]
        self.columns = columns
        row = Array(repeating: .null, count: columns.count)
    }

    func meets(_ condition: ViewCondition, _ root: FHIRPathItem) throws(ViewError) -> Bool {
        let items = try evaluate(condition.path, root)
        guard let first = items.first else { return false }
        guard items.count == 1, case .boolean(let isMet) = first.value else {
            let found = items.count == 1 ? first.typeName : "\(items.count) items"
            throw ViewError(.expected("a boolean", found: found), at: condition.path.place)
        }
        return isMet
    }

    private func evaluate(_ path: ViewPath, _ focus: FHIRPathItem) throws(ViewError) -> [FHIRPathItem] {
        do throws(FHIRPathError) {
            return try FHIRPathEvaluation(on: focus, environment).run(path.operation)
        } catch {
            throw ViewError(.path(error, text: path.text), at: path.place)
        }
    }

    /// Goes through the product of selections, and gives each row.
    mutating func emit(
        _ selections: ArraySlice<ViewSelection>, _ focus: FHIRPathItem, rowIndex: Int,
        _ body: ([ViewValue]) -> Bool
    ) throws(ViewError) -> Bool {
        try product(selections, [], focus, rowIndex) { rows in body(rows.row) }
    }

    /// Goes through the product of some selections and a union of others.
    private mutating func product(
        _ selections: ArraySlice<ViewSelection>, _ union: [ViewSelection], _ focus: FHIRPathItem, _ index: Int,
        _ next: Next
    ) throws(ViewError) -> Bool {
        if let first = selections.first {
            return try process(first, focus, index) { rows throws(ViewError) in
                try rows.product(selections.dropFirst(), union, focus, index, next)
            }
        }
        guard !union.isEmpty else { return try next(&self) }
        for branch in union where try !process(branch, focus, index, next) { return false }
        return true
    }

    /// Goes through the rows of one selection.
    private mutating func process(
        _ selection: ViewSelection, _ focus: FHIRPathItem, _ index: Int, _ next: Next
    ) throws(ViewError) -> Bool {
        setRowIndex(index)
        let elements: [FHIRPathItem]
        switch selection.iteration {
        case .none: return try one(selection, focus, index, next)
        case .each(let path), .eachOrNull(let path): elements = try evaluate(path, focus)
        case .repeat(let paths):
            var found: [FHIRPathItem] = []
            try follow(paths, focus, depth: 0, &found)
            elements = found
        }
        if elements.isEmpty, case .eachOrNull = selection.iteration {
            for slot in selection.slots { row[slot] = .null }
            for slot in selection.rowIndexSlots { row[slot] = .item(.integer(0)) }
            return try next(&self)
        }
        for (index, element) in elements.enumerated() where try !one(selection, element, index, next) { return false }
        return true
    }

    /// Goes through the rows that a selection makes of one element.
    private mutating func one(
        _ selection: ViewSelection, _ focus: FHIRPathItem, _ index: Int, _ next: Next
    ) throws(ViewError) -> Bool {
        setRowIndex(index)
        for column in selection.columns { row[column.slot] = try value(of: column, focus) }
        return try product(selection.selections[...], selection.union, focus, index, next)
    }

    private mutating func setRowIndex(_ index: Int) {
        guard index != rowIndex else { return }
        rowIndex = index
        environment.variables[ViewDefinition.rowIndex] = [.integer(index)]
    }

    private func value(of column: ViewSelection.Column, _ focus: FHIRPathItem) throws(ViewError) -> ViewValue {
        if column.isRowIndex { return .item(.integer(rowIndex)) }
        let items = try evaluate(column.path, focus).filter(\.hasViewValue)
        if column.isCollection { return .list(items) }
        guard items.count <= 1 else {
            throw ViewError(
                .severalValues(column: columns[column.slot].name, count: items.count), at: column.path.place)
        }
        return items.first.map(ViewValue.item) ?? .null
    }

    /// Adds what the paths find, each element before what they find in it.
    private func follow(
        _ paths: [ViewPath], _ focus: FHIRPathItem, depth: Int, _ found: inout [FHIRPathItem]
    ) throws(ViewError) {
        for path in paths {
            for item in try evaluate(path, focus) {
                guard depth < Self.deepest, found.count < environment.collectionLimit else {
                    throw ViewError(
                        .endless(limit: depth < Self.deepest ? environment.collectionLimit : Self.deepest),
                        at: path.place)
                }
                found.append(item)
                try follow(paths, item, depth: depth + 1, &found)
            }
        }
    }
}

extension FHIRPathItem {
    /// Whether the item is a value, and not only the id or the extensions of one.
    fileprivate var hasViewValue: Bool {
        guard case .element(let element) = self else { return true }
        return element.json != nil
    }
}
