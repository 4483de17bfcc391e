internal import CSimdjson

/// Why bytes are not the JSON that was expected, and where.
public struct JSONError: Error, Equatable, Sendable {
    /// What is wrong.
    public enum Reason: Equatable, Sendable {
        case empty
        case tooLarge(limit: Int)
        case outOfMemory
        case invalidUTF8
        case byteOrderMark
        case unclosedString
        case controlCharacterInString
        case invalidEscape
        case invalidNumber
        case invalidLiteral
        case expectedValue
        case expectedName
        case expectedColon
        case expectedCommaOrEnd
        case tooDeep(limit: Int)
        case trailingContent
        case truncated
        case notCompact
        case notAnObject
        case duplicateName(String)
    }

    /// What is wrong.
    public let reason: Reason

    /// The offset of the first byte at which the text is not as expected.
    public let offset: Int

    /// An error at an offset.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The line and column of the error, counted from 1, columns in bytes.
    ///
    /// - Parameter source: The text that was refused.
    /// - Complexity: O(`offset`).
    public func position(in source: [UInt8]) -> (line: Int, column: Int) {
        let before = source.prefix(offset)
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return (line, before.count - lineStart + 1)
    }
}

extension JSONError: CustomStringConvertible {
    /// What is wrong and at which byte.
    public var description: String {
        "\(reason.text) at byte \(offset)"
    }
}

extension JSONError.Reason {
    fileprivate var text: String {
        switch self {
        case .empty: "no JSON value"
        case .tooLarge(let limit): "JSON text longer than the limit of \(limit) bytes"
        case .outOfMemory: "not enough memory for the JSON text"
        case .invalidUTF8: "bytes that are not UTF-8"
        case .byteOrderMark: "a byte order mark, which JSON must not begin with"
        case .unclosedString: "a string without its closing quote"
        case .controlCharacterInString: "an unescaped control character in a string"
        case .invalidEscape: "an unknown escape sequence or half of a surrogate pair"
        case .invalidNumber: "a malformed number"
        case .invalidLiteral: "a word that is neither true, false nor null"
        case .expectedValue: "something else where a value was expected"
        case .expectedName: "something else where a member name was expected"
        case .expectedColon: "something else where ':' was expected"
        case .expectedCommaOrEnd: "something else where ',' or the closing bracket was expected"
        case .tooDeep(let limit): "nesting deeper than the limit of \(limit)"
        case .trailingContent: "content after the JSON value"
        case .truncated: "the end of the text inside a value"
        case .notCompact: "white space in a text that must be compact"
        case .notAnObject: "a value that is not an object"
        case .duplicateName(let name): "a second member named '\(name)'"
        }
    }

    /// The reason behind a code of the shim.
    init(code: Int32, depthLimit: Int, sizeLimit: Int) {
        self =
            switch Int(code) {
            case AVOW_JSON_EMPTY: .empty
            case AVOW_JSON_TOO_LARGE: .tooLarge(limit: sizeLimit)
            case AVOW_JSON_NO_MEMORY: .outOfMemory
            case AVOW_JSON_UTF8: .invalidUTF8
            case AVOW_JSON_UNCLOSED_STRING: .unclosedString
            case AVOW_JSON_CONTROL_CHARACTER: .controlCharacterInString
            case AVOW_JSON_ESCAPE: .invalidEscape
            case AVOW_JSON_NUMBER: .invalidNumber
            case AVOW_JSON_LITERAL: .invalidLiteral
            case AVOW_JSON_EXPECTED_NAME: .expectedName
            case AVOW_JSON_EXPECTED_COLON: .expectedColon
            case AVOW_JSON_EXPECTED_COMMA_OR_END: .expectedCommaOrEnd
            case AVOW_JSON_TOO_DEEP: .tooDeep(limit: depthLimit)
            case AVOW_JSON_TRAILING: .trailingContent
            case AVOW_JSON_TRUNCATED: .truncated
            case AVOW_JSON_NOT_COMPACT: .notCompact
            case AVOW_JSON_NOT_OBJECT: .notAnObject
            case AVOW_JSON_BYTE_ORDER_MARK: .byteOrderMark
            default: .expectedValue
            }
    }
}
