// FHIR search's own way of writing values.
extension SearchTerm {
    /// Reads one value as it stands behind the `=` of a FHIR search: `gt100`, `http://loinc.org|8867-4`,
    /// `5.4|http://unitsofmeasure.org|mg`, `8480-6$gt140`.
    ///
    /// - Parameters:
    ///   - text: The value, with `\,` `\$` `\|` and `\\` where it has these characters.
    ///   - kind: How the parameter's values are compared.
    ///   - components: The kinds of a composite's components.
    ///   - modifier: What stands behind the parameter's name; `:missing` takes `true` or `false` for any kind.
    /// - Throws: ``SearchError`` with the place in `text`.
    public init(
        parsing text: String, as kind: SearchParameter.Kind, components: [SearchParameter.Kind] = [],
        modifier: SearchModifier? = nil
    ) throws(SearchError) {
        let reader = SearchTermReader(text: text)
        try self.init(reader.term(text[...], kind, components, modifier))
    }

    /// Reads a list of values, parted by commas, of which one has to match.
    ///
    /// - Throws: ``SearchError`` with the place in `text`.
    public static func alternatives(
        parsing text: String, as kind: SearchParameter.Kind, components: [SearchParameter.Kind] = [],
        modifier: SearchModifier? = nil
    ) throws(SearchError) -> [SearchTerm] {
        let reader = SearchTermReader(text: text)
        var terms: [SearchTerm] = []
        for piece in SearchTermReader.split(text[...], at: ",") {
            terms.append(try reader.term(piece, kind, components, modifier))
        }
        return terms
    }

    private init(_ other: SearchTerm) { self = other }
}

/// Reads values out of a text, and says where in it one is wrong.
private struct SearchTermReader {
    let text: String

    func term(
        _ piece: Substring, _ kind: SearchParameter.Kind, _ components: [SearchParameter.Kind],
        _ modifier: SearchModifier?
    ) throws(SearchError) -> SearchTerm {
        guard !piece.isEmpty else { throw malformed(piece, "a value") }
        switch modifier {
        case .missing: return SearchTerm(.token(system: nil, code: try unescaped(piece)))
        case .identifier: return SearchTerm(try token(piece))
        default: break
        }
        switch kind {
        case .token: return SearchTerm(try token(piece))
        case .string: return SearchTerm(.string(try unescaped(piece)))
        case .uri: return SearchTerm(.uri(try unescaped(piece)))
        case .reference: return SearchTerm(.reference(try unescaped(piece)))
        case .number:
            let (comparison, rest) = prefix(of: piece)
            return SearchTerm(comparison, .number(try unescaped(rest)))
        case .date:
            let (comparison, rest) = prefix(of: piece)
            return SearchTerm(comparison, .date(try unescaped(rest)))
        case .quantity: return try quantity(piece)
        case .composite: return SearchTerm(.composite(try parts(piece, components)))
        case .special:
            throw SearchError(.unsupportedKind(kind), in: text, expected: "a kind of values that are compared")
        }
    }

    private func parts(
        _ piece: Substring, _ components: [SearchParameter.Kind]
    ) throws(SearchError) -> [SearchTerm] {
        let parts = Self.split(piece, at: "$")
        guard parts.count == components.count else {
            throw malformed(piece, "\(components.count) values with $ between them")
        }
        var terms: [SearchTerm] = []
        for (part, kind) in zip(parts, components) { terms.append(try term(part, kind, [], nil)) }
        return terms
    }

    private func token(_ piece: Substring) throws(SearchError) -> SearchLiteral {
        let parts = Self.split(piece, at: "|")
        if parts.count == 1 { return .token(system: nil, code: try unescaped(parts[0])) }
        guard parts.count == 2, !(parts[0].isEmpty && parts[1].isEmpty) else {
            throw malformed(piece, "a code, system|code, |code or system|")
        }
        return .token(
            system: try unescaped(parts[0]), code: parts[1].isEmpty ? nil : try unescaped(parts[1]))
    }

    private func quantity(_ piece: Substring) throws(SearchError) -> SearchTerm {
        let (comparison, rest) = prefix(of: piece)
        let parts = Self.split(rest, at: "|")
        let number = try unescaped(parts[0])
        if parts.count == 1 { return SearchTerm(comparison, .quantity(number: number, system: nil, code: nil)) }
        guard parts.count == 3, !parts[2].isEmpty else {
            throw malformed(piece, "a number, number|system|code or number||code")
        }
        let system = parts[1].isEmpty ? nil : try unescaped(parts[1])
        return SearchTerm(comparison, .quantity(number: number, system: system, code: try unescaped(parts[2])))
    }

    /// The comparison that a value begins with, and the rest.
    private func prefix(of piece: Substring) -> (SearchComparison, Substring) {
        guard let comparison = SearchComparison(rawValue: String(piece.prefix(2))) else { return (.equal, piece) }
        return (comparison, piece.dropFirst(2))
    }

    /// The pieces between separators that no backslash stands before.
    static func split(_ piece: Substring, at separator: Character) -> [Substring] {
        var pieces: [Substring] = []
        var start = piece.startIndex
        var isEscaped = false
        for index in piece.indices {
            if isEscaped {
                isEscaped = false
            } else if piece[index] == "\\" {
                isEscaped = true
            } else if piece[index] == separator {
                pieces.append(piece[start..<index])
                start = piece.index(after: index)
            }
        }
        pieces.append(piece[start...])
        return pieces
    }

    private func unescaped(_ piece: Substring) throws(SearchError) -> String {
        var result = ""
        var isEscaped = false
        for character in piece {
            if isEscaped {
                guard "\\,$|".contains(character) else { throw malformed(piece, "\\\\, \\,, \\$ or \\|") }
                result.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                result.append(character)
            }
        }
        if isEscaped { throw malformed(piece, "a character behind the \\") }
        return result
    }

    private func malformed(_ piece: Substring, _ expected: String) -> SearchError {
        let start = text.utf8.distance(from: text.startIndex, to: piece.startIndex)
        return SearchError(.malformed, in: text, at: start..<start + piece.utf8.count, expected: expected)
    }
}
