/// What a JSON value is.
public enum JSONKind: Sendable {
    case null, boolean, number, string, array, object
}

/// A value in a ``JSONDocument``: a cursor of two words, not a copy.
public struct JSONValue: Sendable {
    let document: JSONDocument
    let node: Int

    /// What the value is.
    public var kind: JSONKind { document.kind(node) }

    /// Which bytes of the compact text the value occupies.
    public var byteRange: Range<Int> { document.range(node) }

    /// The value's compact JSON, byte for byte.
    public var rawBytes: [UInt8] { document.bytes(in: byteRange) }

    /// The value's compact JSON as text.
    public var rawText: String {
        unsafe document.withBytes(byteRange) { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The boolean, or nil when the value is none.
    public var boolean: Bool? { kind == .boolean ? document.isTrue(node) : nil }

    /// The string, its escapes decoded, or nil when the value is none.
    public var string: String? { kind == .string ? document.string(node) : nil }

    /// The digits of the number as they were written, or nil when the value is none.
    public var numberText: String? { kind == .number ? rawText : nil }

    /// Whether the value is this string.
    public func equals(_ text: String) -> Bool { kind == .string && document.string(node, equals: text) }

    /// The value of the first member of this name; nil when there is none or the value is no object.
    ///
    /// - Complexity: O(number of members).
    public subscript(name: String) -> JSONValue? {
        guard kind == .object, let found = document.member(name, of: node) else { return nil }
        return JSONValue(document: document, node: found)
    }

    /// The element at this position, counted from 0; nil when there is none or the value is no array.
    ///
    /// - Complexity: O(`position`).
    public subscript(position: Int) -> JSONValue? {
        guard position >= 0 else { return nil }
        return elements.dropFirst(position).first(where: { _ in true })
    }

    /// The elements of an array, in order; none when the value is no array.
    public var elements: JSONElements {
        JSONElements(document: document, position: node + 1, end: kind == .array ? document.next(node) : node)
    }

    /// Calls `body` with which bytes of the compact text the name, without its quotes, and the value of each member of an
    /// object occupy.
    public func forEachMember(_ body: (_ name: Range<Int>, _ value: Range<Int>) -> Void) {
        guard kind == .object else { return }
        let end = document.next(node)
        var index = node + 1
        while index < end {
            body(document.contentRange(index), document.range(index + 1))
            index = document.next(index + 1)
        }
    }

    /// The members of an object, in order; none when the value is no object.
    public var members: JSONMembers {
        JSONMembers(document: document, position: node + 1, end: kind == .object ? document.next(node) : node)
    }
}

/// The elements of an array.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
    let document: JSONDocument
    var position: Int
    let end: Int

    /// The next element, or nil after the last.
    public mutating func next() -> JSONValue? {
        guard position < end else { return nil }
        defer { position = document.next(position) }
        return JSONValue(document: document, node: position)
    }
}

/// The members of an object.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    let document: JSONDocument
    var position: Int
    let end: Int

    /// The next member, or nil after the last.
    public mutating func next() -> JSONMember? {
        guard position < end else { return nil }
        defer { position = document.next(position + 1) }
        return JSONMember(document: document, node: position)
    }
}

/// A member of an object: its name and its value.
public struct JSONMember: Sendable {
    let document: JSONDocument
    let node: Int

    /// The name, its escapes decoded.
    public var name: String { document.string(node) }

    /// The name as it was written, without its quotes.
    public var rawName: [UInt8] { document.bytes(in: document.contentRange(node)) }

    /// Which bytes of the compact text the name occupies, without its quotes.
    public var nameRange: Range<Int> { document.contentRange(node) }

    /// The value.
    public var value: JSONValue { JSONValue(document: document, node: node + 1) }

    /// Whether the name, decoded, is this one.
    public func isNamed(_ name: String) -> Bool { document.string(node, equals: name) }
}
