/// The text of a query as something to remember things by: the very bytes, as strings that differ in theirs may be equal.
struct QueryBytes: Hashable, Sendable {
    /// Of longer texts nothing is remembered.
    private static let longest = 4_096

    private let bytes: [UInt8]
    /// Of the bytes, as they are hashed more often than read.
    private let hash: Int

    init(_ text: String) {
        bytes = Array(text.utf8)
        var hasher = Hasher()
        // The bytes are read during the call only; one by one they would take ten times as long.
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        hash = hasher.finalize()
    }

    var byteCount: Int { bytes.count }

    /// Whether it is worth its place in memory.
    var isShort: Bool { bytes.count <= QueryBytes.longest }

    static func == (left: QueryBytes, right: QueryBytes) -> Bool {
        left.hash == right.hash && left.bytes == right.bytes
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
