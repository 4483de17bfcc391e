/// One item of a collection: a part of a document, or a value that was computed or written in the expression.
public enum FHIRPathItem: Sendable {
    case element(FHIRPathElement)
    case boolean(Bool)
    /// 32 bits, by the specification.
    case integer(Int)
    indirect case decimal(FHIRDecimal)
    case string(String)
    /// A date, as precise as it was written.
    case date(FHIRDateTime)
    case dateTime(FHIRDateTime)
    case time(FHIRTime)
    indirect case quantity(FHIRQuantity)
    /// What `type()` returns.
    indirect case type(FHIRPathTypeInfo)

    /// The part of a document that the item is, or nil when it was computed.
    public var element: FHIRPathElement? {
        if case .element(let element) = self { element } else { nil }
    }
}

/// A type's namespace and name, as an item of a collection.
public struct FHIRPathTypeInfo: Hashable, Sendable {
    /// `FHIR` or `System`.
    public let namespace: String
    /// The name without its namespace.
    public let name: String
}

/// The types that FHIRPath itself defines (N1, section 4.1).
public enum FHIRPathSystemType: String, CaseIterable, Hashable, Sendable {
    case boolean = "Boolean"
    case string = "String"
    case integer = "Integer"
    case decimal = "Decimal"
    case date = "Date"
    case dateTime = "DateTime"
    case time = "Time"
    case quantity = "Quantity"
    case any = "Any"
}
