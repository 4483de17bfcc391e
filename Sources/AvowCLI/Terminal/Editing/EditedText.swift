/// A text while it is edited, with a cursor between two of its characters.
///
/// A character is what a person takes for one (a grapheme cluster), so a cursor never stands inside of an emoji or
/// between a letter and its accent. Places are numbers of characters from the beginning.
struct EditedText: Equatable, Sendable {
    private(set) var characters: [Character] = []
    private(set) var cursor = 0

    /// A text with the cursor at its end.
    init(_ text: String = "") {
        characters = Array(text)
        cursor = characters.count
    }

    var text: String { String(characters) }
    var isEmpty: Bool { characters.isEmpty }
    var isAtEnd: Bool { cursor == characters.count }

    func text(_ range: Range<Int>) -> String { String(characters[range]) }

    // MARK: Changing

    /// Puts text at the cursor, which then stands behind it.
    mutating func insert(_ text: String) {
        replace(cursor..<cursor, with: text)
    }

    /// Puts text in the place of a range; the cursor then stands behind it.
    mutating func replace(_ range: Range<Int>, with new: String) {
        let before = String(characters[..<range.lowerBound]) + new
        // Made anew from the whole text, since an accent joins the letter before it.
        characters = Array(before + String(characters[range.upperBound...]))
        cursor = min(before.count, characters.count)
    }

    /// Takes a range out.
    ///
    /// - Returns: what it held.
    @discardableResult
    mutating func remove(_ range: Range<Int>) -> String {
        let removed = text(range)
        replace(range, with: "")
        return removed
    }

    /// Swaps the characters on both sides of the cursor and steps over them; at the end of a line the last two.
    mutating func transpose() {
        let place = cursor == lineEnd && cursor > lineStart ? cursor - 1 : cursor
        guard place > lineStart, place < characters.count, characters[place] != "\n" else { return }
        characters.swapAt(place - 1, place)
        cursor = place + 1
        // Swapping may put an accent behind another letter.
        let before = String(characters[..<cursor])
        characters = Array(String(characters))
        cursor = min(before.count, characters.count)
    }

    // MARK: Moving

    mutating func move(to place: Int) { cursor = min(max(0, place), characters.count) }

    /// Where the line of the cursor begins and ends.
    var lineStart: Int { characters[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0 }
    var lineEnd: Int { characters[cursor...].firstIndex(of: "\n") ?? characters.count }

    var isOnFirstLine: Bool { lineStart == 0 }
    var isOnLastLine: Bool { lineEnd == characters.count }

    /// Moves to the same column of the line above or below, or to its end when it is shorter.
    mutating func moveLine(up: Bool) {
        let column = cursor - lineStart
        if up {
            guard !isOnFirstLine else { return }
            let end = lineStart - 1
            let start = characters[..<end].lastIndex(of: "\n").map { $0 + 1 } ?? 0
            cursor = min(start + column, end)
        } else {
            guard !isOnLastLine else { return }
            let start = lineEnd + 1
            let end = characters[start...].firstIndex(of: "\n") ?? characters.count
            cursor = min(start + column, end)
        }
    }

    /// Where the word before the cursor begins, and where the one behind it ends.
    var wordStart: Int {
        var place = cursor
        while place > 0, !EditedText.isWord(characters[place - 1]) { place -= 1 }
        while place > 0, EditedText.isWord(characters[place - 1]) { place -= 1 }
        return place
    }
    var wordEnd: Int {
        var place = cursor
        while place < characters.count, !EditedText.isWord(characters[place]) { place += 1 }
        while place < characters.count, EditedText.isWord(characters[place]) { place += 1 }
        return place
    }

    /// Where the stretch without white space before the cursor begins.
    var stretchStart: Int {
        var place = cursor
        while place > 0, characters[place - 1].isWhitespace { place -= 1 }
        while place > 0, !characters[place - 1].isWhitespace { place -= 1 }
        return place
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}
