// Operators and types.
extension FHIRPathCompiler {
    func compile(
        _ kind: FHIRPathOperator, _ left: FHIRPathNode, _ right: FHIRPathNode, at range: Range<Int>, _ scope: Scope
    ) throws(FHIRPathError) -> Compiled {
        let first = try compile(inner: left, scope)
        let second = try compile(inner: right, scope)
        let form = FHIRPathOperation.Form.binary(kind, first.operation, second.operation)
        let operation = FHIRPathOperation(form: form, range: range)
        switch kind {
        case .union: return (operation, first.type.union(second.type))
        case .concatenate: return (operation, .one(.string))
        case .quotient: return (operation, .one(.integer))
        case .multiply, .divide, .remainder, .add, .subtract:
            return (operation, Self.arithmetic(kind, first.type, second.type))
        case .and, .or, .xor, .implies, .equal, .equivalent, .notEqual, .notEquivalent, .membership, .containment,
            .less, .lessOrEqual, .greater, .greaterOrEqual:
            return (operation, .one(.boolean))
        }
    }

    private static func arithmetic(
        _ kind: FHIRPathOperator, _ left: FHIRPathStaticType, _ right: FHIRPathStaticType
    ) -> FHIRPathStaticType {
        let unknown = FHIRPathStaticType(kinds: nil, isSingle: true)
        guard let first = left.kinds?.first?.system, left.kinds?.count == 1,
            let second = right.kinds?.first?.system, right.kinds?.count == 1
        else { return unknown }
        switch (first, second) {
        case (.integer, .integer): return .one(kind == .divide ? .decimal : .integer)
        case (.integer, .decimal), (.decimal, .integer), (.decimal, .decimal): return .one(.decimal)
        case (.string, .string): return .one(.string)
        case (.date, .quantity), (.dateTime, .quantity), (.time, .quantity): return .one(first)
        case (.quantity, .quantity), (.quantity, .integer), (.quantity, .decimal), (.integer, .quantity),
            (.decimal, .quantity):
            return .one(.quantity)
        default: return unknown
        }
    }

    func compile(
        _ test: FHIRPathTest, _ name: FHIRPathTypeName, of node: FHIRPathNode, at range: Range<Int>,
        _ scope: inout Scope
    ) throws(FHIRPathError) -> Compiled {
        let input = try compile(node, &scope)
        return try compile(test, name, on: input, at: range)
    }

    func compile(
        _ test: FHIRPathTest, _ name: FHIRPathTypeName, on input: Compiled, at range: Range<Int>
    ) throws(FHIRPathError) -> Compiled {
        let type = try resolve(name)
        if test == .is, case .call(let of, .resolve, _) = input.operation.form {
            return (FHIRPathOperation(form: .refersTo(of: of, type), range: range), .one(.boolean))
        }
        let effective: FHIRPathTest = test == .as && options.asFilters ? .ofType : test
        let operation = FHIRPathOperation(form: .test(effective, of: input.operation, type), range: range)
        if test == .is { return (operation, .one(.boolean)) }
        var kinds: [FHIRPathStaticType.Kind] = []
        if let fhir = type.fhir { kinds.append(.fhir(fhir)) }
        if let system = type.system {
            kinds.append(.system(system))
        }
        let isSingle = test == .as && !options.asFilters || input.type.isSingle
        return (operation, FHIRPathStaticType(kinds: kinds, isSingle: isSingle, isUnordered: input.type.isUnordered))
    }

    /// What a name stands for as a type; without a namespace FHIR's types come before FHIRPath's own.
    func resolve(_ name: FHIRPathTypeName) throws(FHIRPathError) -> FHIRPathTypeTest {
        let fhir = name.namespace == "System" ? nil : FHIRType(named: name.name)
        let system = name.namespace == "FHIR" ? nil : FHIRPathSystemType(rawValue: name.name)
        // A type of the other namespace is none that an item could be of, but it is one.
        let isKnown = FHIRType(named: name.name) != nil || FHIRPathSystemType(rawValue: name.name) != nil
        guard isKnown else {
            var known: [String] = []
            if name.namespace != "System" {
                known += FHIRModel.r4.allTypes.filter { $0.kind != .backbone }.map(\.name)
            }
            if name.namespace != "FHIR" { known += FHIRPathSystemType.allCases.map(\.rawValue) }
            throw FHIRPathError(
                .semantic, at: name.range, expected: "the name of a type", found: "'\(name)'",
                suggestion: NearestName.of(name.name, among: known))
        }
        return FHIRPathTypeTest(name: name.description, fhir: fhir, system: system)
    }

    /// The name of a type as the argument of a function.
    func typeName(_ node: FHIRPathNode) throws(FHIRPathError) -> FHIRPathTypeName {
        var parts: [String] = []
        var current: FHIRPathNode? = node
        while let part = current {
            guard case .member(let of, let name) = part.form else {
                if case .literal(.string(let text)) = part.form, parts.isEmpty {
                    // A name in quotes is a common slip that older engines took.
                    return FHIRPathTypeName(parts: text.split(separator: ".").map(String.init), range: node.range)
                }
                throw FHIRPathError(
                    .semantic, at: node.range, expected: "the name of a type", found: "'\(node)'")
            }
            parts.insert(name.text, at: 0)
            current = of
        }
        return FHIRPathTypeName(parts: parts, range: node.range)
    }
}
