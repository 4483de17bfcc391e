#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A path from which nothing can be read.
public struct ResourceReaderError: Error, Equatable, CustomStringConvertible {
    /// The path that was asked for.
    public let path: String

    /// The path and what is wrong with it.
    public let description: String

    init(path: String, _ reason: String) {
        self.path = path
        description = "\(path): \(reason)"
    }
}

/// Bounds on what is read.
public struct ReadLimits: Sendable {
    /// The longest line of an NDJSON file, in bytes.
    public var line: Int

    /// The longest bundle or single resource, in bytes, decompressed.
    public var document: Int

    /// How many arrays and objects may stand in one another.
    public var depth: Int

    /// - Parameters:
    ///   - line: 64 MiB unless given.
    ///   - document: As far as offsets of 32 bits reach unless given. Reading takes two to three times as
    ///     much memory as a bundle has bytes; for text that is nothing but brackets, some thirty times.
    ///   - depth: 128 unless given, at most 256.
    public init(line: Int = 64 << 20, document: Int = JSONLimits.longest, depth: Int = 128) {
        self.line = line
        self.document = document
        self.depth = depth
    }
}

/// Reads resources from a file or a directory: bundles, NDJSON and single resources, plain or
/// compressed with zstd.
///
/// Memory is bounded by the longest line of an NDJSON file, and otherwise by one bundle. Of a file
/// that is not JSON to its end nothing is delivered but one reject; NDJSON is judged line by line.
///
/// ```swift
/// var reader = try ResourceReader(path: "records")
/// while let item = reader.next() {
///     switch item {
///     case .resource(let resource): …
///     case .reject(let reject): print(reject)
///     }
/// }
/// ```
public struct ResourceReader: ~Copyable {
    private let parser: JSONParser
    private let limits: ReadLimits
    private var files: ArraySlice<String>
    private var current: Current?

    /// A file in the middle of being read.
    private enum Current {
        case batch(ResourceBatch, SourceOffsets, file: String)
        case lines(LineSource, file: String)
    }

    /// - Parameter path: A file, or a directory, of which all files ending in `.json`, `.ndjson` or
    ///   `.jsonl`, each with or without `.zst`, are read in the order of their paths.
    /// - Throws: ``ResourceReaderError`` when there is nothing at the path or no memory.
    public init(path: String, limits: ReadLimits = ReadLimits()) throws(ResourceReaderError) {
        try self.init(files: Self.files(at: path), limits: limits)
    }

    /// - Parameter files: Paths of files, read in this order.
    public init(files: [String], limits: ReadLimits = ReadLimits()) throws(ResourceReaderError) {
        do throws(JSONError) {
            parser = try JSONParser()
        } catch {
            throw ResourceReaderError(path: files.first ?? "", error.description)
        }
        self.files = files[...]
        self.limits = limits
    }

    /// The files that are read at a path.
    public static func files(at path: String) throws(ResourceReaderError) -> [String] {
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw ResourceReaderError(path: path, "there is no such file or directory")
        }
        guard isDirectory else { return [path] }
        let names: [String]
        do {
            names = try FileManager.default.subpathsOfDirectory(atPath: path)
        } catch {
            throw ResourceReaderError(path: path, "the directory cannot be listed")
        }
        return names.filter { Format(path: $0) != nil }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { path + (path.hasSuffix("/") ? "" : "/") + $0 }
    }

    /// The next resource or reject, or nil after the last.
    public mutating func next() -> ImportItem? {
        while true {
            switch current {
            case .batch(var batch, var offsets, let file):
                current = nil
                guard let outcome = batch.next() else { continue }
                let item = Self.item(outcome, place: Reject.Place(file: file), offsets: &offsets)
                current = .batch(batch, offsets, file: file)
                return item
            case .lines(let source, let file):
                if let item = next(from: source, file: file) { return item }
                current = nil
            case nil:
                guard let file = files.popFirst() else { return nil }
                if let reject = open(file) { return .reject(reject) }
            }
        }
    }

    private static func item(
        _ outcome: ResourceBatch.Outcome, place: Reject.Place, offsets: inout SourceOffsets
    ) -> ImportItem {
        switch outcome {
        case .resource(let resource): return .resource(resource)
        case .fault(let reason, let entry, let offset):
            var place = place
            place.entry = entry
            place.byteOffset = offsets.source(ofCompact: offset) + (place.byteOffset ?? 0)
            return .reject(Reject(place: place, reason: reason))
        }
    }
}

