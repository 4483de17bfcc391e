/// What holds where several consents of a patient decide about one request (after XACML 3.0, appendix C).
public enum Combination: String, CaseIterable, Hashable, Sendable {
    /// One that denies outweighs all that permit.
    case denyOverrides = "deny-overrides"
    /// One that permits outweighs all that deny.
    case permitOverrides = "permit-overrides"
    /// The newest that decides; of those given at the same time one that denies outweighs the others.
    case newestFirst = "newest-first"
    /// What no consent permits is denied, also where no consent is on file.
    case denyUnlessPermit = "deny-unless-permit"
    /// What no consent denies is permitted, also where no consent is on file.
    case permitUnlessDeny = "permit-unless-deny"
}
