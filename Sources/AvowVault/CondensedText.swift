internal import AvowProof

/// The text of a record with its UUIDs and times taken out of it: what repeats from record to record on one side, what
/// never does on the other.
///
/// A UUID is 122 bits of chance in 36 letters, of which compression leaves 22 bytes; here it is 16. The text keeps one
/// byte in its place, below 8, which JSON without white space never holds:
///
/// | byte | stands for | in the column |
/// |---|---|---|
/// | 1 | a UUID in canonical lower-case form | its 16 bytes |
/// | 2, 32 + k | the UUID that the byte 1 stood for at its k-th place (k below 95) | – |
/// | 3 | `YYYY-MM-DDThh:mm:ss` | year (14 bits), month (4), day, hour (5 each), minute, second (6 each) |
/// | 4 | the same as the last byte 3 | – |
/// | 5 | `YYYY-MM-DD` | 0, year (14), month (4), day (5) |
/// | 6 | the UUID of the patient, which rests with the patient's key | – |
/// | 7, as the first byte | nothing; what follows is text as it was | – |
///
/// The **column** holds these values in the order of the text. Every text has a condensed form, which gives back exactly
/// its bytes.
struct CondensedText: ~Copyable {
    /// The first byte of a text that could be mistaken for a condensed one.
    private static let verbatim: UInt8 = 7
    /// Bytes below this stand for something else.
    private static let firstPlain: UInt8 = 8
    private static let firstRepeated: UInt8 = 32
    private static let mostRepeated = 95

    /// The text without what is in the column.
    private(set) var text = Scratch()
    /// UUIDs and times.
    private(set) var column = Scratch()

    /// The most bytes that text and column of a text of `count` bytes have together: an empty text is never longer, and
    /// all that is taken out is longer than what stands for it.
    static func bound(_ count: Int) -> Int { count + 1 }

    /// Writes the text, compressed, and the column into the front of a buffer that has room for them.
    ///
    /// - Returns: Where the column ends.
    @unsafe func compress(
        _ compressor: Compressor, _ dictionary: CompressionDictionary?, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) throws(VaultError) -> Int {
        let text = text.span
        let frameEnd = try unsafe compressor.compress(text, dictionary: dictionary, into: buffer)
        unsafe column.copy(into: buffer, at: frameEnd)
        return frameEnd + column.count
    }

    /// Condenses a text; what was here before is gone.
    ///
    /// - Parameter patient: The UUID that is known to whoever gives the text back, if there is one.
    mutating func condense(_ plain: Span<UInt8>, patient: UUIDBytes?) {
        text.removeAll(reserving: CondensedText.bound(plain.count))
        column.removeAll(reserving: plain.count / 2)
        // The pointers are used within the span's lifetime, at offsets below its count.
        unsafe plain.withUnsafeBufferPointer { plain in
            guard unsafe CondensedText.nextMark(plain, from: 0) == plain.count else {
                text.append(CondensedText.verbatim)
                unsafe text.append(plain.span)
                return
            }
            unsafe condense(plain, patient)
        }
    }

    /// - Parameter plain: Text without a byte below 8.
    @unsafe private mutating func condense(_ plain: UnsafeBufferPointer<UInt8>, _ patient: UUIDBytes?) {
        var identifiers: [UUIDBytes] = []
        var lastInstant: UInt64?
        /// Everything before it is condensed.
        var done = 0
        // Both forms are found by their first dash: there are few in a text.
        var position = 0
        while let dash = unsafe CondensedText.nextDash(plain, from: position) {
            position = dash + 1
            if dash - 8 >= done, let identifier = unsafe UUIDText.parse(plain, at: dash - 8) {
                unsafe text.append(plain.span.extracting(done..<dash - 8))
                done = dash + 28
                position = done
                if identifier == patient { text.append(6) } else { append(identifier, to: &identifiers) }
            } else if dash - 4 >= done, let date = unsafe DateText.parse(plain, at: dash - 4) {
                unsafe text.append(plain.span.extracting(done..<dash - 4))
                guard let time = unsafe DateText.parseTime(plain, at: dash + 6) else {
                    done = dash + 6
                    position = done
                    text.append(5)
                    column.append(date, bytes: 3)
                    continue
                }
                done = dash + 15
                position = done
                let instant = date << 17 | time
                text.append(instant == lastInstant ? 4 : 3)
                if instant != lastInstant { column.append(instant, bytes: 5) }
                lastInstant = instant
            }
        }
        unsafe text.append(plain.span.extracting(done...))
    }

    private mutating func append(_ identifier: UUIDBytes, to identifiers: inout [UUIDBytes]) {
        if let place = identifiers.firstIndex(of: identifier) {
            text.append(2)
            text.append(CondensedText.firstRepeated + UInt8(place))
            return
        }
        text.append(1)
        column.append(identifier.high, bytes: 8)
        column.append(identifier.low, bytes: 8)
        if identifiers.count < CondensedText.mostRepeated { identifiers.append(identifier) }
    }

    /// Where the next dash stands, eight bytes at a time.
    @unsafe private static func nextDash(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        let raw = UnsafeRawBufferPointer(text)
        var position = start
        while position + 8 <= text.count {
            // Eight bytes within the buffer, of which a dash becomes zero.
            let word = unsafe raw.loadUnaligned(fromByteOffset: position, as: UInt64.self) ^ 0x2D2D_2D2D_2D2D_2D2D
            let dash = firstZero(word)
            if dash < 8 { return position + dash }
            position += 8
        }
        while position < text.count {
            if unsafe text[position] == 0x2D { return position }
            position += 1
        }
        return nil
    }

    /// Which of eight bytes in memory is the first below 8; 8 when none is.
    @inline(__always) private static func firstMark(_ word: UInt64) -> Int {
        firstZero(word & 0xF8F8_F8F8_F8F8_F8F8)
    }

