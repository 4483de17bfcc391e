internal import AvowFHIR
internal import AvowProof

/// What must hold of a record, names resolved: every test says yes or no, so NOT selects exactly what is left.
indirect enum Predicate: Sendable {
    case constant(Bool)
    case all([Predicate])
    case any([Predicate])
    case not(Predicate)
    /// The record belongs to one of these patients, by their logical ids.
    case patient(Set<String>)
    /// The logical id is one of these.
    case id(Set<String>)
    /// One of the codes is what one of these tokens describes.
    case code([Token])
    /// The clinical date lies in the span.
    case date(DateSpan)
    /// A parameter of the language's own has a value.
    case present(OwnParameter)
    case search(SearchTest)
    case path(FHIRPath)
    /// A view lays out the record as rows.
    case laidOut(BoundView)
    /// A column of a row that a view lays out is as asked.
    case column(BoundColumnTest)
    /// A path, asked of entries.
    case told(ToldCondition)
    /// The patient is in a table.
    case member(table: Int)
    /// What a reference, or the record's own id, names is in a table.
    case reference(ReferenceTest?, table: Int)
    /// The clinical date stands so to an event of the patient in a table.
    case temporal(TemporalTest)

    static func joined(_ parts: [Predicate]) -> Predicate {
        let flat = parts.flatMap(\.conjuncts)
        if flat.contains(where: { if case .constant(false) = $0 { true } else { false } }) { return .constant(false) }
        return flat.count == 1 ? flat[0] : flat.isEmpty ? .constant(true) : .all(flat)
    }

    var conjuncts: [Predicate] {
        switch self {
        case .all(let parts): parts.flatMap(\.conjuncts)
        case .constant(true): []
        default: [self]
        }
    }

    var isTrue: Bool { if case .constant(true) = self { true } else { false } }
}

/// What is asked of the values that a search parameter finds.
struct SearchTest: Sendable {
    /// The parameter's name.
    let name: String
    let extractor: SearchExtractor
    /// A value satisfies the test when it satisfies all criteria of one of these; none for any value at all.
    let alternatives: [[SearchCriterion]]

    func holds(of resource: JSONValue) -> Bool {
        var holds = false
        extractor.visit(resource) { value in
            holds =
                holds || alternatives.isEmpty
                || alternatives.contains { criteria in criteria.allSatisfy { $0.matches(value) } }
        }
        return holds
    }
}

/// A search parameter whose values are references.
struct ReferenceTest: Sendable {
    /// The parameter's name.
    let name: String
    let extractor: SearchExtractor
}

/// How a record's date must stand to the dates of events.
struct TemporalTest: Sendable {
    var table: Int
    let distance: CalendarDistance?
    let side: TemporalRelation.Side
    let choice: TemporalRelation.Choice?

    /// Which of a patient's events decide: what is before any of them is before the last.
    var kept: PatientEvents.Kept {
        switch choice {
        case .first: .first
        case .last: .last
        case nil: distance != nil ? .all : side == .before ? .last : side == .after ? .first : .all
        }
    }

    /// Whether an event stands right to a record of a date. An event is not the record itself.
    ///
    /// - Parameter events: those of one patient, by their dates.
    /// - Complexity: O(log n) for n events, and the number of those that are near enough.
    func holds(of date: Int64, _ number: UInt64, _ events: ArraySlice<PatientEvent>) -> Bool {
        guard let first = events.first, let last = events.last else { return false }
        let candidates: ArraySlice<PatientEvent>
        switch choice {
        case .first: candidates = events.prefix { $0.date == first.date }
        case .last: candidates = events[TemporalTest.lowerBound(last.date, events)...]
        case nil: candidates = near(date, events)
        }
        return candidates.contains { $0.number != number && stands(date, to: $0.date) }
    }

    /// The events of which some may stand right; the others do not.
    private func near(_ date: Int64, _ events: ArraySlice<PatientEvent>) -> ArraySlice<PatientEvent> {
        guard let distance else {
            switch side {
            case .before: return events[TemporalTest.lowerBound(date.addingSaturated(1), events)...]
            case .after: return events[..<TemporalTest.lowerBound(date, events)]
            case .around: return []
            }
        }
        var (from, until) = (Int64.min, Int64.max)
        // Months and years differ in length by days, so that what is moved there and back need not come back.
        if side != .before { from = distance.subtracted(from: date).subtractingSaturated(TemporalTest.slack) }
        if side != .after { until = distance.added(to: date).addingSaturated(TemporalTest.slack) }
        if side == .after { until = date }
        if side == .before { from = date }
        let start = TemporalTest.lowerBound(from, events)
        let end = until == .max ? events.endIndex : TemporalTest.lowerBound(until.addingSaturated(1), events)
        return events[start..<max(start, end)]
    }

    /// Longer than days by which months, and years, differ.
    private static let slack: Int64 = 8 * 86_400_000

