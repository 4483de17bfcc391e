// AS, FOR, BREAK GLASS: on whose behalf a statement is executed.
extension StatementParser {
    /// Who asks and why, with which a statement ends.
    ///
    /// - Parameters:
    ///   - following: what may stand here besides.
    ///   - canBreakGlass: whether the statement reads records.
    mutating func request(
        behind following: [String], canBreakGlass: Bool = true
    ) throws(QuerySyntaxError) -> RequestClauses {
        var request = RequestClauses()
        let last = canBreakGlass ? ["BREAK GLASS REASON"] : []
        var following = following + ["AS", "FOR"] + last
        try refuseAsOf()
        if scanner.take(.as) {
            try scanner.skipTrivia()
            request.open.actor = canBreakGlass ? try openClause(.actor) : nil
            if request.open.actor == nil { request.actor = try actor() }
            following = ["FOR"] + last
        }
        if scanner.take(.for) {
            try scanner.skipTrivia()
            request.open.purpose = canBreakGlass ? try openClause(.purpose) : nil
            if request.open.purpose == nil { request.purpose = try purpose() }
            following = last
        }
        if canBreakGlass, scanner.take(word: "BREAK") {
            for word in ["GLASS", "REASON"] { try take(required: word) }
            try scanner.skipTrivia()
            request.open.breakGlassReason = try openClause(.reason)
            if request.open.breakGlassReason == nil { request.breakGlassReason = try breakGlassReason() }
            following = []
        }
        guard scanner.isAtEnd || scanner.peek() == UInt8(ascii: ";") else {
            try refuseAsOf()
            throw scanner.unexpected(following + ["the end of the query"])
        }
        return request
    }

    private mutating func actor() throws(QuerySyntaxError) -> Located<ResourceReference> {
        let text = try scanner.value("who asks, such as 'Practitioner/1'")
        let actor = Located(try located(text, ResourceReference.init), at: text.range)
        try scanner.skipTrivia()
        return actor
    }

    private mutating func purpose() throws(QuerySyntaxError) -> Located<String> {
        guard let word = scanner.word(), Keyword(word: word.value) == nil, word.value.utf8.count <= 64 else {
            throw scanner.unexpected(["a purpose of use such as TREAT"])
        }
        scanner.position = word.range.upperBound
        try scanner.skipTrivia()
        return Located(word.value.uppercased(), at: word.range)
    }

    /// A placeholder in the place of a clause of a query, with the white space behind it.
    private mutating func openClause(_ place: Placeholder.Place) throws(QuerySyntaxError) -> Located<Placeholder>? {
        guard let placeholder = try placeholder(for: place) else { return nil }
        try scanner.skipTrivia()
        return placeholder
    }

    /// What follows REASON.
    private mutating func breakGlassReason() throws(QuerySyntaxError) -> Located<String> {
        guard let reason = try scanner.quotation("'") else {
            throw scanner.unexpected(["the reason in quotes"])
        }
        guard RequestClauses.isReason(reason.value) else {
            throw QuerySyntaxError(.invalidValue, "there is no reason for breaking the glass", at: reason.range)
        }
        try scanner.skipTrivia()
        return reason
    }

    /// Takes a word that must stand here, and white space before it.
    mutating func take(required word: String) throws(QuerySyntaxError) {
        try scanner.skipTrivia()
        guard scanner.take(word: word) else {
            throw scanner.unexpected([word])
        }
    }
}
