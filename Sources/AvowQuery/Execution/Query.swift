public import AvowConsent
public import AvowFHIR

/// A query, parsed and planned as far as its text alone decides: prepared once, it can be executed many times.
public struct Query: Sendable {
    /// The text as it was written.
    public var text: String { parts.text }
    /// What it says.
    public var statement: Statement { parts.statement }
    /// The places that are left open for values. A query that has some is not executed before values are bound to them.
    public var placeholders: [Located<Placeholder>] { parts.placeholders }
    var plan: Plan { parts.plan }
    /// What is remembered of the query is remembered by this.
    var key: QueryBytes { parts.key }
    private let parts: Parts

    /// All that a query holds, in one place: a query is handed on as often as it is executed, and its parts are many.
    private final class Parts: Sendable {
        let text: String
        let key: QueryBytes
        let statement: Statement
        let placeholders: [Located<Placeholder>]
        let plan: Plan
        let clauses: RequestClauses
        let asOf: AsOf?
        let explanation: Explanation?

        init(_ text: String, _ statement: Statement, _ placeholders: [Located<Placeholder>], _ plan: Plan) {
            self.text = text
            key = QueryBytes(text)
            self.statement = statement
            self.placeholders = placeholders
            self.plan = plan
            clauses = statement.request
            asOf = statement.asOf?.value
            explanation =
                if case .explain(_, let isAnalyzed) = statement { isAnalyzed ? .analysis : .plan } else { nil }
        }
    }

    /// What a query comes to, as far as its text decides.
    enum Plan: Sendable {
        /// A question, and the tables that it needs.
        case select(BoundSelect, [TableDefinition])
        case history(HistoryStatement)
        case disclosures(DisclosureQuestion)
        /// What a patient's Consents say; and the question that finds them.
        case consents(BoundSelect, [TableDefinition])
        /// Which audiences admit the request of a question.
        case audiences(BoundSelect, [TableDefinition])
        /// A statement about views, which are known when it is executed; and the names of views that it needs first.
        case unresolved(Statement, [Located<String>])

        /// The question whose records are read, and the tables that it needs; nil when none is planned.
        var question: (BoundSelect, [TableDefinition])? {
            switch self {
            case .select(let select, let tables), .consents(let select, let tables): (select, tables)
            case .history, .disclosures, .audiences, .unresolved: nil
            }
        }
    }

    /// Whether it is about an audit ledger, and so is executed over the ledger's tree instead of the store's.
    public var isAboutLedger: Bool {
        if case .disclosures = plan { true } else { false }
    }

    /// The state of the store that it is about; nil for the newest.
    public var asOf: AsOf? { parts.asOf }

    /// Whether it asks how a question would be answered, and whether it is to be answered for that.
    public var explanation: Explanation? { parts.explanation }

    /// The logical id of the patient whose disclosures it asks for.
    public var disclosedPatient: String? {
        if case .disclosures(let question) = plan { question.patient } else { nil }
    }

    /// What EXPLAIN asks for.
    public enum Explanation: Hashable, Sendable {
        /// How a question would be answered.
        case plan
        /// How it was answered.
        case analysis
    }

    /// Parses a query.
    ///
    /// - Throws: `QueryError.syntax`, with the place in the text.
    public init(_ text: String) throws(QueryError) {
        let parsed: Statement
        let example: Statement
        // Whatever values will be bound, all else of the query is checked now.
        var binder = PlaceholderBinder(nil)
        do throws(QuerySyntaxError) {
            parsed = try Query.parser.parse(text)
            example = text.utf8.contains(UInt8(ascii: "$")) ? try binder.statement(parsed) : parsed
        } catch {
            throw .syntax(error)
        }
        try self.init(text, parsed, binder.found, planning: example)
    }

    /// - Parameter example: the statement, with something in the place of each placeholder.
    private init(
        _ text: String, _ statement: Statement, _ placeholders: [Located<Placeholder>], planning example: Statement
    ) throws(QueryError) {
        parts = Parts(text, statement, placeholders, try Query.plan(example, [:]).plan)
    }

    /// The query with another plan.
    init(_ query: Query, _ plan: Plan) {
        parts = Parts(query.text, query.statement, query.placeholders, plan)
    }

    /// What a statement comes to.
    ///
    /// - Parameter views: those that are known.
    /// - Returns: the plan, which is `.unresolved` as long as views are missing, and these.
    static func plan(
        _ statement: Statement, _ views: [String: BoundView]
    ) throws(QueryError) -> (plan: Plan, missing: [Located<String>]) {
        var binder = Binder(views: views)
        let plan: Plan
        switch statement {
        case .select(let select), .explain(let select, _):
            let bound = try binder.bind(select)
            plan = .select(bound, binder.tables)
        case .history(let history): plan = .history(history)
        case .show(let show):
            if let question = try show.disclosures() {
                plan = .disclosures(question)
            } else {
                let bound = try binder.bind(try show.consents())
                plan = .consents(bound, binder.tables)
            }
        case .explainConsent(let select):
            let bound = try binder.bind(select)
            plan = .audiences(bound, binder.tables)
        case .grant, .index, .set: throw .notAQuery(statement)
        }
        let missing = binder.missingViews
        return (missing.isEmpty ? plan : .unresolved(statement, missing), missing)
    }

