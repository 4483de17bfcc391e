import AvowFHIR

/// Completes paths of FHIRPath by the elements of R4's types.
struct PathCompletion {
    let root: FHIRType
    /// Whether the path says yes or no of a record, where the language's own names mean nothing.
    var isCondition = false

    /// The functions that analysts use most, with what follows their name.
    private static let functions = [
        "first()", "last()", "exists()", "empty()", "count()", "where(", "ofType(", "select(", "distinct()", "join(",
        "matches(", "contains(", "startsWith(", "replaceMatches(", "round(", "toString()",
    ]

    /// What the last name of a path could be.
    func complete(_ path: String) -> Completion {
        let steps = PathCompletion.steps(path)
        guard let last = steps.last else { return .none }
        var types: [FHIRType] = [root]
        for (index, step) in steps.dropLast().enumerated() {
            if index == 0, step.name == root.name, step.argument == nil { continue }
            types = types.flatMap { PathCompletion.types(after: step, from: $0) }
            if types.isEmpty { return .none }
        }
        guard last.argument == nil else { return .none }
        let folded = last.name.lowercased()
        var seen: Set<String> = []
        var candidates: [Candidate] = []
        for type in types {
            for element in type.elements where element.name.lowercased().hasPrefix(folded) {
                guard seen.insert(element.name).inserted else { continue }
                candidates.append(Candidate(element.name, detail: PathCompletion.detail(element), suffix: ""))
            }
        }
        if steps.count == 1, isCondition { return Completion(replacing: last.name.count, candidates: candidates) }
        if steps.count == 1 {
            let named = [("resource", "the whole resource"), ("patient", "whose it is"), ("date", "the clinical date")]
            for (name, detail) in named where name.hasPrefix(folded) && seen.insert(name).inserted {
                candidates.append(Candidate(name, detail: detail, suffix: ""))
            }
        } else {
            candidates += PathCompletion.functions.filter { $0.lowercased().hasPrefix(folded) }.map {
                Candidate($0, suffix: "")
            }
        }
        return Completion(replacing: last.name.count, candidates: candidates)
    }

    private static func detail(_ element: FHIRElement) -> String {
        let names = element.types.map(\.name).map { $0.contains(".") ? "elements" : $0 }
        let types = names.count > 3 ? names.prefix(3).joined(separator: ", ") + ", …" : names.joined(separator: ", ")
        return element.repeats ? types + ", many" : types
    }

    private static func types(after step: Step, from type: FHIRType) -> [FHIRType] {
        guard let argument = step.argument else {
            return type.element(named: step.name).map { Array($0.types) } ?? []
        }
        switch step.name {
        case "first", "last", "tail", "skip", "take", "single", "where", "distinct", "trace": return [type]
        case "ofType", "as":
            let name = argument.trimmed.split(separator: ".").last.map(String.init) ?? ""
            return FHIRType(named: name).map { $0 == type || $0.isA(type) ? [$0] : [] } ?? []
        case "extension": return FHIRType(named: "Extension").map { [$0] } ?? []
        default: return []
        }
    }

    /// A name, and what stands in brackets behind it.
    private struct Step {
        var name = ""
        var argument: String?
    }

    private static func steps(_ path: String) -> [Step] {
        var steps = [Step()]
        var depth = 0
        var isInIndex = false
        for character in path {
            switch character {
            case "(":
                if depth > 0 { steps[steps.count - 1].argument?.append(character) }
                if depth == 0 { steps[steps.count - 1].argument = "" }
                depth += 1
            case ")":
                depth -= 1
                if depth > 0 { steps[steps.count - 1].argument?.append(character) }
            case "[" where depth == 0: isInIndex = true
            case "]" where depth == 0: isInIndex = false
            case "." where depth == 0: steps.append(Step())
            default:
                if depth > 0 {
                    steps[steps.count - 1].argument?.append(character)
                } else if !isInIndex {
                    steps[steps.count - 1].name.append(character)
                }
            }
        }
        return steps
    }
}
