internal import AvowConsent
internal import AvowFHIR
internal import AvowProof

extension ShowStatement {
    /// The question that finds a patient's Consents.
    func consents() throws(QueryError) -> SelectStatement {
        let text = "SELECT _id, resource FROM Consent WHERE patient = \(CanonicalText.value(patient.value.description))"
        do throws(QuerySyntaxError) {
            guard case .select(let select) = try QueryParser(schema: R4Schema()).parse(text) else {
                throw QuerySyntaxError(.unexpected, "no question about Consents", at: patient.range)
            }
            return select
        } catch {
            throw .syntax(error)
        }
    }
}

// SHOW CONSENT.
extension QueryExecutor {
    /// What the Consents say that a question finds: a row for each clause, the strongest of a Consent first.
    mutating func consents(
        _ select: BoundSelect, _ definitions: [TableDefinition]
    ) throws(QueryError) -> QueryResult {
        let found = try execute(select, definitions)
        var rows: [(reference: String, rows: [[Cell]])] = []
        let parser: JSONParser
        do throws(JSONError) {
            parser = try JSONParser()
        } catch {
            throw .source(error)
        }
        let audiences = self.audiences
        for cells in found.rows where cells.count == 2 {
            // A Consent has the number of its newest version where its location stands.
            let newest = try QueryExecutor.newest(.consent, cells[0].text, audiences, source)
            rows.append(
                try QueryExecutor.rows(ofConsent: cells[1].text, version: newest?.version.number, parser))
        }
        rows.sort { $0.reference < $1.reference }
        return QueryResult(
            columns: ["consent", "version", "dialect", "effect", "says", "from", "until", "element"],
            rows: rows.flatMap(\.rows), audiences: found.audiences)
    }

    private static func rows(
        ofConsent json: String, version: UInt64?, _ parser: JSONParser
    ) throws(QueryError) -> (reference: String, rows: [[Cell]]) {
        func text(_ value: String?) -> Cell { value.map(Cell.string) ?? .null }
        func instant(_ time: Int64?) -> Cell { text(time.flatMap { FHIRDateTime(instant: $0)?.text }) }
        let number = version.map { Cell.number(String($0)) } ?? .null
        let reading: ConsentReading
        do {
            reading = try ConsentReading(try parser.parse(Array(json.utf8)).root)
        } catch {
            throw .source(error)
        }
        switch reading {
        case .silent(let consent):
            let row: [Cell] = [
                .string(consent.reference), number, .null, .null, .string("nothing: \(consent.reason)"),
                .null, .null, .string(consent.path),
            ]
            return (consent.reference, [row])
        case .rules(let rules):
            let rows = rules.clauses.map { clause -> [Cell] in
                [
                    .string(rules.reference), number, .string(rules.dialect.rawValue),
                    .string(clause.effect.rawValue), .string(clause.text), instant(clause.window.from),
                    instant(clause.window.until), .string(clause.path),
                ]
            }
            return (rules.reference, rows)
        }
    }
}

// EXPLAIN CONSENT.
extension QueryExecutor {
    /// Which audiences admit the request, through which grants, and how many records of the type in question stand under
    /// each. To an auditor all other audiences are shown as well, with why each of their grants does not admit it.
    func explainConsent(of select: BoundSelect) throws(QueryError) -> QueryResult {
        let admitting = try source.audiences(for: request).filter { !$0.audience.admits(request).isEmpty }
        var rows: [[Cell]] = []
        for stored in admitting {
            let records = try count(of: select, under: stored.id)
            for grant in stored.audience.admits(request) {
                rows.append(QueryExecutor.row(stored.id, admits: true, grant.text, .null, records))
            }
        }
        if try isAuditor() {
            let known = Set(admitting.map(\.id.rawValue))
            for stored in try source.allAudiences() where !known.contains(stored.id.rawValue) {
                let records = try count(of: select, under: stored.id)
                if stored.audience.grants.isEmpty {
                    rows.append(QueryExecutor.row(stored.id, admits: false, nil, .string("it admits nobody"), records))
                }
                for grant in stored.audience.grants {
                    let reasons = grant.mismatches(with: request).joined(separator: ", ")
                    rows.append(QueryExecutor.row(stored.id, admits: false, grant.text, .string(reasons), records))
                }
            }
        }
        return QueryResult(
            columns: ["audience", "admits", "grant", "because", "records"], rows: rows,
            audiences: admitting.map(\.id.rawValue))
    }

    private static func row(
        _ audience: AudienceID, admits: Bool, _ grant: String?, _ because: Cell, _ records: UInt64
    ) -> [Cell] {
        let digits = String(audience.rawValue, radix: 16)
        return [
            .string(String(repeating: "0", count: 16 - digits.count) + digits), .boolean(admits),
            grant.map(Cell.string) ?? .null, because, .number(String(records)),
        ]
    }

    private func count(of select: BoundSelect, under audience: AudienceID) throws(QueryError) -> UInt64 {
        guard let type = select.selection.type else { return try source.count(in: .located(audience)) }
        return try source.count(in: .located(audience, type: UInt16(type.rawValue)))
    }

    /// Whether the policy of the store names one of the actor's roles as an auditor.
    private func isAuditor() throws(QueryError) -> Bool {
        guard !request.actor.roles.isEmpty else { return false }
        let key = TreeKey.configuration("policy")
        guard let entry = try source.entry(for: key) else { return false }
        let content = try source.salted(entry).content
        do throws(PolicyError) {
            let auditors = try StorePolicy(json: content).auditors
            return request.actor.roles.contains(where: auditors.contains)
        } catch {
            throw .entry(key, expected: "the policy of a store: \(error)")
        }
    }
}
