internal import AvowFHIR

/// Why records are asked for: a concept of the value set v3-PurposeOfUse (FHIR R4, CodeSystem v3-ActReason).
public struct Purpose: Hashable, Sendable {
    /// The concept's place in ``table``.
    private let row: Int

    init(row: Int) {
        self.row = row
    }

    /// Finds a purpose by its code, which is case-sensitive.
    ///
    /// - Throws: ``ConsentError`` of kind `unknownPurpose`, with the code that was probably meant.
    public init(code: String) throws(ConsentError) {
        // Strings are equal up to Unicode normalization (the Kelvin sign is a K); codes are equal byte by byte.
        guard code.utf8.allSatisfy({ $0 < 0x80 }), let row = Self.rows[code] else {
            let shown = code.count <= 40 ? code : String(code.prefix(39)) + "…"
            throw ConsentError(
                .unknownPurpose, "no purpose of use '\(shown)'", suggestion: Self.nearestCode(to: code))
        }
        self.row = row
    }

    /// Every purpose, each behind its parent.
    public static var all: [Purpose] { table.indices.map(Purpose.init(row:)) }

    /// The code, in upper case as v3-PurposeOfUse has it.
    public var code: String { Self.table[row].code }

    /// What the code stands for, in lower case.
    public var display: String { Self.table[row].display }

    /// The next wider purpose; nil for ``anyPurpose``.
    public var parent: Purpose? {
        let parent = Self.table[row].parent
        return parent == row ? nil : Purpose(row: parent)
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
