/// A question about the versions of one resource, as FHIR's interactions `history` and `vread` ask it:
/// `HISTORY OF Observation/0ab3`, or of one version of it `HISTORY OF Observation/0ab3 VERSION 2`.
public struct HistoryStatement: Hashable, Sendable {
    /// The resource; any one where a placeholder stands in its place.
    public var resource: Located<ResourceReference>
    /// The one version that is asked for; nil for all, or for a placeholder.
    public var version: Located<VersionNumber>?
    /// What the resource is to be bound to.
    public var openResource: Located<Placeholder>?
    /// What the version is to be bound to.
    public var openVersion: Located<Placeholder>?
    /// The state of the store that is read, in which later versions are not there yet; nil for the newest.
    public var asOf: Located<AsOf>?
    /// On whose behalf.
    public var request: RequestClauses

    /// A statement of these parts.
    public init(
        resource: Located<ResourceReference>, version: Located<VersionNumber>? = nil,
        actor: Located<ResourceReference>? = nil, purpose: Located<String>? = nil
    ) {
        self.resource = resource
        self.version = version
        request = RequestClauses(actor: actor, purpose: purpose)
    }
}

/// The number of a version of a resource: 1 to 9223372036854775807.
public struct VersionNumber: Hashable, Sendable {
    /// The greatest number.
    public static let maximum = UInt64(Int64.max)

    /// The number.
    public let value: UInt64

    /// Fails for 0 and for numbers above ``maximum``.
    public init?(_ value: UInt64) {
        guard 1...VersionNumber.maximum ~= value else { return nil }
        self.value = value
    }
}

extension HistoryStatement: CustomStringConvertible {
    /// The statement in canonical form on one line.
    public var description: String {
        var text = "HISTORY OF "
        text += openResource?.value.description ?? CanonicalText.value(resource.value.description)
        if let openVersion { text += " VERSION \(openVersion.value)" }
        if let version { text += " VERSION \(version.value.value)" }
        return text + (asOf?.value.description ?? "") + request.description
    }
}
