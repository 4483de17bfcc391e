/// A code and the system that defines it; the system is empty when the record names none.
public struct Token: Hashable, Sendable {
    /// The URI of the system, or the empty string.
    public let system: String

    /// The code, as it is written in the record.
    public let code: String

    /// Pairs a code with its system.
    public init(system: String, code: String) {
        self.system = system
        self.code = code
    }
}

/// What indexes take out of a resource.
public enum Indexing {
    /// The codes that the search parameter `code` of the type finds in a resource, in order, without
    /// repetitions. None when the type has no such parameter.
    ///
    /// - Parameter resource: The resource's object.
    public static func codes(of resource: JSONValue, type: ResourceType) -> [Token] {
        codes(in: resource.document, resource: resource.node, type: type)
    }

    /// The first instant of the resource's clinical date, in milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// The first element of ``ResourceElements/date`` that the resource has decides; of several values,
    /// the earliest. Nil when the resource has none of them, or a malformed one.
    public static func clinicalDate(of resource: JSONValue, type: ResourceType) -> Int64? {
        clinicalDate(in: resource.document, resource: resource.node, type: type)
    }

    static func codes(in document: JSONDocument, resource: Int, type: ResourceType) -> [Token] {
        let paths = ResourceElements.of(type).codePaths
        guard !paths.isEmpty else { return [] }
        var tokens = TokenList()
        for path in paths {
            document.walk(path, from: resource) { value in
                tokens.add(value, of: document)
                return true
            }
        }
        return tokens.tokens
    }

    static func clinicalDate(in document: JSONDocument, resource: Int, type: ResourceType) -> Int64? {
        for path in ResourceElements.of(type).datePaths {
            var earliest: Int64?
            var found = false
            document.walk(path, from: resource) { value in
                found = true
                if let date = date(value, in: document) { earliest = min(earliest ?? .max, date.lowerBound) }
                return true
            }
            if found { return earliest }
        }
        return nil
    }

    /// The date that a value is, if it is one.
    static func date(_ value: Int, in document: JSONDocument) -> FHIRDateTime? {
        guard document.kind(value) == .string else { return nil }
        if document.isEscaped(value) { return FHIRDateTime(document.string(value)) }
        return unsafe document.withBytes(document.contentRange(value)) { unsafe FHIRDateTime.parse($0) }
    }
}

/// Tokens without repetitions, in the order of their coming.
private struct TokenList {
    private(set) var tokens: [Token] = []
    private var seen: Set<[[UInt8]]> = []

    /// Adds what a CodeableConcept, a Coding or a code says.
    mutating func add(_ value: Int, of document: JSONDocument) {
        switch document.kind(value) {
        case .string:
            append(Token(system: "", code: document.string(value)))
        case .object:
            if let coding = document.member(Self.coding, of: value) {
                document.walk(ElementPath.none, from: coding) { element in
                    addCoding(element, of: document)
                    return true
                }
            } else {
                addCoding(value, of: document)
            }
        default:
            return
        }
    }

    private mutating func addCoding(_ value: Int, of document: JSONDocument) {
        guard document.kind(value) == .object else { return }
        func text(_ name: [UInt8]) -> String? {
            document.member(name, of: value).flatMap { document.kind($0) == .string ? document.string($0) : nil }
        }
        let (system, code) = (text(Self.system), text(Self.code))
        // Whoever asks for any code of a system is told of those that have only that.
        guard system != nil || code != nil else { return }
        append(Token(system: system ?? "", code: code ?? ""))
    }

    private mutating func append(_ token: Token) {
        // Most resources have one or two; a terminology has thousands.
        if tokens.count < 8 {
            if tokens.contains(where: { $0.isSame(as: token) }) { return }
        } else {
            if seen.isEmpty { seen.formUnion(tokens.map(\.identity)) }
            if !seen.insert(token.identity).inserted { return }
        }
        tokens.append(token)
    }

    private static let coding = Array("coding".utf8)
    private static let code = Array("code".utf8)
    private static let system = Array("system".utf8)
}

// Codes are the same when their bytes are; strings are equal up to Unicode normalization.
extension Token {
    fileprivate func isSame(as other: Token) -> Bool {
        self == other && code.utf8.elementsEqual(other.code.utf8) && system.utf8.elementsEqual(other.system.utf8)
    }

    fileprivate var identity: [[UInt8]] { [Array(code.utf8), Array(system.utf8)] }
}

extension ElementPath {
    /// The path that leads to the value itself, or to its elements when it is an array.
    static let none = ElementPath([])
}
