/// Walks over the lines of a text.
struct NoteLines {
    static let newline = UInt8(ascii: "\n")

    private let input: [UInt8]
    private let end: Int

    /// The offset of the next line.
    private(set) var offset: Int

    /// Walks over the lines within `range` of `input`.
    init(_ input: [UInt8], in range: Range<Int>) {
        self.input = input
        offset = range.lowerBound
        end = range.upperBound
    }

    /// Whether all was read.
    var isAtEnd: Bool { offset == end }

    /// Reads a line without its newline.
    ///
    /// - Throws: `NoteError.Problem.malformedLine` with `expected` when no finished line is left.
    mutating func next(_ expected: String) throws(NoteError) -> ArraySlice<UInt8> {
        guard let newline = input[offset..<end].firstIndex(of: NoteLines.newline) else {
            throw NoteError(.malformedLine(expected: expected), at: offset)
        }
        let line = input[offset..<newline]
        offset = newline + 1
        return line
    }

    /// Checks that `bytes` are UTF-8 without control characters other than newlines.
    static func checkText(_ bytes: [UInt8]) throws(NoteError) {
        for (offset, byte) in bytes.enumerated() where byte < 0x20 && byte != newline {
            throw NoteError(.controlCharacter(byte), at: offset)
        }
        guard String(validating: bytes, as: UTF8.self) != nil else { throw NoteError(.invalidText) }
    }

    /// The number that `digits` write in decimal, without leading zeros; nil when they write none that fits.
    static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            let (tens, tooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, carries) = tens.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            guard !tooLarge, !carries else { return nil }
            value = sum
        }
        return value
    }

    /// The digest that `text` writes in Base64; nil when it writes none.
    static func digest(_ text: ArraySlice<UInt8>) -> Digest? {
        // The error would say where in the line; the line is short, and its caller says which one it is.
        guard let bytes = try? Base64.decode(text) else { return nil }
        return Digest(bytes)
    }
}
