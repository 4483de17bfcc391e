/// White space between the tokens of JSON.
enum JSONSpace {
    static func contains(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}

/// Finds where bytes of the compact text stood in the text that arrived, for the places of rejects.
///
/// Answers ascending questions in one pass over the source.
final class SourceOffsets {
    private var source: [UInt8]
    private var position = 0
    private var compact = 0
    private var inString = false

    init(_ source: [UInt8]) {
        self.source = source
    }

    /// Gives the source back, for its memory.
    func released() -> [UInt8] {
        let released = source
        source = []
        return released
    }

    /// - Parameter offset: Not less than in the call before.
    func source(ofCompact offset: Int) -> Int {
        while position < source.count {
            let byte = source[position]
            if !inString, JSONSpace.contains(byte) {
                position += 1
                continue
            }
            if compact >= offset { break }
            let isEscape = inString && byte == UInt8(ascii: "\\")
            if byte == UInt8(ascii: "\"") { inString.toggle() }
            position += isEscape ? 2 : 1
            compact += isEscape ? 2 : 1
        }
        return position
    }
}
