/// Which of a record's members a grant shows, and in which form.
public struct RedactionProfile: Hashable, Comparable, Sendable {
    /// The profile's number in the store's configuration.
    public let id: UInt32

    /// The profile of a number.
    public init(id: UInt32) {
        self.id = id
    }

    /// Nothing is removed.
    public static let none = RedactionProfile(id: 0)

    /// Whether the first comes before the second.
    public static func < (left: Self, right: Self) -> Bool {
        left.id < right.id
    }
}

/// What narrows a grant further: who else the actor must be, and what it is not for.
public struct GrantLimits: Hashable, Sendable {
    /// What the actor must be besides the grant's recipient, sorted; never `anyone`.
    public let recipients: [Recipient]
    /// What the actor must not be, sorted.
    public let exceptRecipients: [Recipient]
    /// The purposes below the grant's own that it does not permit, nor what they cover, sorted.
    public let exceptPurposes: [Purpose]

    /// Nothing narrows the grant.
    public static let none = GrantLimits()

    /// Limits of a grant; their order and repetitions do not count.
    public init(
        recipients: some Sequence<Recipient> = [], exceptRecipients: some Sequence<Recipient> = [],
        exceptPurposes: some Sequence<Purpose> = []
    ) {
        self.recipients = Recipient.sorted(Set(recipients).subtracting([.anyone]))
        self.exceptRecipients = Recipient.sorted(Set(exceptRecipients))
        self.exceptPurposes = Set(exceptPurposes).sorted { $0.code.utf8.lexicographicallyPrecedes($1.code.utf8) }
    }

    /// Whether an actor that is all these recipients is within the limits.
    func admit(_ purpose: Purpose, _ recipients: Set<Recipient>) -> Bool {
        self.recipients.allSatisfy(recipients.contains) && !exceptRecipients.contains(where: recipients.contains)
            && !exceptPurposes.contains { $0.covers(purpose) }
    }
}

/// A permission to read: for a purpose and those below it, to a recipient, as a profile shows it, within a window.
public struct Grant: Hashable, Sendable {
    /// The purpose that is permitted, with all that it covers but for what the limits except.
    public let purpose: Purpose
    /// To whom.
    public let recipient: Recipient
    /// How much is shown.
    public let profile: RedactionProfile
    /// When.
    public let window: ValidityWindow
    /// What narrows it further.
    public let limits: GrantLimits
    /// Whether it permits only requests that state a reason for breaking the glass.
    public let needsBrokenGlass: Bool

    /// A grant of a purpose to a recipient; without a profile everything is shown, without a window always.
    public init(
        purpose: Purpose, recipient: Recipient, profile: RedactionProfile = .none, window: ValidityWindow = .always,
        limits: GrantLimits = .none, needsBrokenGlass: Bool = false
    ) {
        self.purpose = purpose
        self.recipient = recipient
        self.profile = profile
        self.window = window
        self.limits = limits
        self.needsBrokenGlass = needsBrokenGlass
    }

    /// Whether the grant permits the request.
    public func admits(_ request: AccessRequest) -> Bool {
        admits(request, of: Set(request.actor.recipients))
    }

    /// Whether the grant permits the request of an actor that is all these recipients.
    func admits(_ request: AccessRequest, of recipients: Set<Recipient>) -> Bool {
        recipients.contains(recipient) && window.contains(request.time) && purpose.covers(request.purpose)
            && limits.admit(request.purpose, recipients) && (!needsBrokenGlass || request.breakGlassReason != nil)
    }
}
