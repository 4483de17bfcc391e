import Avow
import AvowConsent
import AvowVault
import Dispatch
import Foundation
import Synchronization
import TestSupport
import Testing

/// A store's data file that is damaged and mended.
private struct Specimen: Sendable {
    let path: String
    let sound: [UInt8]

    var dataFile: String { path + "/data.mdb" }

    init(_ path: String) throws {
        self.path = path
        sound = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/data.mdb")))
    }

    /// A specimen of its own with the same content.
    func copy(_ number: Int) throws -> Specimen {
        let other = path + "-\(number)"
        try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
        try Data(sound).write(to: URL(fileURLWithPath: other + "/data.mdb"))
        return try Specimen(other)
    }

    func write(_ bytes: [UInt8], at offset: Int) throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: dataFile))
        try file.seek(toOffset: UInt64(offset))
        try file.write(contentsOf: bytes)
        try file.close()
    }

    func mend() throws {
        try Data(sound).write(to: URL(fileURLWithPath: dataFile))
    }

    /// What a check says after some bytes were changed: its damages, or the error that it throws.
    func check(_ changes: [(offset: Int, mask: UInt8)]) throws -> [String] {
        for change in changes { try write([sound[change.offset] ^ change.mask], at: change.offset) }
        defer { for change in changes { try? write([sound[change.offset]], at: change.offset) } }
        return try findings()
    }

    func findings() throws -> [String] {
        do throws(StoreError) {
            return try Store.check(at: path, unlock: StoreFixture.secret()).damages.map(\.description)
        } catch {
            return ["thrown: \(error)"]
        }
    }
}

extension StoreFixture {
    /// The secret of the fixture's stores; it cannot fail.
    fileprivate static func secret() throws(StoreError) -> UnlockSecret {
        try mapped { try unlock() }
    }

    private static func mapped(_ body: () throws -> UnlockSecret) throws(StoreError) -> UnlockSecret {
        do { return try body() } catch { throw .damaged(part: "fixture", reason: "\(error)") }
    }
}

extension PageWalker.Region {
    /// The part of the store that a check must name when a byte of the region is changed; nil where the damage may show
    /// in the pages around it.
    fileprivate var part: String? {
        guard kind == .value || kind == .overflow else { return nil }
        let id = key.count == 8 ? key.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } : 0
        switch table {
        case "nodes": return "tree node \(id)"
        case "records": return "record blob \(id)"
        case "commits": return "log"
        case "log": return "log hash \(id)"
        case "versions": return "version \(id)"
        case "dictionaries": return "dictionary \(id)"
        case "patients": return "patient key \(key.map { String(format: "%02x", $0) }.joined())"
        case "header":
            switch String(decoding: key, as: UTF8.self) {
            case "checkpoint": return "checkpoint"
            case "settings": return "settings"
            case "secrets": return "store secrets"
            // What opens the store: a damage cannot be told from a wrong passphrase.
            case "key slot": return "key slot"
            default: return "format"
            }
        default: return nil
        }
    }

    fileprivate var name: String { "\(kind.rawValue) of \(table.isEmpty ? "the file" : table)" }
}

@Suite struct `Damage on the disk` {
    /// A store of some patients in several imports, some of them changed again, so that pages were freed and there is
    /// history; closed.
    private static func makeStore(patients: Int, imports: Int) throws -> (
        fixture: StoreFixture, specimen: Specimen
    ) {
        let fixture = try StoreFixture()
        let folder = try fixture.writeSamples(patients)
        for part in 0..<imports {
            let numbers = (patients * part / imports)..<(patients * (part + 1) / imports)
            try fixture.store.importUnvalidated(
                at: numbers.map { folder.appendingPathComponent("patient-\($0).json").path })
        }
        let changed = try String(contentsOf: folder.appendingPathComponent("patient-0.json"), encoding: .utf8)
            .replacingOccurrences(of: "\"final\"", with: "\"amended\"")
        try fixture.store.importUnvalidated(at: [try fixture.write(changed, "changed.json")])
        fixture.close()
        return (fixture, try Specimen(fixture.storePath))
    }

    private static func sample(
        _ regions: [PageWalker.Region], _ count: Int, _ random: inout SeededGenerator
    ) -> [(offset: Int, mask: UInt8, region: PageWalker.Region)] {
        guard !regions.isEmpty else { return [] }
        return (0..<count).map { _ in
            let region = regions[random.below(regions.count)]
            return (region.range.lowerBound + random.below(region.range.count), random.mask(), region)
        }
    }

