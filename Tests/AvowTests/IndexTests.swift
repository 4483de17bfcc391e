import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowTree
import AvowVerify
import Foundation
import Testing

@testable import Avow

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

private let birthdate: [IndexColumn] = [.parameter("birthdate")]
private let codeAndValue: [IndexColumn] = [.parameter("code"), .parameter("value-quantity"), .parameter("date")]

private func error(_ body: () throws(StoreError) -> Void) -> IndexError? {
    do throws(StoreError) {
        try body()
        return nil
    } catch {
        if case .index(let error) = error { return error }
        Issue.record("\(error)")
        return nil
    }
}

@Suite struct `An index that somebody makes` {
    @Test func `holds the records that are there and those that come, and nothing that was replaced or deleted`() throws
    {
        let fixture = try StoreFixture(patients: 4)
        let store = try unwrapped(fixture.store)
        var steps: [IndexProgress] = []
        let made = try store.createIndex("values", on: .observation, columns: codeAndValue) { steps.append($0) }
        #expect(made.state == .ready && made.id >= 1_000)
        #expect(steps.last.map { $0.done == $0.total } == true)
        let born = try SearchCriterion(.date, comparison: .greaterOrEqual, literal: .date("1800"))
        #expect(try IndexFinder(store, "Patient-birthdate").find([born]).blobs.count == 4)
        let before = try store.snapshot().orders(ofIndex: "values")
        #expect(before.count >= (try fixture.count("Observation")))
        // One that comes, changes, and goes.
        func observation(_ value: String) throws {
            let json = """
                {"resourceType":"Observation","id":"one","status":"final","code":{"coding":[{"system":"urn:x","code":"c"}]},\
                "valueQuantity":{"value":\(value),"system":"http://unitsofmeasure.org","code":"mg"}}
                """
            try store.importUnvalidated(at: [try fixture.write(json, "one.json")])
        }
        func found(_ comparison: SearchComparison, _ number: String, _ unit: String) throws -> Int {
            let code = try SearchCriterion(.token, literal: .token(system: "urn:x", code: "c"))
            let value = try SearchCriterion(
                .quantity, comparison: comparison,
                literal: .quantity(number: number, system: QuantityUnit.ucumSystem, code: unit))
            return try IndexFinder(store, "values").find([code, value]).blobs.count
        }
        try observation("7")
        #expect(try found(.equal, "7", "mg") == 1 && found(.greater, "6.9", "mg") == 1)
        #expect(try found(.equal, "0.007", "g") == 1 && found(.less, "0.006", "g") == 0)
        #expect(try store.snapshot().orders(ofIndex: "values").count == before.count + 1)
        try observation("9")
        #expect(try found(.equal, "7", "mg") == 0 && found(.greater, "7", "mg") == 1)
        #expect(try store.snapshot().orders(ofIndex: "values").count == before.count + 1)
        try store.delete(.observation, id: "one")
        #expect(try found(.greater, "0", "mg") == 0)
        #expect(try store.snapshot().orders(ofIndex: "values") == before)
        #expect(try fixture.copyChecked() == [])
    }

    @Test func `has the same entries whether it was made before the records came or after`() throws {
        let fixture = try StoreFixture(patients: 3, seed: 4)
        let store = try unwrapped(fixture.store)
        let twin = try StoreFixture()
        let definitions: [(String, ResourceType, [IndexColumn])] = [
            ("a", .observation, codeAndValue), ("b", .patient, birthdate + [.path("address.city")]),
            ("c", .encounter, [.parameter("subject"), .parameter("date")]),
        ]
        for (name, type, columns) in definitions {
            try twin.store.createIndex(name, on: type, columns: columns)
            try IndexWork(store, recordsInBatch: 7).build(IndexWork(store).define(name, type, columns)) { _ in }
        }
        try twin.store.importResources(at: [try fixture.writeSamples(3, seed: 4).path])
        for (name, _, _) in definitions {
            // Owners are random, so their number is compared, and the values.
            func values(_ store: Store) throws -> [Int] {
                try store.snapshot().orders(ofIndex: name).map(\.count).sorted()
            }
            #expect(try values(store).count > 2)
            #expect(try values(store) == values(twin.store), "\(name)")
        }
        #expect(try fixture.copyChecked() == [])
        #expect(try twin.copyChecked() == [])
    }

