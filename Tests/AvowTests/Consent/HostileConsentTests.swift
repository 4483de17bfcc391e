import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowTree
import AvowVerify
import Testing

@testable import Avow
@testable import ConsentModel

/// Answers of stores that do not decide who reads as consent does.
///
/// `home` has no Consent; `one` lets Practitioner/1 read, `two` Practitioner/2, `past` Practitioner/1 until the third of
/// March. All came on the first.
@Suite struct `Answers that go against consent` {
    private let fixture: StoreFixture
    private let verifier: AnswerVerifier
    private let query = "SELECT id FROM Observation"

    init() throws {
        fixture = try Instant.$fixed.withValue(Self.instant(1)) {
            let fixture = try StoreFixture()
            try fixture.importLines([
                MadeConsent.only("Practitioner/1", of: "one", "c1"),
                MadeConsent.only("Practitioner/2", of: "two", "c2"),
                MadeConsent.only(
                    "Practitioner/1", of: "past", "c3", period: #"{"start":"2024-02-01","end":"2024-03-03"}"#),
            ])
            try fixture.importLines(
                ["home", "one", "two", "past"].map { Made.observation("o-\($0)", of: $0, value: 1) })
            return fixture
        }
        verifier = fixture.verifier
    }

    private static func instant(_ day: Int) throws -> Int64 {
        try unwrapped(FHIRDateTime("\(SlowTime.day(day))T10:00:00Z")).lowerBound
    }

    private func request(_ practitioner: Int, day: Int) throws -> AccessRequest {
        AccessRequest(
            actor: try Actor("Practitioner/\(practitioner)"), purpose: .treatment, time: try Self.instant(day))
    }

    private func answer(_ practitioner: Int, day: Int, _ query: String? = nil) throws -> Answer {
        try Instant.$fixed.withValue(Self.instant(day)) {
            try fixture.store.answer(
                query ?? self.query, as: try Actor("Practitioner/\(practitioner)"), for: .treatment
            ).answer
        }
    }

    private func rows(_ answer: Answer) throws -> [String] {
        try verifier.verify(answer.bytes).result.rows.map { $0[0].text }.sorted()
    }

    private func expect(
        _ reason: String, _ answer: Answer, at location: SourceLocation = #_sourceLocation
    ) {
        let found = RefusalReason.of(answer.bytes, fixture.store.verifierKey)
        #expect(found == reason || found.hasPrefix(reason + "."), "\(found)", sourceLocation: location)
    }

    private func audience(_ id: String) throws -> AudienceID {
        let placements = try Placements(fixture.store.snapshot().reader, home: fixture.store.homeAudience())
        return try placements.audience(of: ResourceIdentity(.observation, id: "o-\(id)"))
    }

    @Test func `are not the sound ones`() throws {
        #expect(try rows(try answer(1, day: 2)) == ["o-home", "o-one", "o-past"])
        #expect(try rows(try answer(1, day: 10)) == ["o-home", "o-one"])
        #expect(try rows(try answer(2, day: 10)) == ["o-home", "o-two"])
        #expect(try rows(try answer(3, day: 10)) == ["o-home"])
    }

    /// An audience that permits is hidden: its entry, its records, or all of it, as if somebody else had asked.
    @Test func `leave out an audience that permits`() throws {
        let sound = try answer(1, day: 10)
        let one = try audience("one")
        let proof = try ProofSurgery(sound.treeProof)
        let leaves = proof.items.indices.filter { index in
            guard let leaf = proof.items[index].leaf, leaf.disclosure == .full else { return false }
            let key = leaf.key.bytes
            let id = TreeKey.audience(one)
            return key.starts(with: KeyRange.located(one).lower)
                || key.starts(with: [0x15, 1]) && Array(key[leaf.key.order]) == Array(id.bytes[id.order])
        }
        #expect(leaves.count >= 2)
        for index in leaves {
            var forged = proof
            let leaf = try unwrapped(forged.items[index].leaf)
            forged.items[index].item = .pruned(count: 1, hash: ProofSurgery.hash(leaf))
            var answer = sound
            answer.treeProof = forged.bytes
            expect("tree.incomplete", answer)
        }
        var stranger = try answer(3, day: 10)
        stranger.request = try request(1, day: 10)
        expect("tree", stranger)
        var counted = try answer(3, day: 10, "SELECT COUNT(*) FROM Observation")
        counted.request = try request(1, day: 10)
        expect("tree", counted)
    }

    /// What one may read and the other may not is passed off as read by the other.
    @Test func `read an audience that forbids, or are for another actor`() throws {
        let two = try answer(2, day: 10, "SELECT * FROM Observation")
        var passed = two
        passed.request = try request(1, day: 10)
        expect("tree", passed)
        // A sound answer beside which the forbidden record is disclosed.
        var more = try answer(1, day: 10, "SELECT * FROM Observation")
        let text = "\"id\":\"o-two\""
        let forbidden = try unwrapped(
            two.records.first { String(decoding: $0.json, as: UTF8.self).contains(text) })
        more.records.append(forbidden)
        expect("unreadRecord", more)
        // A record of the answer exchanged for it.
        more = try answer(1, day: 10, "SELECT * FROM Observation")
        more.records[more.records.count - 1] = forbidden
        expect("missingRecord", more)
        // The other actor's audiences shown, too: the ranges of the one who asks are still not.
        var merged = passed
        merged.values += try answer(1, day: 10).values
        expect("tree", merged)
    }

    @Test func `read an audience whose window is over`() throws {
        var late = try answer(1, day: 2, "SELECT * FROM Observation")
        late.request = try request(1, day: 10)
        expect("unreadValue", late)
        // And one whose window is open is not left out.
        var early = try answer(1, day: 10)
        early.request = try request(1, day: 2)
        expect("tree.incomplete", early)
    }

    /// A verifier believes no time: before the commit other windows were open.
    @Test func `are of a time before the commit`() throws {
        var sound = try answer(1, day: 10)
        let commit = try fixture.store.snapshot().commit
        #expect(sound.request.time > Int64(commit.time))
        sound.request = AccessRequest(
            actor: sound.request.actor, purpose: .treatment, time: Int64(commit.time) - 1)
        expect("requestBeforeCommit", sound)
        // A store whose clock was put back asks at the time of its newest commit.
        let back = try Instant.$fixed.withValue(0) {
            try fixture.store.answer(query, as: StoreFixture.clinician, for: .treatment).answer
        }
        #expect(back.request.time == Int64(commit.time))
        #expect(try rows(back) == ["o-home", "o-one", "o-past"])
        // And its next commit is not earlier than the last.
        try Instant.$fixed.withValue(0) {
            _ = try fixture.store.importUnvalidated(at: [try fixture.write(Made.patient("new"), "new.ndjson")])
        }
        #expect(try fixture.store.snapshot().commit.time == commit.time)
    }

    @Test func `have a forged audience`() throws {
        let sound = try answer(1, day: 10)
        let one = try unwrapped(
            try AudienceRegister.audience(audience("one"), fixture.store.snapshot().reader))
        let index = try unwrapped(sound.values.firstIndex { $0.dropFirst(16).elementsEqual(one.encoded) })
        for forged in [Audience([Grant(purpose: .anyPurpose, recipient: .anyone)]), .nobody] {
            var answer = sound
            answer.values[index] = Array(sound.values[index].prefix(16)) + forged.encoded
            expect("missingValue", answer)
        }
    }

    /// A store that signs what it likes puts an audience under the id of another one, to lead to that one's records.
    @Test func `have an audience under the id of another one`() throws {
        let two = try audience("two")
        let wide = Audience([Grant(purpose: .anyPurpose, recipient: .anyone)])
        let recipient = Digest(.recipient, Recipient.anyone.canonicalBytes)
        try Instant.$fixed.withValue(Self.instant(5)) {
            try fixture.store.forge { _ in
                [
                    TreeMutation(
                        .audience(purpose: Purpose.anyPurpose.code, recipient: recipient, two),
                        .inline(Salt.salted(wide.encoded), blob: 0))
                ]
            }
        }
        expect("forgedAudience", try answer(1, day: 10))
    }
}
