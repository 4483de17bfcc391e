// Functions, parted by what they are about.
extension FHIRPathEvaluation {
    func call(
        _ function: FHIRPathFunction, _ arguments: [FHIRPathOperation], on input: [FHIRPathItem], _ frame: inout Frame,
        _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        try spend(input.count, at: range)
        switch function {
        case .empty: return [.boolean(input.isEmpty)]
        case .exists:
            guard let criterion = arguments.first else { return [.boolean(!input.isEmpty)] }
            return [.boolean(try first(input, criterion, frame) { $0 == true } != nil)]
        case .all: return [.boolean(try first(input, arguments[0], frame) { $0 != true } == nil)]
        case .allTrue, .anyTrue, .allFalse, .anyFalse: return [.boolean(try summary(function, input, at: range))]
        case .count: return [.integer(input.count)]
        case .not: return try boolean(input, at: range).map { [.boolean(!$0)] } ?? []
        case .where: return try filter(input, arguments[0], frame)
        case .select: return try project(input, arguments[0], frame, range)
        case .repeat: return try repeated(input, arguments[0], frame, range, onlyNew: true)
        case .repeatAll: return try repeated(input, arguments[0], frame, range, onlyNew: false)
        case .iif: return try conditional(input, arguments, frame, range)
        case .aggregate: return try aggregate(input, arguments, frame, range)
        case .trace: return try trace(input, arguments, frame)
        case .defineVariable: return try define(input, arguments, &frame, range)
        case .type: return input.map(Self.typeInfo)
        case .now: return [.dateTime(now)]
        case .today: return [.date(now.date)]
        case .timeOfDay: return now.time.map { [.time($0)] } ?? []
        case .children, .descendants: return try descendants(input, isDeep: function == .descendants, range)
        case .coalesce:
            for argument in arguments {
                let items = try evaluate(inner: argument, frame)
                if !items.isEmpty { return items }
            }
            return []
        case .single, .first, .last, .tail, .skip, .take: return try subset(function, input, arguments, frame, range)
        case .intersect, .exclude, .union, .combine, .subsetOf, .supersetOf, .distinct, .isDistinct:
            return try sets(function, input, arguments, frame, range)
        case .extension, .hasValue, .getValue, .resolve, .memberOf, .subsumes, .subsumedBy, .htmlChecks, .conformsTo,
            .getResourceKey, .getReferenceKey:
            return try fhir(function, input, arguments, frame, range)
        case .sum, .min, .max, .avg: return try statistic(function, input, at: range)
        default: return try callOnOne(function, input, arguments, frame, range)
        }
    }

    /// Functions of at most one item.
    private func callOnOne(
        _ function: FHIRPathFunction, _ input: [FHIRPathItem], _ arguments: [FHIRPathOperation], _ frame: Frame,
        _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        if function == .join { return try join(input, arguments.first, frame, range) }
        guard let item = try singleton(input, at: range) else { return [] }
        if let conversion = FHIRPathConversion(function) {
            return try convert(item, conversion, arguments.first, frame)
        }
        switch function.input {
        case .strings:
            guard let text = try string(input, at: range) else { return [] }
            return try strings(function, text, arguments, frame, range)
        default: return try mathematics(function, item, arguments, frame, range)
        }
    }

    // MARK: Existence, filtering and projection

    /// The place of the first item with which a criterion yields what is wanted.
    private func first(
        _ items: [FHIRPathItem], _ criterion: FHIRPathOperation, _ frame: Frame, where isWanted: (Bool?) -> Bool
    ) throws(FHIRPathError) -> Int? {
        for (index, item) in items.enumerated() {
            let result = try evaluate(inner: criterion, frame.with(item, at: index))
            if isWanted(try boolean(result, at: criterion.range)) { return index }
        }
        return nil
    }

    private func summary(
        _ function: FHIRPathFunction, _ input: [FHIRPathItem], at range: Range<Int>
    ) throws(FHIRPathError) -> Bool {
        var values: [Bool] = []
        for item in input {
            guard case .boolean(let value) = item.value else { throw failure("booleans", [item], at: range) }
            values.append(value)
        }
        switch function {
        case .allTrue: return values.allSatisfy { $0 }
        case .anyTrue: return values.contains(true)
        case .allFalse: return !values.contains(true)
        default: return values.contains(false)
        }
    }

    private func filter(
        _ input: [FHIRPathItem], _ criterion: FHIRPathOperation, _ frame: Frame
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var result: [FHIRPathItem] = []
        for (index, item) in input.enumerated() {
            let found = try evaluate(inner: criterion, frame.with(item, at: index))
            if try boolean(found, at: criterion.range) == true { result.append(item) }
        }
        return result
    }

    private func project(
        _ input: [FHIRPathItem], _ projection: FHIRPathOperation, _ frame: Frame, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var result: [FHIRPathItem] = []
        for (index, item) in input.enumerated() {
            result += try evaluate(inner: projection, frame.with(item, at: index))
            try bound(result, at: range)
        }
        return result
    }

    /// What a projection yields, and yields of that, and so on.
    private func repeated(
        _ input: [FHIRPathItem], _ projection: FHIRPathOperation, _ frame: Frame, _ range: Range<Int>, onlyNew: Bool
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var seen = FHIRPathItemSet()
        var result: [FHIRPathItem] = []
        var next = input
        while !next.isEmpty {
            let found = try project(next, projection, frame, range)
            try spend(found.count, at: range)
            next = onlyNew ? found.filter { seen.insert($0) } : found
            result += next
            try bound(result, at: range)
        }
        return result
    }

