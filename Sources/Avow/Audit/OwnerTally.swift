internal import AvowProof

/// Whose records were opened, and how many of each.
///
/// Counting one takes a comparison, and an addition or an append: records of one patient mostly come one behind the other.
struct OwnerTally {
    /// Some records of one patient.
    struct Run {
        let pseudonym: Pseudonym
        /// The blob of one of them.
        let blob: UInt64
        var count: UInt64
    }

    /// More runs than this are summed up by patient.
    private static let mostRuns = 1 << 16

    private var runs: [Run] = []
    private var sums: [UInt64: Run] = [:]

    var isEmpty: Bool { runs.isEmpty && sums.isEmpty }

    @inline(__always)
    mutating func count(_ pseudonym: Pseudonym, blob: UInt64) {
        let last = runs.count - 1
        if last >= 0, runs[last].pseudonym == pseudonym {
            runs[last].count &+= 1
            return
        }
        if last >= OwnerTally.mostRuns { sumUp() }
        runs.append(Run(pseudonym: pseudonym, blob: blob, count: 1))
    }

    /// Counts the records of a run.
    mutating func count(_ run: Run) {
        runs.append(run)
    }

    private mutating func sumUp() {
        for run in runs {
            sums[run.pseudonym.rawValue, default: Run(pseudonym: run.pseudonym, blob: run.blob, count: 0)].count +=
                run.count
        }
        runs.removeAll(keepingCapacity: true)
    }

    /// What was counted since the last call, each patient once, in no order; what belongs to none is a run of its own.
    mutating func take() -> [Run] {
        if sums.isEmpty, runs.count == 1 {
            defer { runs.removeAll(keepingCapacity: true) }
            return runs
        }
        sumUp()
        defer { sums.removeAll() }
        return Array(sums.values)
    }
}
