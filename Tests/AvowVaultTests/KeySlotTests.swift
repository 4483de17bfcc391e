import Foundation
import Testing

@testable import AvowVault

@Suite struct `Key slots` {
    static let cheap = KeyDerivation.Cost(operations: 1, memoryKiB: 8)
    let masterKey: SecretKey
    let storeID = StoreID.random()

    init() throws {
        masterKey = try SecretKey.random()
    }

    func slot(_ text: String) throws -> KeySlot {
        try KeySlot(
            sealing: masterKey, storeID: storeID, for: .passphrase(Passphrase(text)), cost: Self.cheap)
    }

    @Test func `a passphrase opens its slot after a trip through bytes`() throws {
        let slot = try slot("correct horse")
        let decoded = try KeySlot(encoded: slot.encoded)
        #expect(decoded == slot && decoded.storeID == storeID && decoded.cost == Self.cheap)
        #expect(slot.encoded.count == 114 && KeySlot.encodedLength == 114)
        #expect(try decoded.masterKey(unlockedWith: .passphrase(Passphrase("correct horse"))) == masterKey)
    }

    @Test func `a key file opens its slot`() throws {
        let secret = UnlockSecret.keyFile(KeyFile(key: try SecretKey.random()))
        let slot = try KeySlot(sealing: masterKey, storeID: storeID, for: secret)
        let decoded = try KeySlot(encoded: slot.encoded)
        #expect(decoded == slot && decoded.kind == .keyFile && decoded.cost == nil)
        #expect(try decoded.masterKey(unlockedWith: secret) == masterKey)
        #expect(throws: VaultError.wrongPassphraseOrKeyFile) {
            try slot.masterKey(unlockedWith: .keyFile(KeyFile(key: .random())))
        }
    }

    @Test func `a wrong passphrase is one clear error`() throws {
        let slot = try slot("correct horse")
        for wrong in ["correct hors", "Correct horse", "correct horse ", "x"] {
            #expect(throws: VaultError.wrongPassphraseOrKeyFile) {
                try slot.masterKey(unlockedWith: .passphrase(Passphrase(wrong)))
            }
        }
        #expect(throws: VaultError.wrongKindOfSecret(expected: .passphrase)) {
            try slot.masterKey(unlockedWith: .keyFile(KeyFile(key: .random())))
        }
    }

    @Test func `one passphrase typed on two keyboards opens the same slot`() throws {
        let slot = try slot("caf\u{E9}")
        #expect(try slot.masterKey(unlockedWith: .passphrase(Passphrase("cafe\u{301}"))) == masterKey)
    }

    @Test func `an empty passphrase is refused`() {
        #expect(throws: VaultError.emptyPassphrase) { try Passphrase("") }
    }

    @Test func `a changed passphrase seals the same master key`() throws {
        let old = try slot("old")
        let new = try KeySlot(
            sealing: old.masterKey(unlockedWith: .passphrase(Passphrase("old"))), storeID: storeID,
            for: .passphrase(Passphrase("new")), cost: Self.cheap)
        #expect(try new.masterKey(unlockedWith: .passphrase(Passphrase("new"))) == masterKey)
        #expect(throws: VaultError.wrongPassphraseOrKeyFile) {
            try new.masterKey(unlockedWith: .passphrase(Passphrase("old")))
        }
    }

    @Test func `no bit of a slot can be changed unseen`() throws {
        let limits = KeyDerivation.Limits(operations: 8, memoryKiB: 64)
        let file = UnlockSecret.keyFile(KeyFile(key: try SecretKey.random()))
        let passphrase = UnlockSecret.passphrase(try Passphrase("p"))
        for secret in [passphrase, file] {
            let encoded = try KeySlot(sealing: masterKey, storeID: storeID, for: secret, cost: Self.cheap)
                .encoded
            for bit in 0..<encoded.count * 8 {
                #expect(throws: VaultError.self, "bit \(bit)") {
                    let slot = try KeySlot(encoded: encoded.flipping(bit: bit), limits: limits)
                    _ = try slot.masterKey(unlockedWith: secret)
                }
            }
        }
    }

    @Test func `slots of another length are refused`() throws {
        let encoded = try slot("p").encoded
        for length in Array(0..<encoded.count) + [115, 200] {
            let bytes = Array((encoded + [UInt8](repeating: 0, count: 100))[..<length])
            #expect(throws: VaultError.wrongLength(.keySlot, expected: 114, found: length)) {
                try KeySlot(encoded: bytes)
            }
        }
    }

    @Test func `a slot that asks for too much memory or time is refused before any is spent`() throws {
        let encoded = try slot("p").encoded
        for (operations, memory) in [(17, 8), (1, 1 << 20 | 1), (0, 8), (1, 7), (.max, .max)]
            as [(UInt32, UInt32)]
        {
            var bytes = Array(encoded[..<34])
            bytes.append(bigEndian: operations)
            bytes.append(bigEndian: memory)
            bytes += encoded[42...]
            let cost = KeyDerivation.Cost(operations: operations, memoryKiB: memory)
            #expect(throws: VaultError.derivationCostOutOfBounds(cost)) { try KeySlot(encoded: bytes) }
            #expect(throws: VaultError.derivationCostOutOfBounds(cost)) {
                try KeySlot(
                    sealing: masterKey, storeID: storeID, for: .passphrase(Passphrase("p")), cost: cost)
            }
        }
    }

    @Test func `a key file's slot that names a cost is refused`() throws {
        var bytes = try slot("p").encoded
        bytes[17] = 2
        #expect(throws: VaultError.malformed(.keySlot, offset: 34, expected: "no cost for a key file")) {
            try KeySlot(encoded: bytes)
        }
        bytes[17] = 3
        #expect(throws: VaultError.malformed(.keySlot, offset: 17, expected: "kind 1 or 2")) {
            try KeySlot(encoded: bytes)
        }
    }
}

