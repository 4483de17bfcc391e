import Foundation
import Testing

@testable import AvowFHIR

/// Search parameters and searches on Synthea's resources, against fhirpathpy and a reading of R4 in Python.
@Suite struct `Search beside another implementation` {
    /// A value as the recording writes it.
    private static func plain(_ value: SearchValue) -> [Any] {
        func bound(_ instant: Int64) -> Any { instant == .min || instant == .max ? NSNull() : NSNumber(value: instant) }
        switch value {
        case .token(let token): return ["token", token.system, token.code]
        case .date(let date): return ["date", bound(date.from), bound(date.until)]
        case .string(let string): return ["string", string.text]
        case .number(let number): return ["number", number.description]
        case .quantity(let quantity):
            return [
                "quantity", quantity.value?.description ?? "", quantity.system, quantity.code, quantity.unit,
            ]
        case .reference(.resource(let type, let id)): return ["reference", type.name, id]
        case .reference(.url(let url)): return ["url", url]
        case .reference(.identifier(let token)): return ["identifier", token.system, token.code]
        case .uri(let uri): return ["uri", uri]
        case .composite(let parts): return ["composite"] + parts.map { plain($0) as Any }
        }
    }

    private struct Vectors {
        let documents: [JSONValue]
        let types: [ResourceType]
        let cases: [[String: Any]]
        let searches: [[Any]]

        init() throws {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            let data = try Data(contentsOf: folder.appending(path: "Vectors/search.json"))
            let raw = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
            let texts = try #require(raw["resources"] as? [String])
            documents = try texts.map { try JSONParser().parse(Array($0.utf8)).root }
            types = try documents.map { try #require(ResourceType(name: $0["resourceType"]?.string ?? "")) }
            cases = try #require(raw["cases"] as? [[String: Any]])
            searches = try #require(raw["searches"] as? [[Any]])
        }
    }

    @Test func `finds what fhirpathpy found, and nothing where it found nothing`() throws {
        let vectors = try Vectors()
        var expected: [Int: [String: [NSArray]]] = [:]
        for example in vectors.cases {
            let resource = try #require(example["resource"] as? Int)
            let code = try #require(example["code"] as? String)
            expected[resource, default: [:]][code] = try #require(example["values"] as? [NSArray])
        }
        #expect(vectors.cases.count > 500)
        for (index, (document, type)) in zip(vectors.documents, vectors.types).enumerated() {
            for parameter in SearchParameter.all(for: type) {
                guard let extractor = try? SearchExtractor(parameter, on: type) else { continue }
                let found = extractor.values(in: document).map { Self.plain($0) as NSArray }
                let recorded = expected[index]?.removeValue(forKey: parameter.code) ?? []
                #expect(found == recorded, "\(type) \(parameter.code)")
            }
            #expect(expected[index]?.keys.sorted() == [], "parameters that we do not know")
        }
    }

    @Test func `searches find the same resources`() throws {
        let vectors = try Vectors()
        #expect(vectors.searches.count > 1_500)
        for search in vectors.searches {
            let type = try #require((search[0] as? String).flatMap(ResourceType.init(name:)))
            let name = try #require(search[1] as? String).split(separator: ":").map(String.init)
            let text = try #require(search[2] as? String)
            let parameter = try #require(SearchParameter.named(name[0], for: type))
            let modifier = name.count > 1 ? try SearchModifier(named: name[1]) : nil
            let criterion = try SearchCriterion(parsing: text, as: parameter.kind, modifier: modifier)
            let extractor = try SearchExtractor(parameter, on: type)
            let found = vectors.documents.indices.filter {
                vectors.types[$0] == type && criterion.matches(extractor.values(in: vectors.documents[$0]))
            }
            #expect(found == search[3] as? [Int], "\(search)")
        }
    }
}
