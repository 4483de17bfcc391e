/// Turns a syntax tree into operations, and refuses what cannot be right.
///
/// Types flow along: from the type that the expression is for, over the elements of the R4 model, to the arguments of
/// functions. Where nothing is known of a type, nothing is refused.
struct FHIRPathCompiler {
    typealias Compiled = (operation: FHIRPathOperation, type: FHIRPathStaticType)

    let options: FHIRPathOptions
    /// The type that the expression is evaluated on.
    let context: FHIRPathStaticType

    /// What names stand for at one place of the expression.
    struct Scope {
        var this: FHIRPathStaticType
        var total = FHIRPathStaticType.unknown
        var variables: [String: FHIRPathStaticType] = [:]
    }

    static func compile(
        _ root: FHIRPathNode, on type: FHIRType?, _ options: FHIRPathOptions
    ) throws(FHIRPathError) -> FHIRPathOperation {
        let context = FHIRPathStaticType.one(type)
        let compiler = FHIRPathCompiler(options: options, context: context)
        var scope = Scope(this: context)
        return try compiler.compile(root, &scope).operation
    }

    func compile(_ node: FHIRPathNode, _ scope: inout Scope) throws(FHIRPathError) -> Compiled {
        switch node.form {
        case .literal(let literal): return try compile(literal, at: node.range)
        case .variable(let name): return try compile(variable: name, at: node.range, scope)
        case .special(let special): return compile(special, at: node.range, scope)
        case .member(let of, let name): return try compile(member: name, of: of, at: node.range, &scope)
        case .call(let of, let name, let arguments):
            return try compile(call: name, arguments, of: of, at: node.range, &scope)
        case .item(let of, let position):
            let input = try compile(of, &scope)
            var inner = scope
            let index = try compile(position, &inner)
            try expect(index.type, "an integer", at: position.range) { $0.system == .integer || $0.system == .any }
            return (
                FHIRPathOperation(form: .item(of: input.operation, at: index.operation), range: node.range),
                input.type.single
            )
        case .signed(let isNegative, let of):
            return try compile(signed: of, isNegative: isNegative, at: node.range, scope)
        case .binary(let kind, let left, let right):
            return try compile(kind, left, right, at: node.range, scope)
        case .typed(let kind, let of, let name):
            return try compile(kind == .is ? .is : .as, name, of: of, at: node.range, &scope)
        }
    }

    /// Compiles an expression whose variables do not leave it.
    func compile(inner node: FHIRPathNode, _ scope: Scope) throws(FHIRPathError) -> Compiled {
        var scope = scope
        return try compile(node, &scope)
    }

    /// Refuses a collection whose items cannot be what is needed.
    func expect(
        _ type: FHIRPathStaticType, _ expected: String, at range: Range<Int>,
        _ isAllowed: (FHIRPathStaticType.Kind) -> Bool
    ) throws(FHIRPathError) {
        guard options.isStrict, type.isNever({ isAllowed($0) || $0.isAbstract }) else { return }
        let names = (type.kinds ?? []).prefix(3).map(\.name).joined(separator: " or ")
        throw FHIRPathError(.semantic, at: range, expected: expected, found: names)
    }
}

// Terms.
extension FHIRPathCompiler {
    private func constant(_ item: FHIRPathItem, _ type: FHIRPathSystemType, at range: Range<Int>) -> Compiled {
        (FHIRPathOperation(form: .constant([item]), range: range), .one(type))
    }

    private func compile(_ literal: FHIRPathLiteral, at range: Range<Int>) throws(FHIRPathError) -> Compiled {
        switch literal {
        case .empty: return (FHIRPathOperation(form: .constant([]), range: range), .empty)
        case .boolean(let value): return constant(.boolean(value), .boolean, at: range)
        case .string(let value): return constant(.string(value), .string, at: range)
        case .number(let digits):
            if let integer = Int32(digits) { return constant(.integer(Int(integer)), .integer, at: range) }
            guard let decimal = FHIRDecimal(digits) else {
                throw refusal(of: digits, "a number of at most \(FHIRDecimal.maximumDigits) digits", range)
            }
            return constant(.decimal(decimal), .decimal, at: range)
        case .date(let text):
            guard let value = FHIRDateTime(literal: text) else {
                throw refusal(of: "@" + text, "a day and a time that exist", range)
            }
            let isDateTime = text.contains("T")
            return constant(isDateTime ? .dateTime(value) : .date(value), isDateTime ? .dateTime : .date, at: range)
        case .time(let text):
            guard let value = FHIRTime(text) else { throw refusal(of: "@T" + text, "a time of day that exists", range) }
            return constant(.time(value), .time, at: range)
        case .quantity(let digits, let unit, let isCalendar):
            guard let value = FHIRDecimal(digits) else {
                throw refusal(of: digits, "a number of at most \(FHIRDecimal.maximumDigits) digits", range)
            }
            let calendar = isCalendar ? DurationUnit(keyword: unit).map(QuantityUnit.calendar) : nil
            let quantity = FHIRQuantity(value, calendar ?? QuantityUnit(quoted: unit))
            return constant(.quantity(quantity), .quantity, at: range)
        }
    }

