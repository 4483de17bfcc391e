import Foundation

@testable import AvowFHIR

/// R4's section 3.1.1.4 written down as directly as possible, over Foundation's types, to compare with what the module
/// does. Reads what the evaluator of FHIRPath finds, and knows nothing of the module's own values and conditions but the
/// literals that both are given.
struct ReferenceSearch {
    enum Value {
        case token(system: String?, code: String?)
        case time(from: Date, until: Date)
        case text(String)
        case number(Decimal)
        case quantity(Decimal, system: String?, code: String?, unit: String?)
        case reference(String)
        case identifier(system: String?, value: String?)
        case uri(String)
        case composite([Value])
    }

    let kind: SearchParameter.Kind
    private let path: FHIRPath
    private let components: [(kind: SearchParameter.Kind, expression: String)]

    init?(_ parameter: SearchParameter, on type: ResourceType) throws {
        guard let expression = parameter.expression, parameter.kind != .special else { return nil }
        kind = parameter.kind
        path = try FHIRPath(expression, on: FHIRType(type), options: .searchParameter)
        components = parameter.components.compactMap { component in
            SearchParameter.named(component.code, for: type).map { ($0.kind, component.expression) }
        }
    }

    func values(in resource: JSONValue) throws -> [Value] {
        let items = try path.evaluate(on: resource)
        guard kind == .composite else { return items.flatMap { Self.values(of: $0, kind) } }
        return try items.flatMap { item in
            var rows: [[Value]] = [[]]
            for component in components {
                let found = try FHIRPath(component.expression, options: .searchParameter).evaluate(on: item)
                let column = found.flatMap { Self.values(of: $0, component.kind) }
                rows = rows.flatMap { row in column.map { row + [$0] } }
            }
            return rows.map(Value.composite)
        }
    }
}

// Values.
extension ReferenceSearch {
    private static func values(of item: FHIRPathItem, _ kind: SearchParameter.Kind) -> [Value] {
        guard let json = item.element?.json else {
            return item.element == nil && kind == .token ? [.token(system: nil, code: item.text)] : []
        }
        if item.typeName == "Extension" {
            return json.members.filter { $0.name.hasPrefix("value") }.flatMap { member in
                values(of: .element(FHIRPathElement(member.value, type: extensionType(member.name))), kind)
            }
        }
        switch kind {
        case .token: return tokens(json, item.typeName)
        case .date: return time(json).map { [$0] } ?? []
        case .string: return texts(json)
        case .number: return json.numberText.flatMap { Decimal(string: $0) }.map { [.number($0)] } ?? []
        case .quantity: return quantity(json).map { [$0] } ?? []
        case .reference: return references(json)
        case .uri: return json.string.map { [.uri($0)] } ?? []
        case .composite, .special: return []
        }
    }

    private static func extensionType(_ member: String) -> FHIRType? {
        let name = String(member.dropFirst("value".count))
        return FHIRType(named: name) ?? FHIRType(named: name.prefix(1).lowercased() + name.dropFirst())
    }

    private static func tokens(_ json: JSONValue, _ type: String) -> [Value] {
        switch type {
        case "CodeableConcept":
            return (json["coding"].map { Array($0.elements) } ?? []).flatMap { tokens($0, "Coding") }
        case "Coding": return [.token(system: json["system"]?.string, code: json["code"]?.string)]
        case "Identifier": return [.token(system: json["system"]?.string, code: json["value"]?.string)]
        case "ContactPoint": return [.token(system: nil, code: json["value"]?.string)]
        default: return [.token(system: nil, code: json.string ?? json.rawText)]
        }
    }

    private static func texts(_ json: JSONValue) -> [Value] {
        if let text = json.string { return [.text(text)] }
        let parts: Set = [
            "text", "family", "given", "prefix", "suffix", "line", "city", "district", "state", "postalCode", "country",
        ]
        return json.members.filter { parts.contains($0.name) }.flatMap { member in
            member.value.kind == .array ? member.value.elements.flatMap(texts) : texts(member.value)
        }
    }

    private static func time(_ json: JSONValue) -> Value? {
        if let text = json.string, let span = span(text) { return .time(from: span.from, until: span.until) }
        guard json["start"] != nil || json["end"] != nil else { return nil }
        let start = json["start"]?.string.flatMap(span)?.from
        let end = json["end"]?.string.flatMap(span)?.until
        return .time(from: start ?? .distantPast, until: end ?? .distantFuture)
    }

