/// The seed of the salts that blind a record's members; whoever holds it and the record can prove
/// what the record says.
public struct SaltSeed: Equatable, Sendable {
    /// Bytes in a seed.
    public static let length = 32

    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    /// `BLAKE2b-256(key: patientKey, message: "avow salt" ‖ nonce)`.
    init(patientKey: SecretKey, nonce: UnsafeBufferPointer<UInt8>) {
        // "avow salt" and a nonce make 33 bytes; the seed has the 32 that are written.
        unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 9 + AEAD.nonceLength) { message in
            _ = unsafe message.initialize(fromContentsOf: "avow salt".utf8)
            _ = unsafe message[9...].initialize(fromContentsOf: nonce)
            unsafe withUnsafeMutablePointer(to: &words) { words in
                unsafe words.withMemoryRebound(to: UInt8.self, capacity: SaltSeed.length) { seed in
                    unsafe patientKey.withPointer { key in
                        unsafe Sodium.keyedHash(of: UnsafeBufferPointer(message), key: key, into: seed)
                    }
                }
            }
        }
    }

    /// Calls `body` with the 32 bytes.
    public func withBytes<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        // The copy on the stack outlives the call.
        try unsafe withUnsafeBytes(of: words) { (words) throws(Failure) in
            try unsafe body(Span(_unsafeElements: words.assumingMemoryBound(to: UInt8.self)))
        }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withBytes { [UInt8](copying: $0) } }

    /// Whether the bytes are the same.
    public static func == (left: SaltSeed, right: SaltSeed) -> Bool { left.words == right.words }
}

extension SaltSeed: Redacted {}
