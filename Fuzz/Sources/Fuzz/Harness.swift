import AvowFHIR

/// What can be fuzzed. A harness traps when something does not hold that should, and does nothing otherwise.
enum Harness: String, CaseIterable {
    /// JSON: what is parsed can be walked, and its compact text parses to the same.
    case json
    /// FHIRPath: what is parsed prints to a text that parses to the same, and is evaluated or refused.
    case path
    /// Resources: a set of expressions on a document of any shape.
    case resource
    /// Regular expressions, through `matches` and `replaceMatches`: a pattern, a line end, a text.
    case regex

    func run(_ input: [UInt8]) {
        switch self {
        case .json: JSONHarness.run(input)
        case .path: PathHarness.run(input)
        case .resource: ResourceHarness.run(input)
        case .regex: RegexHarness.run(input)
        }
    }
}

/// Ends the program: what should hold does not.
func require(_ holds: Bool, _ what: String) {
    precondition(holds, what)
}

enum JSONHarness {
    static func run(_ input: [UInt8]) {
        guard let parser = try? JSONParser() else { return }
        do throws(JSONError) {
            let document = try parser.parse(input)
            let compact = document.bytes
            let count = walk(document.root)
            let again: JSONDocument
            do throws(JSONError) {
                again = try parser.parse(compact)
            } catch {
                preconditionFailure("compact text is refused: \(error)")
            }
            require(again.bytes == compact, "compact text is not stable")
            require(walk(again.root) == count, "compact text has other values")
        } catch {
            require(error.offset >= 0 && error.offset <= input.count, "an error outside of the text")
            _ = error.position(in: input)
        }
    }

    /// Reads everything; how many values there are.
    static func walk(_ value: JSONValue) -> Int {
        switch value.kind {
        case .object: return value.members.reduce(1) { $0 + $1.name.utf8.count &* 0 + walk($1.value) }
        case .array: return value.elements.reduce(1) { $0 + walk($1) }
        case .string: return value.string == nil ? 0 : 1
        case .number: return value.numberText == nil ? 0 : 1
        case .boolean: return value.boolean == nil ? 0 : 1
        case .null: return 1
        }
    }
}

enum PathHarness {
    private static let types = ["Bundle", "Patient", "Observation", nil]

    static func run(_ input: [UInt8]) {
        let text = String(decoding: input, as: UTF8.self)
        let expression: FHIRPathExpression
        do throws(FHIRPathError) {
            expression = try FHIRPathExpression(text)
        } catch {
            require(error.range.lowerBound >= 0 && error.range.upperBound <= text.utf8.count, "an error outside")
            _ = error.rendered(in: text)
            return
        }
        let printed = expression.description
        // Brackets that are printed around a long row of operators may pass the limit of the text.
        if printed.utf8.count <= FHIRPathLimits.length {
            do throws(FHIRPathError) {
                let again = try FHIRPathExpression(printed)
                require(again == expression, "printed and parsed: \(printed)")
            } catch {
                preconditionFailure("printed text is refused: \(printed): \(error)")
            }
        }
        for type in types {
            _ = try? FHIRPath(expression, on: type.flatMap { FHIRType(named: $0) })
        }
        guard let path = try? FHIRPath(expression, options: .lenient) else { return }
        for document in Samples.documents { evaluate(path, on: document.root) }
    }

    static func evaluate(_ path: FHIRPath, on value: JSONValue) {
        var environment = FHIRPathEnvironment()
        environment.stepLimit = 100_000
        environment.collectionLimit = 10_000
        do throws(FHIRPathError) {
            for item in try path.evaluate(on: value, in: environment).prefix(100) {
                require(!item.typeName.isEmpty, "an item without a type")
                _ = item.text
            }
        } catch {
            require(error.range.upperBound <= path.expression.text.utf8.count, "an error outside of the text")
        }
        path.visiting?.visit(value) { (element) throws(Never) -> Bool in element.json?.rawBytes.isEmpty != true }
    }
}

enum ResourceHarness {
    static func run(_ input: [UInt8]) {
        guard let document = try? JSONParser().parse(input) else { return }
        for path in Samples.paths { PathHarness.evaluate(path, on: document.root) }
    }
}

enum RegexHarness {
    private static let paths = ["a.matches(%p)", "a.matchesFull(%p)", "a.replaceMatches(%p, '<$1>')"].compactMap {
        text in
        try? FHIRPath(text, options: FHIRPathOptions(isStrict: false, checksOrder: false, variables: ["p"]))
    }

    static func run(_ input: [UInt8]) {
        let parts = input.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let text = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
        var environment = FHIRPathEnvironment()
        environment.stepLimit = 100_000
        environment.variables = ["p": [.string(String(decoding: parts[0], as: UTF8.self))]]
        let json =
            #"{"a":""#
            + text.unicodeScalars.map { $0.isASCII && $0.value > 0x22 && $0 != "\\" ? String($0) : "\\n" }.joined()
            + #""}"#
        guard let document = try? JSONParser().parse(Array(json.utf8)) else { return }
        for path in paths { _ = try? path.evaluate(on: document.root, in: environment) }
    }
}
