/// Bytes to look something up by.
///
/// A dictionary hashes an array of bytes one by one, which takes ten times as long as all of them at once.
struct ByteKey: Hashable, Sendable {
    var bytes: [UInt8] = []

    func hash(into hasher: inout Hasher) {
        // The bytes are read during the call only.
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}
