extension Statement: CustomStringConvertible {
    /// The statement in canonical form, without a final semicolon; it parses to an equal tree.
    public var description: String {
        switch self {
        case .select(let statement): statement.description
        case .history(let statement): statement.description
        }
    }
}

extension SelectStatement: CustomStringConvertible {
    /// The statement in canonical form on one line: keywords in upper case, aliases of code systems where there are any,
    /// quotes only where they are needed, no `ASC`.
    public var description: String {
        var text = "SELECT " + projections.map(\.value.description).joined(separator: ", ") + " FROM " + type.value
        if !conditions.isEmpty {
            text += " WHERE " + conditions.map(\.value.description).joined(separator: " AND ")
        }
        if !groups.isEmpty {
            text += " GROUP BY " + groups.map(\.value.description).joined(separator: ", ")
        }
        if !order.isEmpty {
            text += " ORDER BY " + order.map(\.value.description).joined(separator: ", ")
        }
        if let limit {
            text += " LIMIT \(limit.value.count)"
        }
        if let actor {
            text += " AS " + CanonicalText.quoted(actor.value.description, with: "'")
        }
        if let purpose {
            text += " FOR " + purpose.value
        }
        return text
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
        case .bucket(let unit, let path): "\(unit.rawValue)(\(path.text))"
        case .aggregate(.count): "COUNT(*)"
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

extension Condition: CustomStringConvertible {
    /// The canonical form, which parses to an equal value.
    public var description: String {
        switch self {
        case .patient(let reference): "patient = \(CanonicalText.value(reference.description))"
        case .id(let id): "_id = \(CanonicalText.value(id.text))"
        case .code(let token): "code = \(CanonicalText.value(token.description))"
        case .date(let comparison, let literal): "date \(comparison.rawValue) \(literal.text)"
        case .dateBetween(let first, let last): "date BETWEEN \(first.text) AND \(last.text)"
        }
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
    /// A value of a condition, in quotes only if it would not be read as one value without them.
    static func value(_ text: String) -> String {
        let isBare =
            !text.isEmpty && text.utf8.allSatisfy(Characters.isBareValue) && Keyword(word: text) == nil
            && !text.hasPrefix("--") && !text.hasPrefix("/*")
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
