/// A part of the input that can be read by itself, while others are read.
public struct InputPiece: Sendable {
    /// The file that it stands in.
    public let file: String
    /// Bytes of the file, as it rests on the disk, that were read for the piece, or will be.
    public let byteCount: UInt64
    /// Whether nothing of the file follows.
    public let endsFile: Bool
    let content: Content

    enum Content: Sendable {
        /// The file is one JSON text, which nobody has read yet.
        case document
        case lines(LineRun)
        case reject(Reject)
        /// Nothing more.
        case end
    }
}

/// Cuts files into pieces, in order: a bundle or single resource is one, a file of lines as many as it takes.
///
/// Lines are read here; documents are left to whoever reads the piece.
public struct InputPieces: ~Copyable {
    private let limits: ReadLimits
    private var files: ArraySlice<String>
    private var lines: (runs: LineRuns, source: ByteSource, file: String, taken: UInt64)?

    /// - Parameter files: Paths of files, read in this order.
    public init(files: [String], limits: ReadLimits = ReadLimits()) {
        self.files = files[...]
        self.limits = limits
    }

    /// The next piece, or nil after the last.
    public mutating func next() -> InputPiece? {
        if let piece = nextOfLines() { return piece }
        guard let file = files.popFirst() else { return nil }
        do throws(ByteSourceError) {
            guard try openLines(file) else {
                let size = FileSize.of(file)
                return InputPiece(file: file, byteCount: size, endsFile: true, content: .document)
            }
        } catch {
            let reject = Reject(place: Reject.Place(file: file), reason: Reject.Reason(error))
            return InputPiece(file: file, byteCount: FileSize.of(file), endsFile: true, content: .reject(reject))
        }
        return next()
    }

    /// Opens a file if it is one of lines.
    private mutating func openLines(_ file: String) throws(ByteSourceError) -> Bool {
        let format = FileFormat(path: file)
        guard format != .document else { return false }
        let source = try ByteSource(path: file)
        if format == nil {
            guard try isLines(source) else { return false }
        }
        lines = (LineRuns(source, limit: limits.line), source, file, 0)
        return true
    }

    private mutating func nextOfLines() -> InputPiece? {
        guard let (runs, source, file, taken) = lines else { return nil }
        let content: InputPiece.Content
        do throws(ByteSourceError) {
            guard let run = try runs.next() else {
                lines = nil
                let size = FileSize.of(file)
                return InputPiece(
                    file: file, byteCount: size > taken ? size - taken : 0, endsFile: true, content: .end)
            }
            content = .lines(run)
        } catch {
            runs.stop()
            content = .reject(
                Reject(place: Reject.Place(file: file, line: runs.lineCount + 1), reason: Reject.Reason(error)))
        }
        lines?.taken = source.bytesRead
        return InputPiece(file: file, byteCount: source.bytesRead - taken, endsFile: false, content: content)
    }

    /// Whether a file whose name does not say so is NDJSON: its first line is JSON by itself, and more
    /// follows.
    private func isLines(_ source: ByteSource) throws(ByteSourceError) -> Bool {
        var end: Int?
        while true {
            end = source.buffer.firstIndex(of: Line.end)
            if end != nil || source.atEnd || source.buffer.count > limits.line { break }
            try source.fill()
        }
        guard let end else { return false }
        let line = Array(source.buffer[..<end])
        let limits = JSONLimits(size: limits.line, depth: limits.depth)
        guard (try? JSONParser().parse(line, limits: limits)) != nil else { return false }
        func hasMore() -> Bool {
            source.buffer[end...].contains { !JSONSpace.contains($0) }
        }
        while !hasMore(), !source.atEnd { try source.fill() }
        return hasMore()
    }
}

/// What a file holds, by its name.
enum FileFormat {
    case document, lines

    init?(path: String) {
        let name = path.hasSuffix(".zst") ? path.dropLast(4) : path[...]
        if name.hasSuffix(".json") {
            self = .document
        } else if name.hasSuffix(".ndjson") || name.hasSuffix(".jsonl") {
            self = .lines
        } else {
            return nil
        }
    }
}

extension Reject.Reason {
    init(_ error: ByteSourceError) {
        switch error {
        case .tooLarge(let limit): self = .tooLarge(limit: limit)
        case .unreadable(let why): self = .unreadable(why)
        }
    }
}
