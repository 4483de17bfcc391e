import CSodium

/// The store's own 16-byte key for SipHash, in guarded memory.
public struct BoundaryKey: Sendable {
    /// Bytes in the key.
    public static let length = 16

    /// The slot's first half; the second stays zero.
    let slot: SecretSlot

    /// A key of bytes that the caller holds, and should wipe.
    ///
    /// - Throws: `VaultError.wrongLength` unless there are 16 bytes.
    public init(copying bytes: Span<UInt8>) throws(VaultError) {
        guard bytes.count == BoundaryKey.length else {
            throw .wrongLength(.key, expected: BoundaryKey.length, found: bytes.count)
        }
        slot = try unsafe SecretSlot(in: .shared) { (destination) throws(VaultError) in
            // A slot has 32 bytes.
            for index in bytes.indices { unsafe destination[index] = bytes[index] }
        }
    }

    /// A new key from the system's random generator.
    public static func random() throws(VaultError) -> BoundaryKey {
        BoundaryKey(
            slot: try unsafe SecretSlot(in: .shared) { (destination) throws(VaultError) in
                unsafe Sodium.fillRandom(destination, count: length)
            })
    }

    init(slot: SecretSlot) {
        self.slot = slot
    }
}

extension BoundaryKey: Equatable {
    /// Compares in a time that does not depend on the bytes.
    public static func == (left: BoundaryKey, right: BoundaryKey) -> Bool {
        // Slots have 32 bytes; the second halves are zero.
        unsafe left.slot.withBytes { left in
            unsafe right.slot.withBytes { right in
                unsafe sodium_memcmp(left, right, SecretSlab.slotLength) == 0
            }
        }
    }
}

extension BoundaryKey: Redacted {}

/// SipHash-2-4 of a tree key: decides where nodes end, so that nobody without the store's key can
/// craft entries that unbalance the tree.
public struct BoundaryHash: Sendable {
    private let key: BoundaryKey

    /// The hash under a store's boundary key.
    public init(_ key: BoundaryKey) {
        self.key = key
    }

    /// The 64-bit SipHash-2-4 of `bytes`, as the number that its authors define (little-endian).
    public func callAsFunction(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0
        // Eight bytes are written, the key has the 16 that are read, the span outlives the call.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            unsafe key.slot.withBytes { key in
                unsafe withUnsafeMutablePointer(to: &hash) { hash in
                    _ = unsafe hash.withMemoryRebound(to: UInt8.self, capacity: 8) { hash in
                        unsafe crypto_shorthash(hash, bytes.baseAddress, UInt64(bytes.count), key)
                    }
                }
            }
        }
        return UInt64(littleEndian: hash)
    }
}

extension BoundaryHash: Redacted {}
