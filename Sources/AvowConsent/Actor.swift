/// Who asks, and what that makes of them in the eyes of a consent.
public struct Actor: Hashable, Sendable {
    /// The actor's own reference: `Practitioner/1`, or an absolute URI.
    public let reference: PartyName
    /// The roles in which the actor asks, each a code or `system|code`, sorted.
    public let roles: [PartyName]
    /// The organization for which the actor asks.
    public let organization: PartyName?
    /// References of the groups that the actor is a member of, sorted.
    public let groups: [PartyName]

    /// Makes an actor; roles and groups are sets, their order and repetitions do not count.
    ///
    /// Whether the actor is who it says is for the caller to know.
    ///
    /// - Throws: ``ConsentError`` of kind `invalidName`.
    public init(
        _ reference: String, roles: [String] = [], organization: String? = nil, groups: [String] = []
    ) throws(ConsentError) {
        self.reference = try PartyName(reference: reference)
        var roleNames: Set<PartyName> = []
        for role in roles {
            roleNames.insert(try PartyName(role))
        }
        var groupNames: Set<PartyName> = []
        for group in groups {
            groupNames.insert(try PartyName(reference: group))
        }
        if let organization {
            self.organization = try PartyName(organization)
        } else {
            self.organization = nil
        }
        self.roles = roleNames.sorted()
        self.groups = groupNames.sorted()
    }

    /// Every recipient that the actor is: anyone, itself, its groups, its roles and its organization, without repetition.
    public var recipients: [Recipient] {
        var result: [Recipient] = [.anyone, .reference(reference)]
        result += groups.filter { $0 != reference }.map(Recipient.reference)
        result += roles.map(Recipient.role)
        if let organization {
            result.append(.organization(organization))
        }
        return result
    }
}

extension Actor: CustomStringConvertible {
    /// The actor's own reference.
    public var description: String { reference.text }
}
