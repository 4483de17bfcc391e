// Expressions of which parts are known already.
extension FHIRPath {
    /// An expression that needs nothing of the resource but what some parts of it find.
    public struct Remainder: Sendable {
        /// The expression, with a variable for each part.
        public let path: FHIRPath
        /// Which of the parts stand in it, each with the name of its variable.
        public let parts: [(part: Int, variable: String)]
    }

    /// What is left of the expression when it is known what some parts of it find, each of them an item at most.
    ///
    /// Only forms are looked into that ask for nothing but a part's value, and not which type of number it is: comparisons,
    /// logic, and functions of texts.
    ///
    /// - Parameter parts: Expressions on the resource that may stand in this one.
    /// - Returns: Nil when more of the resource is needed.
    public func remainder(knowing parts: [FHIRPathExpression]) -> Remainder? {
        var substitution = Substitution(parts: parts)
        guard let root = substitution.rest(expression.root), !substitution.used.isEmpty else { return nil }
        let used = substitution.used.sorted()
        let options = FHIRPathOptions(
            isStrict: false, checksOrder: false, variables: Set(used.map(Substitution.variable)))
        guard let path = try? FHIRPath(FHIRPathExpression(text: expression.text, root: root), options: options) else {
            return nil
        }
        return Remainder(path: path, parts: used.map { ($0, Substitution.variable($0)) })
    }

    private struct Substitution {
        let parts: [FHIRPathExpression]
        var used: Set<Int> = []

        /// Functions that ask for the value of the one item that they are called on, and for literals.
        private static let functions: Set<String> = [
            "empty", "exists", "not", "startsWith", "endsWith", "contains", "matches", "lower", "upper", "length",
        ]
        private static let operators: Set<FHIRPathOperator> = [
            .lessOrEqual, .less, .greater, .greaterOrEqual, .equal, .equivalent, .notEqual, .notEquivalent, .membership,
            .containment, .union, .and, .or, .xor, .implies,
        ]

        static func variable(_ part: Int) -> String { "part \(part)" }

        mutating func rest(_ node: FHIRPathNode) -> FHIRPathNode? {
            if let part = parts.firstIndex(where: { $0.root == node }) {
                used.insert(part)
                return FHIRPathNode(.variable(Substitution.variable(part)), at: node.range)
            }
            switch node.form {
            case .literal: return node
            case .signed(_, let of): if case .literal = of.form { return node } else { return nil }
            case .binary(let kind, let left, let right):
                guard Substitution.operators.contains(kind), let left = rest(left), let right = rest(right) else {
                    return nil
                }
                return FHIRPathNode(.binary(kind, left, right), at: node.range)
            case .call(let of?, let name, let arguments):
                guard Substitution.functions.contains(name.text), let of = rest(of) else { return nil }
                let areLiterals = arguments.allSatisfy { if case .literal = $0.form { true } else { false } }
                guard areLiterals, name.text != "exists" || arguments.isEmpty else { return nil }
                return FHIRPathNode(.call(of: of, name, arguments), at: node.range)
            case .variable, .special, .member, .call, .item, .typed: return nil
            }
        }
    }
}
