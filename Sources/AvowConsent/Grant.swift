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

/// A permission to read: for a purpose and those below it, to a recipient, as a profile shows it, within a window.
public struct Grant: Hashable, Sendable {
    /// The purpose that is permitted, with all that it covers.
    public let purpose: Purpose
    /// To whom.
    public let recipient: Recipient
    /// How much is shown.
    public let profile: RedactionProfile
    /// When.
    public let window: ValidityWindow

    /// A grant of a purpose to a recipient; without a profile everything is shown, without a window always.
    public init(
        purpose: Purpose, recipient: Recipient, profile: RedactionProfile = .none, window: ValidityWindow = .always
    ) {
        self.purpose = purpose
        self.recipient = recipient
        self.profile = profile
        self.window = window
    }

    /// Whether the grant permits the request.
    public func admits(_ request: AccessRequest) -> Bool {
        purpose.covers(request.purpose) && request.actor.recipients.contains(recipient)
            && window.contains(request.time)
    }
}
