internal import AvowFHIR

/// What the parser must know of the data: which names a query may use.
public protocol Schema: Sendable {
    /// Every resource type that a query may select from, without `Resource`.
    var typeNames: [String] { get }

    /// Whether `name`, in exactly this spelling, is a resource type.
    func isType(_ name: String) -> Bool

    /// The search parameters that a condition on `type` may name; `type` may be `Resource`.
    func searchParameters(of type: String) -> [String]
}

extension Schema {
    /// The parameters that every clinical type is taken to have.
    public func searchParameters(of type: String) -> [String] {
        SearchParameter.allCases.map(\.rawValue)
    }
}

/// A schema given by a list of type names.
public struct ListedSchema: Schema {
    /// The names that were listed.
    public let typeNames: [String]
    private let known: Set<String>

    /// A schema of these types.
    public init(typeNames: [String]) {
        self.typeNames = typeNames
        known = Set(typeNames)
    }

    /// Whether `name` was listed.
    public func isType(_ name: String) -> Bool {
        known.contains(name)
    }
}

/// The search parameters that a condition can be about.
public enum SearchParameter: String, CaseIterable, Hashable, Sendable {
    case patient
    case id = "_id"
    case code
    case date

    /// Names that people write for a parameter because FHIR's elements, or SQL, have taught them so.
    static let synonyms: [(written: String, meant: SearchParameter)] = [
        ("subject", .patient), ("beneficiary", .patient), ("pat", .patient),
        ("id", .id), ("identity", .id),
        ("concept", .code), ("coding", .code), ("codes", .code), ("vaccineCode", .code), ("medication", .code),
        ("effective", .date), ("effectiveDateTime", .date), ("onset", .date), ("onsetDateTime", .date),
        ("performed", .date), ("performedDateTime", .date), ("performedPeriod", .date), ("authoredOn", .date),
        ("recordedDate", .date), ("occurrence", .date), ("occurrenceDateTime", .date), ("issued", .date),
        ("created", .date), ("period", .date), ("when", .date), ("time", .date),
    ]

    /// The parameter of `available` that `name` was probably meant to be.
    static func nearest(to name: String, among available: [String]) -> String? {
        if let near = NearestName.of(name, among: available) {
            return near
        }
        let usable = synonyms.filter { available.contains($0.meant.rawValue) }
        let lowercased = name.lowercased()
        if let exact = usable.first(where: { $0.written.lowercased() == lowercased }) {
            return exact.meant.rawValue
        }
        guard let near = NearestName.of(name, among: usable.map(\.written)) else { return nil }
        return usable.first { $0.written == near }?.meant.rawValue
    }
}
