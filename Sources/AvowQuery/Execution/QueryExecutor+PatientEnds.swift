internal import AvowFHIR
internal import AvowProof

// Reading an end of each patient's entries.
extension QueryExecutor {
    /// Calls `body` with the first or the last entries of each patient, until it returns false.
    ///
    /// Where a patient's entries are read as far as they need to be, one step down the tree leads to the next patient's.
    ///
    /// - Returns: whether `body` wants more.
    /// - Complexity: O(log n) for each patient and range, and the entries that tie.
    func forEachEnd(
        _ ends: PatientEnds, _ route: Route, _ examiner: inout EntryExaminer,
        _ body: (FoundEntry, AccessPath, () -> Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) -> Bool {
        var reader = EntryReader(route.contents, columns: [])
        var group = 0
        for place in route.places {
            if place.group != group { examiner.forgetSeen() }
            group = place.group
            guard case .range(let range) = place.extent else { continue }
            var rest: KeyRange? = range
            while let next = rest {
                rest = nil
                var cursor = try source.cursor(over: next, descending: ends.areLast)
                var owner: UInt64?
                // The date at the end; nil as long as it is not decided.
                var end: Int64?
                while let entry = try cursor.next() {
                    recorder?.countEntries(1)
                    let key = KeyPlace(entry.key)
                    let facts = try reader.facts(key)
                    let date = facts.date ?? .min
                    if facts.owner.pseudonym != owner {
                        owner = facts.owner.pseudonym
                        end = nil
                    } else if let end, date != end {
                        guard let prefix = facts.columns?.prefix(ends.patientColumn + 1) else { continue }
                        if ends.areLast, ends.wantsUndated {
                            guard try forEachEntry(in: next.undated(prefix), of: place, route, &examiner, body) else {
                                return false
                            }
                        }
                        if !ends.isOfFew { rest = ends.rest(of: next, behind: prefix) }
                        break
                    }
                    let found = try examiner.examine(key, place)
                    if end == nil, ends.isDecided(by: facts, found) { end = date }
                    if let found, !(try body(found, route.path, { entry })) { return false }
                }
            }
        }
        return true
    }

    private func forEachEntry(
        in range: KeyRange, of place: Route.Place, _ route: Route, _ examiner: inout EntryExaminer,
        _ body: (FoundEntry, AccessPath, () -> Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) -> Bool {
        guard !range.isEmpty else { return true }
        var cursor = try source.cursor(over: range, descending: false)
        while let entry = try cursor.next() {
            recorder?.countEntries(1)
            guard let found = try examiner.examine(KeyPlace(entry.key), place) else { continue }
            guard try body(found, route.path, { entry }) else { return false }
        }
        return true
    }
}

extension KeyRange {
    /// The part of the range in which a patient's entries have no date.
    fileprivate func undated(_ prefix: [UInt8]) -> KeyRange {
        let least = prefix + [0]
        let isAbove = ByteOrder.compare(lower.span, least.span) > 0
        return KeyRange(lower: isAbove ? lower : least, upper: prefix + IndexSpan.start)
    }
}

extension PatientEnds {
    /// Whether an entry stands at the end of its patient's. What belongs to no patient is read whole.
    fileprivate func isDecided(by facts: EntryFacts, _ found: FoundEntry?) -> Bool {
        guard facts.owner.pseudonym != 0, facts.date != nil || countsUndated else { return false }
        switch decision {
        case .any: return true
        case .selected: return found?.isSure ?? false
        }
    }

    /// What is left of a range behind the entries of a patient, in the direction of reading.
    fileprivate func rest(of range: KeyRange, behind prefix: [UInt8]) -> KeyRange {
        areLast
            ? KeyRange(lower: range.lower, upper: prefix)
            : KeyRange(lower: IndexSpan.behind(prefix), upper: range.upper)
    }
}
