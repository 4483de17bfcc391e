internal import AvowFHIR

/// Why records are asked for: a concept of the value set v3-PurposeOfUse (FHIR R4, CodeSystem v3-ActReason), or a code
/// of another system, which stands directly below ``anyPurpose``.
public struct Purpose: Hashable, Sendable {
    private enum Meaning: Hashable, Sendable {
        /// The concept's place in ``table``.
        case row(Int)
        /// A code that another system defines, as `system|code`.
        case foreign(PartyName)
    }

    private let meaning: Meaning

    /// The system of the codes that stand without one.
    public static let system = "http://terminology.hl7.org/CodeSystem/v3-ActReason"

    /// The greatest length of a code with its system, in UTF-8 code units.
    public static let maximumLength = 255

    private init(meaning: Meaning) {
        self.meaning = meaning
    }

    init(row: Int) {
        self.init(meaning: .row(row))
    }

    /// Finds a purpose by its code, which is case-sensitive.
    ///
    /// - Parameter code: a code of v3-PurposeOfUse, or `system|code` for one that another system defines, or `|code` for
    ///   one without a system.
    /// - Throws: ``ConsentError`` of kind `unknownPurpose`, with the code that was probably meant.
    public init(code: String) throws(ConsentError) {
        if let bar = code.utf8.lastIndex(of: UInt8(ascii: "|")) {
            try self.init(system: String(code[..<bar]), code: String(code[code.utf8.index(after: bar)...]))
            return
        }
        // Strings are equal up to Unicode normalization (the Kelvin sign is a K); codes are equal byte by byte.
        guard code.utf8.allSatisfy({ $0 < 0x80 }), let row = Self.rows[code] else {
            throw Self.unknown(code)
        }
        self.init(row: row)
    }

    /// Finds a purpose by its code and the system that defines it.
    ///
    /// - Parameter system: a URI, or the empty string for a code without a system.
    /// - Throws: ``ConsentError`` of kind `unknownPurpose`.
    public init(system: String, code: String) throws(ConsentError) {
        if CodeSystem.canonical(system) == Self.system {
            guard code.utf8.allSatisfy({ $0 < 0x80 }), let row = Self.rows[code] else { throw Self.unknown(code) }
            self.init(row: row)
            return
        }
        let text = "\(system)|\(code)"
        guard text.utf8.count <= Self.maximumLength, !code.isEmpty, !code.utf8.contains(UInt8(ascii: "|")) else {
            throw ConsentError(
                .unknownPurpose,
                "a purpose of another system is system|code in at most \(Self.maximumLength) bytes")
        }
        do throws(ConsentError) {
            self.init(meaning: .foreign(try PartyName(text)))
        } catch {
            throw ConsentError(.unknownPurpose, error.message)
        }
    }

    private static func unknown(_ code: String) -> ConsentError {
        let shown = code.count <= 40 ? code : String(code.prefix(39)) + "…"
        return ConsentError(.unknownPurpose, "no purpose of use '\(shown)'", suggestion: nearestCode(to: code))
    }

    /// Every purpose of v3-PurposeOfUse, each behind its parent.
    public static var all: [Purpose] { table.indices.map(Purpose.init(row:)) }

    /// The code as v3-PurposeOfUse has it, or `system|code` for one of another system.
    public var code: String {
        switch meaning {
        case .row(let row): Self.table[row].code
        case .foreign(let name): name.text
        }
    }

    /// What the code stands for, in lower case; the code itself when another system defines it.
    public var display: String {
        switch meaning {
        case .row(let row): Self.table[row].display
        case .foreign(let name): name.text
        }
    }

    /// The next wider purpose; nil for ``anyPurpose``.
    public var parent: Purpose? {
        switch meaning {
        case .row(let row):
            let parent = Self.table[row].parent
            return parent == row ? nil : Purpose(row: parent)
        case .foreign: return .anyPurpose
        }
    }

    /// The purpose itself and every wider one, ending with ``anyPurpose``: those for which a permission covers this one.
    public var ancestorsAndSelf: [Purpose] {
        var purposes = [self]
        var current = self
        while let parent = current.parent {
            purposes.append(parent)
            current = parent
        }
        return purposes
    }

    /// Whether a permission for this purpose is one for `other`: it is the same or a narrower one.
    public func covers(_ other: Purpose) -> Bool {
        var current = other
        while current != self {
            guard let parent = current.parent else { return false }
            current = parent
        }
        return true
    }

    private static let rows = Dictionary(
        table.enumerated().map { ($0.element.code, $0.offset) }, uniquingKeysWith: { first, _ in first })

    /// The purpose of v3-PurposeOfUse whose code, or else whose display, looks most like `name`.
    public static func nearest(to name: String) -> Purpose? {
        nearestCode(to: name).flatMap { rows[$0] }.map(Purpose.init(row:))
    }

    /// The code that looks most like `name`, or whose display does.
    private static func nearestCode(to name: String) -> String? {
        let lowercased = name.lowercased()
        if let row = table.first(where: { $0.code.lowercased() == lowercased || $0.display == lowercased }) {
            return row.code
        }
        if let near = NearestName.of(name, among: table.map(\.code)) { return near }
        return table.first { $0.display.split(separator: " ").contains(lowercased[...]) }?.code
    }
}

extension Purpose: CustomStringConvertible {
    /// The code.
    public var description: String { code }
}
