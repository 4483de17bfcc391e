import AvowQuery

/// A statement or a command of a session, and where it stands in what it was read from.
struct ReplInput: Equatable {
    /// Without white space around it.
    let text: String
    /// The line it begins on, from 1.
    let line: Int

    /// Whether it is a command of the session, such as `.help`.
    var isCommand: Bool { text.hasPrefix(".") }
}

/// Parts text into statements, which end with `;`, and commands, which are a line each.
struct StatementReader {
    private var pending = ""
    /// The line that the pending text begins on.
    private var firstLine = 1
    private var nextLine = 1

    /// Takes a line, without its end, and gives what is complete with it.
    mutating func take(line: String) -> [ReplInput] {
        defer { nextLine += 1 }
        if StatementReader.isBlank(pending) {
            pending = ""
            firstLine = nextLine
            let command = line.trimmed
            if command.hasPrefix(".") { return [ReplInput(text: command, line: nextLine)] }
        }
        pending += (pending.isEmpty ? "" : "\n") + line
        // Only a `;` ends a statement, so that long ones are not looked at again and again.
        guard line.utf8.contains(UInt8(ascii: ";")) else { return [] }
        var inputs: [ReplInput] = []
        while let end = QueryText.lexemes(of: pending).first(where: { $0.kind == .end })?.range.upperBound {
            let bytes = Array(pending.utf8)
            append(String(decoding: bytes[..<end], as: UTF8.self), to: &inputs)
            pending = String(decoding: bytes[end...], as: UTF8.self)
            firstLine = nextLine
        }
        return inputs
    }

    /// Gives the last statement, which need not end with `;`.
    mutating func finish() -> [ReplInput] {
        var inputs: [ReplInput] = []
        append(pending, to: &inputs)
        pending = ""
        return inputs
    }

    /// All statements and commands of a text.
    static func inputs(in text: String) -> [ReplInput] {
        var reader = StatementReader()
        var inputs: [ReplInput] = []
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            inputs += reader.take(line: String(line))
        }
        return inputs + reader.finish()
    }

    private func append(_ text: String, to inputs: inout [ReplInput]) {
        guard let first = QueryText.lexemes(of: text).first(where: { $0.kind != .comment }), first.kind != .end else {
            return
        }
        let before = text.utf8.prefix(first.range.lowerBound)
        let line = firstLine + before.count { $0 == UInt8(ascii: "\n") }
        // Comments in front belong to nobody; within, they stay.
        inputs.append(
            ReplInput(text: String(decoding: text.utf8.dropFirst(before.count), as: UTF8.self).trimmed, line: line))
    }

    /// Whether there is nothing but white space and comments that are closed.
    private static func isBlank(_ text: String) -> Bool {
        QueryText.lexemes(of: text).allSatisfy { $0.kind == .comment }
    }
}

/// Tells whether what has been typed can be executed.
enum StatementEnd {
    /// Whether Enter executes a text: commands always, statements with their `;`, those on one line also without when
    /// they are complete, and those on several lines when the last one is empty.
    ///
    /// A text that is wrong whatever may follow is complete, too, so that the mistake shows at once.
    static func isReached(_ text: String) -> Bool {
        let trimmed = text.trimmed
        if trimmed.isEmpty || trimmed.hasPrefix(".") { return true }
        let lexemes = QueryText.lexemes(of: trimmed).filter { $0.kind != .comment }
        guard let last = lexemes.last else { return true }
        if last.kind == .end { return true }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let endsEmpty = lines.count > 1 && lines.last?.allSatisfy(\.isWhitespace) == true
        do throws(QueryError) {
            _ = try Query(trimmed)
            return lines.count == 1 || endsEmpty
        } catch {
            guard case .syntax(let error) = error else { return lines.count == 1 || endsEmpty }
            switch error.kind {
            case .unexpectedEnd: return false
            // A comment or a bracket may be closed on a further line, a quotation may not.
            case .unterminated:
                let opening = Array(trimmed.utf8)[min(error.range.lowerBound, trimmed.utf8.count - 1)]
                return "'\"`".utf8.contains(opening)
            default: return true
            }
        }
    }
}

extension StringProtocol {
    /// Without white space around it.
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}
