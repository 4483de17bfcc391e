public import AvowFHIR
public import AvowProof

/// What one index holds.
public struct IndexDefinition: Hashable, Sendable {
    /// The index's number in keys.
    public let id: UInt64
    /// The resources that have entries in it.
    public let type: ResourceType
    /// The search parameters that its entries are sorted by, in this order.
    public let parameters: [String]

    /// An index of resources of one type.
    public init(id: UInt64, type: ResourceType, parameters: [String]) {
        self.id = id
        self.type = type
        self.parameters = parameters
    }
}

/// The indexes of a store: itself an entry of the tree, so that a verifier knows them.
public struct IndexCatalog: Hashable, Sendable {
    /// The key of the setting that holds the catalog.
    public static let key = TreeKey.configuration("indexes")

    /// The indexes, by increasing id.
    public let definitions: [IndexDefinition]

    /// A catalog of indexes, in any order.
    public init(_ definitions: [IndexDefinition]) {
        self.definitions = definitions.sorted { $0.id < $1.id }
    }

    /// One index by code and date for each type that has a search parameter `code`; its id is the type's number.
    public static let standard = IndexCatalog(
        ResourceType.allCases.filter { !ResourceElements.of($0).code.isEmpty }.map { type in
            IndexDefinition(id: UInt64(type.rawValue), type: type, parameters: ["code", "date"])
        })

    /// The index by code and date of a type.
    public func codeIndex(of type: ResourceType) -> IndexDefinition? {
        definitions.first { $0.type == type && $0.parameters == ["code", "date"] }
    }

    /// The catalog as it is hashed: deterministic CBOR, an array of `[id, type's number, [parameter, …]]`.
    public var bytes: [UInt8] {
        var writer = CBORWriter()
        writer.array(count: definitions.count)
        for definition in definitions {
            writer.array(count: 3)
            writer.unsigned(definition.id)
            writer.unsigned(UInt64(definition.type.rawValue))
            writer.array(count: definition.parameters.count)
            for parameter in definition.parameters { writer.text(parameter) }
        }
        return writer.bytes
    }

    /// Reads a catalog.
    public init(_ bytes: [UInt8]) throws(EntryValueError) {
        var definitions: [IndexDefinition] = []
        do throws(CBORError) {
            var reader = CBORReader(bytes)
            for _ in 0..<(try reader.array(max: 10_000)) {
                try reader.array(count: 3)
                let id = try reader.unsigned()
                let number = try reader.unsigned(max: UInt64(UInt8.max))
                var parameters: [String] = []
                for _ in 0..<(try reader.array(max: 16)) { parameters.append(try reader.text(max: 64)) }
                guard let type = ResourceType(rawValue: UInt8(number)) else { continue }
                definitions.append(IndexDefinition(id: id, type: type, parameters: parameters))
            }
            try reader.finish()
        } catch {
            throw EntryValueError(expected: "a catalog of indexes: \(error)")
        }
        self.init(definitions)
    }
}

/// The values of an entry of an index by code and date: `(code, system, date)`.
///
/// The code stands before its system so that a code of any system is one range, too.
public struct CodeDateValues: Hashable, Sendable {
    /// The code.
    public let code: String
    /// The URI of the code's system; empty when it has none.
    public let system: String
    /// The first instant of the clinical date in milliseconds since 1970-01-01T00:00:00Z; nil when there is none.
    public let date: Int64?

    /// Values of an entry.
    public init(code: String, system: String, date: Int64?) {
        self.code = code
        self.system = system
        self.date = date
    }

    /// The values as they stand in a key.
    public var tuple: TupleBytes {
        var tuple = TupleBytes()
        append(to: &tuple)
        return tuple
    }

    /// Appends the values as they stand in a key.
    public func append(to tuple: inout TupleBytes) {
        tuple.append(text: code)
        tuple.append(text: system)
        if let date {
            tuple.append(date)
        } else {
            tuple.appendNull()
        }
    }

    /// Reads the values out of a key's order.
    init(_ key: TreeKey) throws(QueryError) {
        var reader = TupleReader(key.bytes, in: key.order)
        do throws(TupleError) {
            guard case .text(let code) = try reader.next(), case .text(let system) = try reader.next() else {
                throw TupleError(offset: 0, expected: "a code and a system")
            }
            self.code = code
            self.system = system
            switch try reader.next() {
            case .null: date = nil
            case .integer(let value): date = value
            default: throw TupleError(offset: 0, expected: "a date")
            }
            try reader.finish()
        } catch {
            throw .entry(key, expected: "a code, a system and a date: \(error)")
        }
    }
}
