internal import AvowFHIR

// What must hold of a record for a row of it to be selected, in terms that indexes know.
extension BoundView {
    /// What the view itself asks of the codes of a record.
    var impliedConditions: [Predicate] {
        let elements = ResourceElements.of(definition.resource).code
        return definition.requiredCodings.compactMap { alternatives in
            var tokens: [Token] = []
            for coding in alternatives {
                guard elements.contains(coding.element) else { return nil }
                let system = coding.system.map { Token.escaped($0) + "|" } ?? ""
                guard !coding.code.isEmpty, let token = try? Token(system + Token.escaped(coding.code)) else {
                    return nil
                }
                tokens.append(token)
            }
            return tokens.isEmpty ? nil : .code(tokens)
        }
    }

    /// What a test of a column asks of the record: of a column that is the logical id, which ids.
    func implied(by test: BoundColumnTest) -> Predicate? {
        guard definition.resourcePath(ofColumn: test.column) == "id", let texts = test.texts else { return nil }
        return .id(Set(texts))
    }
}

extension BoundColumnTest {
    /// The texts of which the column must have one, when that is what the test asks.
    fileprivate var texts: [String]? {
        guard let alternatives else { return nil }
        let texts = alternatives.compactMap { $0.count == 1 ? $0[0].text : nil }
        return texts.count == alternatives.count ? texts : nil
    }
}
