import AvowQuery

/// A place at the end of the beginning of a statement: in which clause, and what could come next.
struct StatementPlace {
    enum Clause {
        case start, select, from, condition, group, order, limit, actor
    }

    /// What the grammar has a place for.
    enum Expected {
        case statement, projection, afterProjection, type, clause, parameter, comparison, value, purpose, cohort, set,
            nothing
    }

    /// One SELECT, which another may stand within.
    private struct Level {
        var clause = Clause.start
        var expected = Expected.statement
        var type: String?
        var parameter: String?
        /// Brackets that belong to expressions.
        var brackets = 0
        /// Whether IN is what the value stands behind.
        var isBehindIn = false
        /// Whether values of a list are expected.
        var isInList = false
    }

    private var levels = [Level()]
    /// What stands before the cursor without white space between: the word that is to be completed.
    private(set) var fragment = ""
    /// The path that ends at the cursor, brackets included.
    private(set) var path = ""
    /// The cohorts that the text has named so far.
    private(set) var cohorts: [String] = []
    /// The one that is being defined.
    private var cohort: String?
    /// What stands behind the bracket of PATH, up to the cursor; nil when the cursor is not in it.
    private(set) var innerPath: String?
    /// Where what stands in the bracket of PATH begins.
    private var pathBegin: Int?
    /// Whether the cursor stands in a comment.
    private(set) var isInComment = false

    private var level: Level { levels[levels.count - 1] }
    var clause: Clause { level.clause }
    var expected: Expected { level.expected }
    var type: String? { level.type }
    var parameter: String? { level.parameter }
    var isBehindIn: Bool { level.isBehindIn && !level.isInList }

    /// The place behind a text.
    init(_ text: String) {
        var lexemes = QueryText.lexemes(of: text)
        if let end = lexemes.lastIndex(where: { $0.kind == .end }) { lexemes.removeFirst(end + 1) }
        let bytes = Array(text.utf8)
        func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        // A comment with two hyphens goes on until its line ends.
        if let last = lexemes.last, last.range.upperBound == bytes.count {
            let start = string(last.range.lowerBound..<last.range.upperBound)
            if last.kind == .comment && start.hasPrefix("--") || last.kind == .unterminated && start.hasPrefix("/*") {
                isInComment = true
                return
            }
        }
        var fragmentStart = bytes.count
        if let last = lexemes.last, last.kind == .unterminated {
            fragmentStart = last.range.lowerBound
        } else {
            while fragmentStart > 0, StatementPlace.isPart(bytes[fragmentStart - 1]) { fragmentStart -= 1 }
        }
        // What belongs to the statement before is no part of this one.
        fragmentStart = max(fragmentStart, min(bytes.count, lexemes.first?.range.lowerBound ?? bytes.count))
        fragment = string(fragmentStart..<bytes.count)
        path = string(StatementPlace.pathStart(bytes, from: fragmentStart)..<bytes.count)
        for lexeme in lexemes where lexeme.kind != .comment && lexeme.range.lowerBound < fragmentStart {
            let wasInPath = isInPath
            take(lexeme.kind, string(lexeme.range.lowerBound..<min(fragmentStart, lexeme.range.upperBound)))
            if isInPath, !wasInPath { pathBegin = lexeme.range.upperBound }
        }
        if isInPath, let pathBegin, pathBegin <= bytes.count { innerPath = string(pathBegin..<bytes.count) }
    }

    /// Finds the type in what follows the cursor, since people write what they select before they write from where.
    mutating func findType(behind text: String) {
        guard level.type == nil else { return }
        let lexemes = QueryText.lexemes(of: text).filter { $0.kind != .comment }
        let bytes = Array(text.utf8)
        func string(_ lexeme: Lexeme) -> String {
            String(decoding: bytes[lexeme.range.lowerBound..<lexeme.range.upperBound], as: UTF8.self)
        }
        for (index, lexeme) in lexemes.enumerated() {
            if lexeme.kind == .end { return }
            guard lexeme.kind == .keyword, string(lexeme).uppercased() == "FROM", index + 1 < lexemes.count else {
                continue
            }
            levels[levels.count - 1].type = string(lexemes[index + 1])
            return
        }
    }

