/// A pattern as a tree.
indirect enum RegularExpressionTree {
    case empty
    case scalar(Unicode.Scalar)
    case set(CharacterSet)
    case any
    case sequence([RegularExpressionTree])
    case alternatives([RegularExpressionTree])
    case repetition(RegularExpressionTree, from: Int, to: Int?, isLazy: Bool)
    case group(RegularExpressionTree, Int)
    case assertion(RegularExpression.Assertion)
}

/// Reads the text of a pattern.
struct RegularExpressionReader {
    typealias Failure = RegularExpression.PatternError

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false
    private var isMultiline = false
    private(set) var groupCount = 0
    private(set) var groupNames: [String: Int] = [:]

    /// How deep groups may stand in one another.
    private static let deepest = 100
    /// The greatest count of a repetition.
    private static let mostRepetitions = 1000

    init(_ pattern: String) throws(Failure) {
        scalars = Array(pattern.unicodeScalars)
        guard scalars.count <= RegularExpression.longestPattern else {
            throw Failure(reason: "a pattern longer than \(RegularExpression.longestPattern) characters")
        }
    }

    mutating func pattern() throws(Failure) -> RegularExpressionTree {
        let tree = try alternatives()
        guard position == scalars.count else { throw Failure(reason: "a closing parenthesis without its partner") }
        return tree
    }

