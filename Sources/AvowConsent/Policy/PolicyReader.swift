internal import AvowFHIR

/// A value in a policy's JSON, with its path, for errors that name it.
struct PolicyReader {
    let value: JSONValue
    let path: String

    /// How many elements a list in a policy has at most.
    static let greatestCount = 10_000

    func error(_ kind: PolicyError.Kind, _ message: String, suggestion: String? = nil) -> PolicyError {
        PolicyError(kind, at: path, message, suggestion: suggestion)
    }

    /// Refuses what is no object, has other members than these, or one of them twice.
    func expectObject(of names: [String]) throws(PolicyError) {
        for member in try members() where !names.contains(member.name) {
            throw member.value.error(
                .unknownName, "there is no such member; expected are \(names.joined(separator: ", "))",
                suggestion: NearestName.of(member.name, among: names))
        }
    }

    /// The members of the object, none twice.
    func members() throws(PolicyError) -> [(name: String, value: PolicyReader)] {
        guard value.kind == .object else { throw error(.wrongKind, "expected is an object") }
        var seen: Set<String> = []
        var found: [(name: String, value: PolicyReader)] = []
        for member in value.members {
            let inner = PolicyReader(value: member.value, path: path + Self.step(member.name))
            guard seen.insert(member.name).inserted else { throw inner.error(.repeated, "the member is there twice") }
            guard seen.count <= Self.greatestCount else { throw error(.invalid, "there are too many members") }
            found.append((member.name, inner))
        }
        return found
    }

    func member(_ name: String) -> PolicyReader? {
        value[name].map { PolicyReader(value: $0, path: path + Self.step(name)) }
    }

    func requiredMember(_ name: String) throws(PolicyError) -> PolicyReader {
        guard let member = member(name) else { throw error(.missing, "the member '\(name)' is missing") }
        return member
    }

    func elements() throws(PolicyError) -> [PolicyReader] {
        guard value.kind == .array else { throw error(.wrongKind, "expected is a list") }
        let found = value.elements.enumerated().map {
            PolicyReader(value: $0.element, path: "\(path)[\($0.offset)]")
        }
        guard found.count <= Self.greatestCount else {
            throw error(.invalid, "a list has at most \(Self.greatestCount) elements, not \(found.count)")
        }
        return found
    }

    func text() throws(PolicyError) -> String {
        guard let text = value.string else { throw error(.wrongKind, "expected is a text") }
        return text
    }

    /// The elements of a list read one by one, sorted as texts, none twice; none when there is no such member.
    func set<Value: Hashable>(
        _ name: String, _ read: (PolicyReader) throws(PolicyError) -> Value, by key: (Value) -> String
    ) throws(PolicyError) -> [Value] {
        guard let list = member(name) else { return [] }
        var found: Set<Value> = []
        for element in try list.elements() {
            guard found.insert(try read(element)).inserted else {
                throw element.error(.repeated, "the same stands in the list before")
            }
        }
        return found.sorted { key($0).utf8.lexicographicallyPrecedes(key($1).utf8) }
    }

    /// The names in the list of a member.
    func names(_ name: String) throws(PolicyError) -> [PartyName] {
        try set(name, { element throws(PolicyError) in try element.partyName() }, by: \.text)
    }

    func partyName() throws(PolicyError) -> PartyName {
        let text = try text()
        do throws(ConsentError) {
            return try PartyName(text)
        } catch {
            throw self.error(.invalid, error.message)
        }
    }

    func purpose() throws(PolicyError) -> Purpose {
        try purpose(try text())
    }

    func purpose(_ code: String) throws(PolicyError) -> Purpose {
        do throws(ConsentError) {
            return try Purpose(code: code)
        } catch {
            throw self.error(
                .unknownName, "\(error.message); expected is a code of v3-PurposeOfUse, or system|code",
                suggestion: error.suggestion)
        }
    }

    /// One of a few words.
    func word(of words: [String]) throws(PolicyError) -> String {
        let text = try text()
        guard words.contains(text) else {
            throw error(
                .unknownName, "'\(Self.shown(text))' is none of \(words.joined(separator: ", "))",
                suggestion: NearestName.of(text, among: words))
        }
        return text
    }

    /// Text from outside, short enough for a message.
    static func shown(_ text: String) -> String {
        text.count <= 80 ? text : String(text.prefix(79)) + "…"
    }

    private static func step(_ name: String) -> String {
        let isPlain =
            !name.isEmpty
            && name.utf8.allSatisfy {
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || $0 == UInt8(ascii: "-")
            }
        return isPlain && name.utf8.count <= 64 ? ".\(name)" : "['\(shown(name))']"
    }
}

/// JSON in the one form in which policies are kept: no white space, members in a fixed order.
enum PolicyJSON {
    static func list(_ elements: some Sequence<String>) -> String { "[\(elements.joined(separator: ","))]" }

    static func texts(_ texts: some Sequence<String>) -> String { list(texts.map(JSONString.encode)) }

    static func object(_ members: [(name: String, json: String)]) -> String {
        "{\(members.map { "\(JSONString.encode($0.name)):\($0.json)" }.joined(separator: ","))}"
    }
}
