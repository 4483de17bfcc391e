import AvowFHIR
import AvowQuery
import Foundation

/// Counts the codes, or the units, in what a path finds in some records.
struct SampledValues {
    /// More different ones than these are not offered.
    private static let mostValues = 200

    private var counts: [String: Int] = [:]
    private var codes: [String: WrittenCode] = [:]
    private var displays: [String: String] = [:]

    /// Takes what a path finds in one record: a value, or a list of them, as JSON.
    mutating func take(_ value: JSONValue) {
        var found: Set<String> = []
        visit(value, &found)
        for text in found { counts[text, default: 0] += 1 }
    }

    private mutating func visit(_ value: JSONValue, _ found: inout Set<String>) {
        switch value.kind {
        case .string, .boolean:
            let code = value.string ?? value.rawText
            if !code.isEmpty { note(code, system: "", display: "", &found) }
        case .array: for element in value.elements { visit(element, &found) }
        case .object:
            if let codings = value["coding"] { return visit(codings, &found) }
            guard let code = value["code"]?.string, !code.isEmpty else { return }
            note(
                code, system: value["system"]?.string ?? "", display: value["display"]?.string ?? "", &found)
        default: break
        }
    }

    private mutating func note(_ code: String, system: String, display: String, _ found: inout Set<String>) {
        let written = WrittenCode(code: code, system: system)
        let token = written.token
        found.insert(token)
        codes[token] = written
        if !display.isEmpty { displays[token] = display }
    }

    /// Adds a number of records that an index told of.
    mutating func take(code: String, system: String, count: Int) {
        guard !code.isEmpty else { return }
        let written = WrittenCode(code: code, system: system)
        codes[written.token] = written
        counts[written.token, default: 0] += count
    }

    /// The codes, the most frequent first.
    var known: [KnownCode] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(SampledValues.mostValues).compactMap {
            (token, count) in
            codes[token].map { KnownCode(token: token, code: $0.code, display: displays[token] ?? "", count: count) }
        }
    }
}

/// Where the values of a search parameter stand, as a query can ask for them.
struct SampledPath {
    /// What finds all values.
    let path: String
    /// What finds a code, and its system, when each is one value that the entries of an index may tell.
    let parts: (code: String, system: String?)?

    /// Nil for a parameter that has no path, or whose values are identifiers, which tell who somebody is.
    init?(_ parameter: String, on type: ResourceType) {
        guard let definition = AvowFHIR.SearchParameter.named(parameter, for: type),
            let expression = definition.expression, !expression.contains("resolve()")
        else { return nil }
        let prefix = type.name + "."
        guard expression.hasPrefix(prefix), !expression.contains(" "), !expression.contains("(") else {
            // What begins otherwise is evaluated as it is.
            guard !SampledPath.isPersonal(parameter) else { return nil }
            path = SampledPath.evaluable(expression)
            parts = nil
            return
        }
        let steps = expression.dropFirst(prefix.count).split(separator: ".").map(String.init)
        var element: FHIRType? = FHIRType(type)
        for step in steps { element = element?.element(named: step)?.types.first }
        guard let name = element?.name, !["Identifier", "ContactPoint"].contains(name),
            !SampledPath.isPersonal(parameter)
        else { return nil }
        path = steps.joined(separator: ".")
        switch name {
        case "code", "boolean": parts = (path, nil)
        case "Coding": parts = (path + ".code", path + ".system")
        default: parts = nil
        }
    }

    /// An expression of a search parameter as a query evaluates it, where `as` takes one item only.
    static func evaluable(_ expression: String) -> String {
        let branches = expression.components(separatedBy: " | ").map { branch -> String in
            let words = branch.split(separator: " ")
            guard words.count == 3, words[1] == "as", words[0].hasPrefix("("), words[2].hasSuffix(")") else {
                return branch
            }
            return "\(words[0].dropFirst()).ofType(\(words[2].dropLast()))"
        }
        return "(" + branches.joined(separator: " | ") + ")"
    }

    private static func isPersonal(_ parameter: String) -> Bool {
        ["identifier", "telecom", "email", "phone", "value-identifier"].contains(parameter)
    }
}
