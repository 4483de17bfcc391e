import AvowProof
import TestSupport
import Testing

@testable import AvowVault

@Suite struct `Secrets in memory` {
    @Test func `ten thousand keys share slabs, and give them back`() throws {
        let memory = SecretMemory()
        var keys: [SecretKey] = []
        for _ in 0..<10_000 { keys.append(try SecretKey.random(in: memory)) }
        #expect(memory.secretCount == 10_000)
        #expect(memory.reservedBytes < 10_000 * 32 * 11 / 10)
        #expect(Set(keys.map(\.exposed)).count == 10_000)

        // Every second goes and the rest stands.
        let kept = keys.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
        let bytes = kept.map(\.exposed)
        keys = []
        #expect(memory.secretCount == 5_000)
        for _ in 0..<5_000 { keys.append(try SecretKey.random(in: memory)) }
        #expect(memory.reservedBytes < 10_000 * 32 * 11 / 10)
        #expect(kept.map(\.exposed) == bytes)
        keys = []
        _ = consume kept
        #expect(memory.secretCount == 0)
        #expect(memory.reservedBytes == SecretMemory.slotsPerSlab * 32)
    }

    @Test func `a key is wiped when its last copy goes`() throws {
        let memory = SecretMemory()
        // The second keeps the slab, so that it may be looked at.
        var key: SecretKey? = try SecretKey.known([UInt8](repeating: 0xA5, count: 32), in: memory)
        let neighbour = try SecretKey.known([UInt8](repeating: 0x5A, count: 32), in: memory)
        var copy = key
        // The slab that the pointer leads into lives as long as the neighbour.
        let start = unsafe key?.withPointer { unsafe $0 }
        func bytesThere() -> [UInt8] { unsafe Array(UnsafeBufferPointer(start: start, count: 32)) }

        key = nil
        #expect(bytesThere() == [UInt8](repeating: 0xA5, count: 32))
        #expect(copy != nil)
        copy = nil
        #expect(bytesThere() == [UInt8](repeating: 0, count: 32))
        #expect(neighbour.exposed == [UInt8](repeating: 0x5A, count: 32))
    }

    @Test func `a system that locks no pages is reported, and keys work all the same`() throws {
        let memory = SecretMemory(locksPages: false)
        #expect(memory.isLocked)  // Nothing is held yet.
        let key = try SecretKey.random(in: memory)
        #expect(!memory.isLocked)
        #expect(try key.derive(context: "a") == key.derive(context: "a"))
    }

    @Test func `reading past a slab ends the process`() async {
        await #expect(processExitsWith: .failure) {
            let slab = try SecretSlab(slotCount: 4, locksPages: true)
            let pastTheEnd = unsafe slab.slot(3) + 32
            unsafe withUnsafePointer(to: pastTheEnd) { unsafe print($0.pointee.pointee) }
        }
    }

    @Test func `keys are made, read and dropped by many tasks at once`() async throws {
        let memory = SecretMemory()
        let shared = try SecretKey.known([UInt8](repeating: 9, count: 32), in: memory)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var generator = SeededGenerator(seed: UInt64(task))
                    var held: [(SecretKey, UInt8)] = []
                    for round in 0..<2_000 {
                        let byte = UInt8(truncatingIfNeeded: task << 5 | round & 31)
                        held.append((try .known([UInt8](repeating: byte, count: 32), in: memory), byte))
                        if held.count > 100 {
                            let (key, byte) = held.remove(at: Int.random(in: 0..<100, using: &generator))
                            #expect(key.exposed == [UInt8](repeating: byte, count: 32))
                        }
                        if round % 100 == 0 { #expect(shared.exposed == [UInt8](repeating: 9, count: 32)) }
                    }
                    for (key, byte) in held { #expect(key.exposed == [UInt8](repeating: byte, count: 32)) }
                }
            }
            try await group.waitForAll()
        }
        #expect(memory.secretCount == 1)
    }

    @Test func `keys are equal exactly when their bytes are`() throws {
        let bytes = Array(0..<32 as Range<UInt8>)
        let key = try SecretKey.known(bytes)
        #expect(try key == SecretKey.known(bytes))
        for bit in 0..<256 {
            #expect(try key != SecretKey.known(bytes.flipping(bit: bit)))
        }
    }

    @Test(arguments: [0, 1, 31, 33, 64]) func `a key of another length is refused`(_ length: Int) throws {
        let bytes = [UInt8](repeating: 1, count: length)
        #expect(throws: VaultError.wrongLength(.key, expected: 32, found: length)) {
            try SecretKey(copying: bytes)
        }
    }

    @Test func `nothing secret shows in descriptions, dumps and mirrors`() throws {
        let bytes = [UInt8](repeating: 0x41, count: 32)
        let key = try SecretKey.known(bytes)
        let storeID = try StoreID([UInt8](repeating: 1, count: 16))
        let passphrase = try Passphrase(String(repeating: "A", count: 32))
        let file = KeyFile(key: key)
        let secrets = try StoreSecrets(
            opening: StoreSecrets.random().sealed(masterKey: key, storeID: storeID), masterKey: key,
            storeID: storeID)
        let seed = unsafe [UInt8](repeating: 7, count: 24).withUnsafeBufferPointer {
            unsafe SaltSeed(patientKey: key, nonce: $0)
        }
        let subjects: [Any] = [
            key, RecordKey(key, patient: UUIDBytes(high: 0x4141, low: 65)), passphrase, file,
            UnlockSecret.passphrase(passphrase), UnlockSecret.keyFile(file), secrets,
            try BoundaryKey(copying: Array(bytes[..<16])),
            BoundaryHash(try BoundaryKey(copying: Array(bytes[..<16]))),
            try NodeSealer(storeKey: key, storeID: storeID),
            try PatientKeySealer(masterKey: key, storeID: storeID),
            try DictionarySealer(storeKey: key, storeID: storeID), seed,
        ]
        for subject in subjects {
            var dumped = ""
            dump(subject, to: &dumped)
            for text in [String(describing: subject), String(reflecting: subject), "\(subject)", dumped] {
                #expect(text.contains("redacted"))
                #expect(!text.contains("AAAA") && !text.contains("65, 65") && !text.contains("4141"))
                #expect(!text.contains("0x"), "an address would lead to the bytes")
            }
            #expect(Mirror(reflecting: subject).children.isEmpty)
            // Inside something else, too.
            #expect(!"\([subject])".contains("65, 65"))
        }
    }
}
