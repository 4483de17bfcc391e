internal import AvowConsent
internal import AvowFHIR

// GRANT, REVOKE, SHOW, SET: what patients permit, and who asks.
extension StatementParser {
    // MARK: GRANT, REVOKE

    /// What follows GRANT or REVOKE, up to a semicolon or the end.
    mutating func grant(_ effect: ConsentEffect) throws(QuerySyntaxError) -> GrantStatement {
        let start = scanner.position
        try scanner.skipTrivia()
        var purposes: [Purpose]?
        if !scanner.take(word: "ALL") {
            purposes = try distinct { (parser) throws(QuerySyntaxError) in try parser.purposeOfUse(orElse: ["ALL"]) }
        }
        try scanner.skipTrivia()
        guard scanner.take(word: "ON") else {
            throw scanner.unexpected(purposes == nil ? ["ON"] : ["','", "ON"])
        }
        try scanner.skipTrivia()
        var types: [ResourceType]?
        if !scanner.take("*") {
            types = try distinct { (parser) throws(QuerySyntaxError) in try parser.typeOfRecords() }
        }
        try scanner.skipTrivia()
        guard scanner.take(word: "OF") else {
            throw scanner.unexpected(types == nil ? ["OF"] : ["','", "OF"])
        }
        try scanner.skipTrivia()
        let patient = try patient()
        try scanner.skipTrivia()
        guard effect == .permit ? scanner.take(word: "TO") : scanner.take(.from) else {
            throw scanner.unexpected([effect == .permit ? "TO" : "FROM"])
        }
        var statement = ConsentStatement(effect, of: patient.description)
        (statement.purposes, statement.types) = (purposes, types)
        try scanner.skipTrivia()
        if !scanner.take(word: "ANYONE") {
            statement.recipients = try distinct { (parser) throws(QuerySyntaxError) in try parser.recipient() }
        }
        let following = try limits(of: &statement)
        let end = scanner.position
        let request = try request(behind: following, canBreakGlass: false)
        return GrantStatement(Located(statement, at: SourceRange(start, end)), request: request)
    }

    /// Takes WITH LABEL, CODE, FROM and UNTIL, and gives what could follow.
    private mutating func limits(of statement: inout ConsentStatement) throws(QuerySyntaxError) -> [String] {
        var following = statement.recipients == nil ? [] : ["','"]
        var last = ["WITH LABEL", "CODE", "FROM", "UNTIL"]
        try scanner.skipTrivia()
        if scanner.take(word: "WITH") {
            try take(required: "LABEL")
            statement.labels = try distinct { (parser) throws(QuerySyntaxError) in try parser.label() }
            following = ["','"]
            last = ["CODE", "FROM", "UNTIL"]
        }
        if scanner.take(word: "CODE") {
            statement.codes = try distinct { (parser) throws(QuerySyntaxError) in try parser.code() }
            following = ["','"]
            last = ["FROM", "UNTIL"]
        }
        if scanner.take(.from) {
            statement.from = try instant(isEnd: false)
            following = []
            last = ["UNTIL"]
        }
        if scanner.take(word: "UNTIL") {
            statement.until = try instant(isEnd: true)
            following = []
            last = []
        }
        return following + last
    }

    private mutating func purposeOfUse(orElse others: [String] = []) throws(QuerySyntaxError) -> Located<Purpose> {
        guard let word = scanner.word() else {
            throw scanner.unexpected(others + ["a purpose of use such as TREAT"])
        }
        let name = word.value.lowercased()
        guard let known = Purpose.all.first(where: { $0.code.lowercased() == name }) else {
            throw QuerySyntaxError(
                .unknownPurpose, "no purpose of use '\(Characters.abbreviated(word.value))'", at: word.range,
                suggestion: Purpose.nearest(to: word.value)?.code)
        }
        scanner.position = word.range.upperBound
        return Located(known, at: word.range)
    }

    private mutating func typeOfRecords() throws(QuerySyntaxError) -> Located<ResourceType> {
        let name = try resourceType()
        guard let type = ResourceType(name: name.value) else {
            throw QuerySyntaxError(.unknownType, "all types are written '*'", at: name.range)
        }
        return Located(type, at: name.range)
    }

