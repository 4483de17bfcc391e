/// A regular expression that matches in time linear in the text, whatever the pattern.
///
/// Expressions come from whoever asks, so a matcher that backtracks would let them stop a store with one pattern. This
/// one steps all alternatives at once over the scalars of the text (R. Cox, "Regular Expression Matching: the Virtual
/// Machine Approach", 2009). It knows the patterns that FHIRPath builds on (PCRE, FHIRPath N1, section 5.6.9) but for
/// what needs backtracking: references back to groups and looking around are refused when the pattern is read.
struct RegularExpression: Sendable {
    let program: [Instruction]
    /// How many groups there are, the whole match counted as one.
    let groupCount: Int
    let groupNames: [String: Int]

    /// One step of the machine.
    enum Instruction: Sendable {
        case scalar(Unicode.Scalar)
        case set(CharacterSet)
        case any
        /// Go on at both places, the first one preferred.
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case assert(Assertion)
        case match
    }

    enum Assertion: Sendable {
        case start, end, lineStart, lineEnd, wordBoundary, noWordBoundary
    }

    /// Why a pattern is refused.
    struct PatternError: Error {
        let reason: String
    }

    /// Bounds on a pattern: its own length and that of its program, which counted repetitions multiply.
    static let longestPattern = 4096
    static let longestProgram = 20_000

    /// Reads a pattern; `.` matches line ends too, as FHIRPath has it.
    init(_ pattern: String) throws(PatternError) {
        var reader = try RegularExpressionReader(pattern)
        let tree = try reader.pattern()
        var writer = RegularExpressionWriter()
        try writer.write(.group(tree, 0))
        try writer.emit(.match)
        program = writer.program
        groupCount = reader.groupCount + 1
        groupNames = reader.groupNames
    }

    /// The first match at or behind a position: for each group the offsets of its scalars, -1 when it took no part.
    func firstMatch(in text: [Unicode.Scalar], from position: Int, wholly: Bool = false) -> [Int]? {
        var machine = RegularExpressionMachine(self, text, wholly: wholly)
        return machine.run(from: position)
    }

    /// Whether the pattern matches somewhere, or the whole of the text.
    func matches(_ text: String, wholly: Bool) -> Bool {
        firstMatch(in: Array(text.unicodeScalars), from: 0, wholly: wholly) != nil
    }

    /// How much work a scalar of a text may be, in steps of an evaluation.
    var workPerScalar: Int { 1 + program.count >> 4 }

    /// The text with every match replaced; `$1` and `${name}` stand for groups.
    ///
    /// - Parameter spend: Told after each match how many scalars were looked at for it and how many the result has; to
    ///   find the longest match may take a look at the whole rest of the text, and what stands for a group may be long.
    func replacing<Failure: Error>(
        in text: String, with replacement: String, spend: (_ read: Int, _ written: Int) throws(Failure) -> Void
    ) throws(Failure) -> String {
        let scalars = Array(text.unicodeScalars)
        let parts = replacementParts(replacement)
        var result: [Unicode.Scalar] = []
        var position = 0
        while position <= scalars.count {
            var machine = RegularExpressionMachine(self, scalars, wholly: false)
            guard let match = machine.run(from: position) else { break }
            try spend(machine.reached - position + program.count >> 6, result.count)
            result.append(contentsOf: scalars[position..<match[0]])
            for part in parts {
                switch part {
                case .text(let text): result.append(contentsOf: text.unicodeScalars)
                case .group(let group) where match[group * 2] >= 0:
                    result.append(contentsOf: scalars[match[group * 2]..<match[group * 2 + 1]])
                case .group: break
                }
            }
            position = match[1]
            if match[0] == match[1] {
                if position < scalars.count { result.append(scalars[position]) }
                position += 1
            }
        }
        if position < scalars.count { result.append(contentsOf: scalars[position...]) }
        return String(String.UnicodeScalarView(result))
    }

    private enum ReplacementPart {
        case text(String)
        case group(Int)
    }

    private func replacementParts(_ replacement: String) -> [ReplacementPart] {
        var parts: [ReplacementPart] = []
        var rest = Substring(replacement)
        while let sign = rest.firstIndex(where: { $0 == "$" || $0 == "\\" }) {
            parts.append(.text(String(rest[..<sign])))
            let isEscape = rest[sign] == "\\"
            rest = rest[rest.index(after: sign)...]
            if isEscape {
                if let next = rest.popFirst() { parts.append(.text(String(next))) }
            } else if rest.first == "{", let close = rest.firstIndex(of: "}") {
                let name = String(rest.dropFirst()[..<close])
                let group = Int(name) ?? groupNames[name]
                if let group, group < groupCount, group >= 0 { parts.append(.group(group)) }
                rest = rest[rest.index(after: close)...]
            } else {
                let digits = rest.prefix(2).prefix { $0.isASCII && $0.isNumber }
                if let group = Int(digits), group < groupCount {
                    parts.append(.group(group))
                    rest = rest.dropFirst(digits.count)
                } else if let group = Int(digits.prefix(1)), group < groupCount {
                    parts.append(.group(group))
                    rest = rest.dropFirst(1)
                } else {
                    parts.append(.text("$"))
                }
            }
        }
        parts.append(.text(String(rest)))
        return parts
    }
}

/// A set of scalars as a bracket expression or an escape such as `\d` writes it.
struct CharacterSet: Sendable {
    var ranges: [ClosedRange<UInt32>] = []
    var classes: [(CharacterClass, isNegated: Bool)] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        var found = ranges.contains { $0.contains(scalar.value) }
        if !found { found = classes.contains { $0.0.contains(scalar) != $0.isNegated } }
        return found != isNegated
    }
}

/// The named kinds of scalars.
enum CharacterClass: Sendable {
    case digit, word, space, letter, upper, lower, number, punctuation, symbol, separator, other

    init?(property: String) {
        switch property {
        case "L", "Letter", "Alpha", "Alphabetic", "IsAlphabetic": self = .letter
        case "Lu", "Upper", "Uppercase": self = .upper
        case "Ll", "Lower", "Lowercase": self = .lower
        case "N", "Nd", "Digit": self = .number
        case "P", "Punct": self = .punctuation
        case "S": self = .symbol
        case "Z", "Zs": self = .separator
        case "C", "Cc": self = .other
        default: return nil
        }
    }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .digit: return "0"..."9" ~= scalar
        case .word: return RegularExpression.isWord(scalar)
        case .space: return [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(scalar.value)
        case .letter: return scalar.properties.isAlphabetic
        case .upper: return scalar.properties.generalCategory == .uppercaseLetter
        case .lower: return scalar.properties.generalCategory == .lowercaseLetter
        case .number:
            return [.decimalNumber, .letterNumber, .otherNumber].contains(scalar.properties.generalCategory)
        case .punctuation:
            return [
                .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherPunctuation,
            ].contains(scalar.properties.generalCategory)
        case .symbol:
            return [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
                .contains(scalar.properties.generalCategory)
        case .separator:
            return [.spaceSeparator, .lineSeparator, .paragraphSeparator]
                .contains(scalar.properties.generalCategory)
        case .other:
            return [.control, .format, .unassigned, .privateUse].contains(scalar.properties.generalCategory)
        }
    }
}

extension RegularExpression {
    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && FHIRPathWord.isPart(UInt8(scalar.value))
    }
}
