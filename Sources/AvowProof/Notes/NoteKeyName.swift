/// The name of a key that signs notes: not empty, without white space, plus signs or control characters (C2SP
/// signed-note). A URL without scheme is recommended, such as `example.org/log`.
///
/// Names are compared byte for byte: two that only look alike differ.
public struct NoteKeyName: Hashable, Sendable {
    /// The name in UTF-8.
    let utf8: [UInt8]

    /// The name `text`.
    public init(_ text: String) throws(NoteError) {
        try self.init(utf8: Array(text.utf8)[...])
    }

    init(utf8: ArraySlice<UInt8>) throws(NoteError) {
        guard !utf8.isEmpty, let text = String(validating: utf8, as: UTF8.self) else {
            throw NoteError(.invalidKeyName)
        }
        for scalar in text.unicodeScalars
        where scalar.value < 0x20 || scalar == "+" || scalar.properties.isWhitespace {
            throw NoteError(.invalidKeyName)
        }
        self.utf8 = Array(utf8)
    }
}

extension NoteKeyName: CustomStringConvertible {
    /// The name.
    public var description: String {
        String(decoding: utf8, as: UTF8.self)
    }
}
