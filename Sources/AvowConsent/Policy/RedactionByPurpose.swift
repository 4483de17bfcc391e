/// Which profile shows records for a purpose and those below it.
public struct RedactionByPurpose: Hashable, Sendable {
    /// The name of the profile that removes nothing.
    public static let noneName = "none"

    /// The names of the profiles by purpose, in the order of the purposes' codes.
    public let names: [(purpose: Purpose, profile: String)]
    /// The policy's own profiles.
    public let profiles: [String: RedactionProfileRules]
    /// What each named purpose is shown as, but for those that are shown as the next wider one.
    private let changes: [Purpose: RedactionProfile]

    /// Nothing is redacted.
    static let none = RedactionByPurpose(names: [:], profiles: [:])

    /// - Parameter names: each of them `none`, `deidentified`, or among the profiles.
    init(names: [Purpose: String], profiles: [String: RedactionProfileRules]) {
        self.names = names.sorted { $0.key.code.utf8.lexicographicallyPrecedes($1.key.code.utf8) }
            .map { (purpose: $0.key, profile: $0.value) }
        self.profiles = profiles
        let all = names.mapValues { Self.rules(named: $0, among: profiles)?.profile ?? .none }
        changes = all.filter { purpose, profile in
            let wider = purpose.parent.map { Self.profile(for: $0, in: all) } ?? .none
            return profile != wider
        }
    }

    /// The profile that a request for this purpose sees records through: that of the nearest purpose, itself or wider,
    /// for which there is one.
    public func profile(for purpose: Purpose) -> RedactionProfile { Self.profile(for: purpose, in: changes) }

    private static func profile(for purpose: Purpose, in all: [Purpose: RedactionProfile]) -> RedactionProfile {
        purpose.ancestorsAndSelf.lazy.compactMap { all[$0] }.first ?? .none
    }

    /// The profiles of which some purpose makes use, without ``RedactionProfile/none``, ascending.
    public var used: [RedactionProfile] { Set(changes.values).subtracting([.none]).sorted() }

    /// What a profile does; nil for ``RedactionProfile/none``, and for one of another policy.
    public func rules(of profile: RedactionProfile) -> RedactionProfileRules? {
        if profile == RedactionProfileRules.deidentified.profile { return .deidentified }
        return profiles.values.first { $0.profile == profile }
    }

    static func rules(
        named name: String, among profiles: [String: RedactionProfileRules]
    ) -> RedactionProfileRules? {
        name == RedactionProfileRules.deidentifiedName ? .deidentified : profiles[name]
    }

    /// The parts of a region for which records are shown through one profile each.
    func parts(of region: RequestRegion) -> [(region: RequestRegion, profile: RedactionProfile)] {
        let inner = changes.keys.filter { $0 != region.purpose && region.purpose.covers($0) }
        return ([region.purpose] + inner).compactMap { root in
            let below = inner.filter { $0 != root && root.covers($0) }
            let part = below.reduce(region.with(root)) { part, purpose in part?.without(purpose) }
            return part.map { ($0, profile(for: root)) }
        }
    }
}

extension RedactionByPurpose {
    /// Whether both say the same.
    public static func == (left: Self, right: Self) -> Bool {
        left.names.elementsEqual(right.names, by: ==) && left.profiles == right.profiles
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        for name in names {
            hasher.combine(name.purpose)
            hasher.combine(name.profile)
        }
        hasher.combine(profiles)
    }
}
