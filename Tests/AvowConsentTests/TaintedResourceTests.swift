import AvowFHIR
import TestSupport
import Testing

@testable import AvowConsent
@testable import ConsentModel

/// Resources of each type, every element there, and a name wherever there is room for one.
struct TaintedResources {
    var random: SeededGenerator

    mutating func resource(_ type: FHIRType) -> String {
        object(type, depth: 0, #""resourceType":"\#(type.name)","#) ?? "{}"
    }

    private mutating func object(_ type: FHIRType, depth: Int, _ first: String = "") -> String? {
        var members: [String] = []
        for element in type.elements {
            guard !["modifierExtension", "implicitRules", "contained"].contains(element.name),
                let member = Array(element.members).randomElement(using: &random), member.type != .resource,
                element.minimum > 0 || depth < 5 || member.type.primitive != nil
            else { continue }
            // Extensions have either a value or extensions, and end somewhere.
            if type == .extension, element.name == "extension" { continue }
            if element.name == "extension", depth > 2 || random.chance(50) { continue }
            if member.type == .extension, type.primitive != nil { continue }
            guard let value = value(member.type, in: type, depth: depth + 1) else {
                if element.minimum > 0 || type == .extension && element.name == "value" { return nil }
                continue
            }
            members.append("\"\(member.name)\":\(element.repeats ? "[\(value)]" : value)")
        }
        // An id alone is nothing.
        guard first != "" || members.contains(where: { !$0.hasPrefix("\"id\"") }) else { return nil }
        return "{\(first)\(members.joined(separator: ","))}"
    }

    private mutating func value(_ type: FHIRType, in holder: FHIRType, depth: Int) -> String? {
        switch type.primitive {
        case .boolean: "true"
        case .decimal: "1.5"
        case .integer, .positiveInt, .unsignedInt: "3"
        case .date: "\"2020-05-06\""
        case .dateTime: "\"2020-05-06T07:08:09+01:00\""
        case .instant: "\"2020-05-06T07:08:09.123Z\""
        case .time: "\"07:08:09\""
        case .base64Binary: "\"c21pdGg=\""
        case .oid: "\"urn:oid:1.2.3.4567\""
        case .uuid: "\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\""
        case .xhtml: #""<div xmlns=\"http://www.w3.org/1999/xhtml\">smith</div>""#
        case .uri, .url, .canonical: "\"http://smith.example/smith\""
        case .id, .code: "\"smith\""
        case .string where holder == .reference: "\"Patient/smith\""
        case .string, .markdown: "\"Doctor smith\""
        case nil: object(type, depth: depth)
        }
    }
}

@Suite struct `Records of every type without identifiers` {
    @Test(arguments: [UInt64](1101...1102)) func `hold no name, whatever the element that had it`(seed: UInt64) throws {
        var tainted = TaintedResources(random: SeededGenerator(seed: seed))
        var (shown, longest) = (0, 0)
        for resource in ResourceType.allCases {
            let text = tainted.resource(FHIRType(resource))
            let root = try Given.value(text)
            #expect(Violation.first(in: root) == nil, "\(String(describing: Violation.first(in: root)))")
            guard let once = try Redacting.redacted(text) else {
                #expect(resource == .binary, "seed \(seed): \(resource) is withheld")
                continue
            }
            for piece in ["smith", "2020-05", "07:08", "c21pdGg", "4567", "c757873d"] {
                #expect(!once.contains(piece), "seed \(seed): \(piece) in \(once)")
            }
            #expect(try Redacting.redacted(once) == once, "seed \(seed): \(once)")
            shown += 1
            longest = max(longest, once.utf8.count)
        }
        #expect(shown == ResourceType.allCases.count - 1 && longest > 100)
    }
}
