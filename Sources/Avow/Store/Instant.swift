internal import Foundation

/// The clock.
enum Instant {
    /// Now, in milliseconds since 1970-01-01T00:00:00Z.
    static var now: Int64 {
        Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))
    }
}
