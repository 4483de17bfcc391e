public import AvowFHIR
public import AvowProof
internal import Synchronization

/// The indexes that records are written to, each understood when a record of its type comes.
public final class IndexExtraction: Sendable {
    /// What the indexes of one type take out of its resources. Columns that several indexes share are taken once.
    ///
    /// It and its parts are objects: all threads go through them for every resource, and copying what they hold would
    /// count references that all of them share.
    final class OfType: Sendable {
        let columns: [Column]
        let indexes: [Index]

        init(_ columns: [Column], _ indexes: [Index]) {
            self.columns = columns
            self.indexes = indexes
        }
    }

    /// A column, and how its texts are cut.
    final class Column: Sendable {
        let column: IndexForm.Column
        let texts: IndexTextLimit
        /// What finds the values, when the column is one of a search parameter or path.
        let extractor: SearchExtractor?

        init(_ column: IndexForm.Column, _ texts: IndexTextLimit) {
            self.column = column
            self.texts = texts
            if case .search(let extractor) = column.source { self.extractor = extractor } else { extractor = nil }
        }
    }

    /// An index, and where its columns stand among those of the type.
    final class Index: Sendable {
        let id: UInt64
        let columns: [Int]
        /// Of each column, whether a resource has at most one value in it.
        let areSingle: [Bool]
        /// Which of them is the patient; nil when none is.
        let patientColumn: Int?

        init(_ form: IndexForm, _ columns: [Int]) {
            id = form.definition.id
            self.columns = columns
            areSingle = form.columns.map(\.isSingle)
            patientColumn = form.patientColumn
        }
    }

    private let definitions: [IndexDefinition]
    private let types = Mutex<[ResourceType: OfType]>([:])

    /// The indexes of some definitions; those that are being removed are left out.
    public init(_ definitions: [IndexDefinition]) {
        self.definitions = definitions.filter(\.state.isWritten)
    }

    func ofType(_ type: ResourceType) throws(IndexError) -> OfType {
        if let known = types.withLock({ $0[type] }) { return known }
        let made = try IndexExtraction.make(definitions.filter { $0.type == type })
        types.withLock { $0[type] = made }
        return made
    }

    private static func make(_ definitions: [IndexDefinition]) throws(IndexError) -> OfType {
        var columns: [Column] = []
        var indexes: [Index] = []
        var names: [IndexColumn] = []
        for definition in definitions {
            let form = try IndexForm(definition)
            var places: [Int] = []
            for (column, name) in zip(form.columns, definition.columns) {
                // Texts are cut at different places in different indexes.
                let known = names.indices.first { names[$0] == name && columns[$0].texts == form.textLimit }
                places.append(known ?? names.count)
                guard known == nil else { continue }
                names.append(name)
                columns.append(Column(column, form.textLimit))
            }
            indexes.append(Index(form, places))
        }
        return OfType(columns, indexes)
    }
}

/// An entry of a resource in an index: the index, and the order of the entry's key.
public struct IndexEntry {
    /// The number of the index.
    public let index: UInt64
    /// Whether the entry stands for all that the resource has there, which are too many (``IndexForm``).
    public let isOverflow: Bool
    let values: TupleBytes
    /// Behind so many bytes of the values stands the patient, if the index has such a column.
    var patientPlace: Int?

    /// Appends the entry's key.
    ///
    /// - Parameter number: the record's number within its patient.
    public func append(
        to keys: inout TupleBytes, _ audience: AudienceID, _ pseudonym: Pseudonym, number: UInt64
    ) -> KeyCuts {
        keys.appendIndexKey(index, audience, profile: 0, pseudonym, number: number) { key in
            key.append(values.span, with: pseudonym, at: patientPlace)
        }
    }

    /// The entry's key.
    public func key(_ audience: AudienceID, _ pseudonym: Pseudonym, number: UInt64) -> TreeKey {
        var own = TupleBytes()
        own.append(values.span, with: pseudonym, at: patientPlace)
        return .index(index, audience, profile: 0, values: own, pseudonym, number: number)
    }
}

extension TupleBytes {
    /// Appends values that are encoded already, and a patient among them.
    ///
    /// - Parameter place: behind so many bytes of the values the patient stands; nil for nowhere.
    mutating func append(_ values: Span<UInt8>, with patient: Pseudonym, at place: Int?) {
        guard let place else { return append(encoded: values) }
        append(encoded: values.extracting(..<place))
        append(patient.rawValue)
        append(encoded: values.extracting(place...))
    }
}

/// Finds the entries of resources, one resource after the other, with memory that it keeps from one to the next. One for
/// each thread.
public final class IndexEntryFinder {
    private let texts = SearchTexts()
    /// The values of each column of the type, encoded one behind the other.
    private var values: [ColumnValues] = []
    private var scratch = TupleBytes()
    private var bytes: [UInt8] = []
    /// What was asked of the extraction last used, so that threads do not wait for each other.
    private var extraction: IndexExtraction?
    private var known: [IndexExtraction.OfType?] = []

    /// A finder with memory of its own.
    public init() {}

