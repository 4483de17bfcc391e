#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Lines of a file, one behind the other.
struct LineRun: Sendable {
    /// The lines, with what ends them; nothing when the run is one line that is too long to be held.
    let bytes: [UInt8]
    /// The number of the first line, counted from 1.
    let firstLine: Int
    /// Where the first line begins in the decompressed file.
    let offset: Int
    /// Whether the run is one line that was longer than the limit.
    var isTooLong: Bool { bytes.isEmpty }
}

/// Cuts a file into runs of whole lines, so that several can be read at once.
final class LineRuns {
    /// How many bytes a run has, unless a line is longer or the file ends.
    private static let size = 1 << 20

    private let source: ByteSource
    private let limit: Int
    private var offset = 0
    private var isStopped = false
    /// Lines in the runs so far.
    private(set) var lineCount = 0

    /// - Parameter limit: The longest line that is held, in bytes.
    init(_ source: ByteSource, limit: Int) {
        self.source = source
        self.limit = limit
    }

    /// Gives up the rest of the file.
    func stop() {
        isStopped = true
    }

    /// The next run, or nil at the end.
    func next() throws(ByteSourceError) -> LineRun? {
        guard !isStopped else { return nil }
        while true {
            if source.atEnd { return source.buffer.isEmpty ? nil : run(upTo: source.buffer.count) }
            if source.buffer.count >= LineRuns.size {
                if let end = source.buffer.lastIndex(of: Line.end) { return run(upTo: end + 1) }
                if source.buffer.count > limit { return try skipLine() }
            }
            try source.fill()
        }
    }

    private func run(upTo end: Int) -> LineRun {
        let bytes = Array(source.buffer[..<end])
        let run = LineRun(bytes: bytes, firstLine: lineCount + 1, offset: offset)
        source.drop(end)
        offset += end
        lineCount += bytes.reduce(0) { count, byte in count &+ (byte == Line.end ? 1 : 0) }
        if bytes.last != Line.end { lineCount += 1 }
        return run
    }

    /// Passes over a line without holding it.
    private func skipLine() throws(ByteSourceError) -> LineRun {
        let run = LineRun(bytes: [], firstLine: lineCount + 1, offset: offset)
        lineCount += 1
        while true {
            let end = source.buffer.firstIndex(of: Line.end).map { $0 + 1 }
            offset += end ?? source.buffer.count
            source.drop(end ?? source.buffer.count)
            if end != nil || source.atEnd { return run }
            try source.fill()
        }
    }
}

enum Line {
    /// What ends a line.
    static let end = UInt8(ascii: "\n")

    /// Where the line that begins at `start` ends: its line feed, or the end of the bytes.
    static func end(in bytes: [UInt8], from start: Int) -> Int {
        guard start < bytes.count else { return bytes.count }
        // The search stays within the bytes behind `start`.
        return unsafe bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return bytes.count }
            guard let found = unsafe memchr(base + start, Int32(Line.end), bytes.count - start) else {
                return bytes.count
            }
            return unsafe UnsafeRawPointer(found) - base
        }
    }
}
