import Foundation
import TestSupport
import Testing

@testable import AvowStorage

/// The bits of a data file whose meaning the check promises to judge.
private struct JudgedBits {
    /// Offset in the file, and the bits that are judged there.
    var places: [(offset: Int, mask: UInt8)] = []

    mutating func add(_ range: Range<Int>, mask: UInt8 = 0xFF) {
        for offset in range { places.append((offset, mask)) }
    }

    /// Parses the pages that a check of the sound file found in use.
    init(_ file: [UInt8], used: PageSet, header: LMDBFileHeader) {
        let pageSize = header.pageSize
        let newest = header.metas[0].transaction > header.metas[1].transaction ? 0 : 1
        for number in 0..<2 {
            let start = number * pageSize
            add(start..<start + 46)
            add(start + 88..<start + 94)
            if number == newest {
                add(start + 46..<start + 88)
                add(start + 94..<start + 144)
            }
            add(start + 144..<start + 152)
            add(start + 2_000..<start + 2_010)
        }
        for number in 2...Int(header.newest.lastPage) where used.contains(UInt64(number)) {
            let start = number * pageSize
            let flags = file.littleEndian16(at: start + 10)
            // Later pages of an overflow run have no header; what looks like one is told apart by the number.
            guard file.littleEndian64(at: start) == UInt64(number), [1, 2, 4].contains(flags) else { continue }
            add(start..<start + 16)
            if flags == LMDBFormat.overflowPage { continue }
            let lower = Int(file.littleEndian16(at: start + 12))
            add(start + 16..<start + lower)
            for pointer in stride(from: start + 16, to: start + lower, by: 2) {
                let node = start + Int(file.littleEndian16(at: pointer))
                addNode(node, of: file, isLeaf: flags == LMDBFormat.leafPage)
            }
        }
    }

    private mutating func addNode(_ node: Int, of file: [UInt8], isLeaf: Bool) {
        let keySize = Int(file.littleEndian16(at: node + 6))
        guard isLeaf else { return add(node..<node + 8) }
        let nodeFlags = file.littleEndian16(at: node + 4)
        let size = nodeFlags == LMDBFormat.bigData ? 8 : Int(file.littleEndian32(at: node))
        // One byte more or less makes no difference where the node's length rounds up to the same even number.
        let isOdd = (keySize + size) % 2 == 1
        func mask(_ length: Int) -> UInt8 { isOdd == (length % 2 == 1) ? 0xFF : 0xFE }
        add(node..<node + 1, mask: nodeFlags == LMDBFormat.bigData ? 0xFF : mask(size))
        add(node + 1..<node + 6)
        add(node + 6..<node + 7, mask: mask(keySize))
        add(node + 7..<node + 8)
        let data = node + 8 + keySize
        if nodeFlags == LMDBFormat.bigData { add(data..<data + 8) }
        if nodeFlags == LMDBFormat.subTable { add(data..<data + 48) }
    }
}

/// A data file in memory and on disk, to be damaged and mended.
private final class Specimen {
    let directory: TestDirectory
    let sound: [UInt8]
    private let file: FileDescriptor

    init(seed: UInt64, blobs: Int, commits: Int = 5) throws {
        directory = try TestDirectory()
        try makeVariedStore(at: directory.store, seed: seed, blobs: blobs, commits: commits)
        sound = [UInt8](try Data(contentsOf: URL(filePath: directory.dataFile)))
        file = try FileDescriptor(opening: directory.dataFile, .readWrite, for: .check)
    }

    func write(_ bytes: [UInt8], at offset: Int) throws {
        try file.write(bytes, at: UInt64(offset), for: .check)
    }

    func mend(_ range: Range<Int>) throws {
        try write(Array(sound[range]), at: range.lowerBound)
    }

    func check() throws -> FileCheckReport {
        try LMDBFileCheck.check(file, filling: [Tables.nodes])
    }

    func checker() throws -> LMDBFileChecker {
        let header = try LMDBFileHeader(reading: file, for: .check)
        var checker = LMDBFileChecker(file: file, header: header, filling: ["nodes"])
        try checker.run()
        return checker
    }
}

