internal import Synchronization

/// Counts this process's open transactions and keeps them out while the memory map is replaced.
///
/// LMDB may replace its map only while no transaction of the process is open, and leaves that to its caller.
///
/// Who wants to grow waits for open transactions to end, but does not shut out new ones for long: a thread may
/// need a second snapshot before it can let go of its first. New transactions wait `courtesy` for a waiting
/// grower, which is enough to let it through between short overlapping snapshots.
final class TransactionGate: Sendable {
    private struct State {
        var open = 0
        var isRemapping = false
        var waitingForRemap = 0
        var isGrowthWanted = false
        var isBroken = false
    }

    private static let courtesy: Duration = .milliseconds(20)

    private let state = Mutex(State())

    private enum Entry {
        case entered, wait, yield, broken
    }

    /// Counts one more open transaction. Returns false when the map is lost.
    func enter() -> Bool {
        var courtesy = Waiting(patience: TransactionGate.courtesy)
        var isCourteous = true
        // A remap takes microseconds, so waiting for its end needs no deadline.
        var remap = Waiting(patience: .seconds(1_000_000))
        while true {
            let entry = state.withLock { state -> Entry in
                if state.isBroken { return .broken }
                if state.isRemapping { return .wait }
                if state.waitingForRemap > 0, isCourteous, state.open > 0 { return .yield }
                state.open += 1
                return .entered
            }
            switch entry {
            case .entered: return true
            case .broken: return false
            case .wait: _ = remap.sleep()
            case .yield: isCourteous = courtesy.sleep()
            }
        }
    }

    func leave() {
        state.withLock { state in state.open -= 1 }
    }

    /// Whether a transaction met the end of the map since it last grew.
    var isGrowthWanted: Bool { state.withLock(\.isGrowthWanted) }

    func wantGrowth() {
        state.withLock { state in state.isGrowthWanted = true }
    }

    /// After this no transaction can be opened any more.
    func markBroken() {
        state.withLock { state in state.isBroken = true }
    }

    /// Runs `body` while no transaction is open. Returns false when open ones did not end within `patience`.
    func remap(
        patience: Duration, _ body: () throws(StorageError) -> Void
    ) throws(StorageError) -> Bool {
        state.withLock { state in state.waitingForRemap += 1 }
        var waiting = Waiting(patience: patience)
        var isMine = false
        repeat {
            isMine = state.withLock { state in
                guard state.open == 0, !state.isRemapping else { return false }
                state.isRemapping = true
                return true
            }
        } while !isMine && waiting.sleep()
        state.withLock { state in state.waitingForRemap -= 1 }
        guard isMine else { return false }
        defer { state.withLock { state in state.isRemapping = false } }
        try body()
        state.withLock { state in state.isGrowthWanted = false }
        return true
    }
}
