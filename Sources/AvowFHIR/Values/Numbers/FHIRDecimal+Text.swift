extension FHIRDecimal: CustomStringConvertible, LosslessStringConvertible {
    /// Reads a number: an optional sign, digits, perhaps a point with digits, perhaps an exponent (RFC 8259,
    /// section 6, and FHIRPath's literals, which may begin with zeros).
    ///
    /// Digits of the fraction behind the 38th digit, or behind the hundredth of the fraction, are rounded,
    /// ties to even. An exponent moves the point: `1.50e1` is `15.0`, `15e1` is `150`.
    ///
    /// - Returns: nil when it is no number, or when its integer part has more than 38 digits.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { unsafe Self.parse($0) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// Reads a number from its bytes, without allocating.
    public init?(utf8 bytes: Span<UInt8>) {
        // Sound: the pointer is used only during the call.
        let parsed = unsafe bytes.withUnsafeBufferPointer { unsafe Self.parse($0) }
        guard let parsed else { return nil }
        self = parsed
    }

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> FHIRDecimal? {
        var digits = DecimalDigits()
        var position = 0
        let count = bytes.count
        var isNegative = false
        if position < count, unsafe bytes[position] == 0x2D || bytes[position] == 0x2B {
            isNegative = unsafe bytes[position] == 0x2D
            position += 1
        }
        let integerStart = position
        while position < count, unsafe bytes[position] &- 0x30 < 10 {
            digits.append(unsafe bytes[position] &- 0x30)
            position += 1
        }
        guard position > integerStart else { return nil }
        var fractionDigits = 0
        if position < count, unsafe bytes[position] == UInt8(ascii: ".") {
            position += 1
            while position < count, unsafe bytes[position] &- 0x30 < 10 {
                digits.append(unsafe bytes[position] &- 0x30)
                position += 1
                fractionDigits += 1
            }
            guard fractionDigits > 0 else { return nil }
        }
        var exponent = 0
        if position < count, unsafe bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            var isBelow = false
            if position < count, unsafe bytes[position] == 0x2D || bytes[position] == 0x2B {
                isBelow = unsafe bytes[position] == 0x2D
                position += 1
            }
            let start = position
            while position < count, unsafe bytes[position] &- 0x30 < 10 {
                // Beyond this every number but 0 is out of range anyway.
                if exponent < 1 << 32 { exponent = exponent * 10 + Int(unsafe bytes[position] &- 0x30) }
                position += 1
            }
            guard position > start else { return nil }
            if isBelow { exponent = -exponent }
        }
        guard position == count else { return nil }
        return digits.decimal(isNegative: isNegative, scale: fractionDigits - exponent)
    }

    /// The number in digits: a sign if it is negative, at least one digit before the point, and as many
    /// after it as ``scale`` says.
    public var description: String {
        let digits = String(coefficient.magnitude)
        let sign = coefficient < 0 ? "-" : ""
        guard scale > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, scale + 1 - digits.utf8.count)) + digits
        let point = padded.utf8.index(padded.endIndex, offsetBy: -scale)
        return sign + padded[..<point] + "." + padded[point...]
    }
}

/// Digits on their way to a coefficient: the first 38 behind leading zeros, and what the others round to.
private struct DecimalDigits {
    /// The first 18 digits, which one word holds, and then all.
    private var head: UInt64 = 0
    private var wide: UInt128 = 0
    private var count = 0
    /// How many digits did not fit.
    private var dropped = 0
    private var firstDropped: UInt8 = 0
    private var isSticky = false

    mutating func append(_ digit: UInt8) {
        if count < 18 {
            head = head * 10 + UInt64(digit)
            if head > 0 { count += 1 }
        } else if count < FHIRDecimal.maximumDigits {
            if count == 18 { wide = UInt128(head) }
            wide = wide * 10 + UInt128(digit)
            count += 1
        } else {
            if dropped == 0 { firstDropped = digit } else if digit > 0 { isSticky = true }
            dropped += 1
        }
    }

    private var coefficient: UInt128 { count <= 18 ? UInt128(head) : wide }

    func decimal(isNegative: Bool, scale written: Int) -> FHIRDecimal? {
        let coefficient = coefficient
        if coefficient == 0 {
            return FHIRDecimal(unchecked: 0, scale: min(max(written, 0), FHIRDecimal.maximumScale))
        }
        var value = coefficient
        var scale = written - dropped
        let roundsUp = firstDropped > 5 || (firstDropped == 5 && (isSticky || value & 1 == 1))
        if scale > FHIRDecimal.maximumScale {
            // What is cut here decides, and what was dropped before only breaks a tie.
            let excess = scale - FHIRDecimal.maximumScale
            scale = FHIRDecimal.maximumScale
            guard excess <= FHIRDecimal.maximumDigits else { return FHIRDecimal(unchecked: 0, scale: scale) }
            let divisor = PowersOfTen[excess]
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
            let half = divisor / 2
            let isAbove = remainder > half || (remainder == half && (firstDropped > 0 || isSticky))
            value = quotient + (isAbove || (remainder == half && quotient & 1 == 1) ? 1 : 0)
        } else if roundsUp {
            value += 1
        }
        if scale < 0 {
            guard scale >= -FHIRDecimal.maximumDigits,
                let product = Int128(value).timesPowerOfTen(-scale)
            else { return nil }
            return FHIRDecimal(unchecked: isNegative ? -product : product, scale: 0)
        }
        if value == PowersOfTen[38] {
            guard scale > 0 else { return nil }
            (value, scale) = (value / 10, scale - 1)
        }
        return FHIRDecimal(unchecked: isNegative ? -Int128(value) : Int128(value), scale: scale)
    }
}
