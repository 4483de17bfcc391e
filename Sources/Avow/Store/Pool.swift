internal import Synchronization

/// Things that are costly to make and that one task at a time may use, kept for the next task.
final class Pool<Element>: Sendable {
    /// More than this are let go.
    private static var capacity: Int { 32 }

    /// Sendable: an element is either in the pool, in nobody's hands, or in those of the one task that took it out.
    private struct Kept: @unchecked Sendable {
        let element: Element
    }

    private let kept = Mutex<[Kept]>([])
    private let make: @Sendable () throws(StoreError) -> Element

    init(_ make: @escaping @Sendable () throws(StoreError) -> Element) {
        self.make = make
    }

    /// An element that nobody else uses.
    func take() throws(StoreError) -> Element {
        if let last = kept.withLock({ $0.popLast() }) { return last.element }
        return try make()
    }

    /// Takes back an element, which the caller no longer uses.
    func give(_ element: Element) {
        let returned = Kept(element: element)
        kept.withLock { kept in
            if kept.count < Pool.capacity { kept.append(returned) }
        }
    }

    /// Calls `body` with an element that nobody else has meanwhile.
    func withElement<Result>(_ body: (Element) throws(StoreError) -> Result) throws(StoreError) -> Result {
        let element = try take()
        // An element that failed is not used again.
        let result = try body(element)
        give(element)
        return result
    }
}
