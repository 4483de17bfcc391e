/// Why the vault refused.
///
/// No case carries a key, a passphrase or a byte of plaintext: an error may be logged and shown.
public enum VaultError: Error, Equatable, Sendable {
    /// What a refused sequence of bytes was meant to be.
    public enum Subject: String, Equatable, Sendable {
        case sealedBytes = "sealed bytes"
        case record
        case node
        case frame = "compressed frame"
        case dictionary = "compression dictionary"
        case patientKey = "patient key"
        case storeSecrets = "store secrets"
        case keySlot = "key slot"
        case key
        case storeID = "store id"
    }

    /// What is wrong with a key file.
    public enum KeyFileProblem: Equatable, Sendable {
        /// Something stands at the path already, and a key file never replaces anything.
        case exists
        /// The system call named failed with this `errno`.
        case system(call: String, errno: Int32)
        /// The path names a directory, a pipe or a device.
        case notARegularFile
        /// Group or others may do something with the file; `mode` holds its permission bits.
        case tooOpen(mode: UInt16)
        /// The content is not a header line and 64 lower-case hexadecimal digits.
        case wrongShape
    }

    /// libsodium could not be initialised, so nothing can be sealed or opened.
    case cryptographyUnavailable
    /// The system refused this many bytes of guarded memory.
    case outOfMemory(bytes: Int)
    /// The bytes are fewer or more than their kind needs.
    case wrongLength(Subject, expected: Int, found: Int)
    /// The bytes break their encoding at `offset`.
    case malformed(Subject, offset: Int, expected: String)
    /// The first byte names a format that this version does not know.
    case unsupportedFormat(Subject, found: UInt8)
    /// The bytes were changed, cut, moved from another place, or sealed under another key.
    case notAuthentic(Subject)
    /// The passphrase or key file does not open this key slot, or the slot was changed.
    case wrongPassphraseOrKeyFile
    /// A passphrase was given where a key file is needed, or the other way round.
    case wrongKindOfSecret(expected: UnlockSecret.Kind)
    /// A passphrase of no bytes protects nothing.
    case emptyPassphrase
    /// Argon2id parameters outside what this process is willing to spend or libsodium can do.
    case derivationCostOutOfBounds(KeyDerivation.Cost)
    /// The record was compressed with a dictionary that is not among those given.
    case unknownDictionary(id: UInt32)
    /// The plaintext is larger than the limit, in bytes.
    case tooLarge(Subject, length: UInt64, limit: Int)
    /// zstd refused; `reason` is its own name for the error.
    case compression(reason: String)
    /// A dictionary could not be trained; `reason` is zstd's own name for the error.
    case training(reason: String)
    /// The key file at `path` cannot be written or used.
    case keyFile(path: String, KeyFileProblem)
}

extension VaultError: CustomStringConvertible {
    /// What was refused and why, in words.
    public var description: String {
        switch self {
        case .cryptographyUnavailable:
            "libsodium could not be initialised"
        case .outOfMemory(let bytes):
            "no guarded memory: \(bytes) bytes were refused"
        case .wrongLength(let subject, let expected, let found):
            "\(subject.rawValue): expected \(expected) bytes, found \(found)"
        case .malformed(let subject, let offset, let expected):
            "\(subject.rawValue): expected \(expected) at byte \(offset)"
        case .unsupportedFormat(let subject, let found):
            "\(subject.rawValue): format \(found) is not known to this version"
        case .notAuthentic(let subject):
            "\(subject.rawValue): changed, misplaced, or sealed under another key"
        case .wrongPassphraseOrKeyFile:
            "wrong passphrase or key file, or the key slot was changed"
        case .wrongKindOfSecret(let expected):
            "this key slot is opened by a \(expected)"
        case .emptyPassphrase:
            "the passphrase is empty"
        case .derivationCostOutOfBounds(let cost):
            "Argon2id with \(cost.operations) passes over \(cost.memoryKiB) KiB is out of bounds"
        case .unknownDictionary(let id):
            "compression dictionary \(id) is missing"
        case .tooLarge(let subject, let length, let limit):
            "\(subject.rawValue): \(length) bytes, the limit is \(limit)"
        case .compression(let reason):
            "zstd: \(reason)"
        case .training(let reason):
            "no dictionary could be trained: \(reason)"
        case .keyFile(let path, let problem):
            "key file \(path): \(problem)"
        }
    }
}

extension VaultError.KeyFileProblem: CustomStringConvertible {
    /// The problem in words.
    public var description: String {
        switch self {
        case .exists: "something is there already; a key file never replaces anything"
        case .system(let call, let number): "\(call) failed (errno \(number))"
        case .notARegularFile: "not a regular file"
        case .tooOpen(let mode):
            "others than the owner have access (mode \(String(mode, radix: 8))); make it 600"
        case .wrongShape: "not a key file of this format"
        }
    }
}