    private mutating func recipient() throws(QuerySyntaxError) -> Located<Recipient> {
        let start = scanner.position
        if scanner.take(word: "ROLE") {
            try scanner.skipTrivia()
            let role = try partyName("a role, a code or system|code")
            return Located(.role(role.value), at: SourceRange(start, scanner.position))
        }
        let text: Located<String>
        if take(kind: "ORGANIZATION") {
            text = try party(ofType: "Organization")
        } else if take(kind: "GROUP") {
            text = try party(ofType: "Group")
        } else if let word = scanner.word(), word.value.uppercased() == "ANYONE" {
            throw QuerySyntaxError(.unexpected, "ANYONE stands alone", at: word.range)
        } else {
            text = try scanner.value("ANYONE, ROLE, ORGANIZATION, GROUP or a reference such as 'Practitioner/1'")
        }
        do throws(ConsentError) {
            return Located(
                try Recipient(statedReference: text.value), at: SourceRange(start, text.range.upperBound))
        } catch {
            throw QuerySyntaxError(.invalidValue, error.message, at: text.range)
        }
    }

    /// Takes a word that says what kind of party follows; what it is also the type of, as in `Group/1`, is left.
    private mutating func take(kind: String) -> Bool {
        let start = scanner.position
        guard scanner.take(word: kind) else { return false }
        guard scanner.peek() == UInt8(ascii: "/"), scanner.peek(1) != UInt8(ascii: "*") else { return true }
        scanner.position = start
        return false
    }

    private mutating func label() throws(QuerySyntaxError) -> Located<ConsentLabel> {
        let text = try scanner.value("a label such as R")
        let parts = text.value.utf8.contains(UInt8(ascii: "|")) ? try coded(text, "a label") : nil
        do throws(ConsentError) {
            guard let parts else { return Located(try ConsentLabel(code: text.value), at: text.range) }
            return Located(try ConsentLabel(system: parts.system, code: parts.code), at: text.range)
        } catch {
            throw QuerySyntaxError(.invalidValue, error.message, at: text.range, suggestion: error.suggestion)
        }
    }

    private mutating func code() throws(QuerySyntaxError) -> Located<AvowFHIR.Token> {
        let text = try scanner.value("a code such as loinc|4548-4")
        let (system, code) = try coded(text, "a code")
        return Located(AvowFHIR.Token(system: system, code: code), at: text.range)
    }

    /// A code with its system, both of which a Consent needs.
    private func coded(
        _ text: Located<String>, _ name: String
    ) throws(QuerySyntaxError) -> (system: String, code: String) {
        let token = try located(text, Token.init)
        guard case .uri(let system) = token.system, let code = token.code else {
            throw QuerySyntaxError(
                .invalidValue, "\(name) of a consent is named with its system", at: text.range,
                expected: ["system|code"])
        }
        return (system, code)
    }

    /// A date as FHIR writes it: with seconds where there is a time of day.
    private mutating func instant(isEnd: Bool) throws(QuerySyntaxError) -> String {
        let date = try dateLiteral()
        try scanner.skipTrivia()
        guard date.value.precision == .minute else { return date.value.text }
        // What ends at a minute ends with it, as what ends on a day ends with that day.
        let minutes = date.value.text.index(date.value.text.startIndex, offsetBy: 16)
        return date.value.text[..<minutes] + (isEnd ? ":59" : ":00") + date.value.text[minutes...]
    }

    private mutating func dateLiteral() throws(QuerySyntaxError) -> Located<DateLiteral> {
        try scanner.skipTrivia()
        let text = try scanner.value("a date")
        return Located(try located(text, DateLiteral.init), at: text.range)
    }

    // MARK: SHOW

    /// What follows SHOW, up to a semicolon or the end.
    mutating func show() throws(QuerySyntaxError) -> ShowStatement {
        try scanner.skipTrivia()
        let isAboutConsent = scanner.take(word: "CONSENT")
        guard isAboutConsent || scanner.take(word: "DISCLOSURES") else {
            throw scanner.unexpected(["CONSENT", "DISCLOSURES"])
        }
        try scanner.skipTrivia()
        guard scanner.take(.for) else {
            throw scanner.unexpected(["FOR"])
        }
        try scanner.skipTrivia()
        let start = scanner.position
        let reference = try patient()
        let patient = Located(reference, at: SourceRange(start, scanner.position))
        try scanner.skipTrivia()
        if isAboutConsent { return ShowStatement(.consent, of: patient, request: try request(behind: [])) }
        var since: Located<DateLiteral>?
        if scanner.take(word: "SINCE") {
            since = try dateLiteral()
            try scanner.skipTrivia()
        }
        let request = try request(behind: since == nil ? ["SINCE"] : [])
        return ShowStatement(.disclosures(since: since), of: patient, request: request)
    }

