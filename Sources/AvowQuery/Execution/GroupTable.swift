internal import AvowFHIR

/// Groups as they are found, how many records each has, and what is computed of them.
///
/// The values of a term are kept once and known by numbers, so a group is a few numbers, and sorting compares few
/// values.
struct GroupTable {
    private let grouping: Grouping
    /// Which of the things that are computed are computed of values.
    private let valueAggregates: [Int]
    private var terms: [GroupValues]
    /// For each thing that is computed the values of which different ones are counted.
    private var values: [GroupValues]
    /// The numbers of the groups' values, group after group.
    private var numbers: [Int] = []
    private var counts: [UInt64] = []
    /// What is computed of the groups, group after group; none when only records are counted.
    private var accumulators: [Accumulator] = []
    private var byteCount = 0
    /// The group that the numbers of a group's values, one after the other, lead to.
    private var steps: [Step: Int] = [:]
    /// The group that something was added to last: the next is often the same.
    private var last: (group: [Int], place: Int)?

    /// From one value, or for the first from nothing, to the next.
    private struct Step: Hashable {
        let from: Int
        let number: Int
    }

    init(_ grouping: Grouping) {
        self.grouping = grouping
        valueAggregates = grouping.aggregates.indices.filter {
            if case .values = grouping.aggregates[$0] { true } else { false }
        }
        terms = Array(repeating: GroupValues(), count: grouping.terms.count)
        values = Array(repeating: GroupValues(), count: grouping.aggregates.count)
    }

    /// The number of groups.
    var count: Int { counts.count }

    /// The number of a value of a term; values are the same when their kinds and bytes are.
    mutating func number(of cell: Cell, ofTerm term: Int) -> Int {
        terms[term].number(of: cell)
    }

    /// Adds a group that is none of those before.
    mutating func append(_ group: [Int], count: UInt64) throws(QueryError) {
        guard counts.count < QueryLimits.groups else { throw .tooManyGroups(limit: QueryLimits.groups) }
        numbers.append(contentsOf: group)
        counts.append(count)
        guard !grouping.onlyCountsRecords else { return }
        for aggregate in grouping.aggregates {
            switch aggregate {
            case .records: accumulators.append(.count(0))
            case .values(.countDistinct, .owner): accumulators.append(.distinct(DistinctValues()))
            case .values(let function, _): accumulators.append(Accumulator(function))
            }
        }
    }

    /// Adds records to a group, which may be new.
    ///
    /// - Returns: the group's place.
    @discardableResult
    mutating func add(_ group: [Int], count: UInt64) throws(QueryError) -> Int {
        if let last, last.group == group {
            counts[last.place] += count
            return last.place
        }
        let place = try find(group, count)
        last = (group, place)
        return place
    }

    private mutating func find(_ group: [Int], _ count: UInt64) throws(QueryError) -> Int {
        var place = -1
        for number in group.dropLast() {
            let step = Step(from: place, number: number)
            if let next = steps[step] {
                place = next
            } else {
                // Below all groups, and not what any other beginning of one leads to.
                place = -2 - steps.count
                steps[step] = place
            }
        }
        let step = Step(from: place, number: group.last ?? 0)
        if let index = steps[step] {
            counts[index] += count
            return index
        }
        steps[step] = counts.count
        try append(group, count: count)
        return counts.count - 1
    }

    /// Adds a record to its groups: one, or when codes are grouped, one for each of its codes.
    mutating func add(_ row: Row) throws(QueryError) {
        var group: [Int] = []
        for (index, cell) in row.cells.enumerated() { group.append(number(of: cell, ofTerm: index)) }
        guard grouping.isByCode else { return try add(row, to: group) }
        for code in row.codes {
            for (index, term) in grouping.terms.enumerated() {
                if case .code = term { group[index] = number(of: code, ofTerm: index) }
            }
            try add(row, to: group)
        }
    }

    private mutating func add(_ row: Row, to group: [Int]) throws(QueryError) {
        let place = try add(group, count: 1)
        for (index, values) in row.values.enumerated() {
            guard case .values(let function, _) = grouping.aggregates[index] else { continue }
            for value in values { try add(value, function, index, place) }
        }
    }

