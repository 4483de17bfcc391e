// Functions of one number, quantity, date or time (FHIRPath N1, section 5.7, and the additions of the current draft),
// and of many.
extension FHIRPathEvaluation {
    func mathematics(
        _ function: FHIRPathFunction, _ item: FHIRPathItem, _ arguments: [FHIRPathOperation], _ frame: Frame,
        _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        switch function {
        case .abs: return try magnitude(item, at: range).map { [$0] } ?? []
        case .lowBoundary, .highBoundary:
            let digits = try arguments.first.map { argument throws(FHIRPathError) in try integer(argument, frame) }
            // An argument that is empty is no argument that was left out.
            if let digits, digits == nil { return [] }
            return Self.boundary(item, digits ?? nil, isHigh: function == .highBoundary).map { [$0] } ?? []
        case .precision: return Self.precision(item).map { [.integer($0)] } ?? []
        case .comparable: return try comparable(item, arguments[0], frame, range)
        case .yearOf, .monthOf, .dayOf, .hourOf, .minuteOf, .secondOf, .millisecondOf, .timezoneOffsetOf, .dateOf,
            .timeOf:
            return try part(function, item, at: range).map { [$0] } ?? []
        case .power, .log:
            guard let argument = try decimal(evaluate(inner: arguments[0], frame), at: arguments[0].range) else {
                return []
            }
            return try raised(function, item, argument, range)
        case .round:
            let places = try arguments.first.map { argument throws(FHIRPathError) in try integer(argument, frame) }
            if let places, places == nil { return [] }
            let count = (places ?? nil) ?? 0
            guard count >= 0 else {
                throw FHIRPathError(
                    .evaluation, at: range, expected: "a number of digits from 0 on", found: "\(count)")
            }
            return try number(item, at: range).map { [.decimal($0.rounded(toPlaces: count))] } ?? []
        default: return try Self.apply(function, to: number(item, at: range))
        }
    }

    /// A function of one decimal.
    private static func apply(_ function: FHIRPathFunction, to number: FHIRDecimal?) -> [FHIRPathItem] {
        guard let number else { return [] }
        let result: FHIRPathItem? =
            switch function {
            case .ceiling: integer(number.ceiling.integer)
            case .floor: integer(number.floor.integer)
            case .truncate: integer(number.truncated.integer)
            case .exp: number.exponential.map { .decimal($0) }
            case .ln: number.naturalLogarithm.map { .decimal($0) }
            case .sqrt: number.squareRoot.map { .decimal($0) }
            default: nil
            }
        return result.map { [$0] } ?? []
    }

    private func number(_ item: FHIRPathItem, at range: Range<Int>) throws(FHIRPathError) -> FHIRDecimal? {
        try decimal([item], at: range)
    }

    private func magnitude(_ item: FHIRPathItem, at range: Range<Int>) throws(FHIRPathError) -> FHIRPathItem? {
        switch item {
        case .integer(let value): return Self.integer(abs(value))
        case .decimal(let value): return .decimal(value.magnitude)
        case .quantity(let quantity): return .quantity(FHIRQuantity(quantity.value.magnitude, quantity.unit))
        default: throw failure("a number or quantity", [item], at: range)
        }
    }

    private func raised(
        _ function: FHIRPathFunction, _ item: FHIRPathItem, _ argument: FHIRDecimal, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard let base = try number(item, at: range) else { return [] }
        if function == .log { return base.logarithm(base: argument).map { [.decimal($0)] } ?? [] }
        guard let result = base.raised(to: argument) else { return [] }
        // A power of an integer by one that is not negative is an integer, if it is one of 32 bits.
        if case .integer = item, !argument.isNegative, argument.scale == 0, let small = Self.integer(result.integer) {
            return [small]
        }
        return [.decimal(result)]
    }

    // MARK: Precision

