// Values of composite search parameters.
extension StatementParser {
    /// `(loinc|4548-4, > 7 '%')`: a comparison for each component, equality without its sign.
    mutating func composite(of kinds: [ParameterKind]) throws(QuerySyntaxError) -> ConditionValue {
        guard scanner.take("(") else {
            throw scanner.unexpected(["'(' before the \(kinds.count) components"])
        }
        var terms: [CompositeTerm] = []
        for (index, kind) in kinds.enumerated() {
            try scanner.skipTrivia()
            if index > 0 {
                guard scanner.take(",") else {
                    throw scanner.unexpected(["',' before component \(index + 1) of \(kinds.count)"])
                }
                try scanner.skipTrivia()
            }
            let start = scanner.position
            var term = Comparison.equal
            // A token may begin with an exclamation mark.
            let signs = kind.isOrdered ? "<>=!" : "="
            if scanner.peek().map({ signs.utf8.contains($0) }) == true {
                let (written, isNegated) = try comparison(isOrdered: kind.isOrdered)
                guard !isNegated else {
                    throw QuerySyntaxError(
                        .unexpected, "a component is not compared so", at: SourceRange(start, scanner.position),
                        expected: ["NOT before the whole condition"])
                }
                term = written
                try scanner.skipTrivia()
            }
            terms.append(CompositeTerm(term, try conditionValue(of: kind)))
        }
        try takeClosing(["nothing behind the last of \(kinds.count) components"])
        return .composite(terms)
    }
}