    private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        position + distance < scalars.count ? scalars[position + distance] : nil
    }

    private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
        guard peek() == scalar else { return false }
        position += 1
        return true
    }

    private mutating func next() throws(Failure) -> Unicode.Scalar {
        guard let scalar = peek() else { throw Failure(reason: "a pattern that ends too early") }
        position += 1
        return scalar
    }

    private mutating func alternatives() throws(Failure) -> RegularExpressionTree {
        guard depth < Self.deepest else { throw Failure(reason: "groups nested more than \(Self.deepest) deep") }
        depth += 1
        defer { depth -= 1 }
        // What a flag such as (?i) switches on holds to the end of the group.
        let flags = (ignoresCase, isMultiline)
        defer { (ignoresCase, isMultiline) = flags }
        var branches = [try sequence()]
        while skip("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .alternatives(branches)
    }

    private mutating func sequence() throws(Failure) -> RegularExpressionTree {
        var parts: [RegularExpressionTree] = []
        while let scalar = peek(), scalar != "|", scalar != ")" {
            var part = try atom()
            while let (from, to) = try repetition() {
                let isLazy = skip("?")
                guard isLazy || !skip("+") else { throw Failure(reason: "a possessive repetition") }
                if case .assertion = part { throw Failure(reason: "a repetition of what matches no character") }
                part = .repetition(part, from: from, to: to, isLazy: isLazy)
            }
            parts.append(part)
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func repetition() throws(Failure) -> (from: Int, to: Int?)? {
        switch peek() {
        case "*":
            position += 1
            return (0, nil)
        case "+":
            position += 1
            return (1, nil)
        case "?":
            position += 1
            return (0, 1)
        case "{":
            let start = position
            position += 1
            let low = number()
            var high = low
            if skip(",") { high = number() }
            let isOpen = position > 0 && scalars[position - 1] == ","
            guard low != nil || high != nil, skip("}") else {
                // A brace that is no repetition stands for itself.
                position = start
                return nil
            }
            let from = low ?? 0
            let to = isOpen ? nil : high
            guard max(from, to ?? 0) <= Self.mostRepetitions, to.map({ from <= $0 }) ?? true else {
                throw Failure(reason: "a repetition of more than \(Self.mostRepetitions), or of more than it allows")
            }
            return (from, to)
        default: return nil
        }
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let scalar = peek(), "0"..."9" ~= scalar {
            value = min((value ?? 0) * 10 + Int(scalar.value - 48), Self.mostRepetitions + 1)
            position += 1
        }
        return value
    }

    private mutating func atom() throws(Failure) -> RegularExpressionTree {
        let scalar = try next()
        switch scalar {
        case "(": return try group()
        case "[": return .set(try bracket())
        case ".": return .any
        case "^": return .assertion(isMultiline ? .lineStart : .start)
        case "$": return .assertion(isMultiline ? .lineEnd : .end)
        case "\\": return try escape()
        case "*", "+", "?": throw Failure(reason: "a repetition of nothing")
        default: return literal(scalar)
        }
    }

    private func literal(_ scalar: Unicode.Scalar) -> RegularExpressionTree {
        guard ignoresCase else { return .scalar(scalar) }
        var set = CharacterSet()
        insert(scalar, into: &set)
        return .set(set)
    }

    private func insert(_ scalar: Unicode.Scalar, into set: inout CharacterSet) {
        set.ranges.append(scalar.value...scalar.value)
        guard ignoresCase else { return }
        for form in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
            let scalars = form.unicodeScalars
            if scalars.count == 1, let other = scalars.first, other != scalar {
                set.ranges.append(other.value...other.value)
            }
        }
    }

    private mutating func group() throws(Failure) -> RegularExpressionTree {
        var number: Int?
        let outside = (ignoresCase, isMultiline)
        if skip("?") {
            if skip(":") {
                number = nil
            } else if peek() == "P" && peek(1) == "<" || peek() == "<" && peek(1) != "=" && peek(1) != "!" {
                position += peek() == "P" ? 2 : 1
                var name = String.UnicodeScalarView()
                while let scalar = peek(), scalar != ">" {
                    name.append(scalar)
                    position += 1
                }
                guard skip(">"), !name.isEmpty else { throw Failure(reason: "a group without its name") }
                groupCount += 1
                number = groupCount
                groupNames[String(name)] = groupCount
            } else if try flags() {
                return .empty
            }
        } else {
            groupCount += 1
            number = groupCount
        }
        let tree = try alternatives()
        guard skip(")") else { throw Failure(reason: "an opening parenthesis without its partner") }
        (ignoresCase, isMultiline) = outside
        return number.map { .group(tree, $0) } ?? tree
    }

    /// Flags such as `(?i)`; true when they stand alone, false when a group follows behind a colon.
    private mutating func flags() throws(Failure) -> Bool {
        var isOn = true
        while true {
            switch try next() {
            case "i": ignoresCase = isOn
            case "m": isMultiline = isOn
            case "s" where isOn: break
            case "-": isOn = false
            case ":": return false
            case ")": return true
            case "=", "!", "<": throw Failure(reason: "a look around, which would need backtracking")
            default: throw Failure(reason: "an unknown kind of group")
            }
        }
    }

    private mutating func escape() throws(Failure) -> RegularExpressionTree {
        let scalar = try next()
        switch scalar {
        case "b": return .assertion(.wordBoundary)
        case "B": return .assertion(.noWordBoundary)
        case "A": return .assertion(.start)
        case "z", "Z": return .assertion(.end)
        case "1"..."9", "k": throw Failure(reason: "a reference back to a group, which would need backtracking")
        default:
            position -= 1
            var set = CharacterSet()
            if try classEscape(into: &set) { return .set(set) }
            return literal(try scalarEscape())
        }
    }

    /// `\d` and its like, which stand for many scalars.
    private mutating func classEscape(into set: inout CharacterSet) throws(Failure) -> Bool {
        let known: CharacterClass
        switch peek() {
        case "d", "D": known = .digit
        case "w", "W": known = .word
        case "s", "S": known = .space
        case "p", "P":
            let isNegated = try next() == "P"
            var name = String.UnicodeScalarView()
            if skip("{") {
                while let scalar = peek(), scalar != "}" {
                    name.append(scalar)
                    position += 1
                }
                guard skip("}") else { throw Failure(reason: "a property without its closing brace") }
            } else {
                name.append(try next())
            }
            guard let property = CharacterClass(property: String(name)) else {
                throw Failure(reason: "the unknown property '\(String(name))'")
            }
            set.classes.append((property, isNegated))
            return true
        default: return false
        }
        let letter = try next()
        set.classes.append((known, letter.properties.isUppercase))
        return true
    }

    private mutating func scalarEscape() throws(Failure) -> Unicode.Scalar {
        let scalar = try next()
        switch scalar {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "0": return "\0"
        case "x": return try hexadecimal(2)
        case "u": return try hexadecimal(4)
        case _ where RegularExpression.isWord(scalar): throw Failure(reason: "the unknown escape '\\\(scalar)'")
        default: return scalar
        }
    }

    private mutating func hexadecimal(_ count: Int) throws(Failure) -> Unicode.Scalar {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let digit = Character(try next()).hexDigitValue else {
                throw Failure(reason: "an escape without its hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
        }
        guard let scalar = Unicode.Scalar(value) else { throw Failure(reason: "an escape of half a character") }
        return scalar
    }

    private mutating func bracket() throws(Failure) -> CharacterSet {
        var set = CharacterSet()
        set.isNegated = skip("^")
        var isFirst = true
        while true {
            let scalar = try next()
            if scalar == "]", !isFirst { return set }
            isFirst = false
            if scalar == "[", peek() == ":" {
                try posixClass(into: &set)
                continue
            }
            var low = scalar
            if scalar == "\\" {
                if try classEscape(into: &set) { continue }
                low = peek() == "b" ? "\u{08}" : try scalarEscape()
                if low == "\u{08}" { position += 1 }
            }
            guard peek() == "-", let after = peek(1), after != "]" else {
                insert(low, into: &set)
                continue
            }
            position += 1
            var high = try next()
            if high == "\\" { high = try scalarEscape() }
            guard low.value <= high.value else { throw Failure(reason: "a range whose end is before its start") }
            set.ranges.append(low.value...high.value)
            if ignoresCase { foldRange(low, high, into: &set) }
        }
    }

    /// The other case of the letters of ASCII in a range.
    private func foldRange(_ low: Unicode.Scalar, _ high: Unicode.Scalar, into set: inout CharacterSet) {
        for value in max(low.value, 0x41)...max(min(high.value, 0x7A), max(low.value, 0x41)) {
            if let scalar = Unicode.Scalar(value), value <= high.value { insert(scalar, into: &set) }
        }
    }

    private mutating func posixClass(into set: inout CharacterSet) throws(Failure) {
        position += 1
        var name = String.UnicodeScalarView()
        while let scalar = peek(), scalar != ":" {
            name.append(scalar)
            position += 1
        }
        guard skip(":"), skip("]") else { throw Failure(reason: "a class without its end") }
        switch String(name) {
        case "alpha": set.ranges += [0x41...0x5A, 0x61...0x7A]
        case "digit": set.ranges.append(0x30...0x39)
        case "alnum": set.ranges += [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
        case "upper": set.ranges.append(0x41...0x5A)
        case "lower": set.ranges.append(0x61...0x7A)
        case "space": set.classes.append((.space, false))
        case "punct": set.ranges += [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]
        default: throw Failure(reason: "the unknown class '\(String(name))'")
        }
    }
}
