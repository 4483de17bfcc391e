public import AvowFHIR
public import AvowProof
internal import Synchronization

/// The indexes that records are written to, each understood when a record of its type comes.
public final class IndexExtraction: Sendable {
    /// What the indexes of one type take out of its resources. Columns that several indexes share are taken once.
    struct OfType: Sendable {
        var columns: [(column: IndexForm.Column, texts: IndexTextLimit)] = []
        var indexes: [(form: IndexForm, columns: [Int])] = []
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
        var ofType = OfType()
        var names: [IndexColumn] = []
        for definition in definitions {
            let form = try IndexForm(definition)
            var columns: [Int] = []
            for (column, name) in zip(form.columns, definition.columns) {
                // Texts are cut at different places in different indexes.
                let known = names.indices.first { names[$0] == name && ofType.columns[$0].texts == form.textLimit }
                columns.append(known ?? names.count)
                guard known == nil else { continue }
                names.append(name)
                ofType.columns.append((column, form.textLimit))
            }
            ofType.indexes.append((form, columns))
        }
        return ofType
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
    private var known: [ResourceType: IndexExtraction.OfType] = [:]

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
        while values.count < ofType.columns.count { values.append(ColumnValues()) }
        for (position, place) in ofType.columns.enumerated() {
            values[position].removeAll()
            extract(place.column, place.texts, resource, type, into: position)
        }
        for (form, columns) in ofType.indexes { combine(form, columns, body) }
    }

    private func indexes(
        of type: ResourceType, _ extraction: IndexExtraction
    ) throws(IndexError) -> IndexExtraction.OfType {
        if self.extraction !== extraction {
            known = [:]
            self.extraction = extraction
        }
        if let known = known[type] { return known }
        let made = try extraction.ofType(type)
        known[type] = made
        return made
    }

    private func extract(
        _ column: IndexForm.Column, _ limit: IndexTextLimit, _ resource: JSONValue, _ type: ResourceType,
        into position: Int
    ) {
        switch column.source {
        // Known when the record gets its place.
        case .patient: return
        case .clinicalDate:
            guard let date = Indexing.clinicalDate(of: resource, type: type) else { return }
            values[position].append { $0.append(date) }
        case .shown(let shown):
            values[position].append { shown.append(resource, type, limit, to: &$0) }
        case .search(let extractor):
            extractor.visit(resource, texts: texts) { value in
                values[position].append { tuple in
                    guard case .composite(let parts) = value else {
                        _ = column.parts[0].append(value, limit, to: &tuple, using: &bytes)
                        return
                    }
                    for (part, value) in zip(column.parts, parts) {
                        _ = part.append(value, limit, to: &tuple, using: &bytes)
                    }
                }
            }
        }
    }

    /// Calls `body` with each combination of the values of some columns.
    private func combine(_ form: IndexForm, _ columns: [Int], _ body: (IndexEntry) -> Void) {
        guard form.patientColumn == 0 || values[columns[0]].count > 0 else { return }
        var count = 1
        var isOverflow = false
        for (column, position) in zip(form.columns, columns) {
            let own = values[position].count
            isOverflow = isOverflow || column.isSingle && own > 1
            count = min(count * max(1, own), IndexForm.mostEntries + 1)
        }
        guard !isOverflow, count <= IndexForm.mostEntries else {
            scratch.removeAll()
            scratch.appendNull()
            body(IndexEntry(index: form.definition.id, isOverflow: true, values: scratch))
            return
        }
        for combination in 0..<count {
            scratch.removeAll()
            // The last column's values change fastest.
            var rest = count
            var number = combination
            var patientPlace: Int?
            for (column, position) in columns.enumerated() {
                guard column != form.patientColumn else {
                    patientPlace = scratch.byteCount
                    continue
                }
                let own = max(1, values[position].count)
                rest /= own
                values[position].append(number / rest, to: &scratch)
                number %= rest
            }
            body(
                IndexEntry(
                    index: form.definition.id, isOverflow: false, values: scratch, patientPlace: patientPlace))
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
