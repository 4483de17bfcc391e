/// What a person did at the keyboard.
enum Key: Hashable, Sendable {
    /// Printable characters, as many as came together.
    case text(String)
    /// Text that the terminal says was pasted (bracketed paste): lines end in line feeds, and nothing in it is a command.
    case paste(String)
    case enter
    /// Enter with Alt or Shift: a new line, whatever the line so far says.
    case lineBreak
    case tab
    case backTab
    case backspace
    case delete
    case left
    case right
    case up
    case down
    case wordLeft
    case wordRight
    case home
    case end
    case pageUp
    case pageDown
    /// Control and a letter or sign, in lower case: `a` for Ctrl-A.
    case control(Character)
    /// Alt, or Escape before it, and a character.
    case alt(Character)
    case alternateBackspace
    case alternateDelete
    case escape
}

/// Makes keys of the bytes that a terminal sends: UTF-8, control characters, and the escape sequences of ECMA-48 as
/// xterm and those after it use them.
///
/// Bytes may come in any pieces. What is no key that is known is dropped, so that it does not end up in the text.
struct KeyDecoder {
    /// Longer sequences are not those of keys.
    private static let longestSequence = 64
    /// Of a paste no more is kept than any statement may have.
    private static let longestPaste = 1 << 20

    private var bytes: [UInt8] = []
    /// What has been pasted so far, while a paste is going on.
    private var pasted: [UInt8]?

    /// Whether bytes wait for more. Of an Escape alone only time can tell that nothing follows.
    var isWaiting: Bool { !bytes.isEmpty }

    /// Takes bytes and gives the keys that they complete.
    mutating func take(_ input: some Sequence<UInt8>) -> [Key] {
        bytes.append(contentsOf: input)
        var keys: [Key] = []
        while !bytes.isEmpty {
            if pasted != nil {
                guard takePaste(into: &keys) else { break }
                continue
            }
            guard let (key, length) = first(isComplete: false) else { break }
            bytes.removeFirst(length)
            KeyDecoder.append(key, to: &keys)
        }
        return keys
    }

    /// Gives the keys in what is waiting, since nothing more has come: Escape itself, mostly.
    mutating func finish() -> [Key] {
        guard pasted == nil else { return [] }
        var keys: [Key] = []
        while !bytes.isEmpty, pasted == nil, let (key, length) = first(isComplete: true) {
            bytes.removeFirst(length)
            KeyDecoder.append(key, to: &keys)
        }
        return keys
    }

    private static func append(_ key: Key?, to keys: inout [Key]) {
        guard let key else { return }
        if case .text(let new) = key, case .text(let before) = keys.last {
            keys[keys.count - 1] = .text(before + new)
        } else {
            keys.append(key)
        }
    }

    /// The key that the bytes begin with and its length; nil when more bytes are needed.
    private mutating func first(isComplete: Bool) -> (key: Key?, length: Int)? {
        switch bytes[0] {
        case 0x1b: return escapeSequence(isComplete: isComplete)
        case 0x0d, 0x0a: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x7f, 0x08: return (.backspace, 1)
        case 0x00: return (nil, 1)
        case 0x01...0x1a: return (.control(KeyDecoder.character(bytes[0] + 0x60)), 1)
        case 0x1c...0x1f: return (.control(KeyDecoder.character(bytes[0] + 0x40)), 1)
        default: return character(at: 0, isComplete: isComplete).map { ($0.text.map(Key.text), $0.length) }
        }
    }

    private static func character(_ byte: UInt8) -> Character { Character(Unicode.Scalar(byte)) }

    /// The character of UTF-8 that stands at a place; without text when it is none or a control character.
    private func character(at start: Int, isComplete: Bool) -> (text: String?, length: Int)? {
        let length: Int
        switch bytes[start] {
        case ..<0x80: length = 1
        case 0xc2..<0xe0: length = 2
        case 0xe0..<0xf0: length = 3
        case 0xf0..<0xf5: length = 4
        default: return (nil, 1)
        }
        let piece = bytes[start...].prefix(length)
        if let wrong = piece.dropFirst().firstIndex(where: { $0 & 0xc0 != 0x80 }) { return (nil, wrong - start) }
        guard piece.count == length else { return isComplete ? (nil, piece.count) : nil }
        guard let text = String(validating: piece, as: UTF8.self),
            text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { return (nil, length) }
        return (text, length)
    }

    // MARK: Escape sequences

