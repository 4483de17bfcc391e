internal import AvowFHIR
internal import AvowProof

/// A stretch of the values of a part, as bytes that follow those of the parts before it.
struct IndexSpan: Hashable, Sendable {
    /// The least bytes in it.
    let lower: [UInt8]
    /// The least bytes above it.
    let upper: [UInt8]
    /// Whether all its values have the same bytes, ``lower``, so that the next part follows in order.
    let isPoint: Bool
    /// Whether it holds the values that a condition selects and no others.
    let isExact: Bool

    /// Above all elements of a tuple.
    static let end: [UInt8] = [0xFF]
    /// Above null, and not above anything else.
    static let start: [UInt8] = [0x01]

    init(_ lower: [UInt8], _ upper: [UInt8], isPoint: Bool = false, isExact: Bool) {
        self.lower = lower
        self.upper = upper
        self.isPoint = isPoint
        self.isExact = isExact
    }

    /// All values, but not the null of a column without one.
    static let all = IndexSpan(start, end, isExact: false)

    /// What begins with some elements.
    static func prefix(_ elements: TupleBytes, isExact: Bool) -> IndexSpan {
        IndexSpan(elements.bytes, behind(elements.bytes), isExact: isExact)
    }

    /// What begins with a text: without the zero at its end, it is what all these begin with.
    static func beginning(with text: TupleBytes) -> IndexSpan {
        let beginning = Array(text.bytes.dropLast())
        return IndexSpan(beginning, KeyRange(prefix: beginning).upper ?? end, isExact: true)
    }

    /// What has just these elements.
    static func point(_ elements: TupleBytes, isExact: Bool) -> IndexSpan {
        IndexSpan(elements.bytes, behind(elements.bytes), isPoint: true, isExact: isExact)
    }

    /// The least bytes above all that begin with some elements. No element begins with 0xFF, while a text that has a zero
    /// goes on so where another ends.
    static func behind(_ elements: [UInt8]) -> [UInt8] { elements + end }
}

/// Where the values stand that a condition selects.
struct IndexSpans {
    let texts: IndexTextLimit
    let column: IndexForm.Column

    /// The stretches that hold all values of a part that a condition selects.
    func spans(_ part: IndexPart, _ criterion: SearchCriterion) -> [IndexSpan] {
        switch (part, criterion.operand) {
        case (_, .missing): [.all]
        case (.token, .token(let system, let code)): [token(system: system, code: code)]
        case (.instant, .date(let date)): [instant(criterion.comparison, date)]
        case (.date, .date(let date)): [interval(criterion.comparison, date)]
        case (.string, .string(_, let folded)): [string(criterion.modifier, folded)]
        case (.number, .number(let number)): [IndexSpans.number(criterion.comparison, number)]
        case (.quantity, .quantity(let number, let unit)): quantity(criterion.comparison, number, unit)
        case (.uri, .uri(let uri)): self.uri(criterion.modifier, uri)
        case (.reference, .reference(let reference)): self.reference(reference)
        case (.reference, .id(let id)): [resource(id)]
        case (.reference, .token(let system, let code)): [identifier(system: system, code: code)]
        default: [.all]
        }
    }

    // MARK: Texts

    private func text(_ text: String) -> (bytes: TupleBytes, isWhole: Bool) {
        let kept = String(texts.kept(text))
        var tuple = TupleBytes()
        tuple.append(text: kept)
        return (tuple, !texts.mayBeCut(kept))
    }

    private func token(system: String?, code: String?, behind prefix: TupleBytes = TupleBytes()) -> IndexSpan {
        guard let code else { return prefix.byteCount == 0 ? .all : .prefix(prefix, isExact: false) }
        let (kept, isWhole) = text(code)
        var tuple = prefix
        tuple.append(contentsOf: kept)
        guard let system else { return .prefix(tuple, isExact: isWhole) }
        let (uri, isWholeSystem) = text(system)
        tuple.append(contentsOf: uri)
        return .point(tuple, isExact: isWhole && isWholeSystem)
    }

