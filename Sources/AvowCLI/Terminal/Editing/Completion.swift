/// Something that could stand at the cursor.
struct Candidate: Hashable, Sendable {
    /// What is put into the text.
    var text: String
    /// What is behind it, for a person: the display of a code, the type of an element.
    var detail: String
    /// What follows it when it is chosen as the only one: a space, mostly.
    var suffix: String

    init(_ text: String, detail: String = "", suffix: String = " ") {
        self.text = text
        self.detail = detail
        self.suffix = suffix
    }
}

/// What could stand at a place of a text.
struct Completion: Equatable, Sendable {
    /// How many characters before the cursor the candidates stand for.
    var replacing: Int
    /// What could stand there instead, the best first.
    var candidates: [Candidate]

    static let none = Completion(replacing: 0, candidates: [])

    /// What all candidates begin with.
    var commonPrefix: String {
        guard let first = candidates.first?.text else { return "" }
        return candidates.dropFirst().reduce(first) { prefix, candidate in
            String(zip(prefix, candidate.text).prefix { $0 == $1 }.map(\.0))
        }
    }
}
