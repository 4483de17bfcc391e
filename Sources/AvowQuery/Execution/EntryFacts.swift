internal import AvowFHIR
internal import AvowProof

/// What an entry tells of its record.
struct EntryFacts {
    let owner: RecordIdentity
    /// The first instant of the clinical date; nil when there is none, or when entries do not tell it.
    var date: Int64?
    /// The columns, up to the last that something is asked of; nil when nothing is.
    var columns: EntryColumns?
    /// Whether the entry stands for all that its record has in the index, and tells whose it is alone.
    var isForAll = false
}

extension EntryFacts {
    /// What a column says is shown of its expression; nil when it does not say.
    func shown(_ column: Int) -> Cell? { columns.flatMap { $0.shown(column) } }

    /// The value in a column of one part; nil when the entry tells none of its columns.
    func value(_ column: Int, _ part: IndexPart) -> IndexedValue? { columns.map { $0.value(column, part) } }

    /// The date in a column of dates, when there is one.
    func searchDate(_ column: Int) -> SearchDate? {
        guard case .known(.date(let date))? = value(column, .date) else { return nil }
        return date
    }
}

/// Where the values come from that entries do not tell themselves.
struct EntrySurroundings {
    let tables: Tables
    /// The time of the request.
    let now: Int64?
    /// The instants that joined values are.
    let instants = JoinedInstants()
}

/// The instants at which joined values begin that are dates, each read once for each patient.
final class JoinedInstants {
    private var tables: [Int: (owners: PseudonymSet, instants: [Int64?])] = [:]

    func instant(_ table: Int, of owner: UInt64, _ cell: () -> Cell) -> Int64? {
        let (number, isNew) = tables[table, default: (PseudonymSet(), [])].owners.insert(owner)
        if isNew { tables[table]?.instants.append(FHIRDateTime(cell().text)?.lowerBound) }
        return tables[table]?.instants[number] ?? nil
    }
}

extension EntrySource {
    /// The value that an entry tells; nil when it does not.
    func cell(_ facts: EntryFacts, _ surroundings: EntrySurroundings) -> Cell? {
        switch self {
        case .constant(let cell): return cell
        case .at: return nil
        case .owner: return Columns.cell(owner: facts.owner)
        case .number: return .number(String(facts.owner.number))
        case .instant:
            return facts.isForAll ? nil : facts.date.map { .number(String($0)) } ?? .null
        case .code(let column): return EntrySource.text(facts, column) { $0.code }
        case .system(let column): return EntrySource.text(facts, column) { $0.system }
        case .date(let column): return facts.searchDate(column).flatMap(DateText.text).map(Cell.string)
        case .shown(let column): return facts.shown(column)
        case .reference(let column, let type):
            guard case .string(let id)? = facts.shown(column) else { return nil }
            return .string("\(type.name)/\(id)")
        case .bucket(let unit, let source):
            guard let instant = source.instant(facts, surroundings) else { return nil }
            return instant.map { .string(unit.period(holding: $0).text) } ?? .null
        case .age(let born, let date):
            guard let birth = born.instant(facts, surroundings) else { return nil }
            var end = surroundings.now
            if let date {
                guard let told = date.instant(facts, surroundings) else { return nil }
                end = told
            }
            guard let birth, let end else { return .null }
            return Age.years(from: birth, to: end).map { .number(String($0)) } ?? .null
        case .step(let source, let width):
            return source.cell(facts, surroundings).map { Columns.step($0, width) }
        case .joined(let table): return surroundings.tables.value(table, of: facts.owner.pseudonym)
        }
    }

    /// The first instant of a date that an entry tells, which may be none; nil when it does not tell it.
    func instant(_ facts: EntryFacts, _ surroundings: EntrySurroundings) -> Int64?? {
        switch self {
        case .at(let instant): return .some(instant)
        case .instant: return facts.isForAll ? .none : .some(facts.date)
        case .date(let column): return facts.searchDate(column).map { .some($0.from) }
        case .shown(let column):
            return facts.shown(column).map { cell in
                if case .string(let text) = cell { FHIRDateTime(text)?.lowerBound } else { nil }
            }
        case .joined(let table):
            let owner = facts.owner.pseudonym
            return .some(
                surroundings.instants.instant(table, of: owner) { surroundings.tables.value(table, of: owner) })
        default: return .none
        }
    }

