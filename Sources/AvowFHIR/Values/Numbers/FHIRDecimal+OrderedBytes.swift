/// Bytes that sort as the numbers do, for the keys of an index.
///
/// The number is 0.d₁d₂… × 10^e with d₁ ≠ 0. Zero is the byte 2. A number above zero is 3, e + 128, and one
/// byte for each pair of digits, the pair plus one. A number below zero is 1 and then the same bytes
/// complemented, with 255 behind them, so that the longer of two with the same beginning comes first.
/// Precision plays no part: equal numbers have the same bytes. No byte is zero in a number that is not
/// negative.
extension FHIRDecimal {
    /// The number as bytes that compare, one by one and the shorter first, as numbers do.
    public var orderedBytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(22)
        appendOrderedBytes(to: &bytes)
        return bytes
    }

    /// Appends ``orderedBytes``.
    ///
    /// - Complexity: No allocation but what `bytes` needs to grow; at most 22 bytes.
    public func appendOrderedBytes(to bytes: inout [UInt8]) {
        _ = Self.appendOrderedBytes(of: coefficient, scale: scale, to: &bytes)
    }

    /// As ``appendOrderedBytes(to:)`` for `coefficient` / 10^`scale`, where the scale may be negative and the
    /// coefficient have 39 digits, the last of them zero; false when the exponent is out of range.
    static func appendOrderedBytes(of coefficient: Int128, scale: Int, to bytes: inout [UInt8]) -> Bool {
        guard coefficient != 0 else {
            bytes.append(2)
            return true
        }
        let isNegative = coefficient < 0
        let magnitude = coefficient.magnitude
        let isShort = magnitude <= UInt128(UInt64.max)
        let (count, zeros) = isShort ? places(UInt64(truncatingIfNeeded: magnitude)) : places(magnitude)
        guard let exponent = UInt8(exactly: count - scale + 128), (1...254).contains(exponent) else { return false }
        let mask: UInt8 = isNegative ? 0xFF : 0
        bytes.append(isNegative ? 1 : 3)
        bytes.append(exponent ^ mask)
        if isShort {
            appendPairs(UInt64(truncatingIfNeeded: magnitude), count, count - zeros, mask, to: &bytes)
        } else {
            appendPairs(magnitude, count, count - zeros, mask, to: &bytes)
        }
        if isNegative { bytes.append(0xFF) }
        return true
    }

    /// How many digits a number above zero has, and how many zeros stand last.
    @inline(__always)
    private static func places<Word: FixedWidthInteger & UnsignedInteger>(_ number: Word) -> (count: Int, zeros: Int) {
        var (count, zeros) = (0, 0)
        var rest = number
        var isTail = true
        while rest > 0 {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            if digit > 0 { isTail = false } else if isTail { zeros += 1 }
            rest = quotient
            count += 1
        }
        return (count, zeros)
    }

    /// Appends a number's first digits in pairs, the last filled up with a zero.
    @inline(__always)
    private static func appendPairs<Word: FixedWidthInteger & UnsignedInteger>(
        _ number: Word, _ count: Int, _ wanted: Int, _ mask: UInt8, to bytes: inout [UInt8]
    ) {
        var rest = number
        var left = count
        while left > count - wanted {
            let divisor = left >= 2 ? Word(PowersOfTen[left - 2]) : 1
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: divisor)
            let pair = left >= 2 ? quotient : quotient * 10
            rest = remainder
            left -= 2
            bytes.append((UInt8(truncatingIfNeeded: pair) + 1) ^ mask)
        }
    }

    /// Reads what ``orderedBytes`` gave; nil for any other bytes.
    public init?(orderedBytes bytes: [UInt8]) {
        if bytes == [2] {
            self = .zero
            return
        }
        guard let first = bytes.first, first == 1 || first == 3, bytes.count >= 3 else { return nil }
        let isNegative = first == 1
        let mask: UInt8 = isNegative ? 0xFF : 0
        if isNegative, bytes.last != 0xFF { return nil }
        let pairs = bytes[2..<(isNegative ? bytes.count - 1 : bytes.count)]
        guard (1...19).contains(pairs.count) else { return nil }
        var coefficient: Int128 = 0
        for byte in pairs {
            let pair = (byte ^ mask) &- 1
            guard pair < 100 else { return nil }
            coefficient = coefficient * 100 + Int128(pair)
        }
        var scale = pairs.count * 2 - (Int(bytes[1] ^ mask) - 128)
        if coefficient % 10 == 0 { (coefficient, scale) = (coefficient / 10, scale - 1) }
        if scale < 0 {
            guard let product = coefficient.timesPowerOfTen(-scale) else { return nil }
            (coefficient, scale) = (product, 0)
        }
        guard let value = FHIRDecimal(coefficient: isNegative ? -coefficient : coefficient, scale: scale),
            value.orderedBytes == bytes
        else { return nil }
        self = value
    }
}