    private func refusal(of text: String, _ expected: String, _ range: Range<Int>) -> FHIRPathError {
        FHIRPathError(.syntax, at: range, expected: expected, found: "'\(text)'")
    }

    private func compile(_ special: FHIRPathSpecial, at range: Range<Int>, _ scope: Scope) -> Compiled {
        switch special {
        case .this: (FHIRPathOperation(form: .this, range: range), scope.this)
        case .index: (FHIRPathOperation(form: .index, range: range), .one(.integer))
        case .total: (FHIRPathOperation(form: .total, range: range), scope.total)
        }
    }

    private func compile(
        variable name: String, at range: Range<Int>, _ scope: Scope
    ) throws(FHIRPathError) -> Compiled {
        if let type = scope.variables[name] {
            return (FHIRPathOperation(form: .variable(name), range: range), type)
        }
        switch name {
        case "context": return (FHIRPathOperation(form: .context, range: range), context)
        case "resource": return (FHIRPathOperation(form: .resource, range: range), contextResource)
        case "rootResource": return (FHIRPathOperation(form: .rootResource, range: range), contextResource)
        case "ucum": return constant(.string("http://unitsofmeasure.org"), .string, at: range)
        case "sct": return constant(.string("http://snomed.info/sct"), .string, at: range)
        case "loinc": return constant(.string("http://loinc.org"), .string, at: range)
        default: break
        }
        if options.variables.contains(name) {
            return (FHIRPathOperation(form: .variable(name), range: range), .unknown)
        }
        if let valueSet = name.dropping(prefix: "vs-"), !valueSet.isEmpty {
            return constant(.string("http://hl7.org/fhir/ValueSet/" + valueSet), .string, at: range)
        }
        if let definition = name.dropping(prefix: "ext-"), !definition.isEmpty {
            return constant(.string("http://hl7.org/fhir/StructureDefinition/" + definition), .string, at: range)
        }
        let known = Array(scope.variables.keys) + Array(options.variables) + Self.environmentNames
        throw FHIRPathError(
            .semantic, at: range, expected: "a variable that is defined", found: "'%\(name)'",
            suggestion: NearestName.of(name, among: known.sorted()).map { "%" + $0 })
    }

    /// The type of the resource that the context stands in, which is known only of a resource.
    private var contextResource: FHIRPathStaticType {
        let isResource = context.kinds?.allSatisfy { kind in
            if case .fhir(let type) = kind { type.kind == .resource } else { false }
        }
        return isResource == true ? context : FHIRPathStaticType(kinds: nil, isSingle: true)
    }

    static let environmentNames = ["context", "resource", "rootResource", "ucum", "sct", "loinc"]

    private func compile(
        signed of: FHIRPathNode, isNegative: Bool, at range: Range<Int>, _ scope: Scope
    ) throws(FHIRPathError) -> Compiled {
        // The least integer has no positive counterpart, so that its digits alone are no integer.
        if isNegative, case .literal(.number("2147483648")) = of.form {
            return constant(.integer(Int(Int32.min)), .integer, at: range)
        }
        let input = try compile(inner: of, scope)
        let operation = FHIRPathOperation(form: .signed(isNegative: isNegative, of: input.operation), range: range)
        return (operation, input.type)
    }
}

