internal import AvowFHIR

/// What the parser must know of the data: which names a query may use.
public protocol Schema: Sendable {
    /// Every resource type that a query may select from, without `Resource`.
    var typeNames: [String] { get }

    /// Whether `name`, in exactly this spelling, is a resource type.
    func isType(_ name: String) -> Bool

    /// The search parameters that a condition on `type` may name; `type` may be `Resource`.
    func searchParameters(of type: String) -> [String]

    /// What values a search parameter has; nil when `type` has no such parameter.
    func kind(of parameter: String, on type: String) -> ParameterKind?
}

/// What values a search parameter has, and so how a condition on it is written.
public indirect enum ParameterKind: Hashable, Sendable {
    /// Whose a record is.
    case patient
    /// A logical id.
    case id
    case token, date, number, quantity, string, reference, uri
    /// Several values of one element, each of its own kind.
    case composite([ParameterKind])

    /// Whether values stand in an order.
    var isOrdered: Bool {
        switch self {
        case .date, .number, .quantity: true
        default: false
        }
    }

    /// Whether the values are resources, which queries can find.
    var isReference: Bool {
        switch self {
        case .patient, .id, .reference: true
        default: false
        }
    }

    /// Whether a value has components.
    var isComposite: Bool { if case .composite = self { true } else { false } }

    /// What can stand behind a colon.
    var modifiers: [String] {
        switch self {
        case .string: ["exact", "contains"]
        case .uri: ["above", "below"]
        default: []
        }
    }
}

/// A schema given by lists of names.
public struct ListedSchema: Schema {
    /// The names that were listed.
    public let typeNames: [String]
    private let known: Set<String>
    private let parameters: [String: ParameterKind]

    /// A schema of these types, each of which has the same parameters.
    public init(typeNames: [String], parameters: [String: ParameterKind] = OwnParameter.kinds) {
        self.typeNames = typeNames
        known = Set(typeNames)
        self.parameters = parameters
    }

    /// Whether `name` was listed.
    public func isType(_ name: String) -> Bool {
        known.contains(name)
    }

    /// The parameters that were listed.
    public func searchParameters(of type: String) -> [String] {
        parameters.keys.sorted()
    }

    /// The kind that was listed.
    public func kind(of parameter: String, on type: String) -> ParameterKind? {
        parameters[parameter]
    }
}

/// The parameters whose meaning is the language's own.
public enum OwnParameter: String, CaseIterable, Hashable, Sendable {
    case patient
    case id = "_id"
    case code
    case date

    /// How a condition on it is written.
    public var kind: ParameterKind {
        switch self {
        case .patient: .patient
        case .id: .id
        case .code: .token
        case .date: .date
        }
    }

    /// All by their names.
    public static var kinds: [String: ParameterKind] {
        Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0.kind) })
    }

    /// Names that people write for a parameter because FHIR's elements, or SQL, have taught them so.
    fileprivate static let synonyms: [(written: String, meant: OwnParameter)] = [
        ("subject", .patient), ("beneficiary", .patient), ("pat", .patient),
        ("id", .id), ("identity", .id),
        ("concept", .code), ("coding", .code), ("codes", .code), ("vaccineCode", .code), ("medication", .code),
        ("effective", .date), ("effectiveDateTime", .date), ("onset", .date), ("onsetDateTime", .date),
        ("performed", .date), ("performedDateTime", .date), ("performedPeriod", .date), ("authoredOn", .date),
        ("recordedDate", .date), ("occurrence", .date), ("occurrenceDateTime", .date), ("issued", .date),
        ("created", .date), ("period", .date), ("when", .date), ("time", .date),
    ]
}

/// What to say of a name that is no search parameter.
enum ParameterSuggestion {
    /// More names than these are not listed.
    private static let mostListed = 8

    static func error(about name: Located<String>, on type: String, _ schema: any Schema) -> QuerySyntaxError {
        let available = schema.searchParameters(of: type)
        let suggestion = nearest(to: name.value, among: available)
        var expected = available
        if available.count > mostListed {
            let own = OwnParameter.allCases.map(\.rawValue).filter(available.contains)
            expected = own + ["another search parameter of \(type)"]
        }
        return QuerySyntaxError(
            .unknownParameter, "no search parameter '\(Characters.abbreviated(name.value))' on \(type)",
            at: name.range, expected: suggestion == nil ? expected : [], suggestion: suggestion)
    }

    /// The parameter of `available` that `name` was probably meant to be.
    static func nearest(to name: String, among available: [String]) -> String? {
        let usable = OwnParameter.synonyms.filter { available.contains($0.meant.rawValue) }
        let lowercased = name.lowercased()
        if let exact = usable.first(where: { $0.written.lowercased() == lowercased }) {
            return exact.meant.rawValue
        }
        if let near = NearestName.of(name, among: available) { return near }
        guard let near = NearestName.of(name, among: usable.map(\.written)) else { return nil }
        return usable.first { $0.written == near }?.meant.rawValue
    }
}
