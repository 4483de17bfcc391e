/// Reads the codes of units (UCUM, section 2.3: the grammar of unit terms).
struct UCUMParser {
    private let code: String
    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0
    private var factors: [UnitFactor] = []

    /// Longer codes are refused.
    private static let longest = 256
    private static let deepest = 16
    /// No unit that anybody uses comes near it.
    private static let widest = 8_192

    init(_ code: String) {
        self.code = code
        bytes = Array(code.utf8)
    }

    mutating func unit() throws(UCUMError) -> (factors: [UnitFactor], value: UnitValue) {
        guard bytes.count <= Self.longest else { throw error(.tooLarge, 0..<bytes.count) }
        let value = try term(sign: 1)
        guard position == bytes.count else { throw expected("'.', '/' or the end") }
        let isOneSpecial = value.isSpecial
        return (isOneSpecial ? [] : Self.merged(factors), value)
    }

    /// Equal symbols in one factor, in the order in which they came.
    static func merged(_ factors: [UnitFactor]) -> [UnitFactor] {
        var merged: [UnitFactor] = []
        for factor in factors {
            if let index = merged.firstIndex(where: { $0.symbol == factor.symbol }) {
                merged[index].exponent += factor.exponent
            } else {
                merged.append(factor)
            }
        }
        return merged.filter { $0.exponent != 0 }
    }

    /// - Parameter sign: -1 within what is divided by.
    private mutating func term(sign: Int) throws(UCUMError) -> UnitValue {
        var value = UnitValue()
        var isFirst = true
        while true {
            var exponent = 1
            if peek == UInt8(ascii: "/") {
                position += 1
                exponent = -1
            } else if !isFirst {
                guard peek == UInt8(ascii: ".") else { return value }
                position += 1
            }
            let start = position
            let part = try component(sign: sign * exponent)
            let isAlone = isFirst && exponent == 1 && !hasOperator
            if part.isSpecial {
                guard isAlone else { throw error(.specialInProduct(text(start..<position)), start..<position) }
                value = part
            } else {
                value = try product(value, part, exponent, start)
            }
            isFirst = false
        }
    }

    private var hasOperator: Bool { peek == UInt8(ascii: ".") || peek == UInt8(ascii: "/") }

    private func product(_ left: UnitValue, _ right: UnitValue, _ exponent: Int, _ start: Int) throws(UCUMError)
        -> UnitValue
    {
        guard !left.isSpecial else { throw error(.specialInProduct(text(0..<start)), 0..<start) }
        guard left.factor.bitWidth + right.factor.bitWidth * abs(exponent) <= Self.widest else {
            throw error(.tooLarge, start..<position)
        }
        return UnitValue(
            factor: left.factor * right.factor.raised(to: exponent),
            dimension: left.dimension.multiplied(by: right.dimension, exponent: exponent))
    }

    private mutating func component(sign: Int) throws(UCUMError) -> UnitValue {
        guard let first = peek else { throw expected("a unit") }
        if first == UInt8(ascii: "(") {
            position += 1
            depth += 1
            guard depth <= Self.deepest else { throw error(.tooLarge, position - 1..<position) }
            let value = try term(sign: sign)
            guard peek == UInt8(ascii: ")") else { throw expected("')'") }
            position += 1
            depth -= 1
            // The grammar has no annotation here; R4's value sets have some.
            if peek == UInt8(ascii: "{") { try annotation() }
            return value
        }
        if first == UInt8(ascii: "{") {
            try annotation()
            return UnitValue()
        }
        let value = try simpleUnit(sign: sign)
        if peek == UInt8(ascii: "{") { try annotation() }
        return value
    }

