import Testing

@testable import AvowVault

/// Answers that others published, or that an independent implementation gave.
@Suite struct `Known answers` {
    @Test func `XChaCha20-Poly1305 gives the answer of draft-irtf-cfrg-xchacha, A.3.1`() throws {
        let plaintext = Array(
            """
            Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, \
            sunscreen would be it.
            """.utf8)
        let associatedData = [UInt8](hex: "50515253c0c1c2c3c4c5c6c7")
        let nonce = Array(0x40...0x57 as ClosedRange<UInt8>)
        let key = try SecretKey.known(Array(0x80...0x9F))
        let expected = [UInt8](
            hex: """
                bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
                731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
                2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
                21f9664c97637da9768812f615c68b13b52e
                c0875924c1c7987947deafd8780acf49
                """)
        var sealed = [UInt8](repeating: 0, count: plaintext.count + AEAD.overhead)
        unsafe sealed.withUnsafeMutableBufferPointer { sealed in
            unsafe plaintext.withUnsafeBufferPointer { plaintext in
                unsafe associatedData.withUnsafeBufferPointer { associatedData in
                    unsafe AEAD.seal(
                        plaintext, into: sealed, key: key, associatedData: associatedData, nonce: nonce)
                }
            }
        }
        #expect(sealed == nonce + expected)
        #expect(try AEAD.open(sealed, key: key, associatedData: associatedData) == plaintext)
    }

    @Test func `SipHash-2-4 gives the answer of its authors' paper, appendix A`() throws {
        let key = try BoundaryKey(copying: Array(0..<16 as Range<UInt8>))
        let message = Array(0..<15 as Range<UInt8>)
        #expect(BoundaryHash(key)(message) == 0xa129_ca61_49be_45e5)
    }

    @Test func `SipHash-2-4 gives the reference implementation's answer for no bytes`() throws {
        let key = try BoundaryKey(copying: Array(0..<16 as Range<UInt8>))
        #expect(BoundaryHash(key)([UInt8]()) == 0x726f_db47_dd0e_0e31)
    }

    // Answers of Python's hashlib.blake2b(digest_size=32, key=bytes(range(32))).
    @Test func `keys are derived with keyed BLAKE2b-256`() throws {
        let key = try SecretKey.known(Array(0..<32))
        #expect(
            try key.derive(context: "avow nodes 1").exposed
                == [UInt8](hex: "39218e69d03af0e320ec6433ca07ffb06b5e995186e74c73c2e5b5cdd88cbff8"))
    }

    @Test func `salt seeds are keyed BLAKE2b-256 of a label and the nonce`() throws {
        let key = try SecretKey.known(Array(0..<32))
        let nonce = Array(0x40..<0x58 as Range<UInt8>)
        let seed = unsafe nonce.withUnsafeBufferPointer { unsafe SaltSeed(patientKey: key, nonce: $0) }
        #expect(
            seed.bytes == [UInt8](hex: "8bcfae9e2f810b4aa1c7723ffce24b00b88e448ad7b999371fccaffda8cb2743"))
    }

    // Answer of OpenSSL's Argon2id for 2 passes over 64 KiB in one lane.
    @Test func `unlock keys are Argon2id of the passphrase`() throws {
        let derivation = KeyDerivation(
            salt: Array(0..<16), cost: KeyDerivation.Cost(operations: 2, memoryKiB: 64))
        #expect(
            try derivation.key(from: Passphrase("Grüße aus Köln")).exposed
                == [UInt8](hex: "15ac43b9e2eedc04e3580533c17e80ec509773996ef6cbde985e896f66099350"))
    }
}
