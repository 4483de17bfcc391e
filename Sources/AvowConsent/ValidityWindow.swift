/// When a grant holds: from an instant on, and before another; either may be missing.
public struct ValidityWindow: Hashable, Sendable {
    /// The first instant, in milliseconds since the beginning of 1970 in UTC; nil for no beginning.
    public let from: Int64?
    /// The instant at which the grant holds no longer, likewise; nil for no end.
    public let until: Int64?

    /// The window without beginning and end.
    public static let always = ValidityWindow()

    private init() {
        from = nil
        until = nil
    }

    /// - Throws: ``ConsentError`` of kind `invalidWindow` unless `from` is before `until`.
    public init(from: Int64?, until: Int64?) throws(ConsentError) {
        if let from, let until, from >= until {
            throw ConsentError(.invalidWindow, "a validity window from \(from) until \(until) holds no instant")
        }
        self.from = from
        self.until = until
    }

    /// Whether the window is open at `time`.
    public func contains(_ time: Int64) -> Bool {
        if let from, time < from {
            return false
        }
        if let until, time >= until {
            return false
        }
        return true
    }
}
