internal import AvowFHIR

extension ResultRow {
    /// The row as a value of a type that has a property for each column that matters to it; see
    /// `QueryResult.rows(as:)`. A row of one column may also be read as the value in it.
    ///
    /// - Throws: ``RowValueError`` for the first value that is missing, null without being optional, or of another type.
    public func decode<Value: Decodable>(_ type: Value.Type) throws(RowValueError) -> Value {
        do {
            return try DecodedPlace(.row(self), row: number, column: "", path: []).value(type)
        } catch let error as RowValueError {
            throw error
        } catch let error as DecodingError {
            throw RowValueError(error, self)
        } catch {
            throw RowValueError(row: number, column: "", expected: "\(type)", found: "\(error)")
        }
    }
}

extension RowValueError {
    /// What a type's own decoding found wrong, such as a text that is no case of an enumeration.
    fileprivate init(_ error: DecodingError, _ row: ResultRow) {
        let context: DecodingError.Context? =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: nil
            }
        let path = context?.codingPath ?? []
        let cell = path.first.flatMap { row[$0.stringValue] }
        self.init(
            row: row.number, column: DecodedPlace.name(of: path),
            expected: context?.debugDescription ?? "another value", found: cell?.summary ?? "\(error)")
    }
}

/// A place in a row that something is decoded from: the row, a cell, or a value in a cell's JSON.
private struct DecodedPlace {
    enum Content {
        case row(ResultRow)
        case cell(Cell)
        case json(JSONValue)
    }

    let content: Content
    let row: Int
    let column: String
    let path: [any CodingKey]

    init(_ content: Content, row: Int, column: String, path: [any CodingKey]) {
        (self.content, self.row, self.column, self.path) = (content, row, column, path)
    }

    /// `code.coding[0].system`
    static func name(of path: [any CodingKey]) -> String {
        var name = ""
        for key in path {
            if let index = key.intValue {
                name += "[\(index)]"
            } else {
                name += (name.isEmpty ? "" : ".") + key.stringValue
            }
        }
        return name
    }

    func error(expected: String, found: String? = nil) -> RowValueError {
        RowValueError(
            row: row, column: path.isEmpty ? column : DecodedPlace.name(of: path), expected: expected,
            found: found ?? summary)
    }

    private var summary: String {
        switch content {
        case .row(let row): "\(row.columns.count) columns"
        case .cell(let cell): cell.summary
        case .json(let json): Columns.cell(json).summary
        }
    }

    /// The value here as a cell.
    private func cell(_ expected: String) throws(RowValueError) -> Cell {
        switch content {
        case .cell(let cell): return cell
        case .json(let json): return Columns.cell(json)
        case .row(let row):
            guard row.cells.count == 1 else { throw error(expected: "one column, with " + expected) }
            return row.cells[0]
        }
    }

    var isNull: Bool {
        switch content {
        case .cell(let cell): cell == .null
        case .json(let json): json.kind == .null
        case .row(let row): row.cells == [.null]
        }
    }

    /// The JSON here, for who wants parts of it.
    func json(_ expected: String) throws(RowValueError) -> JSONValue {
        if case .json(let json) = content { return json }
        guard case .json(let text) = try cell(expected), let document = try? JSONParser().parse(Array(text.utf8)) else {
            throw error(expected: expected)
        }
        return document.root
    }

    func inner(_ key: any CodingKey, _ value: JSONValue) -> DecodedPlace {
        DecodedPlace(.json(value), row: row, column: column, path: path + [key])
    }

    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        // Nil is for the type's own decoding to find.
        if type is any ExpressibleByNilLiteral.Type { return try Value(from: RowDecoder(place: self)) }
        if let readable = type as? any CellValue.Type {
            let expected = readable.expectation
            guard let value = readable.init(cell: try cell(expected)) as? Value else { throw error(expected: expected) }
            return value
        }
        if let integer = type as? any FixedWidthInteger.Type {
            guard let number = FHIRDecimal(cell: try cell("a whole number"))?.normalized, number.scale <= 0,
                let value = DecodedPlace.integer(number, integer) as? Value
            else { throw error(expected: "a whole number that \(type) holds") }
            return value
        }
        if type == Float.self, let number = Double(cell: try cell("a number")), let value = Float(number) as? Value {
            return value
        }
        return try Value(from: RowDecoder(place: self))
    }

    private static func integer<Value: FixedWidthInteger>(_ number: FHIRDecimal, _ type: Value.Type) -> Value? {
        number.scale == 0 ? Value(exactly: number.coefficient) : number.integer.flatMap { Value(exactly: $0) }
    }
}

