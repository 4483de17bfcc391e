internal import AvowFHIR

extension StorePolicy {
    /// The longest policy that is read, in bytes.
    public static let greatestLength = 1 << 18

    /// Reads a policy.
    ///
    /// - Parameter json: one JSON object; what it does not say is as in ``standard``.
    /// - Throws: ``PolicyError`` with the path of what is not as it must be.
    public init(json: [UInt8]) throws(PolicyError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONParser().parse(json, limits: JSONLimits(size: Self.greatestLength, depth: 16))
        } catch {
            let place = error.position(in: json)
            throw PolicyError(.notJSON, at: "$", "\(error) (line \(place.line), column \(place.column))")
        }
        let reader = PolicyReader(value: document.root, path: "$")
        try reader.expectObject(of: [
            "defaults", "combination", "breakGlass", "auditors", "consentManagers", "redaction", "profiles",
            "labelling",
        ])
        let standard = StorePolicy.standard
        var defaults = standard.defaults
        if reader.member("defaults") != nil {
            defaults = try reader.set(
                "defaults", { element throws(PolicyError) in try DefaultGrant(element) }, by: \.json)
        }
        var combination = standard.combination
        if let word = reader.member("combination") {
            let name = try word.word(of: Combination.allCases.map(\.rawValue))
            combination = Combination(rawValue: name) ?? combination
        }
        var breakGlass = standard.breakGlass
        if let member = reader.member("breakGlass") { breakGlass = try BreakGlass(member) }
        var labelling = standard.labelling
        if let member = reader.member("labelling") { labelling = try Labelling(member) }
        self.init(
            defaults: defaults, combination: combination, breakGlass: breakGlass,
            auditors: try reader.names("auditors"), consentManagers: try reader.names("consentManagers"),
            redaction: try RedactionByPurpose(reader), labelling: labelling)
    }

    /// The policy as it is kept: JSON without white space, every member there, in one order.
    ///
    /// Two policies are equal exactly when these bytes are.
    public var json: [UInt8] {
        Array(
            PolicyJSON.object([
                ("defaults", PolicyJSON.list(defaults.map(\.json))),
                ("combination", JSONString.encode(combination.rawValue)),
                ("breakGlass", breakGlass.json),
                ("auditors", PolicyJSON.texts(auditors.map(\.text))),
                ("consentManagers", PolicyJSON.texts(consentManagers.map(\.text))),
                (
                    "redaction",
                    PolicyJSON.object(redaction.names.map { ($0.purpose.code, JSONString.encode($0.profile)) })
                ),
                (
                    "profiles",
                    PolicyJSON.object(
                        redaction.profiles.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
                ),
                ("labelling", PolicyJSON.list(labelling.parts.map(\.json))),
            ]).utf8)
    }
}

extension DefaultGrant {
    fileprivate init(_ reader: PolicyReader) throws(PolicyError) {
        try reader.expectObject(of: ["purpose", "roles", "organizations"])
        self.init(
            purpose: try reader.requiredMember("purpose").purpose(), roles: try reader.names("roles"),
            organizations: try reader.names("organizations"))
    }

    fileprivate var json: String {
        var members = [("purpose", JSONString.encode(purpose.code))]
        if !roles.isEmpty { members.append(("roles", PolicyJSON.texts(roles.map(\.text)))) }
        if !organizations.isEmpty { members.append(("organizations", PolicyJSON.texts(organizations.map(\.text)))) }
        return PolicyJSON.object(members)
    }
}

extension BreakGlass {
    /// How many roles there are at most, and purposes: each pair is a grant of every audience.
    private static let greatestCount = 64

    fileprivate init(_ reader: PolicyReader) throws(PolicyError) {
        try reader.expectObject(of: ["roles", "purposes"])
        let roles = try reader.names("roles")
        var purposes = try reader.set(
            "purposes", { element throws(PolicyError) in try Self.purpose(element) }, by: \.code)
        if let list = reader.member("purposes"), purposes.isEmpty {
            throw list.error(.invalid, "the glass is broken for at least one purpose; leave it out for ETREAT")
        }
        if purposes.isEmpty { purposes = [.emergencyTreatment] }
        guard roles.count <= Self.greatestCount, purposes.count <= Self.greatestCount else {
            throw reader.error(.invalid, "there are at most \(Self.greatestCount) roles and purposes")
        }
        self.init(roles: roles, purposes: purposes)
    }

    private static func purpose(_ reader: PolicyReader) throws(PolicyError) -> Purpose {
        let purpose = try reader.purpose()
        guard Purpose.emergencyTreatment.covers(purpose) else {
            let known = Purpose.all.filter { Purpose.emergencyTreatment.covers($0) }.map(\.code)
            throw reader.error(
                .invalid,
                "the glass is broken for emergencies, \(known.joined(separator: ", ")), not for \(purpose.code)")
        }
        return purpose
    }

    fileprivate var json: String {
        PolicyJSON.object([
            ("roles", PolicyJSON.texts(roles.map(\.text))), ("purposes", PolicyJSON.texts(purposes.map(\.code))),
        ])
    }
}

extension RedactionByPurpose {
    private static var reserved: [String] { [noneName, RedactionProfileRules.deidentifiedName] }

    fileprivate init(_ policy: PolicyReader) throws(PolicyError) {
        var profiles: [String: RedactionProfileRules] = [:]
        for (name, value) in try policy.member("profiles")?.members() ?? [] {
            guard Self.isName(name) else {
                throw value.error(
                    .invalid, "a profile's name has 1 to 64 letters of a to z, digits and hyphens, but not that")
            }
            guard !Self.reserved.contains(name) else {
                throw value.error(.repeated, "the profile '\(name)' is built in")
            }
            let rules = try RedactionProfileRules(value)
            if let same = profiles.first(where: { $0.value.profile == rules.profile && $0.value != rules }) {
                throw value.error(.invalid, "its number is that of '\(same.key)'; write its rules in another order")
            }
            profiles[name] = rules
        }
        var names: [Purpose: String] = [:]
        for (code, value) in try policy.member("redaction")?.members() ?? [] {
            let purpose = try value.purpose(code)
            guard names[purpose] == nil else { throw value.error(.repeated, "the purpose is there twice") }
            names[purpose] = try value.word(of: Self.reserved + profiles.keys.sorted())
        }
        self.init(names: names, profiles: profiles)
    }

    private static func isName(_ name: String) -> Bool {
        1...64 ~= name.utf8.count
            && name.utf8.allSatisfy {
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || $0 == UInt8(ascii: "-")
            }
    }
}
