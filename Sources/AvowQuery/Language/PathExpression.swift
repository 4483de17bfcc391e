/// A FHIRPath expression as it was written, its extent known, its inside not yet parsed.
///
/// Comments are taken out and white space is drawn together, so that equal texts mean equal paths wherever they stood.
public struct PathExpression: Hashable, Sendable {
    /// The expression, on one line.
    public let text: String
    /// Where stretches of `text` come from: offsets at which the correspondence to the source changes, ascending.
    let origins: [Origin]
    /// The places that are left open for values, in their order.
    let placeholders: [PathPlaceholder]

    struct Origin: Hashable, Sendable {
        let textOffset: Int
        let sourceOffset: Int
    }

    init(text: String, origins: [Origin], placeholders: [PathPlaceholder] = []) {
        self.text = text
        self.origins = origins
        self.placeholders = placeholders
    }

    /// Takes a text that is a path and nothing else.
    ///
    /// - Throws: ``QuerySyntaxError`` with a range in `text`.
    public init(_ text: String) throws(QuerySyntaxError) {
        var scanner = try Scanner(text)
        try scanner.skipTrivia()
        let path = try scanner.path()
        try scanner.skipTrivia()
        guard scanner.isAtEnd else {
            throw scanner.unexpected(["the end of the path"])
        }
        self = path.value
    }

    /// Where in the query's text the code unit at `offset` of ``text`` was written.
    public func sourceOffset(ofTextOffset offset: Int) -> Int {
        guard let origin = origins.last(where: { $0.textOffset <= offset }) ?? origins.first else { return offset }
        return origin.sourceOffset + offset - origin.textOffset
    }

    /// Whether both are the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.text == right.text
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}

extension PathExpression: CustomStringConvertible {
    /// The expression, on one line.
    public var description: String { text }
}
