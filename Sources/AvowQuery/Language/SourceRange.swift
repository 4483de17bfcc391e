/// A stretch of a query's text, in UTF-8 code units from its beginning.
public struct SourceRange: Hashable, Sendable {
    /// The offset of the first code unit.
    public let lowerBound: Int
    /// The offset just behind the last code unit; equal to `lowerBound` for a place between two characters.
    public let upperBound: Int

    /// Makes a range; bounds in the wrong order, or negative ones, give the empty range at the greater of `lowerBound` and 0.
    public init(_ lowerBound: Int, _ upperBound: Int) {
        self.lowerBound = max(0, lowerBound)
        self.upperBound = max(self.lowerBound, upperBound)
    }

    /// The smallest range that holds this one and `other`.
    public func union(_ other: SourceRange) -> SourceRange {
        SourceRange(min(lowerBound, other.lowerBound), max(upperBound, other.upperBound))
    }
}

/// A part of a syntax tree together with where it was written.
///
/// Two parts are equal when their values are: the same query laid out differently is the same query.
public struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
    /// What was written.
    public let value: Value
    /// Where it was written.
    public let range: SourceRange

    /// A value and where it was written; the empty range at the start for one that was not.
    public init(_ value: Value, at range: SourceRange = SourceRange(0, 0)) {
        self.value = value
        self.range = range
    }

    /// Whether both are the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.value == right.value
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(value)
    }
}

/// A place in a text as a person counts it.
public struct SourcePosition: Hashable, Sendable {
    /// The line, from 1.
    public let line: Int
    /// The column in characters, from 1.
    public let column: Int

    /// Finds the line and column of an offset.
    ///
    /// - Parameters:
    ///   - offset: in UTF-8 code units; an offset outside of the text is taken as its nearest end.
    ///   - text: the text that the offset counts in.
    /// - Complexity: O(n) in the length of the text.
    public init(offset: Int, in text: String) {
        let bytes = Array(text.utf8)
        let end = min(max(0, offset), bytes.count)
        let before = bytes[..<end]
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        line = before.count(where: { $0 == UInt8(ascii: "\n") }) + 1
        column = String(decoding: bytes[lineStart..<end], as: UTF8.self).count + 1
    }
}
