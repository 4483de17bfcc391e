import Avow
import AvowConsent
import AvowFHIR
import AvowStorage
import AvowVault
import Foundation
import TestSupport
import Testing

/// Strings that occur in JSON, by how they are meant.
private struct Vocabulary {
    /// Values of strings, with the names of the members that they stand under.
    private(set) var values: [String: Set<String>] = [:]

    mutating func add(_ value: Any, under name: String) {
        switch value {
        case let text as String: values[text, default: []].insert(name)
        case let list as [Any]: for element in list { add(element, under: name) }
        case let object as [String: Any]: for (name, value) in object { add(value, under: name) }
        default: break
        }
    }
}

/// Finds strings in bytes: all of one length that begin alike are found in one pass.
private struct ByteSearch {
    private var needles: [UInt32: [[UInt8]]] = [:]

    init(_ texts: some Sequence<String>) {
        for text in texts {
            let bytes = Array(text.utf8)
            guard bytes.count >= 4 else { continue }
            needles[ByteSearch.head(bytes, 0), default: []].append(bytes)
        }
    }

    private static func head(_ bytes: [UInt8], _ index: Int) -> UInt32 {
        UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
            | UInt32(bytes[index + 3]) << 24
    }

    func found(in bytes: [UInt8]) -> Set<String> {
        var result: Set<String> = []
        guard bytes.count >= 4 else { return [] }
        for index in 0...(bytes.count - 4) {
            guard let candidates = needles[ByteSearch.head(bytes, index)] else { continue }
            for needle in candidates
            where index + needle.count <= bytes.count
                && bytes[index..<(index + needle.count)].elementsEqual(needle)
            {
                result.insert(String(decoding: needle, as: UTF8.self))
            }
        }
        return result
    }
}

@Suite struct `What must not be seen` {
    /// Members whose strings belong to one patient: names, free text, identifiers, dates, references.
    private static let personal: Set<String> = [
        "family", "given", "text", "value", "line", "city", "postalCode", "id", "reference", "fullUrl", "url",
        "birthDate",
        "effectiveDateTime", "issued", "onsetDateTime", "abatementDateTime", "recordedDate", "authoredOn",
        "start", "end", "occurrenceDateTime", "deceasedDateTime",
    ]

    /// The strings of the samples, the personal ones apart.
    private static func vocabulary(_ bundles: URL, _ count: Int) throws -> (all: [String], personal: [String]) {
        var words = Vocabulary()
        for number in 0..<count {
            let data = try Data(contentsOf: bundles.appendingPathComponent("patient-\(number).json"))
            words.add(try JSONSerialization.jsonObject(with: data), under: "")
        }
        let all = words.values.keys.filter { $0.utf8.count >= 6 }
        // What stands under a personal member only: a code's display is its text, too.
        let own = words.values.filter { $0.key.utf8.count >= 4 && $0.value.isSubset(of: personal) }.keys
        return (Array(all), Array(own))
    }

