public import AvowFHIR

/// What a redaction profile does to a record: a list of rules.
public struct RedactionProfileRules: Hashable, Sendable {
    /// The rules, in the order in which they are written; it makes no difference.
    let rules: [RedactionRule]

    /// The name of ``deidentified`` in a policy.
    public static let deidentifiedName = "deidentified"

    /// What HIPAA's Safe Harbor asks for (45 CFR 164.514(b)(2)), as far as R4's elements allow.
    public static let deidentified = RedactionProfileRules(rules: [.deidentify])

    /// The profile's number in grants: that of what it does, whatever its name.
    ///
    /// 1 is ``deidentified``, as this version of Avow does it. Of others it is the FNV-1a hash in 32 bits of the rules'
    /// canonical JSON, 256 more when it is below 256, so that a changed profile is another one.
    public var profile: RedactionProfile {
        if self == .deidentified { return RedactionProfile(id: 1) }
        var hash: UInt32 = 0x811C_9DC5
        for byte in json.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return RedactionProfile(id: hash < 256 ? hash + 256 : hash)
    }

    /// Whether logical ids are replaced, of records and in references.
    public var replacesIdentifiers: Bool { rules.contains(.deidentify) || rules.contains(.replaceIDs) }

    /// A resource as the profile shows it.
    ///
    /// Elements that R4 does not have are left out under every profile. A required element that is left out is there as
    /// masked (the extension `data-absent-reason`). What would be no valid resource is withheld.
    ///
    /// - Parameters:
    ///   - resource: the resource's object.
    ///   - type: its type.
    ///   - time: in milliseconds since 1970-01-01T00:00:00Z; from its year it is told which dates give away an age above
    ///     89. Nothing else depends on it.
    ///   - replace: gives another logical id for that of a resource of a type, the same for the same; called only when
    ///     ``replacesIdentifiers``.
    /// - Returns: compact JSON of a resource of the same type, or nil when the profile withholds it.
    /// - Complexity: O(size of the resource × number of rules).
    public func redacted(
        _ resource: JSONValue, type: ResourceType, at time: Int64,
        _ replace: @escaping (ResourceType, String) -> String
    ) -> [UInt8]? {
        var redactor = Redactor(self, at: time, replace)
        guard resource["resourceType"]?.equals(type.name) == true,
            redactor.resource(resource, Redactor.Context()),
            let shown = try? JSONParser().parse(redactor.output), Violation.first(in: shown.root) == nil
        else { return nil }
        return redactor.output
    }

    var json: String { PolicyJSON.list(rules.map(\.json)) }
}

/// One thing that a redaction profile does.
enum RedactionRule: Hashable, Sendable {
    /// Everything that ``RedactionProfileRules/deidentified`` does.
    case deidentify
    /// The element is left out; a resource is not shown at all.
    case remove(RedactionPath)
    /// What is in the element is told less exactly.
    case generalize(RedactionPath, Generalization)
    /// The logical ids of records, here and in references, are replaced by others.
    case replaceIDs

    /// The path that stands for all logical ids.
    static let idPath = "Resource.id"

    var json: String {
        func object(_ members: KeyValuePairs<String, String>) -> String {
            PolicyJSON.object(members.map { ($0.key, JSONString.encode($0.value)) })
        }
        return switch self {
        case .deidentify: JSONString.encode(RedactionProfileRules.deidentifiedName)
        case .remove(let path): object(["remove": path.text])
        case .generalize(let path, let form): object(["generalize": path.text, "to": form.rawValue])
        case .replaceIDs: object(["replace": Self.idPath])
        }
    }
}

/// How a value is told less exactly.
enum Generalization: String, CaseIterable, Hashable, Sendable {
    /// Dates and times: their year.
    case year
    /// Dates and times: their month.
    case month
    /// Postal codes: their first three characters.
    case threeDigits = "three-digits"
}

/// An element of R4 that a rule names: `Patient.contact.name`, `Address.line` in whatever address, `Observation.value`
/// whatever its type, or a type alone.
struct RedactionPath: Hashable, Sendable {
    /// The type that the path begins at.
    let type: FHIRType
    /// The names behind it: of elements, or of choices with their types.
    let steps: [String]

    var text: String { ([type.name] + steps).joined(separator: ".") }
}
