/// An expression: a text of the language and its syntax tree.
public struct FHIRPathExpression: Sendable {
    /// The expression as it was written.
    public let text: String

    /// What it says.
    public let root: FHIRPathNode

    /// Parses a text.
    ///
    /// - Throws: ``FHIRPathError`` of the stage `syntax` or `limit`, with the place in `text`.
    /// - Complexity: O(length of the text).
    public init(_ text: String) throws(FHIRPathError) {
        self.text = text
        root = try FHIRPathParser.parse(text)
    }

    /// An expression of which another tree was made than its text says.
    init(text: String, root: FHIRPathNode) {
        self.text = text
        self.root = root
    }
}

extension FHIRPathExpression: Hashable {
    /// Whether two expressions have the same tree.
    public static func == (left: Self, right: Self) -> Bool { left.root == right.root }

    /// Hashes the tree.
    public func hash(into hasher: inout Hasher) { hasher.combine(root) }
}

extension FHIRPathExpression: CustomStringConvertible {
    /// The expression in its canonical form.
    public var description: String { root.description }
}
