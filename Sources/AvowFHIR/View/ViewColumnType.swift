/// The type that a view declares for a column.
struct ViewColumnType {
    /// The type without the address of FHIR's definitions.
    let name: String
    private let category: Category?

    /// What values of a type look like.
    private enum Category: String {
        case boolean = "a boolean", number = "a number", text = "a text", complex = "an element with members"
    }

    private static let definitions = "http://hl7.org/fhir/StructureDefinition/"
    private static let systemTypes = "http://hl7.org/fhirpath/System."

    /// - Parameters:
    ///   - uri: A type of FHIR, with or without the address of its definition, or an element such as
    ///     `Observation.referenceRange`.
    ///   - place: where it stands in the view.
    init(_ uri: String, at place: String) throws(ViewError) {
        if uri.hasPrefix(Self.systemTypes) {
            name = String(uri.dropFirst(Self.systemTypes.count))
            category = FHIRPathSystemType(rawValue: name).flatMap { Self.category(of: $0) }
            return
        }
        name = uri.hasPrefix(Self.definitions) ? String(uri.dropFirst(Self.definitions.count)) : uri
        if name == "integer64" {
            category = .number
        } else if let type = FHIRType(named: name) {
            category = Self.category(of: type)
        } else if name.contains("."), FHIRType(named: String(name.prefix { $0 != "." })) != nil {
            category = .complex
        } else {
            let near = NearestName.of(name, among: FHIRModel.r4.allTypes.map(\.name))
            throw ViewError(
                .expected("a type of R4" + (near.map { ", perhaps '\($0)'" } ?? ""), found: "'\(uri)'"), at: place)
        }
    }

    private static func category(of type: FHIRType) -> Category? {
        switch type.primitive?.jsonKind {
        case .boolean: .boolean
        case .number: .number
        case .string: .text
        default: type.kind == .abstract ? nil : .complex
        }
    }

    private static func category(of type: FHIRPathSystemType) -> Category? {
        switch type {
        case .boolean: .boolean
        case .integer, .decimal: .number
        case .string, .date, .dateTime, .time: .text
        case .quantity: .complex
        case .any: nil
        }
    }

    /// Refuses a path whose values cannot be of the type; text of one kind passes for text of another.
    func check(_ type: FHIRPathStaticType, at place: String) throws(ViewError) {
        guard let category, let kinds = type.kinds, !kinds.isEmpty else { return }
        let found = kinds.map { kind -> Category? in
            switch kind {
            case .fhir(let type): Self.category(of: type)
            case .system(let type): Self.category(of: type)
            case .typeInfo: .complex
            }
        }
        guard !found.contains(where: { $0 == nil || $0 == category }) else { return }
        let names = kinds.map(\.name).joined(separator: " or ")
        throw ViewError(
            .expected("\(category.rawValue), as the path gives", found: "'\(name)' for \(names)"), at: place)
    }

    // MARK: What values are

    private static let dates: Set<String> = ["date", "dateTime", "instant", "Date", "DateTime"]

    /// What the values are; nil when the type does not tell.
    var content: ViewColumn.Content? { category.map { ViewColumnType.content($0, named: name) } }

    private static func content(_ category: Category, named name: String) -> ViewColumn.Content {
        switch category {
        case .boolean: .boolean
        case .number: .number
        case .text: dates.contains(name) ? .date : .text
        case .complex: .elements
        }
    }

    /// What the values of a path are.
    static func content(of type: FHIRPathStaticType) -> ViewColumn.Content {
        let found = (type.kinds ?? []).map { kind -> ViewColumn.Content in
            switch kind {
            case .fhir(let type): Self.category(of: type).map { content($0, named: type.name) } ?? .unknown
            case .system(let type): Self.category(of: type).map { content($0, named: type.rawValue) } ?? .unknown
            case .typeInfo: .elements
            }
        }
        guard let first = found.first, found.allSatisfy({ $0 == first }) else { return .unknown }
        return first
    }
}
