import AvowFHIR
import Foundation
import TestSupport
import Testing

@testable import AvowConsent
@testable import ConsentModel

@Suite struct `Consents, records and requests at random` {
    static let seeds: [UInt64] = Array(601...608)

    @Test(arguments: seeds) func `are decided as the slow evaluator says, and so do their audiences`(
        seed: UInt64
    ) throws {
        var random = SeededGenerator(seed: seed)
        let parser = try JSONParser()
        var context = ConsentContext()
        context.add(
            try Given.value(
                #"{"resourceType":"Encounter","id":"e1","diagnosis":[{"condition":{"reference":"\#(SlowEvaluator.encounterRefersTo)"}}]}"#
            ), type: .encounter)
        var outcomes: [String: Int] = [:]
        var dialects: [ConsentDialect: Int] = [:]
        for run in 0..<400 {
            let consents = (0..<Int.random(in: 0...3, using: &random)).map { random.slowConsent($0) }
            let combination = random.pick(Combination.allCases)
            let record = random.slowRecord()
            let requests = (0..<8).map { _ in random.slowRequest() }
            let expected = requests.map { request in
                try? SlowEvaluator.decide(consents, combination.rawValue, record, request)
            }
            var readings: [ConsentReading] = []
            do throws(ConsentError) {
                for consent in consents { readings.append(try ConsentReading(given(consent.json, parser))) }
            } catch {
                outcomes["refused", default: 0] += 1
                #expect(
                    error.kind == .unsupportedConsent && expected.contains(nil), "seed \(seed), run \(run): \(error)")
                continue
            }
            for case .rules(let rules) in readings { dialects[rules.dialect, default: 0] += 1 }
            let facts = try Given.record(record.json)
            let judgement = RecordJudgement(
                of: facts, under: readings.shuffled(using: &random), combination: combination, in: context)
            guard let audience = try? judgement.audience() else {
                outcomes["too many exceptions", default: 0] += 1
                continue
            }
            // What ended before any request is made makes no difference.
            let withDefault = StorePolicy.standard.audience(of: judgement, at: try Given.time("2024-03-01"))
            #expect(try Audience(encoded: withDefault.encoded) == withDefault)
            for (request, expected) in zip(requests, expected) {
                let asked = AccessRequest(
                    actor: try Actor(
                        request.actor, roles: request.roles, organization: request.organization,
                        groups: request.groups),
                    purpose: try Purpose(code: request.purpose),
                    time: try Given.time("\(SlowTime.day(request.day))T10:00:00Z"))
                let decision = judgement.decision(for: asked)
                let word = decision.outcome.rawValue
                #expect(
                    word == expected,
                    "seed \(seed), run \(run): \(combination) \(request) \(record) \(consents.map(\.json)) \(decision)")
                #expect(audience.admits(asked).isEmpty == (word != "permit"), "seed \(seed), run \(run): \(audience)")
                let byDefault = word == "no-consent" && !StorePolicy.standard.defaultAudience.admits(asked).isEmpty
                #expect(
                    withDefault.admits(asked).isEmpty == (word != "permit" && !byDefault),
                    "seed \(seed), run \(run): \(withDefault)")
                outcomes[word, default: 0] += 1
            }
        }
        print(
            "seed \(seed): \(outcomes.sorted { $0.key < $1.key }), \(dialects.sorted { $0.key.rawValue < $1.key.rawValue })"
        )
        for word in ["permit", "deny", "no-consent", "refused"] { #expect(outcomes[word, default: 0] > 20, "\(word)") }
        #expect(outcomes["too many exceptions", default: 0] < 4)
        #expect(dialects.count == 3 && dialects.values.allSatisfy { $0 > 20 })
    }

    private func given(_ json: String, _ parser: JSONParser) throws(ConsentError) -> JSONValue {
        do {
            return try parser.parse(Array(json.utf8)).root
        } catch {
            throw ConsentError(.malformedConsent, "the test writes no JSON: \(json)")
        }
    }

    @Test(arguments: seeds) func `do not depend on the order of the consents, and audiences neither`(seed: UInt64)
        throws
    {
        var random = SeededGenerator(seed: seed &+ 1000)
        for _ in 0..<15 {
            let readings = (0..<3).compactMap { index in
                try? ConsentReading(Given.value(random.slowConsent(index).json))
            }
            let record = try Given.record(random.slowRecord().json)
            let combination = random.pick(Combination.allCases)
            let first = try RecordJudgement(of: record, under: readings, combination: combination).audience()
            let second = try RecordJudgement(of: record, under: readings.reversed(), combination: combination)
                .audience()
            #expect(first.encoded == second.encoded, "seed \(seed)")
        }
    }
}