    private func conditional(
        _ input: [FHIRPathItem], _ arguments: [FHIRPathOperation], _ frame: Frame, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard input.count <= 1 else { throw failure("at most one item", input, at: range) }
        var inner = frame
        inner.this = input
        let holds = try boolean(evaluate(inner: arguments[0], inner), at: arguments[0].range)
        if holds == true { return try evaluate(inner: arguments[1], inner) }
        return arguments.count > 2 ? try evaluate(inner: arguments[2], inner) : []
    }

    private func aggregate(
        _ input: [FHIRPathItem], _ arguments: [FHIRPathOperation], _ frame: Frame, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var total = arguments.count > 1 ? try evaluate(inner: arguments[1], frame) : []
        for (index, item) in input.enumerated() {
            var inner = frame.with(item, at: index)
            inner.total = total
            total = try evaluate(inner: arguments[0], inner)
            try bound(total, at: range)
        }
        return total
    }

    private func trace(
        _ input: [FHIRPathItem], _ arguments: [FHIRPathOperation], _ frame: Frame
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard let name = try string(arguments[0], frame) else { return input }
        var shown = input
        if arguments.count > 1 { shown = try project(input, arguments[1], frame, arguments[1].range) }
        environment.trace?(name, shown)
        return input
    }

    private func define(
        _ input: [FHIRPathItem], _ arguments: [FHIRPathOperation], _ frame: inout Frame, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard let name = try string(arguments[0], frame) else { return input }
        guard frame.variables[name] == nil, !FHIRPathCompiler.environmentNames.contains(name) else {
            throw FHIRPathError(
                .evaluation, at: arguments[0].range, expected: "a variable that is not yet defined",
                found: "'\(name)'")
        }
        var value = input
        if arguments.count > 1 {
            var inner = frame
            inner.this = input
            value = try evaluate(inner: arguments[1], inner)
        }
        frame.variables[name] = value
        return input
    }

    func sort(
        _ input: [FHIRPathItem], _ keys: [FHIRPathSortKey], _ frame: Frame, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var rows: [(item: FHIRPathItem, keys: [FHIRPathItem?])] = []
        for (index, item) in input.enumerated() {
            var values: [FHIRPathItem?] = []
            for key in keys {
                let found = try evaluate(inner: key.operation, frame.with(item, at: index))
                values.append(try singleton(found, at: key.operation.range))
            }
            if keys.isEmpty { values.append(item.value) }
            rows.append((item, values))
        }
        return try sortedPlaces(rows.map(\.keys), keys, range).map { rows[$0].item }
    }

    /// The places of the rows in the order of their keys.
    private func sortedPlaces(
        _ rows: [[FHIRPathItem?]], _ keys: [FHIRPathSortKey], _ range: Range<Int>
    ) throws(FHIRPathError) -> [Int] {
        guard rows.count > 1 else { return Array(rows.indices) }
        // Comparing may fail, which the library's sort cannot say: it then sorts on by place, and the error is thrown.
        var failure: FHIRPathError?
        let places = rows.indices.sorted { left, right in
            guard failure == nil else { return left < right }
            do throws(FHIRPathError) {
                for position in rows[left].indices {
                    let isDescending = position < keys.count && keys[position].isDescending
                    switch (rows[left][position], rows[right][position]) {
                    // What has no key comes first.
                    case (nil, nil): continue
                    case (nil, _?): return true
                    case (_?, nil): return false
                    case (let first?, let second?):
                        try spend(1, at: range)
                        switch try order(first, second, at: range) {
                        case .ascending?: return !isDescending
                        case .descending?: return isDescending
                        default: continue
                        }
                    }
                }
            } catch {
                failure = error
            }
            return left < right
        }
        if let failure { throw failure }
        return places
    }

    // MARK: Types

    private static func typeInfo(_ item: FHIRPathItem) -> FHIRPathItem {
        if let system = item.systemType {
            return .type(FHIRPathTypeInfo(namespace: "System", name: system.rawValue))
        }
        if case .type = item { return .type(FHIRPathTypeInfo(namespace: "System", name: "TypeInfo")) }
        return .type(FHIRPathTypeInfo(namespace: "FHIR", name: item.typeName))
    }

    func apply(
        _ test: FHIRPathTest, _ type: FHIRPathTypeTest, to items: [FHIRPathItem], at range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        switch test {
        case .ofType: return items.filter(type.selects)
        case .as:
            guard items.count <= 1 else { throw failure("at most one item", items, at: range) }
            return items.filter(type.selects)
        case .is:
            guard items.count <= 1 else { throw failure("at most one item", items, at: range) }
            return items.map { .boolean(type.includes($0)) }
        }
    }

    private func descendants(
        _ input: [FHIRPathItem], isDeep: Bool, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var result: [FHIRPathItem] = []
        var next = input
        repeat {
            var found: [FHIRPathItem] = []
            for item in next {
                if case .element(let element) = item { element.appendChildren(to: &found) }
            }
            result += found
            try spend(found.count, at: range)
            try bound(result, at: range)
            next = found
        } while isDeep && !next.isEmpty
        return result
    }
}
