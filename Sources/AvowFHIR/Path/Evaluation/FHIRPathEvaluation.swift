/// One evaluation of an expression: what it is evaluated on, and what it has used up.
final class FHIRPathEvaluation {
    /// Nil when the expression is evaluated on nothing.
    let input: FHIRPathItem?
    let environment: FHIRPathEnvironment
    private var steps = 0
    private var clock: FHIRDateTime?
    /// Where the resources of the bundle stand that is evaluated, by their full URL; filled on first use.
    var bundleEntries: [String: FHIRPathElement]?

    /// What names stand for while one operation is evaluated.
    struct Frame {
        var this: [FHIRPathItem]
        var index = 0
        var total: [FHIRPathItem] = []
        var variables: [String: [FHIRPathItem]] = [:]

        /// The same for a criterion that is evaluated with one item.
        func with(_ item: FHIRPathItem, at index: Int) -> Frame {
            var frame = self
            frame.this = [item]
            frame.index = index
            return frame
        }
    }

    init(on input: FHIRPathItem?, _ environment: FHIRPathEnvironment) {
        self.input = input
        self.environment = environment
    }

    func run(_ operation: FHIRPathOperation) throws(FHIRPathError) -> [FHIRPathItem] {
        var frame = Frame(this: input.map { [$0] } ?? [], variables: environment.variables)
        return try evaluate(operation, &frame)
    }

    /// The time of the evaluation, the same throughout.
    var now: FHIRDateTime {
        if let clock { return clock }
        let time = environment.now ?? FHIRDateTime.current
        clock = time
        return time
    }

    /// Counts work, and stops when there is too much of it.
    func spend(_ count: Int, at range: Range<Int>) throws(FHIRPathError) {
        let before = steps >> 12
        steps += count
        guard steps <= environment.stepLimit else {
            throw FHIRPathError(
                .limit, at: range, expected: "an evaluation of at most \(environment.stepLimit) steps", found: "more")
        }
        if steps >> 12 != before, let isCancelled = environment.isCancelled, isCancelled() {
            throw FHIRPathError(.cancelled, at: range, expected: "time to go on", found: "a request to stop")
        }
    }

    /// Refuses a collection that grows too large.
    func bound(_ items: [FHIRPathItem], at range: Range<Int>) throws(FHIRPathError) {
        guard items.count <= environment.collectionLimit else {
            throw FHIRPathError(
                .limit, at: range, expected: "a collection of at most \(environment.collectionLimit) items",
                found: "more")
        }
    }

    /// Evaluates an operation; variables that it defines are known to the frame afterwards.
    func evaluate(_ operation: FHIRPathOperation, _ frame: inout Frame) throws(FHIRPathError) -> [FHIRPathItem] {
        try spend(1, at: operation.range)
        switch operation.form {
        case .constant(let items): return items
        case .this: return frame.this
        case .index: return [.integer(frame.index)]
        case .total: return frame.total
        case .variable(let name):
            guard let items = frame.variables[name] else {
                throw FHIRPathError(
                    .evaluation, at: operation.range, expected: "a variable that is defined", found: "'%\(name)'")
            }
            return items
        case .context: return input.map { [$0] } ?? []
        case .resource: return resource()
        case .rootResource: return rootResource()
        case .member(let of, let step):
            return try members(step, of: evaluate(of, &frame), at: operation.range)
        case .head(let test):
            return head(test, frame)
        case .call(let of, let function, let arguments):
            let input = try evaluate(of, &frame)
            return try call(function, arguments, on: input, &frame, operation.range)
        case .test(let test, let of, let type):
            return try apply(test, type, to: evaluate(of, &frame), at: operation.range)
        case .sort(let of, let keys):
            return try sort(evaluate(of, &frame), keys, frame, operation.range)
        case .matches(let of, let expression, let wholly):
            guard let text = try string(evaluate(of, &frame), at: of.range) else { return [] }
            try spend(text.utf8.count * expression.workPerScalar, at: operation.range)
            return [.boolean(expression.matches(text, wholly: wholly))]
        case .refersTo(let of, let type):
            return try refersTo(evaluate(of, &frame), type, at: operation.range)
        case .item(let of, let position):
            let items = try evaluate(of, &frame)
            guard let index = try integer(position, frame), items.indices.contains(index) else { return [] }
            return [items[index]]
        case .signed(let isNegative, let of):
            let items = try evaluate(of, &frame)
            return try signed(items, isNegative: isNegative, at: operation.range)
        case .binary(let kind, let left, let right):
            return try binary(kind, left, right, frame, operation.range)
        case .walk(let walk, let operation): return try evaluate(walk, operation, &frame)
        }
    }

