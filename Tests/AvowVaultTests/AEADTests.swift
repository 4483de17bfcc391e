import AvowProof
import TestSupport
import Testing

@testable import AvowVault

@Suite struct `Sealed bytes` {
    @Test func `seal and open append to what is there`() throws {
        let key = try SecretKey.random()
        var output: [UInt8] = [1, 2, 3]
        AEAD.seal([4, 5], key: key, associatedData: [6], appendingTo: &output)
        #expect(output.count == 3 + 2 + AEAD.overhead && output.starts(with: [1, 2, 3]))
        var opened: [UInt8] = [9]
        try AEAD.open(Array(output[3...]), key: key, associatedData: [6], appendingTo: &opened)
        #expect(opened == [9, 4, 5])
    }

    @Test func `bytes that do not open leave the output as it was`() throws {
        let key = try SecretKey.random()
        let sealed = AEAD.seal([4, 5], key: key, associatedData: [6])
        var output: [UInt8] = [9]
        for (key, associatedData) in [(try SecretKey.random(), [6]), (key, [7]), (key, []), (key, [6, 0])]
            as [(SecretKey, [UInt8])]
        {
            #expect(throws: VaultError.notAuthentic(.sealedBytes)) {
                try AEAD.open(sealed, key: key, associatedData: associatedData, appendingTo: &output)
            }
            #expect(output == [9])
        }
    }

    @Test func `any length of plaintext comes back`() throws {
        let key = try SecretKey.random()
        var generator = SeededGenerator(seed: 11)
        for length in 0..<300 {
            let plaintext = generator.bytes(length)
            let sealed = AEAD.seal(plaintext, key: key, associatedData: [UInt8]())
            #expect(sealed.count == length + 40)
            #expect(try AEAD.open(sealed, key: key, associatedData: [UInt8]()) == plaintext)
            #expect(throws: VaultError.notAuthentic(.sealedBytes)) {
                try AEAD.open(sealed.dropLast().map { $0 }, key: key, associatedData: [UInt8]())
            }
        }
    }

    @Test func `no two seals share a nonce`() throws {
        let key = try SecretKey.random()
        let nonces = (0..<2_000).map { _ in
            Array(AEAD.seal([1], key: key, associatedData: [UInt8]())[..<24])
        }
        #expect(Set(nonces).count == 2_000)
    }

    @Test(arguments: [nil, "01234567-89ab-cdef-0123-456789abcdef"])
    func `patients' keys open only in their place`(identifier: String?) throws {
        let (masterKey, storeID) = (try SecretKey.random(), StoreID.random())
        let sealer = try PatientKeySealer(masterKey: masterKey, storeID: storeID)
        let patientKey = RecordKey(
            try SecretKey.random(), patient: identifier.flatMap { UUIDBytes(canonical: $0) })
        let sealed = sealer.seal(patientKey, pseudonym: 1, counter: 2)
        #expect(sealed.count == (identifier == nil ? 72 : 128))
        #expect(try sealer.open(sealed, pseudonym: 1, counter: 2) == patientKey)
        let refusal = VaultError.notAuthentic(.patientKey)
        #expect(throws: refusal) { try sealer.open(sealed, pseudonym: 2, counter: 2) }
        #expect(throws: refusal) { try sealer.open(sealed, pseudonym: 1, counter: 3) }
        #expect(throws: refusal) {
            try PatientKeySealer(masterKey: masterKey, storeID: .random()).open(
                sealed, pseudonym: 1, counter: 2)
        }
        #expect(throws: refusal) {
            try PatientKeySealer(masterKey: .random(), storeID: storeID).open(
                sealed, pseudonym: 1, counter: 2)
        }
        for bit in 0..<sealed.count * 8 {
            #expect(throws: refusal) { try sealer.open(sealed.flipping(bit: bit), pseudonym: 1, counter: 2) }
        }
        for length in 0..<sealed.count {
            #expect(throws: refusal) { try sealer.open(Array(sealed[..<length]), pseudonym: 1, counter: 2) }
        }
    }

    @Test func `store secrets that were changed, cut or moved are refused`() throws {
        let (masterKey, storeID) = (try SecretKey.random(), StoreID.random())
        let secrets = try StoreSecrets.random()
        let sealed = try secrets.sealed(masterKey: masterKey, storeID: storeID)
        #expect(sealed.count == StoreSecrets.sealedLength)
        for bit in 0..<sealed.count * 8 {
            let expected: VaultError =
                bit < 8
                ? .unsupportedFormat(.storeSecrets, found: 1 ^ 1 << UInt8(bit)) : .notAuthentic(.storeSecrets)
            #expect(throws: expected) {
                try StoreSecrets(opening: sealed.flipping(bit: bit), masterKey: masterKey, storeID: storeID)
            }
        }
        for length in 0..<sealed.count {
            #expect(throws: VaultError.wrongLength(.storeSecrets, expected: sealed.count, found: length)) {
                try StoreSecrets(opening: Array(sealed[..<length]), masterKey: masterKey, storeID: storeID)
            }
        }
        #expect(throws: VaultError.notAuthentic(.storeSecrets)) {
            try StoreSecrets(opening: sealed, masterKey: .random(), storeID: storeID)
        }
        #expect(throws: VaultError.notAuthentic(.storeSecrets)) {
            try StoreSecrets(opening: sealed, masterKey: masterKey, storeID: .random())
        }
    }
}