    /// A text that is there: an empty one may be one that the resource has, or none.
    private static func text(_ facts: EntryFacts, _ column: Int, _ part: (AvowFHIR.Token) -> String) -> Cell? {
        guard case .known(.token(let token))? = facts.value(column, .token) else { return nil }
        let text = part(token)
        return text.isEmpty ? nil : .string(text)
    }
}

/// The text of a date without a time, by what it covers.
enum DateText {
    private static let day: Int64 = 86_400_000

    /// The one text that covers a day, a month or a year; nil when the span is none of these.
    static func text(_ span: SearchDate) -> String? {
        guard let start = FHIRDateTime(instant: span.from), let month = start.month, let dayOfMonth = start.day else {
            return nil
        }
        let year = CalendarPeriod.year(holding: span.from)
        if year.end == span.until, month == 1, dayOfMonth == 1, isMidnight(span.from) { return year.text }
        let period = CalendarPeriod.month(holding: span.from)
        if period.end == span.until, dayOfMonth == 1, isMidnight(span.from), span.until - span.from > day {
            return period.text
        }
        guard span.until - span.from == day, isMidnight(span.from) else { return nil }
        return period.text + (dayOfMonth < 10 ? "-0" : "-") + String(dayOfMonth)
    }

    private static func isMidnight(_ instant: Int64) -> Bool { instant.isMultiple(of: day) }
}

extension Predicate {
    /// Whether the predicate holds of the record of an entry; nil when the entry does not tell. It is one that
    /// ``EntryContents/decides(_:)``.
    func holds(_ facts: EntryFacts, _ contents: EntryContents, _ tables: Tables) -> Bool? {
        switch self {
        case .constant(let value): return value
        case .member(let table): return tables.owners(table).contains(facts.owner.pseudonym)
        case .all(let parts):
            var isDecided = true
            for part in parts {
                guard let holds = part.holds(facts, contents, tables) else {
                    isDecided = false
                    continue
                }
                if !holds { return false }
            }
            return isDecided ? true : nil
        case .any(let parts):
            var isDecided = true
            for part in parts {
                guard let holds = part.holds(facts, contents, tables) else {
                    isDecided = false
                    continue
                }
                if holds { return true }
            }
            return isDecided ? false : nil
        case .not(let inner): return inner.holds(facts, contents, tables).map { !$0 }
        case .date(let span): return facts.isForAll ? nil : span.contains(facts.date)
        case .present: return facts.isForAll ? nil : facts.date != nil
        case .temporal(let test):
            guard !facts.isForAll else { return nil }
            return facts.date.map {
                test.holds(of: $0, facts.owner.number, tables.events(test.table).of(facts.owner.pseudonym))
            } ?? false
        case .search(let test):
            guard let column = contents.column(of: test.name), let part = contents.form?.columns[column].parts[0],
                let value = facts.value(column, part)
            else { return nil }
            return test.holds(value)
        case .told(let condition): return condition.holds(facts)
        case .patient, .id, .code, .path, .reference, .laidOut, .column: return nil
        }
    }
}

extension SearchTest {
    /// Whether the test holds of a record whose one value stands in a key; nil when the key does not tell.
    fileprivate func holds(_ value: IndexedValue) -> Bool? {
        if case .none = value { return false }
        if alternatives.isEmpty { return true }
        var isDecided = true
        for criteria in alternatives {
            var holds: Bool? = true
            for criterion in criteria {
                guard let answer = criterion.holds(value) else {
                    holds = holds == false ? false : nil
                    continue
                }
                if !answer { holds = false }
            }
            guard let holds else {
                isDecided = false
                continue
            }
            if holds { return true }
        }
        return isDecided ? false : nil
    }
}