    private static let calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// The time that a date covers, by the calendar of Foundation.
    static func span(_ text: String) -> (from: Date, until: Date)? {
        let halves = text.split(separator: "T", maxSplits: 1)
        let day = halves[0].split(separator: "-").compactMap { Int($0) }
        var parts = DateComponents()
        parts.year = day.first
        parts.month = day.count > 1 ? day[1] : 1
        parts.day = day.count > 2 ? day[2] : 1
        guard let start = calendar.date(from: parts) else { return nil }
        guard halves.count == 2 else {
            let unit: Calendar.Component = [.year, .year, .month, .day][day.count]
            return calendar.date(byAdding: unit, value: 1, to: start).map { (start, $0) }
        }
        var clock = halves[1]
        var offset = 0.0
        if clock.hasSuffix("Z") {
            clock = clock.dropLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let zone = clock[clock.index(after: sign)...].split(separator: ":").compactMap { Double($0) }
            offset = (zone[0] * 3600 + zone[1] * 60) * (clock[sign] == "-" ? -1 : 1)
            clock = clock[..<sign]
        }
        let pieces = clock.split(separator: ":")
        let seconds = pieces.count > 2 ? Double(pieces[2]) ?? 0 : 0
        let from = start + (Double(pieces[0]) ?? 0) * 3600 + (Double(pieces[1]) ?? 0) * 60 + seconds - offset
        let digits = pieces.count > 2 ? pieces[2].split(separator: ".").dropFirst().first?.count ?? 0 : 0
        return (from, from + (pieces.count == 2 ? 60 : pow(10, -Double(digits))))
    }

    private static func quantity(_ json: JSONValue) -> Value? {
        guard let number = json["value"]?.numberText.flatMap({ Decimal(string: $0) }) else { return nil }
        if let currency = json["currency"]?.string {
            return .quantity(number, system: "urn:iso:std:iso:4217", code: currency, unit: nil)
        }
        return .quantity(
            number, system: json["system"]?.string, code: json["code"]?.string, unit: json["unit"]?.string)
    }

    private static func references(_ json: JSONValue) -> [Value] {
        var found: [Value] = []
        if let text = json.string ?? json["reference"]?.string, !text.hasPrefix("#") {
            found.append(.reference(text.components(separatedBy: "/_history/")[0]))
        }
        if let identifier = json["identifier"] {
            found.append(.identifier(system: identifier["system"]?.string, value: identifier["value"]?.string))
        }
        return found
    }
}

// Conditions.
extension ReferenceSearch {
    static func finds(
        _ values: [Value], _ modifier: SearchModifier?, _ comparison: SearchComparison, _ literal: SearchLiteral
    ) -> Bool {
        if modifier == .missing { return values.isEmpty == (literal == .token(system: nil, code: "true")) }
        let isFound = values.contains { matches($0, modifier, comparison, literal) }
        return modifier == .not ? !isFound : isFound
    }

    private static func matches(
        _ value: Value, _ modifier: SearchModifier?, _ comparison: SearchComparison, _ literal: SearchLiteral
    ) -> Bool {
        switch (value, literal) {
        case (.token(let system, let code), .token(let wantedSystem, let wantedCode)),
            (.identifier(let system, let code), .token(let wantedSystem, let wantedCode)):
            return (wantedSystem == nil || wantedSystem == (system ?? "")) && (wantedCode == nil || wantedCode == code)
        case (.time(let from, let until), .date(let text)):
            guard let span = span(text) else { return false }
            return holds(comparison, from, until, span.from, span.until)
        case (.text(let text), .string(let wanted)):
            switch modifier {
            case .exact: return text == wanted
            case .contains: return folded(text).contains(folded(wanted))
            default: return folded(text).hasPrefix(folded(wanted))
            }
        case (.number(let number), .number(let digits)): return holds(comparison, number, digits, scale: 1)
        case (
            .quantity(let number, let system, let code, let unit),
            .quantity(let digits, let wantedSystem, let wantedCode)
        ):
            guard let wantedCode else { return holds(comparison, number, digits, scale: 1) }
            guard let wantedSystem else {
                return (code == wantedCode || unit == wantedCode) && holds(comparison, number, digits, scale: 1)
            }
            guard system == wantedSystem, let code else { return false }
            if code == wantedCode { return holds(comparison, number, digits, scale: 1) }
            guard system == "http://unitsofmeasure.org", let own = units[code], let other = units[wantedCode],
                own.base == other.base
            else { return false }
            return holds(comparison, number * own.factor, digits, scale: other.factor)
        case (.reference(let text), .reference(let wanted)):
            if case .type(let type) = modifier { return text == "\(type.name)/\(wanted)" }
            let last = text.components(separatedBy: "/").last
            let isLocal = text.components(separatedBy: "/").count == 2 && last == wanted
            return text == wanted || isLocal || text.hasPrefix(wanted + "|")
        case (.uri(let uri), .uri(let wanted)):
            switch modifier {
            case .below: return uri.hasPrefix(wanted)
            case .above: return wanted.hasPrefix(uri)
            default: return uri == wanted || uri.hasPrefix(wanted + "|")
            }
        case (.composite(let parts), .composite(let terms)):
            return zip(parts, terms).allSatisfy { matches($0, nil, $1.comparison, $1.literal) }
        default: return false
        }
    }

