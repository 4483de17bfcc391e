/// A natural number of any size, where 128 bits do not hold a quotient or the factor of a unit.
///
/// Operations take time quadratic in the number of digits; whoever lets numbers in bounds their size.
struct BigNatural: Hashable, Comparable, Sendable {
    /// Digits of 64 bits, the least significant first, without a zero at the end.
    private(set) var digits: [UInt64]

    init(_ value: UInt128) {
        digits = [UInt64(truncatingIfNeeded: value), UInt64(truncatingIfNeeded: value >> 64)]
        trim()
    }

    private init(digits: [UInt64]) {
        self.digits = digits
        trim()
    }

    static let one = BigNatural(1)

    /// Ten to the power of a natural number.
    static func powerOfTen(_ exponent: Int) -> BigNatural {
        if exponent <= 38 { return BigNatural(PowersOfTen[exponent]) }
        return BigNatural(10).raised(to: exponent)
    }

    private mutating func trim() {
        while digits.last == 0 { digits.removeLast() }
    }

    var isZero: Bool { digits.isEmpty }

    var bitWidth: Int { digits.count * 64 - (digits.last?.leadingZeroBitCount ?? 0) }

    /// The value, if 128 bits hold it.
    var word: UInt128? {
        guard digits.count <= 2 else { return nil }
        return digits.reversed().reduce(0) { $0 << 64 | UInt128($1) }
    }

    /// How many decimal digits it has; 0 for zero.
    var decimalDigitCount: Int {
        guard !isZero else { return 0 }
        // log10(2) is about 1233/4096, from below; off by one at most in the sizes that are let in.
        var count = max(1, (bitWidth - 1) * 1_233 >> 12)
        while self >= BigNatural.powerOfTen(count) { count += 1 }
        return count
    }

    static func < (left: BigNatural, right: BigNatural) -> Bool {
        if left.digits.count != right.digits.count { return left.digits.count < right.digits.count }
        for index in left.digits.indices.reversed() where left.digits[index] != right.digits[index] {
            return left.digits[index] < right.digits[index]
        }
        return false
    }

    static func + (left: BigNatural, right: BigNatural) -> BigNatural {
        let (long, short) = left.digits.count >= right.digits.count ? (left, right) : (right, left)
        var sum = long.digits
        var carry: UInt64 = 0
        for index in sum.indices {
            let addend = index < short.digits.count ? short.digits[index] : 0
            let (partial, first) = sum[index].addingReportingOverflow(addend)
            let (total, second) = partial.addingReportingOverflow(carry)
            sum[index] = total
            carry = first || second ? 1 : 0
        }
        if carry > 0 { sum.append(carry) }
        return BigNatural(digits: sum)
    }

    /// - Precondition: `right` is not above `left`.
    static func - (left: BigNatural, right: BigNatural) -> BigNatural {
        precondition(left >= right, "a difference below zero is no natural number")
        var difference = left.digits
        var borrow: UInt64 = 0
        for index in difference.indices {
            let subtrahend = index < right.digits.count ? right.digits[index] : 0
            let (partial, first) = difference[index].subtractingReportingOverflow(subtrahend)
            let (total, second) = partial.subtractingReportingOverflow(borrow)
            difference[index] = total
            borrow = first || second ? 1 : 0
        }
        return BigNatural(digits: difference)
    }

    static func * (left: BigNatural, right: BigNatural) -> BigNatural {
        guard !left.isZero, !right.isZero else { return BigNatural(0) }
        var product = [UInt64](repeating: 0, count: left.digits.count + right.digits.count)
        for (leftIndex, leftDigit) in left.digits.enumerated() {
            var carry: UInt64 = 0
            for (rightIndex, rightDigit) in right.digits.enumerated() {
                let (high, low) = leftDigit.multipliedFullWidth(by: rightDigit)
                // At most (2^64 - 1)^2 + 2 (2^64 - 1) = 2^128 - 1.
                let sum = UInt128(high) << 64 + UInt128(low) + UInt128(product[leftIndex + rightIndex]) + UInt128(carry)
                product[leftIndex + rightIndex] = UInt64(truncatingIfNeeded: sum)
                carry = UInt64(truncatingIfNeeded: sum >> 64)
            }
            product[leftIndex + right.digits.count] = carry
        }
        return BigNatural(digits: product)
    }

