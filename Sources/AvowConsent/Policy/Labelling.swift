internal import AvowFHIR

/// Which codes make a record sensitive: rules that give a record security labels by the codings in it.
///
/// Every coding counts, wherever it stands in the record: its code, a reason, a diagnosis on a bill. What a Consent denies
/// by a label is then withheld whether or not whoever made the record labelled it.
public struct Labelling: Hashable, Sendable {
    /// Tables that are built in, and rules of the policy's own, in the order in which they are written.
    let parts: [Part]
    private let index: LabelIndex

    /// A built-in table, or a rule.
    enum Part: Hashable, Sendable {
        case table(LabellingTable)
        case rule(LabellingRule)

        var json: String {
            switch self {
            case .table(let table): JSONString.encode(table.rawValue)
            case .rule(let rule): rule.json
            }
        }
    }

    /// Nothing is labelled.
    static let none = Labelling([])
    /// The built-in table.
    public static let standard = Labelling([.table(.standard1)])

    init(_ parts: [Part]) {
        self.parts = parts
        index = LabelIndex(
            parts.flatMap { part in
                switch part {
                case .table(let table): table.rules
                case .rule(let rule): [rule]
                }
            })
    }

    /// Whether both say the same.
    public static func == (left: Self, right: Self) -> Bool { left.parts == right.parts }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(parts) }

    /// The labels that the codings of a resource give it.
    ///
    /// - Complexity: O(size of the resource).
    func labels(of resource: JSONValue) -> Set<Token> {
        guard !index.isEmpty else { return [] }
        var found: Set<Token> = []
        collect(resource, &found)
        return found
    }

    private func collect(_ value: JSONValue, _ found: inout Set<Token>) {
        switch value.kind {
        case .array:
            for element in value.elements { collect(element, &found) }
        case .object:
            for member in value.members {
                let inner = member.value
                switch inner.kind {
                case .array, .object: collect(inner, &found)
                case .string:
                    guard member.isNamed("code"), let code = inner.string else { continue }
                    index.add(code, of: { value["system"]?.string }, to: &found)
                default: continue
                }
            }
        default: return
        }
    }
}

/// Codings that give a record labels.
struct LabellingRule: Hashable, Sendable {
    /// The labels: policies of v3-ActCode, levels of v3-Confidentiality, others as `system|code`; sorted.
    let labels: [Token]
    /// The system that defines the codes.
    let system: String
    /// The codes, sorted.
    let codes: [String]
    /// What other codes begin with, sorted.
    let prefixes: [String]

    var json: String {
        var members = [
            ("labels", PolicyJSON.texts(labels.map(Self.name))), ("system", JSONString.encode(system)),
        ]
        if !codes.isEmpty { members.append(("codes", PolicyJSON.texts(codes))) }
        if !prefixes.isEmpty { members.append(("prefixes", PolicyJSON.texts(prefixes))) }
        return PolicyJSON.object(members)
    }

    private static func name(_ label: Token) -> String {
        [CodeSystem.actCode, CodeSystem.confidentiality].contains(label.system)
            ? label.code : "\(label.system)|\(label.code)"
    }
}

/// Rules by the codes that they are about: most codings are told apart by their code, before anything asks their system.
private struct LabelIndex: Sendable {
    private struct Entry {
        let text: String
        let system: String
        let labels: [Token]
    }

    private var codes: [String: [Entry]] = [:]
    /// By their first byte.
    private var prefixes: [UInt8: [Entry]] = [:]

    init(_ rules: [LabellingRule]) {
        for rule in rules {
            let system = CodeSystem.canonical(rule.system)
            for code in rule.codes {
                codes[code, default: []].append(Entry(text: code, system: system, labels: rule.labels))
            }
            for prefix in rule.prefixes {
                guard let first = prefix.utf8.first else { continue }
                prefixes[first, default: []].append(Entry(text: prefix, system: system, labels: rule.labels))
            }
        }
    }

    var isEmpty: Bool { codes.isEmpty && prefixes.isEmpty }

    func add(_ code: String, of system: () -> String?, to labels: inout Set<Token>) {
        let exact = codes[code] ?? []
        let beginning = code.utf8.first.flatMap { prefixes[$0] } ?? []
        let fitting = exact + beginning.filter { code.utf8.starts(with: $0.text.utf8) }
        guard !fitting.isEmpty, let system = system().map(CodeSystem.canonical) else { return }
        for entry in fitting where entry.system == system { labels.formUnion(entry.labels) }
    }
}

// From the file of a policy.
extension Labelling {
    init(_ reader: PolicyReader) throws(PolicyError) {
        var parts: [Part] = []
        for element in try reader.elements() {
            let part: Part
            if element.value.kind == .string {
                let name = try element.word(of: LabellingTable.allCases.map(\.rawValue))
                part = .table(LabellingTable(rawValue: name) ?? .standard1)
            } else {
                part = .rule(try LabellingRule(element))
            }
            guard !parts.contains(part) else { throw element.error(.repeated, "the same stands in the list before") }
            parts.append(part)
        }
        self.init(parts)
    }
}

extension LabellingRule {
    fileprivate init(_ reader: PolicyReader) throws(PolicyError) {
        try reader.expectObject(of: ["labels", "system", "codes", "prefixes"])
        _ = try reader.requiredMember("labels")
        labels = try reader.set("labels", { element throws(PolicyError) in try Self.label(element) }, by: Self.name)
        system = try Self.nonEmpty(try reader.requiredMember("system"))
        codes = try reader.set("codes", { element throws(PolicyError) in try Self.nonEmpty(element) }, by: \.self)
        prefixes = try reader.set("prefixes", { element throws(PolicyError) in try Self.nonEmpty(element) }, by: \.self)
        guard !labels.isEmpty else { throw reader.error(.invalid, "the rule gives no label") }
        guard !codes.isEmpty || !prefixes.isEmpty else {
            throw reader.error(.missing, "the rule needs codes, or prefixes of codes")
        }
    }

    private static func nonEmpty(_ reader: PolicyReader) throws(PolicyError) -> String {
        let text = try reader.text()
        guard 1...512 ~= text.utf8.count else { throw reader.error(.invalid, "expected are 1 to 512 bytes of text") }
        return text
    }

    private static func label(_ reader: PolicyReader) throws(PolicyError) -> Token {
        let text = try nonEmpty(reader)
        if let bar = text.utf8.lastIndex(of: UInt8(ascii: "|")) {
            let label = Token(
                system: CodeSystem.canonical(String(text[..<bar])),
                code: String(text[text.utf8.index(after: bar)...]))
            guard !label.code.isEmpty, !label.system.isEmpty else {
                throw reader.error(.invalid, "expected is system|code")
            }
            guard label.system == CodeSystem.actCode || label.system == CodeSystem.confidentiality else { return label }
            return try known(label.code, reader)
        }
        return try known(text, reader)
    }

    private static func known(_ code: String, _ reader: PolicyReader) throws(PolicyError) -> Token {
        if Confidentiality(code: code) != nil { return Token(system: CodeSystem.confidentiality, code: code) }
        guard SecurityLabel.isPolicy(code) else {
            throw reader.error(
                .unknownName,
                "'\(PolicyReader.shown(code))' is no policy of R4's v3-ActCode, and none of the levels U, L, M, N, R, V",
                suggestion: SecurityLabel.nearest(to: code))
        }
        return Token(system: CodeSystem.actCode, code: code)
    }
}
