internal import AvowConsent
internal import AvowProof
internal import AvowQuery
internal import Synchronization

/// What a verifier worked out before and would only work out again.
///
/// Everything here is a function of the bytes that it is remembered under, or of what stands in their place: their
/// digest, which was computed from them. So an answer is verified to the same end with this memory and without it. What
/// failed is not remembered.
final class VerifierMemory: Sendable {
    /// Of more of a kind than this all are forgotten at once.
    private static let capacity = 256

    private struct Asker: Hashable {
        let actor: Actor
        let purpose: Purpose

        /// Whether both stand for the same bytes: purposes may be equal whose codes have other bytes, which keys have.
        static func == (left: Asker, right: Asker) -> Bool {
            left.actor == right.actor && left.purpose == right.purpose
                && left.purpose.code.utf8.elementsEqual(right.purpose.code.utf8)
        }
    }

    /// An audience, and the id that it has by its encoding.
    struct KnownAudience {
        let audience: Audience
        let id: AudienceID
    }

    private struct State {
        var ranges: [Asker: [KeyRange]] = [:]
        var audiences: [Digest: KnownAudience] = [:]
        var catalogs: [Digest: IndexCatalog] = [:]
    }

    /// The queries of answers.
    let queries = PreparedQueries()
    private let state = Mutex(State())

    /// Where the audiences stand that may admit a request.
    func audienceRanges(of request: AccessRequest) -> [KeyRange] {
        let asker = Asker(actor: request.actor, purpose: request.purpose)
        if let known = state.withLock({ $0.ranges[asker] }) { return known }
        let ranges = request.audienceRanges
        state.withLock { VerifierMemory.remember(ranges, under: asker, in: &$0.ranges) }
        return ranges
    }

    /// The audience that a value with a digest encodes.
    func audience(
        _ value: Digest, _ read: () throws(QueryError) -> Audience
    ) throws(QueryError) -> KnownAudience {
        if let known = state.withLock({ $0.audiences[value] }) { return known }
        let audience = try read()
        let known = KnownAudience(audience: audience, id: audience.id)
        state.withLock { VerifierMemory.remember(known, under: value, in: &$0.audiences) }
        return known
    }

    /// The catalog of indexes that a value with a digest encodes.
    func catalog(
        _ value: Digest, _ read: () throws(QueryError) -> IndexCatalog
    ) throws(QueryError) -> IndexCatalog {
        if let known = state.withLock({ $0.catalogs[value] }) { return known }
        let catalog = try read()
        state.withLock { VerifierMemory.remember(catalog, under: value, in: &$0.catalogs) }
        return catalog
    }

    private static func remember<Key, Value>(_ value: Value, under key: Key, in known: inout [Key: Value]) {
        if known.count >= capacity { known.removeAll(keepingCapacity: true) }
        known[key] = value
    }
}
