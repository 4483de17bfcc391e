import Synchronization

/// Keeps text that would be written.
final class TextCollector: Sendable {
    private let content = Mutex("")

    func append(_ text: String) {
        content.withLock { $0 += text }
    }

    var text: String { content.withLock { $0 } }
}
