public import AvowConsent
public import AvowFHIR
internal import Synchronization

/// Follows references from resource to resource within a snapshot: what `resolve()` of FHIRPath asks.
///
/// It reads from the snapshot that it was made of, for the same actor and purpose, and like that is used by one task at a
/// time. A reference that leads nowhere, outside of the store or to what the actor may not see yields nothing: which of
/// them it is does not show. The last resources that were found are kept, since many refer to the same.
public final class ReferenceResolver: @unchecked Sendable {
    // Sendable: an evaluation asks on the thread that evaluates, which is the snapshot's; FHIRPath's environment, which
    // may cross threads, asks for more than that.
    private let snapshot: Snapshot
    private let request: AccessRequest
    /// All that is followed is one access of the audit ledger.
    private let access: RecordedAccess?
    private let state = Mutex(State())

    private struct State {
        var known: [String: FHIRPathElement?] = [:]
        var failure: StoreError?
    }

    /// How many references are remembered with what they led to.
    private static let mostKnown = 1_024

    /// A resolver for an actor and a purpose.
    public init(_ snapshot: Snapshot, as actor: Actor, for purpose: Purpose) {
        self.snapshot = snapshot
        request = snapshot.request(actor, purpose)
        access = snapshot.access(request, "resolve()", [])
    }

    deinit {
        // Who was read of is recorded; what may be missing is how many records beyond the first.
        if let access { try? access.finishFollowing() }
    }

    /// Why a resource could not be read, the first time that it happened: the evaluation went on without it, so that
    /// what it found must not be used.
    public var failure: StoreError? { state.withLock { $0.failure } }

    /// The resource that a reference such as `Patient/1` or `Patient/1/_history/2` leads to.
    public func element(_ reference: String) -> FHIRPathElement? {
        if let known = state.withLock({ $0.known[reference] }) { return known }
        var element: FHIRPathElement?
        do throws(StoreError) {
            element = try read(reference)
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
        }
        state.withLock {
            if $0.known.count == Self.mostKnown { $0.known.removeAll(keepingCapacity: true) }
            $0.known[reference] = .some(element)
        }
        return element
    }

    private func read(_ reference: String) throws(StoreError) -> FHIRPathElement? {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 4 && parts[2] == "_history",
            let type = ResourceType(name: String(parts[0]))
        else { return nil }
        let id = String(parts[1])
        // R4, section 2.24.0.1: a logical id has at most 64 characters; what else it may not have is found nowhere.
        guard 1...64 ~= id.utf8.count else { return nil }
        let json: [UInt8]?
        if parts.count == 4 {
            guard let version = UInt64(parts[3]), version > 0 else { return nil }
            json = try snapshot.find(type, id: id, version: version, request)?.resource()
        } else {
            json = try snapshot.find(type, id: id, request)
        }
        try access?.follow()
        guard let json else { return nil }
        do throws(JSONError) {
            return FHIRPathElement(try JSONParser().parse(json).root)
        } catch {
            throw .damaged(part: "a record", reason: "\(type.name)/\(id): \(error)")
        }
    }
}