    // MARK: SET

    /// What follows SET, up to a semicolon or the end.
    mutating func sessionSetting() throws(QuerySyntaxError) -> SessionSetting {
        try scanner.skipTrivia()
        let setting: SessionSetting
        var following: [String] = []
        if scanner.take(word: "PURPOSE") {
            try skipEqualSign()
            setting = .purpose(try purposeOfUse().value)
            try scanner.skipTrivia()
        } else {
            guard scanner.take(word: "ACTOR") else {
                throw scanner.unexpected(["ACTOR", "PURPOSE"])
            }
            (setting, following) = try actorSetting()
        }
        try requireEnd(behind: following)
        return setting
    }

    /// - Parameter following: what else could stand here.
    func requireEnd(behind following: [String] = []) throws(QuerySyntaxError) {
        guard scanner.isAtEnd || scanner.peek() == UInt8(ascii: ";") else {
            throw scanner.unexpected(following + ["the end of the statement"])
        }
    }

    /// Skips the sign that SQL allows between a setting and its value.
    private mutating func skipEqualSign() throws(QuerySyntaxError) {
        try scanner.skipTrivia()
        guard scanner.take("=") else { return }
        try scanner.skipTrivia()
    }

    private mutating func actorSetting() throws(QuerySyntaxError) -> (SessionSetting, following: [String]) {
        try skipEqualSign()
        let reference = try scanner.value("who asks, such as 'Practitioner/1'")
        var roles: [PartyName] = []
        var organization: String?
        var groups: [String] = []
        var following = ["ROLE", "ORGANIZATION", "GROUP"]
        try scanner.skipTrivia()
        if scanner.take(word: "ROLE") {
            roles = try distinct { (parser) throws(QuerySyntaxError) in
                try parser.partyName("a role, a code or system|code")
            }
            following = ["','", "ORGANIZATION", "GROUP"]
        }
        if scanner.take(word: "ORGANIZATION") {
            organization = try party(ofType: "Organization").value
            try scanner.skipTrivia()
            following = ["GROUP"]
        }
        if scanner.take(.group) {
            groups = try distinct { (parser) throws(QuerySyntaxError) in try parser.party(ofType: "Group") }
            following = ["','"]
        }
        do throws(ConsentError) {
            let actor = try Actor(
                reference.value, roles: roles.map(\.text), organization: organization, groups: groups)
            return (.actor(actor), following)
        } catch {
            throw QuerySyntaxError(.invalidValue, error.message, at: reference.range)
        }
    }

    // MARK: Names

    /// Items between commas, each once, white space around each.
    private mutating func distinct<Item: Hashable>(
        of item: (inout StatementParser) throws(QuerySyntaxError) -> Located<Item>
    ) throws(QuerySyntaxError) -> [Item] {
        var known: Set<Item> = []
        return try list(of: item).map(\.value).filter { known.insert($0).inserted }
    }

    private mutating func partyName(_ expected: String) throws(QuerySyntaxError) -> Located<PartyName> {
        let text = try scanner.value(expected)
        do throws(ConsentError) {
            return Located(try PartyName(text.value), at: text.range)
        } catch {
            throw QuerySyntaxError(.invalidValue, error.message, at: text.range)
        }
    }

    /// A reference to a resource of a type, or a URI; an id alone is of that type.
    private mutating func party(ofType type: String) throws(QuerySyntaxError) -> Located<String> {
        try scanner.skipTrivia()
        let text = try scanner.value("a reference such as '\(type)/1'")
        let reference = (try? ResourceID(text.value)) == nil ? text.value : "\(type)/\(text.value)"
        do throws(ConsentError) {
            let name = try PartyName(reference: reference)
            guard reference.utf8.contains(UInt8(ascii: ":")) || reference.utf8.starts(with: "\(type)/".utf8) else {
                throw ConsentError(.invalidName, "'\(name)' is no \(type)")
            }
            return Located(name.text, at: text.range)
        } catch {
            throw QuerySyntaxError(
                .invalidValue, error.message, at: text.range, expected: ["a reference such as \(type)/1"])
        }
    }
}
