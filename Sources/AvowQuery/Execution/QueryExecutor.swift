public import AvowConsent
internal import AvowFHIR
internal import AvowProof

/// Executes a query over a source: a store's tree, or a proof.
public struct QueryExecutor<Source: RecordSource> {
    private let query: Query
    private let request: AccessRequest
    let source: Source
    private let parser: JSONParser

    /// An executor of one query.
    ///
    /// - Parameter request: who asks, why and when.
    public init(_ query: Query, as request: AccessRequest, over source: Source) throws(QueryError) {
        self.query = query
        self.request = request
        self.source = source
        do throws(JSONError) {
            parser = try JSONParser()
        } catch {
            throw .source(error)
        }
    }

    /// Reads what the query needs, in an order that depends on nothing but the query and what is read.
    ///
    /// - Throws: `QueryError`; what the source throws stands in its case `.source`.
    /// - Complexity: O(m log n) for m entries read; memory O(r) for r rows.
    public func run() throws(QueryError) -> QueryResult {
        let statement = query.statement
        let shape = try Shape(statement)
        let selection = try Selection(statement)
        let audiences = try readAudiences()
        let limit = statement.limit?.value.count ?? .max
        var places: [Place] = []
        var (path, residual) = selection.accessPath { _ in false }
        if !selection.isContradictory, !audiences.isEmpty, limit > 0 {
            let isByCode = shape.isByCode
            let catalog = selection.mayUseCodeIndex(groupingByCode: isByCode) ? try readCatalog() : nil
            (path, residual) = selection.accessPath(groupingByCode: isByCode) { catalog?.codeIndex(of: $0) != nil }
            places = try self.places(of: path, audiences, catalog)
        }
        let found: (columns: [String], rows: [[Cell]])
        switch shape {
        case .records(let columns): found = try rows(columns, path, residual, places, limit: limit)
        case .groups(let grouping) where grouping.terms.isEmpty:
            let count = try count(path, residual, places)
            let row = [Cell](repeating: .number(String(count)), count: grouping.columns.count)
            found = (grouping.columns.map(\.name), limit == 0 ? [] : [row])
        case .groups(let grouping):
            let groups = try groups(grouping, selection, path, residual, places, limit: limit)
            found = (grouping.columns.map(\.name), groups.rows(grouping, limit: limit))
        }
        return QueryResult(columns: found.columns, rows: found.rows, audiences: audiences.map(\.rawValue))
    }

    // MARK: What is read before any record

    /// The audiences that admit the request: all those that stand under a purpose that covers the request's and a
    /// recipient that the actor is, less those that, once read, turn out not to admit it (their window is closed).
    private func readAudiences() throws(QueryError) -> [AudienceID] {
        var admitting: [UInt64: Bool] = [:]
        for purpose in request.purpose.ancestorsAndSelf {
            for recipient in request.actor.recipients {
                let digest = Digest(.recipient, recipient.canonicalBytes)
                var cursor = try source.cursor(
                    over: .audiences(purpose: purpose.code, recipient: digest), descending: false)
                while let entry = try cursor.next() {
                    let id = try AudienceID(key: entry.key)
                    if admitting[id.rawValue] == nil {
                        admitting[id.rawValue] = try audience(entry).admits(request).isEmpty == false
                    }
                }
            }
        }
        return admitting.filter(\.value).keys.sorted().map(AudienceID.init(rawValue:))
    }

    private func audience(_ entry: Source.Cursor.Entry) throws(QueryError) -> Audience {
        let value = try salted(entry)
        do throws(ConsentError) {
            return try Audience(encoded: value.content)
        } catch {
            throw .entry(entry.key, expected: "an audience: \(error)")
        }
    }

    private func readCatalog() throws(QueryError) -> IndexCatalog? {
        guard let entry = try source.entry(for: IndexCatalog.key) else { return nil }
        let value = try salted(entry)
        do throws(EntryValueError) {
            return try IndexCatalog(value.content)
        } catch {
            throw .entry(entry.key, expected: error.expected)
        }
    }

    private func salted(_ entry: Source.Cursor.Entry) throws(QueryError) -> SaltedValue {
        let bytes = try source.value(of: entry)
        do throws(EntryValueError) {
            return try SaltedValue(bytes)
        } catch {
            throw .entry(entry.key, expected: error.expected)
        }
    }

    // MARK: Where the entries stand

    /// One key, or a range of keys, that an access path reads.
    enum Place {
        case key(TreeKey)
        case range(KeyRange)
    }

    /// Where the entries of an access path stand, audience by audience.
    private func places(
        of path: AccessPath, _ audiences: [AudienceID], _ catalog: IndexCatalog?
    ) throws(QueryError) -> [Place] {
        var places: [Place] = []
        for audience in audiences {
            switch path {
            case .located(let type, let id):
                places.append(.key(.locate(audience, type: UInt16(type.rawValue), logicalID: id)))
            case .patient(let id, let type):
                guard let entry = try source.entry(for: .patient(audience, logicalID: id)) else { continue }
                let value = try salted(entry)
                let pseudonym: Pseudonym
                do throws(EntryValueError) {
                    pseudonym = try Pseudonym(content: value.content)
                } catch {
                    throw .entry(entry.key, expected: error.expected)
                }
                places.append(.range(.records(audience, pseudonym, type: type.map { UInt16($0.rawValue) })))
            case .code(let types, let codes):
                for type in types {
                    guard let index = catalog?.codeIndex(of: type) else { continue }
                    places.append(.range(codes.keys(index, audience, profile: 0)))
                }
            case .type(let type): places.append(.range(.located(audience, type: UInt16(type.rawValue))))
            case .all: places.append(.range(.records(audience)))
            }
        }
        return places
    }

