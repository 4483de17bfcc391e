/// An event of a patient: when it was, and which of the patient's records it is.
struct PatientEvent: Sendable {
    let date: Int64
    let number: UInt64
}

/// Events by patient, each patient's by their dates.
struct PatientEvents: Sendable {
    private var patients = PseudonymSet()
    /// How many events each patient has; then, where those of each end.
    private var ends: [Int] = []
    private var owners: [Int32] = []
    private var events: [PatientEvent] = []

    /// How many patients have events.
    var patientCount: Int { patients.count }

    /// Adds an event; `sort()` comes after all.
    mutating func append(_ event: PatientEvent, of owner: UInt64) {
        let (number, isNew) = patients.insert(owner)
        if isNew { ends.append(0) }
        ends[number] += 1
        owners.append(Int32(number))
        events.append(event)
    }

    /// Puts the events of each patient together, by their dates.
    mutating func sort() {
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

    /// The events of a patient.
    func of(_ owner: UInt64) -> ArraySlice<PatientEvent> {
        guard let number = patients.number(of: owner) else { return [] }
        return events[(number == 0 ? 0 : ends[number - 1])..<ends[number]]
    }
}