    @Test func `leads to a record of too many values by one entry, and says so`() throws {
        let fixture = try StoreFixture()
        let store = try unwrapped(fixture.store)
        try store.createIndex("value", on: .observation, columns: [.parameter("code")])
        try store.createIndex("born", on: .patient, columns: [.parameter("birthdate"), .parameter("active")])
        let codings = (0..<1_200).map { "{\"system\":\"s\",\"code\":\"c\($0)\"}" }.joined(separator: ",")
        try store.importUnvalidated(at: [
            try fixture.write(
                "{\"resourceType\":\"Observation\",\"id\":\"o\",\"code\":{\"coding\":[\(codings)]}}", "o.json"),
            try fixture.write(
                "{\"resourceType\":\"Patient\",\"id\":\"p\",\"birthDate\":\"1950\",\"active\":[true,false]}", "p.json"),
        ])
        let catalog = try store.snapshot().catalog()
        #expect(catalog["value"]?.hasOverflow == true && catalog["born"]?.hasOverflow == true)
        #expect(catalog["Patient-name"]?.hasOverflow == false)
        #expect(try store.indexes().first { $0.definition.name == "value" }?.entries == 1)
        for (code, count) in [("c1199", 1), ("c0", 1), ("c1200", 0)] {
            let criterion = try SearchCriterion(.token, literal: .token(system: "s", code: code))
            #expect(try IndexFinder(store, "value").find([criterion]).blobs.count == count)
            // The language, which counts by keys, leaves such an index alone.
            #expect(try fixture.rows("SELECT id FROM Observation WHERE code = '\(code)'").count == count)
        }
        let born = try SearchCriterion(.date, literal: .date("1950"))
        let inactive = try SearchCriterion(.token, literal: .string("false"))
        #expect(try IndexFinder(store, "born").find([born, inactive]).blobs.count == 1)
        #expect(try fixture.copyChecked() == [])
    }

    @Test func `cuts texts that are too long for keys, and finds them all the same`() throws {
        let fixture = try StoreFixture()
        let store = try unwrapped(fixture.store)
        let long = String(repeating: "long ", count: 400)
        let codes = [long + "a", long + "b", "short"]
        let files = try codes.enumerated().map { number, code in
            try fixture.write(
                "{\"resourceType\":\"Observation\",\"id\":\"o\(number)\",\"code\":{\"coding\":[{\"code\":\"\(code)\"}]}}",
                "\(number).json")
        }
        #expect(try store.importUnvalidated(at: files).created == 3)
        for code in codes {
            let criterion = try SearchCriterion(.token, literal: .token(system: nil, code: code))
            #expect(try IndexFinder(store, "Observation-code-date").find([criterion]).blobs.count == 1)
            #expect(try fixture.rows("SELECT id FROM Observation WHERE code = '\(code)'").count == 1)
        }
        #expect(try fixture.rows("SELECT code, COUNT(*) FROM Observation GROUP BY code").count == 3)
        #expect(try fixture.copyChecked() == [])
    }

