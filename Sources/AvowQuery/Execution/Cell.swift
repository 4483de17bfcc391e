internal import AvowFHIR
internal import AvowProof

/// One value of a row.
public enum Cell: Hashable, Sendable {
    /// The resource has no such value.
    case null
    case boolean(Bool)
    /// A number with the digits that it has in the resource.
    case number(String)
    case string(String)
    /// An object, or a list of several values, as compact JSON.
    case json(String)

    /// The value as JSON.
    public var json: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .number(let text), .json(let text): text
        case .string(let text): JSONString.encode(text)
        }
    }

    /// The value as a person reads it; empty for null.
    public var text: String {
        switch self {
        case .null: ""
        case .boolean(let value): value ? "true" : "false"
        case .number(let text), .json(let text), .string(let text): text
        }
    }
}

extension Cell {
    /// The order that ORDER BY puts values in: null, false, true, numbers by value, then text by its bytes.
    ///
    /// FHIR's dates sort by their text as long as they are written with the same offset; the search parameter `date`
    /// sorts by instant.
    static func compare(_ left: Cell, _ right: Cell) -> Int {
        let (leftRank, rightRank) = (left.rank, right.rank)
        if leftRank != rightRank { return leftRank - rightRank }
        switch (left, right) {
        case (.boolean(let left), .boolean(let right)): return (left ? 1 : 0) - (right ? 1 : 0)
        case (.number(let left), .number(let right)):
            if let leftValue = ShortDecimal(left), let rightValue = ShortDecimal(right) {
                return ShortDecimal.compare(leftValue, rightValue)
            }
            guard let leftValue = DecimalText(left), let rightValue = DecimalText(right) else {
                return compareText(left, right)
            }
            return DecimalText.compare(leftValue, rightValue)
        default: return compareText(left.text, right.text)
        }
    }

    private static func compareText(_ left: String, _ right: String) -> Int {
        var (left, right) = (left, right)
        // The bytes are read during the call only.
        return left.withUTF8 { left in
            right.withUTF8 { right in
                unsafe ByteOrder.compare(Span(_unsafeElements: left), Span(_unsafeElements: right))
            }
        }
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .boolean: 1
        case .number: 2
        case .string, .json: 3
        }
    }
}

/// A JSON number of few digits and without an exponent, as nearly all are.
private struct ShortDecimal {
    private let coefficient: Int64
    /// How many of the digits stand behind the point.
    private let scale: Int

    init?(_ text: String) {
        // Neither the digits nor the difference of two scales take more than an Int64.
        guard (1...18).contains(text.utf8.count) else { return nil }
        var (magnitude, digits, point) = (Int64(0), 0, -1)
        var isNegative = false
        var isFirst = true
        for byte in text.utf8 {
            defer { isFirst = false }
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                magnitude = magnitude * 10 + Int64(byte - UInt8(ascii: "0"))
                digits += 1
            case UInt8(ascii: "-") where isFirst: isNegative = true
            case UInt8(ascii: ".") where point < 0: point = digits
            default: return nil
            }
        }
        guard digits > 0 else { return nil }
        coefficient = isNegative ? -magnitude : magnitude
        scale = point < 0 ? 0 : digits - point
    }

    static func compare(_ left: ShortDecimal, _ right: ShortDecimal) -> Int {
        let (leftValue, rightValue) = (left.aligned(to: right.scale), right.aligned(to: left.scale))
        return leftValue < rightValue ? -1 : leftValue == rightValue ? 0 : 1
    }

    /// The coefficient at the larger of both scales, which are below 18.
    private func aligned(to other: Int) -> Int128 {
        var value = Int128(coefficient)
        for _ in stride(from: scale, to: other, by: 1) { value *= 10 }
        return value
    }
}

/// A JSON number as a decimal, compared by value and without rounding.
struct DecimalText {
    private let isNegative: Bool
    /// The digits without zeros in front and behind; empty for zero.
    private let digits: [UInt8]
    /// The power of ten that the first digit stands for.
    private let exponent: Int

    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        var digits: [UInt8] = []
        var integerDigits = 0
        var seenPoint = false
        while let byte = rest.first, byte != UInt8(ascii: "e"), byte != UInt8(ascii: "E") {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: ".") {
                guard !seenPoint else { return nil }
                seenPoint = true
                continue
            }
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            digits.append(byte)
            if !seenPoint { integerDigits += 1 }
        }
        guard !digits.isEmpty else { return nil }
        var power = 0
        if !rest.isEmpty {
            guard let written = DecimalText.exponent(rest.dropFirst()) else { return nil }
            power = written
        }
        let zeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(zeros)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        self.digits = digits
        exponent = integerDigits - zeros - 1 + power
    }

    /// An exponent. Those beyond any text's number of digits are cut, so that any number has its place in the
    /// order, and one place.
    private static func exponent(_ text: ArraySlice<UInt8>) -> Int? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative || text.first == UInt8(ascii: "+") ? text.dropFirst() : text
        guard !digits.isEmpty else { return nil }
        let greatest = 1 << 56
        var value = 0
        for byte in digits {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = min(greatest, value * 10 + Int(byte - UInt8(ascii: "0")))
        }
        return isNegative ? -value : value
    }

    static func compare(_ left: DecimalText, _ right: DecimalText) -> Int {
        if left.digits.isEmpty || right.digits.isEmpty {
            let leftSign = left.digits.isEmpty ? 0 : (left.isNegative ? -1 : 1)
            let rightSign = right.digits.isEmpty ? 0 : (right.isNegative ? -1 : 1)
            return leftSign - rightSign
        }
        if left.isNegative != right.isNegative { return left.isNegative ? -1 : 1 }
        var order = left.exponent - right.exponent
        if order == 0 {
            order =
                left.digits == right.digits ? 0 : (left.digits.lexicographicallyPrecedes(right.digits) ? -1 : 1)
        }
        return left.isNegative ? -order : order
    }
}
