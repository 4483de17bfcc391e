internal import AvowFHIR

/// A number as it was written: its digits say its precision.
public struct NumberLiteral: Hashable, Sendable {
    /// The digits, with sign, point and exponent where it has them.
    public let text: String
    let decimal: FHIRDecimal

    /// Reads a number as JSON has it: `-7`, `7.50`, `1e-3`.
    ///
    /// - Throws: ``QuerySyntaxError`` about the whole of `text`.
    public init(_ text: String) throws(QuerySyntaxError) {
        guard text.utf8.count <= 64, let decimal = FHIRDecimal(text) else {
            throw QuerySyntaxError(
                .invalidValue, "'\(Characters.abbreviated(text))' is not a number of at most 38 digits",
                at: SourceRange(0, text.utf8.count))
        }
        self.text = text
        self.decimal = decimal
    }

    /// Whether both are written alike.
    public static func == (left: Self, right: Self) -> Bool { left.text == right.text }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}

extension NumberLiteral: CustomStringConvertible {
    /// The number as it was written.
    public var description: String { text }
}