    /// Adds a record's values to what a function computes of a group, by its place; of the only one unless it is said.
    mutating func addValues(_ row: Row, _ wanted: AggregateFunction, to place: Int = 0) throws(QueryError) {
        for (index, values) in row.values.enumerated() {
            guard case .values(wanted, _) = grouping.aggregates[index] else { continue }
            for value in values { try add(value, wanted, index, place) }
        }
    }

    /// Adds the values that an entry tells to what a function computes of the only group.
    mutating func addValues(of entry: EntryGroupReader, _ wanted: AggregateFunction) throws(QueryError) {
        for index in valueAggregates {
            guard case .values(wanted, _) = grouping.aggregates[index], let value = entry.value(index) else { continue }
            try add(value, wanted, index, 0)
        }
    }

    /// Adds a value to what is computed of a group.
    private mutating func add(
        _ value: GroupedValue, _ function: AggregateFunction, _ index: Int, _ place: Int
    ) throws(QueryError) {
        let position = place * grouping.aggregates.count + index
        if case .distinct(let known) = accumulators[position], !grouping.aggregates[index].isOfOwners {
            // A value that several groups have is kept once.
            byteCount += known.insert(UInt64(values[index].number(of: value.cell, countingBytes: &byteCount)))
        } else {
            byteCount += try accumulators[position].add(value, function)
        }
        guard byteCount <= QueryLimits.heldBytes else { throw .tooLarge(limit: QueryLimits.heldBytes) }
    }

    /// Adds a record to its group, both as its entry tells them.
    mutating func add(_ entry: EntryGroupReader, _ owner: RecordIdentity) throws(QueryError) {
        let place = try add(entry.group, count: 1)
        for index in valueAggregates {
            guard case .values(let function, _) = grouping.aggregates[index] else { continue }
            if entry.asksValue(index) {
                if let value = entry.value(index) { try add(value, function, index, place) }
            } else if owner.pseudonym != 0 {
                byteCount += accumulators[place * grouping.aggregates.count + index].add(owner: owner.pseudonym)
            }
        }
        guard byteCount <= QueryLimits.heldBytes else { throw .tooLarge(limit: QueryLimits.heldBytes) }
    }

    /// The groups as rows, in the order that is asked for, else in that of their coming.
    mutating func rows(_ select: BoundSelect) throws(QueryError) -> [[Cell]] {
        // Without terms there is one group, whatever there is in it.
        if grouping.terms.isEmpty, counts.isEmpty { try append([], count: 0) }
        var rows: [[Cell]] = []
        var perCounts: [ByteKey: Int] = [:]
        var seen: Set<ByteKey> = []
        var skipped = 0
        for index in order() {
            if let most = select.limitPer {
                var identity = ByteKey()
                for column in grouping.per { cell(column, index).appendIdentity(to: &identity.bytes) }
                guard perCounts[identity, default: 0] < most else { continue }
                perCounts[identity, default: 0] += 1
            }
            let row = grouping.columns.map { cell($0.column, index) }
            if select.isDistinct {
                var identity = ByteKey()
                for cell in row { cell.appendIdentity(to: &identity.bytes) }
                guard seen.insert(identity).inserted else { continue }
            }
            if skipped < select.offset {
                skipped += 1
                continue
            }
            guard rows.count < select.limit else { break }
            rows.append(row)
        }
        return rows
    }

    /// The groups that HAVING leaves, in their order.
    private func order() -> [Int] {
        var indices = Array(counts.indices)
        if let having = grouping.having { indices.removeAll { !holds(having, $0) } }
        guard !grouping.order.isEmpty else { return indices }
        let ranks = terms.map { $0.ranks() }
        // What is computed of values is computed once for each group.
        let keys = grouping.order.map { term -> [OrderKey] in
            guard case .aggregate(let index) = term.column, case .values(let function, _) = grouping.aggregates[index]
            else { return [] }
            return counts.indices.map {
                accumulators[$0 * grouping.aggregates.count + index].orderKey(function)
            }
        }
        let width = terms.count
        indices.sort { left, right in
            for (position, (column, direction)) in grouping.order.enumerated() {
                let comparison: Int
                switch column {
                case .term(let term):
                    comparison =
                        ranks[term][numbers[left * width + term]] - ranks[term][numbers[right * width + term]]
                case .aggregate where keys[position].isEmpty:
                    comparison = counts[left] == counts[right] ? 0 : counts[left] < counts[right] ? -1 : 1
                case .aggregate: comparison = OrderKey.compare(keys[position][left], keys[position][right])
                }
                if comparison != 0 { return (comparison < 0) == (direction == .ascending) }
            }
            return left < right
        }
        return indices
    }