    /// Which of eight bytes in memory is the first that is zero; 8 when none is.
    @inline(__always) private static func firstZero(_ word: UInt64) -> Int {
        let word = UInt64(littleEndian: word)
        // The lowest byte that is zero borrows from its highest bit; what stands above it does not matter.
        let zeros = (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080
        return zeros.trailingZeroBitCount / 8
    }

    /// Where the next byte below 8 stands; the count when there is none.
    @unsafe private static func nextMark(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var position = start
        let limit = SIMD16<UInt8>(repeating: firstPlain)
        while position + 16 <= text.count {
            // Sixteen bytes within the buffer.
            let start = unsafe UnsafeRawPointer(text.baseAddress.unsafelyUnwrapped + position)
            let block = unsafe start.loadUnaligned(as: SIMD16<UInt8>.self)
            guard any(block .< limit) else {
                position += 16
                continue
            }
            let first = unsafe firstMark(start.loadUnaligned(as: UInt64.self))
            if first < 8 { return position + first }
            return unsafe position + 8 + firstMark(start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        }
        while position < text.count, unsafe text[position] >= firstPlain { position += 1 }
        return position
    }
}

/// A condensed text on its way back.
extension CondensedText {
    /// Gives a text back.
    ///
    /// - Parameters:
    ///   - text: What stands for it.
    ///   - column: The column, and whatever follows it.
    ///   - patient: As it was condensed with.
    ///   - limit: The longest text that is accepted, in bytes.
    ///   - plain: Filled with the text.
    /// - Returns: The length of the column.
    /// - Throws: `VaultError.malformed` with the offset in the text or the column; `.tooLarge`.
    static func expand(
        _ text: Span<UInt8>, _ column: Span<UInt8>, patient: UUIDBytes?, limit: Int, into plain: inout Scratch
    ) throws(VaultError) -> Int {
        plain.removeAll(reserving: text.count + 3 * column.count)
        guard text.isEmpty || text[0] != verbatim else {
            plain.append(text.extracting(1...))
            return 0
        }
        var expansion = Expansion(column)
        var position = 0
        while position < text.count {
            let mark = unsafe text.withUnsafeBufferPointer { unsafe nextMark($0, from: position) }
            plain.append(text.extracting(position..<mark))
            // Checked at each step, so that few bytes cannot come to many.
            guard plain.count <= limit else { break }
            guard mark < text.count else { break }
            position = mark + 1
            switch text[mark] {
            case 1: try expansion.appendIdentifier(to: &plain)
            case 2:
                guard position < text.count, text[position] >= firstRepeated,
                    expansion.appendIdentifier(repeating: Int(text[position] - firstRepeated), to: &plain)
                else { throw .malformed(.record, offset: position, expected: "the place of a UUID") }
                position += 1
            case 3: try expansion.appendInstant(to: &plain)
            case 4:
                guard try expansion.appendLastInstant(to: &plain) else {
                    throw .malformed(.record, offset: mark, expected: "a time before one that is repeated")
                }
            case 5: try expansion.appendDate(to: &plain)
            case 6:
                guard let patient else {
                    throw .malformed(.record, offset: mark, expected: "no UUID of a patient who has none")
                }
                UUIDText.append(patient, to: &plain)
            default: throw .malformed(.record, offset: mark, expected: "text")
            }
        }
        guard plain.count <= limit else {
            throw .tooLarge(.record, length: UInt64(plain.count), limit: limit)
        }
        return expansion.offset
    }

    /// What the column holds, from its front on.
    private struct Expansion: ~Escapable {
        private let column: Span<UInt8>
        private(set) var offset = 0
        /// The UUIDs that may be repeated.
        private var identifiers: [UUIDBytes] = []
        private var lastInstant: UInt64?

        @_lifetime(copy column)
        init(_ column: Span<UInt8>) {
            self.column = column
        }

        @_lifetime(self: copy self)
        mutating func appendIdentifier(to plain: inout Scratch) throws(VaultError) {
            let identifier = UUIDBytes(high: try number(8, "a UUID"), low: try number(8, "a UUID"))
            if identifiers.count < CondensedText.mostRepeated { identifiers.append(identifier) }
            UUIDText.append(identifier, to: &plain)
        }

        func appendIdentifier(repeating place: Int, to plain: inout Scratch) -> Bool {
            guard place < identifiers.count else { return false }
            UUIDText.append(identifiers[place], to: &plain)
            return true
        }

        @_lifetime(self: copy self)
        mutating func appendInstant(to plain: inout Scratch) throws(VaultError) {
            lastInstant = try number(5, "a time")
            _ = try appendLastInstant(to: &plain)
        }

        func appendLastInstant(to plain: inout Scratch) throws(VaultError) -> Bool {
            guard let lastInstant else { return false }
            guard DateText.append(lastInstant >> 17, time: lastInstant & 0x1FFFF, to: &plain) else {
                throw missing("a year of four digits")
            }
            return true
        }

        @_lifetime(self: copy self)
        mutating func appendDate(to plain: inout Scratch) throws(VaultError) {
            guard DateText.append(try number(3, "a date"), time: nil, to: &plain) else {
                throw missing("a year of four digits")
            }
        }

        @_lifetime(self: copy self)
        private mutating func number(_ bytes: Int, _ expected: String) throws(VaultError) -> UInt64 {
            guard column.count - offset >= bytes else { throw missing(expected) }
            var value: UInt64 = 0
            for index in offset..<offset + bytes { value = value << 8 | UInt64(column[index]) }
            offset += bytes
            return value
        }

        private func missing(_ expected: String) -> VaultError {
            .malformed(.record, offset: offset, expected: expected)
        }
    }
}
