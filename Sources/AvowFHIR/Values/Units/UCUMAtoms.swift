/// The units of UCUM's tables by their symbols.
struct UCUMAtoms: Sendable {
    /// What a symbol stands for.
    enum Meaning: Sendable {
        case base
        /// A dimension of its own; a special one cannot be multiplied.
        case own(isSpecial: Bool)
        /// `(value + offset) × factor` of the units in the text.
        case derived(factor: FHIRDecimal, units: String, offset: FHIRDecimal?)
    }

    struct Atom: Sendable {
        let symbol: String
        let isMetric: Bool
        let meaning: Meaning
    }

    static let shared = UCUMAtoms()

    private let atoms: [String: Atom]

    private init() {
        var atoms: [String: Atom] = [:]
        for symbol in UCUMTable.baseUnits { atoms[symbol] = Atom(symbol: symbol, isMetric: true, meaning: .base) }
        for line in UCUMTable.definitions.split(separator: "\n") where !line.hasPrefix("# ") {
            guard let atom = Self.atom(line) else { continue }
            atoms[atom.symbol] = atom
        }
        self.atoms = atoms
    }

    private static func atom(_ line: Substring) -> Atom? {
        var words = line.split(separator: " ")[...]
        let isMetric = words.first == "metric"
        if isMetric { words.removeFirst() }
        guard let symbol = words.popFirst(), let kind = words.popFirst() else { return nil }
        let meaning: Meaning
        if kind == "=" {
            guard let number = words.popFirst().flatMap({ FHIRDecimal(String($0)) }), let units = words.popFirst()
            else { return nil }
            let offset = words.popFirst().flatMap { FHIRDecimal(String($0.dropFirst())) }
            meaning = .derived(factor: number, units: String(units), offset: offset)
        } else {
            meaning = .own(isSpecial: kind == "special")
        }
        return Atom(symbol: String(symbol), isMetric: isMetric, meaning: meaning)
    }

    var symbols: Dictionary<String, Atom>.Keys { atoms.keys }

    subscript(symbol: String) -> Atom? { atoms[symbol] }

    /// The unit that a symbol stands for, perhaps behind a prefix; a unit of the whole symbol goes first.
    func lookUp(_ symbol: String) -> (prefix: Rational?, atom: Atom)? {
        if let atom = atoms[symbol] { return (nil, atom) }
        for (prefix, factor) in UCUMTable.prefixes where symbol.hasPrefix(prefix) {
            if let atom = atoms[String(symbol.dropFirst(prefix.count))], atom.isMetric { return (factor, atom) }
        }
        return nil
    }

    /// A symbol that was probably meant.
    func suggestion(for symbol: String) -> String? {
        let folded = symbol.lowercased()
        if let same = atoms.keys.filter({ $0.lowercased() == folded }).min() { return same }
        for prefix in UCUMTable.prefixes.map(\.symbol) where folded.hasPrefix(prefix.lowercased()) {
            let rest = folded.dropFirst(prefix.count)
            let matches = atoms.values.filter { $0.isMetric && $0.symbol.lowercased() == rest }
            if let match = matches.map(\.symbol).min() { return prefix + match }
        }
        let bracketed = atoms.keys.filter {
            $0.lowercased() == "[" + folded + "]" || $0.lowercased().hasPrefix("[" + folded + "_")
        }
        return bracketed.min()
    }
}
