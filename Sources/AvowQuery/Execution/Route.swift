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

    /// Whether the entries stand in the order of the clinical date.
    var isOrderedByDate: Bool {
        guard case .code(_, let codes) = path else { return false }
        return codes.count == 1 && codes[0].isOrderedByDate && places.count == 1
    }
}

extension QueryExecutor {
    /// How the records of a question are reached.
    func route(_ select: BoundSelect) throws(QueryError) -> Route {
        let selection = select.selection
        guard !selection.isContradictory, !audiences.isEmpty, select.limit > 0 else { return .nowhere }
        // Nobody is in an empty set.
        if selection.tables.contains(where: { tables.owners($0).isEmpty }) { return .nowhere }
        let isByCode = select.shape.isByCode
        let catalog = selection.mayUseCodeIndex(groupingByCode: isByCode) ? try source.catalog() : nil
        var (path, rest) = selection.accessPath(groupingByCode: isByCode) { catalog?.codeIndex(of: $0) != nil }
        var places = try self.places(of: path, catalog)
        if let owners = try fewOwners(selection, path, places) {
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
        _ selection: Selection, _ path: AccessPath, _ places: [Route.Place]
    ) throws(QueryError) -> [UInt64]? {
        switch path {
        case .type, .all: break
        default: return nil
        }
        let sets = selection.tables.map { tables.owners($0) }
        guard let least = sets.min(by: { $0.count < $1.count }), least.count <= QueryExecutor.mostOwners else {
            return nil
        }
        var count: UInt64 = 0
        for place in places {
            if case .range(let range) = place.extent { count += try source.count(in: range) }
        }
        // A patient's records are found by two steps down the tree under each audience.
        guard UInt64(least.count * audiences.count) * 8 < count else { return nil }
        return least.sorted()
    }

    private static var mostOwners: Int { 100_000 }

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
