/// Takes the resources out of pieces of the input, one piece after the other.
///
/// A reader belongs to one thread at a time and is worth keeping: it holds the parser and its buffers.
///
/// Memory is bounded by one document, or one run of lines. Of a document that is not JSON to its end nothing is
/// delivered but one reject; lines are judged one by one.
public final class PieceReader {
    private let limits: ReadLimits
    private var validation = ValidationStrength.structure
    private var parser: JSONParser?
    /// The bytes of documents, kept for the next one.
    private var buffer: [UInt8] = []
    private var current: Current?
    private var excerpts = ReusedDocument()

    /// The resource that ``next()`` returned last, its JSON parsed, until the next call; nil when the JSON would have to
    /// be parsed for it.
    public private(set) var parsed: JSONValue?

    /// Buffers for documents above this are given back.
    private static let largestKeptBuffer = 16 << 20

    /// A piece in the middle of being read.
    private enum Current {
        case batch(ResourceBatch, SourceOffsets, file: String)
        case lines(LineRun, position: Int, line: Int, file: String)
        case reject(Reject)
    }

    /// A reader that holds nothing yet.
    public init(limits: ReadLimits = ReadLimits()) {
        self.limits = limits
    }

    /// Begins to read a piece, and forgets what is left of the one before.
    ///
    /// - Parameter validation: How closely its resources are looked at; one that is not valid becomes a reject.
    public func open(_ piece: InputPiece, validation: ValidationStrength = .structure) {
        close()
        self.validation = validation
        switch piece.content {
        case .document: current = open(document: piece.file)
        case .lines(let run): current = .lines(run, position: 0, line: run.firstLine, file: piece.file)
        case .reject(let reject): current = .reject(reject)
        case .end: return
        }
    }

    /// The next resource or reject of the piece, or nil after the last.
    public func next() -> ImportItem? {
        parsed = nil
        switch current {
        case .batch(let batch, let offsets, let file):
            return next(of: batch, offsets, file)
        case .lines(let run, let position, let line, let file):
            return next(of: run, position, line, file)
        case .reject(let reject):
            current = nil
            return .reject(reject)
        case nil: return nil
        }
    }

    private func close() {
        parsed = nil
        let last = current
        current = nil
        if case .batch(_, let offsets, _) = last { keep(offsets.released()) }
    }

    private func keep(_ bytes: [UInt8]) {
        if bytes.capacity <= PieceReader.largestKeptBuffer {
            buffer = bytes
        } else {
            parser = nil
        }
    }

    private func parse(_ bytes: Span<UInt8>, _ limits: JSONLimits) throws(JSONError) -> JSONDocument {
        if let parser { return try parser.parse(bytes, limits: limits) }
        let parser = try JSONParser()
        self.parser = parser
        return try parser.parse(bytes, limits: limits)
    }

    /// The next outcome, with what is parsed of it taken note of.
    private func next(of batch: ResourceBatch) throws(JSONError) -> ResourceBatch.Outcome? {
        let excerpt = try excerpts.take()
        let outcome = try batch.next(excerpt)
        if case .resource(_, isParsed: true) = outcome { parsed = excerpt.root }
        return outcome
    }

    private static func item(
        _ outcome: ResourceBatch.Outcome, place: Reject.Place, offsets: SourceOffsets
    ) -> ImportItem {
        switch outcome {
        case .resource(let resource, _): return .resource(resource)
        case .fault(let reason, let entry, let offset):
            var place = place
            place.entry = entry
            place.byteOffset = offsets.source(ofCompact: offset) + (place.byteOffset ?? 0)
            return .reject(Reject(place: place, reason: reason))
        }
    }
}

// Documents.
extension PieceReader {
    private func next(of batch: ResourceBatch, _ offsets: SourceOffsets, _ file: String) -> ImportItem? {
        let place = Reject.Place(file: file)
        do throws(JSONError) {
            if let outcome = try next(of: batch) { return PieceReader.item(outcome, place: place, offsets: offsets) }
            close()
            return nil
        } catch {
            close()
            return .reject(Reject(place: place, reason: .json(error)))
        }
    }

    private func open(document file: String) -> Current {
        let bytes: [UInt8]
        do throws(ByteSourceError) {
            let source = try ByteSource(path: file, buffer: takeBuffer())
            try source.fillAll(limit: limits.document)
            bytes = source.buffer
        } catch {
            return .reject(Reject(place: Reject.Place(file: file), reason: Reject.Reason(error)))
        }
        do throws(JSONError) {
            let text = bytes.span
            let document = try parse(text, JSONLimits(size: limits.document, depth: limits.depth))
            let batch = ResourceBatch(document, validation: validation, requiresID: limits.requiresID)
            return .batch(batch, SourceOffsets(bytes), file: file)
        } catch {
            keep(bytes)
            return .reject(
                Reject(place: Reject.Place(file: file, byteOffset: error.offset), reason: .json(error)))
        }
    }

    private func takeBuffer() -> [UInt8] {
        let taken = buffer
        buffer = []
        return taken
    }
}

// Lines.
extension PieceReader {
    private func next(of run: LineRun, _ start: Int, _ firstLine: Int, _ file: String) -> ImportItem? {
        current = nil
        if run.isTooLong {
            let place = Reject.Place(file: file, line: run.firstLine, byteOffset: run.offset)
            return .reject(Reject(place: place, reason: .tooLarge(limit: limits.line)))
        }
        var position = start
        var line = firstLine
        while position < run.bytes.count {
            let range = position..<Line.end(in: run.bytes, from: position)
            let place = Reject.Place(file: file, line: line, byteOffset: run.offset + position)
            position = range.upperBound + 1
            line += 1
            guard let item = item(run.bytes, range, place) else { continue }
            current = .lines(run, position: position, line: line, file: file)
            return item
        }
        return nil
    }

    /// The resource on a line; nil when the line is blank.
    private func item(_ bytes: [UInt8], _ range: Range<Int>, _ place: Reject.Place) -> ImportItem? {
        guard range.count <= limits.line else {
            return .reject(Reject(place: place, reason: .tooLarge(limit: limits.line)))
        }
        if bytes[range].allSatisfy(JSONSpace.contains) { return nil }
        let bounds = JSONLimits(size: limits.line, depth: limits.depth)
        do throws(JSONError) {
            let text = bytes.span.extracting(range)
            let batch = ResourceBatch(
                try parse(text, bounds), validation: validation, expandsBundle: false, requiresID: limits.requiresID)
            guard let outcome = try next(of: batch) else { return nil }
            if case .resource(let resource, _) = outcome { return .resource(resource) }
            return PieceReader.item(outcome, place: place, offsets: SourceOffsets(Array(bytes[range])))
        } catch {
            var place = place
            place.byteOffset = (place.byteOffset ?? 0) + error.offset
            return .reject(Reject(place: place, reason: .json(error)))
        }
    }
}
