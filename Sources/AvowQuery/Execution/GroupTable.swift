internal import AvowFHIR

/// Groups as they are found, and how many records each has.
///
/// The values of a term are kept once and known by numbers, so a group is a few numbers, and sorting compares few
/// values.
struct GroupTable {
    private var terms: [GroupValues]
    /// The numbers of the groups' values, group after group.
    private var numbers: [Int] = []
    private var counts: [UInt64] = []
    /// The group that the numbers of a group's values, one after the other, lead to.
    private var steps: [Step: Int] = [:]

    /// From one value, or for the first from nothing, to the next.
    private struct Step: Hashable {
        let from: Int
        let number: Int
    }

    init(termCount: Int) {
        terms = Array(repeating: GroupValues(), count: termCount)
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
    }

    /// Adds records to a group, which may be new.
    mutating func add(_ group: [Int], count: UInt64) throws(QueryError) {
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
        } else {
            steps[step] = counts.count
            try append(group, count: count)
        }
    }

    /// The groups as rows, in the order that is asked for, else in that of their coming.
    func rows(_ grouping: Grouping, limit: Int) -> [[Cell]] {
        var indices = Array(counts.indices)
        if !grouping.order.isEmpty {
            let ranks = terms.map { $0.ranks() }
            let width = terms.count
            indices.sort { left, right in
                for (column, direction) in grouping.order {
                    let isLess: Bool
                    switch column {
                    case .count:
                        if counts[left] == counts[right] { continue }
                        isLess = counts[left] < counts[right]
                    case .term(let term):
                        let leftRank = ranks[term][numbers[left * width + term]]
                        let rightRank = ranks[term][numbers[right * width + term]]
                        if leftRank == rightRank { continue }
                        isLess = leftRank < rightRank
                    }
                    return isLess == (direction == .ascending)
                }
                return left < right
            }
        }
        return indices.prefix(limit).map { index in
            grouping.columns.map { column in
                switch column.column {
                case .count: .number(String(counts[index]))
                case .term(let term): terms[term].cells[numbers[index * terms.count + term]]
                }
            }
        }
    }
}

/// The values that a term of a grouping takes, each known by a number.
private struct GroupValues {
    private(set) var cells: [Cell] = []
    private var numbers: [[UInt8]: Int] = [:]

    mutating func number(of cell: Cell) -> Int {
        let kind: UInt8
        switch cell {
        case .null: kind = 0
        case .boolean: kind = 1
        case .number: kind = 2
        case .string: kind = 3
        case .json: kind = 4
        }
        // Not the cell itself: strings are equal up to Unicode normalization.
        let key = [kind] + cell.text.utf8
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
