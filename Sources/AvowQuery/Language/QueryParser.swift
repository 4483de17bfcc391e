/// Turns the text of a query into a syntax tree.
///
/// The grammar is `Grammar/avow.ebnf`. Any text gives a tree or an error, in time linear in its length.
public struct QueryParser: Sendable {
    private let schema: any Schema

    /// A parser of queries about the types and parameters that a schema knows.
    public init(schema: some Schema) {
        self.schema = schema
    }

    /// Parses one statement, with or without its final semicolon.
    ///
    /// - Throws: ``QuerySyntaxError`` about the first mistake.
    public func parse(_ text: String) throws(QuerySyntaxError) -> Statement {
        var parser = StatementParser(scanner: try Scanner(text), schema: schema)
        return try parser.statement()
    }

    /// Parses a statement that comes as bytes from a file or a network.
    ///
    /// - Throws: ``QuerySyntaxError``; of kind `invalidText` when the bytes are not UTF-8.
    public func parse(utf8 bytes: [UInt8]) throws(QuerySyntaxError) -> Statement {
        guard bytes.count <= QueryLimits.textLength else {
            throw QuerySyntaxError(
                .limitExceeded, "a query has at most \(QueryLimits.textLength) bytes, this one \(bytes.count)",
                at: SourceRange(QueryLimits.textLength, QueryLimits.textLength))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            // Repairing puts U+FFFD at the first fault, so up to there both texts agree.
            let repaired = String(decoding: bytes, as: UTF8.self)
            let fault = zip(bytes, repaired.utf8).prefix { $0 == $1 }.count
            throw QuerySyntaxError(.invalidText, "the text is not UTF-8", at: SourceRange(fault, fault + 1))
        }
        return try parse(text)
    }
}