    private func string(_ modifier: SearchModifier?, _ folded: String) -> IndexSpan {
        switch modifier {
        case nil:
            let (tuple, isWhole) = text(folded)
            return isWhole ? .beginning(with: tuple) : .prefix(tuple, isExact: false)
        case .exact: return .point(text(folded).bytes, isExact: false)
        default: return .all
        }
    }

    private func uri(_ modifier: SearchModifier?, _ uri: String) -> [IndexSpan] {
        let (tuple, isWhole) = text(uri)
        switch modifier {
        case nil: return versions(of: uri)
        case .below: return [isWhole ? .beginning(with: tuple) : .prefix(tuple, isExact: false)]
        // What a text begins with stands before it.
        case .above: return [IndexSpan(IndexSpan.start, IndexSpan.behind(tuple.bytes), isExact: false)]
        default: return [.all]
        }
    }

    /// A URL, and where it names no version, all its versions.
    private func versions(of url: String) -> [IndexSpan] {
        let (tuple, isWhole) = text(url)
        guard isWhole, !url.utf8.contains(UInt8(ascii: "|")) else {
            return [.point(tuple, isExact: isWhole)]
        }
        let (version, isWholeVersion) = text(url + "|")
        guard isWholeVersion else { return [.all] }
        return [.point(tuple, isExact: true), .beginning(with: version)]
    }

    // MARK: References

    private func reference(_ reference: SearchReference) -> [IndexSpan] {
        switch reference {
        case .resource(let type, let id): return [resource(type, id)]
        case .url(let url): return urls(url)
        case .identifier(let token): return [identifier(system: token.system, code: token.code)]
        }
    }

    private func urls(_ url: String) -> [IndexSpan] {
        var mark = TupleBytes()
        mark.append(IndexPart.urlMark)
        return versions(of: url).map {
            IndexSpan(mark.bytes + $0.lower, mark.bytes + $0.upper, isPoint: $0.isPoint, isExact: $0.isExact)
        }
    }

    private func resource(_ type: ResourceType, _ id: String) -> IndexSpan {
        var (tuple, isWhole) = self.id(id)
        tuple.append(UInt64(type.rawValue))
        return .point(tuple, isExact: isWhole)
    }

    private func id(_ id: String) -> (bytes: TupleBytes, isWhole: Bool) {
        let kept = texts.kept(id)
        var tuple = TupleBytes()
        tuple.append(logicalID: kept)
        return (tuple, !texts.mayBeCut(kept))
    }

    /// An id of whatever type.
    private func resource(_ id: String) -> IndexSpan {
        let (tuple, isWhole) = self.id(id)
        return .prefix(tuple, isExact: isWhole)
    }

    private func identifier(system: String?, code: String?) -> IndexSpan {
        var mark = TupleBytes()
        mark.append(IndexPart.identifierMark)
        return token(system: system, code: code, behind: mark)
    }

    // MARK: Dates

    private static func integer(_ value: Int64) -> [UInt8] {
        var tuple = TupleBytes()
        tuple.append(value)
        return tuple.bytes
    }

    /// From `from` up to `until`, where the greatest integer is no bound.
    private func integers(_ from: Int64, _ until: Int64, isExact: Bool) -> IndexSpan {
        IndexSpan(
            from == .min ? IndexSpan.start : IndexSpans.integer(from),
            until == .max ? IndexSpan.end : IndexSpans.integer(until), isExact: isExact)
    }

    private func instant(_ comparison: SearchComparison, _ date: SearchDate) -> IndexSpan {
        switch comparison {
        case .equal, .approximately: integers(date.from, date.until, isExact: date.until != .max)
        case .less, .endsBefore: integers(.min, date.from, isExact: date.from != .max)
        case .lessOrEqual: integers(.min, date.until, isExact: date.until != .max)
        case .greater, .startsAfter: integers(date.until, .max, isExact: date.until != .max)
        case .greaterOrEqual: integers(date.from, .max, isExact: true)
        case .notEqual: .all
        }
    }

    /// The longest span of a date that is no period: a year.
    private static let year: Int64 = 366 * 86_400_000

