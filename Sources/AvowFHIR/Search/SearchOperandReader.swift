/// Understands what a condition compares with.
struct SearchOperandReader {
    let kind: SearchParameter.Kind
    let components: [SearchParameter.Kind]
    let modifier: SearchModifier?

    func operand(_ literal: SearchLiteral) throws(SearchError) -> SearchCriterion.Operand {
        switch modifier {
        case .missing: return .missing(try boolean(literal))
        case .identifier: return try token(literal)
        default: break
        }
        switch kind {
        case .token: return try token(literal)
        case .date: return .date(try date(literal))
        case .string: return try string(literal)
        case .number:
            guard case .number(let digits) = literal else { throw malformed(literal, "a number") }
            return .number(try number(digits))
        case .quantity: return try quantity(literal)
        case .reference: return try reference(literal)
        case .uri: return .uri(try uri(literal))
        case .composite: return .composite(try composite(literal))
        case .special:
            throw SearchError(.unsupportedKind(kind), in: kind.rawValue, expected: "a kind of values that are compared")
        }
    }

    private func malformed(_ literal: SearchLiteral, _ expected: String) -> SearchError {
        malformed(literal.text, expected)
    }

    private func malformed(_ text: String, _ expected: String) -> SearchError {
        SearchError(.malformed, in: text, expected: expected)
    }

    private func boolean(_ literal: SearchLiteral) throws(SearchError) -> Bool {
        switch literal {
        case .token(nil, "true"), .string("true"): return true
        case .token(nil, "false"), .string("false"): return false
        default: throw malformed(literal, "true or false")
        }
    }

    private func token(_ literal: SearchLiteral) throws(SearchError) -> SearchCriterion.Operand {
        switch literal {
        case .token(let system, let code) where code != nil || system?.isEmpty == false:
            return .token(system: system, code: code)
        case .string(let code): return .token(system: nil, code: code)
        default: throw malformed(literal, "a code, a system or both")
        }
    }

    private func date(_ literal: SearchLiteral) throws(SearchError) -> SearchDate {
        switch literal {
        case .date(let text), .string(let text), .number(let text):
            guard let date = FHIRDateTime(text) else { throw malformed(text, "a date such as 2015-02 or a time") }
            return SearchDate(date)
        default: throw malformed(literal, "a date")
        }
    }

    private func string(_ literal: SearchLiteral) throws(SearchError) -> SearchCriterion.Operand {
        guard case .string(let text) = literal, !text.isEmpty else { throw malformed(literal, "a text") }
        let folded = TextFolding.folded(text)
        // Every text begins with nothing; that is hardly what was meant.
        guard modifier == .exact || !folded.isEmpty else { throw malformed(text, "a text with a letter or a digit") }
        return .string(text, folded: folded)
    }

    private func number(_ digits: String) throws(SearchError) -> SearchNumber {
        guard let number = SearchNumber(digits) else {
            throw malformed(digits, "a number of at most \(FHIRDecimal.maximumDigits) digits")
        }
        return number
    }

    private func quantity(_ literal: SearchLiteral) throws(SearchError) -> SearchCriterion.Operand {
        switch literal {
        case .number(let digits), .quantity(let digits, nil, nil): return .quantity(try number(digits), .any)
        case .quantity(let digits, let system, let code?):
            let number = try number(digits)
            guard let system, !system.isEmpty else { return .quantity(number, .named(code)) }
            guard system == QuantityUnit.ucumSystem else {
                return .quantity(number, .coded(system: system, code: code))
            }
            do {
                _ = try UCUMUnit.unit(code)
            } catch {
                throw SearchError(.unit(error), in: code, at: error.range, expected: "a unit of UCUM")
            }
            return .quantity(number, .ucum(code))
        default: throw malformed(literal, "a number with a unit")
        }
    }

    private func reference(_ literal: SearchLiteral) throws(SearchError) -> SearchCriterion.Operand {
        let text: String
        switch literal {
        case .reference(let given), .string(let given), .uri(let given): text = given
        default: throw malformed(literal, "Type/id, an id or a URL")
        }
        if case .type(let type) = modifier {
            guard LogicalID.isValid(text) else { throw malformed(text, "an id of a \(type.name)") }
            return .reference(.resource(type, id: text))
        }
        if LogicalID.isValid(text) { return .id(text) }
        guard let reference = SearchReference(text) else { throw malformed(text, "Type/id, an id or a URL") }
        return .reference(reference)
    }

    private func uri(_ literal: SearchLiteral) throws(SearchError) -> String {
        switch literal {
        case .uri(let text), .string(let text), .reference(let text):
            guard !text.isEmpty else { throw malformed(text, "a URI") }
            // R4 knows above and below only of URLs.
            if modifier != nil, text.hasPrefix("urn:") { throw malformed(text, "a URL, which a URN is not") }
            return text
        default: throw malformed(literal, "a URI")
        }
    }

    private func composite(_ literal: SearchLiteral) throws(SearchError) -> [SearchCriterion] {
        guard case .composite(let terms) = literal, terms.count == components.count, !terms.isEmpty else {
            throw malformed(literal, "\(components.count) values, one for each component")
        }
        var criteria: [SearchCriterion] = []
        for (term, kind) in zip(terms, components) {
            criteria.append(try SearchCriterion(kind, comparison: term.comparison, literal: term.literal))
        }
        return criteria
    }
}

extension SearchLiteral {
    /// The literal as FHIR search would write it, without escapes: for messages.
    var text: String {
        switch self {
        case .token(let system, let code): (system.map { $0 + "|" } ?? "") + (code ?? "")
        case .string(let text), .number(let text), .date(let text), .reference(let text), .uri(let text): text
        case .quantity(let number, nil, nil): number
        case .quantity(let number, let system, let code): "\(number)|\(system ?? "")|\(code ?? "")"
        case .composite(let terms):
            terms.map { ($0.comparison == .equal ? "" : $0.comparison.rawValue) + $0.literal.text }
                .joined(separator: "$")
        }
    }
}
