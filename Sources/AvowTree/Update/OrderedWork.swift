internal import Dispatch
internal import Synchronization

/// Work that runs on all cores, and whose results are taken in the order in which it was handed in.
///
/// One thread hands in and takes out, and bounds what is under way by taking. When it waits for work, it does what no core
/// has begun, that work or what comes behind it: a small piece of work costs no change of threads, and no core idles. When
/// it is gone, nothing is under way any more.
public final class OrderedWork<Output: Sendable> {
    private let queue: DispatchQueue
    private var waiting: [Item] = []
    private var first = 0

    /// - Parameter isAhead: Whether the work is done ahead of need, so that other work goes before it.
    public init(isAhead: Bool = false) {
        queue = DispatchQueue(
            label: "avow.work", qos: isAhead ? .utility : .userInitiated, attributes: .concurrent)
    }

    deinit {
        for item in waiting[first...] { item.cancel() }
        for item in waiting[first...] { item.finish() }
    }

    /// How much work was handed in and not taken out.
    public var count: Int { waiting.count - first }

    /// Hands in work.
    public func submit(_ work: @escaping @Sendable () -> Output) {
        let item = Item(work)
        waiting.append(item)
        queue.async { item.run() }
    }

    /// The result of the oldest work, waiting for it; nil when there is none.
    public func next() -> Output? {
        guard first < waiting.count else { return nil }
        let item = waiting[first]
        first += 1
        defer {
            if first == waiting.count || first >= 1_024 {
                waiting.removeFirst(first)
                first = 0
            }
        }
        if item.run() { return item.take() }
        for other in waiting[first...] {
            if item.isOver { break }
            other.run()
        }
        return item.take()
    }

    /// One piece of work, from being handed in to being taken out.
    private final class Item: Sendable {
        private enum State {
            case pending(@Sendable () -> Output)
            case running
            case done(Output)
            case over
        }

        private let state: Mutex<State>
        private let isDone = DispatchSemaphore(value: 0)

        init(_ work: @escaping @Sendable () -> Output) {
            state = Mutex(.pending(work))
        }

        /// Sees to it that the work is not begun any more.
        func cancel() {
            state.withLock { state in
                if case .pending = state { state = .over }
            }
        }

        /// Waits for who does the work, if somebody does.
        func finish() {
            let isRunning = state.withLock { state in
                if case .running = state { true } else { false }
            }
            if isRunning { isDone.wait() }
        }

        /// Does the work, unless somebody has begun it.
        ///
        /// - Returns: whether it was done here.
        @discardableResult
        func run() -> Bool {
            guard let output = output() else { return false }
            state.withLock { $0 = .done(output) }
            isDone.signal()
            return true
        }

        /// Whether somebody has done the work.
        var isOver: Bool {
            state.withLock { state in
                switch state {
                case .pending, .running: false
                case .done, .over: true
                }
            }
        }

        /// Does the work and lets go of all that it holds, before anybody hears that it is done: whoever waits for it may
        /// close the store next.
        private func output() -> Output? {
            guard let work = begin() else { return nil }
            return work()
        }

        /// The result, of work that somebody has begun.
        func take() -> Output? {
            isDone.wait()
            return state.withLock { state in
                guard case .done(let output) = state else { return nil }
                state = .over
                return output
            }
        }

        private func begin() -> (@Sendable () -> Output)? {
            state.withLock { state in
                guard case .pending(let work) = state else { return nil }
                state = .running
                return work
            }
        }
    }
}
