/// The question that consent answers: may this actor read for this purpose at this time?
public struct AccessRequest: Hashable, Sendable {
    /// Who asks.
    public let actor: Actor
    /// Why.
    public let purpose: Purpose
    /// Milliseconds since the beginning of 1970 in UTC.
    public let time: Int64

    /// A request of an actor for a purpose.
    ///
    /// - Parameter time: in milliseconds since 1970-01-01T00:00:00Z.
    public init(actor: Actor, purpose: Purpose, time: Int64) {
        self.actor = actor
        self.purpose = purpose
        self.time = time
    }
}
