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
        guard !isZero else {
            bytes.append(2)
            return
        }
        var digits = coefficient.magnitude
        var scale = scale
        while digits % 10 == 0 {
            digits /= 10
            scale -= 1
        }
        var count = 0
        while count < 39, PowersOfTen.reaches(digits, count) { count += 1 }
        let mask: UInt8 = isNegative ? 0xFF : 0
        bytes.append(isNegative ? 1 : 3)
        bytes.append(UInt8(count - scale + 128) ^ mask)
        var rest = digits
        var left = count
        while left > 0 {
            let pair: UInt128
            if left == 1 {
                pair = rest * 10
                left = 0
            } else {
                let divisor = PowersOfTen[left - 2]
                (pair, rest) = rest.quotientAndRemainder(dividingBy: divisor)
                left -= 2
            }
            bytes.append((UInt8(pair) + 1) ^ mask)
        }
        if isNegative { bytes.append(0xFF) }
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

extension PowersOfTen {
    /// Whether the number is at least ten to this power.
    fileprivate static func reaches(_ number: UInt128, _ exponent: Int) -> Bool {
        exponent <= 38 && number >= PowersOfTen[exponent]
    }
}
