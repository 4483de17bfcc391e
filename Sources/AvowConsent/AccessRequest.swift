/// The question that consent answers: may this actor read for this purpose at this time?
public struct AccessRequest: Hashable, Sendable {
    public let actor: Actor
    public let purpose: Purpose
    /// Milliseconds since the beginning of 1970 in UTC.
    public let time: Int64

    public init(actor: Actor, purpose: Purpose, time: Int64) {
        self.actor = actor
        self.purpose = purpose
        self.time = time
    }
}
