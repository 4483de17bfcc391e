import CSodium

/// The few libsodium calls that do not belong to one type.
enum Sodium {
    /// Whether libsodium is initialised. Swift runs this once, whichever thread comes first.
    ///
    /// Every key lives in memory that `SecretSlab` or `SecretBytes` allocated, both of which ask
    /// here first; so whoever holds a key holds an initialised library.
    static let isReady: Bool = sodium_init() >= 0

    /// Fills `bytes` from the system's generator.
    ///
    /// Randomness is never drawn ahead and kept: a copy of a process (`fork`) would hand out the
    /// same nonces again.
    @unsafe static func fillRandom(_ start: UnsafeMutableRawPointer, count: Int) {
        // The caller vouches for `count` writable bytes.
        unsafe randombytes_buf(start, count)
    }

    /// BLAKE2b-256 under a 32-byte key (RFC 7693).
    @unsafe static func keyedHash(
        of message: UnsafeBufferPointer<UInt8>, key: UnsafePointer<UInt8>,
        into output: UnsafeMutablePointer<UInt8>
    ) {
        // 32 bytes of output and of key are within what crypto_generichash takes, so it cannot fail.
        _ = unsafe crypto_generichash(
            output, 32, message.baseAddress, UInt64(message.count), key, SecretKey.length)
    }
}
