internal import AvowFHIR
internal import AvowProof

/// Finds the groups of ranges of an index by the borders between them.
///
/// The entries of a code stand together, by date. Of each group the first entry's key is read, which says where the
/// group ends at the latest; one leap leads there, and how many entries it passes is the group's count.
struct BorderScan {
    private let terms: [Grouping.Term]
    /// Of each term what of an entry's code and system it is; nil for what it is not.
    private let parts: [Part?]
    private let unit: CalendarUnit?
    /// Whether each group stands in one range, and so comes once.
    private let isWhole: Bool
    private(set) var table: GroupTable
    /// Whether a code was met of which not all stands in its keys: the groups are not found then.
    private(set) var hasCutCode = false
    /// The group that was found last, as the numbers of its values.
    private var group: [Int]
    /// The numbers of the values of each term that is a period.
    private var periods: [[CalendarPeriod: Int]]

    private enum Part {
        case token, code, system
    }

    /// - Parameters:
    ///   - unit: the finest period that is a term.
    ///   - contents: what entries tell.
    init(_ grouping: Grouping, _ unit: CalendarUnit?, _ contents: EntryContents, isWhole: Bool) {
        terms = grouping.terms
        parts = grouping.terms.map { term in
            guard case .value(let source) = term else { return .token }
            return switch contents.source(source) {
            case .code: .code
            case .system: .system
            default: nil
            }
        }
        self.unit = unit
        self.isWhole = isWhole
        table = GroupTable(grouping)
        group = [Int](repeating: 0, count: terms.count)
        periods = Array(repeating: [:], count: terms.count)
    }

    /// Finds the groups of a range, as long as there are fewer than `limit`.
    ///
    /// - Parameter ends: gives what a function is computed of at an end of a stretch of dated entries; nil when nothing is
    ///   computed but how many records there are.
    /// - Complexity: a leap for each group, and up to two for each code whose entries a condition cuts.
    mutating func run<Source: RecordSource>(
        over range: KeyRange, _ codes: CodeRange, of source: Source, until limit: Int,
        ends: ((KeyRange) throws(QueryError) -> [(AggregateFunction, Row)])? = nil
    ) throws(QueryError) {
        var (cursor, next) = try source.skipCursor(over: range)
        var current: CodeRun?
        while let key = next, table.count < limit {
            let run: CodeRun
            if let current, current.holds(key) {
                run = current
            } else {
                run = try CodeRun(key, codes.token, isByCode: parts.contains { $0 == .token })
                guard !run.isCut, isTold(run.code) else {
                    hasCutCode = true
                    return
                }
                if run.isWanted { enter(run.code) }
                current = run
            }
            let date = try run.date(of: key)
            let (bound, isSelected) = border(of: run, behind: date, codes.dates)
            let leap = try cursor.skip(to: range.cut(bound))
            next = leap.key
            guard isSelected else { continue }
            enter(date)
            var place = table.count
            if isWhole {
                try table.append(group, count: leap.count)
            } else {
                place = try table.add(group, count: leap.count)
            }
            // What has no date stands before the least of dates.
            let dated = KeyRange(lower: run.bound(date ?? .min), upper: range.cut(bound))
            guard let ends, !dated.isEmpty else { continue }
            for (function, row) in try ends(dated) { try table.addValues(row, function, to: place) }
        }
    }

    /// Where the group ends, or what is left out ends, that an entry of this date begins.
    private func border(
        of run: CodeRun, behind date: Int64?, _ dates: DateSpan?
    ) -> (bound: [UInt8], isSelected: Bool) {
        guard run.isWanted else { return (run.end, false) }
        var end: Int64?
        if let dates {
            guard let date, date >= dates.from else { return (run.bound(dates.from), false) }
            guard date < dates.until else { return (run.end, false) }
            end = dates.until
        }
        if let unit {
            // What has no date stands before the least of dates.
            guard let date else { return (run.bound(.min), true) }
            if let last = unit.period(holding: date).end { end = min(end ?? last, last) }
        }
        return (end.map(run.bound) ?? run.end, true)
    }

