internal import AvowFHIR
internal import AvowProof

// Ways over indexes of which the patient is a column: to the entries of some patients, and to an end of each patient's.
extension QueryExecutor {
    /// Going to another range of an index takes as long as reading so many entries.
    static var entriesPerRange: UInt64 { 12 }
    /// For more patients than these no ranges are read one by one.
    private static var mostRangeOwners: Int { 1_024 }

    /// The members of a table of patients, by increasing pseudonyms, when they are few enough to look for each.
    func owners(of table: Int) -> [UInt64]? {
        guard table < tables.all.count, case .owners(let owners) = tables.all[table],
            owners.count <= QueryExecutor.mostRangeOwners
        else { return nil }
        return owners.keys.sorted()
    }

    /// Whether an index by patients might spare reading everybody's entries.
    func mayGoByPatient(_ select: BoundSelect, _ conditions: [Predicate], _ catalog: IndexCatalog?) -> Bool {
        guard let catalog, let type = select.selection.type, catalog.hasPatients(of: type) else { return false }
        if select.patientEnds != nil || latest(select, conditions) != nil { return true }
        return conditions.contains { if case .member(let table) = $0 { owners(of: table) != nil } else { false } }
    }

    /// How many entries the ranges of some patients are taken to have: as many as those of any others. Nil for what is
    /// not read patient by patient.
    ///
    /// To count each patient's would take as long as reading them.
    func estimate(_ way: AccessWay) throws(QueryError) -> UInt64? {
        guard case .index(let selections) = way.path, let owners = selections[0].ownerCount else { return nil }
        var estimate: UInt64 = 0
        for audience in audiences {
            let patients = try source.count(in: .patients(audience))
            for selection in selections {
                let everybody = try count(of: selection.rangesOfEverybody(audience))
                estimate += everybody / max(1, patients) * UInt64(owners)
            }
        }
        return estimate
    }

    private func count(of ranges: [KeyRange]) throws(QueryError) -> UInt64 {
        var count: UInt64 = 0
        for range in ranges { count += try source.count(in: range) }
        return count
    }

    // MARK: Ends

    /// The end of each patient's entries that suffices on a way; nil when all entries are wanted, or do not stand by patient
    /// and date.
    func ends(
        _ way: AccessWay, _ select: BoundSelect, _ conditions: [Predicate], _ rest: [Predicate]
    ) -> PatientEnds? {
        guard case .index(let selections) = way.path, let form = way.contents.form, let column = form.patientColumn,
            way.contents.dateColumn == column + 1, !form.definition.hasOverflow, selections.allSatisfy(\.isExact)
        else { return nil }
        let isOfFew = selections[0].ownerCount != nil
        guard selections.allSatisfy({ $0.fixedColumnCount == (isOfFew ? column + 1 : column) }) else { return nil }
        var ends = rest.allSatisfy(way.contents.decides) ? select.patientEnds : nil
        // What has a later event is left out, whatever else is asked of it, and all that the ranges hold are events.
        if ends == nil, let latest = latest(select, conditions), latest.conditions.isSubset(of: way.served) {
            ends = latest.ends
        }
        ends?.patientColumn = column
        ends?.isOfFew = isOfFew
        return ends
    }

    /// Decides whether reading an end of each patient's entries is worth while, and what it costs.
    func weighEnds(_ option: inout RouteOption) throws(QueryError) {
        guard let ends = option.ends else { return }
        guard !ends.isOfFew else {
            // To go to each range is counted apart.
            option.ends?.entryCount = UInt64(option.places.count)
            return
        }
        var patients: UInt64 = 0
        for audience in audiences { patients += try source.count(in: .patients(audience)) }
        let ranges = UInt64(option.places.count) / UInt64(max(1, audiences.count))
        let cost = patients * max(1, ranges) * QueryExecutor.entriesPerRange
        option.ends?.entryCount = cost
        if cost >= option.entryCount { option.ends = nil }
    }

    /// The end of each patient's records at which all that are selected stand, as one condition asks that the patient has
    /// none later, or earlier, of which the same is asked; and by their places those of these conditions that not all
    /// records of a patient meet, or none.
    func latest(_ select: BoundSelect, _ conditions: [Predicate]) -> (ends: PatientEnds, conditions: Set<Int>)? {
        for condition in conditions {
            guard case .not(.temporal(let test)) = condition, test.distance == nil, test.side != .around,
                test.table < definitions.count, case .events(let events, _) = definitions[test.table],
                events.selection.type == select.selection.type
            else { continue }
            // Before any is before the last, and before the last alone is something else than before the first.
            guard test.kept == (test.side == .before ? .last : .first) else { continue }
            var (found, places) = (0, Set<Int>())
            let asked = events.selection.conditions
            for wanted in asked {
                guard let place = conditions.firstIndex(where: { $0.isSame(as: wanted) }) else { break }
                found += 1
                if !wanted.isOfPatients { places.insert(place) }
            }
            guard found == asked.count else { continue }
            let ends = PatientEnds(areLast: test.side == .before, decision: .any, wantsUndated: true)
            return (ends, places)
        }
        return nil
    }
}

extension IndexCatalog {
    /// Whether the patient is a column of some index of a type.
    func hasPatients(of type: ResourceType) -> Bool {
        definitions.contains { $0.type == type && $0.state == .ready && $0.columns.contains(.patient) }
    }

    /// Those of the indexes of which the patient is a column.
    var ofPatients: IndexCatalog { IndexCatalog(definitions.filter { $0.columns.contains(.patient) }) }
}

extension Predicate {
    /// Whether all records of a patient meet it, or none.
    fileprivate var isOfPatients: Bool {
        switch self {
        case .member, .patient: true
        default: false
        }
    }

    /// Whether both are one condition for sure.
    fileprivate func isSame(as other: Predicate) -> Bool {
        switch (self, other) {
        case (.code(let left), .code(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.date(let left), .date(let right)): left == right
        case (.patient(let left), .patient(let right)): left == right
        case (.member(let left), .member(let right)): left == right
        default: false
        }
    }
}
