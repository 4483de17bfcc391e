internal import CSimdjson

/// Texts that were read before, and memory to work in: one for each thread that extracts.
///
/// Systems, codes, units and the ids that many resources refer to are then allocated once instead of with every
/// resource. What is kept is bounded: 1,024 texts of at most 256 bytes.
public final class SearchTexts {
    /// By the hash of their bytes; a text that comes takes the place of the one before it.
    private var slots: [String]
    private let mask: Int
    private var found = SearchValueSet()

    /// Without any text.
    public convenience init() { self.init(capacity: 1_024) }

    /// - Parameter capacity: A power of two, or 0 for nothing to be kept.
    init(capacity: Int) {
        slots = Array(repeating: "", count: capacity)
        mask = capacity - 1
    }

    /// The set of values to fill, empty, with the memory of the last.
    func takeFound() -> SearchValueSet {
        var taken = SearchValueSet()
        swap(&taken, &found)
        return taken
    }

    /// Takes the memory of a set back.
    func giveBack(_ set: inout SearchValueSet) {
        swap(&set, &found)
        found.removeAll()
    }

    /// A string of a document, its escapes decoded.
    @inline(__always)
    func text(_ node: Int, in document: JSONDocument) -> String {
        document.isEscaped(node) ? document.string(node) : text(document.contentRange(node), in: document)
    }

    /// Bytes of a document, which have no escapes.
    func text(_ range: Range<Int>, in document: JSONDocument) -> String {
        unsafe document.withBytes(range) { bytes in
            // Short strings need no memory of their own.
            guard bytes.count > 15, bytes.count <= 256, mask >= 0 else {
                return unsafe String(decoding: bytes, as: UTF8.self)
            }
            let slot = Int(truncatingIfNeeded: unsafe Self.hash(bytes)) & mask
            if unsafe slots[slot].isMade(of: bytes) { return slots[slot] }
            let text = unsafe String(decoding: bytes, as: UTF8.self)
            slots[slot] = text
            return text
        }
    }

    /// Eight bytes at a time; the last eight overlap those before them.
    @inline(__always)
    private static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: bytes.count)
        let raw = UnsafeRawBufferPointer(bytes)
        var position = 0
        while position < bytes.count {
            // Sound: there are more than 15 bytes.
            let word = unsafe raw.loadUnaligned(fromByteOffset: min(position, bytes.count - 8), as: UInt64.self)
            hash = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 29
            position += 8
        }
        return hash
    }
}

extension String {
    fileprivate func isMade(of bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard utf8.count == bytes.count else { return false }
        let same = unsafe utf8.withContiguousStorageIfAvailable { own in
            guard let left = own.baseAddress, let right = bytes.baseAddress else { return true }
            return unsafe avow_bytes_equal(left, right, bytes.count)
        }
        return same ?? false
    }
}
