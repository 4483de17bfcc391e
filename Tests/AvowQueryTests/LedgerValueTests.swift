import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import Foundation
import TestSupport
import Testing

private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

@Suite struct `Entries of an audit ledger` {
    private static let id = EventID(time: 1_767_225_600_123, number: 300)

    private static func event() throws -> LedgerEvent {
        let actor = try Actor(
            "Practitioner/1", roles: ["nurse", "doctor"], organization: "Organization/o", groups: ["Group/g"])
        let request = try AccessRequest(
            actor: actor, purpose: try Purpose(code: "ETREAT"), time: id.time, breakGlassReason: "unconscious")
        return LedgerEvent(
            request: request, types: [.observation, .patient], commit: 17,
            root: try #require(Digest(Array(0..<32))), isProven: true,
            continued: EventID(time: 1_767_225_600_100, number: 299))
    }

    /// The example of the article Format.
    @Test func `are encoded as the format says`() throws {
        let detail = LedgerDetail(query: "SELECT id FROM Patient", rows: 2, records: 5, patients: 3)
        for (bytes, expected) in [
            (TreeKey.event(Self.id).bytes, "15091a019b76daa87b16012c"),
            (TreeKey.eventDetail(Self.id).bytes, "150b1a019b76daa87b16012c"),
            (TreeKey.disclosure(to: "p0", Self.id).bytes, "150a027030001a019b76daa87b16012c"),
            (
                try Self.event().encoded,
                "8c016e50726163746974696f6e65722f318266646f63746f72656e757273656e4f7267616e697a6174696f6e2f"
                    + "6f816747726f75702f67664554524541546b756e636f6e7363696f757382186018671158200001020304050607"
                    + "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1ff5821b0000019b76daa86419012b"
            ),
            (detail.encoded, "847653454c4543542069642046524f4d2050617469656e74020503"),
            (LedgerDisclosure.encoded(records: 300), "19012c"),
            (
                LedgerAuditors([try PartyName("privacy-officer")], of: 7).encoded,
                "8207816f707269766163792d6f666669636572"
            ),
        ] as [([UInt8], String)] {
            #expect(bytes.hexadecimal == expected)
        }
    }

    @Test func `read back as they were written`() throws {
        let event = try Self.event()
        #expect(try LedgerEvent(encoded: event.encoded, time: Self.id.time) == event)
        let plain = LedgerEvent(
            request: AccessRequest(actor: try Actor("Patient/p"), purpose: .treatment, time: -4), types: [], commit: 0,
            root: event.root, isProven: false)
        #expect(try LedgerEvent(encoded: plain.encoded, time: -4) == plain)
        for rows in [nil, 0, .max] as [UInt64?] {
            let detail = LedgerDetail(query: "", rows: rows, records: .max, patients: 0)
            #expect(try LedgerDetail(encoded: detail.encoded) == detail)
        }
        #expect(try LedgerDisclosure.records(encoded: LedgerDisclosure.encoded(records: 9)) == 9)
        for id in [Self.id, EventID(time: -1, number: 1), EventID(time: .min, number: .max)] {
            for key in [
                TreeKey.event(id), .eventDetail(id), .disclosure(to: "p", id),
                .disclosure(to: "0f8fad5b-d9cb-469f-a165-70867728950e", id),
            ] {
                #expect(try EventID(key: key) == id)
            }
        }
    }

    @Test func `of a patient and a time are one range, and no other's`() {
        let times: [Int64] = [.min, -300, -1, 0, 1, 255, 256, 1_767_225_600_123, .max]
        let patients = ["p", "p0", "p1", "q", "0f8fad5b-d9cb-469f-a165-70867728950e"]
        for patient in patients {
            for since in [nil] + times.map(Optional.some) {
                for until in [nil] + times.map(Optional.some) {
                    let range = KeyRange.disclosures(of: patient, since: since, until: until)
                    for other in patients {
                        for time in times {
                            let key = TreeKey.disclosure(to: other, EventID(time: time, number: 5))
                            let expected =
                                other == patient && since.map { $0 <= time } ?? true && until.map { time < $0 } ?? true
                            #expect(range.contains(key.bytes) == expected)
                        }
                    }
                }
            }
        }
        for (one, other) in zip(times, times.dropFirst()) {
            #expect(TreeKey.event(EventID(time: one, number: 9)) < .event(EventID(time: other, number: 1)))
        }
    }

    @Test func `that are damaged are refused, and never crash`() throws {
        let event = try Self.event().encoded
        let detail = LedgerDetail(query: "SELECT id FROM Patient", rows: 2, records: 5, patients: 3).encoded
        let auditors = LedgerAuditors([try PartyName("a"), try PartyName("b")], of: 1).encoded
        for length in event.indices {
            #expect(throws: EntryValueError.self) { try LedgerEvent(encoded: Array(event[..<length]), time: 0) }
        }
        for length in detail.indices {
            #expect(throws: EntryValueError.self) { try LedgerDetail(encoded: Array(detail[..<length])) }
        }
        for length in auditors.indices {
            #expect(throws: EntryValueError.self) { try LedgerAuditors(encoded: Array(auditors[..<length])) }
        }
        #expect(throws: EntryValueError.self) { try LedgerEvent(encoded: event + [0], time: 0) }
        var random = Generator(state: 11)
        for _ in 0..<20_000 {
            var bytes = event
            for _ in 0..<Int(random.next() % 4 + 1) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next() >> 8)
            }
            // What is read is written the same, so that nothing has two encodings.
            if let read = try? LedgerEvent(encoded: bytes, time: 0) { #expect(read.encoded == bytes) }
        }
    }
}
