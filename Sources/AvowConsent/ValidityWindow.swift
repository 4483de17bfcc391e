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

    /// The instants that both windows hold; nil when there are none.
    func intersection(_ other: ValidityWindow) -> ValidityWindow? {
        let from = [from, other.from].compactMap(\.self).max()
        let until = [until, other.until].compactMap(\.self).min()
        return try? ValidityWindow(from: from, until: until)
    }

    /// The instants of this window that are before the other one.
    func part(before other: ValidityWindow) -> ValidityWindow? {
        guard let start = other.from else { return nil }
        return (try? ValidityWindow(from: nil, until: start)).flatMap(intersection)
    }

    /// The instants of this window that are after the other one.
    func part(after other: ValidityWindow) -> ValidityWindow? {
        guard let end = other.until else { return nil }
        return (try? ValidityWindow(from: end, until: nil)).flatMap(intersection)
    }

    /// Whether every instant of the other window is in this one.
    func contains(_ other: ValidityWindow) -> Bool {
        intersection(other) == other
    }
}