    /// Calls `body` with each entry of a resource in the indexes of its type, each once.
    ///
    /// - Throws: ``IndexError`` when a definition cannot be understood.
    /// - Complexity: O(entries); in the steady state without an allocation for a value.
    public func visit(
        _ resource: JSONValue, _ type: ResourceType, _ extraction: IndexExtraction, _ body: (IndexEntry) -> Void
    ) throws(IndexError) {
        let ofType = try indexes(of: type, extraction)
        // Each access to a member of the object is looked over while it lasts, so there are few of them.
        IndexEntryFinder.extract(ofType, resource, type, texts, using: &bytes, into: &values)
        let values = values
        for index in ofType.indexes { IndexEntryFinder.combine(index, values, using: &scratch, body) }
    }

    private func indexes(
        of type: ResourceType, _ extraction: IndexExtraction
    ) throws(IndexError) -> IndexExtraction.OfType {
        if self.extraction !== extraction {
            known = Array(repeating: nil, count: Int(UInt8.max) + 1)
            self.extraction = extraction
        }
        let number = Int(type.rawValue)
        if let known = known[number] { return known }
        let made = try extraction.ofType(type)
        known[number] = made
        return made
    }

    private static func extract(
        _ ofType: IndexExtraction.OfType, _ resource: JSONValue, _ type: ResourceType, _ texts: SearchTexts,
        using bytes: inout [UInt8], into values: inout [ColumnValues]
    ) {
        while values.count < ofType.columns.count { values.append(ColumnValues()) }
        for (position, column) in ofType.columns.enumerated() {
            values[position].removeAll()
            extract(column, resource, type, texts, using: &bytes, into: &values[position])
        }
    }

    private static func extract(
        _ place: IndexExtraction.Column, _ resource: JSONValue, _ type: ResourceType, _ texts: SearchTexts,
        using bytes: inout [UInt8], into values: inout ColumnValues
    ) {
        if place.extractor != nil {
            place.extractor?.visit(resource, texts: texts) { value in
                values.append { tuple in
                    guard case .composite(let parts) = value else {
                        _ = place.column.parts[0].append(value, place.texts, to: &tuple, using: &bytes)
                        return
                    }
                    for (part, value) in zip(place.column.parts, parts) {
                        _ = part.append(value, place.texts, to: &tuple, using: &bytes)
                    }
                }
            }
            return
        }
        switch place.column.source {
        case .clinicalDate:
            guard let date = Indexing.clinicalDate(of: resource, type: type) else { return }
            values.append { $0.append(date) }
        case .shown(let shown):
            values.append { shown.append(resource, type, place.texts, to: &$0) }
        // Whose the record is becomes known when it gets its place.
        case .search, .patient: return
        }
    }

    /// Calls `body` with each combination of the values of some columns.
    private static func combine(
        _ index: IndexExtraction.Index, _ values: [ColumnValues], using scratch: inout TupleBytes,
        _ body: (IndexEntry) -> Void
    ) {
        let columns = index.columns
        guard index.patientColumn == 0 || values[columns[0]].count > 0 else { return }
        var count = 1
        var isOverflow = false
        for (isSingle, position) in zip(index.areSingle, columns) {
            let own = values[position].count
            isOverflow = isOverflow || isSingle && own > 1
            count = min(count * max(1, own), IndexForm.mostEntries + 1)
        }
        guard !isOverflow, count <= IndexForm.mostEntries else {
            scratch.removeAll()
            scratch.appendNull()
            body(IndexEntry(index: index.id, isOverflow: true, values: scratch))
            return
        }
        for combination in 0..<count {
            scratch.removeAll()
            // The last column's values change fastest.
            var rest = count
            var number = combination
            var patientPlace: Int?
            for (column, position) in columns.enumerated() {
                guard column != index.patientColumn else {
                    patientPlace = scratch.byteCount
                    continue
                }
                let own = max(1, values[position].count)
                rest /= own
                values[position].append(number / rest, to: &scratch)
                number %= rest
            }
            body(IndexEntry(index: index.id, isOverflow: false, values: scratch, patientPlace: patientPlace))
        }
    }
}

/// The distinct values of a column in one resource, encoded.
private struct ColumnValues {
    private var bytes = TupleBytes()
    /// Where each value ends.
    private var ends: [Int] = []

    var count: Int { ends.count }

    mutating func removeAll() {
        bytes.removeAll()
        ends.removeAll(keepingCapacity: true)
    }

    private func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    /// Appends a value, unless it is there, or there are too many.
    mutating func append(_ value: (inout TupleBytes) -> Void) {
        guard count <= IndexForm.mostEntries else { return }
        let start = bytes.byteCount
        value(&bytes)
        let isKnown = isKnown(start..<bytes.byteCount)
        if isKnown || bytes.byteCount == start {
            bytes.cut(to: start)
        } else {
            ends.append(bytes.byteCount)
        }
    }

    private func isKnown(_ range: Range<Int>) -> Bool {
        let all = bytes.span
        let new = all.extracting(range)
        for index in ends.indices where ByteOrder.compare(all.extracting(self.range(index)), new) == 0 { return true }
        return false
    }

    /// Appends a value to a key; null when there is none.
    func append(_ index: Int, to tuple: inout TupleBytes) {
        guard index < count else {
            tuple.appendNull()
            return
        }
        tuple.append(encoded: bytes.span.extracting(range(index)))
    }
}