    /// Bytes in use, each as likely as any other.
    private static func bytes(
        _ regions: [PageWalker.Region], _ count: Int, _ random: inout SeededGenerator
    ) -> [(offset: Int, mask: UInt8, region: PageWalker.Region)] {
        let total = regions.reduce(0) { $0 + $1.range.count }
        return (0..<count).compactMap { _ in
            var rest = random.below(total)
            for region in regions {
                if rest < region.range.count {
                    return (region.range.lowerBound + rest, random.mask(), region)
                }
                rest -= region.range.count
            }
            return nil
        }
    }

    @Test func `every changed byte of a page in use is found, wherever it stands`() throws {
        let (fixture, specimen) = try Self.makeStore(patients: 3, imports: 3)
        let walker = PageWalker(specimen.sound)
        #expect(walker.freePages.count > 3)
        #expect(walker.usedPages.isDisjoint(with: walker.freePages))
        #expect((walker.usedPages.count + walker.freePages.count) * 4_096 >= specimen.sound.count)
        // AVOW_THOROUGH=10 changes ten times as many bytes, with other seeds.
        let effort = ProcessInfo.processInfo.environment["AVOW_THOROUGH"].flatMap(Int.init) ?? 1
        var random = SeededGenerator(seed: 4 + UInt64(effort))
        var flips = Self.bytes(walker.regions, 40 * effort, &random)
        // Every kind of byte of every table; values of the small tables often enough to meet each field.
        for regions in Dictionary(grouping: walker.regions, by: \.name).values.sorted(by: {
            $0[0].name < $1[0].name
        }) {
            let isStructure = regions[0].part == nil
            flips += Self.sample(regions, (isStructure ? 8 : 5) * effort, &random)
        }
        for regions in Dictionary(grouping: walker.regions.filter { $0.table == "header" }, by: \.key).values {
            flips += Self.sample(regions.filter { $0.part != nil }, 4 * effort, &random)
        }
        let work = flips
        let missed = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { worker in
            do {
                let own = try specimen.copy(worker)
                for (index, flip) in work.enumerated() where index % 2 == worker {
                    let found = try own.check([(flip.offset, flip.mask)])
                    if let problem = Self.problem(found, flip.region) {
                        missed.withLock {
                            $0.append("byte \(flip.offset) ^ \(flip.mask), \(flip.region.name): \(problem)")
                        }
                    }
                }
                try own.mend()
                let rest = try own.findings()
                if !rest.isEmpty { missed.withLock { $0.append("mended: \(rest)") } }
            } catch {
                missed.withLock { $0.append("\(error)") }
            }
        }
        #expect(missed.withLock { $0 } == [], "of \(work.count) flips")
        withExtendedLifetime(fixture) {}
    }

    /// What is wrong with the findings of a check after a byte of a region was changed.
    private static func problem(_ found: [String], _ region: PageWalker.Region) -> String? {
        guard let first = found.first else { return "nothing found" }
        guard let part = region.part else { return first.isEmpty ? "no name" : nil }
        if found.contains(where: { $0.hasPrefix(part) || $0.contains(part) }) { return nil }
        // Changing the kind of the sealed secret, or its cost, changes what is asked for.
        if part == "format", first.contains("format") { return nil }
        return "\(part) is not named in \(found.prefix(3))"
    }

    @Test func `each of many damages is named`() throws {
        let (fixture, specimen) = try Self.makeStore(patients: 30, imports: 3)
        let sound = try specimen.findings()
        #expect(sound == [])
        let walker = PageWalker(specimen.sound)
        var random = SeededGenerator(seed: 6)
        // Damages that do not hide each other, and not so many that the report no longer lists them: a dictionary or a
        // node would take hundreds of records with it.
        let values = walker.regions.filter { $0.part != nil }
        for _ in 0..<3 {
            var flips: [(offset: Int, mask: UInt8, region: PageWalker.Region)] = []
            var parts: Set<String> = []
            for (table, count) in [("records", 90), ("log", 2), ("patients", 2)] {
                for flip in Self.sample(values.filter { $0.table == table }, count, &random) {
                    if parts.insert(flip.region.part ?? "").inserted { flips.append(flip) }
                }
            }
            let found = try specimen.check(flips.map { ($0.offset, $0.mask) })
            let missed = parts.filter { part in !found.contains { $0.hasPrefix(part + ":") } }
            #expect(missed == [], "of \(flips.count) flips")
        }
        // One node at a time: below a damaged one nothing can be read.
        for flip in Self.sample(values.filter { $0.table == "nodes" }, 4, &random) {
            let problem = Self.problem(try specimen.check([(flip.offset, flip.mask)]), flip.region)
            #expect(problem == nil)
        }
        withExtendedLifetime(fixture) {}
    }

