/// Whose a resource is.
public enum PatientLink: Hashable, Sendable {
    /// No element that decides it refers to anything that could be a patient.
    case none

    /// The logical id of the patient.
    case patient(String)

    /// An element that decides it refers to something that the input does not resolve (a `urn:`, a
    /// conditional reference, an identifier), so that whose the resource is cannot be told.
    case unresolved
}

/// A resource as it is stored, with what importing needs to know about it.
public struct ImportedResource: Sendable {
    /// What kind of resource it is.
    public let type: ResourceType

    /// The logical id.
    public let id: String

    /// Compact JSON. References that its bundle resolves read `Type/id`; everything else is byte for
    /// byte what arrived, without the white space outside strings.
    public let json: [UInt8]

    /// Whose the resource is.
    public let link: PatientLink

    /// A resource that was made, and not read: its JSON is valid, compact, and of this type and id.
    ///
    /// - Parameter patient: the logical id of the patient that it belongs to.
    public init(_ type: ResourceType, id: String, json: [UInt8], patient: String) {
        self.init(type: type, id: id, json: json, link: .patient(patient))
    }

    init(type: ResourceType, id: String, json: [UInt8], link: PatientLink) {
        self.type = type
        self.id = id
        self.json = json
        self.link = link
    }

    /// The logical id of the patient that the resource belongs to, or nil.
    public var patient: String? {
        if case .patient(let id) = link { id } else { nil }
    }
}

/// A part of the input that cannot be taken, and why.
public struct Reject: Equatable, Sendable {
    /// Where in the input.
    public struct Place: Equatable, Sendable {
        /// The path of the file.
        public let file: String

        /// The index of the bundle's entry, counted from 0.
        public var entry: Int?

        /// The line of the NDJSON file, counted from 1.
        public var line: Int?

        /// The offset in the file, decompressed.
        public var byteOffset: Int?
    }

    /// Why.
    public enum Reason: Equatable, Sendable {
        case json(JSONError)
        case notAnObject
        case missingResourceType
        case unknownResourceType(String)
        case invalidID(String)
        case missingID
        case duplicateMember(String)
        case noResource
        case invalid(Violation)
        case tooLarge(limit: Int)
        case unreadable(String)
    }

    /// Where in the input.
    public let place: Place

    /// Why.
    public let reason: Reason
}

extension Reject: CustomStringConvertible {
    /// The place and the reason, for people.
    public var description: String {
        var text = place.file
        if let line = place.line { text += ", line \(line)" }
        if let entry = place.entry { text += ", entry \(entry)" }
        if let offset = place.byteOffset { text += ", byte \(offset)" }
        return text + ": " + reason.description
    }
}

extension Reject.Reason: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .json(let error): error.description
        case .notAnObject: "a resource must be a JSON object"
        case .missingResourceType: "a resource must say its resourceType"
        case .unknownResourceType(let name): "'\(name)' is not a resource type of FHIR R4"
        case .invalidID(let id): "'\(id)' is not an id: 1 to 64 letters, digits, '-' or '.'"
        case .missingID: "the resource has no id, and no fullUrl gives it one"
        case .duplicateMember(let name): "the resource has two members named '\(name)'"
        case .noResource: "the entry has no resource"
        case .invalid(let violation): violation.description
        case .tooLarge(let limit): "longer than the limit of \(limit) bytes"
        case .unreadable(let why): why
        }
    }
}

/// What a reader delivers.
public enum ImportItem: Sendable {
    case resource(ImportedResource)
    case reject(Reject)
}
