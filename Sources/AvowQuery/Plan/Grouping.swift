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

extension Grouping {
    /// Whether codes are what is grouped, so that a record without one is in no group.
    var isByCode: Bool {
        terms.contains { if case .code = $0 { true } else { false } }
    }

    /// Whether nothing is computed of a group but how many records it has.
    var onlyCountsRecords: Bool {
        aggregates.allSatisfy { if case .records = $0 { true } else { false } }
    }

    /// Whether an entry that shows whose a record is tells all that is computed.
    private var onlyCountsOwners: Bool {
        aggregates.allSatisfy { aggregate in
            switch aggregate {
            case .records, .values(.countDistinct, .patient), .values(.countDistinct, .owner): true
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
    private var indexedUnit: CalendarUnit?? {
        var finest: CalendarUnit?
        for term in terms {
            switch term {
            case .code: continue
            case .value(.bucket(let unit, .date)): finest = finest == .month ? .month : unit
            default: return nil
            }
        }
        return finest
    }

    /// Whether entries, which show the date when they are of an index, tell the terms.
    private func termsAreInEntries(_ path: AccessPath) -> Bool {
        terms.allSatisfy { term in
            switch term {
            case .code: false
            case .value(.owner): true
            case .value(.bucket(_, .date)): path.showsDate
            case .value: false
            }
        }
    }

    /// How the groups are found on an access path.
    ///
    /// - Parameters:
    ///   - isFiltered: whether a condition is tested on entries.
    ///   - isResidual: whether a condition is tested on records.
    func reading(_ path: AccessPath, isFiltered: Bool, isResidual: Bool) -> GroupReading {
        guard !isResidual else { return .records }
        if case .code(_, let codes) = path, !isFiltered, onlyCountsRecords, let unit = indexedUnit,
            !terms.isEmpty, isByCode ? codes.count == 1 || codes.allSatisfy(\.isOrderedByDate) : !path.mayRepeatRecords
        {
            return .borders(unit)
        }
        if terms.isEmpty, !isFiltered, onlyCountsRecords, path.isExact { return .counts }
        if terms.isEmpty, !isFiltered, onlyComparesDates, case .code(_, let codes) = path, codes.count == 1,
            codes[0].isOrderedByDate
        {
            return .bounds
        }
        if termsAreInEntries(path), onlyCountsOwners { return .keys }
        if isByCode, onlyCountsOwners, entryCodes(path) { return .codeKeys }
        return .records
    }

    /// Whether codes and stretches of the date are all that the terms are, and entries of an index show them.
    private func entryCodes(_ path: AccessPath) -> Bool {
        guard case .code = path else { return false }
        return terms.allSatisfy { term in
            switch term {
            case .code, .value(.bucket(_, .date)), .value(.owner): true
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
    /// Each group is a stretch of the index: what stands between its ends is counted and not read.
    case borders(CalendarUnit?)
    /// The entries of the index are read, each record once, but no record.
    case keys
    /// The entries of the index are read, each for the group of its code, but no record.
    case codeKeys
    /// The records are read.
    case records
}
