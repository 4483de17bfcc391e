/// The functions of the language: FHIRPath N1, section 5, the additions of FHIR R4 (section 2.9.3), of SQL-on-FHIR and
/// the functions of the current draft that the official suite uses.
enum FHIRPathFunction: String, CaseIterable, Sendable {
    // Existence.
    case empty, exists, all, allTrue, anyTrue, allFalse, anyFalse, subsetOf, supersetOf, count, distinct, isDistinct
    // Filtering and projection.
    case `where`, select, `repeat`, repeatAll, ofType
    // Subsetting.
    case single, first, last, tail, skip, take, intersect, exclude
    // Combining.
    case union, combine, coalesce
    // Conversion.
    case iif, toBoolean, toInteger, toDecimal, toString, toDate, toDateTime, toTime, toQuantity
    case convertsToBoolean, convertsToInteger, convertsToDecimal, convertsToString, convertsToDate
    case convertsToDateTime, convertsToTime, convertsToQuantity
    // Strings.
    case indexOf, lastIndexOf, substring, startsWith, endsWith, contains, upper, lower, replace, matches, matchesFull
    case replaceMatches, length, toChars, encode, decode, escape, unescape, trim, split, join
    // Mathematics.
    case abs, ceiling, exp, floor, ln, log, power, round, sqrt, truncate, sum, min, max, avg
    case lowBoundary, highBoundary, precision, comparable
    // Navigation.
    case children, descendants
    // Utility.
    case trace, now, timeOfDay, today, defineVariable, aggregate, sort, not, type, `is`, `as`
    // Parts of dates and times.
    case yearOf, monthOf, dayOf, hourOf, minuteOf, secondOf, millisecondOf, timezoneOffsetOf, dateOf, timeOf
    // FHIR.
    case `extension`, hasValue, getValue, resolve, memberOf, subsumes, subsumedBy, conformsTo, htmlChecks
    case getResourceKey, getReferenceKey

    /// How many arguments the function takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .exists, .join, .round, .toQuantity, .convertsToQuantity, .lowBoundary, .highBoundary, .getReferenceKey:
            0...1
        case .sort: 0...16
        case .coalesce: 1...64
        case .substring, .combine, .matches, .aggregate, .trace, .defineVariable: 1...2
        case .iif, .replaceMatches: 2...3
        case .replace: 2...2
        case .all, .subsetOf, .supersetOf, .where, .select, .repeat, .repeatAll, .ofType, .skip, .take, .intersect,
            .exclude, .union, .indexOf, .lastIndexOf, .startsWith, .endsWith, .contains, .matchesFull,
            .encode, .decode, .escape, .unescape, .split, .log, .power, .comparable, .is, .as, .extension, .memberOf,
            .subsumes, .subsumedBy, .conformsTo:
            1...1
        default: 0...0
        }
    }

    /// Which arguments are evaluated with each item of the input, or the input itself, as `$this`.
    func hasCriterion(at position: Int) -> Bool {
        switch self {
        case .exists, .all, .where, .select, .repeat, .repeatAll, .sort, .iif: true
        case .aggregate: position == 0
        case .trace, .defineVariable: position == 1
        default: false
        }
    }

    /// Whether the argument is the name of a type.
    var takesType: Bool {
        switch self {
        case .ofType, .is, .as, .getReferenceKey: true
        default: false
        }
    }

    /// Whether the result depends on the order of the input.
    var needsOrder: Bool {
        switch self {
        case .first, .last, .tail, .skip, .take: true
        default: false
        }
    }
}

/// What the analysis knows of what a function takes and returns.
extension FHIRPathFunction {
    enum Input {
        case anything
        /// Strings, and what FHIR writes as one.
        case strings
        case numbers
        /// Numbers, quantities, dates and times.
        case measures
    }

    enum Output {
        case system(FHIRPathSystemType)
        /// Items of the input, all of them or some.
        case input
        /// At most one item of the input.
        case oneOfInput
        /// Whatever the criterion yields.
        case criterion
        case unknown
    }

    var input: Input {
        switch self {
        case .indexOf, .lastIndexOf, .substring, .startsWith, .endsWith, .contains, .upper, .lower, .replace, .matches,
            .matchesFull, .replaceMatches, .length, .toChars, .encode, .decode, .escape, .unescape, .trim, .split,
            .join:
            .strings
        case .ceiling, .exp, .floor, .ln, .log, .power, .round, .sqrt, .truncate: .numbers
        case .abs: .measures
        default: .anything
        }
    }

    var output: Output {
        switch self {
        case .empty, .exists, .all, .allTrue, .anyTrue, .allFalse, .anyFalse, .subsetOf, .supersetOf, .isDistinct,
            .convertsToBoolean, .convertsToInteger, .convertsToDecimal, .convertsToString, .convertsToDate,
            .convertsToDateTime, .convertsToTime, .convertsToQuantity, .startsWith, .endsWith, .contains, .matches,
            .matchesFull, .comparable, .not, .is, .hasValue, .memberOf, .subsumes, .subsumedBy, .htmlChecks,
            .conformsTo, .toBoolean:
            .system(.boolean)
        case .count, .indexOf, .lastIndexOf, .length, .precision, .toInteger, .yearOf, .monthOf, .dayOf, .hourOf,
            .minuteOf, .secondOf, .millisecondOf:
            .system(.integer)
        case .toDecimal, .exp, .ln, .log, .sqrt, .round, .timezoneOffsetOf: .system(.decimal)
        case .ceiling, .floor, .truncate: .system(.integer)
        case .toString, .substring, .upper, .lower, .replace, .replaceMatches, .toChars, .encode, .decode, .escape,
            .unescape, .trim, .split, .join, .getResourceKey, .getReferenceKey:
            .system(.string)
        case .toDate, .today, .dateOf: .system(.date)
        case .toDateTime, .now: .system(.dateTime)
        case .toTime, .timeOfDay, .timeOf: .system(.time)
        case .toQuantity: .system(.quantity)
        case .where, .distinct, .tail, .skip, .take, .intersect, .exclude, .trace, .sort, .defineVariable: .input
        case .single, .first, .last: .oneOfInput
        case .select: .criterion
        default: .unknown
        }
    }
}