    private mutating func escapeSequence(isComplete: Bool) -> (key: Key?, length: Int)? {
        guard bytes.count > 1 else { return isComplete ? (.escape, 1) : nil }
        switch bytes[1] {
        case UInt8(ascii: "["): return controlSequence(isComplete: isComplete)
        case UInt8(ascii: "O"):
            guard bytes.count > 2 else { return isComplete ? (.alt("O"), 2) : nil }
            return (KeyDecoder.cursorKey(bytes[2], modifier: 1), 3)
        case 0x0d, 0x0a: return (.lineBreak, 2)
        case 0x7f, 0x08: return (.alternateBackspace, 2)
        case 0x1b: return (.escape, 1)
        case 0x00..<0x20: return (nil, 2)
        default:
            guard let (text, length) = character(at: 1, isComplete: isComplete) else { return nil }
            return (text?.first.map(Key.alt), length + 1)
        }
    }

    /// `ESC [`, parameters, and a final character.
    private mutating func controlSequence(isComplete: Bool) -> (key: Key?, length: Int)? {
        guard let end = bytes.dropFirst(2).firstIndex(where: { !(0x20..<0x40).contains($0) }) else {
            if bytes.count > KeyDecoder.longestSequence { return (nil, bytes.count) }
            guard isComplete else { return nil }
            return bytes.count == 2 ? (.alt("["), 2) : (nil, bytes.count)
        }
        let length = end + 1
        // An Escape or a control character breaks a sequence off.
        guard (0x40..<0x7f).contains(bytes[end]) else { return (nil, end) }
        let parameters = String(decoding: bytes[2..<end], as: UTF8.self).split(
            separator: ";", omittingEmptySubsequences: false
        ).map { Int($0) ?? 0 }
        let number = parameters.first ?? 0
        let modifier = parameters.count > 1 ? parameters[1] : 1
        switch bytes[end] {
        case UInt8(ascii: "~"):
            switch number {
            case 200:
                pasted = []
                return (nil, length)
            case 1, 7: return (.home, length)
            case 4, 8: return (.end, length)
            case 3: return (modifier == 1 ? .delete : .alternateDelete, length)
            case 5: return (.pageUp, length)
            case 6: return (.pageDown, length)
            // xterm's modifyOtherKeys.
            case 27 where parameters.count > 2 && parameters[2] == 13: return (.lineBreak, length)
            default: return (nil, length)
            }
        case UInt8(ascii: "Z"): return (.backTab, length)
        // Enter with a modifier, as newer terminals report it.
        case UInt8(ascii: "u") where number == 13: return (modifier == 1 ? .enter : .lineBreak, length)
        default: return (KeyDecoder.cursorKey(bytes[end], modifier: modifier), length)
        }
    }

    private static func cursorKey(_ final: UInt8, modifier: Int) -> Key? {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): modifier > 1 ? .wordRight : .right
        case UInt8(ascii: "D"): modifier > 1 ? .wordLeft : .left
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "M"): .enter
        default: nil
        }
    }

    // MARK: Pasting

    /// Takes what is pasted, up to the end of the paste; false when more bytes are needed.
    private mutating func takePaste(into keys: inout [Key]) -> Bool {
        let end = Array("\u{1b}[201~".utf8)
        var content = pasted ?? []
        defer { if pasted != nil { pasted = content } }
        guard let start = KeyDecoder.position(of: end, in: bytes) else {
            // The last bytes may be the beginning of the end.
            let safe = max(0, bytes.count - end.count + 1)
            content += bytes.prefix(min(safe, max(0, KeyDecoder.longestPaste - content.count)))
            bytes.removeFirst(safe)
            return false
        }
        content += bytes.prefix(min(start, max(0, KeyDecoder.longestPaste - content.count)))
        bytes.removeFirst(start + end.count)
        pasted = nil
        let text = KeyDecoder.cleaned(String(decoding: content, as: UTF8.self))
        if !text.isEmpty { keys.append(.paste(text)) }
        return true
    }

    private static func position(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return (0...bytes.count - pattern.count).first { bytes[$0...].starts(with: pattern) }
    }

    /// Text as it may stand in the editor: lines end in line feeds, tabs are spaces, other control characters are gone.
    static func cleaned(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var last: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\r": result.append("\n")
            case "\n": if last != "\r" { result.append("\n") }
            case "\t": result.append(contentsOf: "    ".unicodeScalars)
            default: if scalar.properties.generalCategory != .control { result.append(scalar) }
            }
            last = scalar
        }
        return String(result)
    }
}
