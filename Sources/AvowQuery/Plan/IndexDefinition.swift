public import AvowFHIR

/// What one index of a store holds: the records of one type, sorted by the values of its columns.
public struct IndexDefinition: Hashable, Sendable {
    /// The most columns that an index has; a composite counts for each of its parts.
    public static let mostColumns = 8
    /// The longest name or expression, in bytes of UTF-8.
    public static let mostTextBytes = 1_024

    /// The index's number in keys.
    public let id: UInt64
    /// The name that people call it by, unique in the store.
    public let name: String
    /// The resources that have entries in it.
    public let type: ResourceType
    /// What its entries are sorted by, in this order.
    public let columns: [IndexColumn]
    /// Whether it holds all that it should.
    public var state: IndexState
    /// Whether some record has so many values that it stands under one entry for all (``IndexForm``).
    public var hasOverflow: Bool

    /// An index of resources of one type.
    ///
    /// - Parameters:
    ///   - id: unique in the store.
    ///   - name: unique in the store; ``standardName(_:_:)`` unless given.
    public init(
        id: UInt64, name: String? = nil, type: ResourceType, columns: [IndexColumn], state: IndexState = .ready,
        hasOverflow: Bool = false
    ) {
        self.id = id
        self.name = name ?? IndexDefinition.standardName(type, columns)
        self.type = type
        self.columns = columns
        self.state = state
        self.hasOverflow = hasOverflow
    }

    /// The name of an index that nobody named: `Observation-code-date`.
    public static func standardName(_ type: ResourceType, _ columns: [IndexColumn]) -> String {
        ([type.name] + columns.map(\.description)).joined(separator: "-")
    }

    /// Whether both hold the same of the same records, whatever they are called and whether they are complete.
    public func holdsSame(as other: IndexDefinition) -> Bool {
        type == other.type && columns == other.columns
    }
}

/// One of the values that an index is sorted by.
public enum IndexColumn: Hashable, Sendable {
    /// A search parameter of the type, by its code.
    ///
    /// `date` is the first instant of the clinical date where the type has one, as in the language.
    case parameter(String)
    /// What a query shows of an expression: of a path, or of `patient` or `date`, which stand for what they stand for there.
    case path(String)
    /// Whose the record is: the patient's pseudonym, by which the entries of one patient stand together.
    case patient

    /// A column as it is written: the code of a parameter, `patient`, or `PATH(expression)`.
    public init(_ text: String) {
        if text == OwnParameter.patient.rawValue {
            self = .patient
        } else if text.hasPrefix("PATH("), text.hasSuffix(")") {
            self = .path(String(text.dropFirst(5).dropLast()))
        } else {
            self = .parameter(text)
        }
    }
}

extension IndexColumn: CustomStringConvertible {
    /// The column as it is written.
    public var description: String {
        switch self {
        case .parameter(let text): text
        case .path(let text): "PATH(\(text))"
        case .patient: OwnParameter.patient.rawValue
        }
    }
}

/// Whether an index holds all that it should.
public enum IndexState: UInt64, CaseIterable, Hashable, Sendable {
    /// Its entries are still being made. Imports write to it; queries do not read it.
    case building = 0
    /// It holds the entries of all records.
    case ready = 1
    /// Its entries are being removed. Nobody writes to it or reads it.
    case dropping = 2

    /// Whether imports write to the index.
    public var isWritten: Bool { self != .dropping }

    /// The state in a word.
    public var name: String {
        switch self {
        case .building: "building"
        case .ready: "ready"
        case .dropping: "dropping"
        }
    }
}
