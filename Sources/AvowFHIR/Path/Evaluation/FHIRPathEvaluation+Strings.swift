// Functions of strings (FHIRPath N1, section 5.6, and the additions of the current draft). Positions and lengths count
// Unicode scalars, as equality does.
extension FHIRPathEvaluation {
    func strings(
        _ function: FHIRPathFunction, _ text: String, _ arguments: [FHIRPathOperation], _ frame: Frame,
        _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        try spend(text.utf8.count >> 4, at: range)
        switch function {
        case .upper: return [.string(text.uppercased())]
        case .lower: return [.string(text.lowercased())]
        case .length: return [.integer(text.unicodeScalars.count)]
        case .trim: return [.string(Self.trimmed(text))]
        case .toChars: return try Self.characters(text).bounded(by: self, at: range)
        case .substring: return try substring(text, arguments, frame)
        case .matches, .matchesFull, .replaceMatches:
            return try matched(function, text, arguments, frame, range)
        default: break
        }
        guard let argument = try string(arguments[0], frame) else { return [] }
        switch function {
        case .startsWith: return [.boolean(text.unicodeScalars.starts(with: argument.unicodeScalars))]
        case .endsWith:
            return [.boolean(text.unicodeScalars.reversed().starts(with: argument.unicodeScalars.reversed()))]
        case .contains: return [.boolean(ScalarSearch(argument).first(in: Array(text.unicodeScalars)) != nil)]
        case .indexOf: return [.integer(ScalarSearch(argument).first(in: Array(text.unicodeScalars)) ?? -1)]
        case .lastIndexOf: return [.integer(ScalarSearch(argument).last(in: Array(text.unicodeScalars)) ?? -1)]
        case .split: return try Self.split(text, argument).bounded(by: self, at: range)
        case .replace:
            guard let replacement = try string(arguments[1], frame) else { return [] }
            return [.string(try replaced(text, argument, replacement, at: range))]
        default:
            guard let coding = TextCoding(function, argument) else {
                throw FHIRPathError(
                    .evaluation, at: arguments[0].range, expected: TextCoding.expected(by: function),
                    found: "'\(argument)'")
            }
            guard let result = coding.applied(to: text) else { return [] }
            return [.string(try bounded(result, at: range))]
        }
    }

    /// The strings of a collection, one behind the other; of none an empty one, as SQL on FHIR has it.
    func join(
        _ input: [FHIRPathItem], _ separator: FHIRPathOperation?, _ frame: Frame, _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        var between = ""
        if let separator { between = try string(separator, frame) ?? "" }
        var texts: [String] = []
        var length = 0
        for item in input {
            let text = try string([item], at: range) ?? ""
            length += text.utf8.count + between.utf8.count
            try boundedLength(length, at: range)
            texts.append(text)
        }
        return [.string(try bounded(texts.joined(separator: between), at: range))]
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    private static func characters(_ text: String) -> [FHIRPathItem] {
        text.unicodeScalars.map { .string(String($0)) }
    }

    private func substring(
        _ text: String, _ arguments: [FHIRPathOperation], _ frame: Frame
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        let scalars = text.unicodeScalars
        guard let start = try integer(arguments[0], frame), start >= 0,
            let first = scalars.index(scalars.startIndex, offsetBy: start, limitedBy: scalars.endIndex),
            first < scalars.endIndex
        else { return [] }
        // A length that is empty is as good as none.
        let length = arguments.count > 1 ? try integer(arguments[1], frame) : nil
        let rest = scalars[first...]
        return [.string(String(length.map { rest.prefix(max(0, $0)) } ?? rest))]
    }

    private func matched(
        _ function: FHIRPathFunction, _ text: String, _ arguments: [FHIRPathOperation], _ frame: Frame,
        _ range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        guard var pattern = try string(arguments[0], frame) else { return [] }
        let isReplacement = function == .replaceMatches
        let replacement = isReplacement ? try string(arguments[1], frame) : ""
        guard let replacement else { return [] }
        if arguments.count > (isReplacement ? 2 : 1), let flags = try string(arguments[isReplacement ? 2 : 1], frame),
            !flags.isEmpty
        {
            guard flags.utf8.allSatisfy({ $0 | 0x20 &- 0x61 < 26 }) else {
                throw FHIRPathError(
                    .evaluation, at: range, expected: "flags such as 'i' or 'm'", found: "'\(flags)'")
            }
            pattern = "(?\(flags))" + pattern
        }
        // An empty pattern is in every text, and replaces nothing.
        if isReplacement, pattern.isEmpty { return [.string(text)] }
        let expression: RegularExpression
        do throws(RegularExpression.PatternError) {
            expression = try RegularExpression(pattern)
        } catch {
            throw FHIRPathError(
                .evaluation, at: arguments[0].range, expected: "a regular expression", found: error.reason)
        }
        try spend(text.utf8.count * expression.workPerScalar + expression.program.count, at: range)
        guard isReplacement else {
            return [.boolean(expression.matches(text, wholly: function == .matchesFull))]
        }
        let result = try expression.replacing(in: text, with: replacement) { read, written throws(FHIRPathError) in
            try spend(read * expression.workPerScalar, at: range)
            try boundedLength(written, at: range)
        }
        return [.string(try bounded(result, at: range))]
    }

    private static func split(_ text: String, _ separator: String) -> [FHIRPathItem] {
        guard !separator.isEmpty else { return characters(text) }
        let scalars = Array(text.unicodeScalars)
        var parts: [FHIRPathItem] = []
        var start = 0
        for place in ScalarSearch(separator).all(in: scalars) {
            parts.append(.string(String(String.UnicodeScalarView(scalars[start..<place]))))
            start = place + separator.unicodeScalars.count
        }
        parts.append(.string(String(String.UnicodeScalarView(scalars[start...]))))
        return parts
    }

    private func replaced(
        _ text: String, _ pattern: String, _ replacement: String, at range: Range<Int>
    ) throws(FHIRPathError) -> String {
        let scalars = Array(text.unicodeScalars)
        // Nothing stands before, between and behind all characters.
        let length = pattern.unicodeScalars.count
        let places = length == 0 ? Array(0...scalars.count) : ScalarSearch(pattern).all(in: scalars)
        let inserted = Array(replacement.unicodeScalars)
        let (growth, overflow) = places.count.multipliedReportingOverflow(by: replacement.utf8.count)
        try boundedLength(overflow ? Int.max : growth, at: range)
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count + growth)
        var start = 0
        for place in places {
            result.append(contentsOf: scalars[start..<place])
            result.append(contentsOf: inserted)
            start = place + length
        }
        result.append(contentsOf: scalars[start...])
        return try bounded(String(String.UnicodeScalarView(result)), at: range)
    }
}

