internal import AvowFHIR
internal import AvowProof

/// A column of an index that holds what a query shows of an expression: the cell, digit by digit and letter by letter.
///
/// So an entry tells of its record what the record would tell, wherever a query says the same expression. A record has one
/// value in the column at most. What is no truth value, number or text, or is too long for a key, or cannot be evaluated,
/// is for the record to say.
struct ShownColumn: Sendable {
    /// What is shown.
    let source: Columns.Source
    /// The types of what is found, as operators see them; nil when the model does not know them.
    let types: Set<FHIRPathSystemType>?

    /// What a name or a path stands for in a query about a type.
    ///
    /// - Throws: ``IndexError`` for a path that is wrong, that depends on more than the resource, or that shows no one
    ///   value.
    init(_ text: String, on type: ResourceType) throws(IndexError) {
        switch ColumnBinder.named(text) {
        case .all, .resource, .type:
            throw .notIndexable(text, reason: "it is no value of a record that could be sorted")
        case let named?:
            source = named
            types = nil
        case nil:
            let checked: FHIRPath
            do throws(FHIRPathError) {
                // Names are checked here; in a query they are not, and find the same.
                checked = try FHIRPath(text, on: FHIRType(type))
                let path = try FHIRPath(text, on: FHIRType(type), options: .lenient)
                source = .path(path)
                types = path.systemTypes(on: FHIRType(type))
            } catch {
                throw .path(text, error)
            }
            if let name = checked.impureFunctionName {
                throw .notIndexable(text, reason: "\(name)() depends on more than the resource")
            }
        }
    }

    /// The expression; nil for what a name of the language's own stands for.
    var expression: FHIRPathExpression? {
        if case .path(let path) = source { path.expression } else { nil }
    }

    /// Whether a query shows the same.
    func shows(_ other: Columns.Source) -> Bool {
        switch (source, other) {
        case (.path(let own), .path(let others)): own.expression == others.expression
        case (.patient, .patient), (.date, .date): true
        default: false
        }
    }

    // MARK: Coding

    /// What stands for a value that only the record tells: behind all texts.
    private static let record: Int64 = 0
    /// What that, and what stands behind it, begins with.
    static let unsorted: [UInt8] = {
        var tuple = TupleBytes()
        tuple.append(record)
        return tuple.bytes
    }()

    /// What all numbers stand between: behind truth values, of which the bytes begin with zero, and before texts.
    static let numbers: (lower: [UInt8], upper: [UInt8]) = {
        var (least, text) = (TupleBytes(), TupleBytes())
        least.append(bytes: [1].span)
        text.append(text: "")
        return (Array(least.bytes.dropLast()), Array(text.bytes.dropLast()))
    }()

    /// What a number begins with, whatever digits it is written with.
    static func beginning(with number: FHIRDecimal) -> [UInt8] {
        var tuple = TupleBytes()
        let ordered = number.orderedBytes
        tuple.append(bytes: ordered.span)
        return tuple.bytes
    }

    /// Appends what is shown of a resource; nothing when nothing is found.
    func append(
        _ resource: JSONValue, _ type: ResourceType, _ texts: IndexTextLimit, to tuple: inout TupleBytes
    ) {
        switch found(in: resource, type) {
        case nil: tuple.append(ShownColumn.record)
        case .null?: break
        case let cell?: ShownColumn.append(cell, texts, to: &tuple)
        }
    }

    /// What is shown; nil when it is no single value.
    private func found(in resource: JSONValue, _ type: ResourceType) -> Cell? {
        switch source {
        case .patient: return Columns.patient(of: resource, type)
        case .date: return Columns.date(of: resource, type)
        case .path(let path):
            guard let items = try? path.evaluate(on: resource), items.count < 2 else { return nil }
            guard let item = items.first else { return .null }
            let cell = Columns.cell(item)
            // An element without a value is there nevertheless.
            return cell == .null ? nil : cell
        default: return nil
        }
    }

    static func append(_ cell: Cell, _ texts: IndexTextLimit, to tuple: inout TupleBytes) {
        switch cell {
        case .boolean(let value): tuple.append(bytes: (value ? [0, 1] : [0]).span)
        case .number(let text):
            guard let number = FHIRDecimal(text), texts.kept(text) == text, !texts.mayBeCut(text) else { break }
            tuple.append(bytes: number.orderedBytes.span)
            tuple.append(text: text)
            return
        case .string(let text):
            guard let reference = RelativeReference(text) else {
                texts.append(text, to: &tuple)
                return
            }
            tuple.append(uuid: reference.id)
            tuple.append(UInt64(reference.type?.rawValue ?? 0))
            return
        case .null, .json: break
        }
        if case .boolean = cell { return }
        tuple.append(record)
    }

