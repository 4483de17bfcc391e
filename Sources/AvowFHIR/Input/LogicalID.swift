/// A resource's logical id (R4, section 2.24.0.1): 1 to 64 letters, digits, `-` or `.`.
enum LogicalID {
    static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard (1...64).contains(bytes.count) else { return false }
        for index in bytes.indices {
            switch unsafe bytes[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                continue
            default: return false
            }
        }
        return true
    }

    static func isValid(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { unsafe isValid($0) }
    }

    /// The id that a bundle's fullUrl gives to a resource without one: the UUID of a `urn:uuid:`, or
    /// the last segment of a RESTful URL `…/Type/id`.
    static func of(fullURL: String, type: ResourceType) -> String? {
        if let id = fullURL.dropping(prefix: "urn:uuid:") { return isValid(id) ? id : nil }
        guard fullURL.hasPrefix("http://") || fullURL.hasPrefix("https://") else { return nil }
        let segments = fullURL.split(separator: "/", omittingEmptySubsequences: false)
        guard segments.count > 3, segments[segments.count - 2] == type.name,
            let id = segments.last.map(String.init)
        else {
            return nil
        }
        return isValid(id) ? id : nil
    }

    /// The patient that a reference `Patient/id` names: relative or absolute, a version allowed.
    static func ofPatient(_ bytes: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var end = bytes.count
        var start = unsafe lastSlash(bytes, before: end)
        if let slash = start, unsafe ends(bytes, at: slash, with: "_history") {
            end = slash - 9
            start = end > 0 ? unsafe lastSlash(bytes, before: end) : nil
        }
        guard let slash = start, unsafe ends(bytes, at: slash, with: "Patient") else { return nil }
        let type = slash - 7
        guard unsafe type == 0 || bytes[type - 1] == UInt8(ascii: "/") else { return nil }
        if type > 0 {
            let isURL = unsafe bytes.starts(with: "http://".utf8) || bytes.starts(with: "https://".utf8)
            guard isURL else { return nil }
        }
        let id = slash + 1..<end
        return unsafe isValid(UnsafeBufferPointer(rebasing: bytes[id])) ? id : nil
    }

    /// The id of the patient that a reference names.
    static func ofPatient(_ reference: String) -> String? {
        let bytes = Array(reference.utf8)
        return unsafe bytes.withUnsafeBufferPointer { unsafe ofPatient($0) }
            .map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    private static func lastSlash(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Int? {
        unsafe bytes[..<end].lastIndex(of: UInt8(ascii: "/"))
    }

    private static func ends(_ bytes: UnsafeBufferPointer<UInt8>, at end: Int, with text: StaticString)
        -> Bool
    {
        let count = text.utf8CodeUnitCount
        guard end >= count else { return false }
        return unsafe bytes[end - count..<end].elementsEqual(
            UnsafeBufferPointer(start: text.utf8Start, count: count))
    }
}

extension String {
    /// The rest of the text behind a prefix, or nil when it begins otherwise.
    func dropping(prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}
