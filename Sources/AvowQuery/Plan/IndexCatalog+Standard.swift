internal import AvowFHIR

extension IndexCatalog {
    /// The indexes that a store begins with: for each type with a search parameter `code` one by code and date, whose id is
    /// the type's number, and ``more``. The article Indexes says what each is for and what it takes.
    public static let standard = IndexCatalog(
        ResourceType.allCases.filter { !ResourceElements.of($0).code.isEmpty }.map { type in
            IndexDefinition(id: UInt64(type.rawValue), type: type, columns: codeAndDate)
        } + more)

    /// What clinicians and analysts ask for besides codes: people by name, number and age, stays, vaccinations, papers.
    private static let more: [IndexDefinition] = [
        standard(200, .patient, "birthdate"),
        standard(201, .patient, "gender", "birthdate"),
        standard(202, .patient, "identifier"),
        standard(203, .patient, "name"),
        standard(204, .encounter, "class", "date"),
        standard(205, .encounter, "type", "date"),
        standard(206, .immunization, "vaccine-code", "date"),
        standard(207, .carePlan, "category", "date"),
        standard(208, .documentReference, "type", "date"),
        standard(209, .composition, "type", "date"),
        standard(210, .patient, "family"),
    ]

    private static func standard(_ id: UInt64, _ type: ResourceType, _ parameters: String...) -> IndexDefinition {
        IndexDefinition(id: id, type: type, columns: parameters.map(IndexColumn.parameter))
    }
}
