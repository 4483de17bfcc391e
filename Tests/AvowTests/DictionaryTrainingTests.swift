import AvowProof
import AvowStorage
import AvowVault
import Foundation
import Synchronization
import Testing

@testable import Avow
@testable import AvowFHIR

/// Resources of one type whose vocabulary a word decides.
private enum Shape {
    static func json(_ number: Int, _ word: String) -> String {
        let codings = (0..<6).map { index in
            """
            {"system":"http://\(word).example/\(index)","code":"\(word)-\((number * 7 + index * 3) % 11)",\
            "display":"The \(word) finding of the kind \((number * 7 + index * 3) % 11), as \(word) says"}
            """
        }
        return """
            {"resourceType":"Condition","id":"\(word)-\(number)","code":{"coding":[\(codings.joined(separator: ","))]},\
            "subject":{"reference":"Patient/p"},"\(word)Details":[{"\(word)Kind":{"unit":"\(word)s"}},{"\(word)Grade":1}]}
            """
    }

    static func pending(_ range: Range<Int>, _ word: String) throws -> [PendingRecord] {
        let key = RecordKey(try SecretKey.random())
        return range.map { number in
            PendingRecord(
                resource: IncomingResource(
                    ImportedResource(
                        type: .condition, id: "\(word)-\(number)", json: Array(json(number, word).utf8),
                        link: .patient("p"))),
                pseudonym: Pseudonym(rawValue: 1), key: key, number: UInt64(number), version: 1, recordID: 1,
                superseded: nil, consents: nil)
        }
    }
}

@Suite struct `Training dictionaries` {
    private let type = UInt32(ResourceType.condition.rawValue)

    @Test func `a type gets its first dictionary as soon as there are enough samples`() throws {
        let training = DictionaryTraining()
        #expect(training.train(try Shape.pending(0..<127, "alpha"), DictionarySet(), recordCount: 0).isEmpty)
        let trained = training.train(try Shape.pending(0..<400, "alpha"), DictionarySet(), recordCount: 0)
        #expect(trained.map(\.generation) == [1])
        #expect(trained.map(\.typeNumber) == [type])
    }

    @Test func `a type is trained again when the store has grown and its data has changed, and not otherwise`()
        throws
    {
        let training = DictionaryTraining()
        training.state.withLock { $0.scale = 100 }
        var known = DictionarySet()
        for dictionary in training.train(try Shape.pending(0..<400, "alpha"), known, recordCount: 0) {
            known.insert(dictionary)
        }
        let changed = try Shape.pending(0..<600, "omega")
        #expect(training.train(changed, known, recordCount: 799).isEmpty)
        // Data of the same shape do not pay, and are not tried again soon.
        let same = DictionaryTraining()
        same.state.withLock { $0.scale = 100 }
        #expect(same.train(try Shape.pending(400..<1_000, "alpha"), known, recordCount: 800).isEmpty)
        #expect(same.train(changed, known, recordCount: 1_400).isEmpty)
        #expect(same.train(changed, known, recordCount: 2_800).map(\.generation) == [2])

        let second = training.train(changed, known, recordCount: 800)
        #expect(second.map(\.generation) == [2])
        #expect(second.allSatisfy { known[id: $0.id] == nil })
        for dictionary in second { known.insert(dictionary) }
        #expect(training.train(try Shape.pending(0..<600, "sigma"), known, recordCount: 6_399).isEmpty)
        #expect(training.train(try Shape.pending(0..<600, "sigma"), known, recordCount: 6_400).map(\.generation) == [3])
    }

    @Test func `a type has a bounded number of dictionaries`() throws {
        let training = DictionaryTraining()
        training.state.withLock { $0.scale = 1 }
        var known = DictionarySet()
        for word in ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"] {
            let trained = training.train(try Shape.pending(0..<400, word), known, recordCount: 1 << 40)
            for dictionary in trained { known.insert(dictionary) }
        }
        #expect(known.all.map(\.generation) == Array(1...DictionaryTraining.mostGenerations))
    }

    @Test func `records of all dictionaries of a type can be read, and a store that is opened writes with the newest`()
        throws
    {
        let fixture = try StoreFixture()
        func bundle(_ word: String, _ range: Range<Int>) throws -> String {
            let entries = range.map { "{\"resource\":\(Shape.json($0, word))}" }.joined(separator: ",")
            return try fixture.write(
                "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\(entries)]}",
                "\(word)-\(range.lowerBound).json")
        }
        fixture.store.training.state.withLock { $0.scale = 40 }
        for word in ["alpha", "omega"] {
            try fixture.store.importUnvalidated(at: [try bundle(word, 0..<400)])
        }
        var dictionaries = try fixture.store.opened.allDictionaries(fixture.store.storage.snapshot())
        #expect(dictionaries.all.map(\.generation) == [1, 2])
        try fixture.reopen()
        try fixture.store.importUnvalidated(at: [try bundle("omega", 400..<410), try bundle("alpha", 400..<410)])
        dictionaries = try fixture.store.opened.allDictionaries(fixture.store.storage.snapshot())
        #expect(dictionaries.newest(forType: type)?.generation == 2)
        #expect(try fixture.rows("SELECT id FROM Condition").count == 820)
        #expect(try fixture.checked() == [])
    }
}
