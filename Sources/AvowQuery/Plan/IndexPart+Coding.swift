internal import AvowFHIR
internal import AvowProof

// How a value stands in a key.
extension IndexPart {
    /// Appends a value.
    ///
    /// - Returns: Whether it is a value of this part. The extractor of a column finds no others.
    func append(
        _ value: SearchValue, _ texts: IndexTextLimit, to tuple: inout TupleBytes, using scratch: inout [UInt8]
    ) -> Bool {
        scratch.removeAll(keepingCapacity: true)
        switch (self, value) {
        case (.instant, .date(let date)): tuple.append(date.from)
        case (.token, .token(let token)):
            texts.append(token.code, to: &tuple)
            texts.append(token.system, to: &tuple)
        case (.date, .date(let date)):
            tuple.append(date.from)
            // Of two that begin together the longer ends later.
            tuple.append(UInt64(bitPattern: date.until &- date.from))
        case (.string, .string(let string)):
            TextFolding.append(string.text, to: &scratch)
            texts.append(scratch.span, to: &tuple)
        case (.number, .number(let number)):
            number.appendOrderedBytes(to: &scratch)
            tuple.append(bytes: scratch.span)
        case (.quantity, .quantity(let quantity)): append(quantity, texts, to: &tuple, using: &scratch)
        case (.reference, .reference(let reference)): append(reference, texts, to: &tuple)
        case (.uri, .uri(let uri)): texts.append(uri, to: &tuple)
        default: return false
        }
        return true
    }

    private func append(
        _ quantity: SearchQuantity, _ texts: IndexTextLimit, to tuple: inout TupleBytes, using scratch: inout [UInt8]
    ) {
        let unit = IndexUnit(quantity)
        texts.append(unit.text, to: &tuple)
        guard let value = quantity.value else {
            tuple.appendNull()
            return
        }
        switch unit {
        case .dimension:
            if let bytes = quantity.canonicalLow?.orderedBytes {
                tuple.append(bytes: bytes.span)
            } else {
                tuple.appendNull()
            }
        case .other:
            value.appendOrderedBytes(to: &scratch)
            tuple.append(bytes: scratch.span)
        }
    }

    private func append(_ reference: SearchReference, _ texts: IndexTextLimit, to tuple: inout TupleBytes) {
        switch reference {
        case .resource(let type, let id):
            // The id comes first, since conditions may leave the type open.
            tuple.append(logicalID: texts.kept(id))
            tuple.append(UInt64(type.rawValue))
        case .url(let url):
            tuple.append(IndexPart.urlMark)
            texts.append(url, to: &tuple)
        case .identifier(let token):
            tuple.append(IndexPart.identifierMark)
            texts.append(token.code, to: &tuple)
            texts.append(token.system, to: &tuple)
        }
    }

    /// What stands before a URL, and before an identifier, where a reference has no id.
    static let urlMark: UInt64 = 1
    static let identifierMark: UInt64 = 2
}

extension IndexTextLimit {
    /// Appends as much of a text as is kept.
    func append(_ text: String, to tuple: inout TupleBytes) {
        var text = text
        // The span does not outlive the call.
        text.withUTF8 { utf8 in unsafe append(Span(_unsafeElements: utf8), to: &tuple) }
    }

    /// Appends as much of a text as is kept, given as UTF-8.
    func append(_ text: Span<UInt8>, to tuple: inout TupleBytes) {
        tuple.append(text: text.extracting(0..<keptByteCount(text)))
    }
}

/// The unit of a quantity as it stands in a key.
enum IndexUnit: Hashable, Sendable {
    /// A unit of UCUM's: its dimension, and its code. Values are in base units.
    case dimension(String, code: String)
    /// Any other: its system and code, or how it is written for people. Values are as they were written.
    case other(String)

    init(_ quantity: SearchQuantity) {
        if quantity.code.isEmpty {
            self = .other("||" + quantity.unit)
        } else {
            self.init(system: quantity.system, code: quantity.code)
        }
    }

    /// The unit of a condition; nil when it may be one of several.
    init?(_ unit: SearchUnit) {
        switch unit {
        case .any, .named: return nil
        case .coded(let system, let code): self.init(system: system, code: code)
        case .ucum(let code): self.init(system: QuantityUnit.ucumSystem, code: code)
        }
    }

    private init(system: String, code: String) {
        if system == QuantityUnit.ucumSystem, let unit = try? UCUMUnit.unit(code) {
            self = .dimension(unit.dimension.description, code: code)
        } else {
            self = .other(system + "|" + code)
        }
    }