    @Test func `no string of a record, and no passphrase, stands in any file of the store`() throws {
        let count = 12
        let fixture = try StoreFixture()
        let bundles = try fixture.writeSamples(count)
        try fixture.store.importUnvalidated(at: [bundles.path])
        // History and a proven answer leave traces, too.
        let changed = try String(
            contentsOf: bundles.appendingPathComponent("patient-0.json"), encoding: .utf8
        )
        .replacingOccurrences(of: "\"final\"", with: "\"amended\"")
        try fixture.store.importUnvalidated(at: [try fixture.write(changed, "changed.json")])
        _ = try fixture.store.answer("SELECT * FROM Patient", as: StoreFixture.clinician, for: .treatment)
        fixture.close()

        var (all, personal) = try Self.vocabulary(bundles, count)
        #expect(all.count > 1_500)
        #expect(personal.count > 1_000)
        all += personal
        all += [
            StoreFixture.passphrase, "correct horse", "staple", "\"resourceType\"", "{\"", "\":\"",
            "\"code\":", "\"coding\"",
            "http://loinc.org", "resourceType", "birthDate", "Practitioner/1",
        ]
        // Names of the store's own tables and header values are no secret.
        let known: Set = ["records", "patients", "version", "header"]
        let search = ByteSearch(
            Set(all).subtracting(known).filter { $0.utf8.count >= 6 || $0.contains("\"") })
        // The search itself finds what is there.
        let sample = [UInt8](try Data(contentsOf: bundles.appendingPathComponent("patient-0.json")))
        #expect(search.found(in: sample).count > 100)

        let files = try FileManager.default.subpathsOfDirectory(atPath: fixture.storePath)
        #expect(files.contains("data.mdb"))
        for file in files {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: fixture.storePath + "/" + file)))
            // Four random bytes look like a short string once in a while; six hardly ever.
            let found = search.found(in: bytes).filter { $0.utf8.count >= 6 }
            #expect(found == [], "\(file)")
        }
    }

    @Test func `dictionaries hold no name, identifier, date or free text`() throws {
        let count = 12
        let fixture = try StoreFixture()
        let bundles = try fixture.writeSamples(count)
        try fixture.store.importUnvalidated(at: [bundles.path])
        fixture.close()
        let personal = try Self.vocabulary(bundles, count).personal
        let search = ByteSearch(personal)

        // As somebody who holds the passphrase would open them: through the vault.
        let header = KeyTable("header")
        let table = BlobTable("dictionaries")
        let storage = try LMDBStorage.open(
            at: fixture.storePath, tables: StorageTables(blobs: [table], keys: [header]), readOnly: true)
        let snapshot = try storage.snapshot()
        let encodedSlot = try unwrapped(snapshot.value(for: Array("key slot".utf8), in: header))
        let slot = try KeySlot(encoded: encodedSlot.span)
        let masterKey = try slot.masterKey(unlockedWith: StoreFixture.unlock())
        let sealedSecrets = try unwrapped(snapshot.value(for: Array("secrets".utf8), in: header))
        let secrets = try StoreSecrets(
            opening: sealedSecrets.span, masterKey: masterKey, storeID: slot.storeID)
        let sealer = try DictionarySealer(storeKey: secrets.storeKey, storeID: slot.storeID)
        var sealed: [(id: UInt64, bytes: [UInt8])] = []
        try snapshot.forEachBlob(in: table, from: 0) { id, bytes in
            sealed.append((id, [UInt8](copying: bytes)))
            return true
        }
        #expect(sealed.count >= 2)
        for (id, bytes) in sealed {
            let dictionary = try sealer.open(bytes.span, id: try unwrapped(UInt32(exactly: id)))
            #expect(dictionary.bytes.count > 256)
            #expect(search.found(in: dictionary.bytes) == [], "dictionary \(id)")
            let text = String(decoding: dictionary.bytes, as: UTF8.self)
            // Vocabulary that patients share is what it is for.
            #expect(text.contains("\"resourceType\":\""), "dictionary \(id)")
            #expect(text.firstMatch(of: /(19|20)\d\d-[01]\d/) == nil, "dictionary \(id) holds a date")
        }
    }

    @Test func `descriptions, dumps and errors tell no secret`() throws {
        let fixture = try StoreFixture(patients: 2)
        let folder = fixture.directory.appendingPathComponent("bundles-1")
        let personal = try Self.vocabulary(folder, 2).personal
        let search = ByteSearch(personal.filter { $0.utf8.count >= 6 } + [StoreFixture.passphrase, "staple"])
        var texts: [String] = []
        func take(_ value: Any) {
            texts += ["\(value)", String(reflecting: value)]
            var dumped = ""
            dump(value, to: &dumped)
            texts.append(dumped)
        }
        let unlock = try StoreFixture.unlock()
        take(unlock)
        take(try unwrapped(fixture.store))
        take(try fixture.store.snapshot())
        take(try fixture.store.statistics())
        take(try fixture.store.checkpoint())
        take(fixture.store.verifierKey)
        let path = fixture.storePath
        fixture.close()
        take(try Store.check(at: path, unlock: unlock))
        // Damages, and what they are called.
        let sound = try Data(contentsOf: URL(fileURLWithPath: fixture.dataFile))
        var random = SeededGenerator(seed: 8)
        for round in 0..<12 {
            var damaged = sound
            for _ in 0..<(round % 2 == 0 ? 1 : 20) { damaged[random.below(damaged.count)] ^= random.mask() }
            try damaged.write(to: URL(fileURLWithPath: fixture.dataFile))
            do throws(StoreError) {
                let report = try Store.check(at: path, unlock: unlock)
                take(report)
                // Only the check may be handed pages that are damaged.
                guard !report.damages.contains(where: { $0.part.hasPrefix("page") }) else { continue }
                let error = storeError { () throws(StoreError) in try Store.open(at: path, unlock: unlock) }
                if let error { take(error) }
            } catch {
                take(error)
            }
        }
        try sound.write(to: URL(fileURLWithPath: fixture.dataFile))
        let wrong = try StoreFixture.unlock("another secret passphrase")
        if let error = storeError({ () throws(StoreError) in try Store.open(at: path, unlock: wrong) }) {
            take(error)
            #expect(!texts.contains { $0.contains("another secret") })
        }
        #expect(texts.count >= 42)
        let found = texts.reduce(into: Set<String>()) { $0.formUnion(search.found(in: Array($1.utf8))) }
        #expect(found == [])
    }
}