@Suite struct FileDamageTests {
    @Test func `every flipped bit of headers, pointers, node headers and table records is reported`() throws {
        let specimen = try Specimen(seed: 11, blobs: 150)
        let checker = try specimen.checker()
        try #require(checker.report.damages == [])
        let judged = JudgedBits(specimen.sound, used: checker.used, header: checker.header)
        try #require(judged.places.count > 3_000)
        var random = SeededGenerator(seed: 12)
        for (offset, mask) in judged.places {
            let isMeta = offset < 2 * checker.pageSize
            // All bits of the meta pages, and one of each other byte.
            let bits = isMeta ? Array(0..<8) : [Int(random.next() % 8)]
            for bit in bits where mask & (1 << bit) != 0 {
                try specimen.write([specimen.sound[offset] ^ (1 << bit)], at: offset)
                let damages = try specimen.check().damages
                #expect(
                    !damages.isEmpty,
                    "bit \(bit) of page \(offset / checker.pageSize), byte \(offset % checker.pageSize)")
            }
            try specimen.mend(offset..<offset + 1)
        }
        #expect(try specimen.check().damages == [])
    }

    @Test func `a key that is out of order, or beyond its page's bounds, is reported`() throws {
        let directory = try TestDirectory()
        do {
            let storage = try LMDBStorage.create(at: directory.store, tables: Tables.all, options: .roomy)
            try storage.write { transaction throws(StorageError) in
                for id in 1_000..<1_600 as Range<UInt64> {
                    try transaction.append([UInt8](repeating: 0xAA, count: 40), id: id, in: Tables.nodes)
                }
            }
        }
        let sound = [UInt8](try Data(contentsOf: URL(filePath: directory.dataFile)))
        let file = try FileDescriptor(opening: directory.dataFile, .readWrite, for: .check)
        let header = try LMDBFileHeader(reading: file, for: .check)
        var keys = 0
        for page in 2...Int(header.newest.lastPage) {
            let start = page * header.pageSize
            let flags = sound.littleEndian16(at: start + 10)
            for pointer in stride(from: start + 16, to: start + Int(sound.littleEndian16(at: start + 12)), by: 2) {
                let node = start + Int(sound.littleEndian16(at: pointer))
                guard sound.littleEndian16(at: node + 6) == 8 else { continue }
                let id = sound.littleEndian64(at: node + 8)
                // The ids are dense, so every change of one breaks the order, but at the two ends.
                guard (1_001..<1_599).contains(id), flags == 1 || flags == 2 else { continue }
                keys += 1
                for byte in 0..<8 {
                    try file.write(
                        [sound[node + 8 + byte] ^ (1 << UInt8(id % 8))], at: UInt64(node + 8 + byte), for: .check)
                    #expect(try !LMDBFileCheck.check(file).isHealthy, "byte \(byte) of key \(id) in page \(page)")
                    try file.write([sound[node + 8 + byte]], at: UInt64(node + 8 + byte), for: .check)
                }
            }
        }
        #expect(keys > 600)
    }

    @Test func `a damage says where it is and what was expected`() throws {
        let specimen = try Specimen(seed: 21, blobs: 300)
        let checker = try specimen.checker()
        // The root of the table of tables: a leaf, as there are three tables.
        let root = checker.header.newest.main.root
        let offset = Int(root) * checker.pageSize + 10
        try specimen.write([1], at: offset)
        let first = try #require(specimen.check().damages.first)
        #expect(
            first
                == FileDamage(
                    page: root, offset: UInt64(offset), table: "(main)", expected: "page flags 2", found: "1"))
        #expect(
            first.description
                == "page \(root) of table '(main)', offset \(offset): expected page flags 2, found 1")
    }

    @Test(arguments: [31, 32, 33] as [UInt64])
    func `whatever garbage a file holds, the check ends, and what it passes can be read`(seed: UInt64) throws {
        let specimen = try Specimen(seed: seed, blobs: 200)
        var random = SeededGenerator(seed: seed)
        var healthy = 0
        for round in 0..<150 {
            var touched: [Range<Int>] = []
            for _ in 0...Int(random.next() % 3) {
                let count = Int([1, 2, 8, 100, 4_096].randomElement(using: &random) ?? 1)
                let offset = Int(random.next() % UInt64(specimen.sound.count - count))
                try specimen.write(random.bytes(count), at: offset)
                touched.append(offset..<offset + count)
            }
            if try specimen.check().isHealthy {
                healthy += 1
                try readEverything(at: specimen.directory.store, seed: seed, round: round)
            }
            for range in touched { try specimen.mend(range) }
        }
        // Random bytes fall into values and free pages often enough.
        #expect(healthy > 5, "seed \(seed)")
    }

    /// Reads all entries through LMDB.
    private func readEverything(at path: String, seed: UInt64, round: Int) throws {
        let storage = try LMDBStorage.open(
            at: path, tables: Tables.all, readOnly: true, options: LMDBStorage.Options())
        let snapshot = try storage.snapshot()
        for table in [Tables.nodes, Tables.records] {
            var sum = 0
            var count: UInt64 = 0
            try snapshot.forEachBlob(in: table, from: 0) { id, bytes in
                for index in bytes.indices { sum &+= Int(bytes[index]) }
                count += 1
                return true
            }
            #expect(try snapshot.statistics(of: table).entries == count, "seed \(seed), round \(round)")
        }
        try snapshot.forEachValue(in: Tables.keys, from: []) { _, _ in true }
    }

    @Test func `a file cut at any page is reported`() throws {
        let specimen = try Specimen(seed: 41, blobs: 300)
        let checker = try specimen.checker()
        let pageSize = checker.pageSize
        let lastUsed = try #require((2...checker.header.newest.lastPage).last { checker.used.contains($0) })
        var size = (Int(lastUsed) + 1) * pageSize - 1
        while size > 0 {
            try FileHandle(forWritingTo: URL(filePath: specimen.directory.dataFile)).truncate(atOffset: UInt64(size))
            #expect(try !specimen.check().isHealthy, "\(size) bytes of \(specimen.sound.count)")
            // Opening tells a file that lacks pages in use, by its size alone.
            let error = storageError { () throws(StorageError) in
                try LMDBStorage.open(at: specimen.directory.store, tables: Tables.all)
            }
            #expect(error?.code == .truncated, "\(size) bytes of \(specimen.sound.count)")
            size -= pageSize / 2 - 1
        }
    }
}
