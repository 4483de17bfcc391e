/// The words that have a meaning of their own in a query, in any case.
enum Keyword: String, CaseIterable {
    case select = "SELECT"
    case from = "FROM"
    case `where` = "WHERE"
    case and = "AND"
    case or = "OR"
    case not = "NOT"
    case distinct = "DISTINCT"
    case group = "GROUP"
    case having = "HAVING"
    case order = "ORDER"
    case by = "BY"
    case ascending = "ASC"
    case descending = "DESC"
    case limit = "LIMIT"
    case offset = "OFFSET"
    case union = "UNION"
    case intersect = "INTERSECT"
    case except = "EXCEPT"
    case cohort = "COHORT"
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

    /// The words at which a path ends when they stand behind a value, where no member can begin. FHIR has members named
    /// `for` and `group`.
    static let endingPathBehindValue: Set<Keyword> = [.for, .group, .having, .offset, .union, .intersect, .except]

    /// The keywords by the number of their letters.
    private static let byLength: [[(letters: [UInt8], keyword: Keyword)]] = {
        var lengths = [[(letters: [UInt8], keyword: Keyword)]](repeating: [], count: 10)
        for keyword in allCases {
            let letters = Array(keyword.rawValue.utf8)
            lengths[letters.count].append((letters, keyword))
        }
        return lengths
    }()

    init?(word: some StringProtocol) {
        guard word.utf8.count < Keyword.byLength.count else { return nil }
        self.init(utf8: Array(word.utf8)[...])
    }

    init?(utf8 word: ArraySlice<UInt8>) {
        guard word.count < Keyword.byLength.count,
            let found = Keyword.byLength[word.count].first(where: { Characters.isWord(word, $0.letters) })
        else { return nil }
        self = found.keyword
    }
}
