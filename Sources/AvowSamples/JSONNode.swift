/// A JSON value whose object members keep the order in which they were written.
///
/// Numbers are held as the digits that will be printed, so no floating point is involved and a value
/// such as `7.0` keeps its precision, as FHIR requires of decimals.
enum JSONNode {
    case string(String)
    case number(String)
    case boolean(Bool)
    case array([JSONNode])
    case object([(name: String, value: JSONNode)])

    /// A decimal of `tenths` tenths: 68 is written `6.8`.
    static func tenths(_ tenths: Int) -> JSONNode {
        let magnitude = tenths.magnitude
        return .number("\(tenths < 0 ? "-" : "")\(magnitude / 10).\(magnitude % 10)")
    }

    /// A decimal of `hundredths` hundredths: 104 is written `1.04`.
    static func hundredths(_ hundredths: Int) -> JSONNode {
        let magnitude = hundredths.magnitude
        let fraction = magnitude % 100
        return .number(
            "\(hundredths < 0 ? "-" : "")\(magnitude / 100).\(fraction < 10 ? "0" : "")\(fraction)")
    }

    /// An integer.
    static func integer(_ value: Int) -> JSONNode {
        .number(String(value))
    }
}

extension JSONNode: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    init(stringLiteral value: String) {
        self = .string(value)
    }

    init(arrayLiteral elements: JSONNode...) {
        self = .array(elements)
    }

    // A literal keeps the order in which it is written; no Dictionary is made of it.
    init(dictionaryLiteral elements: (String, JSONNode)...) {
        self = .object(elements.map { (name: $0.0, value: $0.1) })
    }
}

extension JSONNode {
    /// Adds a member at the end of an object, unless there is no value; other values stay as they are.
    mutating func append(_ name: String, _ value: JSONNode?) {
        guard let value, case .object(var members) = self else { return }
        // Given up here, the storage has one owner and is appended to in place.
        self = .boolean(false)
        members.append((name: name, value: value))
        self = .object(members)
    }
}

/// Writes JSON in UTF-8.
struct JSONWriter {
    /// How values are laid out.
    enum Layout {
        /// No white space outside strings.
        case compact
        /// One member a line, two spaces a level.
        case pretty
    }

    private(set) var bytes: [UInt8] = []
    private let layout: Layout
    private var depth = 0

    init(layout: Layout) {
        self.layout = layout
    }

    /// Writes one value after what was written before.
    mutating func write(_ node: JSONNode) {
        switch node {
        case .string(let text): write(text)
        case .number(let digits): bytes.append(contentsOf: digits.utf8)
        case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .array(let elements):
            write(elements, between: (0x5b, 0x5d)) { writer, element in writer.write(element) }
        case .object(let members):
            write(members, between: (0x7b, 0x7d)) { writer, member in
                writer.write(member.name)
                writer.bytes.append(0x3a)
                if writer.layout == .pretty { writer.bytes.append(0x20) }
                writer.write(member.value)
            }
        }
    }

    private mutating func write<Element>(
        _ elements: [Element], between brackets: (UInt8, UInt8), each: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(brackets.0)
        depth += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { bytes.append(0x2c) }
            breakLine()
            each(&self, element)
        }
        depth -= 1
        if !elements.isEmpty { breakLine() }
        bytes.append(brackets.1)
    }

    private mutating func breakLine() {
        guard layout == .pretty else { return }
        bytes.append(0x0a)
        bytes.append(contentsOf: repeatElement(0x20, count: 2 * depth))
    }

    private mutating func write(_ text: String) {
        bytes.append(0x22)
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5c: bytes.append(contentsOf: [0x5c, byte])
            case 0x0a: bytes.append(contentsOf: [0x5c, 0x6e])
            case 0x0d: bytes.append(contentsOf: [0x5c, 0x72])
            case 0x09: bytes.append(contentsOf: [0x5c, 0x74])
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: [
                    0x5c, 0x75, 0x30, 0x30, digits[Int(byte >> 4)], digits[Int(byte & 15)],
                ])
            default: bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }
}