    private func interval(_ comparison: SearchComparison, _ date: SearchDate) -> IndexSpan {
        // How early something may begin that ends behind an instant.
        func begins(beforeEndingBehind instant: Int64) -> Int64 {
            guard column.isBrief else { return .min }
            let (start, isBeforeAll) = instant.subtractingReportingOverflow(IndexSpans.year)
            return isBeforeAll ? .min : start
        }
        switch comparison {
        case .equal: return integers(date.from, date.until, isExact: false)
        case .less: return integers(.min, date.from, isExact: date.from != .max)
        case .endsBefore: return integers(.min, date.from, isExact: false)
        case .lessOrEqual: return integers(.min, date.until, isExact: false)
        case .greater: return integers(begins(beforeEndingBehind: date.until), .max, isExact: false)
        case .greaterOrEqual:
            let start = min(date.from, begins(beforeEndingBehind: date.until))
            return integers(start, .max, isExact: false)
        case .startsAfter: return integers(date.until, .max, isExact: true)
        case .approximately: return integers(begins(beforeEndingBehind: date.from), date.until, isExact: false)
        case .notEqual: return .all
        }
    }

    // MARK: Numbers

    private static func bytes(_ ordered: [UInt8]) -> TupleBytes {
        var tuple = TupleBytes()
        tuple.append(bytes: ordered.span)
        return tuple
    }

    private static func number(_ comparison: SearchComparison, _ number: SearchNumber) -> IndexSpan {
        span(
            comparison, value: bytes(number.value.orderedBytes), from: bytes(number.from.orderedBytes),
            until: bytes(number.until.orderedBytes), isExact: true)
    }

    private static func span(
        _ comparison: SearchComparison, value: TupleBytes, from: TupleBytes, until: TupleBytes, isExact: Bool
    ) -> IndexSpan {
        let behind = IndexSpan.behind(value.bytes)
        return switch comparison {
        case .equal: IndexSpan(from.bytes, isExact ? until.bytes : IndexSpan.behind(until.bytes), isExact: isExact)
        case .less, .endsBefore:
            IndexSpan(IndexSpan.start, isExact ? value.bytes : behind, isExact: isExact)
        case .lessOrEqual: IndexSpan(IndexSpan.start, behind, isExact: isExact)
        case .greater, .startsAfter: IndexSpan(isExact ? behind : value.bytes, IndexSpan.end, isExact: isExact)
        case .greaterOrEqual: IndexSpan(value.bytes, IndexSpan.end, isExact: isExact)
        case .notEqual, .approximately: .all
        }
    }

    /// What is no plain quantity stands before those of its unit, and may be selected by any condition.
    private func quantity(_ comparison: SearchComparison, _ number: SearchNumber, _ unit: SearchUnit) -> [IndexSpan] {
        guard let indexed = IndexUnit(unit) else { return [.all] }
        let unit = text(indexed.text).bytes
        guard let bounds = QuantityBounds(number, indexed) else { return [.prefix(unit, isExact: false)] }
        let span = IndexSpans.span(
            comparison, value: IndexSpans.bytes(bounds.value), from: IndexSpans.bytes(bounds.from),
            until: IndexSpans.bytes(bounds.until), isExact: false)
        var ranges = unit
        ranges.appendNull()
        return [
            .prefix(ranges, isExact: false),
            IndexSpan(unit.bytes + span.lower, unit.bytes + span.upper, isExact: false),
        ]
    }
}

/// The numbers of a condition as they stand in keys of a unit.
struct QuantityBounds: Sendable {
    let value: [UInt8]
    let from: [UInt8]
    let until: [UInt8]

    /// Nil when they are out of the range of what keys hold.
    init?(_ number: SearchNumber, _ unit: IndexUnit) {
        func bytes(_ value: FHIRDecimal) -> [UInt8]? {
            switch unit {
            case .dimension(_, let code): FHIRQuantity(value, .ucum(code)).canonical?.orderedBytes
            case .other: value.orderedBytes
            }
        }
        guard let value = bytes(number.value), let from = bytes(number.from), let until = bytes(number.until) else {
            return nil
        }
        self.value = value
        self.from = from
        self.until = until
    }
}
