/// A set of requests: those for a purpose and what it covers, but for some; of actors that are some recipients and not
/// others; within a window.
struct RequestRegion: Hashable, Sendable {
    private(set) var purpose: Purpose = .anyPurpose
    private(set) var exceptPurposes: Set<Purpose> = []
    private(set) var recipients: Set<Recipient> = []
    private(set) var exceptRecipients: Set<Recipient> = []
    private(set) var window: ValidityWindow

    /// Every request within a window.
    init(_ window: ValidityWindow) {
        self.window = window
    }

    /// The requests to which a rule applies.
    static func all(of rule: RequestRule, in window: ValidityWindow) -> [RequestRegion] {
        guard let window = rule.window.intersection(window) else { return [] }
        return (rule.purposes ?? [.anyPurpose]).flatMap { purpose in
            (rule.recipients ?? [[]]).map { recipients in
                var region = RequestRegion(window)
                region.purpose = purpose
                region.recipients = Set(recipients).subtracting([.anyone])
                return region
            }
        }
    }

    /// Those for a purpose and what it covers.
    func with(_ other: Purpose) -> RequestRegion? {
        var region = self
        if purpose.covers(other) {
            region.purpose = other
        } else if !other.covers(purpose) {
            return nil
        }
        return region.normalized
    }

    /// Those for other purposes.
    func without(_ other: Purpose) -> RequestRegion? {
        var region = self
        region.exceptPurposes.insert(other)
        return region.normalized
    }

    /// Those of actors that are a recipient.
    func with(_ recipient: Recipient) -> RequestRegion? {
        guard recipient != .anyone else { return self }
        var region = self
        region.recipients.insert(recipient)
        return region.normalized
    }

    /// Those of actors that are not a recipient.
    func without(_ recipient: Recipient) -> RequestRegion? {
        guard recipient != .anyone else { return nil }
        var region = self
        region.exceptRecipients.insert(recipient)
        return region.normalized
    }

    /// Those within another window.
    func within(_ other: ValidityWindow?) -> RequestRegion? {
        guard let other, let both = window.intersection(other) else { return nil }
        var region = self
        region.window = both
        return region
    }

    /// The region without exceptions that except nothing; nil when it holds no request.
    private var normalized: RequestRegion? {
        guard exceptRecipients.isDisjoint(with: recipients) else { return nil }
        guard !exceptPurposes.contains(where: { $0.covers(purpose) }) else { return nil }
        var region = self
        region.exceptPurposes = exceptPurposes.filter { excepted in
            purpose.covers(excepted) && !exceptPurposes.contains { $0 != excepted && $0.covers(excepted) }
        }
        return region
    }

    /// The requests of this region that are not in another, as regions that do not overlap.
    func subtracting(_ other: RequestRegion) -> [RequestRegion] {
        var parts: [RequestRegion] = []
        var rest = self
        /// Keeps what is outside in one respect, and goes on with what is inside; false when nothing is.
        func split(_ outside: RequestRegion?, _ inside: RequestRegion?) -> Bool {
            if let outside { parts.append(outside) }
            guard let inside else { return false }
            rest = inside
            return true
        }
        guard let common = within(other.window) else { return [self] }
        parts += [window.part(before: other.window), window.part(after: other.window)].compactMap(rest.within)
        rest = common
        guard split(rest.without(other.purpose), rest.with(other.purpose)) else { return parts }
        for purpose in other.exceptPurposes.sorted(by: { $0.code < $1.code }) {
            guard split(rest.with(purpose), rest.without(purpose)) else { return parts }
        }
        for recipient in Recipient.sorted(other.recipients) {
            guard split(rest.without(recipient), rest.with(recipient)) else { return parts }
        }
        for recipient in Recipient.sorted(other.exceptRecipients) {
            guard split(rest.with(recipient), rest.without(recipient)) else { return parts }
        }
        return parts
    }

    /// Whether every request of another region is in this one; false where that is not plain to see.
    func contains(_ other: RequestRegion) -> Bool {
        purpose.covers(other.purpose) && recipients.isSubset(of: other.recipients)
            && exceptRecipients.isSubset(of: other.exceptRecipients) && window.contains(other.window)
            && exceptPurposes.allSatisfy { excepted in
                !excepted.covers(other.purpose)
                    && (!other.purpose.covers(excepted) || other.exceptPurposes.contains { $0.covers(excepted) })
            }
    }

    /// The grant of the region: for one of the recipients that an actor has to be, limited by the rest.
    func grant(profile: RedactionProfile = .none, needsBrokenGlass: Bool = false) -> Grant {
        let recipients = Recipient.sorted(recipients)
        return Grant(
            purpose: purpose, recipient: recipients.first ?? .anyone, profile: profile, window: window,
            limits: GrantLimits(
                recipients: recipients.dropFirst(), exceptRecipients: exceptRecipients,
                exceptPurposes: exceptPurposes), needsBrokenGlass: needsBrokenGlass)
    }
}
