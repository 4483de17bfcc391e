/// The text of a query as something to remember things by: the very bytes, as strings that differ in theirs may be equal.
struct QueryBytes: Hashable, Sendable {
    /// Of longer texts nothing is remembered.
    private static let longest = 4_096

    private let key: ByteKey
    /// Of the bytes, as they are hashed more often than read.
    private let hash: Int

    init(_ text: String) {
        key = ByteKey(bytes: Array(text.utf8))
        hash = key.hashValue
    }

    var byteCount: Int { key.bytes.count }

    /// Whether it is worth its place in memory.
    var isShort: Bool { key.bytes.count <= QueryBytes.longest }

    static func == (left: QueryBytes, right: QueryBytes) -> Bool {
        left.hash == right.hash && left.key == right.key
    }

    func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
