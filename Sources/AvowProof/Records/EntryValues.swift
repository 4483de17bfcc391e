/// The values that rest in the tree itself, beside records: what an entry of the spaces `configuration`, `audience`,
/// `patient`, `locate` and `deleted` stands for. The tree holds `H(0x07, value)`.

/// Why the value of an entry cannot be read.
public struct EntryValueError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was expected.
    public let expected: String

    /// An error that says what was expected.
    public init(expected: String) {
        self.expected = expected
    }

    /// What went wrong, in a sentence.
    public var description: String { "entry value: expected \(expected)" }
}

/// A value behind 16 random bytes, so that its digest does not tell it to whoever can guess it.
public struct SaltedValue: Hashable, Sendable {
    /// The length of the salt in bytes.
    public static let saltByteCount = 16

    /// The salt and then the content, as they are hashed.
    public let bytes: [UInt8]

    /// Joins a salt of 16 random bytes and a content.
    public init(salt: [UInt8], content: [UInt8]) throws(EntryValueError) {
        guard salt.count == SaltedValue.saltByteCount else { throw EntryValueError(expected: "a salt of 16 bytes") }
        bytes = salt + content
    }

    /// Reads a value.
    public init(_ bytes: [UInt8]) throws(EntryValueError) {
        guard bytes.count >= SaltedValue.saltByteCount else { throw EntryValueError(expected: "a salt of 16 bytes") }
        self.bytes = bytes
    }

    /// The value without its salt.
    public var content: [UInt8] { Array(bytes.dropFirst(SaltedValue.saltByteCount)) }
}

extension Pseudonym {
    /// Reads the content of an entry of the space `patient`: the 8 bytes of a pseudonym.
    public init(content: [UInt8]) throws(EntryValueError) {
        guard content.count == 8 else { throw EntryValueError(expected: "a pseudonym of 8 bytes") }
        self.init(rawValue: content.reduce(0) { $0 << 8 | UInt64($1) })
    }
}

/// What an entry of the spaces `locate` and `deleted` stands for: where the resource with some type and logical id
/// stands, and which version of it that is.
///
/// 8 bytes of pseudonym, the number and the version as varints, 32 bytes of digest: the record's, or the deletion's. It
/// cannot be guessed, so the value needs no salt.
public struct LocatedRecord: Hashable, Sendable {
    /// Whose the record is.
    public let pseudonym: Pseudonym
    /// The record's number within its patient.
    public let number: UInt64
    /// How many versions of the resource there have been, this one included.
    public let version: UInt64
    /// The digest of the version: of the record, or of the deletion.
    public let digest: Digest

    /// Where a record stands.
    public init(pseudonym: Pseudonym, number: UInt64, version: UInt64, digest: Digest) {
        self.pseudonym = pseudonym
        self.number = number
        self.version = version
        self.digest = digest
    }

    /// The value as it is hashed.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        // Two varints have at most ten bytes each.
        result.reserveCapacity(8 + 2 * 10 + Digest.byteCount)
        result.append(contentsOf: pseudonym.bytes)
        result.append(varint: number)
        result.append(varint: version)
        digest.append(to: &result)
        return result
    }

    /// Reads a value.
    public init(_ bytes: [UInt8]) throws(EntryValueError) {
        var reader = ByteReader(bytes)
        do throws(ByteError) {
            pseudonym = Pseudonym(rawValue: try reader.integer())
            number = try reader.varint()
            version = try reader.varint()
            digest = try reader.digest()
            try reader.finish()
        } catch {
            throw EntryValueError(expected: "a pseudonym, a number, a version and a digest: \(error)")
        }
    }
}

extension Digest {
    /// What a deletion stands for in the tree: `H(0x18, digest of the version that it ended)`.
    ///
    /// It follows from the version before it, so it needs no value of its own. Whoever reads two versions one behind the
    /// other can tell whether the second is the deletion of the first, and nobody else can guess it.
    public static func deletion(of version: Digest) -> Digest {
        Digest(.deletion, version.bytes)
    }
}