    private mutating func annotation() throws(UCUMError) {
        position += 1
        while let byte = peek, byte != UInt8(ascii: "}") {
            guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "{") else { throw expected("'}'") }
            position += 1
        }
        guard peek != nil else { throw expected("'}'") }
        position += 1
    }

    /// A symbol with an exponent behind it, or a number.
    private mutating func simpleUnit(sign: Int) throws(UCUMError) -> UnitValue {
        let start = position
        var brackets = 0
        scan: while let byte = peek {
            switch byte {
            case UInt8(ascii: "["): brackets += 1
            case UInt8(ascii: "]"): brackets -= 1
            case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "{"):
                if brackets <= 0 { break scan }
            case 0x21...0x7E: break
            default: throw expected("a unit of printable ASCII")
            }
            position += 1
        }
        guard position > start else { throw expected("a unit") }
        if let number = number(start..<position) {
            guard number > 0 else { throw expected("a number above 0", start..<position) }
            factors.append(UnitFactor(symbol: text(start..<position), exponent: sign))
            return UnitValue(factor: Rational(number))
        }
        let (symbolEnd, exponent) = try exponent(start..<position)
        let symbol = text(start..<symbolEnd)
        factors.append(UnitFactor(symbol: symbol, exponent: sign * exponent))
        return try value(of: symbol, exponent, start..<position)
    }

    /// The whole number that the bytes are.
    private func number(_ range: Range<Int>) -> UInt128? {
        guard range.count <= 30 else { return nil }
        return UInt128(text(range)).flatMap { bytes[range.lowerBound] &- 0x30 < 10 ? $0 : nil }
    }

    /// Where the symbol ends, and the digits behind it.
    private func exponent(_ range: Range<Int>) throws(UCUMError) -> (end: Int, exponent: Int) {
        var end = range.upperBound
        while end > range.lowerBound, bytes[end - 1] &- 0x30 < 10 { end -= 1 }
        if end == range.upperBound { return (end, 1) }
        let digits = end
        if end > range.lowerBound, bytes[end - 1] == UInt8(ascii: "-") || bytes[end - 1] == UInt8(ascii: "+") {
            end -= 1
        }
        guard end > range.lowerBound else { throw expected("a unit", range) }
        guard let exponent = Int(text(digits..<range.upperBound)), exponent < 100 else {
            throw error(.tooLarge, digits..<range.upperBound)
        }
        return (end, bytes[end] == UInt8(ascii: "-") ? -exponent : exponent)
    }

    private func value(of symbol: String, _ exponent: Int, _ range: Range<Int>) throws(UCUMError) -> UnitValue {
        guard let (prefix, atom) = UCUMAtoms.shared.lookUp(symbol) else {
            throw error(.unknownUnit(symbol, suggestion: UCUMAtoms.shared.suggestion(for: symbol)), range)
        }
        var value = UnitValue()
        switch atom.meaning {
        case .base: value.dimension = UnitDimension(atom.symbol)
        case .own(let isSpecial):
            value.dimension = UnitDimension(atom.symbol)
            value.isSpecial = isSpecial
        case .derived(let factor, let units, let offset):
            // The tables refer to each other without a circle.
            let definition = try UCUMUnit.unit(units)
            value.factor = Rational(factor) * definition.factor
            value.dimension = definition.dimension
            if let offset {
                value.offset = Rational(offset) * value.factor
                value.isSpecial = true
            }
        }
        if let prefix { value.factor = value.factor * prefix }
        guard exponent != 1 else { return value }
        guard !value.isSpecial else { throw error(.specialInProduct(symbol), range) }
        guard value.factor.bitWidth * max(abs(exponent), 1) <= Self.widest else { throw error(.tooLarge, range) }
        value.factor = value.factor.raised(to: exponent)
        value.dimension = UnitDimension.none.multiplied(by: value.dimension, exponent: exponent)
        return value
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func expected(_ what: String, _ range: Range<Int>? = nil) -> UCUMError {
        error(.expected(what), range ?? position..<min(position + 1, bytes.count))
    }

    private func error(_ reason: UCUMError.Reason, _ range: Range<Int>) -> UCUMError {
        UCUMError(reason: reason, code: code, range: range)
    }
}
