/// A search parameter of FHIR R4 on one type (R4, section 3.1.1).
public struct SearchParameter: Hashable, Sendable {
    /// How values are compared (R4, section 3.1.1.4).
    public enum Kind: String, CaseIterable, Sendable {
        case number, date, string, token, reference, composite, quantity, uri, special
    }

    /// A part of a composite parameter.
    public struct Component: Hashable, Sendable {
        /// The code of the parameter on the same type that says how the part is compared.
        public let code: String
        /// What the part is, in FHIRPath, for each value of the composite's own expression.
        public let expression: String
    }

    /// The name in a search: `birthdate`.
    public let code: String
    /// How values are compared.
    public let kind: Kind
    /// The type that the parameter is defined on: a resource type, Resource or DomainResource.
    public let base: FHIRType
    /// What is searched, in FHIRPath; nil for the few that R4 defines in words only, such as `_text`.
    ///
    /// Where the definition is shared by many types, only the branches for this one.
    public let expression: String?
    /// The types that a reference may lead to; none when it may be any.
    public let targets: [FHIRType]
    /// The parts of a composite.
    public let components: [Component]
    /// The canonical URL of the definition.
    public let url: String

    /// The parameters of a type, those of every resource included, in the order of their codes.
    ///
    /// - Complexity: The first call reads the table, which takes a few milliseconds.
    public static func all(for type: ResourceType) -> [SearchParameter] {
        tables[Int(type.rawValue) - 1]
    }

    /// The parameter of this code on a type; nil when R4 defines none.
    public static func named(_ code: String, for type: ResourceType) -> SearchParameter? {
        let all = all(for: type)
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            if all[middle].code < code { low = middle + 1 } else { high = middle }
        }
        return low < all.count && all[low].code == code ? all[low] : nil
    }
}

// The table.
extension SearchParameter {
    /// By the number of the resource type less one.
    private static let tables = read()

    private static func read() -> [[SearchParameter]] {
        var own: [FHIRType: [SearchParameter]] = [:]
        var base: FHIRType?
        for line in lines(of: table) {
            if line.hasPrefix("=") {
                base = FHIRType(named: String(line.dropFirst()))
            } else if let base, let parameter = SearchParameter(line: line, base: base) {
                own[base, default: []].append(parameter)
            }
        }
        return ResourceType.allCases.map { type in
            var type: FHIRType? = FHIRType(type)
            var all: [SearchParameter] = []
            while let step = type {
                all += own[step] ?? []
                type = step.base
            }
            return all.sorted { $0.code < $1.code }
        }
    }

    private init?(line: Substring, base: FHIRType) {
        let fields = line.split(separator: ";", omittingEmptySubsequences: false)
        guard fields.count > 1, let kind = Kind(rawValue: String(fields[1])) else { return nil }
        func field(_ index: Int) -> Substring { index < fields.count ? fields[index] : "" }
        code = String(fields[0])
        self.kind = kind
        self.base = base
        let id = field(2).isEmpty ? "\(base.name)-\(code)" : String(field(2))
        url = "http://hl7.org/fhir/SearchParameter/" + id
        let targets = field(3)
        self.targets = targets == "*" ? [] : targets.split(separator: " ").compactMap { FHIRType(named: String($0)) }
        expression = field(4).isEmpty ? nil : String(field(4))
        components = fields.dropFirst(5).map { part in
            let pieces = part.split(separator: "=", maxSplits: 1).map(String.init)
            return Component(code: pieces[0], expression: pieces.count > 1 ? pieces[1] : "")
        }
    }
}

/// The lines of a table in the program.
func lines(of table: StaticString) -> [Substring] {
    // The literal stays where it is as long as the program runs.
    let bytes = unsafe UnsafeBufferPointer(start: table.utf8Start, count: table.utf8CodeUnitCount)
    return unsafe String(decoding: bytes, as: UTF8.self).split(separator: "\n")
}
