import CSodium

/// XChaCha20-Poly1305 as the IETF draft defines it (draft-irtf-cfrg-xchacha), nonce in front.
///
/// A sealed blob is `nonce (24) ‖ ciphertext ‖ tag (16)`. Nonces are random: with 192 bits no two
/// meet, however many blobs a key seals.
public enum AEAD {
    /// Bytes of the nonce in front of the ciphertext.
    public static let nonceLength = 24
    /// Bytes of the tag behind the ciphertext.
    public static let tagLength = 16
    /// Bytes that sealing adds.
    public static let overhead = nonceLength + tagLength

    /// Seals `plaintext`.
    public static func seal(
        _ plaintext: Span<UInt8>, key: SecretKey, associatedData: Span<UInt8>
    ) -> [UInt8] {
        var sealed: [UInt8] = []
        seal(plaintext, key: key, associatedData: associatedData, appendingTo: &sealed)
        return sealed
    }

    /// Seals `plaintext` and appends the result to `output`, which grows by `overhead` more bytes.
    public static func seal(
        _ plaintext: Span<UInt8>, key: SecretKey, associatedData: Span<UInt8>,
        appendingTo output: inout [UInt8]
    ) {
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: plaintext.count + overhead))
        // The output has room for nonce, ciphertext and tag from `start` on; spans outlive the call.
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe plaintext.withUnsafeBufferPointer { plaintext in
                unsafe associatedData.withUnsafeBufferPointer { associatedData in
                    unsafe seal(
                        plaintext, into: UnsafeMutableBufferPointer(rebasing: output[start...]), key: key,
                        associatedData: associatedData)
                }
            }
        }
    }

    /// Opens what `seal` made.
    ///
    /// - Throws: `VaultError.notAuthentic` if the bytes were changed or cut, or if key or associated
    ///   data are others than they were sealed with.
    public static func open(
        _ sealed: Span<UInt8>, key: SecretKey, associatedData: Span<UInt8>
    ) throws(VaultError) -> [UInt8] {
        var plaintext: [UInt8] = []
        try open(sealed, key: key, associatedData: associatedData, appendingTo: &plaintext)
        return plaintext
    }

    /// Opens what `seal` made and appends the plaintext to `output`, which stays as it was on failure.
    ///
    /// - Throws: `VaultError.notAuthentic`, as `open(_:key:associatedData:)` does.
    public static func open(
        _ sealed: Span<UInt8>, key: SecretKey, associatedData: Span<UInt8>,
        appendingTo output: inout [UInt8]
    ) throws(VaultError) {
        guard sealed.count >= overhead else { throw .notAuthentic(.sealedBytes) }
        let start = output.count
        output.append(contentsOf: repeatElement(0, count: sealed.count - overhead))
        // The output has room for the plaintext from `start` on; spans outlive the call.
        let isAuthentic = unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe sealed.withUnsafeBufferPointer { sealed in
                unsafe associatedData.withUnsafeBufferPointer { associatedData in
                    unsafe open(
                        sealed, into: UnsafeMutableBufferPointer(rebasing: output[start...]), key: key,
                        associatedData: associatedData)
                }
            }
        }
        guard isAuthentic else {
            output.removeLast(output.count - start)
            throw .notAuthentic(.sealedBytes)
        }
    }
}

/// The same over buffers, for callers that place the parts themselves.
extension AEAD {
    /// Seals into `destination`, which holds `plaintext.count + overhead` bytes.
    ///
    /// The plaintext may stand in the destination already, right behind the nonce's place.
    ///
    /// - Parameter nonce: Given by tests of published vectors only; otherwise random.
    @unsafe static func seal(
        _ plaintext: UnsafeBufferPointer<UInt8>, into destination: UnsafeMutableBufferPointer<UInt8>,
        key: SecretKey, associatedData: UnsafeBufferPointer<UInt8>, nonce: [UInt8]? = nil
    ) {
        precondition(destination.count == plaintext.count + overhead)
        guard let start = destination.baseAddress else { return }
        if let nonce {
            precondition(nonce.count == nonceLength)
            for index in nonce.indices { unsafe start[index] = nonce[index] }
        } else {
            unsafe Sodium.fillRandom(start, count: nonceLength)
        }
        unsafe sealBehindNonce(plaintext, into: destination, key: key, associatedData: associatedData)
    }

