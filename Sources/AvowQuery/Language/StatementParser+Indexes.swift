internal import AvowFHIR

// CREATE INDEX, DROP INDEX.
extension StatementParser {
    /// What follows CREATE, up to a semicolon or the end.
    mutating func createIndex() throws(QuerySyntaxError) -> IndexStatement {
        let name = try indexName()
        try take(required: "ON")
        try scanner.skipTrivia()
        let type = try resourceType()
        guard let known = ResourceType(name: type.value) else {
            throw QuerySyntaxError(
                .unknownType, "an index has the records of one type", at: type.range, expected: ["a resource type"])
        }
        try scanner.skipTrivia()
        guard scanner.take("(") else { throw scanner.unexpected(["'('"]) }
        let columns = try list { (parser) throws(QuerySyntaxError) in try parser.indexColumn() }
        guard scanner.take(")") else { throw scanner.unexpected(["','", "')'"]) }
        try scanner.skipTrivia()
        try requireEnd()
        return IndexStatement(name, .create(on: Located(known, at: type.range), columns: columns))
    }

    /// What follows DROP, up to a semicolon or the end.
    mutating func dropIndex() throws(QuerySyntaxError) -> IndexStatement {
        let name = try indexName()
        try scanner.skipTrivia()
        try requireEnd()
        return IndexStatement(name, .drop)
    }

    private mutating func indexName() throws(QuerySyntaxError) -> Located<String> {
        try take(required: "INDEX")
        try scanner.skipTrivia()
        guard let name = scanner.run(where: Characters.isIndexName) else {
            throw scanner.unexpected(["the name of an index"])
        }
        do throws(IndexError) {
            try IndexDefinition.check(name: name.value)
        } catch {
            throw QuerySyntaxError(.invalidValue, "\(error)", at: name.range)
        }
        scanner.position = name.range.upperBound
        return name
    }

    private mutating func indexColumn() throws(QuerySyntaxError) -> Located<IndexStatement.Column> {
        let start = scanner.position
        if try takeOpening(behind: "PATH") {
            let path = try scanner.path(inBracketAt: scanner.position - 1)
            return Located(.path(path.value), at: SourceRange(start, scanner.position))
        }
        guard scanner.word() != nil, let code = scanner.run(where: Characters.isParameter) else {
            throw scanner.unexpected(["a search parameter", "PATH(…)"])
        }
        scanner.position = code.range.upperBound
        return Located(.parameter(code.value), at: code.range)
    }
}
