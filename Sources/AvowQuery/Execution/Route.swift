internal import AvowFHIR
internal import AvowProof

/// How the records of a question are reached under the audiences that admit the request.
struct Route {
    let path: AccessPath
    /// What is tested on entries, before a record is opened.
    let filter: [Predicate]
    /// What is tested on records.
    let residual: [Predicate]
    let places: [Place]

    /// One key, or a range of keys, that an access path reads.
    struct Place {
        enum Extent {
            case key(TreeKey)
            case range(KeyRange)
        }

        let extent: Extent
        /// The part of an index that the range is.
        var codes: CodeRange?
        /// Which places can lead to the same record: those of one number.
        let group: Int
    }

    /// Nothing is read.
    static let nowhere = Route(path: .nowhere, filter: [], residual: [], places: [])

    /// Whether the entries are those of the wanted records, no more and no fewer.
    var isExact: Bool { filter.isEmpty && residual.isEmpty && path.isExact }

    /// Whether rows that are read in the order of the entries, or against it, need not be sorted.
    func servesOrder(of columns: Columns) -> Bool {
        guard isOrderedByDate, columns.order.count == 1, case .date = columns.order[0].source else { return false }
        return true
    }

    /// Whether the entries stand in the order of the clinical date.
    private var isOrderedByDate: Bool {
        guard case .code(_, let codes) = path else { return false }
        return codes.count == 1 && codes[0].isOrderedByDate && places.count == 1
    }
}

extension QueryExecutor {
    /// How the records of a question are reached.
    func route(_ select: BoundSelect) throws(QueryError) -> Route {
        let selection = select.selection
        guard !selection.isContradictory, !audiences.isEmpty, select.limit > 0 else { return .nowhere }
        // Nobody is in an empty set. Who only explains does not know the sets.
        let known = selection.tables.filter { $0 < tables.all.count }
        if known.contains(where: { tables.owners($0).isEmpty }) { return .nowhere }
        let isByCode = select.shape.isByCode
        let mayUseIndex = selection.mayUseCodeIndex(groupingByCode: isByCode) || selection.mayUseIndex
        let catalog = mayUseIndex ? try source.catalog() : nil
        var (path, rest) = selection.accessPath(groupingByCode: isByCode) { catalog?.codeIndex(of: $0) != nil }
        var places = try self.places(of: path, catalog)
        if let catalog, let type = selection.type, selection.mayUseIndex, !rest.isEmpty {
            var choices = IndexChoice.all(of: type, catalog, selection.conditions)
            // Between the way that is there anyhow and others, the fewest entries decide; against all records of the
            // type every index wins.
            if case .code = path {
            } else if choices.count == 1 {
                (path, rest) = (.index(choices[0].selection), choices[0].residual)
                places = try self.places(of: path, catalog)
                choices = []
            }
            var fewest = choices.isEmpty ? 0 : try count(places)
            for choice in choices {
                let other = try self.places(of: .index(choice.selection), catalog)
                let count = try count(other)
                guard count < fewest else { continue }
                (path, rest, places, fewest) = (.index(choice.selection), choice.residual, other, count)
            }
        }
        if let owners = try fewOwners(known, path, places) {
            path = .owners(owners, selection.type)
            places = try self.places(of: path, catalog)
        }
        let hasDate = path.showsDate
        let filter = rest.filter { $0.isDecided(byEntriesWithDate: hasDate) }
        rest.removeAll { $0.isDecided(byEntriesWithDate: hasDate) }
        return Route(path: path, filter: filter, residual: rest, places: places)
    }

    /// The patients whose records are all that is wanted, when they are few beside what else would be read.
    private func fewOwners(
        _ known: [Int], _ path: AccessPath, _ places: [Route.Place]
    ) throws(QueryError) -> [UInt64]? {
        switch path {
        case .type, .all: break
        default: return nil
        }
        let sets = known.map { tables.owners($0) }
        guard let least = sets.min(by: { $0.count < $1.count }), least.count <= QueryExecutor.mostOwners else {
            return nil
        }
        let count = try count(places)
        // A patient's records are found by two steps down the tree under each audience.
        guard UInt64(least.count * audiences.count) * 8 < count else { return nil }
        return least.sorted()
    }

    private static var mostOwners: Int { 100_000 }

    /// How many entries stand in some places, from counts alone.
    func count(_ places: [Route.Place]) throws(QueryError) -> UInt64 {
        var count: UInt64 = 0
        for place in places {
            switch place.extent {
            case .key(let key): count += try source.entry(for: key) == nil ? 0 : 1
            case .range(let range): count += try source.count(in: range)
            }
        }
        return count
    }

    /// Where the entries of an access path stand, audience by audience.
    private func places(of path: AccessPath, _ catalog: IndexCatalog?) throws(QueryError) -> [Route.Place] {
        var places: [Route.Place] = []
        var group = 0
        func add(_ range: KeyRange, _ codes: CodeRange? = nil) {
            places.append(Route.Place(extent: .range(range), codes: codes, group: group))
        }
        for audience in audiences {
            group += 1
            switch path {
            case .nowhere: continue
            case .located(let type, let ids):
                for id in ids {
                    let key = TreeKey.locate(audience, type: UInt16(type.rawValue), logicalID: id)
                    places.append(Route.Place(extent: .key(key), group: group))
                }
            case .patients(let ids, let type):
                for id in ids {
                    guard let pseudonym = try pseudonym(of: id, audience) else { continue }
                    add(.records(audience, pseudonym, type: type.map { UInt16($0.rawValue) }))
                }
            case .owners(let owners, let type):
                for owner in owners {
                    add(.records(audience, Pseudonym(rawValue: owner), type: type.map { UInt16($0.rawValue) }))
                }
            case .code(let types, let ranges):
                for type in types {
                    guard let index = catalog?.codeIndex(of: type) else { continue }
                    group += 1
                    for codes in ranges { add(codes.keys(index, audience, profile: 0), codes) }
                }
            case .index(let selection): for range in selection.ranges(audience) { add(range) }
            case .type(let type): add(.located(audience, type: UInt16(type.rawValue)))
            case .all: add(.records(audience))
            }
        }
        return places
    }

    private func pseudonym(of id: String, _ audience: AudienceID) throws(QueryError) -> Pseudonym? {
        guard let entry = try source.entry(for: .patient(audience, logicalID: id)) else { return nil }
        let value = try source.salted(entry)
        do throws(EntryValueError) {
            return try Pseudonym(content: value.content)
        } catch {
            throw .entry(entry.key, expected: error.expected)
        }
    }
}
