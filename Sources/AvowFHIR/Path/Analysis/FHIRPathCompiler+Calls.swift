// Functions.
extension FHIRPathCompiler {
    func compile(
        call name: FHIRPathName, _ arguments: [FHIRPathNode], of receiver: FHIRPathNode?, at range: Range<Int>,
        _ scope: inout Scope
    ) throws(FHIRPathError) -> Compiled {
        guard let function = FHIRPathFunction(rawValue: name.text) else {
            throw FHIRPathError(
                .semantic, at: name.range, expected: "a function", found: "'\(name.text)'",
                suggestion: NearestName.of(name.text, among: FHIRPathFunction.allCases.map(\.rawValue)))
        }
        guard function.arity.contains(arguments.count) else {
            throw FHIRPathError(
                .semantic, at: range, expected: "\(Self.text(of: function.arity)) of \(name.text)()",
                found: "\(arguments.count)")
        }
        var input: Compiled
        if let receiver {
            input = try compile(receiver, &scope)
        } else {
            input = (FHIRPathOperation(form: .this, range: name.range), scope.this)
        }
        try check(input.type, of: function, name)
        if function.takesType {
            return try compile(typed: function, arguments, on: input, at: range)
        }
        if function == .sort { return try compile(sort: arguments, on: input, at: range, scope) }
        if function == .defineVariable {
            return try compile(definition: arguments, on: input, at: range, &scope)
        }
        let compiled = try compile(arguments, of: function, on: input, scope)
        return try finish(function, arguments, compiled, on: input, at: range)
    }

    private static func text(of arity: ClosedRange<Int>) -> String {
        switch (arity.lowerBound, arity.upperBound) {
        case (0, 0): "no argument"
        case (1, 1): "one argument"
        case (let low, let high) where low == high: "\(low) arguments"
        case (let low, let high): "\(low) to \(high) arguments"
        }
    }

    private func check(
        _ type: FHIRPathStaticType, of function: FHIRPathFunction, _ name: FHIRPathName
    ) throws(FHIRPathError) {
        if options.checksOrder, function.needsOrder, type.isUnordered {
            throw FHIRPathError(
                .semantic, at: name.range, expected: "items in an order before \(name.text)()",
                found: "a collection without one")
        }
        switch function.input {
        case .anything: break
        case .strings: try expect(type, "a string before \(name.text)()", at: name.range, \.isText)
        case .numbers:
            try expect(type, "a number before \(name.text)()", at: name.range) {
                [.integer, .decimal, .quantity, .any].contains($0.system)
            }
        case .measures:
            try expect(type, "a number or quantity before \(name.text)()", at: name.range) {
                $0.system != nil && $0.system != .string && $0.system != .boolean
            }
        }
    }

    private func compile(
        typed function: FHIRPathFunction, _ arguments: [FHIRPathNode], on input: Compiled, at range: Range<Int>
    ) throws(FHIRPathError) -> Compiled {
        guard let argument = arguments.first else {
            return (FHIRPathOperation(form: .call(of: input.operation, function, []), range: range), .one(.string))
        }
        let name = try typeName(argument)
        switch function {
        case .is: return try compile(.is, name, on: input, at: range)
        case .as: return try compile(.as, name, on: input, at: range)
        case .ofType: return try compile(.ofType, name, on: input, at: range)
        default:
            _ = try resolve(name)
            let constant = FHIRPathOperation(form: .constant([.string(name.name)]), range: argument.range)
            let form = FHIRPathOperation.Form.call(of: input.operation, function, [constant])
            return (FHIRPathOperation(form: form, range: range), .one(.string))
        }
    }

    private func compile(
        sort arguments: [FHIRPathNode], on input: Compiled, at range: Range<Int>, _ scope: Scope
    ) throws(FHIRPathError) -> Compiled {
        var keys: [FHIRPathSortKey] = []
        for argument in arguments {
            var inner = scope
            inner.this = input.type.single
            if case .signed(isNegative: true, let of) = argument.form {
                keys.append(FHIRPathSortKey(operation: try compile(of, &inner).operation, isDescending: true))
            } else {
                keys.append(FHIRPathSortKey(operation: try compile(argument, &inner).operation, isDescending: false))
            }
        }
        var type = input.type
        type.isUnordered = false
        return (FHIRPathOperation(form: .sort(of: input.operation, keys), range: range), type)
    }

