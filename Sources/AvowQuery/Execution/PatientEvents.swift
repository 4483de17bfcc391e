/// An event of a patient: when it was, and which of the patient's records it is.
struct PatientEvent: Sendable {
    let date: Int64
    let number: UInt64
}

/// Events by patient, each patient's by their dates.
struct PatientEvents: Sendable {
    /// Which of a patient's events somebody looks at.
    enum Kept: Sendable {
        case all
        /// Those of the patient's first date; those of the last.
        case first, last
    }

    private let kept: Kept
    private var patients = PseudonymSet()
    /// Where not all are kept, the first event of each patient that has the date that is kept.
    private var extremes: [PatientEvent] = []
    /// How many events each patient has; then, where those of each end.
    private var ends: [Int] = []
    private var owners: [Int32] = []
    private var events: [PatientEvent] = []

    init(keeping kept: Kept = .all) {
        self.kept = kept
    }

    /// How many patients have events.
    var patientCount: Int { patients.count }

    /// Adds an event; `sort()` comes after all.
    mutating func append(_ event: PatientEvent, of owner: UInt64) {
        let (number, isNew) = patients.insert(owner)
        if kept != .all {
            guard !isNew else {
                extremes.append(event)
                ends.append(1)
                return
            }
            let best = extremes[number].date
            if event.date != best {
                if kept == .first ? event.date < best : event.date > best { extremes[number] = event }
                return
            }
            // Those that tie are told apart by their numbers.
        } else if isNew {
            ends.append(0)
        }
        ends[number] += 1
        owners.append(Int32(number))
        events.append(event)
    }

    /// Puts the events of each patient together, by their dates.
    mutating func sort() {
        if kept != .all { keepExtremes() }
        var start = 0
        var starts: [Int] = []
        starts.reserveCapacity(ends.count)
        for index in ends.indices {
            starts.append(start)
            start += ends[index]
            ends[index] = start
        }
        var sorted = events
        for (owner, event) in zip(owners, events) {
            sorted[starts[Int(owner)]] = event
            starts[Int(owner)] += 1
        }
        start = 0
        for end in ends {
            sorted[start..<end].sort { ($0.date, $0.number) < ($1.date, $1.number) }
            start = end
        }
        events = sorted
        owners = []
    }

    /// Forgets what tied with an event that another came before, and puts those that are kept with the others.
    private mutating func keepExtremes() {
        let ties = zip(owners, events).filter { owner, event in event.date == extremes[Int(owner)].date }
        owners = ties.map(\.0) + extremes.indices.map { Int32($0) }
        events = ties.map(\.1) + extremes
        ends = Array(repeating: 0, count: extremes.count)
        for owner in owners { ends[Int(owner)] += 1 }
        extremes = []
    }

    /// The events of a patient.
    func of(_ owner: UInt64) -> ArraySlice<PatientEvent> {
        guard let number = patients.number(of: owner) else { return [] }
        return events[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
    }
}
