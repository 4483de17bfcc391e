public import AvowFHIR
public import AvowProof

/// The indexes of a store: itself an entry of the tree, so that a verifier knows them.
public struct IndexCatalog: Hashable, Sendable {
    /// The key of the setting that holds the catalog.
    public static let key = TreeKey.configuration("indexes")
    /// The most indexes that a store has.
    public static let mostDefinitions = 1_000

    /// The indexes, by increasing id.
    public private(set) var definitions: [IndexDefinition]

    /// A catalog of indexes, in any order.
    public init(_ definitions: [IndexDefinition]) {
        self.definitions = definitions.sorted { $0.id < $1.id }
    }

    /// The indexes that may answer a query about a type: those that hold all of its records.
    public func ready(for type: ResourceType) -> [IndexDefinition] {
        definitions.filter { $0.type == type && $0.state == .ready }
    }

    /// The index of a name.
    public subscript(name: String) -> IndexDefinition? {
        definitions.first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// The index of a number.
    public subscript(id id: UInt64) -> IndexDefinition? {
        definitions.first { $0.id == id }
    }

    /// The index by code and date of a type, when it may answer a query by its keys alone.
    public func codeIndex(of type: ResourceType) -> IndexDefinition? {
        tokenIndex(of: type, by: OwnParameter.code.rawValue)
    }

    /// The index of a type by a token and the clinical date, when it may answer a query by its keys alone.
    func tokenIndex(of type: ResourceType, by parameter: String) -> IndexDefinition? {
        let columns = [.parameter(parameter), IndexCatalog.codeAndDate[1]]
        return definitions.first {
            $0.type == type && $0.state == .ready && !$0.hasOverflow && $0.columns == columns
                && IndexForm.known($0)?.isTokenAndDate == true
        }
    }

    /// Puts a definition in the place of the one with its id, or adds it.
    public mutating func put(_ definition: IndexDefinition) {
        remove(definition.id)
        let index = definitions.firstIndex { $0.id > definition.id } ?? definitions.endIndex
        definitions.insert(definition, at: index)
    }

    /// Removes the definition with an id.
    public mutating func remove(_ id: UInt64) {
        definitions.removeAll { $0.id == id }
    }

    /// The id of the next index that somebody defines: above all that are there.
    public var nextID: UInt64 { max(IndexCatalog.firstOwnID, (definitions.last?.id ?? 0) + 1) }

    static let codeAndDate: [IndexColumn] = [.parameter("code"), .parameter("date")]
    /// Ids below are those of standard indexes.
    private static let firstOwnID: UInt64 = 1_000
}