    func raised(to exponent: Int) -> BigNatural {
        var result = BigNatural.one
        var square = self
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 { result = result * square }
            rest >>= 1
            if rest > 0 { square = square * square }
        }
        return result
    }

    /// Quotient and remainder (Knuth, The Art of Computer Programming, 4.3.1, algorithm D).
    ///
    /// - Precondition: `divisor` is not zero.
    func quotientAndRemainder(dividingBy divisor: BigNatural) -> (quotient: BigNatural, remainder: BigNatural) {
        precondition(!divisor.isZero, "nothing is divided by zero")
        guard self >= divisor else { return (BigNatural(0), self) }
        if divisor.digits.count == 1 { return divided(byDigit: divisor.digits[0]) }

        let shift = divisor.digits[divisor.digits.count - 1].leadingZeroBitCount
        let normalDivisor = divisor.shifted(by: shift).digits
        var rest = shifted(by: shift).digits
        while rest.count <= digits.count { rest.append(0) }
        let count = normalDivisor.count
        let top = normalDivisor[count - 1]
        var quotient = [UInt64](repeating: 0, count: rest.count - count)
        for place in quotient.indices.reversed() {
            let high = rest[place + count]
            let head = UInt128(high) << 64 | UInt128(rest[place + count - 1])
            var estimate = high >= top ? UInt128(UInt64.max) : head / UInt128(top)
            var left = head - estimate * UInt128(top)
            while left >> 64 == 0,
                estimate * UInt128(normalDivisor[count - 2]) > left << 64 | UInt128(rest[place + count - 2])
            {
                estimate -= 1
                left += UInt128(top)
            }
            if subtract(normalDivisor, times: UInt64(estimate), from: &rest, at: place) {
                estimate -= 1
                add(normalDivisor, to: &rest, at: place)
            }
            quotient[place] = UInt64(estimate)
        }
        return (BigNatural(digits: quotient), BigNatural(digits: rest).shifted(back: shift))
    }

    private func divided(byDigit divisor: UInt64) -> (quotient: BigNatural, remainder: BigNatural) {
        var quotient = digits
        var remainder: UInt64 = 0
        for index in quotient.indices.reversed() {
            (quotient[index], remainder) = divisor.dividingFullWidth((remainder, quotient[index]))
        }
        return (BigNatural(digits: quotient), BigNatural(UInt128(remainder)))
    }

    /// Subtracts a multiple of the divisor; true when the result went below zero.
    private func subtract(_ divisor: [UInt64], times factor: UInt64, from rest: inout [UInt64], at place: Int) -> Bool {
        var borrow: UInt128 = 0
        for (index, digit) in divisor.enumerated() {
            let product = UInt128(factor) * UInt128(digit) + borrow
            let (difference, isBelow) = rest[place + index].subtractingReportingOverflow(
                UInt64(truncatingIfNeeded: product))
            rest[place + index] = difference
            borrow = product >> 64 + (isBelow ? 1 : 0)
        }
        let (difference, isBelow) = rest[place + divisor.count].subtractingReportingOverflow(
            UInt64(truncatingIfNeeded: borrow))
        rest[place + divisor.count] = difference
        return isBelow
    }

    private func add(_ divisor: [UInt64], to rest: inout [UInt64], at place: Int) {
        var carry: UInt128 = 0
        for (index, digit) in divisor.enumerated() {
            let sum = UInt128(rest[place + index]) + UInt128(digit) + carry
            rest[place + index] = UInt64(truncatingIfNeeded: sum)
            carry = sum >> 64
        }
        rest[place + divisor.count] &+= UInt64(carry)
    }

    /// - Parameter bits: Less than 64.
    private func shifted(by bits: Int) -> BigNatural {
        guard bits > 0 else { return self }
        var result: [UInt64] = []
        var carry: UInt64 = 0
        for digit in digits {
            result.append(digit << UInt64(bits) | carry)
            carry = digit >> UInt64(64 - bits)
        }
        result.append(carry)
        return BigNatural(digits: result)
    }

    private func shifted(back bits: Int) -> BigNatural {
        guard bits > 0 else { return self }
        var result = digits
        for index in result.indices {
            let above = index + 1 < digits.count ? digits[index + 1] << UInt64(64 - bits) : 0
            result[index] = digits[index] >> UInt64(bits) | above
        }
        return BigNatural(digits: result)
    }

    /// The greatest common divisor.
    func greatestCommonDivisor(with other: BigNatural) -> BigNatural {
        var (left, right) = (self, other)
        while !right.isZero { (left, right) = (right, left.quotientAndRemainder(dividingBy: right).remainder) }
        return left
    }
}

/// The powers of ten that 128 bits hold.
enum PowersOfTen {
    private static let table: [UInt128] = (0..<38).reduce(into: [1]) { table, _ in
        table.append(table[table.count - 1] * 10)
    }

    /// - Parameter exponent: 0 to 38.
    static subscript(exponent: Int) -> UInt128 { table[exponent] }
}
