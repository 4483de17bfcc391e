internal import AvowFHIR
internal import AvowProof
internal import Synchronization

/// A definition of an index, understood: where the values of each column come from, and how they stand in keys.
///
/// An entry's key has, as its order, the values of the columns one behind the other. A resource has an entry for each
/// combination of its columns' values, and none when its first column has no value; any other column without a value is
/// null.
///
/// A resource stands under one **overflow entry**, whose order is one null, when its combinations are more than
/// ``mostEntries``, or when it has several values in a column that the R4 model allows one in. The definition then says
/// so (``IndexDefinition/hasOverflow``), and whoever reads the index reads the overflow entries, too, and looks at their
/// records. So no index is ever without a record that it should lead to.
public struct IndexForm: Sendable {
    /// The most entries that a resource has in one index.
    public static let mostEntries = 1_000

    /// What it is the form of.
    public let definition: IndexDefinition

    let columns: [Column]
    let textLimit: IndexTextLimit
    /// The column that is the patient; nil when there is none.
    let patientColumn: Int?

    /// A column of the index.
    struct Column: Sendable {
        enum Source: Sendable {
            case clinicalDate
            case search(SearchExtractor)
            case shown(ShownColumn)
            /// Whose the record is, which is not known of a resource alone.
            case patient
        }

        let source: Source
        let kind: AvowFHIR.SearchParameter.Kind
        /// One, or of a composite one for each component.
        let parts: [IndexPart]
        /// Whether a resource has at most one value in it.
        let isSingle: Bool
        /// Whether its dates are no longer than a year, as those that are no periods are.
        let isBrief: Bool
        /// What of the resource can be told from a value that stands in a key; nil when nothing can.
        var shown: Shown?
    }

    /// A path into the resource whose value a key tells.
    enum Shown: Hashable, Sendable {
        /// A code, at this path.
        case code(String)
        /// A coding, at this path, whose code and system are told.
        case coding(String)
        /// A date without a time, at this path.
        case date(String)
    }

    /// Understands a definition.
    ///
    /// - Throws: ``IndexError`` when a column cannot be indexed.
    public init(_ definition: IndexDefinition) throws(IndexError) {
        self.definition = definition
        var columns: [Column] = []
        for column in definition.columns { columns.append(try IndexForm.column(column, definition)) }
        let parts = columns.flatMap(\.parts)
        guard (1...IndexDefinition.mostColumns).contains(parts.count) else {
            throw .columnCount(parts.count)
        }
        for (index, column) in definition.columns.enumerated() where definition.columns[..<index].contains(column) {
            throw .repeatedColumn(column.description)
        }
        self.columns = columns
        patientColumn = definition.columns.firstIndex(of: .patient)
        textLimit = IndexTextLimit(parts)
    }

    private static let understood = Mutex<[IndexDefinition: IndexForm]>([:])
    /// For more definitions than these nothing is remembered at once.
    private static let mostUnderstood = 4_096

    /// A definition, understood, as `init(_:)` does; remembered, since every query that might read the index asks.
    ///
    /// - Returns: nil when a column cannot be indexed: such an index answers nothing.
    static func known(_ definition: IndexDefinition) -> IndexForm? {
        if let known = understood.withLock({ $0[definition] }) { return known }
        guard let form = try? IndexForm(definition) else { return nil }
        understood.withLock { forms in
            if forms.count >= mostUnderstood { forms.removeAll() }
            forms[definition] = form
        }
        return form
    }

    /// Whether the clinical date follows one token, and no record stands under an entry for all it has: what
    /// ``CodeDateValues`` reads.
    var isTokenAndDate: Bool {
        guard columns.count == 2, !definition.hasOverflow, columns[0].parts == [.token],
            case .clinicalDate = columns[1].source
        else { return false }
        return true
    }

