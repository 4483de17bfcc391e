internal import AvowFHIR

// The values that conditions compare with.
extension StatementParser {
    /// A value in the form of a kind of parameter.
    mutating func conditionValue(of kind: ParameterKind) throws(QuerySyntaxError) -> Located<ConditionValue> {
        let start = scanner.position
        // Of a composite each component may be left open, and not all at once.
        if !kind.isComposite, let placeholder = try placeholder(for: .value(kind)) {
            return Located(.placeholder(placeholder.value), at: placeholder.range)
        }
        let value: ConditionValue
        switch kind {
        case .patient: value = .reference(try patient())
        case .id: value = .id(try located(try scanner.value("a resource id"), ResourceID.init))
        case .token:
            value = .token(try located(try scanner.value("a code such as loinc|4548-4"), Token.init))
        case .date: value = .date(try located(try scanner.value("a date"), DateLiteral.init))
        case .number: value = .number(try number().value)
        case .quantity:
            let number = try number()
            let end = scanner.position
            try scanner.skipTrivia()
            let unit = try scanner.quotation("'")
            if unit == nil { scanner.position = end }
            value = .quantity(number.value, unit: unit?.value)
        case .string: value = .text(try scanner.value("text").value)
        case .uri: value = .text(try scanner.value("a URI").value)
        case .composite(let kinds): value = try composite(of: kinds)
        case .reference:
            let text = try scanner.value("a reference such as Practitioner/1")
            if let reference = try? ResourceReference(text.value) {
                value = .reference(reference)
            } else if text.value.contains(":") {
                value = .text(text.value)
            } else {
                value = .reference(try located(text, ResourceReference.init))
            }
        }
        return Located(value, at: SourceRange(start, scanner.position))
    }

    mutating func patient() throws(QuerySyntaxError) -> ResourceReference {
        let text = try scanner.value("a reference such as Patient/123")
        let reference: ResourceReference
        do {
            reference = try located(text, ResourceReference.init)
        } catch {
            let isID = !text.value.contains("/") && (try? ResourceID(text.value)) != nil
            throw QuerySyntaxError(
                error.kind, error.message, at: error.range, expected: error.expected,
                suggestion: isID ? "Patient/\(text.value)" : nil)
        }
        guard reference.type == "Patient" else {
            throw QuerySyntaxError(
                .invalidValue, "'\(reference)' is not a patient", at: text.range,
                expected: ["a reference such as Patient/123"])
        }
        return reference
    }
}

// Sets of patients: cohorts, and what queries find.
extension StatementParser {
    /// What follows COHORT, with the semicolon behind it.
    mutating func cohort() throws(QuerySyntaxError) -> Located<Cohort> {
        try scanner.skipTrivia()
        guard let name = scanner.word(), Keyword(word: name.value) == nil, name.value.utf8.count <= 64 else {
            throw scanner.unexpected(["a name"])
        }
        guard !cohorts.contains(name.value) else {
            throw QuerySyntaxError(.invalidValue, "there are two cohorts '\(name.value)'", at: name.range)
        }
        scanner.position = name.range.upperBound
        try scanner.skipTrivia()
        guard scanner.take(.as) else {
            throw scanner.unexpected(["AS"])
        }
        let patients = try patientSet()
        try scanner.skipTrivia()
        guard scanner.take(";") else {
            throw scanner.unexpected(SetOperation.allCases.map(\.rawValue) + ["';'"])
        }
        cohorts.append(name.value)
        return Located(Cohort(name, patients), at: SourceRange(name.range.lowerBound, scanner.position))
    }

    /// `[NOT] IN (SELECT …)` or `[NOT] IN COHORT name`, if it begins here; another IN is left.
    mutating func membership() throws(QuerySyntaxError) -> (isNegated: Bool, PatientSet)? {
        let start = scanner.position
        let isNegated = scanner.take(.not)
        try scanner.skipTrivia()
        guard scanner.take(.in) else {
            scanner.position = start
            return nil
        }
        try scanner.skipTrivia()
        if scanner.take(.cohort) { return (isNegated, try namedCohort()) }
        let ahead = scanner.position
        if scanner.take("(") {
            try scanner.skipTrivia()
            let keyword = scanner.keyword()
            if keyword == .select || keyword == .cohort || scanner.peek() == UInt8(ascii: "(") {
                let members = try nested { (parser) throws(QuerySyntaxError) in try parser.patientSet() }
                try takeClosing(SetOperation.allCases.map(\.rawValue))
                return (isNegated, members)
            }
        }
        scanner.position = ahead
        scanner.position = start
        return nil
    }

    /// Sets joined by UNION and EXCEPT, from left to right; INTERSECT binds closer.
    private mutating func patientSet() throws(QuerySyntaxError) -> PatientSet {
        var set = try intersection()
        while true {
            try scanner.skipTrivia()
            if scanner.take(.union) {
                set = .combination(.union, set, try intersection())
            } else if scanner.take(.except) {
                set = .combination(.difference, set, try intersection())
            } else {
                return set
            }
            try countSet()
        }
    }

    private mutating func intersection() throws(QuerySyntaxError) -> PatientSet {
        var set = try singleSet()
        while true {
            try scanner.skipTrivia()
            guard scanner.take(.intersect) else { return set }
            set = .combination(.intersection, set, try singleSet())
            try countSet()
        }
    }

    /// Keeps trees of sets, which lean to the left, from growing too deep.
    private mutating func countSet() throws(QuerySyntaxError) {
        guard setCount < QueryLimits.nesting else {
            throw QuerySyntaxError(
                .limitExceeded, "a query joins at most \(QueryLimits.nesting) sets", at: scanner.character())
        }
        setCount += 1
    }

    private mutating func singleSet() throws(QuerySyntaxError) -> PatientSet {
        try scanner.skipTrivia()
        if scanner.take(.cohort) { return try namedCohort() }
        if scanner.take("(") {
            let set = try nested { (parser) throws(QuerySyntaxError) in try parser.patientSet() }
            try takeClosing(SetOperation.allCases.map(\.rawValue))
            return set
        }
        guard scanner.take(.select) else {
            throw scanner.unexpected(["SELECT", "COHORT", "'('"])
        }
        return .select(try nested { (parser) throws(QuerySyntaxError) in try parser.select(isInner: true) })
    }

    private mutating func namedCohort() throws(QuerySyntaxError) -> PatientSet {
        try scanner.skipTrivia()
        guard let name = scanner.word(), Keyword(word: name.value) == nil else {
            throw scanner.unexpected(["the name of a cohort"])
        }
        guard cohorts.contains(name.value) else {
            throw QuerySyntaxError(
                .unknownCohort, "no cohort '\(Characters.abbreviated(name.value))'", at: name.range,
                expected: cohorts.isEmpty ? ["COHORT \(Characters.abbreviated(name.value)) AS … before it"] : [],
                suggestion: NearestName.of(name.value, among: cohorts))
        }
        scanner.position = name.range.upperBound
        return .cohort(name)
    }
}
