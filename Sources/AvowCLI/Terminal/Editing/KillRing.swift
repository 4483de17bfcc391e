/// What was cut out, the last of it first: emacs's kill ring.
struct KillRing: Equatable, Sendable {
    private static let capacity = 32

    private var pieces: [String] = []

    /// Keeps what was cut out.
    ///
    /// - Parameters:
    ///   - joining: whether it belongs to the piece that was cut out just before.
    ///   - inFront: whether it stood before that piece.
    mutating func keep(_ text: String, joining: Bool, inFront: Bool) {
        guard !text.isEmpty else { return }
        if joining, let last = pieces.first {
            pieces[0] = inFront ? text + last : last + text
        } else {
            pieces.insert(text, at: 0)
            if pieces.count > KillRing.capacity { pieces.removeLast() }
        }
    }

    /// A piece; 0 is the last that was cut out, and behind the oldest it begins again.
    func piece(_ number: Int) -> String? {
        pieces.isEmpty ? nil : pieces[number % pieces.count]
    }
}
