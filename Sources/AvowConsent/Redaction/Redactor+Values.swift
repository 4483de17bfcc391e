internal import AvowFHIR

// Primitive values.
extension Redactor {
    mutating func primitive(_ value: JSONValue, _ place: Place, _ context: Context) -> Bool {
        guard let primitive = place.type.primitive, value.kind == primitive.jsonKind else { return false }
        if replacesIDs {
            if place.element == Elements.resourceID { return id(value, place) }
            if place.element == Elements.reference { return reference(value) }
        }
        let form = context.forms
        switch primitive {
        case .date, .dateTime, .instant:
            if deidentifies || form.contains(.year) { return date(value, primitive, place, .year) }
            if form.contains(.month) { return date(value, primitive, place, .month) }
        case .string where form.contains(.threeDigits) && !deidentifies:
            guard let text = value.string else { return false }
            append(JSONString.encode(String(String.UnicodeScalarView(text.unicodeScalars.prefix(3)))))
            return true
        default: break
        }
        if deidentifies, place.element == Elements.postalCode {
            let country = place.holder["country"]?.string
            guard let area = Safe.postalCode(value.string ?? "", in: country) else { return false }
            append("\"\(area)\"")
            return true
        }
        guard !deidentifies || isSafe(value, primitive, place) else { return false }
        append(value.rawBytes)
        return true
    }

    /// Writes a date less exactly.
    private mutating func date(
        _ value: JSONValue, _ primitive: FHIRPrimitive, _ place: Place, _ form: Generalization
    ) -> Bool {
        guard let date = value.string.flatMap({ FHIRDateTime($0) }) else { return false }
        if deidentifies, date.year < oldestYear { return false }
        var text = Self.padded(date.year, 4)
        if form == .month, let month = date.month { text += "-" + Self.padded(month, 2) }
        if primitive == .instant {
            // An instant has a time of day or is none; where nobody needs it, there is none.
            guard place.element.minimum > 0 || !deidentifies else { return false }
            text += form == .month && date.month != nil ? "-01T00:00:00Z" : "-01-01T00:00:00Z"
        }
        append("\"\(text)\"")
        return true
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    private mutating func id(_ value: JSONValue, _ place: Place) -> Bool {
        guard let id = value.string,
            let type = place.holder["resourceType"]?.string.flatMap({ ResourceType(name: $0) })
        else { return false }
        let name = place.isContained ? (deidentifies ? containedIDs[id] : id) : replace(type, id)
        guard let name else { return false }
        appendString(name)
        return true
    }

    /// Writes where a reference leads to; false when that is no record by its id, nor a contained resource.
    private mutating func reference(_ value: JSONValue) -> Bool {
        guard let text = value.string else { return false }
        if text.hasPrefix("#") {
            let id = String(text.dropFirst())
            guard let name = id.isEmpty || !deidentifies ? id : containedIDs[id] else { return false }
            appendString("#" + name)
            return true
        }
        let parts = RecordReference.withoutVersion(text).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let type = ResourceType(name: String(parts[0])), Safe.isID(parts[1]) else {
            return false
        }
        appendString("\(type.name)/\(replace(type, String(parts[1])))")
        return true
    }

    /// Whether a value may be shown of somebody who is not to be known.
    private func isSafe(_ value: JSONValue, _ primitive: FHIRPrimitive, _ place: Place) -> Bool {
        guard !Elements.removed.contains(place.element) else { return false }
        switch primitive {
        case .boolean, .decimal, .integer, .positiveInt, .unsignedInt: return true
        case .code:
            guard let code = value.string, let binding = place.element.requiredBinding else { return false }
            return ValueSet(url: binding)?.contains(code: code)
                ?? (place.element == Elements.currency && Safe.isCountry(code))
        case .canonical: return place.element == Elements.profile && Safe.isPublished(value.string ?? "")
        case .string:
            guard let text = value.string else { return false }
            return Safe.isText(text, of: place.element, in: place.holder)
        default: return false
        }
    }
}

// Datatypes of which a part may be shown.
extension Redactor {
    /// A coding of a published system: its system and its code.
    mutating func coding(_ value: JSONValue) -> Bool {
        guard let system = value["system"], let code = value["code"], let name = system.string,
            Safe.isPublished(name), Safe.isCode(code.string ?? "", of: name)
        else { return false }
        append("{\"system\":")
        append(system.rawBytes)
        append(",\"code\":")
        append(code.rawBytes)
        append("}")
        return true
    }

    /// A quantity, its unit by its code; ages above 89 years are one group.
    mutating func quantity(_ value: JSONValue, _ place: Place) -> Bool {
        guard value.kind == .object, value["modifierExtension"] == nil, let number = value["value"]?.numberText else {
            return false
        }
        let system = value["system"]?.string
        let isUCUM = system == QuantityUnit.ucumSystem
        var code = value["code"]?.string
        if isUCUM { code = code.flatMap(Safe.unit) }
        if !isUCUM, let named = system, !Safe.isPublished(named) || !Safe.isCode(code ?? "", of: named) { code = nil }
        if system == nil { code = nil }
        let unit = code == nil ? value["unit"]?.string : nil
        let years = Safe.years(in: isUCUM ? code : nil, unit: unit)
        if place.type == .age, years == nil { return false }
        if let years, let count = Double(number), count * years > Double(Safe.greatestAge) {
            if place.element == Elements.high { return false }
            let comparator = place.element == Elements.low ? "" : #","comparator":">=""#
            append(
                #"{"value":\#(Safe.greatestAge + 1)\#(comparator),"system":"\#(QuantityUnit.ucumSystem)","code":"a"}"#)
            return true
        }
        append("{\"value\":\(number)")
        if let comparator = value["comparator"]?.string, ["<", "<=", ">=", ">"].contains(comparator) {
            append(",\"comparator\":\"\(comparator)\"")
        }
        if let code, let system {
            append(",\"system\":\(JSONString.encode(system)),\"code\":\(JSONString.encode(code))")
        } else if let unit = unit.flatMap(Safe.unit) {
            append(",\"unit\":\(JSONString.encode(unit))")
        }
        append("}")
        return true
    }

    /// One of the few extensions whose content is known: race, ethnicity, sex at birth, and why something is absent.
    mutating func `extension`(_ value: JSONValue) -> Bool {
        guard value.kind == .object, let url = value["url"]?.string else { return false }
        if let codes = Safe.codeExtensions[url] {
            guard let code = value["valueCode"]?.string, codes.contains(code) else { return false }
            append(#"{"url":"\#(url)","valueCode":"\#(code)"}"#)
            return true
        }
        guard Safe.codingExtensions.contains(url) else { return false }
        append(#"{"url":"\#(url)","extension":["#)
        let start = output.count
        for inner in value["extension"]?.elements.map(\.self) ?? [] {
            guard let name = inner["url"]?.string, ["ombCategory", "detailed"].contains(name),
                let value = inner["valueCoding"]
            else { continue }
            _ = attempt { redactor in
                redactor.separate(from: start)
                redactor.append(#"{"url":"\#(name)","valueCoding":"#)
                guard redactor.coding(value) else { return false }
                redactor.append("}")
                return true
            }
        }
        append("]}")
        return output.count > start + 2
    }
}
