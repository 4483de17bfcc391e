internal import AvowFHIR

/// An element of a Consent, with its path, for errors that name it.
struct ElementReader {
    let value: JSONValue
    let path: String

    /// The error that the element cannot be evaluated.
    func unsupported(_ message: String, suggestion: String? = nil) -> ConsentError {
        ConsentError(.unsupportedConsent, message, suggestion: suggestion, path: path)
    }

    /// The error that the element has not the form that R4 gives it.
    func malformed(_ message: String) -> ConsentError {
        ConsentError(.malformedConsent, message, path: path)
    }

    /// Refuses what is no object, or has members that R4 does not give it or that change its meaning.
    func expectMembers(_ names: Set<String>) throws(ConsentError) {
        guard value.kind == .object else { throw malformed("is no object") }
        var seen: Set<String> = []
        for member in value.members {
            let name = member.name
            let inner = ElementReader(value: member.value, path: "\(path).\(name)")
            guard seen.insert(name).inserted else { throw inner.malformed("is there twice") }
            switch name {
            case "id", "extension": continue
            case "modifierExtension": throw inner.unsupported("changes the meaning of what it stands in")
            default: break
            }
            // What stands beside a primitive value says more about it; what stands for it says that there is none.
            let primitive = name.hasPrefix("_") ? String(name.dropFirst()) : name
            guard names.contains(primitive), primitive == name || value[primitive] != nil else {
                let near = NearestName.of(name, among: names.sorted())
                throw ConsentError(
                    .malformedConsent, "R4 has no such element here", suggestion: near, path: inner.path)
            }
        }
    }

    /// The member of a name; nil when there is none.
    func member(_ name: String) -> ElementReader? {
        value[name].map { ElementReader(value: $0, path: "\(path).\(name)") }
    }

    /// The elements of a list; nil when there is none.
    func list(_ name: String) throws(ConsentError) -> [ElementReader]? {
        guard let list = member(name) else { return nil }
        guard list.value.kind == .array else { throw list.malformed("is no list") }
        let elements = list.value.elements.enumerated().map {
            ElementReader(value: $0.element, path: "\(list.path)[\($0.offset)]")
        }
        guard !elements.isEmpty else { throw list.malformed("is an empty list") }
        return elements
    }

    /// The text of a member; nil when there is none.
    func text(_ name: String) throws(ConsentError) -> String? {
        guard let member = member(name) else { return nil }
        guard let text = member.value.string, !text.isEmpty else { throw member.malformed("is no text") }
        return text
    }

    /// What this Coding says; both its code and its system have to be there, for neither means anything alone.
    func coding() throws(ConsentError) -> Token {
        guard value.kind == .object else { throw malformed("is no object") }
        guard let code = try text("code") else { throw unsupported("has no code") }
        guard let system = try text("system") else {
            throw unsupported("the code '\(shown(code))' has no system that would say what it means")
        }
        return Token(system: CodeSystem.canonical(system), code: code)
    }

    /// What the codings of this CodeableConcept say; text alone cannot be evaluated.
    func concept() throws(ConsentError) -> [(token: Token, element: ElementReader)] {
        guard value.kind == .object else { throw malformed("is no object") }
        guard let codings = try list("coding") else { throw unsupported("has no coding") }
        var tokens: [(token: Token, element: ElementReader)] = []
        for coding in codings { tokens.append((try coding.coding(), coding)) }
        return tokens
    }

    /// What this Period covers.
    func period() throws(ConsentError) -> ValidityWindow {
        try expectMembers(["start", "end"])
        let start = try instant("start")?.lowerBound
        let end = try instant("end")?.upperBound
        do throws(ConsentError) {
            return try ValidityWindow(from: start, until: end)
        } catch {
            throw malformed("ends before it starts")
        }
    }

    /// The date of a member; nil when there is none.
    func instant(_ name: String) throws(ConsentError) -> FHIRDateTime? {
        guard let member = member(name) else { return nil }
        guard let date = member.value.string.flatMap({ FHIRDateTime($0) }) else {
            throw member.malformed("is no date")
        }
        return date
    }

    /// The literal reference of this Reference, without a version.
    func reference() throws(ConsentError) -> String {
        guard value.kind == .object else { throw malformed("is no object") }
        guard let reference = try text("reference") else {
            throw unsupported("has no literal reference, and identifiers are not looked up")
        }
        guard !reference.hasPrefix("#") else {
            throw unsupported("refers to a contained resource, which is no record of its own")
        }
        return RecordReference.withoutVersion(reference)
    }

    /// R4's extension for why something has no value.
    static let absenceExtension = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

    /// Whether the element says of itself that there can be nothing here, and says nothing else.
    var isNotApplicable: Bool {
        let members = Array(value.members)
        let extensions = value["extension"].map { Array($0.elements) } ?? []
        return members.count == 1 && extensions.count == 1
            && extensions[0]["url"]?.equals(Self.absenceExtension) == true
            && extensions[0]["valueCode"]?.equals("not-applicable") == true && Array(extensions[0].members).count == 2
    }

    /// The record that this Reference names, as `Type/id`.
    func record() throws(ConsentError) -> String {
        let reference = try reference()
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, ResourceType(name: String(parts[0])) != nil, !parts[1].isEmpty else {
            throw unsupported("'\(shown(reference))' is not Type/id, and records elsewhere are not known")
        }
        return reference
    }

    /// A name by which somebody may ask.
    func party() throws(ConsentError) -> PartyName {
        let reference = try reference()
        do throws(ConsentError) {
            return try PartyName(reference: reference)
        } catch {
            throw unsupported(error.message)
        }
    }

    /// Text from outside, short enough for a message.
    func shown(_ text: String) -> String {
        text.count <= 80 ? text : String(text.prefix(79)) + "…"
    }
}