    /// Evaluates an operation whose variables do not leave it.
    func evaluate(inner operation: FHIRPathOperation, _ frame: Frame) throws(FHIRPathError) -> [FHIRPathItem] {
        var frame = frame
        return try evaluate(operation, &frame)
    }

    private func head(_ test: FHIRPathTypeTest, _ frame: Frame) -> [FHIRPathItem] {
        frame.this.filter(test.includes)
    }

    private func members(
        _ step: FHIRPathStep, of items: [FHIRPathItem], at range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var result: [FHIRPathItem] = []
        for item in items {
            switch item {
            case .element(let element): element.appendMembers(step, to: &result)
            default: result += item.parts(named: step.member.name)
            }
        }
        try spend(items.count + result.count, at: range)
        try bound(result, at: range)
        return result
    }

    /// The innermost resource that the input is or stands in.
    private func resource() -> [FHIRPathItem] {
        guard let input else { return [] }
        guard case .element(let element) = input else { return [input] }
        return element.enclosingResources.last.map { [.element($0)] } ?? [input]
    }

    /// The resource that contains the innermost one, or that itself.
    private func rootResource() -> [FHIRPathItem] {
        guard let input else { return [] }
        guard case .element(let element) = input else { return [input] }
        return element.containerResource.map { [.element($0)] } ?? [input]
    }
}

// What operations need of their operands.
extension FHIRPathEvaluation {
    func failure(_ expected: String, _ items: [FHIRPathItem], at range: Range<Int>) -> FHIRPathError {
        let found = items.count == 1 ? items[0].typeName : "\(items.count) items"
        return FHIRPathError(.evaluation, at: range, expected: expected, found: found)
    }

    /// The only item, as a value of FHIRPath's own types where it is one; nil for none.
    func singleton(_ items: [FHIRPathItem], at range: Range<Int>) throws(FHIRPathError) -> FHIRPathItem? {
        guard items.count <= 1 else { throw failure("at most one item", items, at: range) }
        return items.first.map(\.value)
    }

    /// The boolean that a collection stands for: its only item, or true for an only item of another type.
    func boolean(_ items: [FHIRPathItem], at range: Range<Int>) throws(FHIRPathError) -> Bool? {
        guard let item = try singleton(items, at: range) else { return nil }
        if case .boolean(let value) = item { return value }
        return true
    }

    func string(_ items: [FHIRPathItem], at range: Range<Int>) throws(FHIRPathError) -> String? {
        guard let item = try singleton(items, at: range) else { return nil }
        if case .string(let text) = item { return text }
        // What FHIR writes as a string is one to functions of strings, even if it is a date besides.
        if case .element(let element) = items[0], element.kind == .string { return element.json?.string }
        throw failure("a string", [item], at: range)
    }

    func string(_ operation: FHIRPathOperation, _ frame: Frame) throws(FHIRPathError) -> String? {
        try string(evaluate(inner: operation, frame), at: operation.range)
    }

    func integer(_ operation: FHIRPathOperation, _ frame: Frame) throws(FHIRPathError) -> Int? {
        let items = try evaluate(inner: operation, frame)
        guard let item = try singleton(items, at: operation.range) else { return nil }
        if case .integer(let value) = item { return value }
        throw failure("an integer", [item], at: operation.range)
    }

    func decimal(_ items: [FHIRPathItem], at range: Range<Int>) throws(FHIRPathError) -> FHIRDecimal? {
        guard let item = try singleton(items, at: range) else { return nil }
        switch item {
        case .integer(let value): return FHIRDecimal(value)
        case .decimal(let value): return value
        default: throw failure("a number", [item], at: range)
        }
    }
}
