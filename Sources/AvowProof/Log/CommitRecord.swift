/// What one commit did to the store: the content of one leaf of the log.
///
/// Its deterministic CBOR encoding is the leaf's content, an array of the members in the order below.
public struct CommitRecord: Sendable {
    /// The only format that there is.
    public static let format: UInt64 = 1

    /// The most bytes of UTF-8 in ``reason``.
    public static let maximumReasonByteCount = 1024

    /// The number of the commit, which is the index of its leaf: from zero, without gaps.
    public let sequence: UInt64

    /// When it was committed, in milliseconds since 1970-01-01 UTC, by the store's clock.
    public let time: UInt64

    /// How many entries the tree has after the commit.
    public let entryCount: UInt64

    /// The root of the tree after the commit.
    public let stateRoot: Digest

    /// Why, in the words of who committed; never personal data, for the log is not erased.
    public let reason: String

    /// The record of a commit.
    ///
    /// - Throws: ``ReasonTooLong`` when `reason` has more than ``maximumReasonByteCount`` bytes.
    public init(
        sequence: UInt64, time: UInt64, entryCount: UInt64, stateRoot: Digest, reason: String
    ) throws(ReasonTooLong) {
        let byteCount = reason.utf8.count
        guard byteCount <= CommitRecord.maximumReasonByteCount else {
            throw ReasonTooLong(byteCount: byteCount)
        }
        self.sequence = sequence
        self.time = time
        self.entryCount = entryCount
        self.stateRoot = stateRoot
        self.reason = reason
    }

    /// Reads a record that is all of `bytes`.
    public init(decoding bytes: [UInt8]) throws(CBORError) {
        var reader = CBORReader(bytes)
        try self.init(from: &reader)
        try reader.finish()
    }

    /// Reads a record that is the next item of `reader`.
    public init(from reader: inout CBORReader) throws(CBORError) {
        try reader.array(count: 6)
        let start = reader.offset
        guard try reader.unsigned() == CommitRecord.format else {
            throw CBORError(
                .invalidValue(expected: "a commit record of format \(CommitRecord.format)"), at: start)
        }
        sequence = try reader.unsigned()
        time = try reader.unsigned()
        entryCount = try reader.unsigned()
        stateRoot = try reader.digest()
        reason = try reader.text(max: CommitRecord.maximumReasonByteCount)
    }

    /// Writes the record as the next item of `writer`.
    public func write(to writer: inout CBORWriter) {
        writer.array(count: 6)
        writer.unsigned(CommitRecord.format)
        writer.unsigned(sequence)
        writer.unsigned(time)
        writer.unsigned(entryCount)
        writer.digest(stateRoot)
        writer.text(reason)
    }

    /// The record's encoding, which is the content of its leaf.
    public var encoded: [UInt8] {
        var writer = CBORWriter(capacity: 80 + reason.utf8.count)
        write(to: &writer)
        return writer.bytes
    }

    /// The hash of the record's leaf in the log.
    public var leafHash: Digest {
        LogProof.leafHash(encoded)
    }

    /// A reason for a commit has more bytes than a record holds.
    public struct ReasonTooLong: Error, Equatable, Sendable, CustomStringConvertible {
        /// How many bytes of UTF-8 it has.
        public let byteCount: Int

        /// What was wrong, for a person.
        public var description: String {
            "the reason of a commit has \(byteCount) bytes, at most \(CommitRecord.maximumReasonByteCount) are allowed"
        }
    }
}

extension CommitRecord: Equatable {
    /// Whether both have the same encoding: strings that only look alike are not equal here.
    public static func == (one: CommitRecord, other: CommitRecord) -> Bool {
        one.encoded == other.encoded
    }
}