    /// Whether a byte can be part of what is completed.
    private static func isPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-.|/:%$".utf8.contains(byte) || byte >= 0x80
        }
    }

    /// Where the path begins that goes on to a place: back over names, dots and brackets with what is in them.
    private static func pathStart(_ bytes: [UInt8], from end: Int) -> Int {
        var start = end
        // A path goes on before the fragment only where that begins with a dot.
        guard end < bytes.count, bytes[end] == UInt8(ascii: ".") else { return start }
        while start > 0 {
            let byte = bytes[start - 1]
            if byte == UInt8(ascii: ")") || byte == UInt8(ascii: "]") {
                var depth = 0
                var opening = start
                while opening > 0 {
                    opening -= 1
                    if bytes[opening] == UInt8(ascii: ")") || bytes[opening] == UInt8(ascii: "]") { depth += 1 }
                    if bytes[opening] == UInt8(ascii: "(") || bytes[opening] == UInt8(ascii: "[") { depth -= 1 }
                    if depth == 0 { break }
                }
                guard depth == 0 else { return start }
                start = opening
            } else if isPart(byte), byte != UInt8(ascii: "|") {
                start -= 1
            } else {
                return start
            }
        }
        return start
    }

    // MARK: What comes before

    private var isInPath: Bool { level.parameter?.uppercased() == "PATH" && level.brackets > 0 }

    private mutating func take(_ kind: Lexeme.Kind, _ text: String) {
        var level = levels.removeLast()
        defer { levels.append(level) }
        if kind == .keyword, level.brackets == 0 || text.uppercased() == "SELECT" {
            if text.uppercased() == "SELECT", level.brackets > 0 || level.isInList {
                // A query within the query begins.
                levels.append(level)
                level = Level(clause: .select, expected: .projection)
                return
            }
            StatementPlace.take(keyword: text.uppercased(), &level)
            return
        }
        switch text {
        case ";":
            // The end of a cohort, which is known from here on.
            if let cohort { cohorts.append(cohort) }
            level = Level()
        case "(":
            if level.expected == .value, level.brackets == 0 {
                level.isInList = true
            } else {
                level.brackets += 1
            }
        case ")":
            if level.brackets > 0 {
                level.brackets -= 1
                if level.brackets == 0, level.parameter?.uppercased() == "PATH" {
                    (level.expected, level.parameter) = (.clause, nil)
                }
            } else if level.isInList {
                level.isInList = false
                level.expected = .clause
            } else if !levels.isEmpty {
                // The query within is complete.
                level = levels.removeLast()
                if level.isInList { level.isInList = false } else { level.brackets = max(0, level.brackets - 1) }
                level.expected = .clause
            }
        default:
            guard level.brackets == 0 else { return }
            if level.expected == .cohort, level.clause == .start { cohort = text }
            StatementPlace.take(other: text, kind, &level)
        }
    }

    private static func take(keyword: String, _ level: inout Level) {
        switch keyword {
        case "SELECT": (level.clause, level.expected) = (.select, .projection)
        case "FROM": (level.clause, level.expected) = (.from, .type)
        case "WHERE", "AND", "OR", "NOT", "HAVING":
            // The AND of BETWEEN stands between two values.
            if keyword == "AND", level.expected == .nothing { return }
            (level.clause, level.expected, level.isBehindIn) = (.condition, .parameter, false)
        case "GROUP": (level.clause, level.expected) = (.group, .nothing)
        case "ORDER": (level.clause, level.expected) = (.order, .nothing)
        case "BY": level.expected = .projection
        case "ASC", "DESC": level.expected = .clause
        case "LIMIT", "OFFSET": (level.clause, level.expected) = (.limit, .nothing)
        // Behind IN, or as a part of a set; at the beginning of a statement it names a new one.
        case "COHORT": level.expected = .cohort
        case "UNION", "INTERSECT", "EXCEPT": level.expected = .set
        case "AS" where level.clause == .start: (level.clause, level.expected) = (.from, .set)
        case "AS":
            if level.clause != .select { level.clause = .actor }
            level.expected = .nothing
        case "FOR": (level.clause, level.expected) = (.actor, .purpose)
        case "IN": (level.expected, level.isBehindIn) = (.value, true)
        case "BETWEEN": level.expected = .nothing
        default: break
        }
    }

    private static func take(other text: String, _ kind: Lexeme.Kind, _ level: inout Level) {
        switch level.expected {
        case .type:
            level.type = text
            level.expected = .clause
        case .parameter:
            level.parameter = text
            level.expected = .comparison
        case .comparison:
            if ["=", "<", ">", "!", "~"].contains(text) {
                level.expected = .value
            } else if kind != .punctuation || text == "-" || text == "." {
                // Names of parameters may have hyphens, and paths have dots.
                level.parameter = (level.parameter ?? "") + text
            }
        case .value:
            // `<=` and `>=` are two signs.
            if ["=", ">"].contains(text) { return }
            level.expected = level.isInList ? .value : .clause
        case .projection, .afterProjection:
            level.expected = text == "," || kind == .punctuation && text != "*" ? .projection : .afterProjection
        case .clause:
            if text == ",", level.clause == .select || level.clause == .group || level.clause == .order {
                level.expected = .projection
            }
        case .nothing:
            // AS OF: who asks may still follow.
            if level.clause == .actor, text.uppercased() == "OF" {
                level.clause = .limit
                return
            }
            if level.clause == .select { level.expected = text == "," ? .projection : .afterProjection }
            if level.clause == .limit || level.clause == .actor { level.expected = .clause }
            if level.clause == .condition, kind != .punctuation { level.expected = .clause }
        case .cohort: level.expected = level.clause == .start ? .nothing : .clause
        case .statement, .set: level.expected = .nothing
        case .purpose: level.expected = .clause
        }
    }
}
