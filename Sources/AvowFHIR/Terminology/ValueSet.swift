/// A value set whose codes R4's definitions hold.
///
/// Of the 226 value sets that elements are bound to as required, all but these: currencies (ISO 4217), mimetypes
/// (BCP 13), ucum-units (UCUM) and LOINC's LL379-9, whose codes others define. Besides, about a thousand that are
/// bound less strictly or not at all.
public struct ValueSet: Hashable, Sendable {
    let number: Int

    /// The value set of this canonical URL, of which a version behind `|` is not looked at; nil when its codes are not
    /// known here.
    ///
    /// - Complexity: The first call reads the table, which takes a few milliseconds.
    public init?(url: String) {
        guard let number = Terminology.r4.number(of: url) else { return nil }
        self.number = number
    }

    /// The canonical URL, without a version.
    public var url: String { Terminology.r4.sets[number].url }

    /// The systems that its codes are from.
    public var systems: [String] {
        Terminology.r4.sets[number].parts.map { Terminology.r4.systems[Int($0.system)].url }
    }

    /// Whether a code of a system is in the set. Without a system, which elements of the type code do not name, whether
    /// the code is in the set from any.
    ///
    /// Codes are compared byte for byte.
    ///
    /// - Complexity: O(log n) in the codes of the set.
    public func contains(system: String? = nil, code: String) -> Bool {
        var code = code
        return code.withUTF8 { unsafe contains(system: system, code: $0) }
    }

    func contains(system: String?, code: UnsafeBufferPointer<UInt8>) -> Bool {
        let terminology = Terminology.r4
        return terminology.sets[number].parts.contains { part in
            if let system, terminology.systems[Int(part.system)].url != system { return false }
            guard let found = unsafe terminology.code(code, of: part.system) else { return false }
            return part.isWhole || terminology.contains(found, part.codes)
        }
    }
}
