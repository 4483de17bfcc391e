/// How a piece of output looks.
enum Emphasis: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case magenta = "35"
    case cyan = "36"
}

/// Puts emphasis on text where the reader can see it, and leaves text alone elsewhere.
struct Style: Equatable {
    /// Whether escape sequences are written.
    let isEnabled: Bool

    /// Emphasis for a terminal that allows it.
    init(for terminal: Terminal) {
        isEnabled = terminal.allowsColor
    }

    init(isEnabled: Bool) {
        self.isEnabled = isEnabled
    }

    /// The text, emphasized when that is allowed. The text itself is not changed; what came from data
    /// must have gone through ``DisplayText/sanitized(_:)``.
    func callAsFunction(_ text: String, _ emphasis: Emphasis) -> String {
        isEnabled && !text.isEmpty ? "\u{1b}[\(emphasis.rawValue)m\(text)\u{1b}[0m" : text
    }
}