    /// How it stands in a key. The name of a dimension has no bar.
    var text: String {
        switch self {
        case .dimension(let text, _), .other(let text): text
        }
    }
}

/// What a key says of a value.
enum IndexedValue {
    /// This is the value, as far as conditions go.
    case known(SearchValue)
    /// A text of the value may be longer than it stands in the key.
    case partial
    /// A quantity of a unit.
    case quantity(unit: String, orderedBytes: [UInt8])
    /// The column has no value.
    case none
    /// Just this is shown of the expression.
    case cell(Cell)
    /// Nothing of it stands in the key but that it is there.
    case unknown
}

// How a value is read.
extension IndexPart {
    /// Reads a value, or the null that stands for a column without one.
    func read(_ reader: inout TupleReader, _ texts: IndexTextLimit) throws(TupleError) -> IndexedValue {
        let first = try reader.next()
        if case .null = first { return .none }
        switch self {
        // Whose the record is stands behind the order of every key, and is read there.
        case .owner: return .unknown
        case .instant:
            let instant = try IndexPart.integer(first)
            return .known(.date(SearchDate(from: instant, until: instant == .max ? .max : instant + 1)))
        case .token:
            let code = try IndexPart.text(first)
            let system = try IndexPart.text(try reader.next())
            return texts.value(.token(AvowFHIR.Token(system: system, code: code)), code, system)
        case .date:
            let from = try IndexPart.integer(first)
            let length = try reader.unsigned()
            return .known(.date(SearchDate(from: from, until: from &+ Int64(bitPattern: length))))
        case .string:
            let text = try IndexPart.text(first)
            return texts.value(.string(SearchString(text)), text)
        case .uri:
            let text = try IndexPart.text(first)
            return texts.value(.uri(text), text)
        case .number:
            guard case .bytes(let bytes) = first, let number = FHIRDecimal(orderedBytes: bytes) else {
                throw TupleError(offset: 0, expected: "the bytes of a number")
            }
            return .known(.number(number))
        case .quantity:
            let unit = try IndexPart.text(first)
            switch try reader.next() {
            case .null: return .unknown
            case .bytes(let bytes):
                return texts.mayBeCut(unit) ? .unknown : .quantity(unit: unit, orderedBytes: bytes)
            default: throw TupleError(offset: 0, expected: "the bytes of a number, or null")
            }
        case .reference: return try IndexPart.reference(first, &reader, texts)
        case .cell: return try ShownColumn.read(first, &reader, texts)
        }
    }

    private static func reference(
        _ first: TupleElement, _ reader: inout TupleReader, _ texts: IndexTextLimit
    ) throws(TupleError) -> IndexedValue {
        switch first {
        case .integer(Int64(urlMark)):
            let url = try text(try reader.next())
            return texts.value(.reference(.url(url)), url)
        case .integer(Int64(identifierMark)):
            let code = try text(try reader.next())
            let system = try text(try reader.next())
            let token = AvowFHIR.Token(system: system, code: code)
            return texts.value(.reference(.identifier(token)), code, system)
        case .text(let id): return texts.value(.reference(.resource(try type(&reader), id: id)), id)
        case .uuid(let bytes):
            guard let uuid = UUIDBytes(bytes: bytes) else { break }
            return .known(.reference(.resource(try type(&reader), id: uuid.text)))
        default: break
        }
        throw TupleError(offset: 0, expected: "a reference")
    }

    private static func type(_ reader: inout TupleReader) throws(TupleError) -> ResourceType {
        guard let raw = UInt8(exactly: try reader.unsigned()), let type = ResourceType(rawValue: raw) else {
            throw TupleError(offset: 0, expected: "the number of a type")
        }
        return type
    }

    private static func text(_ element: TupleElement) throws(TupleError) -> String {
        guard case .text(let text) = element else { throw TupleError(offset: 0, expected: "a text") }
        return text
    }

    private static func integer(_ element: TupleElement) throws(TupleError) -> Int64 {
        guard case .integer(let value) = element else { throw TupleError(offset: 0, expected: "an integer") }
        return value
    }
}

extension IndexTextLimit {
    /// A value of texts as they stand in a key.
    fileprivate func value(_ value: SearchValue, _ texts: String...) -> IndexedValue {
        texts.contains(where: mayBeCut) ? .partial : .known(value)
    }
}
