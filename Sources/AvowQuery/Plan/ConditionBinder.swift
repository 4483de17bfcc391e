internal import AvowFHIR

/// Resolves what conditions ask of search parameters.
enum ConditionBinder {
    /// The patients that a condition on `patient` names; nil for another condition.
    static func patients(of logic: Logic<Condition>) throws(QueryError) -> Set<String>? {
        guard case .test(let test) = logic, case .parameter(let parameter) = test.value,
            parameter.parameter.value.name == OwnParameter.patient.rawValue
        else { return nil }
        let wanted = ids(parameter.operation)
        return wanted.isEmpty ? nil : wanted
    }

    /// One of several must hold. Conditions of one kind are one condition.
    static func alternative(_ parts: [Predicate]) -> Predicate {
        var tokens: [Token] = []
        var rest: [Predicate] = []
        for part in parts {
            switch part {
            case .any(let inner): rest += inner
            case .constant(false): continue
            case .constant(true): return .constant(true)
            default: rest.append(part)
            }
        }
        var others: [Predicate] = []
        for part in rest {
            if case .code(let wanted) = part { tokens += wanted } else { others.append(part) }
        }
        if !tokens.isEmpty { others.insert(.code(tokens), at: 0) }
        return others.count == 1 ? others[0] : others.isEmpty ? .constant(false) : .any(others)
    }

    static func predicate(_ test: ParameterTest, _ type: ResourceType?) throws(QueryError) -> Predicate {
        guard let own = OwnParameter(rawValue: test.parameter.value.name) else { return try search(test, type) }
        if case .missing = test.operation { return .not(.present(own)) }
        switch own {
        case .patient: return .patient(ids(test.operation))
        case .id: return .id(ids(test.operation))
        case .code:
            return .code(
                test.operation.literals.compactMap { if case .token(let token) = $0.value { token } else { nil } })
        case .date: return try date(test.operation)
        }
    }

    private static func ids(_ operation: Operation<ConditionValue>) -> Set<String> {
        Set(
            operation.literals.compactMap { literal in
                switch literal.value {
                case .id(let id): id.text
                case .reference(let reference): reference.id.text
                default: nil
                }
            })
    }

    private static func date(_ operation: Operation<ConditionValue>) throws(QueryError) -> Predicate {
        switch operation {
        case .compare(let comparison, let literal): return .date(DateSpan(comparison, try date(literal)))
        case .between(let first, let last):
            var span = DateSpan(.greaterOrEqual, try date(first))
            span.formIntersection(DateSpan(.lessOrEqual, try date(last)))
            return .date(span)
        case .among(let literals):
            var spans: [Predicate] = []
            for literal in literals { spans.append(.date(DateSpan(.equal, try date(literal)))) }
            return alternative(spans)
        case .missing: return .not(.present(.date))
        }
    }

    private static func date(_ literal: Located<ConditionValue>) throws(QueryError) -> FHIRDateTime {
        guard case .date(let written) = literal.value, let date = FHIRDateTime(written.text) else {
            throw .syntax(QuerySyntaxError(.invalidValue, "'\(literal.value)' is not a date", at: literal.range))
        }
        return date
    }

    // MARK: The search parameters of R4

    /// What finds the values of a parameter.
    static func extractor(
        _ name: Located<ParameterName>, _ type: ResourceType?
    ) throws(QueryError) -> SearchExtractor {
        guard let type, let parameter = SearchParameter.named(name.value.name, for: type) else {
            throw .syntax(
                QuerySyntaxError(.unknownParameter, "no search parameter '\(name.value.name)'", at: name.range))
        }
        do throws(SearchError) {
            return try SearchExtractor(parameter, on: type)
        } catch {
            throw .syntax(QuerySyntaxError(.unknownParameter, "\(error)", at: name.range))
        }
    }

    private static func search(_ test: ParameterTest, _ type: ResourceType?) throws(QueryError) -> Predicate {
        let extractor = try extractor(test.parameter, type)
        func criterion(
            _ comparison: SearchComparison, _ literal: Located<ConditionValue>
        ) throws(QueryError) -> SearchCriterion {
            do throws(SearchError) {
                let modifier = try test.parameter.value.modifier.map { name throws(SearchError) in
                    try SearchModifier(named: name)
                }
                return try SearchCriterion(
                    extractor.kind, components: extractor.components, modifier: modifier, comparison: comparison,
                    literal: literal.value.literal(of: extractor.kind))
            } catch {
                throw .syntax(
                    QuerySyntaxError(
                        .invalidValue, "\(error)", at: literal.range, suggestion: error.suggestion))
            }
        }
        switch test.operation {
        case .compare(let comparison, let literal):
            let criteria = [try criterion(comparison.search, literal)]
            return .search(SearchTest(name: test.parameter.value.name, extractor: extractor, alternatives: [criteria]))
        case .among(let literals):
            var alternatives: [[SearchCriterion]] = []
            for literal in literals { alternatives.append([try criterion(.equal, literal)]) }
            return .search(
                SearchTest(name: test.parameter.value.name, extractor: extractor, alternatives: alternatives))
        case .between(let first, let last):
            let criteria = [try criterion(.greaterOrEqual, first), try criterion(.lessOrEqual, last)]
            return .search(SearchTest(name: test.parameter.value.name, extractor: extractor, alternatives: [criteria]))
        case .missing:
            return .not(.search(SearchTest(name: test.parameter.value.name, extractor: extractor, alternatives: [])))
        }
    }
}

extension Comparison {
    /// The comparison as FHIR search names it.
    fileprivate var search: SearchComparison {
        switch self {
        case .equal: .equal
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        }
    }
}

extension ConditionBinder {
    /// A token as a parameter takes it.
    static func literal(of token: Token) -> SearchLiteral {
        let system: String? =
            switch token.system {
            case .any: nil
            case .none: ""
            case .uri(let uri): uri
            }
        return .token(system: system, code: token.code)
    }
}

extension ConditionValue {
    /// The value as a parameter of a kind takes it.
    fileprivate func literal(of kind: SearchParameter.Kind) -> SearchLiteral {
        switch self {
        case .token(let token): return ConditionBinder.literal(of: token)
        case .date(let date): return .date(date.text)
        case .number(let number): return .number(number.text)
        case .quantity(let number, let unit):
            // A code of UCUM stands for whatever converts into it.
            let isUCUM = unit.map { (try? UCUMUnit.unit($0)) != nil } ?? false
            return .quantity(number: number.text, system: isUCUM ? QuantityUnit.ucumSystem : nil, code: unit)
        case .reference(let reference): return .reference(reference.description)
        case .id(let id): return .token(system: nil, code: id.text)
        case .text(let text):
            return kind == .uri ? .uri(text) : kind == .reference ? .reference(text) : .string(text)
        case .composite(let terms):
            return .composite(
                terms.map { SearchTerm($0.comparison.search, $0.value.value.literal(of: $0.value.value.kind)) })
        // Only queries without placeholders are planned.
        case .placeholder(let placeholder): return .string(placeholder.description)
        }
    }
}

extension ConditionValue {
    /// The kind of parameter that a component with this value is of, as far as its literal depends on it.
    fileprivate var kind: SearchParameter.Kind {
        switch self {
        case .reference: .reference
        // Of texts only URIs and references would be told apart, and no composite has them as text.
        default: .string
        }
    }
}
