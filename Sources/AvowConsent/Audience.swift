/// Everything that the decision about a record permits: a set of grants. What is not in it is denied.
///
/// Two audiences are equal exactly when their ``encoded`` bytes are.
public struct Audience: Hashable, Sendable {
    /// The grants in the order of their encodings, none twice.
    public let grants: [Grant]

    /// Nobody may read, for no purpose.
    public static let nobody = Audience([])

    /// Makes the audience of a set of grants; their order and repetitions do not count.
    ///
    /// - Complexity: O(n log n) in the number of grants.
    public init(_ grants: some Sequence<Grant>) {
        self.grants = Set(grants).map { (grant: $0, key: AudienceCoding.encode($0)) }
            .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            .map(\.grant)
    }

    /// The grants that permit the request, in canonical order; none when the request is denied.
    ///
    /// - Complexity: O(n) in the number of grants.
    public func admits(_ request: AccessRequest) -> [Grant] {
        admits(request, of: Set(request.actor.recipients))
    }

    /// As ``admits(_:)``, for who asks many audiences about one request.
    ///
    /// - Parameter recipients: the recipients that the request's actor is.
    public func admits(_ request: AccessRequest, of recipients: Set<Recipient>) -> [Grant] {
        grants.filter { $0.admits(request, of: recipients) }
    }

    /// The first instant behind `time` at which a grant begins or ends to hold; nil when none does. Until then, what the
    /// audience says to one actor for one purpose stays the same.
    public func nextChange(after time: Int64) -> Int64? {
        var next: Int64?
        for grant in grants {
            for bound in [grant.window.from, grant.window.until] {
                if let bound, bound > time { next = min(next ?? bound, bound) }
            }
        }
        return next
    }

    /// The canonical encoding, integers big-endian.
    ///
    /// ```
    /// audience = 0x01, number of grants (4 bytes), grants, strictly ascending by their bytes
    /// grant    = length of the purpose's code (1), the code in UTF-8,
    ///            length of the recipient (2), Recipient.canonicalBytes,
    ///            profile (4),
    ///            flags (1): 0x01 the window has a beginning, 0x02 an end, 0x04 the grant has limits, 0x08 it permits only
    ///            requests that state a reason for breaking the glass,
    ///            each bound that is given: 8 bytes, two's complement,
    ///            limits if any: further recipients, excepted recipients, excepted purposes
    /// limits   = three lists, not all empty: their length (2), then recipients or purposes as in a grant, each list
    ///            strictly ascending by the names' or codes' bytes
    /// ```
    public var encoded: [UInt8] {
        var bytes = [AudienceCoding.version]
        AudienceCoding.append(UInt32(clamping: grants.count), to: &bytes)
        for grant in grants {
            bytes += AudienceCoding.encode(grant)
        }
        return bytes
    }

    /// Reads ``encoded``.
    ///
    /// - Throws: ``ConsentError`` of kind `malformedAudience` with the offset of the fault, for any bytes that are not
    ///   exactly the encoding of an audience: truncated, trailing, repeated or out of order.
    /// - Complexity: O(n) in the number of bytes.
    public init(encoded bytes: [UInt8]) throws(ConsentError) {
        var decoder = AudienceCoding.Decoder(bytes: bytes)
        grants = try decoder.audience()
    }
}
