/// Replaces identifiers by others that are the same throughout a store, and tell nothing to whoever has not its key.
public struct IdentifierBlinder: Sendable {
    private let key: SecretKey

    /// - Parameter storeKey: from which the key is derived.
    public init(storeKey: SecretKey) throws(VaultError) {
        key = try storeKey.derive(context: KeyContext.identifiers)
    }

    /// What stands for an identifier: a UUID made of the first 16 bytes of `BLAKE2b-256(key, identifier)`, its version 8
    /// (RFC 9562, section 5.8).
    public func blinded(_ identifier: String) -> String {
        var bytes = hash(Array(identifier.utf8))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.prefix(16).enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0F)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func hash(_ message: [UInt8]) -> [UInt8] {
        // The hash has the 32 bytes that are written, and the message outlives the call.
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { output, count in
            guard let start = output.baseAddress else { return }
            unsafe message.withUnsafeBufferPointer { message in
                unsafe key.withPointer { key in
                    unsafe Sodium.keyedHash(of: message, key: key, into: start)
                }
            }
            count = 32
        }
    }
}
