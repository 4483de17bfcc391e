/// The code systems and value sets of R4's definitions.
final class Terminology: Sendable {
    static let r4 = Terminology(reading: table)

    struct System {
        let url: String
    }

    struct Code {
        let name: Name
        let system: UInt16
    }

    struct Part {
        let system: UInt16
        /// Whether all codes of the system are meant.
        let isWhole: Bool
        /// Where the numbers of the codes stand in `chosen` otherwise, ascending.
        let codes: Range<Int>
    }

    struct Set {
        let url: String
        var parts: [Part] = []
    }

    let systems: [System]
    let sets: [Set]
    private let codes: [Code]
    private let names: [UInt8]
    /// A hash table of codes: their numbers plus one, 0 where there is none.
    private let slots: [UInt32]
    private let chosen: [UInt32]
    private let numbers: [String: Int]

    private init(reading table: StaticString) {
        var builder = TerminologyBuilder(table)
        builder.read()
        systems = builder.systems
        sets = builder.sets
        codes = builder.codes
        names = builder.text
        slots = builder.slots
        chosen = builder.chosen
        numbers = Dictionary(sets.enumerated().map { ($1.url, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func number(of url: String) -> Int? {
        if let number = numbers[url] { return number }
        guard let version = url.utf8.firstIndex(of: UInt8(ascii: "|")) else { return nil }
        return numbers[String(url[..<version])]
    }

    /// The number of a system's code.
    func code(_ code: UnsafeBufferPointer<UInt8>, of system: UInt16) -> UInt32? {
        unsafe Terminology.find(code, NameKey(code), system, codes, slots, names)
    }

    func contains(_ code: UInt32, _ range: Range<Int>) -> Bool {
        var range = range
        while !range.isEmpty {
            let middle = (range.lowerBound + range.upperBound) / 2
            if chosen[middle] == code { return true }
            range = chosen[middle] < code ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return false
    }

    static func find(
        _ code: UnsafeBufferPointer<UInt8>, _ key: NameKey, _ system: UInt16, _ codes: [Code], _ slots: [UInt32],
        _ names: [UInt8]
    ) -> UInt32? {
        var slot = firstSlot(key, system, slots.count)
        while slots[slot] != 0 {
            let candidate = codes[Int(slots[slot]) - 1]
            if candidate.system == system, unsafe candidate.name.matches(key, code, in: names) {
                return slots[slot] - 1
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    static func firstSlot(_ key: NameKey, _ system: UInt16, _ count: Int) -> Int {
        (key.slot(mask: count - 1) ^ Int(system) &* 0x9E3B) & (count - 1)
    }
}

/// Reads the table that ``Terminology`` is made of; the comment on the table says what its lines are.
private struct TerminologyBuilder {
    private(set) var systems: [Terminology.System] = []
    private(set) var sets: [Terminology.Set] = []
    private(set) var codes: [Terminology.Code] = []
    private(set) var slots = [UInt32](repeating: 0, count: 1 << 16)
    private(set) var chosen: [UInt32] = []
    /// The table, in which names stay where they are.
    let text: [UInt8]

    init(_ table: StaticString) {
        // The literal stays where it is as long as the program runs.
        text = unsafe Array(UnsafeBufferPointer(start: table.utf8Start, count: table.utf8CodeUnitCount))
    }

    mutating func read() {
        codes.reserveCapacity(slots.count / 2)
        var lines = TextPieces(text.indices, separator: UInt8(ascii: "\n"))
        while let line = lines.next(in: text) {
            switch text[line.lowerBound] {
            case UInt8(ascii: "="):
                systems.append(Terminology.System(url: url(line.dropFirst())))
                if let codes = lines.next(in: text) { addCodes(codes) }
            case UInt8(ascii: "+"): sets.append(Terminology.Set(url: url(line.dropFirst())))
            default: addPart(line)
            }
        }
    }

    private mutating func addCodes(_ line: Range<Int>) {
        let system = UInt16(systems.count - 1)
        var pieces = TextPieces(line, separator: UInt8(ascii: "|"))
        while let piece = pieces.next(in: text) {
            let key = NameKey(text[piece])
            codes.append(Terminology.Code(name: Name(key: key, offset: UInt32(piece.lowerBound)), system: system))
            var slot = Terminology.firstSlot(key, system, slots.count)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(codes.count)
        }
    }

    /// - Parameter line: The number of a system, and codes out of it.
    private mutating func addPart(_ line: Range<Int>) {
        let space = text[line].firstIndex(of: TextPieces.space) ?? line.upperBound
        let system = text[line.lowerBound..<space].reduce(0) { $0 * 10 + UInt16($1 & 15) }
        let start = chosen.count
        if space < line.upperBound {
            var pieces = TextPieces(space + 1..<line.upperBound, separator: UInt8(ascii: "|"))
            while let piece = pieces.next(in: text) {
                if let code = code(piece, of: system) { chosen.append(code) }
            }
            chosen[start...].sort()
        }
        sets[sets.count - 1].parts.append(
            Terminology.Part(system: system, isWhole: space == line.upperBound, codes: start..<chosen.count))
    }

    private func code(_ range: Range<Int>, of system: UInt16) -> UInt32? {
        // The key is that of the bytes in `range`, to which the search is confined.
        unsafe text[range].withUnsafeBufferPointer { code in
            unsafe Terminology.find(code, NameKey(code), system, codes, slots, text)
        }
    }

    private func url(_ range: Range<Int>) -> String {
        let name = String(decoding: text[range].dropFirst(), as: UTF8.self)
        switch text[range.lowerBound] {
        case UInt8(ascii: "~"): return "http://hl7.org/fhir/" + name
        case UInt8(ascii: "^"): return "http://terminology.hl7.org/CodeSystem/" + name
        case UInt8(ascii: "?"): return "http://terminology.hl7.org/ValueSet/" + name
        default: return ValueSetURL.full(String(decoding: text[range], as: UTF8.self))
        }
    }
}
