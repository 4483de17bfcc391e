internal import AvowFHIR

/// A coded value to look for, as in FHIR search (R4, section 3.1.1.4.10): a code, its system, or both.
public struct Token: Hashable, Sendable {
    /// What is asked of the code's system.
    public enum System: Hashable, Sendable {
        /// Any system, or none: `4548-4`.
        case any
        /// The coding must have no system: `|4548-4`.
        case none
        /// The coding must be of this system: `loinc|4548-4`.
        case uri(String)
    }

    /// What is asked of the code's system.
    public let system: System
    /// The code, or nil for any code of the system: `loinc|`.
    public let code: String?

    /// Reads a token as it stands in a query, without its quotes.
    ///
    /// The system is an alias of ``CodeSystemAliases`` or a URI. `\|` and `\\` stand for a bar and a backslash.
    ///
    /// - Throws: ``QuerySyntaxError`` about the whole of `text`.
    public init(_ text: String) throws(QuerySyntaxError) {
        let range = SourceRange(0, text.utf8.count)
        // By scalars: a combining mark must not hide the bar that it follows.
        var parts: [String.UnicodeScalarView] = [.init()]
        var escaped = false
        for character in text.unicodeScalars {
            if escaped {
                guard character == "|" || character == "\\" else {
                    throw QuerySyntaxError(
                        .invalidValue, "'\\\(character)' means nothing in a code", at: range,
                        expected: ["'\\|'", "'\\\\'"])
                }
                parts[parts.count - 1].append(character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "|" {
                parts.append(.init())
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        guard !escaped, parts.count <= 2 else {
            throw QuerySyntaxError(
                .invalidValue, "'\(text)' is not a code", at: range,
                expected: ["system|code, with '\\|' for a bar in a code"])
        }
        let code = String(parts[parts.count - 1])
        guard !code.contains(where: \.isNewline), code.first?.isWhitespace != true, code.last?.isWhitespace != true
        else {
            throw QuerySyntaxError(.invalidValue, "a code neither begins nor ends with a space", at: range)
        }
        self.code = code.isEmpty ? nil : code
        if parts.count == 1 {
            system = .any
        } else if parts[0].isEmpty {
            system = .none
        } else {
            system = .uri(try Self.uri(of: String(parts[0]), at: range))
        }
        if code.isEmpty, system == .any || system == .none {
            throw QuerySyntaxError(.invalidValue, "there is no code", at: range, expected: ["a code", "system|code"])
        }
    }

    private static func uri(of name: String, at range: SourceRange) throws(QuerySyntaxError) -> String {
        if let uri = CodeSystemAliases.uri(for: name) {
            return uri
        }
        // RFC 3986, section 3.1: a URI begins with a scheme and a colon.
        if let colon = name.firstIndex(of: ":"), colon != name.startIndex,
            name[..<colon].utf8.allSatisfy(Characters.isURIScheme), !name.contains(where: \.isWhitespace)
        {
            return name
        }
        throw QuerySyntaxError(
            .unknownCodeSystem, "no code system '\(name)'", at: range,
            suggestion: NearestName.of(name, among: CodeSystemAliases.table.map(\.alias)))
    }
}

extension Token: CustomStringConvertible {
    /// The token as a query's text has it, without quotes, with the alias of the system where there is one.
    public var description: String {
        let code = Self.escaped(code ?? "")
        switch system {
        case .any: return code
        case .none: return "|" + code
        case .uri(let uri): return Self.escaped(CodeSystemAliases.alias(for: uri) ?? uri) + "|" + code
        }
    }

    static func escaped(_ text: String) -> String {
        // Nearly all codes and systems stay as they are.
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "\\") }) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "|" || scalar == "\\" {
                result.append("\\")
            }
            result.append(scalar)
        }
        return String(result)
    }
}
