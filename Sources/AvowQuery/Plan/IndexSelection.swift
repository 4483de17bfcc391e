public import AvowFHIR
public import AvowProof

/// What conditions on the columns of an index select of its entries: the ranges of keys to read, and which entries of
/// these are selected.
///
/// It follows from the definition and the conditions alone, so that a verifier comes to the same ranges.
///
/// ```swift
/// let form = try IndexForm(definition)
/// if let selection = IndexSelection(form, [code, nil, date]) {
///     for range in selection.ranges(audience) { … }
/// }
/// ```
///
/// An entry of the ranges is selected when ``selects(_:)`` is true; when that is nil, its key does not tell, and the
/// record has to be looked at: by the conditions, all of them. Each record that satisfies the conditions has such an
/// entry. When ``isExact``, the entries of the ranges are the selected ones, and can be counted without reading them.
public struct IndexSelection: Sendable {
    /// The index.
    public let form: IndexForm
    /// Whether every entry of the ranges is selected.
    public let isExact: Bool
    /// As `isExact`, but for the entries that stand for all that their records have in the index.
    let isExactButForOverflow: Bool
    /// The ranges hold just what is selected by so many of the first columns.
    private let exactColumnCount: Int
    /// Whether a record may have several of the selected entries.
    public let mayRepeatRecords: Bool
    /// How many of the first columns have one value in each range, so that the entries of a range stand in the order of
    /// the values of the column that follows.
    public let fixedColumnCount: Int

    /// What is asked of a column.
    private enum Condition {
        case anything
        case absent
        case present
        case criteria([KeyCriterion])
        /// That its value stands in one of these stretches, where not all need be selected.
        case within([IndexSpan])
        /// That the patient is one of these, by increasing pseudonyms.
        case owners([UInt64])
    }

    private let conditions: [Condition]
    /// The last column that something is asked of.
    private let lastCondition: Int
    /// Values that the order of keys lies between, in ascending order.
    private let spans: [IndexSpan]

    /// How many patients the ranges are of, each a range of its own; nil when they are of everybody.
    let ownerCount: Int?
    /// What the values of these ranges begin with, before the patient.
    private let ownerPrefixes: [[UInt8]]

    /// The most stretches that the ranges are made of.
    private static let mostSpans = 32
    /// The same of ranges of patients.
    private static let mostOwnerSpans = 4_096

    /// What conditions select.
    ///
    /// - Parameter criteria: one for each column, from the first on, nil for a column without a condition; there may be
    ///   fewer than columns. What an index cannot tell by its entries is refused: `:not`, which asks for what no value
    ///   of the record is, and that the first column has no value.
    /// - Returns: nil when a condition is refused, or is of another kind than its column.
    public init?(_ form: IndexForm, _ criteria: [SearchCriterion?]) {
        self.init(form, criteria, within: [:])
    }

    /// - Parameters:
    ///   - bounds: of columns of expressions, what else bounds their values; by the columns' places.
    ///   - owners: the only patients that are wanted, by increasing pseudonyms. They bound the ranges where conditions fix
    ///     the columns before the patient's (``ownerCount``).
    init?(
        _ form: IndexForm, _ criteria: [SearchCriterion?], within bounds: [Int: CellBounds], of owners: [UInt64]? = nil
    ) {
        guard criteria.count <= form.columns.count else { return nil }
        var conditions: [Condition] = []
        for (index, column) in form.columns.enumerated() {
            let criterion = index < criteria.count ? criteria[index] : nil
            guard let condition = IndexSelection.condition(criterion, column, isFirst: index == 0) else { return nil }
            let within = bounds[index].map { Condition.within($0.spans(form.textLimit)) }
            let isOfOwners = index == form.patientColumn
            conditions.append(isOfOwners ? owners.map(Condition.owners) ?? condition : within ?? condition)
        }
        self.form = form
        self.conditions = conditions
        lastCondition = conditions.lastIndex { if case .anything = $0 { false } else { true } } ?? 0
        var walk = SpanWalk()
        for (column, condition) in zip(form.columns, conditions) {
            walk.take(column, condition, form.textLimit)
            if walk.isExact { walk.exactColumnCount += 1 }
        }
        spans = walk.finish()
        fixedColumnCount = walk.fixedColumnCount
        ownerCount = walk.ownerCount
        ownerPrefixes = walk.ownerPrefixes
        isExactButForOverflow = walk.isExact
        exactColumnCount = walk.exactColumnCount
        isExact = walk.isExact && !form.definition.hasOverflow
        mayRepeatRecords = zip(form.columns, walk.isFixed).contains { column, isFixed in
            !column.isSingle && !isFixed
        }
    }

