import CSodium

/// The 16 random bytes that name a store, in the associated data of everything it seals.
public struct StoreID: Hashable, Sendable {
    /// Bytes in a store id.
    public static let length = 16

    let high: UInt64
    let low: UInt64

    /// - Throws: `VaultError.wrongLength` unless there are 16 bytes.
    public init(_ bytes: Span<UInt8>) throws(VaultError) {
        guard bytes.count == StoreID.length else {
            throw .wrongLength(.storeID, expected: StoreID.length, found: bytes.count)
        }
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<8 { words.0 = words.0 << 8 | UInt64(bytes[index]) }
        for index in 8..<16 { words.1 = words.1 << 8 | UInt64(bytes[index]) }
        (high, low) = words
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new id from the system's random generator.
    public static func random() -> StoreID {
        var generator = SystemRandomNumberGenerator()
        return StoreID(high: generator.next(), low: generator.next())
    }

    /// The 16 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(StoreID.length)
        bytes.append(bigEndian: high)
        bytes.append(bigEndian: low)
        return bytes
    }
}

extension StoreID: CustomStringConvertible {
    /// 32 hexadecimal digits.
    public var description: String {
        bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }
}