// Files that are one JSON text.
extension ResourceReader {
    private mutating func open(_ file: String) -> Reject? {
        let place = Reject.Place(file: file)
        do throws(ByteSourceError) {
            let source = try ByteSource(path: file)
            if Format(path: file) == .lines {
                current = .lines(LineSource(source), file: file)
                return nil
            }
            if Format(path: file) == nil, try isLines(source) {
                current = .lines(LineSource(source), file: file)
                return nil
            }
            try source.fillAll(limit: limits.document)
            return openDocument(source.buffer, file: file)
        } catch {
            switch error {
            case .tooLarge(let limit): return Reject(place: place, reason: .tooLarge(limit: limit))
            case .unreadable(let why): return Reject(place: place, reason: .unreadable(why))
            }
        }
    }

    private mutating func openDocument(_ bytes: [UInt8], file: String) -> Reject? {
        do throws(JSONError) {
            let document = try parser.parse(
                bytes, limits: JSONLimits(size: limits.document, depth: limits.depth))
            current = .batch(ResourceBatch(document), SourceOffsets(bytes), file: file)
            return nil
        } catch {
            return Reject(place: Reject.Place(file: file, byteOffset: error.offset), reason: .json(error))
        }
    }

    /// Whether a file whose name does not say so is NDJSON: its first line is JSON by itself, and more
    /// follows.
    private func isLines(_ source: ByteSource) throws(ByteSourceError) -> Bool {
        var end: Int?
        while true {
            end = source.buffer.firstIndex(of: UInt8(ascii: "\n"))
            if end != nil || source.atEnd || source.buffer.count > limits.line { break }
            try source.fill()
        }
        guard let end else { return false }
        let line = Array(source.buffer[..<end])
        guard (try? parser.parse(line, limits: JSONLimits(size: limits.line, depth: limits.depth))) != nil
        else { return false }
        func hasMore() -> Bool {
            source.buffer[end...].contains { !JSONSpace.contains($0) }
        }
        while !hasMore(), !source.atEnd { try source.fill() }
        return hasMore()
    }
}

// Files of lines.
extension ResourceReader {
    private mutating func next(from source: LineSource, file: String) -> ImportItem? {
        while true {
            let place: Reject.Place
            do throws(ByteSourceError) {
                guard let line = try source.next(limit: limits.line) else { return nil }
                place = Reject.Place(file: file, line: line.number, byteOffset: line.offset)
                guard !line.isTooLong else {
                    return .reject(Reject(place: place, reason: .tooLarge(limit: limits.line)))
                }
                if let item = resource(on: line, place: place) { return item }
            } catch {
                let why = if case .unreadable(let why) = error { why } else { "cannot be read" }
                let place = Reject.Place(file: file, line: source.lineNumber + 1)
                source.stop()
                return .reject(Reject(place: place, reason: .unreadable(why)))
            }
        }
    }

    /// The resource on a line; nil when the line is blank.
    private func resource(on line: LineSource.Line, place: Reject.Place) -> ImportItem? {
        if line.bytes.allSatisfy(JSONSpace.contains) { return nil }
        do throws(JSONError) {
            let document = try parser.parse(
                line.bytes, limits: JSONLimits(size: limits.line, depth: limits.depth))
            var batch = ResourceBatch(document, expandsBundle: false)
            var offsets = SourceOffsets(line.bytes)
            return batch.next().map { Self.item($0, place: place, offsets: &offsets) }
        } catch {
            var place = place
            place.byteOffset = line.offset + error.offset
            return .reject(Reject(place: place, reason: .json(error)))
        }
    }
}

/// What a file holds, by its name.
private enum Format {
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
