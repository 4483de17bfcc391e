public import AvowFHIR

/// A statement that changes which indexes a store has: `CREATE INDEX a1c ON Observation (code, value-quantity)`,
/// `DROP INDEX a1c`.
public struct IndexStatement: Hashable, Sendable {
    /// What becomes of the index.
    public enum Change: Hashable, Sendable {
        /// It is made, over the records of a type, with these columns.
        case create(on: Located<ResourceType>, columns: [Located<Column>])
        /// It is removed.
        case drop
    }

    /// A column as it is written.
    public enum Column: Hashable, Sendable {
        /// A search parameter, by its code; `patient` is whose the record is.
        case parameter(String)
        /// `PATH(…)`: what a query shows of an expression.
        case path(PathExpression)
    }

    /// The name that people call the index by.
    public var name: Located<String>
    /// What becomes of it.
    public var change: Change

    /// A statement of these parts.
    public init(_ name: Located<String>, _ change: Change) {
        self.name = name
        self.change = change
    }
}

extension IndexStatement {
    /// The columns of the index that is made; none of one that is removed.
    public var columns: [IndexColumn] {
        guard case .create(_, let columns) = change else { return [] }
        return columns.map { $0.value.indexColumn }
    }

    /// Checks what can be known without a store: that there is such a parameter, that an expression is sound, that a
    /// column can be indexed.
    ///
    /// - Throws: ``QuerySyntaxError`` at the column, with what ``IndexError`` says of it.
    public func check() throws(QuerySyntaxError) {
        guard case .create(let type, let columns) = change else { return }
        for (place, column) in columns.enumerated() {
            if case .path(let path) = column.value, let open = path.placeholders.first {
                throw QuerySyntaxError(
                    .unexpected, "a column of an index has no place left open for \(open.placeholder)",
                    at: column.range)
            }
            // One after the other, so that it is known which one is wrong.
            let known = columns[...place].map { $0.value.indexColumn }
            do throws(IndexError) {
                _ = try IndexForm(IndexDefinition(id: 0, name: name.value, type: type.value, columns: known))
            } catch {
                throw IndexStatement.syntaxError(error, column)
            }
        }
    }

    private static func syntaxError(_ error: IndexError, _ column: Located<Column>) -> QuerySyntaxError {
        switch error {
        case .unknownParameter(let code, let type, let suggestion):
            return QuerySyntaxError(
                .unknownParameter, "no search parameter '\(code)' on \(type.name)", at: column.range,
                suggestion: suggestion)
        case .path(_, let cause):
            guard case .path(let path) = column.value else { break }
            return ColumnBinder.error(path, cause)
        default: break
        }
        return QuerySyntaxError(.invalidValue, "\(error)", at: column.range)
    }
}

extension IndexStatement.Column {
    var indexColumn: IndexColumn {
        switch self {
        case .parameter(let code): IndexColumn(code)
        case .path(let path): .path(path.text)
        }
    }
}

extension IndexStatement: CustomStringConvertible {
    /// The statement in canonical form on one line.
    public var description: String {
        switch change {
        case .create(let type, _):
            "CREATE INDEX \(name.value) ON \(type.value.name) ("
                + columns.map(\.description).joined(separator: ", ") + ")"
        case .drop: "DROP INDEX \(name.value)"
        }
    }
}