    /// The least or greatest value that the item may stand for; nil where it has none in so many digits.
    private static func boundary(_ item: FHIRPathItem, _ digits: Int?, isHigh: Bool) -> FHIRPathItem? {
        switch item {
        case .integer(let value): return boundary(.decimal(FHIRDecimal(value)), digits, isHigh: isHigh)
        case .decimal(let value):
            let places = digits ?? 8
            return (isHigh ? value.highBoundary(places: places) : value.lowBoundary(places: places))
                .map { .decimal($0) }
        case .quantity(let value):
            let places = digits ?? 8
            return (isHigh ? value.highBoundary(places: places) : value.lowBoundary(places: places))
                .map { .quantity($0) }
        case .date(let value):
            let digits = digits ?? 8
            guard digits <= 8 else { return nil }
            return (isHigh ? value.highBoundary(digits: digits) : value.lowBoundary(digits: digits)).map { .date($0) }
        case .dateTime(let value):
            let digits = digits ?? 17
            return (isHigh ? value.highBoundary(digits: digits) : value.lowBoundary(digits: digits))
                .map { .dateTime($0) }
        case .time(let value):
            let digits = digits ?? 9
            return (isHigh ? value.highBoundary(digits: digits) : value.lowBoundary(digits: digits)).map { .time($0) }
        default: return nil
        }
    }

    private static func precision(_ item: FHIRPathItem) -> Int? {
        switch item {
        case .integer: 0
        case .decimal(let value): value.precision
        case .quantity(let value): value.value.precision
        case .date(let value), .dateTime(let value): value.digitCount
        case .time(let value): value.digitCount
        default: nil
        }
    }

    private func comparable(
        _ item: FHIRPathItem, _ argument: FHIRPathOperation, _ frame: Frame, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        let items = try evaluate(inner: argument, frame)
        guard let other = try singleton(items, at: argument.range) else { return [] }
        guard let left = Self.quantity(item) else { throw failure("a quantity", [item], at: range) }
        guard let right = Self.quantity(other) else { throw failure("a quantity", [other], at: argument.range) }
        return [.boolean(left.isComparable(to: right))]
    }

    /// A quantity, or a number as one.
    private static func quantity(_ item: FHIRPathItem) -> FHIRQuantity? {
        switch item {
        case .quantity(let value): value
        case .integer(let value): FHIRQuantity(FHIRDecimal(value))
        case .decimal(let value): FHIRQuantity(value)
        default: nil
        }
    }

    // MARK: Parts of dates and times

    private func part(
        _ function: FHIRPathFunction, _ item: FHIRPathItem, at range: Range<Int>
    ) throws(FHIRPathError) -> FHIRPathItem? {
        switch item {
        case .date(let date), .dateTime(let date):
            switch function {
            case .yearOf: return .integer(date.year)
            case .monthOf: return date.month.map { .integer($0) }
            case .dayOf: return date.day.map { .integer($0) }
            case .timezoneOffsetOf:
                return date.offsetMinutes.flatMap { FHIRDecimal($0).divided(by: FHIRDecimal(60)) }.map { .decimal($0) }
            case .dateOf: return .date(date.date)
            case .timeOf: return date.time.map { .time($0) }
            default: return date.time.flatMap { Self.part(function, of: $0) }
            }
        case .time(let time): return Self.part(function, of: time)
        default: throw failure("a date or a time", [item], at: range)
        }
    }

    private static func part(_ function: FHIRPathFunction, of time: FHIRTime) -> FHIRPathItem? {
        switch function {
        case .hourOf: .integer(time.hour)
        case .minuteOf: time.minute.map { .integer($0) }
        case .secondOf: time.second.map { .integer($0) }
        case .millisecondOf: time.millisecond.map { .integer($0) }
        default: nil
        }
    }

    // MARK: Collections

    /// The sum, least, greatest or average of a collection; nothing of nothing.
    func statistic(
        _ function: FHIRPathFunction, _ input: [FHIRPathItem], at range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard var result = input.first?.value else { return [] }
        for item in input.dropFirst() {
            switch function {
            case .min, .max:
                guard let order = try order(item.value, result, at: range) else { return [] }
                if order == (function == .min ? .ascending : .descending) { result = item.value }
            default:
                guard let sum = try arithmetic(.add, result, item.value, at: range) else { return [] }
                result = sum
            }
        }
        if function == .sum, case .string = result { throw failure("numbers or quantities", input, at: range) }
        guard function == .avg else { return [result] }
        return try arithmetic(.divide, result, .integer(input.count), at: range).map { [$0] } ?? []
    }
}
