internal import Synchronization

/// Things that are costly to make and that one task at a time may use, kept for the next task.
final class Pool<Element>: Sendable {
    /// Sendable: an element is either in the pool, in nobody's hands, or in those of the one task that took it out.
    private struct Kept: @unchecked Sendable {
        let element: Element
    }

    private let kept = Mutex<[Kept]>([])
    private let make: @Sendable () throws(StoreError) -> Element

    init(_ make: @escaping @Sendable () throws(StoreError) -> Element) {
        self.make = make
    }

    /// Calls `body` with an element that nobody else has meanwhile.
    func withElement<Result>(_ body: (Element) throws(StoreError) -> Result) throws(StoreError) -> Result {
        let element: Kept
        if let last = kept.withLock({ $0.popLast() }) {
            element = last
        } else {
            element = Kept(element: try make())
        }
        let result = try body(element.element)
        kept.withLock { kept in
            // One for each core, and one for the thread that waits for them.
            if kept.count <= ProcessorCount.active { kept.append(element) }
        }
        return result
    }
}
