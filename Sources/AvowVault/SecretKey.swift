import CSodium

/// A 32-byte key in guarded memory, wiped when its last copy is gone.
///
/// It never changes, shows nothing of itself in descriptions, dumps or mirrors, and compares in
/// constant time. Copies share the bytes. Sendable, since the bytes are written before the key can be
/// seen by anyone and only read from then on.
public struct SecretKey: Sendable {
    /// Bytes in a key.
    public static let length = 32

    private let slot: SecretSlot

    /// - Parameter body: Fills the 32 bytes, which are zero at first.
    @unsafe init(
        in memory: SecretMemory = .shared,
        filling body: (UnsafeMutablePointer<UInt8>) throws(VaultError) -> Void
    ) throws(VaultError) {
        slot = try unsafe SecretSlot(in: memory, filling: body)
    }

    /// A key of bytes that the caller holds, and should wipe.
    ///
    /// - Parameters:
    ///   - bytes: 32 bytes.
    ///   - memory: Where the key is kept.
    /// - Throws: `VaultError.wrongLength` unless there are 32 bytes.
    public init(copying bytes: Span<UInt8>, in memory: SecretMemory = .shared) throws(VaultError) {
        guard bytes.count == SecretKey.length else {
            throw .wrongLength(.key, expected: SecretKey.length, found: bytes.count)
        }
        slot = try unsafe SecretSlot(in: memory) { (destination) throws(VaultError) in
            // Both sides have 32 bytes.
            for index in bytes.indices { unsafe destination[index] = bytes[index] }
        }
    }

    /// A new key from the system's random generator.
    public static func random(in memory: SecretMemory = .shared) throws(VaultError) -> SecretKey {
        try unsafe SecretKey(in: memory) { (destination) throws(VaultError) in
            unsafe Sodium.fillRandom(destination, count: length)
        }
    }

    /// A key for one purpose: BLAKE2b-256 of the label, keyed with this key (RFC 7693).
    ///
    /// - Parameter context: What the derived key is for. Different labels give unrelated keys.
    public func derive(context: String, in memory: SecretMemory = .shared) throws(VaultError) -> SecretKey {
        let label = Array(context.utf8)
        return try unsafe SecretKey(in: memory) { (destination) throws(VaultError) in
            // The key has 32 bytes and so has the destination.
            unsafe withPointer { key in
                unsafe label.withUnsafeBufferPointer { label in
                    unsafe Sodium.keyedHash(of: label, key: key, into: destination)
                }
            }
        }
    }

    /// Calls `body` with the 32 bytes, which it must not keep.
    ///
    /// For handing the key to another library, such as a signing seed to an Ed25519 implementation.
    public func withBytes<Value, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try unsafe slot.withBytes { (start) throws(Failure) in
            // The slot has 32 bytes and outlives the call; a span cannot leave it.
            try unsafe body(Span(_unsafeStart: start, count: SecretKey.length))
        }
    }

    @unsafe func withPointer<Value, Failure: Error>(
        _ body: (UnsafePointer<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try unsafe slot.withBytes(body)
    }
}

extension SecretKey: Equatable {
    /// Compares in a time that does not depend on the bytes.
    public static func == (left: SecretKey, right: SecretKey) -> Bool {
        // Both have 32 bytes.
        unsafe left.withPointer { left in
            unsafe right.withPointer { right in
                unsafe sodium_memcmp(left, right, length) == 0
            }
        }
    }
}

/// Types whose content must not show: descriptions say only what they are, mirrors have no children.
protocol Redacted: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {}

extension Redacted {
    /// Says what it is, and nothing of its content.
    public var description: String { "\(Self.self)(redacted)" }
    /// Says what it is, and nothing of its content.
    public var debugDescription: String { "\(Self.self)(redacted)" }
    /// Shows no children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension SecretKey: Redacted {}
extension SecretSlot: Redacted {}
extension SecretBytes: Redacted {}
extension SecretSlab: Redacted {}