@Suite struct `Hostile Consents` {
    @Test(arguments: [UInt64](701...704)) func `are refused with a path, or read`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parser = try JSONParser()
        var (refused, read) = (0, 0)
        for _ in 0..<150 {
            let text = Array(random.slowConsent(0).json.utf8)
            for _ in 0..<12 {
                var bytes = text
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
                case 1:
                    let index = bytes.indices.randomElement(using: &random) ?? 0
                    bytes[index] = UInt8.random(in: 0x20...0x7E, using: &random)
                case 2:
                    let start = Int.random(in: 0..<bytes.count, using: &random)
                    bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...30, using: &random)))
                default: bytes = swapped(bytes, &random)
                }
                guard let document = try? parser.parse(bytes) else { continue }
                do throws(ConsentError) {
                    let reading = try ConsentReading(document.root)
                    read += 1
                    let record = try? Given.observation()
                    guard let record else { continue }
                    _ = RecordJudgement(of: record, under: [reading])
                } catch {
                    refused += 1
                    #expect(error.path?.hasPrefix("Consent") == true, "\(error)")
                    #expect([.malformedConsent, .unsupportedConsent].contains(error.kind))
                }
            }
        }
        print("seed \(seed): \(read) read, \(refused) refused")
        #expect(refused > 100 && read > 20)
    }

    /// A JSON value in place of another.
    private func swapped(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        let values = ["null", "[]", "{}", "0", "true", "\"\"", "[null]", "[{}]", "\"#x\"", "\"Patient/p\""]
        let strings = text.ranges(of: /"[^"]*"/)
        guard let range = strings.randomElement(using: &random) else { return bytes }
        return Array(text.replacingCharacters(in: range, with: random.pick(values)).utf8)
    }

    @Test func `are bounded in depth and number`() throws {
        func nested(_ depth: Int) -> String {
            let open = String(repeating: #"{"type":"deny","provision":["#, count: depth)
            return open + #"{"type":"permit","purpose":[\#(Given.purpose("TREAT"))]}"#
                + String(repeating: "]}", count: depth)
        }
        let deep = #expect(throws: ConsentError.self) { try Given.consent("\"provision\":\(nested(40))") }
        #expect(deep?.kind == .unsupportedConsent)
        let many = Array(repeating: #"{"type":"permit","purpose":[\#(Given.purpose("TREAT"))]}"#, count: 1000)
        let wide = #expect(throws: ConsentError.self) {
            try Given.consent(#""provision":{"type":"deny","provision":[\#(many.joined(separator: ","))]}"#)
        }
        #expect(wide?.kind == .unsupportedConsent)
    }

    @Test func `with exceptions beyond measure have no audience, but a decision`() throws {
        // Each permit is for two actors at once but for those of the denials after it.
        let inner = (0..<200).map { index in
            let actor =
                #"{"role":{"coding":[{"system":"http://r","code":"r\#(index)"}]},"reference":{"reference":"Group/\#(index)"}}"#
            return
                #"{"type":"\#(index % 2 == 0 ? "permit" : "deny")","actor":[\#(actor)],"purpose":[\#(Given.purpose(index % 3 == 0 ? "TREAT" : "ETREAT"))],"period":{"start":"20\#(10 + index % 80)"}}"#
        }
        let reading = try Given.consent(#""provision":{"type":"deny","provision":[\#(inner.joined(separator: ","))]}"#)
        let judgement = RecordJudgement(of: try Given.observation(), under: [reading, reading])
        let decision = judgement.decision(for: try request(groups: ["Group/0"], roles: ["r0"], at: "2024-03-01"))
        #expect(decision.outcome == .permit)
        do throws(ConsentError) {
            #expect(try judgement.audience().grants.count <= RecordJudgement.greatestAudience)
        } catch {
            #expect(error.kind == .tooManyExceptions)
        }
    }
}