// Names.
extension FHIRPathCompiler {
    private func compile(
        member name: FHIRPathName, of receiver: FHIRPathNode?, at range: Range<Int>, _ scope: inout Scope
    ) throws(FHIRPathError) -> Compiled {
        guard let receiver else {
            if let head = try compile(head: name, scope) { return head }
            let this = FHIRPathOperation(form: .this, range: name.range)
            return try step(name, of: (this, scope.this), at: range)
        }
        return try step(name, of: compile(receiver, &scope), at: range)
    }

    /// A type's name at the head of a path, which stands for the items of that type.
    private func compile(head name: FHIRPathName, _ scope: Scope) throws(FHIRPathError) -> Compiled? {
        guard name.text.utf8.first.map({ $0 &- UInt8(ascii: "A") < 26 }) ?? false,
            let type = FHIRType(named: name.text), [.resource, .complex, .abstract].contains(type.kind)
        else { return nil }
        try expect(scope.this, "an element or type of this path", at: name.range) { kind in
            guard case .fhir(let own) = kind else { return false }
            return own.isA(type) || type.isA(own)
        }
        let test = FHIRPathTypeTest(name: name.text, fhir: type, system: nil)
        let operation = FHIRPathOperation(form: .head(test), range: name.range)
        return (operation, FHIRPathStaticType(kinds: [.fhir(type)], isSingle: scope.this.isSingle))
    }

    private func step(_ name: FHIRPathName, of input: Compiled, at range: Range<Int>) throws(FHIRPathError) -> Compiled
    {
        let type = try elementType(name, of: input.type)
        let owners = (input.type.kinds ?? []).compactMap { kind in
            if case .fhir(let owner) = kind { owner } else { nil }
        }
        let step = FHIRPathStep(name.text, in: owners.count == 1 ? owners[0] : nil)
        return (FHIRPathOperation(form: .member(of: input.operation, step), range: range), type)
    }

    private func elementType(
        _ name: FHIRPathName, of input: FHIRPathStaticType
    ) throws(FHIRPathError) -> FHIRPathStaticType {
        guard let kinds = input.kinds else {
            return FHIRPathStaticType(kinds: nil, isSingle: false, isUnordered: input.isUnordered)
        }
        guard !kinds.isEmpty else { return .empty }
        var found: [FHIRPathStaticType.Kind]?
        var isSingle = input.isSingle
        var isOpen = false
        for kind in kinds {
            guard let (types, repeats) = Self.element(name.text, of: kind) else {
                isOpen = isOpen || kind.isAbstract
                continue
            }
            found = (found ?? []) + types.filter { !(found ?? []).contains($0) }
            if repeats { isSingle = false }
        }
        if let found, !isOpen {
            return FHIRPathStaticType(kinds: found, isSingle: isSingle, isUnordered: input.isUnordered)
        }
        guard !isOpen, options.isStrict else {
            return FHIRPathStaticType(kinds: nil, isSingle: false, isUnordered: input.isUnordered)
        }
        throw unknownElement(name, of: kinds)
    }

    private func unknownElement(_ name: FHIRPathName, of kinds: [FHIRPathStaticType.Kind]) -> FHIRPathError {
        let types = kinds.compactMap { kind in if case .fhir(let type) = kind { type } else { nil } }
        // The member of a choice in JSON is a likely mistake.
        let choice = types.lazy.compactMap { $0.member(named: name.text)?.element.name }.first
        let suggestion = choice ?? types.lazy.compactMap { $0.nearestElement(to: name.text) }.first
        let owner = kinds.prefix(3).map(\.name).joined(separator: " or ")
        return FHIRPathError(
            .semantic, at: name.range, expected: "an element of \(owner)", found: "'\(name.text)'",
            suggestion: suggestion)
    }

    /// The types of an element, and whether it may be repeated.
    private static func element(
        _ name: String, of kind: FHIRPathStaticType.Kind
    ) -> (types: [FHIRPathStaticType.Kind], repeats: Bool)? {
        switch kind {
        case .fhir(let type):
            if let primitive = type.primitive, name == "value" { return ([.system(primitive.system)], false) }
            guard let element = type.element(named: name) else { return nil }
            return (element.types.map { .fhir($0) }, element.repeats)
        case .system(.quantity):
            switch name {
            case "value": return ([.system(.decimal)], false)
            case "unit", "code", "system": return ([.system(.string)], false)
            default: return nil
            }
        case .typeInfo:
            return name == "name" || name == "namespace" ? ([.system(.string)], false) : nil
        case .system: return nil
        }
    }
}
