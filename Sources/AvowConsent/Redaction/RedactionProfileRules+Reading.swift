internal import AvowFHIR

extension RedactionProfileRules {
    /// How many rules a profile has at most.
    static let greatestCount = 1_000

    init(_ reader: PolicyReader) throws(PolicyError) {
        var rules: [RedactionRule] = []
        for element in try reader.elements() {
            let rule = try RedactionRule(element)
            guard !rules.contains(rule) else { throw element.error(.repeated, "the same rule stands before") }
            guard rules.count < Self.greatestCount else {
                throw reader.error(.invalid, "a profile has at most \(Self.greatestCount) rules")
            }
            rules.append(rule)
        }
        guard !rules.isEmpty else { throw reader.error(.invalid, "a profile without rules does nothing") }
        self.init(rules: rules)
    }
}

extension RedactionRule {
    init(_ reader: PolicyReader) throws(PolicyError) {
        if reader.value.kind == .string {
            _ = try reader.word(of: [RedactionProfileRules.deidentifiedName])
            self = .deidentify
            return
        }
        let actions = ["remove", "generalize", "replace"]
        try reader.expectObject(of: actions + ["to"])
        let found = actions.compactMap(reader.member)
        guard let path = found.first, found.count == 1 else {
            throw reader.error(.invalid, "a rule has exactly one of the members \(actions.joined(separator: ", "))")
        }
        let form = reader.member("to")
        if reader.member("generalize") != nil {
            guard let form else { throw reader.error(.missing, "the member 'to' is missing") }
            let name = try form.word(of: Generalization.allCases.map(\.rawValue))
            let path = try RedactionPath(path)
            self = .generalize(path, Generalization(rawValue: name) ?? .year)
            return
        }
        if let form { throw form.error(.unknownName, "only 'generalize' goes with 'to'") }
        if reader.member("replace") != nil {
            _ = try path.word(of: [Self.idPath])
            self = .replaceIDs
        } else {
            self = .remove(try RedactionPath(path))
        }
    }
}

extension RedactionPath {
    init(_ reader: PolicyReader) throws(PolicyError) {
        let text = try reader.text()
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard names.count <= 16, let first = names.first, let start = FHIRType(named: first), start.primitive == nil,
            start.kind != .backbone
        else {
            let types = FHIRModel.r4.allTypes.filter { $0.primitive == nil && $0.kind != .backbone }.map(\.name)
            throw reader.error(
                .unknownName,
                "'\(PolicyReader.shown(text))' does not begin with a type of R4, as Patient.contact.name does",
                suggestion: names.first.flatMap { NearestName.of($0, among: types) })
        }
        var types = [start]
        for name in names.dropFirst() {
            var next: [FHIRType] = []
            for type in types {
                if let member = type.member(named: name), member.element.isChoice {
                    next.append(member.type)
                } else if let element = type.element(named: name) {
                    next += Array(element.types)
                }
            }
            guard !next.isEmpty else {
                throw reader.error(
                    .unknownName,
                    "R4's \(types.map(\.name).joined(separator: " or ")) has no element '"
                        + "\(PolicyReader.shown(name))'",
                    suggestion: types.lazy.compactMap { $0.nearestElement(to: name) }.first)
            }
            types = next
        }
        if names.count == 2, ["id", "resourceType"].contains(names[1]), start.isA(.resource) {
            throw reader.error(
                .invalid, "logical ids are not removed but replaced: {\"replace\": \"\(RedactionRule.idPath)\"}")
        }
        self.init(type: start, steps: Array(names.dropFirst()))
    }
}