    private static func condition(
        _ criterion: SearchCriterion?, _ column: IndexForm.Column, isFirst: Bool
    ) -> Condition? {
        guard let criterion else { return .anything }
        guard criterion.kind == column.kind, criterion.modifier != .not else { return nil }
        switch criterion.operand {
        case .missing(true): return isFirst ? nil : .absent
        case .missing(false): return .present
        case .composite(let parts):
            return parts.count == column.parts.count ? .criteria(parts.map(KeyCriterion.init)) : nil
        default: return column.parts.count == 1 ? .criteria([KeyCriterion(criterion)]) : nil
        }
    }

    // MARK: Ranges

    /// The ranges of keys to read, in ascending order.
    ///
    /// - Parameter profile: the redaction profile that the values were computed under; 0 is none.
    public func ranges(_ audience: AudienceID, profile: UInt64 = 0) -> [KeyRange] {
        let realm = KeyRange.index(form.definition.id, audience, profile: profile).lower
        var ranges: [KeyRange] = []
        if form.definition.hasOverflow {
            ranges.append(KeyRange(lower: realm + [0], upper: realm + IndexSpan.start))
        }
        for span in spans {
            let range = KeyRange(lower: realm + span.lower, upper: realm + span.upper)
            guard !range.isEmpty else { continue }
            if let last = ranges.last, let upper = last.upper, upper == range.lower {
                ranges[ranges.count - 1] = KeyRange(lower: last.lower, upper: range.upper)
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }

    /// The ranges that would hold the entries of everybody, where those that are read are of some patients.
    func rangesOfEverybody(_ audience: AudienceID) -> [KeyRange] {
        let realm = KeyRange.index(form.definition.id, audience, profile: 0).lower
        return ownerPrefixes.map { KeyRange(lower: realm + $0, upper: realm + IndexSpan.behind($0)) }
    }

    /// The stretches that conditions select, column by column.
    private struct SpanWalk {
        /// What the keys begin with: one for each combination of points so far.
        private var prefixes: [[UInt8]] = [[]]
        private var spans: [IndexSpan]?
        private(set) var isExact = true
        /// The spans are all that is selected by so many of the first columns.
        var exactColumnCount = 0
        private(set) var fixedColumnCount = 0
        private(set) var ownerCount: Int?
        private(set) var ownerPrefixes: [[UInt8]] = []
        /// Whether all selected entries of a record have the same value in a column.
        private(set) var isFixed: [Bool] = []

        mutating func take(_ column: IndexForm.Column, _ condition: Condition, _ texts: IndexTextLimit) {
            switch condition {
            case .anything:
                if spans == nil { end([IndexSpan([], IndexSpan.end, isExact: true)]) }
                isFixed.append(false)
            case .present:
                guard spans == nil else {
                    isExact = false
                    isFixed.append(false)
                    return
                }
                end([IndexSpan(IndexSpan.start, IndexSpan.end, isExact: true)])
                isFixed.append(false)
            case .absent:
                isFixed.append(true)
                guard spans == nil else {
                    isExact = false
                    return
                }
                prefixes = prefixes.map { $0 + [0] }
                fixedColumnCount += 1
            case .within(let found):
                isFixed.append(false)
                take(found)
            case .owners(let owners):
                isFixed.append(false)
                guard spans == nil, prefixes.count * owners.count <= IndexSelection.mostOwnerSpans else {
                    if spans == nil { end([IndexSpan([], IndexSpan.end, isExact: true)]) }
                    return
                }
                ownerPrefixes = prefixes
                prefixes = prefixes.flatMap { prefix in
                    owners.map { owner in
                        var tuple = TupleBytes(continuing: prefix)
                        tuple.append(owner)
                        return tuple.bytes
                    }
                }
                fixedColumnCount += 1
                ownerCount = owners.count
            case .criteria(let criteria):
                let places = IndexSpans(texts: texts, column: column)
                var isOne = true
                for (part, criterion) in zip(column.parts, criteria) {
                    let found = places.spans(part, criterion.criterion)
                    isOne = isOne && found.count == 1 && found[0].isPoint && found[0].isExact
                    take(found)
                }
                isFixed.append(isOne)
                if spans == nil, isOne { fixedColumnCount += 1 }
            }
        }

        private mutating func take(_ found: [IndexSpan]) {
            guard spans == nil else {
                isExact = false
                return
            }
            isExact = isExact && found.allSatisfy(\.isExact)
            if found.allSatisfy(\.isPoint), found.count * prefixes.count <= IndexSelection.mostSpans {
                prefixes = prefixes.flatMap { prefix in found.map { prefix + $0.lower } }
            } else {
                end(found)
            }
        }

        /// Ends the part of the keys that ranges are made of.
        private mutating func end(_ found: [IndexSpan]) {
            var found = found
            if found.count > 1, found.count * prefixes.count > IndexSelection.mostSpans {
                isExact = false
                found = [.all]
            }
            spans = prefixes.flatMap { prefix in
                found.map { IndexSpan(prefix + $0.lower, prefix + $0.upper, isExact: $0.isExact) }
            }
        }

        mutating func finish() -> [IndexSpan] {
            let found = spans ?? prefixes.map { IndexSpan($0, IndexSpan.behind($0), isExact: true) }
            return found.sorted { ByteOrder.compare($0.lower.span, $1.lower.span) < 0 }
        }
    }

    /// The part of a range in which a column has a value, behind columns that have one value each.
    func valued(_ range: KeyRange, _ column: Int) -> KeyRange {
        guard case .anything = conditions[column] else { return range }
        return KeyRange(lower: range.lower + IndexSpan.start, upper: range.upper)
    }

    /// The part of a range in which entries of a column that shows an expression do not stand where their values sort.
    func unsorted(_ range: KeyRange, _ column: Int) -> KeyRange? {
        guard case .shown = form.columns[column].source else { return nil }
        return KeyRange(lower: range.lower + ShownColumn.unsorted, upper: range.upper)
    }

    /// Where entries may be selected again behind one that has a value in the first column that something is asked of, when
    /// that is to have none: null stands before all values, so that no other entry that is the same up to that column is
    /// selected. Nil when that is not so.
    func bound(behind key: KeyPlace) -> [UInt8]? {
        guard let column = absentColumn, !form.definition.hasOverflow else { return nil }
        var offset = key.order.lowerBound
        for before in 0..<column where (try? skip(before, key, &offset)) == nil { return nil }
        guard offset < key.order.upperBound, key.bytes[offset] != 0 else { return nil }
        return IndexSpan.behind(Array(key.bytes[key.realm.lowerBound..<offset]))
    }

    /// The first column that something is asked of, when it is asked to have no value.
    private var absentColumn: Int? {
        for (index, condition) in conditions.enumerated() {
            switch condition {
            case .anything: continue
            case .absent: return index
            case .present, .criteria, .within, .owners: return nil
            }
        }
        return nil
    }

    // MARK: Entries

    /// Whether an entry of the ranges is selected; nil when its record has to be looked at.
    ///
    /// - Throws: `QueryError.entry` when the key is not one of the index.
    public func selects(_ key: TreeKey) throws(QueryError) -> Bool? {
        try selects(KeyPlace(key))
    }

    func selects(_ key: KeyPlace) throws(QueryError) -> Bool? {
        if isExact { return true }
        do throws(TupleError) {
            return try selected(key)
        } catch {
            throw .entry(key.key, expected: "values of the index '\(form.definition.name)': \(error)")
        }
    }

    private func selected(_ key: KeyPlace) throws(TupleError) -> Bool? {
        if let first = key.order.first, key.bytes[first] == 0 { return nil }
        var offset = key.order.lowerBound
        var selected: Bool? = true
        for index in 0...lastCondition {
            let start = offset
            let isPresent = try skip(index, key, &offset)
            let answer: Bool?
            switch conditions[index] {
            case .criteria where index >= exactColumnCount:
                var reader = TupleReader(key.bytes, in: start..<offset)
                answer = IndexSelection.holds(conditions[index], try values(of: index, &reader))
            // What is served by the ranges, or asks for no value, is decided without reading one. What bounds the value of
            // an expression is asked of the entry otherwise.
            case .criteria, .anything, .within, .owners: continue
            case .absent: answer = !isPresent
            case .present: answer = isPresent
            }
            guard let answer else {
                selected = nil
                continue
            }
            if !answer { return false }
        }
        return selected
    }

    private func values(of column: Int, _ reader: inout TupleReader) throws(TupleError) -> [IndexedValue] {
        var values: [IndexedValue] = []
        for part in form.columns[column].parts {
            let value = try part.read(&reader, form.textLimit)
            values.append(value)
            // One null stands for all parts.
            if case .none = value { break }
        }
        return values
    }

    /// Steps over a column.
    ///
    /// - Returns: whether it has a value.
    private func skip(_ column: Int, _ key: KeyPlace, _ offset: inout Int) throws(TupleError) -> Bool {
        for part in form.columns[column].parts {
            let start = offset
            guard let end = part.end(of: offset, in: key.bytes, upTo: key.order.upperBound) else {
                throw TupleError(offset: offset - key.order.lowerBound, expected: "a value of a column")
            }
            offset = end
            if key.bytes[start] == 0 { return false }
        }
        return true
    }

    private static func holds(_ condition: Condition, _ values: [IndexedValue]) -> Bool? {
        var isAbsent = false
        if case .none? = values.last { isAbsent = true }
        switch condition {
        case .anything, .within, .owners: return true
        case .absent: return isAbsent
        case .present: return !isAbsent
        case .criteria(let criteria):
            guard !isAbsent else { return false }
            var holds: Bool? = true
            for (criterion, value) in zip(criteria, values) {
                guard let answer = criterion.holds(value) else {
                    holds = nil
                    continue
                }
                if !answer { return false }
            }
            return holds
        }
    }
}

extension SearchCriterion {
    /// Whether the condition holds for a value as it stands in a key; nil when the key does not tell.
    func holds(_ value: IndexedValue) -> Bool? {
        switch value {
        case .none: false
        case .partial, .unknown, .cell: nil
        case .known(.string(let kept)):
            // What stands in the key is the folded text.
            if modifier == .exact, case .string(_, let folded) = operand {
                folded.utf8.elementsEqual(kept.text.utf8) ? nil : false
            } else {
                matches(.string(kept))
            }
        case .known(let value): matches(value)
        case .quantity(let unit, let orderedBytes): KeyQuantity(self)?.holds(orderedBytes, unit)
        }
    }
}

/// A condition that many keys are asked about.
private struct KeyCriterion: Sendable {
    let criterion: SearchCriterion
    /// What it asks of quantities, which takes longer to work out than to compare.
    private let quantity: KeyQuantity?

    init(_ criterion: SearchCriterion) {
        self.criterion = criterion
        quantity = KeyQuantity(criterion)
    }

    /// As `SearchCriterion.holds(_:)`.
    func holds(_ value: IndexedValue) -> Bool? {
        guard case .quantity(let unit, let orderedBytes) = value else { return criterion.holds(value) }
        return quantity?.holds(orderedBytes, unit)
    }
}

/// What a condition asks of quantities as they stand in keys.
private struct KeyQuantity: Sendable {
    private let unit: String
    private let comparison: SearchComparison
    /// Nil when keys do not tell.
    private let bounds: QuantityBounds?

    /// Nil when it does not ask for one unit.
    init?(_ criterion: SearchCriterion) {
        guard case .quantity(let number, let unit) = criterion.operand, let indexed = IndexUnit(unit) else {
            return nil
        }
        self.unit = indexed.text
        comparison = criterion.comparison
        bounds = comparison == .approximately ? nil : QuantityBounds(number, indexed)
    }

    /// Whether a quantity is selected; nil when its key does not tell.
    func holds(_ orderedBytes: [UInt8], _ text: String) -> Bool? {
        guard unit.utf8.elementsEqual(text.utf8) else { return false }
        return bounds?.holds(comparison, orderedBytes)
    }
}

extension QuantityBounds {
    /// Values of this many digits may have had more.
    private static let fewestBytesOfLongest = 2 + FHIRDecimal.maximumDigits / 2

    /// Whether a value stands in a relation to the condition's; nil when it may have been rounded to what stands there,
    /// or what is near enough is asked for.
    fileprivate func holds(_ comparison: SearchComparison, _ bytes: [UInt8]) -> Bool? {
        let isLong = [bytes, value, from, until].contains { $0.count >= QuantityBounds.fewestBytesOfLongest }
        func order(_ bound: [UInt8]) -> Int? {
            let order = ByteOrder.compare(bytes.span, bound.span)
            return order == 0 && isLong ? nil : order
        }
        switch comparison {
        case .equal, .notEqual:
            guard let low = order(from), let high = order(until) else { return nil }
            return (low >= 0 && high < 0) == (comparison == .equal)
        case .less, .endsBefore: return order(value).map { $0 < 0 }
        case .lessOrEqual: return order(value).map { $0 <= 0 }
        case .greater, .startsAfter: return order(value).map { $0 > 0 }
        case .greaterOrEqual: return order(value).map { $0 >= 0 }
        case .approximately: return nil
        }
    }
}
