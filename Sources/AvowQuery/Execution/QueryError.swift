public import AvowConsent
public import AvowFHIR
public import AvowProof

/// Why a query has no answer.
public enum QueryError: Error, Sendable, CustomStringConvertible {
    /// The text is not a query, or says something that cannot be: where, and what was expected.
    case syntax(QuerySyntaxError)
    /// The statement is no query, which would read records and change nothing.
    case notAQuery(Statement)
    /// The statement neither permits nor refuses anything.
    case notAGrant(Statement)
    /// The query does not say who asks.
    case missingActor
    /// The query does not say for which purpose.
    case missingPurpose
    /// Who asks, or why, is not named as it must be.
    case consent(ConsentError)
    /// The query makes more groups than are held in memory.
    case tooManyGroups(limit: Int)
    /// A path asks of a record what FHIRPath refuses, such as the only one of several items: the path, why, and the
    /// record's type and id.
    case path(String, FHIRPathError, resource: String)
    /// A path in WHERE finds several items in a record, where it must find one that says yes or no: the path, and the
    /// record's type and id.
    case severalConditions(String, resource: String)
    /// A view cannot lay out a record: the view's name, why, and the record's type and id.
    case view(String, ViewError, resource: String)
    /// A view makes more rows of one record than memory may hold.
    case tooManyRows(view: String, resource: String)
    /// What is computed of groups needs numbers, and a record has something else: the function, what it found.
    case notANumber(String, found: String)
    /// The rows, groups or sets of the query need more memory than it may have.
    case tooLarge(limit: Int)
    /// Who asks may not list the disclosures to this patient.
    case notPermitted
    /// A statement that only says how a query is executed has no proven answer.
    case notProvable
    /// What was read for the query could not be read: a failure of the store, or a refusal of the verifier.
    case source(any Error)
    /// An entry that the query read stands for something that its space does not hold.
    case entry(TreeKey, expected: String)

    /// What went wrong, in a sentence.
    public var description: String {
        switch self {
        case .syntax(let error): "\(error)"
        case .notAQuery(let statement): "this is no query, but a statement for a store to execute: \(statement)"
        case .notAGrant(let statement): "this is neither GRANT nor REVOKE: \(statement)"
        case .missingActor:
            "the query does not say who asks: add AS 'Practitioner/…' to it, or give the actor beside it"
        case .missingPurpose:
            "the query does not say for which purpose: add FOR TREAT (or another purpose of use) to it, or give the purpose beside it"
        case .consent(let error): "\(error)"
        case .tooManyGroups(let limit):
            "the query makes more than \(limit) groups: group by less, or select less by conditions"
        case .path(let text, let error, let resource):
            "the path '\(text)' cannot be evaluated on \(resource): \(error.message)"
        case .severalConditions(let text, let resource):
            "the condition '\(text)' finds several items in \(resource), where one must say yes or no: use exists(), all() or first()"
        case .view(let name, let error, let resource): "the view '\(name)' cannot lay out \(resource): \(error)"
        case .tooManyRows(let view, let resource):
            "the view '\(view)' makes more rows of \(resource) than memory may hold"
        case .notANumber(let function, let found):
            "\(function) is of numbers, and there is \(found): select by a condition such as PATH(value is Quantity)"
        case .tooLarge(let limit):
            "the query needs more than \(limit) bytes of memory: select less by conditions, or add a LIMIT"
        case .notPermitted:
            "only the patient itself, FOR PATRQT, and the auditors that the store names may list the disclosures to a patient"
        case .notProvable:
            "EXPLAIN ANALYZE says how long a store takes, which nobody can verify: ask it without a proof"
        case .source(let error): "\(error)"
        case .entry(let key, let expected): "the entry at key \(key.bytes.hexadecimal) does not hold \(expected)"
        }
    }
}