    @Test func `is refused with what is wrong with it`() throws {
        let fixture = try StoreFixture(patients: 1)
        let store = try unwrapped(fixture.store)
        func create(_ name: String, _ type: ResourceType, _ columns: [IndexColumn]) -> IndexError? {
            error { () throws(StoreError) in try store.createIndex(name, on: type, columns: columns) }
        }
        #expect(
            create("x", .observation, [.parameter("valuequantity")])
                == .unknownParameter("valuequantity", .observation, suggestion: "value-quantity"))
        guard case .path("address.citty", let cause)? = create("x", .patient, [.path("address.citty")]) else {
            Issue.record("a wrong path was not refused")
            return
        }
        #expect(cause.suggestion == "city" && cause.range == 8..<13)
        #expect("\(IndexError.path("address.citty", cause))".contains("^^^^^"))
        guard case .notIndexable("now()", _)? = create("x", .patient, [.path("now()")]) else {
            Issue.record("a path that depends on the time was not refused")
            return
        }
        guard case .notIndexable("_text", _)? = create("x", .patient, [.parameter("_text")]) else {
            Issue.record("a parameter without an expression was not refused")
            return
        }
        #expect(create("x", .patient, []) == .columnCount(0))
        let nine = ["birthdate", "gender", "name", "identifier", "family", "given", "phone", "email", "active"]
        #expect(create("x", .patient, nine.map(IndexColumn.parameter)) == .columnCount(9))
        #expect(create("x", .patient, birthdate + birthdate) == .repeatedColumn("birthdate"))
        for name in ["", "1a", "a b", "é", String(repeating: "a", count: 65)] {
            #expect(create(name, .patient, birthdate) == .invalidName(name))
        }
        #expect(create("born", .patient, birthdate) == .sameColumns(as: "Patient-birthdate"))
        #expect(create("Patient-name", .patient, [.parameter("family")]) == .nameTaken("Patient-name"))
        let dropped = error { () throws(StoreError) in try store.dropIndex("Patient-nam") }
        #expect(dropped == .unknownIndex("Patient-nam", suggestion: "Patient-name"))
        // Nothing of it was committed.
        #expect(try store.checkpoint().checkpoint.size == 2)
    }

    @Test func `can be dropped and made again, under the same name`() throws {
        let fixture = try StoreFixture(patients: 2)
        var store: Store! = try unwrapped(fixture.store)
        try store.createIndex("mine", on: .patient, columns: [.parameter("given")])
        let entries = try store.snapshot().orders(ofIndex: "mine")
        var steps: [IndexProgress] = []
        try store.dropIndex("mine") { steps.append($0) }
        let count = UInt64(entries.count)
        #expect(steps.last == IndexProgress(index: "mine", isRemoving: true, done: count, total: count))
        #expect(try store.indexes().allSatisfy { $0.definition.name != "mine" })
        #expect(try store.snapshot().reader.count(in: .index(1_000)) == 0)
        try store.createIndex("mine", on: .patient, columns: [.parameter("given")])
        #expect(try store.snapshot().orders(ofIndex: "mine") == entries)
        store = nil
        try fixture.reopen()
        #expect(try fixture.store.snapshot().orders(ofIndex: "mine") == entries)
        #expect(try fixture.copyChecked() == [])
    }

    @Test func `is in the proof of every answer that reads the catalog`() throws {
        let fixture = try StoreFixture(patients: 2)
        let store = try unwrapped(fixture.store)
        let query = "SELECT id FROM Observation WHERE code = loinc|29463-7"
        try store.createIndex("mine", on: .patient, columns: [.parameter("given")])
        let answered = try store.answer(query, as: StoreFixture.clinician, for: .treatment)
        #expect(!answered.result.rows.isEmpty)
        let catalogs = answered.answer.values.compactMap { try? IndexCatalog(Array($0.dropFirst(16))) }
        #expect(catalogs.contains { $0["mine"]?.state == .ready })
        #expect(try fixture.verifier.verify(answered.answer.bytes).result == answered.result)
        // Without the index that it would use, it is answered another way, and verified so.
        try store.dropIndex("Observation-code-date")
        let slow = try store.answer(query, as: StoreFixture.clinician, for: .treatment)
        #expect(Set(slow.result.rows) == Set(answered.result.rows))
        #expect(try fixture.verifier.verify(slow.answer.bytes).result == slow.result)
    }
}

