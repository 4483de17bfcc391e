internal import AvowConsent
internal import AvowProof
internal import AvowQuery
internal import AvowStorage
internal import AvowTree
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Records events, those of queries that end at about the same time in one commit.
///
/// Whoever comes while nobody writes writes at once. Whoever comes meanwhile waits, and what waits when the commit is
/// done is the next one, which one of those that wait writes for all. So a single reader waits for one commit, and many
/// share the cost of it: readers wait for the disk, and not for each other's turn.
final class Recorder: Sendable {
    /// The entries of one commit, roughly; what is more goes into the next.
    private static let largestGroup = 100_000

    private let path: String
    private let keys: StoreKeys
    private let origin: String
    private let opened = Mutex<Ledger?>(nil)
    private let queue = Mutex(Queue())

    private struct Queue {
        var waiting: [Waiter] = []
        var isWriting = false
    }

    /// An event that somebody waits for.
    private final class Waiter: Sendable {
        let draft: EventDraft
        let outcome = Mutex<Result<EventID, StoreError>?>(nil)
        /// Signalled when the event is recorded, or cannot be, or when it is this one's turn to write.
        let turn = DispatchSemaphore(value: 0)

        init(_ draft: EventDraft) {
            self.draft = draft
        }
    }

    init(path: String, _ keys: StoreKeys, origin: String) {
        self.path = path
        self.keys = keys
        self.origin = origin
    }

    /// Records an event and waits until it is durable.
    ///
    /// - Throws: `.notRecorded` with what the ledger failed on.
    func record(_ draft: EventDraft) throws(StoreError) -> EventID {
        let waiter = Waiter(draft)
        let mustWait = queue.withLock { queue in
            queue.waiting.append(waiter)
            defer { queue.isWriting = true }
            return queue.isWriting
        }
        if mustWait { waiter.turn.wait() }
        if let outcome = waiter.outcome.withLock({ $0 }) { return try outcome.get() }
        // Everybody else waits, so what is first in the queue is this one's own event.
        writeGroup()
        // Written just now, with the rest of the group.
        return try waiter.outcome.withLock { $0 ?? .failure(.notRecorded(.cancelled)) }.get()
    }

    /// Writes what waits, tells those who wait for it, and gives the turn to the next.
    private func writeGroup() {
        let group = queue.withLock { queue in
            var size = 0
            let end = queue.waiting.firstIndex { waiter in
                defer { size += 2 + waiter.draft.patients.count }
                return size > Recorder.largestGroup
            }
            let group = Array(queue.waiting[..<(end ?? queue.waiting.count)])
            queue.waiting.removeFirst(group.count)
            return group
        }
        do throws(StoreError) {
            let events = try ledger().append(group.map(\.draft))
            for (waiter, event) in zip(group, events) { waiter.outcome.withLock { $0 = .success(event) } }
        } catch {
            if error.isStorageLost { opened.withLock { $0 = nil } }
            for waiter in group { waiter.outcome.withLock { $0 = .failure(.notRecorded(error)) } }
        }
        let next = queue.withLock { queue in
            queue.isWriting = !queue.waiting.isEmpty
            return queue.waiting.first
        }
        for waiter in group { waiter.turn.signal() }
        next?.turn.signal()
    }

    /// The ledger, opened when it is needed first; made when the store has none.
    private func ledger() throws(StoreError) -> Ledger {
        try opened.withLock { (opened) throws(StoreError) in
            if let opened { return opened }
            if !FileManager.default.fileExists(atPath: path) {
                try Ledger.create(at: path, keys, origin: origin)
            }
            let ledger = try Ledger.open(at: path, keys, origin: origin, readOnly: false)
            opened = ledger
            return ledger
        }
    }

    /// The ledger to read from; nil when the store has none.
    func ledgerToRead() throws(StoreError) -> Ledger? {
        try opened.withLock { (opened) throws(StoreError) in
            if let opened { return opened }
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            do throws(StoreError) {
                opened = try Ledger.open(at: path, keys, origin: origin, readOnly: false)
            } catch {
                guard case .storage(let cause) = error, cause.isWriteRefused else { throw error }
                // Recording into it is refused then.
                opened = try Ledger.open(at: path, keys, origin: origin, readOnly: true)
            }
            return opened
        }
    }
}

extension StoreError {
    /// Whether the storage must be opened anew.
    fileprivate var isStorageLost: Bool {
        switch self {
        case .storage(let error), .tree(.storage(let error)): error.code == .mustReopen
        default: false
        }
    }
}