    // MARK: Counting

    private func count(_ path: AccessPath, _ residual: Residual, _ places: [Place]) throws(QueryError) -> UInt64 {
        var count: UInt64 = 0
        if residual.isEmpty, path.isExact {
            for place in places {
                switch place {
                case .key(let key): count += try source.entry(for: key) == nil ? 0 : 1
                case .range(let range): count += try source.count(in: range)
                }
            }
            return count
        }
        try forEachEntry(path, places, descending: false) { (entry) throws(QueryError) in
            if residual.isEmpty {
                count += 1
            } else {
                let (resource, type) = try record(entry, path)
                if residual.matches(resource, type) { count += 1 }
            }
            return true
        }
        return count
    }

    // MARK: Rows

    private func rows(
        _ columns: Columns, _ path: AccessPath, _ residual: Residual, _ places: [Place], limit: Int
    ) throws(QueryError) -> (columns: [String], rows: [[Cell]]) {
        let order = columns.order
        var isServed = order.isEmpty
        var descending = false
        if case .code(_, let codes) = path, codes.isOrderedByDate, places.count == 1, order.count == 1,
            case .date = order[0].source
        {
            isServed = true
            descending = order[0].direction == .descending
        }
        var collector = RowCollector(columns)
        var keys: [[SortKey]] = []
        try forEachEntry(path, places, descending: descending) { (entry) throws(QueryError) in
            let (resource, type) = try record(entry, path)
            guard residual.matches(resource, type) else { return true }
            collector.append(resource, type)
            if !isServed { keys.append(order.map { SortKey($0.source, resource, type) }) }
            return !isServed || collector.count < limit
        }
        var indices = Array(0..<collector.count)
        if !isServed {
            indices.sort { left, right in
                for (term, (leftKey, rightKey)) in zip(order, zip(keys[left], keys[right])) {
                    let comparison = SortKey.compare(leftKey, rightKey)
                    if comparison != 0 { return term.direction == .ascending ? comparison < 0 : comparison > 0 }
                }
                return left < right
            }
            indices = Array(indices.prefix(limit))
        }
        return collector.finish(indices)
    }

    // MARK: Entries and their records

    /// Calls `body` with each selected entry, one for a record, until it returns false.
    func forEachEntry(
        _ path: AccessPath, _ places: [Place], descending: Bool,
        _ body: (Source.Cursor.Entry) throws(QueryError) -> Bool
    ) throws(QueryError) {
        for place in places {
            // A record's entries stand under one audience and in the index of one type.
            var seen: Set<[UInt8]> = []
            guard case .range(let range) = place else {
                guard case .key(let key) = place, let entry = try source.entry(for: key) else { continue }
                guard try body(entry) else { return }
                continue
            }
            var cursor = try source.cursor(over: range, descending: descending)
            while let entry = try cursor.next() {
                if case .code(_, let codes) = path {
                    guard try codes.selects(entry.key) else { continue }
                    let owner = Array(entry.key.bytes[entry.key.owner])
                    if codes.mayRepeatRecords, !seen.insert(owner).inserted { continue }
                }
                guard try body(entry) else { return }
            }
        }
    }

    /// The record that an entry leads to.
    func record(
        _ entry: Source.Cursor.Entry, _ path: AccessPath
    ) throws(QueryError) -> (JSONValue, ResourceType) {
        var digest = entry.value
        switch path {
        case .located, .type:
            let bytes = try source.value(of: entry)
            do throws(EntryValueError) {
                digest = try LocatedRecord(bytes).digest
            } catch {
                throw .entry(entry.key, expected: error.expected)
            }
        case .patient, .code, .all: break
        }
        let json = try source.record(digest, of: entry)
        do throws(JSONError) {
            let resource = try parser.parse(json).root
            guard let name = resource["resourceType"]?.string, let type = ResourceType(name: name) else {
                throw JSONError(.notAnObject, at: 0)
            }
            return (resource, type)
        } catch {
            throw .entry(entry.key, expected: "a FHIR resource: \(error)")
        }
    }
}

/// What a row is sorted by.
private enum SortKey {
    case cell(Cell)
    case instant(Int64?)

    init(_ source: Columns.Source, _ resource: JSONValue, _ type: ResourceType) {
        if case .date = source {
            self = .instant(Indexing.clinicalDate(of: resource, type: type))
        } else {
            self = .cell(Columns.cell(source, resource, type))
        }
    }

    static func compare(_ left: SortKey, _ right: SortKey) -> Int {
        switch (left, right) {
        case (.cell(let left), .cell(let right)): return Cell.compare(left, right)
        case (.instant(let left), .instant(let right)):
            let (left, right) = (left ?? .min, right ?? .min)
            return left < right ? -1 : (left > right ? 1 : 0)
        default: return 0
        }
    }
}

extension AccessPath {
    /// Whether the number of entries of its ranges is the number of records.
    var isExact: Bool {
        if case .code(_, let codes) = self { codes.isExact && !codes.mayRepeatRecords } else { true }
    }
}

extension AudienceID {
    /// Reads the id out of the key of an entry of the space `audience`.
    fileprivate init(key: TreeKey) throws(QueryError) {
        var reader = TupleReader(key.bytes, in: key.order)
        do throws(TupleError) {
            self.init(rawValue: try reader.unsigned())
            try reader.finish()
        } catch {
            throw .entry(key, expected: "an audience id: \(error)")
        }
    }
}
