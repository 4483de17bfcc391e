import AvowConsent
import AvowFHIR
import AvowQuery

/// Says what could stand at a place of a statement. It knows the language by its words and the shape of its clauses, and
/// asks the parser nothing, since what is being typed is no query yet.
struct CompletionEngine {
    let vocabulary: any Vocabulary
    private static let schema = R4Schema()

    /// What could stand at the cursor.
    ///
    /// - Parameters:
    ///   - text: the whole text, which may hold several statements.
    ///   - cursor: a place in characters.
    func complete(_ text: String, at cursor: Int) -> Completion {
        let before = String(text.prefix(cursor))
        if before.trimmed.hasPrefix(".") { return command(before) }
        var place = StatementPlace(before)
        guard !place.isInComment else { return .none }
        if let consent = ConsentCompletion(before) { return self.consent(consent) }
        place.findType(behind: String(text.dropFirst(cursor)))
        return statement(place)
    }

    /// What could stand in a statement about consent or the session.
    private func consent(_ place: ConsentCompletion) -> Completion {
        switch place.expected {
        case .words(let words): return self.words(words, place.fragment)
        case .purpose(let others):
            let codes = purposes(place.fragment).candidates
            return completion(words(others, place.fragment).candidates + codes, place.fragment)
        case .type: return completion(typeNames(place.fragment), place.fragment)
        case .nothing: return .none
        }
    }

    private func purposes(_ fragment: String) -> Completion {
        completion(
            Purpose.all.map { Candidate($0.code, detail: $0.display) }
                .filter { $0.text.hasPrefix(fragment.uppercased()) }, fragment)
    }

    // MARK: Statements

    private func statement(_ place: StatementPlace) -> Completion {
        let fragment = place.fragment
        if let inner = place.innerPath { return path(inner, place) }
        if let view = place.type.flatMap({ vocabulary.view(written: $0) }), let found = completion(place, view) {
            return found
        }
        switch place.expected {
        case .statement: return words(["SELECT"] + statementWords, fragment)
        case .projection:
            let paths = path(place)
            guard paths.candidates.isEmpty || !fragment.contains(".") && place.path == fragment else { return paths }
            var aggregates = [Candidate("year(", suffix: ""), Candidate("month(", suffix: "")]
            if place.clause != .group { aggregates.insert(Candidate("COUNT(*)", detail: "number of records"), at: 0) }
            let next: [Candidate] = fragment.isEmpty ? [] : clauseWords(place)
            return completion(paths.candidates + matching(aggregates, fragment) + next, fragment)
        // Behind a call in brackets a path goes on with a dot.
        case .afterProjection where fragment.hasPrefix("."): return path(place)
        case .afterProjection: return completion(clauseWords(place), fragment)
        case .type: return Completion(replacing: fragment.count, candidates: types(fragment))
        case .clause where fragment.hasPrefix("'"): return units(place)
        case .clause: return completion(clauseWords(place), fragment)
        case .parameter:
            let known = place.type.map { parameters(of: $0) } ?? []
            return completion(matching(known, fragment), fragment)
        case .comparison: return completion(matching(comparisons(place), fragment), fragment)
        case .value: return value(place)
        case .purpose: return purposes(fragment)
        case .cohort:
            // One that is being named has no name yet.
            let known = place.clause == .start ? [] : place.cohorts
            return completion(matching(known.map { Candidate($0, detail: "cohort") }, fragment), fragment)
        case .set: return words(["SELECT", "COHORT"], fragment)
        case .nothing: return .none
        }
    }

    private func completion(_ candidates: [Candidate], _ fragment: String) -> Completion {
        Completion(replacing: fragment.count, candidates: candidates)
    }

    private func matching(_ candidates: [Candidate], _ fragment: String) -> [Candidate] {
        let folded = fragment.lowercased()
        return candidates.filter { $0.text.lowercased().hasPrefix(folded) }
    }

    /// Words of the language that begin as the fragment does, in small letters when it is.
    private func words(_ words: [String], _ fragment: String) -> Completion {
        let isSmall = fragment.contains { $0.isLowercase }
        let candidates = words.map { Candidate(isSmall ? $0.lowercased() : $0) }
        return completion(matching(candidates, fragment), fragment)
    }

    /// What a statement can begin with besides SELECT.
    private var statementWords: [String] {
        [
            "EXPLAIN", "EXPLAIN CONSENT", "HISTORY OF", "GRANT", "REVOKE", "SHOW CONSENT FOR", "SHOW DISCLOSURES FOR",
            "SET ACTOR", "SET PURPOSE", "CREATE INDEX", "DROP INDEX",
        ]
    }

