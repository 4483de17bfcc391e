import Avow
import AvowConsent
import AvowFHIR
import AvowQuery

@testable import ConsentModel

/// What a store with Consents must do, in the plainest form: a list of versions for each resource, and for each question
/// the slow evaluator asked about every one of them.
struct StoreModel {
    /// One version of a resource: what it says, and as what consents see it.
    struct Version {
        var json: String
        var facts: SlowRecord
        /// The Consent that it is, if it is one.
        var consent: SlowConsent?
    }

    struct Resource {
        /// Nil for deletions.
        var versions: [Version?] = []

        var current: Version? { versions.last ?? nil }
        /// What decides who may read it: the newest version that is no deletion.
        var decisive: Version? { versions.last { $0 != nil } ?? nil }
    }

    var resources: [ResourceIdentity: Resource] = [:]
    var policy = SlowPolicy.standard

    // MARK: Changing

    /// Takes a version: nil when it is refused, else whether it is another one than is there.
    mutating func put(_ version: Version, _ identity: ResourceIdentity) -> Bool? {
        if let consent = version.consent, Self.isRefused(consent) { return nil }
        var resource = resources[identity] ?? Resource()
        guard resource.current?.json != version.json else { return false }
        resource.versions.append(version)
        resources[identity] = resource
        return true
    }

    /// Deletes resources; false when that must be refused, since records would be left without their Patient.
    mutating func delete(_ named: [ResourceIdentity]) -> Bool {
        var after = resources
        var patients: [String] = []
        for identity in named {
            guard var resource = after[identity], resource.current != nil else { continue }
            resource.versions.append(nil)
            after[identity] = resource
            if identity.type == .patient { patients.append("Patient/\(identity.id)") }
        }
        let isLeft = after.values.contains { resource in
            resource.current?.facts.patient.map(patients.contains) ?? false
        }
        guard !isLeft else { return false }
        resources = after
        return true
    }

    /// Whether a Consent cannot be evaluated. That has nothing to do with records and requests.
    static func isRefused(_ consent: SlowConsent) -> Bool {
        guard consent.status == "active" else { return false }
        do throws(SlowRefusal) {
            _ = try SlowEvaluator.verdict(consent, SlowRecord(), SlowRequest())
            return false
        } catch {
            return true
        }
    }

    // MARK: Deciding

    private var consents: [SlowConsent] { resources.values.compactMap { $0.current?.consent } }

    private var references: [String: [String]] {
        resources.values.reduce(into: [:]) { known, resource in
            guard let facts = resource.current?.facts else { return }
            known[facts.reference] =
                facts.refersTo + facts.authors + [facts.encounter, facts.patient].compactMap(\.self)
        }
    }

    /// Whether a request may read a resource, or, when it is deleted, its history.
    ///
    /// - Parameter reason: why the glass is broken; nil when it is not.
    func permits(_ request: SlowRequest, _ reason: String?, _ resource: Resource) throws -> Bool {
        guard let facts = resource.decisive?.facts else { return false }
        return try SlowEvaluator.$references.withValue(references) {
            try policy.profile(consents, facts, request, reason) != nil
        }
    }

    /// The records of a type that are there and that a request may read.
    func visible(_ type: ResourceType, _ request: SlowRequest, _ reason: String?) throws -> [Version] {
        try resources.filter { $0.key.type == type }.values
            .filter { try $0.current != nil && permits(request, reason, $0) }
            .compactMap(\.current)
    }
}

extension SlowPolicy {
    /// The policy of a store that was given none.
    static var standard: SlowPolicy {
        SlowPolicy(defaults: ["TREAT", "HPAYMT", "HOPERAT", "PATRQT"].map { Default(purpose: $0) })
    }
}

extension SlowRequest {
    func actor() throws -> Actor {
        try Actor(self.actor, roles: roles, organization: organization, groups: groups)
    }
}
