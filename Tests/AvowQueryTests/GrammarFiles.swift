import Foundation

@testable import AvowQuery

/// The files of `Grammar/`, found from where this source file lies.
enum GrammarFiles {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Grammar")

    static func grammar() throws -> String {
        try String(contentsOf: folder.appending(path: "avow.ebnf"), encoding: .utf8)
    }

    /// The names and texts of the corpus files in a folder, in the order of their names.
    static func corpus(_ name: String) throws -> [(name: String, text: String)] {
        let folder = folder.appending(path: "corpus").appending(path: name)
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "avow" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
    }
}

let testSchema = ListedSchema(
    typeNames: [
        "AllergyIntolerance", "CarePlan", "Claim", "Condition", "Consent", "Device", "DiagnosticReport", "Encounter",
        "Group",
        "Immunization", "MedicationRequest", "Observation", "Organization", "Patient", "Practitioner", "Procedure",
        "Task",
    ],
    parameters: OwnParameter.kinds.merging([
        "status": .token, "value-concept": .token, "birthdate": .date, "probability": .number,
        "value-quantity": .quantity, "code-value-quantity": .composite([.token, .quantity]),
        "name": .string, "url": .uri, "performer": .reference, "between-dates": .date,
    ]) { $1 })

let parser = QueryParser(schema: testSchema)
