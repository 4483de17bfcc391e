internal import AvowFHIR

/// A condition in FHIRPath that needs nothing of a record but what columns of an index show of it.
struct ToldCondition: Sendable {
    /// The condition itself.
    let path: FHIRPath
    /// The columns, by the variables that stand for them in the path.
    private let parts: [(variable: String, column: Int, types: Set<FHIRPathSystemType>)]
    private let form: Form

    private enum Form {
        /// The column itself says it.
        case whole(Int)
        /// What is left to be evaluated.
        case remainder(FHIRPath)
    }

    /// Nil when more is needed than columns show.
    init?(_ path: FHIRPath, _ columns: [(index: Int, column: ShownColumn)]) {
        self.path = path
        let known = columns.compactMap { index, column in
            column.expression.map { (index: index, expression: $0, types: column.types) }
        }
        if let whole = known.first(where: { $0.expression == path.expression }) {
            parts = []
            form = .whole(whole.index)
            return
        }
        guard let remainder = path.remainder(knowing: known.map(\.expression)) else { return nil }
        var parts: [(variable: String, column: Int, types: Set<FHIRPathSystemType>)] = []
        for (part, variable) in remainder.parts {
            guard let types = known[part].types else { return nil }
            parts.append((variable, known[part].index, types))
        }
        self.parts = parts
        form = .remainder(remainder.path)
    }

    /// The columns that are read for it.
    var columns: Set<Int> {
        if case .whole(let column) = form { [column] } else { Set(parts.map(\.column)) }
    }

    /// Whether it holds of the record of an entry; nil when the entry does not tell, or the record is not as it should be.
    func holds(_ facts: EntryFacts) -> Bool? {
        switch form {
        case .whole(let column): return facts.shown(column).map(ToldCondition.holds)
        case .remainder(let rest):
            var environment = FHIRPathEnvironment()
            for (variable, column, types) in parts {
                guard let cell = facts.shown(column) else { return nil }
                guard cell != .null else {
                    environment.variables[variable] = []
                    continue
                }
                guard let item = ToldCondition.item(cell, types) else { return nil }
                environment.variables[variable] = [item]
            }
            guard let items = try? rest.evaluate(in: environment), items.count <= 1 else { return nil }
            guard let item = items.first else { return false }
            if case .boolean(let value) = item { return value }
            return true
        }
    }

    /// As in FHIRPath, nothing is no, and one item that is no truth value is yes.
    private static func holds(_ cell: Cell) -> Bool {
        switch cell {
        case .null: false
        case .boolean(let value): value
        default: true
        }
    }

    /// A cell as an item of the type that the model says it is of; nil when that leaves several, or it is of none.
    private static func item(_ cell: Cell, _ types: Set<FHIRPathSystemType>) -> FHIRPathItem? {
        switch cell {
        case .boolean(let value): return types.contains(.boolean) ? .boolean(value) : nil
        case .number(let text):
            // Where numbers are compared, a whole one is a decimal as well.
            guard types.contains(.decimal) || types.contains(.integer) else { return nil }
            return FHIRDecimal(text).map(FHIRPathItem.decimal)
        case .string(let text):
            let written = types.intersection([.string, .date, .dateTime, .time, .any])
            guard written.count == 1 else { return nil }
            switch written.first {
            case .string: return .string(text)
            case .date: return FHIRDateTime(text).map(FHIRPathItem.date)
            case .dateTime: return FHIRDateTime(text).map(FHIRPathItem.dateTime)
            default: return nil
            }
        case .null, .json: return nil
        }
    }
}