private struct RowDecoder: Decoder {
    let place: DecodedPlace

    var codingPath: [any CodingKey] { place.path }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        if case .row(let row) = place.content { return KeyedDecodingContainer(ColumnContainer<Key>(row: row)) }
        let json = try place.json("a JSON object")
        guard json.kind == .object else { throw place.error(expected: "a JSON object") }
        return KeyedDecodingContainer(MemberContainer<Key>(place: place, object: json))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        let json = try place.json("a JSON list")
        guard json.kind == .array else { throw place.error(expected: "a JSON list") }
        return ElementContainer(place: place, elements: Array(json.elements))
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { SingleContainer(place: place) }
}

/// One value. The generic method stands for those of all types.
private struct SingleContainer: SingleValueDecodingContainer {
    let place: DecodedPlace

    var codingPath: [any CodingKey] { place.path }
    func decodeNil() -> Bool { place.isNull }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try place.value(type) }
}

/// The columns of a row by their names.
private struct ColumnContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let row: ResultRow

    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { row.columns.compactMap { Key(stringValue: $0) } }

    /// A column that is not there is a mistake in the query or in the type, and no null: ``decodeNil(forKey:)`` says so.
    func contains(_ key: Key) -> Bool { true }

    private func place(_ key: Key, _ expected: String) throws(RowValueError) -> DecodedPlace {
        guard let cell = row[key.stringValue] else { throw row.missing(key.stringValue, expected) }
        return DecodedPlace(.cell(cell), row: row.number, column: key.stringValue, path: [key])
    }

    func decodeNil(forKey key: Key) throws -> Bool { try place(key, "a column").isNull }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let expected = (type as? any CellValue.Type)?.expectation ?? "\(type)"
        return try place(key, expected).value(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try RowDecoder(place: try place(key, "a JSON object")).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try RowDecoder(place: try place(key, "a JSON list")).unkeyedContainer()
    }

    func superDecoder() -> any Decoder {
        RowDecoder(place: DecodedPlace(.row(row), row: row.number, column: "", path: []))
    }

    func superDecoder(forKey key: Key) throws -> any Decoder { RowDecoder(place: try place(key, "a column")) }
}

/// The members of a JSON object. Those that are not there are null, as FHIR leaves out what has no value.
private struct MemberContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let place: DecodedPlace
    let object: JSONValue

    var codingPath: [any CodingKey] { place.path }
    var allKeys: [Key] { object.members.compactMap { Key(stringValue: $0.name) } }
    func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }

    private func inner(_ key: Key, _ expected: String) throws(RowValueError) -> DecodedPlace {
        guard let value = object[key.stringValue] else {
            throw RowValueError(
                row: place.row, column: DecodedPlace.name(of: place.path + [key]), expected: expected,
                found: "no such member")
        }
        return place.inner(key, value)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try inner(key, "a member").isNull }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let expected = (type as? any CellValue.Type)?.expectation ?? "\(type)"
        return try inner(key, expected).value(type)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try RowDecoder(place: try inner(key, "a JSON object")).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try RowDecoder(place: try inner(key, "a JSON list")).unkeyedContainer()
    }

    func superDecoder() -> any Decoder { RowDecoder(place: place) }
    func superDecoder(forKey key: Key) throws -> any Decoder { RowDecoder(place: try inner(key, "a member")) }
}

/// The elements of a JSON list, one after the other.
private struct ElementContainer: UnkeyedDecodingContainer {
    let place: DecodedPlace
    let elements: [JSONValue]
    private(set) var currentIndex = 0

    init(place: DecodedPlace, elements: [JSONValue]) {
        (self.place, self.elements) = (place, elements)
    }

    private struct Index: CodingKey {
        let intValue: Int?
        var stringValue: String { intValue.map(String.init) ?? "" }
        init(intValue: Int) { self.intValue = intValue }
        init?(stringValue: String) { nil }
    }

    var codingPath: [any CodingKey] { place.path }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    private func current() throws(RowValueError) -> DecodedPlace {
        guard !isAtEnd else {
            throw place.error(expected: "another element", found: "a list of \(elements.count)")
        }
        return place.inner(Index(intValue: currentIndex), elements[currentIndex])
    }

    private mutating func take<Value>(_ body: (DecodedPlace) throws -> Value) throws -> Value {
        let value = try body(try current())
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard try current().isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try take { try $0.value(type) } }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try take { try RowDecoder(place: $0).container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try take { try RowDecoder(place: $0).unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try take { RowDecoder(place: $0) } }
}
