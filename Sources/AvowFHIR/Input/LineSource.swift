/// The lines of a file, one at a time.
final class LineSource {
    struct Line {
        let bytes: [UInt8]
        /// Counted from 1.
        let number: Int
        /// Of its first byte, in the decompressed file.
        let offset: Int
        /// Whether it was longer than the limit, and its bytes are not here.
        let isTooLong: Bool
    }

    private let source: ByteSource
    private var position = 0
    private var offset = 0
    private var stopped = false
    private(set) var lineNumber = 0

    init(_ source: ByteSource) {
        self.source = source
    }

    /// Gives up the rest of the file.
    func stop() {
        stopped = true
    }

    /// The next line, or nil at the end.
    func next(limit: Int) throws(ByteSourceError) -> Line? {
        guard !stopped else { return nil }
        var searched = position
        var skipped = 0
        while true {
            if let end = newline(from: searched) {
                return line(upTo: end, next: end + 1, skipped: skipped, limit: limit)
            }
            if source.buffer.count - position > limit {
                // Remember that it was too long, and nothing more.
                skipped += source.buffer.count - position
                position = source.buffer.count
            }
            source.drop(position)
            position = 0
            searched = source.buffer.count
            if source.atEnd {
                guard searched > 0 || skipped > 0 else { return nil }
                return line(upTo: searched, next: searched, skipped: skipped, limit: limit)
            }
            try source.fill()
        }
    }

    private func line(upTo end: Int, next: Int, skipped: Int, limit: Int) -> Line {
        lineNumber += 1
        let isTooLong = skipped > 0 || end - position > limit
        let line = Line(
            bytes: isTooLong ? [] : Array(source.buffer[position..<end]), number: lineNumber, offset: offset,
            isTooLong: isTooLong)
        offset += skipped + next - position
        position = next
        return line
    }

    private func newline(from start: Int) -> Int? {
        source.buffer[start...].firstIndex(of: UInt8(ascii: "\n"))
    }
}
