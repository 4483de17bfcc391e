public import AvowFHIR

/// What consents can ask of a record.
public struct RecordFacts: Hashable, Sendable {
    /// `Type/id`; nil for a record without id.
    public let reference: String?
    /// The record's type.
    public let type: ResourceType
    /// The patient that the record belongs to, as `Patient/id`; nil when it belongs to none.
    public let patient: String?
    let confidentiality: Confidentiality
    /// The labels that are not of confidentiality, each with those above it.
    let labels: Set<Token>
    let profiles: Set<String>
    let mediaTypes: Set<String>
    let codes: Set<Token>
    /// From the first instant of the record's clinical time to the last.
    let clinicalTime: ValidityWindow?
    let authors: Set<String>
    /// Who keeps the record, as far as it says so.
    let custodians: Set<String>
    /// What the record refers to.
    let references: Set<String>

    /// Reads a record.
    ///
    /// - Parameters:
    ///   - resource: the record's object.
    ///   - type: its type.
    /// - Complexity: O(size of the record).
    public init(_ resource: JSONValue, type: ResourceType) {
        self.init(resource, type: type, labelling: .none)
    }

    /// Reads a record, and labels it by its codes.
    init(_ resource: JSONValue, type: ResourceType, labelling: Labelling) {
        self.type = type
        reference = resource["id"]?.string.map { "\(type.name)/\($0)" }
        patient = Indexing.patientReference(of: resource, type: type)
        let tags =
            resource.values(at: ["meta", "security"]).compactMap(Token.init(coding:)) + labelling.labels(of: resource)
        let levels = tags.filter { $0.system == CodeSystem.confidentiality }
        // A level that cannot be ordered withholds.
        confidentiality = levels.map { Confidentiality(code: $0.code) ?? .veryRestricted }.max() ?? .normal
        labels = tags.filter { $0.system != CodeSystem.confidentiality }
            .reduce(into: []) { $0.formUnion(SecurityLabel.ancestorsAndSelf($1)) }
        profiles = Set(
            resource.values(at: ["meta", "profile"]).compactMap(\.string).flatMap {
                [$0, String($0.prefix { $0 != "|" })]
            })
        mediaTypes = Set(
            [["contentType"], ["content", "contentType"], ["content", "attachment", "contentType"]]
                .flatMap { resource.values(at: $0) }.compactMap(\.string))
        codes = Self.codes(of: resource, type)
        clinicalTime = Self.clinicalTime(of: resource, type)
        authors = Self.authors(of: resource, type)
        let keepers = ["custodian", "managingOrganization", "serviceProvider"]
            .flatMap { resource.values(at: [$0, "reference"]) }.compactMap(\.string).map(RecordReference.withoutVersion)
        custodians = Set(keepers).union(authors.filter { $0.hasPrefix("Organization/") })
        references = RecordReference.all(in: resource)
    }

    /// The record's own codes: what its search parameter `code` finds, or else the element that takes its place.
    private static func codes(of resource: JSONValue, _ type: ResourceType) -> Set<Token> {
        let found = Indexing.codes(of: resource, type: type)
        if !found.isEmpty { return Set(found) }
        return Set(
            ["code", "type", "vaccineCode"].flatMap { resource.values(at: [$0]) }
                .flatMap { $0["coding"] == nil ? [$0] : $0.values(at: ["coding"]) }
                .compactMap(Token.init(coding:)))
    }

    private static func clinicalTime(of resource: JSONValue, _ type: ResourceType) -> ValidityWindow? {
        for path in ResourceElements.of(type).date {
            let values = resource.values(at: path).compactMap { $0.string.flatMap { FHIRDateTime($0) } }
            guard let start = values.map(\.lowerBound).min() else { continue }
            guard path.last == "start" else {
                return try? ValidityWindow(from: start, until: values.map(\.upperBound).max())
            }
            // What began and has no end goes on.
            let periods = resource.values(at: path.dropLast())
            let ends = periods.map { $0["end"]?.string.flatMap { FHIRDateTime($0)?.upperBound } }
            let end = ends.contains(nil) ? nil : ends.compactMap(\.self).max()
            return try? ValidityWindow(from: start, until: end.map { max($0, start + 1) })
        }
        return nil
    }

    /// Those whom R4's elements name as having made the record, or as having done what it tells of.
    private static func authors(of resource: JSONValue, _ type: ResourceType) -> Set<String> {
        var paths = [
            ["author"], ["recorder"], ["asserter"], ["requester"], ["enterer"], ["resultsInterpreter"], ["interpreter"],
        ]
        // Who is asked to perform has made nothing yet.
        if !type.name.hasSuffix("Request") { paths += [["performer"], ["performer", "actor"]] }
        return Set(
            paths.flatMap { resource.values(at: $0 + ["reference"]) }.compactMap(\.string)
                .map(RecordReference.withoutVersion))
    }
}

/// What is known of other records: what those that consents name refer to.
public struct ConsentContext: Sendable {
    private var references: [String: Set<String>] = [:]

    /// Nothing is known.
    public init() {}

    /// Takes note of what a record refers to.
    ///
    /// - Parameters:
    ///   - resource: the record's object.
    ///   - type: its type.
    public mutating func add(_ resource: JSONValue, type: ResourceType) {
        guard let id = resource["id"]?.string else { return }
        references["\(type.name)/\(id)"] = RecordReference.all(in: resource)
    }

    /// Whether one record is known to refer to another.
    func refers(_ from: String, to: String) -> Bool {
        references[from]?.contains(to) ?? false
    }
}

/// References between records.
enum RecordReference {
    /// The reference without the version that it may name.
    static func withoutVersion(_ reference: String) -> String {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count > 2, parts[parts.count - 2] == "_history" else { return reference }
        return parts.dropLast(2).joined(separator: "/")
    }

    /// What a resource refers to, at whatever depth.
    static func all(in resource: JSONValue) -> Set<String> {
        var found: Set<String> = []
        collect(resource, into: &found)
        return found
    }

    private static func collect(_ value: JSONValue, into found: inout Set<String>) {
        for element in value.elements { collect(element, into: &found) }
        for member in value.members {
            if member.isNamed("reference"), let reference = member.value.string {
                found.insert(withoutVersion(reference))
            } else {
                collect(member.value, into: &found)
            }
        }
    }
}

extension JSONValue {
    /// The values that names lead to, arrays unfolded.
    func values(at path: some Collection<String>) -> [JSONValue] {
        guard let name = path.first else { return kind == .array ? Array(elements) : [self] }
        let holders = kind == .array ? Array(elements) : [self]
        return holders.compactMap { $0[name] }.flatMap { $0.values(at: path.dropFirst()) }
    }
}

extension Token {
    /// The code and system of a Coding; nil when it has no code.
    init?(coding: JSONValue) {
        guard let code = coding["code"]?.string else { return nil }
        self.init(system: CodeSystem.canonical(coding["system"]?.string ?? ""), code: code)
    }
}
