internal import Foundation

/// The clock.
enum Instant {
    /// What is taken for now within a task, so that a test can ask at any time.
    @TaskLocal static var fixed: Int64?

    /// Now, in milliseconds since 1970-01-01T00:00:00Z.
    static var now: Int64 {
        fixed ?? Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))
    }
}
