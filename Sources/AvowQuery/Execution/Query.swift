public import AvowConsent

/// A query: its text, and what the parser made of it.
public struct Query: Hashable, Sendable {
    /// The text as it was written.
    public let text: String
    /// What it says.
    public let statement: SelectStatement

    /// Parses a query.
    ///
    /// - Throws: `QueryError.syntax`, with the place in the text.
    public init(_ text: String) throws(QueryError) {
        self.text = text
        do throws(QuerySyntaxError) {
            switch try Query.parser.parse(text) {
            case .select(let statement): self.statement = statement
            }
        } catch {
            throw .syntax(error)
        }
        _ = try Selection(statement)
        _ = try Shape(statement)
    }

    private static let parser = QueryParser(schema: R4Schema())

    /// Who asks, why and when: what the statement says, else what is said beside it.
    ///
    /// - Parameters:
    ///   - actor: used when the statement has no AS. Roles, groups and organization are this actor's in any case
    ///     only when the statement names the same reference.
    ///   - purpose: used when the statement has no FOR.
    ///   - time: in milliseconds since 1970-01-01T00:00:00Z.
    /// - Throws: `.missingActor` or `.missingPurpose` when neither says it, `.consent` for an unknown purpose.
    public func request(actor: Actor?, purpose: Purpose?, time: Int64) throws(QueryError) -> AccessRequest {
        var asker = actor
        var reason = purpose
        do throws(ConsentError) {
            if let written = statement.actor?.value.description, written != actor?.reference.text {
                asker = try Actor(written)
            }
            if let code = statement.purpose?.value { reason = try Purpose(code: code) }
        } catch {
            throw .consent(error)
        }
        guard let asker else { throw .missingActor }
        guard let reason else { throw .missingPurpose }
        return AccessRequest(actor: asker, purpose: reason, time: time)
    }
}

/// The rows of an answer.
public struct QueryResult: Hashable, Sendable {
    /// The names of the columns.
    public let columns: [String]
    /// The rows, each with one cell a column.
    public let rows: [[Cell]]
    /// The audiences whose records were read.
    public let audiences: [UInt64]
}
