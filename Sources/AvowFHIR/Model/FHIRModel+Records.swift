internal import CSimdjson

/// A name as bytes in the model's store of names.
struct Name: Sendable {
    let key: NameKey
    let offset: UInt32

    var range: Range<Int> { Int(offset)..<Int(offset) + Int(key.length) }

    /// Whether the name is the one that `bytes` and its key say.
    func matches(_ other: NameKey, _ bytes: UnsafeBufferPointer<UInt8>, in names: [UInt8]) -> Bool {
        guard key == other else { return false }
        // The key holds all bytes of shorter names.
        guard key.length > 16 else { return true }
        let own = names.span.extracting(range)
        // Both have the key's length, and are read during the call only.
        return unsafe own.withUnsafeBufferPointer { own in
            guard let left = own.baseAddress, let right = bytes.baseAddress else { return true }
            return unsafe avow_bytes_equal(left, right, own.count)
        }
    }
}

/// The length of a name with its first and last eight bytes: for up to 16 bytes, the name itself.
struct NameKey: Equatable, Sendable {
    let head: UInt64
    let tail: UInt64
    let length: UInt32

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        let count = bytes.count
        length = UInt32(truncatingIfNeeded: count)
        // Every load stays within the bytes.
        let raw = UnsafeRawBufferPointer(bytes)
        if count >= 8 {
            head = unsafe raw.loadUnaligned(as: UInt64.self)
            tail = unsafe raw.loadUnaligned(fromByteOffset: count - 8, as: UInt64.self)
        } else if count >= 4 {
            let first = unsafe raw.loadUnaligned(as: UInt32.self)
            let last = unsafe raw.loadUnaligned(fromByteOffset: count - 4, as: UInt32.self)
            head = UInt64(first) << 32 | UInt64(last)
            tail = 0
        } else if count > 0 {
            head = unsafe UInt64(raw[0]) << 16 | UInt64(raw[count / 2]) << 8 | UInt64(raw[count - 1])
            tail = 0
        } else {
            head = 0
            tail = 0
        }
    }

    init(_ bytes: ArraySlice<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe NameKey($0) }
    }

    /// Where to look first in a hash table of `mask + 1` slots, a power of two.
    func slot(mask: Int) -> Int {
        let mixed = (head ^ (tail << 23 | tail >> 41) ^ UInt64(length)) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 40) & mask
    }
}

struct TypeRecord: Sendable {
    let name: Name
    let kind: FHIRType.Kind
    var base: FHIRType?
    var primitive: FHIRPrimitive?
    var resource: ResourceType?
    var firstElement: UInt32 = 0
    var elementCount: UInt16 = 0
    var firstSlot: UInt32 = 0
    var slotCount: UInt16 = 0
    /// A bit for each element that must be there, by its ordinal.
    var required: UInt64 = 0
}

struct ElementRecord: Sendable {
    let name: Name
    let owner: FHIRType
    /// The place among the elements of its type and of all types that specialize it.
    var ordinal: UInt8 = 0
    let minimum: UInt8
    /// Whether there may be more than one.
    let repeats: Bool
    let isChoice: Bool
    let firstType: UInt16
    let typeCount: UInt8
    let firstMember: UInt16
    /// The number of the binding plus one; 0 without one.
    let binding: UInt16
}

struct ElementType: Sendable {
    let type: FHIRType
    let firstTarget: UInt16
    let targetCount: UInt16
}

struct MemberRecord: Sendable {
    let name: Name
    let element: FHIRElement
    let type: FHIRType
    /// What a value must look like.
    let format: ValueFormat
    // Of the element, once more, for whoever looks members up and little else.
    let repeats: Bool
    let isChoice: Bool
    var ordinal: UInt8 = 0
}

/// What a value looks like in JSON.
enum ValueFormat: UInt8, Sendable {
    case object, resource, boolean, decimal, integer, positiveInt, unsignedInt, base64Binary, canonical, code, date,
        dateTime, id, instant, markdown, oid, reference, string, time, uri, url, uuid, xhtml

    init(_ primitive: FHIRPrimitive) {
        self =
            switch primitive {
            case .base64Binary: .base64Binary
            case .boolean: .boolean
            case .canonical: .canonical
            case .code: .code
            case .date: .date
            case .dateTime: .dateTime
            case .decimal: .decimal
            case .id: .id
            case .instant: .instant
            case .integer: .integer
            case .markdown: .markdown
            case .oid: .oid
            case .positiveInt: .positiveInt
            case .string: .string
            case .time: .time
            case .unsignedInt: .unsignedInt
            case .uri: .uri
            case .url: .url
            case .uuid: .uuid
            case .xhtml: .xhtml
            }
    }
}

struct CompartmentRecord: Sendable {
    let type: FHIRType
    let compartment: Compartment
    let parameters: [String]
}