    /// `defineVariable`, whose name is known to what follows on its result.
    private func compile(
        definition arguments: [FHIRPathNode], on input: Compiled, at range: Range<Int>, _ scope: inout Scope
    ) throws(FHIRPathError) -> Compiled {
        var compiled = [try compile(inner: arguments[0], scope)]
        var type = input.type
        if arguments.count > 1 {
            var inner = scope
            inner.this = input.type
            compiled.append(try compile(arguments[1], &inner))
            type = compiled[1].type
        }
        if case .literal(.string(let name)) = arguments[0].form {
            let isTaken = scope.variables[name] != nil || options.variables.contains(name)
            guard !isTaken, !Self.environmentNames.contains(name) else {
                throw FHIRPathError(
                    .semantic, at: arguments[0].range, expected: "a variable that is not yet defined",
                    found: "'\(name)'")
            }
            scope.variables[name] = type
        }
        let form = FHIRPathOperation.Form.call(of: input.operation, .defineVariable, compiled.map(\.operation))
        return (FHIRPathOperation(form: form, range: range), input.type)
    }

    private func compile(
        _ arguments: [FHIRPathNode], of function: FHIRPathFunction, on input: Compiled, _ scope: Scope
    ) throws(FHIRPathError) -> [Compiled] {
        var compiled: [Compiled] = []
        // The start value of an aggregate is what its criterion knows as the total.
        let order = function == .aggregate ? Array(arguments.indices.reversed()) : Array(arguments.indices)
        for position in order {
            var inner = scope
            if function.hasCriterion(at: position) {
                inner.this = function == .iif || function == .trace ? input.type : input.type.single
                // What is repeated may lead to other types than it began with.
                if function == .repeat || function == .repeatAll { inner.this = .unknown }
                if function == .aggregate { inner.total = .unknown }
            }
            let argument = try compile(arguments[position], &inner)
            if function == .aggregate { compiled.insert(argument, at: 0) } else { compiled.append(argument) }
        }
        if function == .repeat || function == .repeatAll {
            // The first round is known, and finds a misspelt name.
            var inner = scope
            inner.this = input.type.single
            _ = try compile(arguments[0], &inner)
        }
        if function == .iif || function == .where || function == .all || function == .exists,
            let criterion = compiled.first
        {
            try expect(criterion.type, "a boolean", at: arguments[0].range) {
                // An element stands for true where a boolean is needed; a literal of another type is a mistake.
                if case .system(let type) = $0 { type == .boolean || type == .any } else { true }
            }
        }
        return compiled
    }

    private func finish(
        _ function: FHIRPathFunction, _ nodes: [FHIRPathNode], _ arguments: [Compiled], on input: Compiled,
        at range: Range<Int>
    ) throws(FHIRPathError) -> Compiled {
        var form = FHIRPathOperation.Form.call(of: input.operation, function, arguments.map(\.operation))
        if function == .matches || function == .matchesFull, arguments.count == 1,
            case .literal(.string(let pattern)) = nodes[0].form
        {
            let expression = try RegularExpression.compiling(pattern, at: nodes[0].range)
            form = .matches(of: input.operation, expression, wholly: function == .matchesFull)
        }
        let operation = FHIRPathOperation(form: form, range: range)
        return (operation, resultType(function, arguments.map(\.type), on: input.type))
    }

    private func resultType(
        _ function: FHIRPathFunction, _ arguments: [FHIRPathStaticType], on input: FHIRPathStaticType
    ) -> FHIRPathStaticType {
        switch function {
        case .union, .combine: return input.union(arguments[0])
        case .children, .descendants: return FHIRPathStaticType(kinds: nil, isSingle: false, isUnordered: true)
        case .extension: return FHIRPathStaticType(kinds: [.fhir(.extension)], isSingle: false)
        case .type: return FHIRPathStaticType(kinds: [.typeInfo], isSingle: input.isSingle)
        case .abs: return input.single
        case .iif:
            guard arguments.count > 2 else { return arguments[1].many }
            return arguments[1].union(arguments[2])
        case .split, .toChars: return FHIRPathStaticType(kinds: [.system(.string)], isSingle: false)
        default: break
        }
        switch function.output {
        case .system(let type): return .one(type)
        case .input: return input
        case .oneOfInput: return input.single
        case .criterion:
            let isSingle = input.isSingle && arguments[0].isSingle
            return FHIRPathStaticType(
                kinds: arguments[0].kinds, isSingle: isSingle,
                isUnordered: input.isUnordered || arguments[0].isUnordered)
        case .unknown: return .unknown
        }
    }
}

extension RegularExpression {
    /// Reads a pattern that stands in an expression.
    static func compiling(_ pattern: String, at range: Range<Int>) throws(FHIRPathError) -> RegularExpression {
        do throws(PatternError) {
            return try RegularExpression(pattern)
        } catch {
            throw FHIRPathError(.semantic, at: range, expected: "a regular expression", found: error.reason)
        }
    }
}