    /// The place of the first event that is not before an instant.
    private static func lowerBound(_ date: Int64, _ events: ArraySlice<PatientEvent>) -> Int {
        var (low, high) = (events.startIndex, events.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].date < date { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func stands(_ date: Int64, to event: Int64) -> Bool {
        guard let distance else {
            return side == .before ? date < event : side == .after ? date > event : false
        }
        let isNear = date >= event ? date <= distance.added(to: event) : event <= distance.added(to: date)
        switch side {
        case .before: return date <= event && date >= distance.subtracted(from: event)
        case .after: return date >= event && date <= distance.added(to: event)
        case .around: return isNear
        }
    }
}

extension Int64 {
    fileprivate func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    fileprivate func subtractingSaturated(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? .min : difference
    }
}

extension CalendarDistance {
    /// The instant so much later. Months and years move the calendar's in UTC; where the month has no such day, its
    /// last one is taken.
    func added(to instant: Int64) -> Int64 { moved(instant, by: count) ?? .max }

    /// The instant so much earlier.
    func subtracted(from instant: Int64) -> Int64 { moved(instant, by: -count) ?? .min }

    private func moved(_ instant: Int64, by count: Int) -> Int64? {
        switch unit {
        case .minutes: return CalendarDistance.sum(instant, count, 60_000)
        case .hours: return CalendarDistance.sum(instant, count, 3_600_000)
        case .days: return CalendarDistance.sum(instant, count, 86_400_000)
        case .weeks: return CalendarDistance.sum(instant, count, 604_800_000)
        case .months, .years:
            return FHIRDateTime(instant: instant)?.adding(months: count, times: unit == .months ? 1 : 12)?.lowerBound
        }
    }

    private static func sum(_ instant: Int64, _ count: Int, _ unit: Int64) -> Int64? {
        let (product, overflow) = Int64(count).multipliedReportingOverflow(by: unit)
        let (sum, overflows) = instant.addingReportingOverflow(product)
        return overflow || overflows ? nil : sum
    }
}

/// A span of instants, in milliseconds since 1970-01-01T00:00:00Z.
struct DateSpan: Hashable, Sendable {
    /// The first instant in the span.
    var from: Int64
    /// The first instant behind the span.
    var until: Int64

    static let always = DateSpan(from: .min, until: .max)

    var isEmpty: Bool { from >= until }

    func contains(_ date: Int64?) -> Bool {
        guard let date else { return false }
        return date >= from && date < until
    }

    mutating func formIntersection(_ other: DateSpan) {
        from = max(from, other.from)
        until = min(until, other.until)
    }
}

extension DateSpan {
    /// The instants that stand in a relation to a date as it was written: `2010` is the whole of that year.
    init(_ comparison: Comparison, _ literal: FHIRDateTime) {
        switch comparison {
        case .equal: self.init(from: literal.lowerBound, until: literal.upperBound)
        case .less: self.init(from: .min, until: literal.lowerBound)
        case .lessOrEqual: self.init(from: .min, until: literal.upperBound)
        case .greater: self.init(from: literal.upperBound, until: .max)
        case .greaterOrEqual: self.init(from: literal.lowerBound, until: .max)
        }
    }
}

extension Token {
    /// Whether keys of an index hold the token as a whole.
    var standsInKeys: Bool {
        if case .uri(let uri) = system, CodeDateValues.mayBeCut(uri) { return false }
        return code.map { !CodeDateValues.mayBeCut($0) } ?? true
    }

    /// Whether a coding is what the token asks for.
    func matches(code: String, system: String) -> Bool {
        if let wanted = self.code, wanted.utf8.elementsEqual(code.utf8) == false { return false }
        switch self.system {
        case .any: return true
        case .none: return system.isEmpty
        case .uri(let uri): return uri.utf8.elementsEqual(system.utf8)
        }
    }

    /// A code with its system as FHIR search writes it: `http://loinc.org|4548-4`. Different pairs have different texts.
    static func text(code: String, system: String) -> String {
        escaped(system) + "|" + escaped(code)
    }

    /// Of some tokens those that no other of them covers.
    static func least(_ tokens: [Token]) -> [Token] {
        var least: [Token] = []
        for (index, token) in tokens.enumerated() {
            let isCovered = tokens.indices.contains { other in
                other != index && tokens[other].covers(token) && (!token.covers(tokens[other]) || other < index)
            }
            if !isCovered { least.append(token) }
        }
        return least
    }

    /// Whether both are written with the same bytes; equal strings may differ in them, and codes are compared by them.
    func isSame(as other: Token) -> Bool { description.utf8.elementsEqual(other.description.utf8) }

    /// Whether every coding that the other describes is one that this one describes.
    func covers(_ other: Token) -> Bool {
        if let code, other.code.map({ $0.utf8.elementsEqual(code.utf8) }) != true { return false }
        switch (system, other.system) {
        case (.any, _): return true
        case (.none, .none): return true
        case (.uri(let own), .uri(let others)): return own.utf8.elementsEqual(others.utf8)
        default: return false
        }
    }
}
