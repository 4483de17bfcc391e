import Testing

@testable import AvowProof

@Suite struct `What the tree holds of a record` {
    private let json = Array(#"{"resourceType":"Observation","id":"a","status":"final"}"#.utf8)
    private let members = [(2..<14, 16..<29), (31..<33, 35..<38), (40..<46, 48..<55)]
    private let saltSeed = Array(0..<32 as Range<UInt8>)
    private let sealedDigest = Digest(.sealedRecord, Array("sealed bytes".utf8))

    private func digest(
        _ json: [UInt8], _ members: [(Range<Int>, Range<Int>)], _ saltSeed: [UInt8], _ sealedDigest: Digest
    ) -> Digest {
        RecordCommitment(
            json: json.span, memberCount: members.count, saltSeed: saltSeed.span, sealedDigest: sealedDigest
        ) { members[$0] }.digest
    }

    // Answers of Python's hashlib, put together by the formulas of the format.
    @Test func `is the digest that the format's formulas give`() {
        let three = "b2c611d6ccf39027aee1d974bd81dc4638a35d5f07b1bdc3c8d0808356d4d333"
        let none = "205ac51de2bb9e12a39c3da2b99d69f7e88f7579f41214b52939c93ad2aca524"
        #expect(digest(json, members, saltSeed, sealedDigest).description == three)
        #expect(digest(json, [], saltSeed, sealedDigest).description == none)
    }

    @Test func `makes the digest of its deletion`() {
        // Python's hashlib again, over 0x18 and the digest above.
        let deletion = "1f900325c63fb7a7292ee65310c0c60bed8f541a7bd189e9dacabab7725264d6"
        #expect(Digest.deletion(of: digest(json, members, saltSeed, sealedDigest)).description == deletion)
    }

    @Test func `changes with every byte of the names and values, the salts and the sealed bytes`() {
        let whole = digest(json, members, saltSeed, sealedDigest)
        for (name, value) in members {
            for index in [Array(name), Array(value)].joined() {
                var changed = json
                changed[index] ^= 1
                #expect(digest(changed, members, saltSeed, sealedDigest) != whole)
            }
        }
        for index in saltSeed.indices {
            var changed = saltSeed
            changed[index] ^= 1
            #expect(digest(json, members, changed, sealedDigest) != whole)
        }
        #expect(digest(json, members, saltSeed, Digest(.sealedRecord, [])) != whole)
    }

    @Test func `changes when members are dropped, repeated or exchanged`() {
        let whole = digest(json, members, saltSeed, sealedDigest)
        #expect(digest(json, Array(members.dropLast()), saltSeed, sealedDigest) != whole)
        #expect(digest(json, members + [members[2]], saltSeed, sealedDigest) != whole)
        #expect(digest(json, [members[1], members[0], members[2]], saltSeed, sealedDigest) != whole)
        // A border between name and value that moves is another record, too.
        #expect(digest(json, [(2..<13, 16..<29)] + members.dropFirst(), saltSeed, sealedDigest) != whole)
    }
}
