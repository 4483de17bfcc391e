import AvowConsent
import AvowQuery

/// What could come next in a statement that is no question: GRANT, REVOKE, SHOW, SET, CREATE and DROP.
struct ConsentCompletion {
    /// What can stand at the place.
    enum Expected: Equatable {
        case words([String])
        /// Purposes, and words besides.
        case purpose([String])
        case type
        case nothing
    }

    /// What can stand at the place.
    let expected: Expected
    /// What stands before the cursor without white space between: the word that is to be completed.
    let fragment: String

    private static let limits = ["WITH LABEL", "CODE", "FROM", "UNTIL"]
    private static let asker = ["AS", "FOR"]

    /// The place behind a text; nil when that is no such statement, or none yet.
    init?(_ text: String) {
        let lexemes = QueryText.lexemes(of: text)
        let start = lexemes.lastIndex { $0.kind == .end }.map { $0 + 1 } ?? 0
        let bytes = Array(text.utf8)
        var words = lexemes[start...].filter { $0.kind != .comment }.map {
            String(decoding: bytes[$0.range.lowerBound..<$0.range.upperBound], as: UTF8.self)
        }
        var fragment = ""
        if let last = text.last, !last.isWhitespace, last != ",", let word = words.popLast() { fragment = word }
        self.fragment = fragment
        let known = words.map { $0.uppercased() }
        switch known.first {
        case "GRANT": expected = ConsentCompletion.grant(Array(known.dropFirst()), "TO")
        case "REVOKE": expected = ConsentCompletion.grant(Array(known.dropFirst()), "FROM")
        case "SHOW": expected = ConsentCompletion.show(Array(known.dropFirst()))
        case "SET": expected = ConsentCompletion.set(Array(known.dropFirst()))
        case "CREATE", "DROP": expected = ConsentCompletion.index(Array(known))
        default: return nil
        }
    }

    /// What a list of words that begins behind an item of its own expects next: another item, or what follows.
    private static func list(_ words: some Collection<String>, _ item: Expected, _ next: [String]) -> Expected {
        guard let last = Array(words).last, last != "," else { return item }
        return .words(next)
    }

    private static func grant(_ words: [String], _ to: String) -> Expected {
        guard let on = words.firstIndex(of: "ON") else { return list(words, .purpose(["ALL"]), ["ON"]) }
        guard let of = words.firstIndex(of: "OF") else { return list(words[(on + 1)...], .type, ["OF"]) }
        guard let recipients = words[of...].firstIndex(of: to) else {
            return list(words[(of + 1)...], .nothing, [to])
        }
        let rest = words[(recipients + 1)...]
        let order = ["WITH", "CODE", "FROM", "UNTIL", "AS", "FOR"]
        guard let place = rest.lastIndex(where: { order.contains($0) }), let clause = order.firstIndex(of: rest[place])
        else {
            if ["ROLE", "ORGANIZATION", "GROUP"].contains(rest.last ?? "") { return .nothing }
            return list(rest, .words(["ANYONE", "ROLE", "ORGANIZATION", "GROUP"]), limits + asker)
        }
        let behind = rest[(place + 1)...]
        let next = Array((limits + asker).dropFirst(clause + 1))
        switch rest[place] {
        case "WITH":
            guard behind.first == "LABEL" else { return .words(["LABEL"]) }
            return list(behind.dropFirst(), .words(["R", "V", "N"]), next)
        case "FOR": return behind.isEmpty ? .purpose([]) : .nothing
        default: return list(behind, .nothing, next)
        }
    }

    private static func show(_ words: [String]) -> Expected {
        guard let subject = words.first else { return .words(["CONSENT FOR", "DISCLOSURES FOR"]) }
        guard words.count > 1 else { return .words(["FOR"]) }
        guard words.count > 2 else { return .nothing }
        switch words.last {
        case "AS", "SINCE": return .nothing
        case "FOR": return .purpose([])
        default: return .words((subject == "DISCLOSURES" ? ["SINCE"] : []) + asker + ["BREAK GLASS REASON"])
        }
    }

    private static func index(_ words: [String]) -> Expected {
        switch (words[0], words.count) {
        case (_, 1): .words(["INDEX"])
        case ("CREATE", 3): .words(["ON"])
        case ("CREATE", 4): .type
        default: .nothing
        }
    }

    private static func set(_ words: [String]) -> Expected {
        switch words.first {
        case nil: return .words(["ACTOR", "PURPOSE"])
        case "PURPOSE": return words.count == 1 || words.last == "=" ? .purpose([]) : .nothing
        case "ACTOR":
            guard words.count > 1, !["=", ",", "ROLE", "ORGANIZATION", "GROUP"].contains(words.last ?? "") else {
                return .nothing
            }
            return .words(["ROLE", "ORGANIZATION", "GROUP"])
        default: return .nothing
        }
    }
}
