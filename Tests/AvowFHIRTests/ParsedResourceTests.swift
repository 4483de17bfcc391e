import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

/// A resource is handed on with its JSON parsed: a piece of its bundle's document with other references.
@Suite struct `Parsed resources` {
    @Test(arguments: 0..<200 as Range<UInt64>)
    func `what is handed on as parsed is what the JSON parses to`(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let file = try TemporaryFile(bytes(bundle(&random)))
        var pieces = InputPieces(files: [file.path])
        let reader = PieceReader()
        var count = 0
        while let piece = pieces.next() {
            reader.open(piece, validation: .none)
            while let item = reader.next() {
                guard case .resource(let resource) = item else {
                    Issue.record("seed \(seed): \(item)")
                    continue
                }
                count += 1
                guard let parsed = reader.parsed else {
                    // It got its id from the bundle, so that its text is longer by that.
                    #expect(text(resource.json).contains(",\"id\":"), "seed \(seed)")
                    continue
                }
                expectSame(parsed, resource.json, seed)
            }
        }
        #expect(count > 0, "seed \(seed)")
        #expect(reader.parsed == nil)
    }

    @Test func `a line is handed on as parsed`() throws {
        let line = #"{"resourceType":"Basic", "id": "1", "subject": {"reference": "Patient/2"}}"#
        let file = try TemporaryFile(bytes(line + "\n" + line + "\n"), name: "input.ndjson")
        var pieces = InputPieces(files: [file.path])
        let reader = PieceReader()
        while let piece = pieces.next() {
            reader.open(piece, validation: .none)
            while case .resource(let resource) = reader.next() {
                expectSame(try #require(reader.parsed), resource.json, 0)
            }
        }
    }

    private func expectSame(_ parsed: JSONValue, _ json: [UInt8], _ seed: UInt64) {
        guard let expected = try? JSONParser().parse(json) else {
            Issue.record("seed \(seed): no JSON: \(text(json))")
            return
        }
        let found = parsed.document
        #expect(parsed.node == 0)
        #expect(found.bytes == json, "seed \(seed)")
        guard found.nodeCount == expected.nodeCount else {
            Issue.record("seed \(seed): \(found.nodeCount) nodes, not \(expected.nodeCount)")
            return
        }
        for node in 0..<expected.nodeCount {
            let isSame =
                found.kind(node) == expected.kind(node) && found.range(node) == expected.range(node)
                && found.next(node) == expected.next(node) && found.isEscaped(node) == expected.isEscaped(node)
            #expect(isSame, "seed \(seed): node \(node) of \(text(json))")
        }
        var ordinal = 0
        repeat {
            #expect(found.reference(ordinal) == expected.reference(ordinal), "seed \(seed)")
            ordinal += 1
        } while expected.reference(ordinal - 1) != nil
    }

    // MARK: Bundles

    private func bundle(_ random: inout SeededGenerator) -> String {
        let count = 1 + random.below(6)
        let types = ["Patient", "Basic", "MedicinalProductUndesirableEffect"]
        let urls = (0..<count).map { number in
            random.below(4) == 0 ? "http://example.org/Basic/\(number)" : "urn:uuid:\(UUID())"
        }
        let entries = (0..<count).map { number in
            let type = random.pick(types)
            let id = random.below(5) == 0 && urls[number].hasPrefix("urn") ? "" : "\"id\":\"x\(number)\","
            let more = value(4, urls, &random)
            let resource = "{\(id)\"resourceType\" : \"\(type)\",\"more\":\(more)}"
            return "{\"fullUrl\":\"\(urls[number])\", \"resource\":\(resource)}"
        }
        return "{\"resourceType\":\"Bundle\",\n\"entry\":[\(entries.joined(separator: ", "))]}"
    }

    private func value(_ depth: Int, _ urls: [String], _ random: inout SeededGenerator) -> String {
        switch random.below(depth > 0 ? 9 : 4) {
        case 0: return random.pick(["null", "true", "false", "-1.50", "0", "1e9"])
        case 1: return random.pick(["\"\"", "\"a \\n b\"", "\"é\\u00e9\""])
        case 2, 3, 4: return "{\"reference\":\"\(reference(urls, &random))\",\"display\": \"x\"}"
        case 5, 6: return "[\(values(depth, urls, &random).joined(separator: " , "))]"
        default:
            let members = values(depth, urls, &random).enumerated().map { "\"m\($0)\":\($1)" }
            return "{ \(members.joined(separator: ",")) }"
        }
    }

    private func values(_ depth: Int, _ urls: [String], _ random: inout SeededGenerator) -> [String] {
        (0..<random.below(4)).map { _ in value(depth - 1, urls, &random) }
    }

    private func reference(_ urls: [String], _ random: inout SeededGenerator) -> String {
        let url = random.pick(urls)
        switch random.below(6) {
        case 0: return "Patient/other"
        case 1: return ""
        case 2: return url.replacingOccurrences(of: "/", with: "\\/")
        default: return url
        }
    }
}
