internal import CSimdjson

/// A parsed JSON text: its compact bytes, and for each value in it which of these bytes it occupies.
///
/// Compact means that white space outside strings is removed and everything else stands byte for byte
/// as it arrived: numbers keep their digits, strings their escapes, members their order.
@safe  // Sound to send: nothing changes a document but `refill`, which its parser calls only on its own.
public final class JSONDocument: @unchecked Sendable {
    private let handle: OpaquePointer
    private var view: avow_json_view

    init() throws(JSONError) {
        guard let handle = unsafe avow_json_document_create() else { throw JSONError(.outOfMemory, at: 0) }
        unsafe self.handle = handle
        unsafe view = avow_json_document_view(handle)
    }

    deinit {
        unsafe avow_json_document_destroy(handle)
    }

    func refill(_ parse: (OpaquePointer) -> Int32) -> Int32 {
        let code = unsafe parse(handle)
        unsafe view = avow_json_document_view(handle)
        return code
    }

    /// Makes `excerpt` the document that a value and everything in it would be by itself, with some edits.
    ///
    /// - Parameters:
    ///   - node: The value.
    ///   - edits: In order, each within a string in the value.
    ///   - texts: The texts of the edits.
    /// - Complexity: O(size of the value), without looking at the text.
    func excerpt(
        _ node: Int, _ edits: [avow_json_edit], _ texts: [UInt8], into excerpt: JSONDocument
    ) throws(JSONError) {
        precondition(node >= 0 && node < nodeCount, "a node of another document")
        // The pointers are used only during the call.
        let code = unsafe edits.withUnsafeBufferPointer { edits in
            unsafe texts.withUnsafeBufferPointer { texts in
                unsafe excerpt.refill { other in
                    unsafe avow_json_excerpt(
                        handle, UInt32(node), edits.baseAddress, edits.count, texts.baseAddress, other)
                }
            }
        }
        guard code == AVOW_JSON_OK else {
            throw JSONError(JSONError.Reason(code: code, depthLimit: 0, sizeLimit: JSONLimits.longest), at: 0)
        }
    }

    /// The value that the text consists of.
    public var root: JSONValue { JSONValue(document: self, node: 0) }

    /// The compact text.
    public var bytes: [UInt8] { bytes(in: 0..<byteCount) }

    /// The length of the compact text.
    public var byteCount: Int { unsafe view.text_length }
}

// Values by the index of their node: what `JSONValue` and the import path are made of, without a
// reference count in between. Indices come from this document's own nodes, so they are in range.
extension JSONDocument {
    var nodeCount: Int { unsafe view.node_count }

    private func node(_ index: Int) -> avow_json_node {
        precondition(index >= 0 && index < nodeCount, "a node of another document")
        return unsafe view.nodes[index]
    }

    func kind(_ index: Int) -> JSONKind {
        switch Int(node(index).info) & AVOW_JSON_KIND_MASK {
        case AVOW_JSON_NULL: .null
        case AVOW_JSON_FALSE, AVOW_JSON_TRUE: .boolean
        case AVOW_JSON_KIND_NUMBER: .number
        case AVOW_JSON_STRING: .string
        case AVOW_JSON_ARRAY: .array
        default: .object
        }
    }

    func isTrue(_ index: Int) -> Bool { Int(node(index).info) & AVOW_JSON_KIND_MASK == AVOW_JSON_TRUE }

    /// The index of the first node after the value.
    func next(_ index: Int) -> Int { Int(node(index).next) }

    /// The bytes of the value in the compact text, the quotes of a string included.
    func range(_ index: Int) -> Range<Int> {
        let node = node(index)
        return Int(node.offset)..<Int(node.offset) + Int(node.length)
    }

    /// The bytes between the quotes of a string.
    func contentRange(_ index: Int) -> Range<Int> {
        let range = range(index)
        return range.lowerBound + 1..<range.upperBound - 1
    }

    func isEscaped(_ index: Int) -> Bool { Int(node(index).info) & AVOW_JSON_ESCAPED != 0 }

    /// The nodes of the string values of members named `reference`, ascending.
    func reference(_ ordinal: Int) -> Int? {
        guard unsafe ordinal < view.reference_count else { return nil }
        return Int(unsafe view.references[ordinal])
    }

    /// The first of the document's references whose node is not before `node`.
    func firstReference(from node: Int) -> Int {
        var low = 0
        var high = unsafe view.reference_count
        while low < high {
            let middle = (low + high) / 2
            if Int(unsafe view.references[middle]) < node { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Calls `body` with the bytes of `range`, which must not outlive the call.
    func withBytes<Result>(_ range: Range<Int>, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        precondition(range.lowerBound >= 0 && range.upperBound <= byteCount, "bytes of another document")
        // Sound: the document keeps the text, and lives as long as this call.
        return unsafe body(UnsafeBufferPointer(start: view.text + range.lowerBound, count: range.count))
    }

    func bytes(in range: Range<Int>) -> [UInt8] {
        unsafe withBytes(range) { unsafe Array($0) }
    }

    /// Whether the string, decoded, is `text`.
    func string(_ index: Int, equals text: [UInt8]) -> Bool {
        if isEscaped(index) { return Array(string(index).utf8) == text }
        return bytes(contentRange(index), are: text)
    }

    func string(_ index: Int, equals text: String) -> Bool {
        if isEscaped(index) { return string(index).utf8.elementsEqual(text.utf8) }
        let range = contentRange(index)
        guard range.count == text.utf8.count else { return false }
        return unsafe withBytes(range) { own in
            if let same = unsafe text.utf8.withContiguousStorageIfAvailable({ unsafe equal(own, $0) }) {
                return same
            }
            return unsafe own.elementsEqual(text.utf8)
        }
    }

    /// The string without its quotes, escapes decoded.
    func string(_ index: Int) -> String {
        unsafe withBytes(contentRange(index)) {
            if isEscaped(index) { return unsafe JSONString.decode($0) }
            return unsafe String(decoding: $0, as: UTF8.self)
        }
    }

    /// Whether two pieces of the text are the same.
    func sameBytes(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe withBytes(left) { left in unsafe withBytes(right) { right in unsafe equal(left, right) }
        }
    }

    func bytes(_ range: Range<Int>, are text: [UInt8]) -> Bool {
        guard range.count == text.count else { return false }
        return unsafe withBytes(range) { own in unsafe text.withUnsafeBufferPointer { unsafe equal(own, $0) }
        }
    }

    func bytes(_ range: Range<Int>, are text: ArraySlice<UInt8>) -> Bool {
        guard range.count == text.count else { return false }
        return unsafe withBytes(range) { own in unsafe text.withUnsafeBufferPointer { unsafe equal(own, $0) } }
    }

    func bytes(_ range: Range<Int>, start with: [UInt8]) -> Bool {
        range.count >= with.count && bytes(range.prefix(with.count), are: with)
    }

    /// The value of the object's first member of this name.
    func member(_ name: [UInt8], of object: Int) -> Int? {
        let end = next(object)
        var index = object + 1
        while index < end {
            if string(index, equals: name) { return index + 1 }
            index = next(index + 1)
        }
        return nil
    }

    func member(_ name: String, of object: Int) -> Int? {
        let end = next(object)
        var index = object + 1
        while index < end {
            if string(index, equals: name) { return index + 1 }
            index = next(index + 1)
        }
        return nil
    }
}

/// Whether two buffers of the same length hold the same bytes.
private func equal(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = left.baseAddress, let second = right.baseAddress else { return true }
    return unsafe avow_bytes_equal(first, second, left.count)
}