    /// Whether the terms are told: an empty code or system may be one that the resource has, or none.
    private func isTold(_ code: CodeDateValues) -> Bool {
        parts.allSatisfy { part in
            switch part {
            case .code: !code.code.isEmpty
            case .system: !code.system.isEmpty
            default: true
            }
        }
    }

    private mutating func enter(_ code: CodeDateValues) {
        for index in terms.indices {
            let text: String
            switch parts[index] {
            case .token: text = Token.text(code: code.code, system: code.system)
            case .code: text = code.code
            case .system: text = code.system
            case nil: continue
            }
            group[index] = table.number(of: .string(text), ofTerm: index)
        }
    }

    private mutating func enter(_ date: Int64?) {
        for index in terms.indices {
            guard case .value(.bucket(let unit, _)) = terms[index] else { continue }
            guard let date else {
                group[index] = table.number(of: .null, ofTerm: index)
                continue
            }
            let period = unit.period(holding: date)
            if let number = periods[index][period] {
                group[index] = number
            } else {
                group[index] = table.number(of: .string(period.text), ofTerm: index)
                periods[index][period] = group[index]
            }
        }
    }
}

/// The entries of one code and system, which stand together.
private final class CodeRun {
    /// The code and system.
    let code: CodeDateValues
    /// Whether the query asks for this code.
    let isWanted: Bool
    /// Whether the code or its system may be longer than it stands in keys.
    let isCut: Bool
    /// What all their keys begin with: realm, code and system.
    private let prefix: TupleBytes
    /// The least bytes above all of their keys.
    let end: [UInt8]

    init(_ key: KeyPlace, _ token: Token?, isByCode: Bool) throws(QueryError) {
        let shown = try CodeRun.key(key)
        code = try CodeDateValues(shown)
        // What has only a system is in no group.
        isWanted = !(isByCode && code.code.isEmpty) && token?.matches(code: code.code, system: code.system) ?? true
        isCut = CodeDateValues.mayBeCut(code.code) || CodeDateValues.mayBeCut(code.system)
        var prefix = TupleBytes(continuing: Array(shown.bytes[shown.realm]))
        prefix.append(text: code.code)
        prefix.append(text: code.system)
        self.prefix = prefix
        end = IndexSpan.behind(prefix.bytes)
    }

    /// Whether an entry is of this code.
    func holds(_ key: KeyPlace) -> Bool {
        prefix.begins(key.bytes.span.extracting(key.realm.lowerBound..<key.order.upperBound))
    }

    /// The date of an entry of this code.
    func date(of key: KeyPlace) throws(QueryError) -> Int64? {
        var reader = TupleReader(key.bytes, in: (key.realm.lowerBound + prefix.byteCount)..<key.order.upperBound)
        do throws(TupleError) {
            let element = try reader.next()
            try reader.finish()
            switch element {
            case .null: return nil
            case .integer(let value): return value
            default: throw TupleError(offset: prefix.byteCount, expected: "a date")
            }
        } catch {
            throw .entry(try CodeRun.key(key), expected: "a code, a system and a date: \(error)")
        }
    }

    /// The least bytes of an entry of this code that is not before an instant.
    func bound(_ date: Int64) -> [UInt8] {
        var bound = prefix
        bound.append(date)
        return bound.bytes
    }

    private static func key(_ place: KeyPlace) throws(QueryError) -> TreeKey {
        let bytes = Array(place.bytes[place.realm.lowerBound..<place.order.upperBound])
        return TreeKey(bytes: bytes, realmByteCount: place.realm.count, orderByteCount: place.order.count)
            ?? TreeKey(realm: TupleBytes(), order: TupleBytes())
    }
}

extension KeyRange {
    /// The part of a range of one code in which entries have a date.
    func dated(_ codes: CodeRange?) -> KeyRange {
        guard codes?.dates == nil else { return self }
        var bound = TupleBytes(continuing: lower)
        // The least integer stands above null.
        bound.append(Int64.min)
        return KeyRange(lower: bound.bytes, upper: upper)
    }

    /// A bound, cut at the end of the range.
    fileprivate func cut(_ bound: [UInt8]) -> [UInt8] {
        guard let upper, ByteOrder.compare(upper.span, bound.span) < 0 else { return bound }
        return upper
    }
}
