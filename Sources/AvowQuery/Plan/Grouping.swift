internal import AvowFHIR

/// What records are grouped by, and what is shown of each group.
struct Grouping: Sendable {
    /// What records of one group have in common.
    enum Term: Sendable {
        /// A code: a record stands in the group of each of its codes.
        case code
        /// A value of the record.
        case value(Columns.Source)
    }

    /// What is computed of a group.
    enum Computation: Sendable {
        /// How many records it has.
        case records
        /// Of values that records have.
        case values(AggregateFunction, Columns.Source)
    }

    /// What is shown of a group.
    enum Column: Equatable, Sendable {
        case term(Int)
        case aggregate(Int)
    }

    /// What must hold of a group.
    indirect enum Test: Sendable {
        case all([Test])
        case any([Test])
        case not(Test)
        case column(Column, Operation<GroupLiteral>)
    }

    /// The terms; none when all records are one group, which is there even if they are none.
    var terms: [Term] = []
    var aggregates: [Computation] = []
    var columns: [(name: String, column: Column)] = []
    /// What the groups are sorted by.
    var order: [(column: Column, direction: OrderTerm.Direction)] = []
    /// What LIMIT … PER counts by.
    var per: [Column] = []
    var having: Test?

    /// Groups by patient, whose pseudonym comes first among the columns.
    mutating func correlate() {
        terms.append(.value(.owner))
        columns.insert(("", .term(terms.count - 1)), at: 0)
    }
}

extension Grouping.Computation {
    /// Whether patients are what is counted.
    var isOfOwners: Bool { if case .values(_, .owner) = self { true } else { false } }
}

extension Grouping {
    /// Whether codes are what is grouped, so that a record without one is in no group.
    var isByCode: Bool {
        terms.contains { if case .code = $0 { true } else { false } }
    }

    /// For each thing that is computed of a group, the first one that takes the same values of records.
    var sameValues: [Int] {
        aggregates.indices.map { index in
            guard case .values(_, let source) = aggregates[index] else { return index }
            let first = aggregates[..<index].firstIndex {
                if case .values(_, let other) = $0 { other.isSame(as: source) } else { false }
            }
            return first ?? index
        }
    }

    /// Whether nothing is computed of a group but how many records it has.
    var onlyCountsRecords: Bool {
        aggregates.allSatisfy { if case .records = $0 { true } else { false } }
    }

    /// Whether an entry that shows whose a record is tells all that is computed.
    var onlyCountsOwners: Bool {
        aggregates.allSatisfy { aggregate in
            switch aggregate {
            case .records, .values(.countDistinct, .owner), .values(.count, .owner): true
            case .values: false
            }
        }
    }

    /// Whether records and the first and last of their dates are all that is computed.
    private var onlyComparesDates: Bool {
        aggregates.allSatisfy { aggregate in
            switch aggregate {
            case .records, .values(.minimum, .date), .values(.maximum, .date): true
            case .values: false
            }
        }
    }

    /// The finest stretch of the calendar among the terms, when codes and stretches of the clinical date are all that
    /// the terms are; nil when they are something else, too.
    private func indexedUnit(_ contents: EntryContents) -> CalendarUnit?? {
        var finest: CalendarUnit?
        for term in terms {
            switch term {
            case .value(.bucket(let unit, .date)): finest = finest == .month ? .month : unit
            default: guard isRun(term, contents) else { return nil }
            }
        }
        return finest
    }

    /// Whether a term has one value in all entries of one code.
    private func isRun(_ term: Term, _ contents: EntryContents) -> Bool {
        switch term {
        case .code: return true
        case .value(let source):
            switch contents.source(source) {
            case .code(0), .system(0): return true
            default: return false
            }
        }
    }

    /// The column that entries of a range are sorted by, when records and the least and greatest of its values are all that
    /// is computed, and entries tell them.
    private func comparedColumn(_ path: AccessPath, _ contents: EntryContents) -> Int? {
        guard case .index(let selections) = path, selections.count == 1 else { return nil }
        let column = selections[0].fixedColumnCount
        let areCompared = aggregates.allSatisfy { aggregate in
            switch aggregate {
            case .records: return true
            case .values(.minimum, let source), .values(.maximum, let source):
                guard let told = contents.source(source) else { return false }
                if case .date = source { return contents.dateColumn == column }
                if case .shown(column) = told { return true }
                return false
            case .values: return false
            }
        }
        return areCompared ? column : nil
    }

    /// How the groups are found on an access path.
    ///
    /// - Parameters:
    ///   - contents: what the path's entries tell.
    ///   - isFiltered: whether a condition is tested on entries.
    ///   - isResidual: whether a condition is tested on records.
    func reading(
        _ path: AccessPath, _ contents: EntryContents, isFiltered: Bool, isResidual: Bool
    ) -> GroupReading {
        guard !isResidual else { return .records }
        if case .code(_, let parameter, let codes) = path {
            let isOfCodes = !isByCode || parameter == OwnParameter.code.rawValue
            let areRuns = isOfCodes && (codes.count == 1 || codes.allSatisfy(\.isOrderedByDate))
            if !isFiltered, onlyComparesDates, !terms.isEmpty, areRuns, isByCode || !path.mayRepeatRecords,
                let unit = indexedUnit(contents)
            {
                return .borders(unit)
            }
            if terms.isEmpty, !isFiltered, onlyComparesDates, codes.count == 1, codes[0].isOrderedByDate {
                return .bounds
            }
        }
        if terms.isEmpty, !isFiltered, onlyCountsRecords, path.isExact { return .counts }
        if terms.isEmpty, !isFiltered, path.isExact, let column = comparedColumn(path, contents) {
            return .ends(column)
        }
        if isByCode { return showsCodes(path, contents) ? .codes : .records }
        let areTold = terms.allSatisfy { term in
            if case .value(let source) = term { contents.source(source) != nil } else { false }
        }
        let areComputed = aggregates.allSatisfy { aggregate in
            switch aggregate {
            case .records, .values(.countDistinct, .owner): true
            case .values(_, let source): contents.source(source) != nil
            }
        }
        return areTold && areComputed ? .entries : .records
    }

    /// Whether the entries show each record's codes, and all else that is needed of them.
    private func showsCodes(_ path: AccessPath, _ contents: EntryContents) -> Bool {
        switch path {
        case .code(_, by: OwnParameter.code.rawValue, _): break
        case .index(let selections):
            guard selections.count == 1,
                contents.form?.definition.columns.first == .parameter(OwnParameter.code.rawValue)
            else { return false }
        default: return false
        }
        return onlyCountsOwners
            && terms.allSatisfy { term in
                switch term {
                case .code, .value(.owner): true
                case .value(.bucket(_, .date)): contents.hasDate
                case .value: false
                }
            }
    }
}

/// How the groups of a query are found.
enum GroupReading: Hashable, Sendable {
    /// The records are one group: what stands in the ranges is counted and not read.
    case counts
    /// The records are one group, of which the first or the last date is wanted: the ends of the ranges are read.
    case bounds
    /// The records are one group, of which the first or the last value of a column is wanted, by which entries are sorted:
    /// those at the ends of the ranges are read.
    case ends(Int)
    /// Each group is a stretch of the index: what stands between its ends is counted and not read. Where the first or the
    /// last date of a group is wanted, the record at that end is read.
    case borders(CalendarUnit?)
    /// Entries are read, each record once, but no record of which an entry tells enough.
    case entries
    /// The entries of an index are read, each for the group of its code, but no record.
    case codes
    /// The records are read.
    case records
}
