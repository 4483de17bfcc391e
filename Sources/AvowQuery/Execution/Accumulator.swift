internal import AvowFHIR

/// What is computed of a group's values, while they come.
///
/// Numbers are added as decimals: exactly as long as a sum has at most 38 digits, beyond that rounded in its fraction,
/// ties to even, in the order in which the records are read. An average is the exact quotient when 38 digits hold it, and
/// otherwise rounded to 28 significant digits, ties to even.
enum Accumulator {
    case count(UInt64)
    /// Different values, by their numbers; different patients, by their pseudonyms.
    case distinct(DistinctValues)
    case sum(FHIRDecimal, count: Int)
    case average(FHIRDecimal, count: Int)
    case extreme(GroupedValue?)
    case numbers([FHIRDecimal])

    init(_ function: AggregateFunction) {
        switch function {
        case .count: self = .count(0)
        case .countDistinct: self = .distinct(DistinctValues())
        case .sum: self = .sum(.zero, count: 0)
        case .average: self = .average(.zero, count: 0)
        case .minimum, .maximum: self = .extreme(nil)
        case .median, .percentile: self = .numbers([])
        }
    }

    /// Takes a value in.
    ///
    /// - Returns: about how many bytes more it takes.
    mutating func add(
        _ value: GroupedValue, _ function: AggregateFunction
    ) throws(QueryError) -> Int {
        switch self {
        case .count(let count): self = .count(count + 1)
        case .distinct:
            if case .number(let text) = value.cell, let pseudonym = UInt64(text) { return add(owner: pseudonym) }
        case .sum(let sum, let count):
            self = .sum(try Accumulator.sum(sum, value, function), count: count + 1)
        case .average(let sum, let count):
            self = .average(try Accumulator.sum(sum, value, function), count: count + 1)
        case .extreme(let best):
            let order = best.map { Accumulator.compare(value, $0) } ?? (function == .minimum ? -1 : 1)
            if function == .minimum ? order < 0 : order > 0 { self = .extreme(value) }
        case .numbers(var numbers):
            self = .count(0)
            numbers.append(try Accumulator.number(value, function))
            self = .numbers(numbers)
            return 32
        }
        return 0
    }

    /// Takes a patient in.
    ///
    /// - Returns: about how many bytes more it takes.
    mutating func add(owner pseudonym: UInt64) -> Int {
        switch self {
        case .distinct(let owners): return owners.insert(pseudonym)
        case .count(let count): self = .count(count + 1)
        default: break
        }
        return 0
    }

    /// Of equal numbers the one whose text is less is less, so that it does not matter which is read first.
    private static func compare(_ left: GroupedValue, _ right: GroupedValue) -> Int {
        if let left = left.number, let right = right.number, left != right { return left < right ? -1 : 1 }
        let order = SortKey.compare(left.key, right.key)
        guard order == 0, case .cell(let left) = left.key, case .cell(let right) = right.key else { return order }
        if left.text.utf8.elementsEqual(right.text.utf8) { return 0 }
        return left.text.utf8.lexicographicallyPrecedes(right.text.utf8) ? -1 : 1
    }

    private static func number(_ value: GroupedValue, _ function: AggregateFunction) throws(QueryError) -> FHIRDecimal {
        if let number = value.number { return number }
        guard case .number(let text) = value.cell, let number = FHIRDecimal(text) else {
            throw .notANumber(function.name, found: Characters.abbreviated(value.cell.json))
        }
        return number
    }

    private static func sum(
        _ sum: FHIRDecimal, _ value: GroupedValue, _ function: AggregateFunction
    ) throws(QueryError) -> FHIRDecimal {
        guard let sum = sum.adding(try number(value, function)) else {
            throw .notANumber(function.name, found: "a sum of more than 38 digits")
        }
        return sum
    }

    /// What came of all values; null when there was none, of a count 0.
    func result(_ function: AggregateFunction) -> Cell {
        switch self {
        case .count(let count): return .number(String(count))
        case .distinct(let values): return .number(String(values.count))
        case .sum(let sum, let count): return count == 0 ? .null : .number(sum.description)
        case .average(let sum, let count):
            return sum.divided(by: FHIRDecimal(count)).map { .number($0.description) } ?? .null
        case .extreme(let value): return value?.cell ?? .null
        case .numbers(let numbers):
            var percent = FHIRDecimal(50)
            if case .percentile(let literal) = function { percent = literal.decimal }
            return Accumulator.percentile(percent, of: numbers).map { .number($0.description) } ?? .null
        }
    }

    /// The value at a place between the least (0) and the greatest (100) of some, between two of them in proportion.
    static func percentile(_ percent: FHIRDecimal, of numbers: [FHIRDecimal]) -> FHIRDecimal? {
        let sorted = numbers.sorted()
        guard let last = sorted.last,
            let place = percent.multiplied(by: FHIRDecimal(sorted.count - 1))?.divided(by: FHIRDecimal(100)),
            let index = place.floor.integer
        else { return nil }
        guard index + 1 < sorted.count, let part = place.subtracting(FHIRDecimal(index)) else { return last }
        guard !part.isZero else { return sorted[index] }
        return sorted[index + 1].subtracting(sorted[index])?.multiplied(by: part).flatMap { sorted[index].adding($0) }
    }
}

/// Numbers, each once. An object, so that it grows where it is.
final class DistinctValues {
    private var numbers = NumberedKeys<UInt64>()

    var count: Int { numbers.count }

    /// - Returns: about how many bytes more it takes.
    func insert(_ number: UInt64) -> Int { numbers.insert(number).isNew ? 16 : 0 }
}