    /// The table of prefixes (3.1.1.4.5), for spans.
    private static func holds(
        _ comparison: SearchComparison, _ from: Date, _ until: Date, _ start: Date, _ end: Date
    ) -> Bool {
        let searchContainsTarget = start <= from && until <= end
        let overlap = from < end && start < until
        switch comparison {
        case .equal: return searchContainsTarget
        case .notEqual: return !searchContainsTarget
        case .greater: return until > end
        case .less: return from < start
        case .greaterOrEqual: return until > end || searchContainsTarget
        case .lessOrEqual: return from < start || searchContainsTarget
        case .startsAfter: return !overlap && from >= end
        case .endsBefore: return !overlap && until <= start
        case .approximately: return overlap
        }
    }

    /// The same for a number and what was searched for, in units of so many of the number's.
    private static func holds(_ comparison: SearchComparison, _ number: Decimal, _ digits: String, scale: Decimal)
        -> Bool
    {
        guard let wanted = Decimal(string: digits) else { return false }
        let fraction = digits.split(separator: ".").dropFirst().first.map(\.count) ?? 0
        let half = Decimal(sign: .plus, exponent: -fraction - 1, significand: 5)
        let exact = wanted * scale
        let isEqual = number >= (wanted - half) * scale && number < (wanted + half) * scale
        switch comparison {
        case .equal: return isEqual
        case .notEqual: return !isEqual
        case .greater, .startsAfter: return number > exact
        case .less, .endsBefore: return number < exact
        case .greaterOrEqual: return number >= exact
        case .lessOrEqual: return number <= exact
        case .approximately:
            let margin = max(abs(wanted) / 10, half) * scale
            return number >= exact - margin && number <= exact + margin
        }
    }

    private static func folded(_ text: String) -> String {
        let folded = text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
        let kept = folded.unicodeScalars.filter { !CharacterSet.punctuationCharacters.contains($0) }
        return String(String.UnicodeScalarView(kept)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Units that occur, and others that UCUM converts into them.
    static let units: [String: (base: String, factor: Decimal)] = {
        func ten(_ exponent: Int) -> Decimal { Decimal(sign: .plus, exponent: exponent, significand: 1) }
        // UCUM's mole is a number of particles, so that it counts what a cell count does.
        let mole = Decimal(sign: .plus, exponent: 15, significand: 602_214_076)
        return [
            "kg": ("g", ten(3)), "g": ("g", 1), "mg": ("g", ten(-3)), "m": ("m", 1), "cm": ("m", ten(-2)),
            "mm": ("m", ten(-3)),
            "g/dL": ("g/L", ten(1)), "mg/dL": ("g/L", ten(-2)), "g/L": ("g/L", 1), "pg/mL": ("g/L", ten(-9)),
            "ng/mL": ("g/L", ten(-6)), "mmol/L": ("/L", mole * ten(-3)), "mol/L": ("/L", mole),
            "mm[Hg]": ("m[Hg]", ten(-3)),
            "m[Hg]": ("m[Hg]", 1), "kg/m2": ("g/m2", ten(3)), "g/m2": ("g/m2", 1), "/min": ("/min", 1),
            "U/L": ("U/L", 1), "kU/L": ("U/L", ten(3)),
            "fL": ("L", ten(-15)), "pL": ("L", ten(-12)), "%": ("1", ten(-2)), "1": ("1", 1), "10*3/uL": ("/L", ten(9)),
            "10*6/uL": ("/L", ten(12)), "/L": ("/L", 1),
            "mg/g": ("1", ten(-3)), "{score}": ("1", 1), "{count}": ("1", 1), "{nominal}": ("1", 1),
            "{T-score}": ("1", 1), "pg": ("g", ten(-12)), "mL/min": ("L/min", ten(-3)), "L/min": ("L/min", 1),
            "mL/min/{1.73_m2}": ("L/min", ten(-3)),
        ]
    }()
}