    /// Reads a value of which the first element was read.
    static func read(
        _ first: TupleElement, _ reader: inout TupleReader, _ texts: IndexTextLimit
    ) throws(TupleError) -> IndexedValue {
        switch first {
        case .null: return .none
        case .bytes([0]): return .cell(.boolean(false))
        case .bytes([0, 1]): return .cell(.boolean(true))
        case .bytes:
            guard case .text(let text) = try reader.next() else { break }
            return .cell(.number(text))
        case .text(let text): return texts.mayBeCut(text) ? .partial : .cell(.string(text))
        case .uuid(let bytes):
            guard let id = UUIDBytes(bytes: bytes), let raw = UInt8(exactly: try reader.unsigned()) else { break }
            let type = ResourceType(rawValue: raw)
            guard type != nil || raw == 0 else { break }
            return .cell(.string(RelativeReference(type: type, id: id).text))
        case .integer(record): return .unknown
        default: break
        }
        throw TupleError(offset: 0, expected: "what is shown of an expression")
    }

    /// What the value that begins at an offset says is shown; nil when it does not say.
    static func cell(_ bytes: [UInt8], at offset: Int, upTo end: Int, _ texts: IndexTextLimit) -> Cell? {
        var place = offset
        switch TupleScan.kind(of: offset, in: bytes, upTo: end) {
        case .null: return .null
        case .text:
            guard let text = TupleScan.text(at: &place, in: bytes, upTo: end), !texts.mayBeCut(text) else { return nil }
            return .string(text)
        case .uuid:
            guard let id = TupleScan.uuid(at: &place, in: bytes, upTo: end),
                let raw = TupleScan.unsigned(at: &place, in: bytes, upTo: end), let raw = UInt8(exactly: raw)
            else { return nil }
            let type = ResourceType(rawValue: raw)
            guard type != nil || raw == 0 else { return nil }
            return .string(RelativeReference(type: type, id: id).text)
        case .bytes:
            guard let behind = TupleScan.end(of: place, in: bytes, upTo: end) else { return nil }
            if hasTwoElements(bytes, at: place, behind) {
                place = behind
                return TupleScan.text(at: &place, in: bytes, upTo: end).map(Cell.number)
            }
            var reader = TupleReader(bytes, in: offset..<behind)
            switch try? reader.next() {
            case .bytes([0]): return .boolean(false)
            case .bytes([0, 1]): return .boolean(true)
            default: return nil
            }
        case .integer, nil: return nil
        }
    }

    /// Whether a second element belongs to the value that begins at an offset: behind the bytes of a number, which begin
    /// with no zero as a truth value's do, its text, and behind an id its type.
    ///
    /// - Parameter behind: where the first element ends.
    static func hasTwoElements(_ bytes: [UInt8], at offset: Int, _ behind: Int) -> Bool {
        switch TupleScan.kind(of: offset, in: bytes, upTo: behind) {
        case .uuid: true
        // Bytes without any end with the zero that stands behind all.
        case .bytes: bytes[offset + 1] != 0 || behind == offset + 2
        default: false
        }
    }
}

/// A reference of the form `Type/id`, or an id, which is a UUID in its canonical form: as a key holds it, and no other text.
private struct RelativeReference {
    /// Nil for an id alone.
    let type: ResourceType?
    let id: UUIDBytes

    init(type: ResourceType?, id: UUIDBytes) {
        self.type = type
        self.id = id
    }

    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 36,
            let id = UUIDBytes(canonical: bytes.span.extracting(bytes.count - 36..<bytes.count))
        else { return nil }
        guard bytes.count > 36 else {
            (self.type, self.id) = (nil, id)
            return
        }
        guard bytes.count > 37, bytes[bytes.count - 37] == UInt8(ascii: "/"),
            let type = ResourceType(name: String(decoding: bytes[..<(bytes.count - 37)], as: UTF8.self))
        else { return nil }
        (self.type, self.id) = (type, id)
    }

    var text: String { id.text(behind: type.map { $0.name + "/" } ?? "") }
}
