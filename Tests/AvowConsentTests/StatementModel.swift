import AvowConsent
import AvowFHIR

@testable import ConsentModel

/// Statements over a small world, and what they come to, said as plainly as can be.
struct StatementModel {
    /// A request for a record, as far as statements can tell them apart.
    struct Point {
        let purpose: Purpose
        let actor: Actor
        let time: Int64
        let type: ResourceType
        let code: String?
        /// The place of the level among U, L, M, N, R, V.
        let level: Int
        let tag: String?
    }

    static let levels = ["U", "L", "M", "N", "R", "V"]
    static let purposes = ["TREAT", "ETREAT", "BTG", "HRESCH", "CLINTRCH", "PUBHLTH"]
    static let types: [ResourceType] = [.observation, .condition, .encounter]
    static let codes = ["a", "b", nil]
    static let tags = ["HIV", "ETH", nil]
    static let days = ["2026-01-01", "2026-06-01", "2027-01-01"]

    /// The statements that are left, none of which lies within a later one.
    private(set) var left: [ConsentStatement] = []

    mutating func apply(_ statement: ConsentStatement) {
        let new = Self.apart(statement)
        left.removeAll { old in new.contains { Self.lies(old, within: $0) } }
        left += new
    }

    /// What is decided: a refusal that applies stands, unless a permit that applies lies within it. In a ring it stands.
    func decision(_ point: Point) -> String {
        let said = left.indices.filter { Self.applies(left[$0], to: point) }
        let permits = said.filter { left[$0].effect == .permit }
        let refusals = said.filter { left[$0].effect == .deny }
        if refusals.isEmpty && permits.isEmpty { return "no-consent" }
        let isRefused = refusals.contains { refusal in
            !permits.contains { Self.lies(left[$0], within: left[refusal]) && !isRing($0, refusal) }
        }
        return isRefused ? "deny" : "permit"
    }

    /// Whether the refusal would have to be settled before the permit within it, and the permit before the refusal.
    private func isRing(_ permit: Int, _ refusal: Int) -> Bool {
        var reached: Set<Int> = [permit]
        var next = [permit]
        while let place = next.popLast() {
            for other in left.indices where left[other].effect != left[place].effect {
                let follows =
                    left[place].effect == .permit
                    ? Self.meet(left[place], left[other]) && !Self.lies(left[place], within: left[other])
                    : Self.lies(left[other], within: left[place])
                if follows, reached.insert(other).inserted { next.append(other) }
            }
        }
        return reached.contains(refusal)
    }

    // MARK: One statement

    /// One statement for each choice from its lists.
    private static func apart(_ statement: ConsentStatement) -> [ConsentStatement] {
        var result = [statement]
        func split<Item>(_ list: WritableKeyPath<ConsentStatement, [Item]?>) {
            result = result.flatMap { one in
                guard let items = one[keyPath: list] else { return [one] }
                return items.map { item in
                    var part = one
                    part[keyPath: list] = [item]
                    return part
                }
            }
        }
        split(\.purposes)
        split(\.types)
        split(\.recipients)
        split(\.labels)
        split(\.codes)
        // Of two of one statement the wider says it all.
        return result.filter { one in
            !result.contains { $0 != one && lies(one, within: $0) && !lies($0, within: one) }
        }
    }

    static func applies(_ statement: ConsentStatement, to point: Point) -> Bool {
        (statement.purposes?.contains { $0.covers(point.purpose) } ?? true)
            && (statement.types?.contains(point.type) ?? true)
            && (statement.recipients?.contains { isRecipient($0, point.actor) } ?? true)
            && (statement.labels?.contains { isMeant($0, statement.effect, point.level, point.tag) } ?? true)
            && (statement.codes?.contains { $0.code == point.code } ?? true)
            && holds(statement, point.time)
    }

    private static func isRecipient(_ recipient: Recipient, _ actor: Actor) -> Bool {
        switch recipient {
        case .anyone: true
        case .role(let name): actor.roles.contains { $0 == name }
        case .reference(let name): actor.reference == name || actor.groups.contains(name)
        case .organization(let name): actor.organization == name || actor.reference == name
        }
    }

    private static func isMeant(_ label: ConsentLabel, _ effect: ConsentEffect, _ level: Int, _ tag: String?) -> Bool {
        guard let own = levels.firstIndex(of: label.code) else {
            return label.code == tag || label.code == "_ActInformationSensitivityPolicy" && tag != nil
        }
        return effect == .permit ? level <= own : level >= own
    }

    private static func holds(_ statement: ConsentStatement, _ time: Int64) -> Bool {
        if let from = statement.from, let date = FHIRDateTime(from), time < date.lowerBound { return false }
        if let until = statement.until, let date = FHIRDateTime(until), time >= date.upperBound { return false }
        return true
    }

    // MARK: Two statements

    /// Whether one is about nothing that the other is not about; element by element, each tried with all its values.
    private static func lies(_ inner: ConsentStatement, within outer: ConsentStatement) -> Bool {
        func within<Item: Equatable>(_ inner: Item?, _ outer: Item?) -> Bool { outer == nil || inner == outer }
        return purposes.allSatisfy { code in
            guard let purpose = try? Purpose(code: code) else { return false }
            return !(inner.purposes?.contains { $0.covers(purpose) } ?? true)
                || outer.purposes?.contains { $0.covers(purpose) } ?? true
        } && (outer.purposes == nil || inner.purposes != nil) && within(inner.types, outer.types)
            && within(inner.recipients, outer.recipients) && within(inner.codes, outer.codes)
            && levels.indices.allSatisfy { level in
                tags.allSatisfy { tag in
                    !(inner.labels?.contains { isMeant($0, inner.effect, level, tag) } ?? true)
                        || outer.labels?.contains { isMeant($0, outer.effect, level, tag) } ?? true
                }
            } && times.allSatisfy { !holds(inner, $0) || holds(outer, $0) }
    }

    /// Whether they have a purpose, a type and a time in common.
    private static func meet(_ one: ConsentStatement, _ other: ConsentStatement) -> Bool {
        let purpose = purposes.contains { code in
            guard let purpose = try? Purpose(code: code) else { return false }
            return [one, other].allSatisfy { $0.purposes?.contains { $0.covers(purpose) } ?? true }
        }
        let type = types.contains { type in [one, other].allSatisfy { $0.types?.contains(type) ?? true } }
        return purpose && type && times.contains { time in [one, other].allSatisfy { holds($0, time) } }
    }

    /// One instant before, between and behind all days that statements name.
    static let times: [Int64] = [
        "2025-06-01", "2026-01-01", "2026-03-01", "2026-06-01", "2026-09-01", "2027-01-01", "2028-01-01",
    ]
    .compactMap { FHIRDateTime($0)?.lowerBound }
}
