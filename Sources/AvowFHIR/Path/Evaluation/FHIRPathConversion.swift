/// A conversion to one of FHIRPath's own types, or the question whether there is one (FHIRPath N1, section 5.5).
struct FHIRPathConversion {
    let target: FHIRPathSystemType
    /// Whether only that is asked.
    let isTest: Bool

    init?(_ function: FHIRPathFunction) {
        switch function {
        case .toBoolean, .convertsToBoolean: target = .boolean
        case .toInteger, .convertsToInteger: target = .integer
        case .toDecimal, .convertsToDecimal: target = .decimal
        case .toString, .convertsToString: target = .string
        case .toDate, .convertsToDate: target = .date
        case .toDateTime, .convertsToDateTime: target = .dateTime
        case .toTime, .convertsToTime: target = .time
        case .toQuantity, .convertsToQuantity: target = .quantity
        default: return nil
        }
        isTest = function.rawValue.hasPrefix("converts")
    }

    /// The value in the type; nil when it has none.
    func converted(_ item: FHIRPathItem) -> FHIRPathItem? {
        switch target {
        case .boolean: Self.boolean(item).map { .boolean($0) }
        case .integer: Self.integer(item).map { .integer($0) }
        case .decimal: Self.decimal(item).map { .decimal($0) }
        case .string: item.systemType == nil ? nil : .string(item.text)
        case .date: Self.date(item).map { .date($0) }
        case .dateTime: Self.dateTime(item).map { .dateTime($0) }
        case .time: Self.time(item).map { .time($0) }
        case .quantity: Self.quantity(item).map { .quantity($0) }
        case .any: item
        }
    }

    private static func boolean(_ item: FHIRPathItem) -> Bool? {
        switch item {
        case .boolean(let value): value
        case .integer(let value): value == 1 ? true : value == 0 ? false : nil
        case .decimal(let value): value == .one ? true : value.isZero ? false : nil
        case .string(let text):
            switch text.lowercased() {
            case "true", "t", "yes", "y", "1", "1.0": true
            case "false", "f", "no", "n", "0", "0.0": false
            default: nil
            }
        default: nil
        }
    }

    private static func integer(_ item: FHIRPathItem) -> Int? {
        switch item {
        case .integer(let value): value
        case .boolean(let value): value ? 1 : 0
        case .string(let text): Int32(text).map(Int.init)
        default: nil
        }
    }

    private static func decimal(_ item: FHIRPathItem) -> FHIRDecimal? {
        switch item {
        case .integer(let value): FHIRDecimal(value)
        case .decimal(let value): value
        case .boolean(let value): value ? .one : .zero
        // FHIR writes decimals with exponents, FHIRPath does not.
        case .string(let text): text.utf8.contains { $0 | 0x20 == UInt8(ascii: "e") } ? nil : FHIRDecimal(text)
        default: nil
        }
    }

    private static func date(_ item: FHIRPathItem) -> FHIRDateTime? {
        switch item {
        case .date(let value): return value
        case .dateTime(let value): return value.date
        case .string(let text):
            guard let value = FHIRDateTime(text), value.precision <= .day else { return nil }
            return value
        default: return nil
        }
    }

    private static func dateTime(_ item: FHIRPathItem) -> FHIRDateTime? {
        switch item {
        case .date(let value), .dateTime(let value): value
        case .string(let text): text.hasSuffix("T") ? nil : FHIRDateTime(literal: text)
        default: nil
        }
    }

    private static func time(_ item: FHIRPathItem) -> FHIRTime? {
        switch item {
        case .time(let value): value
        case .string(let text): FHIRTime(text)
        default: nil
        }
    }

    private static func quantity(_ item: FHIRPathItem) -> FHIRQuantity? {
        switch item {
        case .quantity(let value): value
        case .integer(let value): FHIRQuantity(FHIRDecimal(value))
        case .decimal(let value): FHIRQuantity(value)
        case .boolean(let value): FHIRQuantity(value ? .one : .zero)
        case .string(let text): FHIRQuantity(text)
        default: nil
        }
    }
}

extension FHIRPathEvaluation {
    /// - Parameter unit: The unit that a quantity is wanted in.
    func convert(
        _ item: FHIRPathItem, _ conversion: FHIRPathConversion, _ unit: FHIRPathOperation?, _ frame: Frame
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var result = conversion.converted(item)
        if let unit {
            guard let code = try string(unit, frame) else { return [] }
            if case .quantity(let quantity)? = result {
                result = quantity.converted(to: QuantityUnit(quoted: code)).map { .quantity($0) }
            }
        }
        return conversion.isTest ? [.boolean(result != nil)] : result.map { [$0] } ?? []
    }
}