@Suite struct `Key files` {
    /// A new directory, removed when the test ends.
    final class Directory {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("avow-\(UUID().uuidString)")
        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }
        func path(_ name: String) -> String { url.appendingPathComponent(name).path }
        func write(_ text: String, mode: Int = 0o600) throws -> String {
            let path = path(UUID().uuidString)
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            return path
        }
    }

    let directory: Directory
    let good = "avow key file 1\n" + String(repeating: "0a", count: 32) + "\n"

    init() throws { directory = try Directory() }

    @Test func `a generated key file is read back, and is its owner's alone`() throws {
        let path = directory.path("key")
        let made = try KeyFile.generate(at: path)
        #expect(try KeyFile.read(at: path).key == made.key)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.wholeMatch(of: /avow key file 1\n[0-9a-f]{64}\n/) != nil)
    }

    @Test func `a key file never replaces anything`() throws {
        let path = directory.path("key")
        let first = try KeyFile.generate(at: path)
        #expect(throws: VaultError.keyFile(path: path, .exists)) { try KeyFile.generate(at: path) }
        #expect(try KeyFile.read(at: path).key == first.key)
        let link = directory.path("link")
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: directory.path("nowhere"))
        #expect(throws: VaultError.keyFile(path: link, .exists)) { try KeyFile.generate(at: link) }
    }

    @Test func `a key file of known digits gives these bytes`() throws {
        #expect(try KeyFile.read(at: directory.write(good)).key.exposed == [UInt8](repeating: 10, count: 32))
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o610, 0o601, 0o620, 0o602])
    func `a key file that others have access to is refused`(_ mode: Int) throws {
        let path = try directory.write(good, mode: mode)
        #expect(throws: VaultError.keyFile(path: path, .tooOpen(mode: UInt16(mode)))) {
            try KeyFile.read(at: path)
        }
    }

    @Test func `anything of another shape is refused`() throws {
        let digits = String(repeating: "0a", count: 32)
        for text in [
            "", digits, "avow key file 2\n\(digits)\n", "avow key file 1\n\(digits) ",
            "avow key file 1\n\(digits)",
            "avow key file 1\n\(digits)\n\n", "avow key file 1\n\(digits.uppercased())\n",
            "avow key file 1\n\(digits.dropLast())g\n", "avow key file 1\n\(digits.dropLast()) \n",
            "avow key file 1\n\(digits.dropLast())\0\n",
        ] {
            let path = try directory.write(text)
            #expect(throws: VaultError.keyFile(path: path, .wrongShape), "\(text.debugDescription)") {
                try KeyFile.read(at: path)
            }
        }
    }

    @Test func `what is not a file is refused, and a missing one is named`() throws {
        let path = directory.url.path
        #expect(throws: VaultError.keyFile(path: path, .notARegularFile)) { try KeyFile.read(at: path) }
        let missing = directory.path("missing")
        #expect(throws: VaultError.keyFile(path: missing, .system(call: "open", errno: ENOENT))) {
            try KeyFile.read(at: missing)
        }
        let nowhere = directory.path("missing/key")
        #expect(throws: VaultError.keyFile(path: nowhere, .system(call: "open", errno: ENOENT))) {
            try KeyFile.generate(at: nowhere)
        }
    }
}
