internal import AvowFHIR
internal import AvowProof

/// What an entry tells of its record.
struct EntryFacts {
    let owner: RecordIdentity
    /// The first instant of the clinical date; nil when there is none, or when entries do not tell it.
    var date: Int64?
    /// Of each column the value; none when they were not asked for.
    var values: [IndexedValue] = []
    /// Whether the entry stands for all that its record has in the index, and tells whose it is alone.
    var isForAll = false
}

/// Reads what entries of an index tell.
struct EntryReader {
    /// What stands in a key.
    private enum Layout {
        /// Nothing is asked for.
        case nothing
        /// The clinical date behind other columns, all of them of one part.
        case date(behind: [IndexPart])
        /// Columns, of which one may be the clinical date.
        case columns([[IndexPart]], date: Int?)
    }

    private let layout: Layout
    private let texts: IndexTextLimit
    private let hasOverflow: Bool

    /// - Parameter readsValues: whether values of columns other than the clinical date are read.
    init(_ contents: EntryContents, readsValues: Bool) {
        hasOverflow = contents.form?.definition.hasOverflow ?? false
        texts = contents.form?.textLimit ?? IndexTextLimit([.token, .instant])
        let parts = contents.form?.columns.map(\.parts) ?? [[.token], [.instant]]
        if readsValues {
            layout = .columns(parts, date: contents.dateColumn)
        } else if let date = contents.dateColumn {
            let before = parts[..<date]
            layout =
                before.allSatisfy { $0.count == 1 }
                ? .date(behind: before.map { $0[0] }) : .columns(Array(parts[...date]), date: date)
        } else {
            layout = .nothing
        }
    }

    /// What the key of an entry tells.
    func facts(_ key: TreeKey) throws(QueryError) -> EntryFacts {
        do throws(TupleError) {
            var facts = EntryFacts(owner: try EntryReader.owner(key, in: key.owner, hasType: false))
            if hasOverflow, key.orderByteCount == 1 {
                facts.isForAll = true
                return facts
            }
            switch layout {
            case .nothing: break
            case .date(let before):
                var reader = TupleReader(key.bytes, in: key.order)
                for part in before { _ = try part.skip(&reader) }
                switch try reader.next() {
                case .integer(let date): facts.date = date
                case .null: break
                default: throw TupleError(offset: 0, expected: "a date")
                }
            case .columns(let columns, let date):
                var reader = TupleReader(key.bytes, in: key.order)
                for (index, parts) in columns.enumerated() {
                    var value = IndexedValue.unknown
                    for part in parts {
                        value = try part.read(&reader, texts)
                        // One null stands for all parts.
                        if case .none = value { break }
                    }
                    if index == date, case .known(.date(let date)) = value { facts.date = date.from }
                    // A composite is no one value.
                    facts.values.append(parts.count == 1 ? value : .unknown)
                }
            }
            return facts
        } catch {
            throw .entry(key, expected: "values of an index, a patient and the number of a record: \(error)")
        }
    }

    /// Whose the record of an entry is.
    static func owner(
        _ key: TreeKey, in range: Range<Int>, hasType: Bool
    ) throws(TupleError) -> RecordIdentity {
        var reader = TupleReader(key.bytes, in: range)
        let pseudonym = try reader.unsigned()
        if hasType { try reader.skip() }
        let owner = RecordIdentity(pseudonym: pseudonym, number: try reader.unsigned())
        try reader.finish()
        return owner
    }
}

extension IndexPart {
    /// Steps over a value.
    ///
    /// - Returns: false for the null that stands for a column without one.
    func skip(_ reader: inout TupleReader) throws(TupleError) -> Bool {
        switch self {
        case .instant, .string, .number, .uri: return try !reader.skipsNull()
        case .token, .date, .quantity:
            if try reader.skipsNull() { return false }
            try reader.skip()
            return true
        case .reference:
            switch try reader.next() {
            case .null: return false
            case .integer(Int64(IndexPart.identifierMark)):
                try reader.skip()
                try reader.skip()
            default: try reader.skip()
            }
            return true
        }
    }
}

/// Where the values come from that entries do not tell themselves.
struct EntrySurroundings {
    let tables: Tables
    /// The time of the request.
    let now: Int64?
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
        case .date(let column): return EntrySource.date(facts, column).flatMap(DateText.text).map(Cell.string)
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
        case .date(let column): return EntrySource.date(facts, column).map { .some($0.from) }
        case .joined:
            return cell(facts, surroundings).map { FHIRDateTime($0.text)?.lowerBound }
        default: return .none
        }
    }

    /// A text that is there: an empty one may be one that the resource has, or none.
    private static func text(_ facts: EntryFacts, _ column: Int, _ part: (AvowFHIR.Token) -> String) -> Cell? {
        guard column < facts.values.count, case .known(.token(let token)) = facts.values[column] else { return nil }
        let text = part(token)
        return text.isEmpty ? nil : .string(text)
    }

    /// A date that is there: where there is none, the resource may have something else.
    private static func date(_ facts: EntryFacts, _ column: Int) -> SearchDate? {
        guard column < facts.values.count, case .known(.date(let date)) = facts.values[column] else { return nil }
        return date
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
                test.holds(of: $0, facts.owner.number, tables.events(test.table, of: facts.owner.pseudonym))
            } ?? false
        case .search(let test):
            guard let column = contents.column(of: test.name), column < facts.values.count else { return nil }
            return test.holds(facts.values[column])
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
