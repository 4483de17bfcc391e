/// How the values of primitive types are written (R4, section 2.24.0.1).
enum PrimitiveFormat {
    /// Whether the content of a string, its escapes decoded, is a value.
    static func accepts(_ bytes: UnsafeBufferPointer<UInt8>, as format: ValueFormat) -> Bool {
        guard !bytes.isEmpty else { return false }
        switch format {
        case .string, .markdown: return true
        case .code: return unsafe isCode(bytes)
        case .uri, .url, .canonical: return unsafe !hasSpace(bytes)
        case .reference: return unsafe isReference(bytes)
        case .dateTime: return unsafe TimeFormat.isDateTime(bytes)
        case .date: return unsafe TimeFormat.isDate(bytes)
        case .instant: return unsafe TimeFormat.isInstant(bytes)
        case .time: return unsafe TimeFormat.isTime(bytes)
        case .id: return unsafe LogicalID.isValid(bytes)
        case .xhtml: return unsafe isDivision(bytes)
        case .base64Binary: return unsafe isBase64(bytes)
        case .oid: return unsafe isOID(bytes)
        case .uuid: return unsafe isUUID(bytes)
        case .object, .resource, .boolean, .decimal, .integer, .positiveInt, .unsignedInt: return false
        }
    }

    /// Whether the text of a JSON number is a value; any number is a decimal.
    static func accepts(number: UnsafeBufferPointer<UInt8>, as format: ValueFormat) -> Bool {
        if format == .decimal { return true }
        var value = 0
        var isNegative = false
        for index in number.indices {
            let byte = unsafe number[index]
            if byte == UInt8(ascii: "-"), index == 0 {
                isNegative = true
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), value <= Int(Int32.max) {
                value = value * 10 + Int(byte & 15)
            } else {
                return false
            }
        }
        switch format {
        case .integer: return value <= Int(Int32.max) + (isNegative ? 1 : 0)
        case .unsignedInt: return value <= Int(Int32.max) && !isNegative
        default: return value <= Int(Int32.max) && value > 0 && !isNegative
        }
    }

    /// Whether a byte is U+0020 or below it, eight at a time.
    static func hasSpace(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(bytes)
        var index = 0
        while index + 8 <= bytes.count {
            let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if (word &- (ones &* 0x21)) & ~word & (ones &* 0x80) != 0 { return true }
            index += 8
        }
        while index < bytes.count {
            if unsafe raw[index] <= 0x20 { return true }
            index += 1
        }
        return false
    }

    /// Words with one white space between them.
    private static func isCode(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard unsafe hasSpace(bytes) else { return true }
        var wasSpace = true
        for index in bytes.indices {
            let isSpace = unsafe bytes[index] <= 0x20
            if isSpace, wasSpace { return false }
            wasSpace = isSpace
        }
        return !wasSpace
    }

    /// `Type/id`, with or without `/_history/version`; `#id`; a search `Type?…`; or an absolute URI.
    private static func isReference(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard unsafe !hasSpace(bytes) else { return false }
        if unsafe bytes[0] == UInt8(ascii: "#") { return true }
        for index in bytes.indices {
            switch unsafe bytes[index] {
            case UInt8(ascii: ":"): return index > 0 && index + 1 < bytes.count
            case UInt8(ascii: "?"): return unsafe isResourceType(bytes[..<index])
            case UInt8(ascii: "/"):
                return unsafe isResourceType(bytes[..<index]) && isVersionedID(bytes[(index + 1)...])
            default: continue
            }
        }
        return false
    }

    private static func isResourceType(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        unsafe ResourceType.find(UnsafeBufferPointer(rebasing: name)) != nil
    }

    private static func isVersionedID(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
        guard let slash = unsafe bytes.firstIndex(of: UInt8(ascii: "/")) else {
            return unsafe LogicalID.isValid(UnsafeBufferPointer(rebasing: bytes))
        }
        let rest = unsafe bytes[slash...]
        let history = "/_history/".utf8
        return unsafe LogicalID.isValid(UnsafeBufferPointer(rebasing: bytes[..<slash])) && rest.starts(with: history)
            && LogicalID.isValid(UnsafeBufferPointer(rebasing: rest.dropFirst(history.count)))
    }

    /// Begins and ends as a `div` does; what is in it is not looked at.
    private static func isDivision(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = unsafe bytes.firstIndex(where: { $0 > 0x20 }),
            let last = unsafe bytes.lastIndex(where: { $0 > 0x20 })
        else { return false }
        return unsafe bytes[first...last].starts(with: "<div".utf8) && bytes[last] == UInt8(ascii: ">")
    }

    /// Characters of the alphabet in fours, white space aside; `=` only at the end.
    private static func isBase64(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var count = 0
        var padding = 0
        for index in bytes.indices {
            switch unsafe bytes[index] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                if padding > 0 { return false }
                count += 1
            case UInt8(ascii: "="):
                padding += 1
                count += 1
            case 0x20, 0x0A, 0x0D, 0x09: continue
            default: return false
            }
        }
        return count > 0 && count % 4 == 0 && padding <= 2
    }

    /// `urn:oid:` and numbers between points, the first 0 to 2, none with a zero before it.
    private static func isOID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard unsafe bytes.starts(with: "urn:oid:".utf8) else { return false }
        let arcs = unsafe bytes.dropFirst(8).split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let first = unsafe arcs.first, unsafe arcs.count > 1, unsafe first.count == 1,
            let root = unsafe first.first,
            (UInt8(ascii: "0")...UInt8(ascii: "2")).contains(root)
        else { return false }
        return unsafe arcs.dropFirst().allSatisfy { arc in
            unsafe !arc.isEmpty && arc.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
                && (arc.count == 1 || arc.first != UInt8(ascii: "0"))
        }
    }

    /// `urn:uuid:` and a UUID in small letters.
    private static func isUUID(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == 45, unsafe bytes.starts(with: "urn:uuid:".utf8) else { return false }
        for index in 9..<45 {
            let byte = unsafe bytes[index]
            switch index {
            case 17, 22, 27, 32:
                if byte != UInt8(ascii: "-") { return false }
            default:
                let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
                guard isDigit || byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "f") else { return false }
            }
        }
        return true
    }
}
