internal import AvowProof
internal import AvowStorage

/// Which versions of its tree a store keeps, so that they can be asked AS OF their commits.
///
/// A version is kept when either rule names it. The newest is always kept, and those that are not are removed now and
/// then: with every eighth commit, or with one that changes much.
///
/// ```swift
/// try store.setRetention(Retention(commits: 100, age: .seconds(30 * 86_400)))
/// ```
public struct Retention: Hashable, Sendable {
    /// The newest version alone, which is what a store begins with.
    public static let newest = Retention(commits: 1)
    /// Every version from now on.
    public static let everything = Retention(commits: .max)

    /// How many of the newest versions are kept, at least 1.
    public let commits: UInt64
    /// In milliseconds: a version is kept until it has not been the newest for so long; nil when age does not count.
    public let milliseconds: UInt64?

    /// - Parameters:
    ///   - commits: how many of the newest versions are kept; 0 is taken for 1.
    ///   - age: how long a version is kept after another one has become the newest, so that each instant of this time
    ///     can be asked for; nil when age does not count.
    public init(commits: UInt64 = 1, age: Duration? = nil) {
        self.commits = max(1, commits)
        milliseconds = age.map { age in
            let parts = age.components
            guard parts.seconds >= 0, parts.attoseconds >= 0 else { return 0 }
            return UInt64(min(parts.seconds, 1 << 50)) * 1_000 + UInt64(parts.attoseconds / 1_000_000_000_000_000)
        }
    }

    /// Whether a version is kept.
    ///
    /// - Parameters:
    ///   - sequence: the number of its commit, below that of the newest.
    ///   - newest: the number of the newest.
    ///   - succeeded: when the commit behind it was made.
    ///   - now: the time, not before the newest commit's.
    func keeps(
        _ sequence: UInt64, newest: UInt64, now: UInt64, succeeded: () throws(StoreError) -> UInt64
    ) throws(StoreError) -> Bool {
        if newest - sequence < commits { return true }
        guard let milliseconds else { return false }
        let time = try succeeded()
        return now < time || now - time < milliseconds
    }
}

extension Retention: CustomStringConvertible {
    /// What is kept, in words.
    public var description: String {
        if commits == .max { return "every version" }
        let newest = commits == 1 ? "the newest version" : "the newest \(commits) versions"
        guard let milliseconds else { return newest }
        let units = [(86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second")]
        let (length, unit) = units.first { milliseconds % UInt64($0.0) == 0 } ?? (1, "millisecond")
        let count = milliseconds / UInt64(length)
        return newest + ", and all of the last \(count) \(unit)\(count == 1 ? "" : "s")"
    }
}

// What the header has.
extension Retention {
    private static let name = "retention"

    var bytes: [UInt8] {
        var writer = CBORWriter()
        writer.array(count: 2)
        writer.unsigned(commits)
        if let milliseconds { writer.unsigned(milliseconds) } else { writer.null() }
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(StoreError) {
        do throws(CBORError) {
            var reader = CBORReader(bytes)
            try reader.array(count: 2)
            let start = reader.offset
            commits = try reader.unsigned()
            guard commits > 0 else { throw CBORError(.invalidValue(expected: "at least 1"), at: start) }
            if try reader.nextKind() == .null {
                try reader.null()
                milliseconds = nil
            } else {
                milliseconds = try reader.unsigned()
            }
            try reader.finish()
        } catch {
            throw .damaged(part: Retention.name, reason: "\(error)")
        }
    }

    /// What a store, or a ledger, keeps; the newest version where nothing is said.
    static func read(_ snapshot: any StorageSnapshot, _ sealer: StateSealer) throws(StoreError) -> Retention {
        let sealed = try mapping(StoreError.storage) { () throws(StorageError) in
            try snapshot.value(for: HeaderName.retention, in: .header)
        }
        guard let sealed else { return .newest }
        return try Retention(try sealer.open(sealed, as: name, id: 0))
    }

    func write(to transaction: any StorageTransaction, _ sealer: StateSealer) throws(StoreError) {
        let sealed = sealer.seal(bytes, as: Retention.name, id: 0)
        try mapping(StoreError.storage) { () throws(StorageError) in
            try transaction.put(sealed, for: HeaderName.retention, in: .header)
        }
    }
}
