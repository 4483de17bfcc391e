/// Why an expression is wrong, or could not be evaluated, and where.
public struct FHIRPathError: Error, Hashable, Sendable {
    /// At which stage the error was found.
    public enum Stage: String, Hashable, Sendable {
        /// The text is not an expression of the grammar.
        case syntax
        /// The expression cannot be right for any resource: an unknown element or function, a wrong type.
        case semantic
        /// The expression asks of this resource what FHIRPath refuses, such as the singleton of several items.
        case evaluation
        /// A bound on nesting, steps or the size of a collection was reached.
        case limit
        /// Whoever evaluates wants it to stop.
        case cancelled
    }

    /// At which stage the error was found.
    public let stage: Stage

    /// The place in the text, in UTF-8 bytes; empty at the end.
    public let range: Range<Int>

    /// What was expected there.
    public let expected: String

    /// What stands there.
    public let found: String

    /// The nearest known name, when a name is unknown.
    public let suggestion: String?

    /// An error at a place.
    public init(_ stage: Stage, at range: Range<Int>, expected: String, found: String, suggestion: String? = nil) {
        self.stage = stage
        self.range = range
        self.expected = expected
        self.found = found
        self.suggestion = suggestion
    }
}

extension FHIRPathError: CustomStringConvertible {
    /// What is wrong, without the place: for who shows the text beside it.
    public var message: String {
        let hint = suggestion.map { "; did you mean '\($0)'?" } ?? ""
        return "expected \(expected), found \(found)\(hint)"
    }

    /// One sentence with the place.
    public var description: String { "\(message) at \(range.lowerBound)" }

    /// The message over the line of the text that it is about, and a caret below the place.
    ///
    /// - Parameter text: The expression that the error is about.
    public func rendered(in text: String) -> String {
        let bytes = Array(text.utf8)
        let start = min(max(range.lowerBound, 0), bytes.count)
        let newline = UInt8(ascii: "\n")
        let lineStart = bytes[..<start].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let lineEnd = bytes[start...].firstIndex(of: newline) ?? bytes.count
        let line = String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self)
        let before = String(decoding: bytes[lineStart..<start], as: UTF8.self)
        let end = min(max(range.upperBound, start), lineEnd)
        let marked = String(decoding: bytes[start..<end], as: UTF8.self)
        // A tab stays one, so that the caret stands below its character however wide tabs are.
        let indent = String(before.map { $0 == "\t" ? "\t" : " " })
        return "\(message)\n  \(line)\n  \(indent)\(String(repeating: "^", count: max(1, marked.count)))"
    }
}
