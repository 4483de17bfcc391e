/// The name by which a consent and a request mean the same person, role, organization or group.
///
/// Names are compared byte by byte: texts that only look alike, or are equal after Unicode normalization, are different
/// names, so a name and its encoding determine each other.
public struct PartyName: Sendable {
    /// 1 to ``maximumLength`` bytes of UTF-8 without control characters, and without white space at either end.
    public let text: String

    /// The greatest length of a name in UTF-8 code units.
    public static let maximumLength = 512

    /// - Throws: ``ConsentError`` of kind `invalidName`.
    public init(_ text: String) throws(ConsentError) {
        guard 1...Self.maximumLength ~= text.utf8.count else {
            throw ConsentError(.invalidName, "a name has 1 to \(Self.maximumLength) bytes, not \(text.utf8.count)")
        }
        // Printable ASCII, as nearly all names are, needs no table of characters.
        if text.utf8.allSatisfy({ 0x21...0x7E ~= $0 }) {
            self.text = text
            return
        }
        let scalars = text.unicodeScalars
        guard !scalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw ConsentError(.invalidName, "a name holds no control character")
        }
        guard scalars.first?.properties.isWhitespace != true, scalars.last?.properties.isWhitespace != true else {
            throw ConsentError(.invalidName, "the name '\(text)' begins or ends with white space")
        }
        self.text = text
    }

    /// A name that is a reference: `Type/id` (R4, section 2.3.0.1) or an absolute URI such as a DID.
    ///
    /// - Throws: ``ConsentError`` of kind `invalidName`.
    public init(reference text: String) throws(ConsentError) {
        try self.init(text)
        guard Self.isRelativeReference(text) || Self.isURI(text) else {
            throw ConsentError(
                .invalidName, "'\(text)' is not a reference: write Type/id, such as Practitioner/1, or an absolute URI")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }

    private static func isRelativeReference(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let first = parts[0].first else { return false }
        return UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first && parts[0].allSatisfy(isLetter) && parts[0].count <= 64
            && 1...64 ~= parts[1].count && parts[1].allSatisfy(isIDByte)
    }

    /// RFC 3986, sections 2 and 3: a scheme, a colon and something behind it, all of printable ASCII.
    private static func isURI(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty, let first = parts[0].first, isLetter(first) else { return false }
        return parts[0].allSatisfy { isIDByte($0) || $0 == UInt8(ascii: "+") }
            && parts[1].allSatisfy { 0x21...0x7E ~= $0 }
    }
}

extension PartyName: Hashable, Comparable, CustomStringConvertible {
    /// Whether both are the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.text.utf8.elementsEqual(right.text.utf8)
    }

    /// Whether the first comes before the second.
    public static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    /// Names that are equal hash alike, and so do some that are equal only after normalization.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }

    /// The name.
    public var description: String { text }
}