extension [FHIRPathItem] {
    fileprivate func bounded(
        by evaluation: FHIRPathEvaluation, at range: Range<Int>
    ) throws(FHIRPathError) -> [FHIRPathItem] {
        try evaluation.spend(count, at: range)
        try evaluation.bound(self, at: range)
        return self
    }
}

/// Finds a text in others in linear time, whatever both are (Knuth, Morris and Pratt, 1977).
struct ScalarSearch {
    private let pattern: [Unicode.Scalar]
    /// For each place of the pattern, how much of its beginning ends there.
    private let borders: [Int]

    init(_ pattern: String) {
        let pattern = Array(pattern.unicodeScalars)
        var borders = [Int](repeating: 0, count: pattern.count)
        var length = 0
        for index in pattern.indices.dropFirst() {
            while length > 0, pattern[index] != pattern[length] { length = borders[length - 1] }
            if pattern[index] == pattern[length] { length += 1 }
            borders[index] = length
        }
        self.pattern = pattern
        self.borders = borders
    }

    /// Where it first stands.
    func first(in text: [Unicode.Scalar]) -> Int? {
        var found: Int?
        visit(text, overlapping: true) { place in
            found = place
            return false
        }
        return found
    }

    /// Where it last stands.
    func last(in text: [Unicode.Scalar]) -> Int? {
        guard !pattern.isEmpty else { return text.count }
        var found: Int?
        visit(text, overlapping: true) { place in
            found = place
            return true
        }
        return found
    }

    /// Where it stands, from the left and each behind the one before; the pattern must not be empty.
    func all(in text: [Unicode.Scalar]) -> [Int] {
        var found: [Int] = []
        visit(text, overlapping: false) { place in
            found.append(place)
            return true
        }
        return found
    }

    private func visit(_ text: [Unicode.Scalar], overlapping: Bool, _ body: (Int) -> Bool) {
        guard !pattern.isEmpty else {
            _ = body(0)
            return
        }
        var length = 0
        for (index, scalar) in text.enumerated() {
            while length > 0, scalar != pattern[length] { length = borders[length - 1] }
            if scalar == pattern[length] { length += 1 }
            guard length == pattern.count else { continue }
            guard body(index + 1 - length) else { return }
            length = overlapping ? borders[length - 1] : 0
        }
    }
}
