extension FHIRPathItem {
    /// What the item is in JSON.
    var jsonKind: JSONKind {
        switch self {
        case .element(let element): element.kind ?? .null
        case .boolean: .boolean
        case .integer, .decimal: .number
        case .string, .date, .dateTime, .time, .type: .string
        case .quantity: .object
        }
    }

    /// The item as JSON: an element as its document has it, null when it has extensions and no value; a computed quantity
    /// as FHIR writes it.
    public var json: String {
        switch self {
        case .element(let element): element.json?.rawText ?? "null"
        case .boolean, .integer, .decimal: text
        case .string(let value): JSONString.encode(value)
        case .date, .dateTime, .time, .type: JSONString.encode(text)
        case .quantity(let quantity): quantity.json
        }
    }
}

extension FHIRQuantity {
    /// The quantity as a FHIR `Quantity`.
    fileprivate var json: String {
        let unit =
            switch unit {
            case .ucum(let code): Self.members(QuantityUnit.ucumSystem, code)
            case .calendar(let unit): Self.members(QuantityUnit.calendarSystem, unit.keyword)
            case .other(let system?, let code): Self.members(system, code)
            case .other(nil, let code): ",\"unit\":" + JSONString.encode(code)
            }
        return "{\"value\":" + value.description + unit + "}"
    }

    private static func members(_ system: String, _ code: String) -> String {
        ",\"system\":" + JSONString.encode(system) + ",\"code\":" + JSONString.encode(code)
    }
}
