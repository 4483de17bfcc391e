internal import AvowFHIR
public import AvowProof

// How the catalog is hashed.
extension IndexCatalog {
    /// The version of the encoding.
    private static let version: UInt64 = 2

    /// The catalog as it is hashed: deterministic CBOR, `[2, definition, …]`, each definition
    /// `[id, type's number, state, [column, …]]` and, as a fifth item, its name unless that is the standard one. A state is
    /// that of ``IndexState``, and 4 more when a record overflows the index. A column is the code of a parameter, or an
    /// array with an expression in it; the patient is an empty array.
    public var bytes: [UInt8] {
        var writer = CBORWriter()
        writer.array(count: definitions.count + 1)
        writer.unsigned(IndexCatalog.version)
        for definition in definitions { definition.write(to: &writer) }
        return writer.bytes
    }

    /// Reads a catalog.
    ///
    /// One of the first version, an array of `[id, type's number, [parameter, …]]`, is read too: answers that were given
    /// earlier stay true of their commits, and a store that has one goes on with its indexes.
    public init(_ bytes: [UInt8]) throws(EntryValueError) {
        var definitions: [IndexDefinition] = []
        do throws(CBORError) {
            var reader = CBORReader(bytes)
            var count = try reader.array(max: IndexCatalog.mostDefinitions + 1)
            var isFirstVersion = count == 0
            if !isFirstVersion { isFirstVersion = try reader.nextKind() == .array }
            if !isFirstVersion {
                let start = reader.offset
                guard try reader.unsigned() == IndexCatalog.version else {
                    throw CBORError(.invalidValue(expected: "version \(IndexCatalog.version)"), at: start)
                }
                count -= 1
            }
            for _ in 0..<count {
                definitions.append(
                    isFirstVersion ? try IndexDefinition(firstVersion: &reader) : try IndexDefinition(&reader))
            }
            try reader.finish()
        } catch {
            throw EntryValueError(expected: "a catalog of indexes: \(error)")
        }
        self.init(definitions)
        guard self.definitions == definitions, Set(definitions.map(\.id)).count == definitions.count,
            Set(definitions.map { Array($0.name.utf8) }).count == definitions.count
        else { throw EntryValueError(expected: "a catalog of indexes, each once, by increasing ids") }
    }
}

extension IndexDefinition {
    private static let overflow: UInt64 = 4

    fileprivate func write(to writer: inout CBORWriter) {
        let isNamed = !hasStandardName
        writer.array(count: isNamed ? 5 : 4)
        writer.unsigned(id)
        writer.unsigned(UInt64(type.rawValue))
        writer.unsigned(state.rawValue + (hasOverflow ? IndexDefinition.overflow : 0))
        writer.array(count: columns.count)
        for column in columns {
            switch column {
            case .parameter(let code): writer.text(code)
            case .path(let text):
                writer.array(count: 1)
                writer.text(text)
            case .patient: writer.array(count: 0)
            }
        }
        if isNamed { writer.text(name) }
    }

    fileprivate init(_ reader: inout CBORReader) throws(CBORError) {
        let start = reader.offset
        let count = try reader.array(max: 5)
        guard count >= 4 else { throw CBORError(.wrongCount(expected: 4, found: UInt64(count)), at: start) }
        let id = try reader.unsigned()
        let type = try IndexDefinition.type(&reader)
        let stateStart = reader.offset
        let bits = try reader.unsigned(max: IndexDefinition.overflow * 2 - 1)
        guard let state = IndexState(rawValue: bits & (IndexDefinition.overflow - 1)) else {
            throw CBORError(.invalidValue(expected: "the state of an index"), at: stateStart)
        }
        var columns: [IndexColumn] = []
        for _ in 0..<(try reader.array(max: IndexDefinition.mostColumns)) {
            if try reader.nextKind() == .array {
                let isPath = try reader.array(max: 1) == 1
                columns.append(isPath ? .path(try reader.text(max: IndexDefinition.mostTextBytes)) : .patient)
            } else {
                columns.append(.parameter(try reader.text(max: IndexDefinition.mostTextBytes)))
            }
        }
        let nameStart = reader.offset
        let name = count == 5 ? try reader.text(max: IndexDefinition.mostTextBytes) : nil
        self.init(
            id: id, name: name, type: type, columns: columns, state: state,
            hasOverflow: bits & IndexDefinition.overflow != 0)
        guard name == nil || !hasStandardName else {
            throw CBORError(.invalidValue(expected: "a name that is not the standard one"), at: nameStart)
        }
    }

    fileprivate init(firstVersion reader: inout CBORReader) throws(CBORError) {
        try reader.array(count: 3)
        let id = try reader.unsigned()
        let type = try IndexDefinition.type(&reader)
        var columns: [IndexColumn] = []
        for _ in 0..<(try reader.array(max: IndexDefinition.mostColumns)) {
            columns.append(.parameter(try reader.text(max: 64)))
        }
        self.init(id: id, type: type, columns: columns)
    }

    private static func type(_ reader: inout CBORReader) throws(CBORError) -> ResourceType {
        let start = reader.offset
        let number = try reader.unsigned(max: UInt64(UInt8.max))
        guard let type = ResourceType(rawValue: UInt8(number)) else {
            throw CBORError(.invalidValue(expected: "the number of a resource type"), at: start)
        }
        return type
    }

    private var hasStandardName: Bool {
        name.utf8.elementsEqual(IndexDefinition.standardName(type, columns).utf8)
    }
}