    @Test func `a record does not open in the place of another one, of the same patient or of another time`() throws {
        let fixture = try StoreFixture()
        let versions = (0..<6).map { version in
            (0..<20).map { number in
                """
                {"resourceType":"Observation","id":"o\(number)","status":"final","code":{"text":"weight"},\
                "subject":{"reference":"Patient/p"},"valueString":"\(version)\(number + 10)"}
                """
            }.joined(separator: "\n")
        }
        for (version, text) in versions.enumerated() {
            try fixture.store.importUnvalidated(at: [try fixture.write(text, "version-\(version).ndjson")])
        }
        fixture.close()
        let specimen = try Specimen(fixture.storePath)
        #expect(try specimen.findings() == [])
        let records = PageWalker(specimen.sound).regions.filter { $0.table == "records" && $0.kind == .value }
        #expect(records.count == 120)
        var exchanged = 0
        for (first, second) in zip(records, records.dropFirst(7)) where first.range.count == second.range.count {
            try specimen.write(Array(specimen.sound[first.range]), at: second.range.lowerBound)
            try specimen.write(Array(specimen.sound[second.range]), at: first.range.lowerBound)
            let found = try specimen.findings()
            for region in [first, second] {
                let part = try #require(region.part)
                #expect(found.contains { $0.hasPrefix(part + ":") }, "\(part) is not named in \(found)")
            }
            // Reading finds it, too, whenever it comes across one of the two.
            let store = try Store.open(at: specimen.path, unlock: StoreFixture.unlock(), readOnly: true)
            let isCurrent = found.contains { $0.contains("index") || $0.contains("location") }
            if isCurrent {
                #expect(throws: StoreError.self) {
                    try store.query("SELECT * FROM Resource", as: StoreFixture.clinician, for: .treatment)
                }
            }
            exchanged += 1
            try specimen.mend()
            if exchanged == 12 { break }
        }
        #expect(exchanged > 3)
        withExtendedLifetime(fixture) {}
    }

    @Test func `the check does not crash on anything that a file may hold`() throws {
        let (fixture, specimen) = try Self.makeStore(patients: 2, imports: 2)
        let walker = PageWalker(specimen.sound)
        let size = specimen.sound.count
        let problems = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 2) { worker in
            var random = SeededGenerator(seed: UInt64(worker) + 70)
            do {
                let own = try specimen.copy(worker)
                for round in 0..<60 {
                    switch round % 4 {
                    case 0:
                        // Garbage over a range.
                        let start = random.below(size)
                        try own.write(random.bytes(min(size - start, 1 << random.below(15))), at: start)
                    case 1:
                        // A page in place of another one.
                        let source = random.below(size / 4_096) * 4_096
                        try own.write(
                            Array(specimen.sound[source..<source + 4_096]),
                            at: random.below(size / 4_096) * 4_096)
                    case 2:
                        // Structure that lies: several bytes of headers and pointers at once.
                        let regions = walker.regions.filter {
                            [.meta, .pageHeader, .pointers, .nodeHeader].contains($0.kind)
                        }
                        for flip in Self.sample(regions, 3, &random) {
                            try own.write([own.sound[flip.offset] ^ flip.mask], at: flip.offset)
                        }
                    default:
                        let file = try FileHandle(forUpdating: URL(fileURLWithPath: own.dataFile))
                        try file.truncate(atOffset: UInt64(random.below(size)))
                        try file.close()
                    }
                    _ = try own.findings()
                    try own.mend()
                }
                let rest = try own.findings()
                if !rest.isEmpty { problems.withLock { $0.append("mended: \(rest)") } }
            } catch {
                problems.withLock { $0.append("\(error)") }
            }
        }
        #expect(problems.withLock { $0 } == [])
        withExtendedLifetime(fixture) {}
    }
}
