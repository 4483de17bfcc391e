import Foundation

/// What a person or a machine has to open a store with.
public enum UnlockSecret: Sendable {
    case passphrase(Passphrase)
    case keyFile(KeyFile)

    /// Which of them.
    public enum Kind: UInt8, Equatable, Sendable, CustomStringConvertible {
        case passphrase = 1
        case keyFile = 2

        /// The kind in words.
        public var description: String {
            switch self {
            case .passphrase: "passphrase"
            case .keyFile: "key file"
            }
        }
    }

    /// Which of them this is.
    public var kind: Kind {
        switch self {
        case .passphrase: .passphrase
        case .keyFile: .keyFile
        }
    }
}

/// A passphrase in guarded memory, wiped when its last copy is gone.
public struct Passphrase: Sendable {
    let bytes: SecretBytes

    /// A passphrase of bytes, taken as they are. The caller wipes its own copy.
    ///
    /// - Throws: `VaultError.emptyPassphrase` if there are none.
    public init(utf8 text: Span<UInt8>) throws(VaultError) {
        guard !text.isEmpty else { throw .emptyPassphrase }
        bytes = try unsafe SecretBytes(count: text.count) { (destination) throws(VaultError) in
            // The allocation has the text's length.
            for index in text.indices { unsafe destination[index] = text[index] }
        }
    }

    /// A passphrase as text, in Unicode normalization form C.
    ///
    /// An é is one code point on some keyboards and two on others; normalized, both open the same
    /// store. A `String` cannot be wiped: where that matters, read bytes and use `init(utf8:)`.
    ///
    /// - Throws: `VaultError.emptyPassphrase` if there is no text.
    public init(_ text: String) throws(VaultError) {
        let normalized = Array(text.precomposedStringWithCanonicalMapping.utf8)
        try self.init(utf8: normalized.span)
    }
}

extension Passphrase: Redacted {}
extension UnlockSecret: Redacted {}
