/// The words that have a meaning of their own in a query, in any case.
enum Keyword: String, CaseIterable {
    case select = "SELECT"
    case from = "FROM"
    case `where` = "WHERE"
    case and = "AND"
    case or = "OR"
    case not = "NOT"
    case group = "GROUP"
    case order = "ORDER"
    case by = "BY"
    case ascending = "ASC"
    case descending = "DESC"
    case limit = "LIMIT"
    case `as` = "AS"
    case `for` = "FOR"
    case between = "BETWEEN"
    case `in` = "IN"
    case `is` = "IS"
    case null = "NULL"

    /// The words at which a path ends when they stand outside of brackets and not behind a dot.
    ///
    /// FHIRPath's own `as` is therefore written in parentheses: `(value as Quantity).value`.
    static let endingPath: Set<Keyword> = [.as, .from, .where, .order, .limit, .ascending, .descending]

    init?(word: some StringProtocol) {
        guard word.utf8.count <= 7, let keyword = Keyword(rawValue: word.uppercased()) else { return nil }
        self = keyword
    }
}