    private func cell(_ column: Grouping.Column, _ group: Int) -> Cell {
        switch column {
        case .term(let term): return terms[term].cells[numbers[group * terms.count + term]]
        case .aggregate(let index):
            guard case .values(let function, _) = grouping.aggregates[index] else {
                return .number(String(counts[group]))
            }
            return accumulators[group * grouping.aggregates.count + index].result(function)
        }
    }

    // MARK: HAVING

    private func holds(_ test: Grouping.Test, _ group: Int) -> Bool {
        switch test {
        case .all(let parts): return parts.allSatisfy { holds($0, group) }
        case .any(let parts): return parts.contains { holds($0, group) }
        case .not(let inner): return !holds(inner, group)
        case .column(let column, let operation):
            let cell = cell(column, group)
            switch operation {
            case .missing: return cell == .null
            case .compare(let comparison, let literal): return GroupTable.stands(cell, comparison, literal.value)
            case .among(let literals): return literals.contains { GroupTable.stands(cell, .equal, $0.value) }
            case .between(let first, let last):
                return GroupTable.stands(cell, .greaterOrEqual, first.value)
                    && GroupTable.stands(cell, .lessOrEqual, last.value)
            }
        }
    }

    /// Whether a value stands in a relation to a literal; a value of another kind stands in none.
    private static func stands(_ cell: Cell, _ comparison: Comparison, _ literal: GroupLiteral) -> Bool {
        let other: Cell
        switch (cell, literal) {
        case (.number, .number(let number)): other = .number(number.text)
        case (.string, .text(let text)), (.json, .text(let text)): other = .string(text)
        default: return false
        }
        let order = Cell.compare(cell, other)
        return switch comparison {
        case .equal: order == 0
        case .less: order < 0
        case .lessOrEqual: order <= 0
        case .greater: order > 0
        case .greaterOrEqual: order >= 0
        }
    }
}

/// What groups are sorted by that is computed of their values.
private enum OrderKey {
    case count(UInt64)
    case cell(Cell)

    /// Both are of the same thing that is computed, and so of the same kind.
    static func compare(_ left: OrderKey, _ right: OrderKey) -> Int {
        switch (left, right) {
        case (.count(let left), .count(let right)): left == right ? 0 : left < right ? -1 : 1
        case (.cell(let left), .cell(let right)): Cell.compare(left, right)
        default: 0
        }
    }
}

extension Accumulator {
    fileprivate func orderKey(_ function: AggregateFunction) -> OrderKey {
        switch self {
        case .count(let count): .count(count)
        case .distinct(let values): .count(UInt64(values.count))
        default: .cell(result(function))
        }
    }
}

/// The values that a term of a grouping takes, each known by a number.
private struct GroupValues {
    private(set) var cells: [Cell] = []
    private var numbers: [ByteKey: Int] = [:]
    /// The value that is looked for.
    private var key = ByteKey()

    /// The number of a value, and to `byteCount` is added what a new one takes.
    mutating func number(of cell: Cell, countingBytes byteCount: inout Int) -> Int {
        let known = cells.count
        let number = number(of: cell)
        if cells.count > known { byteCount += key.bytes.count + 48 }
        return number
    }

    mutating func number(of cell: Cell) -> Int {
        // Not the cell itself: strings are equal up to Unicode normalization.
        key.bytes.removeAll(keepingCapacity: true)
        cell.appendIdentity(to: &key.bytes)
        if let number = numbers[key] { return number }
        numbers[key] = cells.count
        cells.append(cell)
        return cells.count - 1
    }

    /// For each value its place in the order of ORDER BY; values that tie have the same.
    func ranks() -> [Int] {
        let sorted = cells.indices.sorted { Cell.compare(cells[$0], cells[$1]) < 0 }
        var ranks = [Int](repeating: 0, count: cells.count)
        for (left, right) in zip(sorted, sorted.dropFirst()) {
            ranks[right] = ranks[left] + (Cell.compare(cells[left], cells[right]) == 0 ? 0 : 1)
        }
        return ranks
    }
}
