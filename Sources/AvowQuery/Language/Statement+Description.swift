extension Statement: CustomStringConvertible {
    /// The statement in canonical form, without a final semicolon; it parses to an equal tree.
    public var description: String {
        switch self {
        case .select(let statement): return statement.description
        case .history(let statement): return statement.description
        case .explain(let statement, let isAnalyzed):
            return statement.description(behind: isAnalyzed ? "EXPLAIN ANALYZE " : "EXPLAIN ")
        case .explainConsent(let statement): return statement.description(behind: "EXPLAIN CONSENT ")
        case .grant(let statement): return statement.description
        case .show(let statement): return statement.description
        case .index(let statement): return statement.description
        case .set(let setting): return setting.description
        }
    }
}

extension SelectStatement: CustomStringConvertible {
    /// The statement in canonical form on one line: keywords in upper case, aliases of code systems where there are any,
    /// quotes only where they are needed, no `ASC`, NOT within IN, BETWEEN and IS NULL, and `<>` for NOT of `=`.
    public var description: String {
        var text = cohortText + "SELECT " + (isDistinct ? "DISTINCT " : "")
        text += CanonicalText.list(projections) + " FROM "
        text += isOfView ? ViewName.written(type.value) : type.value
        if let condition { text += " WHERE \(condition)" }
        if !groups.isEmpty { text += " GROUP BY " + CanonicalText.list(groups) }
        if let having { text += " HAVING \(having)" }
        if !order.isEmpty { text += " ORDER BY " + CanonicalText.list(order) }
        if let limitPer { text += " LIMIT \(limitPer.limit.value) PER " + CanonicalText.list(limitPer.values) }
        if let limit { text += " LIMIT \(limit.value)" }
        if let offset { text += " OFFSET \(offset.value)" }
        if let asOf { text += asOf.value.description }
        return text + request.description
    }

    private var cohortText: String {
        cohorts.map { "COHORT \($0.value.name.value) AS \($0.value.patients); " }.joined()
    }

    /// The statement with words before SELECT.
    fileprivate func description(behind words: String) -> String {
        var question = self
        question.cohorts = []
        return cohortText + words + question.description
    }
}

extension Projection: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        switch self {
        case .all: "*"
        case .value(let value, nil): value.value.description
        case .value(let value, let alias?): "\(value.value) AS \(alias.value)"
        }
    }
}

extension ValueExpression: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        switch self {
        case .path(let path): path.text
        case .bucket(let unit, let value): "\(unit.rawValue)(\(value.value))"
        case .age(let born, nil): "age(\(born.value))"
        case .age(let born, let date?): "age(\(born.value), \(date.value))"
        case .step(let value, let width): "bucket(\(value.value), \(width))"
        case .joined(let select): "(\(select))"
        case .aggregate(.count): "COUNT(*)"
        case .aggregate(.of(let function, let value)): function.call(value.value.description)
        }
    }
}

extension AggregateFunction {
    /// A call with an argument in canonical form.
    fileprivate func call(_ argument: String) -> String {
        switch self {
        case .countDistinct: "\(name)(DISTINCT \(argument))"
        case .percentile(let percent): "\(name)(\(argument), \(percent))"
        default: "\(name)(\(argument))"
        }
    }
}

extension Alias: CustomStringConvertible {
    /// The name, in double quotes unless it is a plain word.
    public var description: String {
        let isWord = name.utf8.first.map(Characters.isWordStart) == true && name.utf8.allSatisfy(Characters.isWord)
        return isWord && Keyword(word: name) == nil ? name : CanonicalText.quoted(name, with: "\"")
    }
}

extension OrderTerm: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        value.value.description + (direction == .descending ? " DESC" : "")
    }
}

/// How values are written so that they read back as themselves.
enum CanonicalText {
    /// Parts with commas between.
    static func list<Part: CustomStringConvertible>(_ parts: [Located<Part>]) -> String {
        parts.map(\.value.description).joined(separator: ", ")
    }

    /// A value of a condition, in quotes only if it would not be read as one value without them.
    static func value(_ text: String) -> String {
        let isBare =
            !text.isEmpty && text.utf8.allSatisfy(Characters.isBareValue) && Keyword(word: text) == nil
            && !text.hasPrefix("--") && !text.hasPrefix("/*") && !text.hasPrefix("$")
        return isBare ? text : quoted(text, with: "'")
    }

    /// A text in quotes, those within it doubled.
    static func quoted(_ text: String, with quote: Character) -> String {
        var result = String(quote)
        for character in text.unicodeScalars {
            result.unicodeScalars.append(character)
            if String(character) == String(quote) {
                result.append(quote)
            }
        }
        result.append(quote)
        return result
    }
}
