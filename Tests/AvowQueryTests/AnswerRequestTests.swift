import AvowConsent
import AvowProof
import AvowQuery
import Testing

/// The request in an answer file: six items, and a seventh when the glass is broken.
@Suite struct `The request of an answer` {
    private func answer(_ reason: String?) throws -> Answer {
        let actor = try Actor(
            "Practitioner/1", roles: ["nurse"], organization: "Organization/1", groups: ["Group/1"])
        return Answer(
            query: "SELECT id FROM Patient",
            request: try AccessRequest(actor: actor, purpose: .breakTheGlass, time: -1, breakGlassReason: reason),
            commit: [1], logProof: [2], treeProof: [3], values: [[4]], records: [])
    }

    /// A file in which the request's items are these, with the right digest at its end.
    private func file(_ items: Int, _ write: (inout CBORWriter) -> Void) throws -> [UInt8] {
        var writer = CBORWriter(capacity: 512)
        writer.array(count: 9)
        writer.text(Answer.format)
        writer.text("SELECT id FROM Patient")
        writer.array(count: items)
        write(&writer)
        for _ in 0..<3 { writer.bytes([]) }
        for _ in 0..<2 { writer.array(count: 0) }
        writer.digest(Digest(.answer, writer.bytes))
        return writer.bytes
    }

    private func actor(_ writer: inout CBORWriter) {
        writer.text("Practitioner/1")
        writer.array(count: 0)
        writer.null()
        writer.array(count: 0)
        writer.text("BTG")
        writer.integer(0)
    }

    @Test(arguments: [nil, "unconscious", "bewusstlos; keine Angehörigen"]) func `reads back`(reason: String?) throws {
        let answer = try answer(reason)
        let (read, isIntact) = try Answer.decode(answer.bytes)
        #expect(read == answer && isIntact && read.request.breakGlassReason == reason)
        #expect(read.bytes == answer.bytes)
    }

    @Test func `has six items, or seven with a reason in words`() throws {
        let six = try file(6) { actor(&$0) }
        #expect(try Answer.decode(six).answer.request.breakGlassReason == nil)
        #expect(try Answer.decode(six).answer.bytes == six)
        let seven = try file(7) {
            actor(&$0)
            $0.text("unconscious")
        }
        #expect(try Answer.decode(seven).answer.request.breakGlassReason == "unconscious")
        #expect(try Answer.decode(seven).answer.bytes == seven)
        let five = try file(5) { _ in }
        let eight = try file(8) {
            actor(&$0)
            $0.text("unconscious")
            $0.text("unconscious")
        }
        let null = try file(7) {
            actor(&$0)
            $0.null()
        }
        let long = try file(7) {
            actor(&$0)
            $0.text(String(repeating: "a", count: 2_049))
        }
        for bytes in [five, eight, null, long] {
            let error = #expect(throws: AnswerFormatError.self) { try Answer.decode(bytes) }
            guard case .malformed = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
        for reason in ["", " ", "a\nb", String(repeating: "a", count: 513)] {
            let bytes = try file(7) {
                actor(&$0)
                $0.text(reason)
            }
            let error = #expect(throws: AnswerFormatError.self) { try Answer.decode(bytes) }
            guard case .request(let cause) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(cause.kind == .invalidReason)
        }
    }

    @Test func `is refused truncated, and changed it is refused or another one`() throws {
        let bytes = try answer("unconscious").bytes
        for length in bytes.indices {
            #expect(throws: AnswerFormatError.self) { try Answer.decode(Array(bytes[..<length])) }
        }
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                guard let (read, isIntact) = try? Answer.decode(changed) else { continue }
                #expect(!isIntact && read.bytes.count == bytes.count)
            }
        }
    }
}