    /// Words that can come next, by the clause.
    private func clauseWords(_ place: StatementPlace) -> [Candidate] {
        let known = Set(QueryText.keywords)
        let order = ["FROM", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET", "AS", "FOR"]
        var next: [String]
        switch place.clause {
        case .start: next = []
        case .select: next = ["FROM", "AS"]
        case .from: next = Array(order.dropFirst())
        case .condition: next = ["AND", "OR"] + order.dropFirst(2)
        case .group: next = Array(order.dropFirst(3))
        case .order: next = ["DESC", "ASC"] + order.dropFirst(5)
        case .limit: next = ["AS", "FOR"]
        case .actor: next = ["FOR"]
        }
        next = next.filter { known.contains($0.split(separator: " ").first.map(String.init) ?? "") }
        if place.clause != .start, place.clause != .select {
            if place.clause != .actor { next.append("AS OF COMMIT") }
            next.append("BREAK GLASS REASON")
        }
        return words(next, place.fragment).candidates
    }

    // MARK: Views

    /// What can stand where a view is selected from; nil where it is the same as with a type.
    private func completion(_ place: StatementPlace, _ view: StoredView) -> Completion? {
        let fragment = place.fragment
        let columns = view.definition.columns.map { Candidate($0.name, detail: $0.detail) }
        switch place.expected {
        case .projection:
            let patient = Candidate("patient", detail: "whose the record is")
            let names = columns.contains { $0.text == patient.text } ? columns : columns + [patient]
            let aggregates = place.clause == .group ? [] : [Candidate("COUNT(*)", detail: "number of rows")]
            return completion(matching(names + aggregates, fragment), fragment)
        case .parameter:
            let tests = [Candidate("patient", detail: "whose the record is"), Candidate("PATH(", suffix: "")]
            return completion(matching(columns + tests, fragment), fragment)
        case .comparison:
            let content = view.definition.columns.first { $0.name == place.parameter }?.content
            let signs: [String]
            switch content {
            case .number, .date, .text: signs = ["=", ">=", "<=", ">", "<", "<>", "BETWEEN", "IN", "IS NULL"]
            case .list, .elements: signs = ["IS NULL"]
            default: signs = ["=", "<>", "IN", "IS NULL"]
            }
            return completion(matching(signs.map { Candidate($0) }, fragment), fragment)
        case .value:
            let content = view.definition.columns.first { $0.name == place.parameter }?.content
            return content == .boolean ? words(["TRUE", "FALSE"], fragment) : Completion.none
        default: return nil
        }
    }

    // MARK: Types, parameters, values

    private func types(_ fragment: String) -> [Candidate] {
        typeNames(fragment)
            + vocabulary.views.map { view in
                Candidate(ViewName.written(view.name), detail: "view of \(view.definition.resource.name)")
            }.filter { $0.text.lowercased().hasPrefix(fragment.lowercased()) }
    }

    private func typeNames(_ fragment: String) -> [Candidate] {
        let present = vocabulary.types
        let names = Set(present.map(\.name))
        let own = present.map { Candidate($0.name, detail: HumanFormat.count($0.count, "resource")) }
        let others = (CompletionEngine.schema.typeNames.filter { !names.contains($0) } + ["Resource"]).map {
            Candidate($0)
        }
        // What is not there is offered only to whom asks for it by name.
        let found = matching(own, fragment)
        return found.isEmpty || names.contains(fragment) ? found + matching(others, fragment) : found
    }

    private func parameters(of type: String) -> [Candidate] {
        let resource = ResourceType(name: type)
        return CompletionEngine.schema.searchParameters(of: type).map { name in
            let kind = resource.flatMap { AvowFHIR.SearchParameter.named(name, for: $0) }?.kind.rawValue
            return Candidate(name, detail: kind ?? "")
        }
    }

    /// How a parameter can be compared: those of which values have an order by that, too.
    private func comparisons(_ place: StatementPlace) -> [Candidate] {
        guard let parameter = place.parameter else { return [] }
        let type = place.type.flatMap { ResourceType(name: $0) }
        let kind = type.flatMap { AvowFHIR.SearchParameter.named(parameter, for: $0) }?.kind
        let isOrdered = kind == .number || kind == .quantity || kind == .date || parameter == "date"
        return (isOrdered ? ["=", ">=", "<=", ">", "<", "BETWEEN"] : ["="]).map { Candidate($0) }
    }

    /// Codes of the type, by token, by code, or by words of what they mean.
    private func value(_ place: StatementPlace) -> Completion {
        guard let type = place.type, let parameter = place.parameter else { return .none }
        let known: [KnownCode]
        switch CompletionEngine.schema.kind(of: parameter, on: type) {
        case .token where parameter == OwnParameter.code.rawValue: known = vocabulary.codes(of: type)
        case .token: known = vocabulary.values(of: parameter, on: type)
        case .patient, .id, .reference:
            // Behind IN a set may stand.
            let sets = place.cohorts.isEmpty ? ["(SELECT"] : ["COHORT", "(SELECT"]
            return place.isBehindIn ? words(sets, place.fragment) : .none
        default: return .none
        }
        var fragment = place.fragment
        if fragment.hasPrefix("'") { fragment.removeFirst() }
        let folded = fragment.lowercased()
        let wanted = folded.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        let found = known.filter { code in
            if folded.isEmpty || code.token.lowercased().hasPrefix(folded) { return true }
            if code.token.hasPrefix("'"), code.token.dropFirst().lowercased().hasPrefix(folded) { return true }
            if code.code.lowercased().hasPrefix(folded) { return true }
            let display = code.display.lowercased()
            return !wanted.isEmpty && wanted.allSatisfy { display.contains($0) }
        }
        return Completion(
            replacing: place.fragment.count,
            candidates: found.map { code in
                Candidate(
                    code.token,
                    detail: [code.display, HumanFormat.count(code.count)].filter { !$0.isEmpty }.joined(
                        separator: " · "))
            })
    }

    /// Units behind a number, those that occur with the parameter.
    private func units(_ place: StatementPlace) -> Completion {
        guard let type = place.type, let parameter = place.parameter,
            CompletionEngine.schema.kind(of: parameter, on: type) == .quantity
        else { return .none }
        let written = place.fragment.dropFirst()
        let found = vocabulary.units(of: parameter, on: type).filter { $0.unit.hasPrefix(written) }
        return completion(
            found.map { Candidate("'\($0.unit.replacing("'", with: "''"))'", detail: HumanFormat.count($0.count)) },
            place.fragment)
    }

    // MARK: Paths

    /// Elements that a path can go on with.
    private func path(_ place: StatementPlace) -> Completion {
        guard let type = place.type, let root = FHIRType(named: type) else { return .none }
        let found = PathCompletion(root: root).complete(place.path)
        return Completion(replacing: found.replacing, candidates: found.candidates)
    }

    /// Elements that a path in the bracket of PATH can go on with.
    private func path(_ inner: String, _ place: StatementPlace) -> Completion {
        var type = place.type
        if let view = type.flatMap({ vocabulary.view(written: $0) }) { type = view.definition.resource.name }
        guard let type, let root = FHIRType(named: type), let chain = PathFocus(inner).chain else { return .none }
        return PathCompletion(root: root, isCondition: true).complete(chain)
    }

    // MARK: Commands

    private func command(_ before: String) -> Completion {
        let line = before.drop(while: \.isWhitespace)
        guard let space = line.firstIndex(where: \.isWhitespace) else {
            return completion(
                DotCommand.all.map { Candidate($0.name, detail: $0.summary, suffix: $0.form.isEmpty ? "" : " ") }
                    .filter { $0.text.hasPrefix(line) }, String(line))
        }
        let name = String(line[..<space])
        let rest = line[space...]
        let fragment = String(rest.suffix(while: { !$0.isWhitespace }))
        switch DotCommand.all.first(where: { $0.name == name })?.argument {
        case .type:
            let isSchema = name == ".schema"
            return completion(isSchema ? types(fragment) : typeNames(fragment), fragment)
        case .words(let words): return completion(matching(words.map { Candidate($0) }, fragment), fragment)
        case .purpose: return purposes(fragment)
        case .file: return files(fragment)
        case .plot:
            if rest.contains(">") { return files(fragment) }
            let kinds = rest.trimmed == fragment ? ChartKind.allCases.map { Candidate($0.rawValue) } : []
            return completion(matching(kinds + vocabulary.columns.map { Candidate($0) }, fragment), fragment)
        case .command:
            return completion(
                matching(DotCommand.all.map { Candidate(String($0.name.dropFirst()), suffix: "") }, fragment), fragment)
        case .statement:
            var place = StatementPlace(String(rest))
            place.findType(behind: "")
            return place.isInComment ? .none : statement(place)
        case .index:
            return completion(
                matching(vocabulary.indexes.map { Candidate($0.name, detail: $0.detail) }, fragment), fragment)
        case .other, nil: return .none
        }
    }

    private func files(_ fragment: String) -> Completion {
        completion(vocabulary.files(fragment).map { Candidate($0, suffix: $0.hasSuffix("/") ? "" : " ") }, fragment)
    }
}

extension Substring {
    /// The longest end of which all characters meet a condition.
    fileprivate func suffix(while condition: (Character) -> Bool) -> Substring {
        var start = endIndex
        while start > startIndex, condition(self[index(before: start)]) { start = index(before: start) }
        return self[start...]
    }
}
