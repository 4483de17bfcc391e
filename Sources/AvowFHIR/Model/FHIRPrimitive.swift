/// The primitive types of R4 (section 2.24.0.1), which decide what text is a value.
public enum FHIRPrimitive: String, CaseIterable, Sendable {
    case base64Binary, boolean, canonical, code, date, dateTime, decimal, id, instant, integer, markdown, oid,
        positiveInt, string, time, unsignedInt, uri, url, uuid, xhtml

    /// How a value is written in JSON.
    public var jsonKind: JSONKind {
        switch self {
        case .boolean: .boolean
        case .decimal, .integer, .positiveInt, .unsignedInt: .number
        default: .string
        }
    }
}
