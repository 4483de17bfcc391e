/// The question that consent answers: may this actor read for this purpose at this time?
public struct AccessRequest: Hashable, Sendable {
    /// Who asks.
    public let actor: Actor
    /// Why.
    public let purpose: Purpose
    /// Milliseconds since the beginning of 1970 in UTC.
    public let time: Int64
    /// Why the actor asks for what it may not read otherwise, in its own words; nil when it does not.
    ///
    /// 1 to ``maximumReasonLength`` Unicode scalars, none of them a control character, not white space alone.
    public let breakGlassReason: String?

    /// The greatest length of a reason for breaking the glass, in Unicode scalars.
    public static let maximumReasonLength = 512

    /// A request of an actor for a purpose.
    ///
    /// - Parameter time: in milliseconds since 1970-01-01T00:00:00Z.
    public init(actor: Actor, purpose: Purpose, time: Int64) {
        self.actor = actor
        self.purpose = purpose
        self.time = time
        breakGlassReason = nil
    }

    /// A request of an actor for a purpose, which breaks the glass when a reason is given.
    ///
    /// - Parameters:
    ///   - time: in milliseconds since 1970-01-01T00:00:00Z.
    ///   - breakGlassReason: nil to ask as usual.
    /// - Throws: ``ConsentError`` of kind `invalidReason`.
    public init(
        actor: Actor, purpose: Purpose, time: Int64, breakGlassReason: String?
    ) throws(ConsentError) {
        if let breakGlassReason { try Self.check(reason: breakGlassReason) }
        self.actor = actor
        self.purpose = purpose
        self.time = time
        self.breakGlassReason = breakGlassReason
    }

    private static func check(reason: String) throws(ConsentError) {
        let scalars = reason.unicodeScalars
        guard !scalars.allSatisfy(\.properties.isWhitespace) else {
            throw ConsentError(.invalidReason, "breaking the glass needs a reason, in words")
        }
        // What is far too long is refused by its bytes, before anything counts its characters.
        guard reason.utf8.count <= 4 * maximumReasonLength, scalars.count <= maximumReasonLength else {
            throw ConsentError(
                .invalidReason, "a reason for breaking the glass has at most \(maximumReasonLength) characters")
        }
        guard !scalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw ConsentError(.invalidReason, "a reason for breaking the glass holds no control character")
        }
    }
}