@Suite(.serialized) struct `An index whose making is interrupted` {
    @Test func `is read by nobody, written by imports, and finished by the same call`() throws {
        let fixture = try StoreFixture(patients: 3)
        var store: Store! = try unwrapped(fixture.store)
        var work: IndexWork! = IndexWork(store, recordsInBatch: 5)
        let id = try work.define("mine", .observation, codeAndValue)
        // The definition alone: no entries yet, and imports write some.
        #expect(try store.snapshot().catalog()["mine"]?.state == .building)
        #expect(try store.snapshot().catalog().ready(for: .observation).allSatisfy { $0.name != "mine" })
        #expect(try fixture.copyChecked() == [])
        try store.importResources(at: [try fixture.writeSamples(5, seed: 1).path])
        #expect(try store.snapshot().orders(ofIndex: "mine").count > 0)
        #expect(try fixture.copyChecked() == [])
        // Some batches, with an import and a change between them.
        var batches = 0
        var state = IndexState.building
        while batches < 3 {
            state = try work.buildBatch(id).0.state
            batches += 1
            #expect(try fixture.copyChecked() == [])
        }
        #expect(state == .building)
        try store.importResources(at: [try fixture.writeSamples(7, seed: 1).path])
        let sample = try store.snapshot().first(.observation, try store.homeAudience())
        let changed = String(decoding: sample, as: UTF8.self).replacing("\"final\"", with: "\"amended\"")
        try store.importUnvalidated(at: [try fixture.write(changed, "changed.json")])
        #expect(try fixture.copyChecked() == [])
        #expect(
            error { () throws(StoreError) in try store.createIndex("mine", on: .patient, columns: birthdate) }
                == .nameTaken("mine"))
        store = nil
        work = nil
        try fixture.reopen()
        try fixture.store.createIndex("mine", on: .observation, columns: codeAndValue)
        #expect(try fixture.store.snapshot().catalog()["mine"]?.state == .ready)
        #expect(try fixture.copyChecked() == [])
        // Just what it has when it is made at once.
        let entries = try fixture.store.snapshot().orders(ofIndex: "mine")
        try fixture.store.dropIndex("mine")
        try fixture.store.createIndex("mine", on: .observation, columns: codeAndValue)
        #expect(try fixture.store.snapshot().orders(ofIndex: "mine") == entries)
    }

    @Test func `by the end of its process goes on behind the last commit`() async throws {
        let fixture = try StoreFixture(patients: 6)
        fixture.close()
        let path = fixture.storePath
        for delay in [20, 60, 120] {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, delay = delay as Int] in
                let store = try Store.open(at: path, unlock: StoreFixture.unlock())
                Thread.detachNewThread {
                    usleep(useconds_t(delay * 1_000))
                    kill(getpid(), SIGKILL)
                }
                // It makes and removes an index, over and over.
                while true {
                    try store.resumeIndexes()
                    let columns: [IndexColumn] = [.parameter("code"), .parameter("value-quantity"), .parameter("date")]
                    let work = IndexWork(store, recordsInBatch: 10)
                    if try store.snapshot().catalog()["mine"] == nil {
                        try work.build(try work.define("mine", .observation, columns)) { _ in }
                    }
                    try store.dropIndex("mine")
                }
            }
            let report = try Store.check(at: path, unlock: StoreFixture.unlock())
            #expect(report.damages.map(\.description) == [], "after \(delay) ms")
        }
        try fixture.reopen()
        try fixture.store.resumeIndexes()
        #expect(try fixture.store.indexes().allSatisfy { $0.definition.state == .ready })
        if try fixture.store.snapshot().catalog()["mine"] == nil {
            try fixture.store.createIndex("mine", on: .observation, columns: codeAndValue)
        }
        #expect(try fixture.copyChecked() == [])
        #expect(try fixture.store.snapshot().orders(ofIndex: "mine").count >= fixture.count("Observation"))
    }

    @Test func `a removal that is interrupted goes on, and meanwhile nobody reads or writes the index`() throws {
        let fixture = try StoreFixture(patients: 2)
        var store: Store! = try unwrapped(fixture.store)
        let before = try store.statistics().entries
        try store.createIndex("mine", on: .observation, columns: codeAndValue)
        _ = try IndexWork(store).hide("mine")
        let entries = try store.snapshot().orders(ofIndex: "mine").count
        #expect(entries > 0)
        #expect(
            error { () throws(StoreError) in
                try store.createIndex("mine", on: .observation, columns: codeAndValue)
            } == .beingDropped("mine"))
        #expect(try fixture.copyChecked() == [])
        try store.importUnvalidated(at: [
            try fixture.write(
                "{\"resourceType\":\"Observation\",\"id\":\"o\",\"code\":{\"coding\":[{\"code\":\"x\"}]}}", "o.json")
        ])
        #expect(try store.snapshot().orders(ofIndex: "mine").count == entries)
        store = nil
        try fixture.reopen()
        try fixture.store.resumeIndexes()
        #expect(try fixture.store.snapshot().catalog()["mine"] == nil)
        // The observation has a record, a location and an entry by its code.
        #expect(try fixture.store.statistics().entries == before + 3)
        #expect(try fixture.copyChecked() == [])
    }
}
