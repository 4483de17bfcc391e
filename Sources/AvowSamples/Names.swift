/// Makes names and places out of invented syllables, in several scripts.
///
/// No list of real names stands behind it: a name means nobody.
struct Names {
    /// A writing system with its own syllables.
    struct Script {
        let beginnings: [String]
        let endings: [String]
        /// Whether the first letter of a name is a capital, which the scripts without case leave out.
        let capitalized: Bool
    }

    static let plain = Script(
        beginnings: ["zor", "quel", "bri", "vash", "tol", "mirr", "fen", "dru", "skal", "wey", "hax", "plo"],
        endings: [
            "vik", "dune", "rast", "lumo", "beth", "quin", "zelo", "prin", "gard", "wisp", "tenno", "myr",
        ],
        capitalized: true)

    static let accented = Script(
        beginnings: ["zø", "brè", "łu", "šva", "güm", "ðor", "ñel", "çe", "růz", "œl", "vő", "ței"],
        endings: ["vár", "líx", "dåk", "nöß", "tęm", "qui", "rôn", "żyk", "mêl", "ğur", "ćan", "þis"],
        capitalized: true)

    /// The accents are combining marks of their own, as some systems send them.
    static let decomposed = Script(
        beginnings: ["ze\u{301}r", "bro\u{308}", "va\u{30a}", "tu\u{302}n"],
        endings: ["li\u{300}k", "mo\u{303}r", "xe\u{30c}l", "da\u{304}v"],
        capitalized: true)

    static let greek = Script(
        beginnings: ["ζελ", "φορ", "θυμ", "ξαν"], endings: ["ώριξ", "υλος", "άζω", "ιβδα"], capitalized: true)

    static let cyrillic = Script(
        beginnings: ["зур", "вяль", "тромб", "щем"], endings: ["ёк", "идар", "оньш", "уба"], capitalized: true
    )

    static let kana = Script(
        beginnings: ["ゾル", "ヌケ", "ミョラ", "テグ"], endings: ["ヴァン", "シリポ", "ドゥ", "ッカー"], capitalized: false)

    static let han = Script(
        beginnings: ["霧", "雷", "砂", "苔"], endings: ["筆", "橋灯", "鏡", "舟笛"], capitalized: false)

    /// Plain letters come first and often: most systems hold mostly those.
    private static let scripts = [
        plain, plain, plain, plain, plain, accented, accented, accented, decomposed, greek, cyrillic, kana,
        han,
    ]

    /// A script for one person.
    static func script(using random: inout RandomSource) -> Script {
        random.pick(scripts)
    }

    /// One invented word.
    static func word(in script: Script, using random: inout RandomSource) -> String {
        let word = random.pick(script.beginnings) + random.pick(script.endings)
        guard script.capitalized, let first = word.first else { return word }
        return first.uppercased() + word.dropFirst()
    }

    /// The `HumanName` of a person.
    static func person(in script: Script, using random: inout RandomSource) -> JSONNode {
        let family = word(in: script, using: &random)
        var given: [JSONNode] = [.string(word(in: script, using: &random))]
        if random.chance(30) { given.append(.string(word(in: script, using: &random))) }
        return ["use": "official", "family": .string(family), "given": .array(given)]
    }

    /// The `Address` of a person.
    static func address(using random: inout RandomSource) -> JSONNode {
        let street = "\(random.integer(in: 1...240)) \(word(in: plain, using: &random)) Lane"
        var address: JSONNode = ["use": "home", "line": [.string(street)]]
        address.append("city", .string(random.pick(["Vashdune", "Tolmyr", "Brèlíx", "Ζελώριξ"])))
        address.append("postalCode", .string(String(random.integer(in: 10_000...99_999))))
        if random.chance(60) { address.append("country", .string(random.pick(["XA", "XB"]))) }
        return address
    }
}
