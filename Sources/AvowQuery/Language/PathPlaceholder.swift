internal import AvowFHIR

/// A place in a path that is left open for a value: `$least` in `PATH(value.value > $least)`.
struct PathPlaceholder: Hashable, Sendable {
    let placeholder: Placeholder
    /// Where it stands in the path's text, the sign with it.
    let range: Range<Int>
}

extension PathExpression {
    /// The path with literals of FHIRPath in the places of its placeholders.
    ///
    /// A literal is a term of its own, in parentheses where it would not be one otherwise, so that what stands around it
    /// means what it did.
    ///
    /// - Parameter literals: one for each placeholder, in their order.
    func replacingPlaceholders(by literals: [String]) -> PathExpression {
        let bytes = Array(text.utf8)
        var written: [UInt8] = []
        var origins: [Origin] = []
        var end = 0
        func append(upTo next: Int) {
            origins.append(Origin(textOffset: written.count, sourceOffset: sourceOffset(ofTextOffset: end)))
            for origin in self.origins where end < origin.textOffset && origin.textOffset < next {
                origins.append(
                    Origin(
                        textOffset: written.count + origin.textOffset - end, sourceOffset: origin.sourceOffset))
            }
            written += bytes[end..<next]
        }
        for (place, literal) in zip(placeholders, literals) {
            append(upTo: place.range.lowerBound)
            origins.append(
                Origin(
                    textOffset: written.count, sourceOffset: sourceOffset(ofTextOffset: place.range.lowerBound)))
            let next = bytes[place.range.upperBound...].first { !Characters.isSpace($0) }
            let isMember = next == UInt8(ascii: ".") || next == UInt8(ascii: "[")
            written += Array((isMember || literal.hasPrefix("-") ? "(\(literal))" : literal).utf8)
            end = place.range.upperBound
        }
        append(upTo: bytes.count)
        return PathExpression(text: String(decoding: written, as: UTF8.self), origins: origins)
    }
}

extension QueryValue {
    /// The value as a literal of FHIRPath; nil when FHIRPath has none for it.
    func pathLiteral() throws(QuerySyntaxError) -> String? {
        switch self {
        case .string(let text): QueryValue.quotedForPath(text)
        case .number(let number): number.description
        case .boolean(let value): value ? "true" : "false"
        case .date(let date): "@" + (try DateLiteral(date.text)).text
        case .quantity(let number, let unit): "\(number) \(QueryValue.quotedForPath(unit))"
        case .reference(let reference): QueryValue.quotedForPath(reference.description)
        case .id(let id): QueryValue.quotedForPath(id.text)
        case .token, .list: nil
        }
    }

    private static func quotedForPath(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'", "\\": quoted += "\\" + String(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "'"
    }
}
