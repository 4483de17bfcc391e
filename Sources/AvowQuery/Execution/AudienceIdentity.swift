public import AvowConsent
public import AvowProof

extension Audience {
    /// The id by which keys name the audience: the first 8 bytes of `H(0x15, encoded)`.
    public var id: AudienceID { AudienceID(first: Digest(.audience, encoded)) }

    /// The id by which keys name the audience's records as a profile shows them: the first 8 bytes of `H(0x15, encoded,
    /// profile as 4 bytes)`; of the profile that removes nothing it is ``id``.
    ///
    /// What a profile shows of a record is a record of its own, its **rendition**. So whoever reads renditions reads
    /// nothing that stands beside what was removed.
    public func id(showing profile: RedactionProfile) -> AudienceID {
        guard profile != .none else { return id }
        var bytes = encoded
        bytes.append(bigEndian: profile.id)
        return AudienceID(first: Digest(.audience, bytes))
    }

    /// The profiles through which the audience's grants show records, but for the one that removes nothing, ascending.
    public var profiles: [RedactionProfile] {
        Set(grants.map(\.profile)).subtracting([.none]).sorted()
    }
}

extension AudienceID {
    fileprivate init(first digest: Digest) {
        self.init(rawValue: digest.words.0)
    }
}

extension StoredAudience {
    /// The id under which a request reads the audience's records, as it is shown them; nil when it is not admitted.
    ///
    /// An audience shows all that one request reads through the same profile. Were it otherwise, the first would count.
    public func id(admitting request: AccessRequest) -> AudienceID? {
        id(admitting: request, of: Set(request.actor.recipients))
    }

    /// As ``id(admitting:)``, for many audiences of one request.
    ///
    /// - Parameter recipients: the recipients that the request's actor is.
    func id(admitting request: AccessRequest, of recipients: Set<Recipient>) -> AudienceID? {
        guard let profile = audience.admits(request, of: recipients).map(\.profile).min() else { return nil }
        return profile == .none ? id : audience.id(showing: profile)
    }
}
