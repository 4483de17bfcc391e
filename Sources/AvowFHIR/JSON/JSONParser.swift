internal import CSimdjson

/// Bounds on JSON that comes from outside.
public struct JSONLimits: Sendable {
    /// The longest text that offsets of 32 bits reach, which no limit can exceed.
    public static let longest = Int(UInt32.max) - 65

    /// The longest text that is read, in bytes.
    public var size: Int

    /// How many arrays and objects may stand in one another.
    public var depth: Int

    /// - Parameters:
    ///   - size: In bytes; 64 MiB unless given, at most ``longest``.
    ///   - depth: At most 256.
    public init(size: Int = 64 << 20, depth: Int = 128) {
        self.size = min(max(size, 0), Self.longest)
        self.depth = min(max(depth, 1), 256)
    }
}

/// Parses JSON texts one after the other, reusing its buffers.
///
/// A parser belongs to one thread at a time. A document that nobody holds any more when the next text
/// is parsed gives its memory to the next document.
@safe
public final class JSONParser {
    // Sound: created in init, destroyed in deinit, and never handed out.
    private let handle: OpaquePointer
    private var documents = ReusedDocument()

    /// - Throws: ``JSONError`` when there is no memory.
    public init() throws(JSONError) {
        guard let handle = unsafe avow_json_parser_create() else { throw JSONError(.outOfMemory, at: 0) }
        unsafe self.handle = handle
    }

    deinit {
        unsafe avow_json_parser_destroy(handle)
    }

    /// Parses one JSON text.
    ///
    /// - Parameters:
    ///   - bytes: The text, in UTF-8, with or without white space.
    ///   - limits: Bounds on its size and depth.
    /// - Throws: ``JSONError`` with the offset in `bytes`.
    /// - Complexity: O(n), at about a gigabyte per second.
    public func parse(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) -> JSONDocument {
        let document = try documents.take()
        // Sound: the pointer is used only during the call.
        let error = unsafe bytes.withUnsafeBufferPointer { unsafe parse($0, into: document, limits: limits) }
        if let error { throw error }
        return document
    }

    /// Parses one JSON text.
    public func parse(_ bytes: Span<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONError)
        -> JSONDocument
    {
        let document = try documents.take()
        // Sound: the pointer is used only during the call.
        let error = unsafe bytes.withUnsafeBufferPointer { unsafe parse($0, into: document, limits: limits) }
        if let error { throw error }
        return document
    }

    /// Parses one JSON text that the caller keeps in memory for the duration of the call.
    func parse(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) throws(JSONError) -> JSONDocument {
        let document = try documents.take()
        if let error = unsafe parse(bytes, into: document, limits: limits) { throw error }
        return document
    }

    private func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, into document: JSONDocument, limits: JSONLimits
    ) -> JSONError? {
        guard bytes.count <= limits.size else {
            return JSONError(.tooLarge(limit: limits.size), at: limits.size)
        }
        guard let base = bytes.baseAddress else { return JSONError(.empty, at: 0) }
        var offset = 0
        let code = unsafe document.refill {
            unsafe avow_json_parse(handle, $0, base, bytes.count, limits.depth, &offset)
        }
        guard code != AVOW_JSON_OK else { return nil }
        return JSONError(
            JSONError.Reason(code: code, depthLimit: limits.depth, sizeLimit: JSONLimits.longest), at: offset)
    }
}
