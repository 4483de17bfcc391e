import Testing

@testable import AvowFHIR

/// What search parameters find, type by type of FHIR's data.
@Suite struct `What a search parameter finds` {
    static func values(_ code: String, _ type: ResourceType, _ json: String) throws -> [SearchValue] {
        let parameter = try #require(SearchParameter.named(code, for: type))
        return try SearchExtractor(parameter, on: type).values(in: JSONParser().parse(Array(json.utf8)).root)
    }

    private static func token(_ system: String, _ code: String) -> SearchValue {
        .token(Token(system: system, code: code))
    }

    private static func day(_ text: String) throws -> Int64 { try #require(FHIRDateTime(text)).lowerBound }

    @Test func `every parameter of R4 compiles, but for those that it defines in words`() throws {
        var refused: Set<String> = []
        var evaluated: Set<String> = []
        for type in ResourceType.allCases {
            for parameter in SearchParameter.all(for: type) {
                let name = "\(parameter.base.name).\(parameter.code)"
                do throws(SearchError) {
                    let extractor = try SearchExtractor(parameter, on: type)
                    if !extractor.isVisiting { evaluated.insert(name) }
                    #expect(extractor.components.count == parameter.components.count)
                } catch {
                    refused.insert(name)
                    let isInWords = parameter.expression == nil && error.reason == .noExpression
                    #expect(isInWords || error.reason == .unsupportedKind(.special), "\(name): \(error)")
                }
            }
        }
        // What they search is the text of the resource, a query that is named, or an extension that R4 has no path to.
        #expect(
            refused == [
                "Resource._content", "Resource._filter", "Resource._query", "DomainResource._text", "Location.near",
                "Patient.age", "Patient.birthOrderBoolean",
            ])
        // These ask for more than a walk: a place in a list, a comparison, an extension of the item.
        #expect(
            evaluated == [
                "Bundle.composition", "Bundle.message", "Patient.deceased", "QuestionnaireResponse.item-subject",
            ])
    }

    @Test func `every type that a parameter finds is one that its kind reads`() throws {
        print("TYPES")
        for type in ResourceType.allCases {
            for parameter in SearchParameter.all(for: type) {
                guard let extractor = try? SearchExtractor(parameter, on: type), parameter.kind != .composite else { continue }
                for found in extractor.types ?? [] {
                    print("TYPES", parameter.kind.rawValue, found.name)
                }
                if extractor.types == nil { print("TYPES", parameter.kind, "unknown", parameter.base, parameter.code) }
            }
        }
    }
}
