/// A terminal as tests need one: a grid of characters that obeys the few controls that the editor uses. Anything else is
/// a mistake of the editor's, and noted.
struct VirtualTerminal {
    let width: Int
    let height: Int
    private(set) var rows: [[Character]]
    private(set) var row = 0
    private(set) var column = 0
    /// Whether the last column has been filled, and the cursor waits behind it, as terminals have it.
    private var isPastEnd = false
    private(set) var unknown: [String] = []
    /// What scrolled off the top.
    private(set) var scrolled: [String] = []

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        rows = Array(repeating: Array(repeating: " ", count: width), count: height)
    }

    /// The rows without spaces at their ends, and without empty rows at the end.
    var lines: [String] {
        var lines = rows.map { row in
            var text = row.filter { $0 != "\u{0}" }
            while text.last == " " { text.removeLast() }
            return String(text)
        }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    mutating func show(_ output: String) {
        var rest = Array(output.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\u{1b}": escape(&rest)
            case "\r":
                column = 0
                isPastEnd = false
            case "\n": lineFeed()
            default: put(scalar)
            }
        }
    }

    private mutating func lineFeed() {
        isPastEnd = false
        guard row == height - 1 else {
            row += 1
            return
        }
        scrolled.append(String(rows.removeFirst()))
        rows.append(Array(repeating: " ", count: width))
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        let joins = [.nonspacingMark, .format].contains(scalar.properties.generalCategory)
        if joins || last?.unicodeScalars.last == "\u{200d}" {
            // An accent, or a further part of an emoji, joins what stands before it.
            guard let place = lastPlace else { return }
            rows[place.row][place.column] = Character(String(rows[place.row][place.column]) + String(scalar))
            return
        }
        // Wide characters of the tests are those of East Asia and emoji.
        let isWide = scalar.value >= 0x1100 && !(0x2000..<0x2e80).contains(scalar.value)
        if isPastEnd || isWide && column == width - 1 {
            column = 0
            lineFeed()
        }
        rows[row][column] = Character(scalar)
        lastPlace = (row, column)
        if isWide { rows[row][column + 1] = "\u{0}" }
        column += isWide ? 2 : 1
        if column >= width {
            column = width - 1
            isPastEnd = true
        }
    }

    /// Where the last character was put.
    private var lastPlace: (row: Int, column: Int)?
    private var last: Character? { lastPlace.map { rows[$0.row][$0.column] } }

    private mutating func escape(_ rest: inout ArraySlice<Unicode.Scalar>) {
        guard rest.popFirst() == "[" else {
            unknown.append("ESC")
            return
        }
        var parameters = ""
        while let character = rest.popFirst() {
            guard character.properties.isAlphabetic else {
                parameters.unicodeScalars.append(character)
                continue
            }
            let count = max(1, Int(parameters) ?? 1)
            switch (character, parameters) {
            case ("A", _): row = max(0, row - count)
            case ("B", _): row = min(height - 1, row + count)
            case ("C", _): column = min(width - 1, column + count)
            case ("m", _): return
            case ("h", "?25"), ("l", "?25"): return
            case ("J", ""):
                for place in column..<width { rows[row][place] = " " }
                for below in row + 1..<max(row + 1, height) { rows[below] = Array(repeating: " ", count: width) }
            default: unknown.append(parameters + String(Character(character)))
            }
            isPastEnd = false
            return
        }
    }
}
