/// Constants of views: values of FHIR's primitive types, which paths use as FHIRPath's own.
enum ViewConstant {
    /// The types that `value[x]` may have, as they stand in a member's name.
    static let types = [
        "Base64Binary", "Boolean", "Canonical", "Code", "Date", "DateTime", "Decimal", "Id", "Instant", "Integer",
        "Integer64", "Oid", "String", "PositiveInt", "Time", "UnsignedInt", "Uri", "Url", "Uuid",
    ]

    /// The value as FHIRPath sees it; nil when the JSON is none of the type.
    ///
    /// - Parameter type: one of ``types``.
    static func item(_ json: JSONValue, type: String) -> FHIRPathItem? {
        switch type {
        case "Boolean": return json.boolean.map(FHIRPathItem.boolean)
        case "Decimal":
            guard let text = json.numberText, let value = FHIRDecimal(text) else { return nil }
            return .decimal(value)
        case "Integer", "PositiveInt", "UnsignedInt", "Integer64":
            // FHIR writes 64 bits as a text.
            guard let value = Int(json.numberText ?? (type == "Integer64" ? json.string ?? "" : "")) else { return nil }
            let lowest = type == "PositiveInt" ? 1 : type == "UnsignedInt" ? 0 : Int(Int32.min)
            guard type == "Integer64" || (lowest...Int(Int32.max)).contains(value) else { return nil }
            if let small = Int32(exactly: value) { return .integer(Int(small)) }
            return .decimal(FHIRDecimal(value))
        case "Date":
            guard let value = json.string.flatMap({ FHIRDateTime($0) }), value.precision <= .day else { return nil }
            return .date(value)
        case "DateTime": return json.string.flatMap { FHIRDateTime($0) }.map(FHIRPathItem.dateTime)
        case "Instant":
            guard let value = json.string.flatMap({ FHIRDateTime($0) }), value.precision >= .second,
                value.offsetMinutes != nil
            else { return nil }
            return .dateTime(value)
        case "Time":
            guard let value = json.string.flatMap({ FHIRTime($0) }), value.precision >= .second else { return nil }
            return .time(value)
        default:
            guard let text = json.string, !text.isEmpty else { return nil }
            return .string(text)
        }
    }
}
