/// Classes of UTF-8 code units; only ASCII has a meaning outside of quotes.
enum Characters {
    static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20
    }

    static func isWordStart(_ byte: UInt8) -> Bool {
        isLetter(byte) || byte == UInt8(ascii: "_")
    }

    static func isWord(_ byte: UInt8) -> Bool {
        isWordStart(byte) || isDigit(byte)
    }

    static func isResourceID(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    /// Whether some code units are these capital letters, in either case.
    static func isWord(_ word: ArraySlice<UInt8>, _ letters: some Collection<UInt8>) -> Bool {
        // Case is one bit of a letter, and no other code unit gives a letter without it.
        word.elementsEqual(letters) { $0 & 0xDF == $1 }
    }

    /// Whether the code of a search parameter may have the code unit.
    static func isParameter(_ byte: UInt8) -> Bool { isWord(byte) || byte == UInt8(ascii: "-") }

    /// Whether the name of an index may have the code unit.
    static func isIndexName(_ byte: UInt8) -> Bool { isWord(byte) || isResourceID(byte) }

    static func isURIScheme(_ byte: UInt8) -> Bool {
        isResourceID(byte) || byte == UInt8(ascii: "+")
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    /// Characters that steer a terminal or a printer; a query holds none but tab and line ends, and a quotation none.
    static func isControl(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == 0x7F
    }

    /// Whether a value without quotes may contain the code unit.
    static func isBareValue(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "'"),
            UInt8(ascii: "\""), UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"):
            false
        default:
            byte > 0x20 && byte < 0x7F
        }
    }

    /// A text cut to a length that a message can bear.
    static func abbreviated(_ text: some StringProtocol) -> String {
        text.count <= 40 ? String(text) : String(text.prefix(39)) + "…"
    }
}