    /// The query of a statement that values have been bound in. Where parts of it stand is said of the text that they were
    /// bound in.
    ///
    /// What is executed must be what its text says, since that is what a verifier reads: that the canonical text gives
    /// this very tree is not left to how texts are written.
    init(bound statement: Statement, in template: String) throws(QueryError) {
        let text = statement.description
        let whole = SourceRange(0, template.utf8.count)
        let written: Statement
        do throws(QuerySyntaxError) {
            written = try Query.parser.parse(text)
        } catch {
            throw .syntax(error.moved(to: whole))
        }
        guard written == statement else {
            throw .syntax(QuerySyntaxError(.invalidValue, "a value cannot be written in a query", at: whole))
        }
        try self.init(text, written, [], planning: statement)
    }

    /// The query that reads one resource: `SELECT resource FROM Observation WHERE _id = 0ab3`.
    ///
    /// - Throws: `QueryError.syntax` when `id` is no logical id.
    public static func read(_ type: ResourceType, id: String) throws(QueryError) -> Query {
        try Query(try text(reading: type, id: id))
    }

    /// The text of ``read(_:id:)``, which need not be parsed to be written down.
    public static func text(reading type: ResourceType, id: String) throws(QueryError) -> String {
        "SELECT resource FROM \(type.name) WHERE _id = '\(try resourceID(id))'"
    }

    /// The query that reads all versions of one resource, as FHIR's `history` does: `HISTORY OF Observation/0ab3`.
    ///
    /// - Throws: `QueryError.syntax` when `id` is no logical id.
    public static func history(_ type: ResourceType, id: String) throws(QueryError) -> Query {
        try Query("HISTORY OF \(type.name)/\(try resourceID(id))")
    }

    /// The query that reads one version of one resource, as FHIR's `vread` does: `HISTORY OF Observation/0ab3 VERSION 2`.
    ///
    /// - Throws: `QueryError.syntax` when `id` is no logical id, or `version` no version's number.
    public static func vread(_ type: ResourceType, id: String, version: UInt64) throws(QueryError) -> Query {
        try Query("HISTORY OF \(type.name)/\(try resourceID(id)) VERSION \(version)")
    }

    /// The query that lists who has read a patient's records: `SHOW DISCLOSURES FOR Patient/1 SINCE 2026-01-01`.
    ///
    /// - Parameters:
    ///   - patient: the patient's logical id.
    ///   - since: the date or time to begin with, as the language writes it; nil for all.
    /// - Throws: `QueryError.syntax` when `patient` is no logical id, or `since` no date.
    public static func disclosures(to patient: String, since: String? = nil) throws(QueryError) -> Query {
        let since = try since.map { (text) throws(QueryError) in
            do throws(QuerySyntaxError) {
                return " SINCE \(try DateLiteral(text).text)"
            } catch {
                throw .syntax(error)
            }
        }
        return try Query("SHOW DISCLOSURES FOR 'Patient/\(try resourceID(patient))'\(since ?? "")")
    }

    /// The query with EXPLAIN or EXPLAIN ANALYZE before it; one about versions stays as it is.
    public func explained(isAnalyzed: Bool) throws(QueryError) -> Query {
        switch statement {
        case .select(let select), .explain(let select, _):
            try Query(Statement.explain(select, isAnalyzed: isAnalyzed).description)
        default: self
        }
    }

    private static func resourceID(_ id: String) throws(QueryError) -> ResourceID {
        do throws(QuerySyntaxError) {
            return try ResourceID(id)
        } catch {
            throw .syntax(error)
        }
    }

    private static let parser = QueryParser(schema: R4Schema())

    /// Who asks, why and when: what the statement says, else what is said beside it.
    ///
    /// - Parameters:
    ///   - actor: used when the statement has no AS. Roles, groups and organization are this actor's in any case
    ///     only when the statement names the same reference.
    ///   - purpose: used when the statement has no FOR.
    ///   - time: in milliseconds since 1970-01-01T00:00:00Z.
    ///   - breakGlassReason: why the actor breaks the glass, unless the statement says so; nil when it does not.
    /// - Throws: `.missingActor` or `.missingPurpose` when neither says it, `.consent` for an unknown purpose or a reason
    ///   that has not the form of one.
    public func request(
        actor: Actor?, purpose: Purpose?, time: Int64, breakGlassReason: String? = nil
    ) throws(QueryError) -> AccessRequest {
        try parts.clauses.request(
            actor: actor, purpose: purpose, time: time, breakGlassReason: breakGlassReason)
    }
}

extension Query: Hashable {
    /// Whether the texts are the same, from which all else follows.
    public static func == (left: Query, right: Query) -> Bool { left.text == right.text }

    /// Hashes the text.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
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

    /// Rows of some columns.
    public init(columns: [String], rows: [[Cell]], audiences: [UInt64]) {
        self.columns = columns
        self.rows = rows
        self.audiences = audiences
    }
}