    private static func column(
        _ column: IndexColumn, _ definition: IndexDefinition
    ) throws(IndexError) -> Column {
        let type = definition.type
        let extractor: SearchExtractor
        var expression: String?
        var options = FHIRPathOptions()
        switch column {
        // The standard index by code and date has null where a type has no clinical date.
        case .parameter("date")
        where !ResourceElements.of(type).date.isEmpty || definition.id == UInt64(type.rawValue):
            return Column(
                source: .clinicalDate, kind: .date, parts: [.instant], isSingle: true, isBrief: true)
        case .parameter(let code):
            guard let parameter = AvowFHIR.SearchParameter.named(code, for: type) else {
                let names = AvowFHIR.SearchParameter.all(for: type).map(\.code)
                throw .unknownParameter(code, type, suggestion: NearestName.of(code, among: names))
            }
            expression = parameter.expression
            options = .searchParameter
            extractor = try search(column) { () throws(SearchError) in try SearchExtractor(parameter, on: type) }
        case .patient:
            guard R4Schema().kind(of: OwnParameter.patient.rawValue, on: type.name) != nil else {
                throw .notIndexable(column.description, reason: "\(type.name) belongs to no patient")
            }
            return Column(source: .patient, kind: .special, parts: [.owner], isSingle: true, isBrief: false)
        case .path(let text):
            return Column(
                source: .shown(try ShownColumn(text, on: type)), kind: .special, parts: [.cell], isSingle: true,
                isBrief: false)
        }
        let kinds = extractor.kind == .composite ? extractor.components : [extractor.kind]
        let parts = kinds.compactMap(IndexPart.init)
        guard parts.count == kinds.count, !parts.isEmpty else {
            throw .notIndexable(column.description, reason: "it has no values that could be sorted")
        }
        let elements = expression.flatMap { try? FHIRPath($0, on: FHIRType(type), options: options) }?.visiting?
            .elements
        return Column(
            source: .search(extractor), kind: extractor.kind, parts: parts,
            isSingle: parts.count == 1 && makesOneValue(elements, parts[0]),
            isBrief: elements.map { $0.types.allSatisfy { $0.kind == .primitive } } ?? false,
            shown: expression.flatMap { shown(at: $0, type, elements, parts) })
    }

    /// What keys tell of the one element that an expression leads to.
    private static func shown(
        at expression: String, _ type: ResourceType, _ elements: FHIRPathVisit.Elements?, _ parts: [IndexPart]
    ) -> Shown? {
        guard let elements, elements.isSingle, elements.types.count == 1, parts.count == 1 else { return nil }
        let prefix = type.name + "."
        let path = expression.hasPrefix(prefix) ? String(expression.dropFirst(prefix.count)) : expression
        guard path.utf8.allSatisfy({ (0x61...0x7A).contains($0 | 0x20) || $0 == UInt8(ascii: ".") }) else { return nil }
        switch (parts[0], elements.types[0]) {
        case (.token, .code): return .code(path)
        case (.token, .coding): return .coding(path)
        case (.date, .date): return .date(path)
        default: return nil
        }
    }

    private static func search(
        _ column: IndexColumn, _ body: () throws(SearchError) -> SearchExtractor
    ) throws(IndexError) -> SearchExtractor {
        do throws(SearchError) {
            return try body()
        } catch {
            throw .notIndexable(column.description, reason: "\(error)")
        }
    }

    /// Whether a resource that keeps to the model has at most one value: there is one element, which makes one value.
    /// Names, concepts and references make several.
    private static func makesOneValue(_ elements: FHIRPathVisit.Elements?, _ part: IndexPart) -> Bool {
        guard let elements, elements.isSingle else { return false }
        return elements.types.allSatisfy { type in
            switch part {
            case .instant, .date, .quantity, .number: true
            case .reference: false
            case .cell, .owner: true
            case .token, .string, .uri: type.kind == .primitive || type == .coding || type == .identifier
            }
        }
    }
}
