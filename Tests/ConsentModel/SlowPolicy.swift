import Foundation
import TestSupport

/// A policy in the plainest form, and what it permits, by trying everything.
struct SlowPolicy {
    struct Default {
        var purpose: String
        var roles: [String] = []
        var organizations: [String] = []
    }

    struct Label {
        /// Of the system `http://codes`; a prefix when it ends with `*`.
        var code: String
        var labels: [String]
    }

    var defaults: [Default] = []
    var combination = "deny-overrides"
    var brokenBy: [String] = []
    var brokenFor: [String] = []
    /// By purpose; `none`, `deidentified` or one of two profiles.
    var redaction: [(purpose: String, profile: String)] = []
    var labelling: [Label] = []

    /// The profile through which a request sees a record; nil when it does not.
    func profile(
        _ consents: [SlowConsent], _ record: SlowRecord, _ request: SlowRequest, _ reason: String?
    ) throws(SlowRefusal) -> String? {
        var record = record
        for rule in labelling {
            let applies = record.codes.contains { code in
                rule.code.hasSuffix("*") ? code.hasPrefix(rule.code.dropLast()) : code == rule.code
            }
            guard applies else { continue }
            record.levels += rule.labels.filter { $0.count == 1 }
            record.tags += rule.labels.filter { $0.count > 1 }
        }
        let decision = try SlowEvaluator.decide(consents, combination, record, request)
        let isDefault = defaults.contains { grant in
            SlowEvaluator.isBelowOrSame(request.purpose, grant.purpose)
                && (grant.roles.isEmpty || !Set(grant.roles).isDisjoint(with: request.roles))
                && (grant.organizations.isEmpty || grant.organizations.contains { $0 == request.organization })
        }
        let isBroken =
            reason != nil && !Set(brokenBy).isDisjoint(with: request.roles)
            && brokenFor.contains { SlowEvaluator.isBelowOrSame(request.purpose, $0) }
        guard decision == "permit" || decision == "no-consent" && isDefault || isBroken else { return nil }
        var purpose: String? = request.purpose
        while let current = purpose {
            if let found = redaction.first(where: { $0.purpose == current }) { return found.profile }
            purpose = SlowEvaluator.above[current]
        }
        return redaction.first { $0.purpose == "PurposeOfUse" }?.profile ?? "none"
    }

    static let profiles = [
        "claims": #"[{"remove":"Observation.note"}]"#,
        "months": #"["deidentified",{"generalize":"Patient.birthDate","to":"month"}]"#,
    ]

    var json: String {
        func texts(_ texts: [String]) -> String { "[\(texts.map { "\"\($0)\"" }.joined(separator: ","))]" }
        let grants = defaults.map {
            #"{"purpose":"\#($0.purpose)","roles":\#(texts($0.roles)),"organizations":\#(texts($0.organizations))}"#
        }
        let shown = redaction.map { #""\#($0.purpose)":"\#($0.profile)""# }
        let labels = labelling.map { rule in
            let isPrefix = rule.code.hasSuffix("*")
            let code = isPrefix ? String(rule.code.dropLast()) : rule.code
            return
                #"{"labels":\#(texts(rule.labels)),"system":"http://codes","\#(isPrefix ? "prefixes" : "codes")":["\#(code)"]}"#
        }
        let glass = brokenFor.isEmpty ? "" : #","purposes":\#(texts(brokenFor))"#
        return #"""
            {"defaults":[\#(grants.joined(separator: ","))],"combination":"\#(combination)",
            "breakGlass":{"roles":\#(texts(brokenBy))\#(glass)},
            "redaction":{\#(shown.joined(separator: ","))},
            "profiles":{\#(Self.profiles.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ","))},
            "labelling":[\#(labels.joined(separator: ","))]}
            """#
    }
}

extension SeededGenerator {
    mutating func slowPolicy() -> SlowPolicy {
        var policy = SlowPolicy()
        policy.combination = pick([
            "deny-overrides", "deny-overrides", "permit-overrides", "newest-first", "deny-unless-permit",
            "permit-unless-deny",
        ])
        var taken: Set<String> = []
        for purpose in ["TREAT", "HRESCH", "HOPERAT", "ETREAT"] where chance(50) {
            var grant = SlowPolicy.Default(purpose: purpose)
            if chance(30) { grant.roles = ["nurse", "physician"] }
            if chance(30) { grant.organizations = ["Organization/1"] }
            policy.defaults.append(grant)
        }
        if chance(70) { policy.brokenBy = chance(50) ? ["physician"] : ["nurse", "physician"] }
        policy.brokenFor = pick([["ETREAT"], ["BTG"]])
        let purposes = ["TREAT", "ETREAT", "BTG", "HRESCH", "CLINTRCH", "PurposeOfUse", "http://x|study"]
        for purpose in purposes where chance(35) {
            policy.redaction.append((purpose, pick(["none", "deidentified", "claims", "months"])))
        }
        for _ in 0..<Int.random(in: 0...3, using: &self) {
            let code = pick(["a", "b", "c", "*"])
            guard taken.insert(code).inserted else { continue }
            policy.labelling.append(
                .init(
                    code: code == "*" ? pick(["a*", "b*"]) : code,
                    labels: some(["HIV", "PSY", "OPIOIDUD", "SUD", "R", "V"])))
        }
        return policy
    }
}
