/// The logical id of a resource (R4, section 2.24.0.1 `id`): 1 to 64 letters, digits, hyphens and dots.
public struct ResourceID: Hashable, Sendable, CustomStringConvertible {
    /// The id.
    public let text: String

    /// - Throws: ``QuerySyntaxError`` about the whole of `text`.
    public init(_ text: String) throws(QuerySyntaxError) {
        guard ResourceID.isID(text.utf8) else {
            throw QuerySyntaxError(
                .invalidValue, "'\(Characters.abbreviated(text))' is not a resource id",
                at: SourceRange(0, text.utf8.count), expected: ["1 to 64 letters, digits, '-' and '.'"])
        }
        self.text = text
    }

    /// Whether some bytes are an id.
    static func isID(_ text: some Collection<UInt8>) -> Bool {
        1...64 ~= text.count && text.allSatisfy(Characters.isResourceID)
    }

    /// The id.
    public var description: String { text }
}

/// A relative reference to a resource: `Patient/123`.
public struct ResourceReference: Hashable, Sendable, CustomStringConvertible {
    /// The resource type, a name of the shape that FHIR's types have; whether a schema knows it is not checked here.
    public let type: String
    /// The resource's logical id.
    public let id: ResourceID

    /// Reads `Type/id`.
    ///
    /// - Throws: ``QuerySyntaxError`` about the whole of `text`.
    public init(_ text: String) throws(QuerySyntaxError) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, ResourceReference.isType(parts[0].utf8) else {
            throw QuerySyntaxError(
                .invalidValue, "'\(Characters.abbreviated(text))' is not a reference",
                at: SourceRange(0, text.utf8.count), expected: ["a type and an id, such as Patient/123"])
        }
        type = String(parts[0])
        do {
            id = try ResourceID(String(parts[1]))
        } catch {
            throw error.moved(to: SourceRange(0, text.utf8.count))
        }
    }

    /// Whether some bytes are the name of a type and an id.
    static func isReference(type: some Collection<UInt8>, id: some Collection<UInt8>) -> Bool {
        isType(type) && ResourceID.isID(id)
    }

    private static func isType(_ text: some Collection<UInt8>) -> Bool {
        guard 1...64 ~= text.count, let first = text.first else { return false }
        return UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first && text.allSatisfy(Characters.isLetter)
    }

    /// The reference as FHIR writes it: `Type/id`.
    public var description: String { "\(type)/\(id)" }
}
