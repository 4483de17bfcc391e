internal import AvowFHIR

/// That of each patient's entries, which stand together by date, only the first or the last are read.
///
/// It leaves out nothing that plays a part: who asks looks at one end alone. Entries that tie at that end are all read.
struct PatientEnds: Sendable {
    /// What ends the reading of a patient's entries, besides another date.
    enum Decision: Sendable {
        /// An entry that is selected for sure.
        case selected
        /// Any entry.
        case any
    }

    /// The last, read from the end; otherwise the first.
    let areLast: Bool
    let decision: Decision
    /// Whether an entry without a date is one end of them, as the least of dates.
    var countsUndated = false
    /// Whether entries without a date are read besides.
    var wantsUndated = false
    /// The column that is the patient.
    var patientColumn = 0
    /// Whether a range is of one patient each.
    var isOfFew = false
    /// How many entries reading the ends is taken to read, or costs as much as reading.
    var entryCount: UInt64 = 0
}

extension BoundSelect {
    /// The end of each patient's records that is looked at alone; nil when all are.
    var patientEnds: PatientEnds? {
        guard case .records(let columns) = shape else { return nil }
        switch kept {
        case .first: return PatientEnds(areLast: false, decision: .selected)
        case .last: return PatientEnds(areLast: true, decision: .selected)
        case .all: break
        }
        guard let first = columns.order.first, case .date = first.source, isFirst(columns) else { return nil }
        return PatientEnds(areLast: first.direction == .descending, decision: .selected, countsUndated: true)
    }

    /// Whether of each patient only the first row is shown, and those that tie with it looked at.
    private func isFirst(_ columns: Columns) -> Bool {
        if isFirstOfOwner { return true }
        guard limitPer == 1, !isDistinct, columns.per.count == 1 else { return false }
        switch columns.per[0] {
        case .patient, .owner: return true
        default: return false
        }
    }
}