    /// As `seal(_:into:key:associatedData:nonce:)`, under the nonce that the destination begins with: one of ``Nonces``.
    @unsafe static func sealBehindNonce(
        _ plaintext: UnsafeBufferPointer<UInt8>, into destination: UnsafeMutableBufferPointer<UInt8>,
        key: SecretKey, associatedData: UnsafeBufferPointer<UInt8>
    ) {
        precondition(destination.count == plaintext.count + overhead)
        guard let start = destination.baseAddress else { return }
        // The destination's length was checked, the nonce is written, the key has 32 bytes. The call
        // reports no failure for lengths that memory can hold.
        unsafe key.withPointer { key in
            _ = unsafe crypto_aead_xchacha20poly1305_ietf_encrypt(
                start + nonceLength, nil, plaintext.baseAddress, UInt64(plaintext.count),
                associatedData.baseAddress, UInt64(associatedData.count), nil, start, key)
        }
    }

    /// Opens into `destination`, which holds `sealed.count - overhead` bytes.
    ///
    /// - Returns: Whether the bytes are authentic; if not, the destination holds nothing of use.
    @unsafe static func open(
        _ sealed: UnsafeBufferPointer<UInt8>, into destination: UnsafeMutableBufferPointer<UInt8>,
        key: SecretKey, associatedData: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        guard sealed.count >= overhead, let start = sealed.baseAddress else { return false }
        precondition(destination.count == sealed.count - overhead)
        // Lengths were checked above, the key has 32 bytes.
        return unsafe key.withPointer { key in
            unsafe crypto_aead_xchacha20poly1305_ietf_decrypt(
                destination.baseAddress, nil, nil, start + nonceLength, UInt64(sealed.count - nonceLength),
                associatedData.baseAddress, UInt64(associatedData.count), start, key) == 0
        }
    }
}

/// Keys sealed under keys: the plaintext never leaves guarded memory.
extension AEAD {
    /// Bytes of a sealed key.
    static let sealedKeyLength = SecretKey.length + overhead

    static func seal(_ secret: SecretKey, key: SecretKey, associatedData: AssociatedData) -> [UInt8] {
        // The capacity asked for is the length that `seal` writes.
        unsafe [UInt8](unsafeUninitializedCapacity: sealedKeyLength) { output, count in
            unsafe secret.withPointer { secret in
                unsafe associatedData.withBytes { associatedData in
                    unsafe seal(
                        UnsafeBufferPointer(start: secret, count: SecretKey.length),
                        into: UnsafeMutableBufferPointer(rebasing: output[..<sealedKeyLength]), key: key,
                        associatedData: associatedData)
                }
            }
            count = sealedKeyLength
        }
    }

    /// - Parameter failure: What to throw when the bytes are not authentic.
    static func openKey(
        _ sealed: Span<UInt8>, key: SecretKey, associatedData: AssociatedData, memory: SecretMemory,
        failure: VaultError
    ) throws(VaultError) -> SecretKey {
        guard sealed.count == sealedKeyLength else { throw failure }
        return try unsafe SecretKey(in: memory) { (destination) throws(VaultError) in
            // The sealed length was checked, so 32 bytes are written, which is what a key's slot holds.
            let isAuthentic = unsafe sealed.withUnsafeBufferPointer { sealed in
                unsafe associatedData.withBytes { associatedData in
                    unsafe open(
                        sealed, into: UnsafeMutableBufferPointer(start: destination, count: SecretKey.length),
                        key: key, associatedData: associatedData)
                }
            }
            guard isAuthentic else { throw failure }
        }
    }
}
