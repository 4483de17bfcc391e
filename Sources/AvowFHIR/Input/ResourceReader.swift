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

    /// Whether a resource without an id, or with one that FHIR does not allow, is refused: what is stored needs one.
    public var requiresID = true

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
/// Memory is bounded by a mebibyte, or the longest line, of an NDJSON file, and otherwise by one bundle. Of a file
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
    private let reader: PieceReader
    private let validation: ValidationStrength
    private var pieces: InputPieces

    /// - Parameters:
    ///   - path: A file, or a directory, of which all files ending in `.json`, `.ndjson` or `.jsonl`, each with or
    ///     without `.zst`, are read in the order of their paths.
    ///   - validation: How closely resources are looked at; one that is not valid becomes a reject.
    /// - Throws: ``ResourceReaderError`` when there is nothing at the path.
    public init(
        path: String, limits: ReadLimits = ReadLimits(), validation: ValidationStrength = .structure
    ) throws(ResourceReaderError) {
        self.init(files: try Self.files(at: path), limits: limits, validation: validation)
    }

    /// - Parameters:
    ///   - files: Paths of files, read in this order.
    ///   - validation: How closely resources are looked at; one that is not valid becomes a reject.
    public init(
        files: [String], limits: ReadLimits = ReadLimits(), validation: ValidationStrength = .structure
    ) {
        self.validation = validation
        reader = PieceReader(limits: limits)
        pieces = InputPieces(files: files, limits: limits)
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
        return names.filter { FileFormat(path: $0) != nil }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .map { path + (path.hasSuffix("/") ? "" : "/") + $0 }
    }

    /// The next resource or reject, or nil after the last.
    public mutating func next() -> ImportItem? {
        while true {
            if let item = reader.next() { return item }
            guard let piece = pieces.next() else { return nil }
            reader.open(piece, validation: validation)
        }
    }
}
