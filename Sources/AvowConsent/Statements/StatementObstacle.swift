internal import AvowFHIR

/// What another Consent of the patient says against a statement.
public struct StatementObstacle: Hashable, Sendable {
    /// The Consent: `Consent/id`.
    public let consent: String
    /// Its version, if it has one.
    public let version: String?
    /// The element that says it, as FHIR writes paths.
    public let path: String
    /// Whether nothing is left of the statement; otherwise it may still decide about a part.
    public let isWhole: Bool
}

extension ConsentStatement {
    /// What the patient's other Consents say that keeps the statement from having an effect.
    ///
    /// A Consent that is found here speaks of requests and records that the statement is about, decides the opposite, and
    /// outweighs it. Names are compared, and not who bears them: of two recipients it is supposed that one actor may be both.
    ///
    /// - Parameters:
    ///   - readings: the other Consents, those of other patients among them or not.
    ///   - combination: how Consents are combined. Where the newest decides nothing outweighs what is said now.
    /// - Throws: ``ConsentError`` when the statement is none that could be kept.
    public func obstacles(
        among readings: some Sequence<ConsentReading>, combination: Combination
    ) throws(ConsentError) -> [StatementObstacle] {
        let outweighing: ConsentEffect
        switch combination {
        case .newestFirst: return []
        case .denyOverrides, .permitUnlessDeny: outweighing = .deny
        case .permitOverrides, .denyUnlessPermit: outweighing = .permit
        }
        guard effect != outweighing else { return [] }
        let singles = try SingleStatement.all(of: self)
        var obstacles: [StatementObstacle] = []
        for case .rules(let rules) in readings where rules.patient == patient {
            let found = singles.map { rules.opposition(to: $0, outweighing) }
            guard let first = found.lazy.compactMap(\.self).first else { continue }
            let path = found.compactMap(\.self).map(\.path).min() ?? first.path
            obstacles.append(
                StatementObstacle(
                    consent: rules.reference, version: rules.version, path: path,
                    isWhole: found.allSatisfy { $0?.isWhole == true }))
        }
        return obstacles.sorted { ($0.consent, $0.path) < ($1.consent, $1.path) }
    }
}

extension ConsentRules {
    /// The strongest element that decides otherwise than a statement about something that it is about.
    fileprivate func opposition(
        to statement: SingleStatement, _ effect: ConsentEffect
    ) -> (path: String, isWhole: Bool)? {
        guard let common = window.intersection(statement.window) else { return nil }
        var isWhole = common == statement.window
        for rule in rules where rule.conditions.meets(statement) {
            let covers = rule.conditions.covers(statement)
            if rule.effect == effect { return (rule.path, isWhole && covers) }
            // What this rule decides nothing weaker does.
            if covers { return nil }
            isWhole = false
        }
        return base == effect ? (basePath, isWhole) : nil
    }
}

extension RuleConditions {
    /// Whether they may hold for something that the statement is about.
    fileprivate func meets(_ statement: SingleStatement) -> Bool {
        if isAboutReading == false || window.intersection(statement.window) == nil { return false }
        if let purpose = statement.purpose, let purposes,
            !purposes.contains(where: { $0.covers(purpose) || purpose.covers($0) })
        {
            return false
        }
        if let type = statement.type?.name, let classes {
            let names = classes.compactMap { if case .type(let name) = $0 { name } else { nil } }
            if names.count == classes.count, !names.contains(type) { return false }
        }
        return true
    }

    /// Whether they hold for all that the statement is about.
    fileprivate func covers(_ statement: SingleStatement) -> Bool {
        guard labels == nil, dataPeriod == nil, data == nil, custodians == nil, authors == nil,
            window.contains(statement.window)
        else { return false }
        if let purposes {
            guard let purpose = statement.purpose, purposes.contains(where: { $0.covers(purpose) }) else {
                return false
            }
        }
        if let classes {
            guard let type = statement.type?.name, classes.contains(.type(type)) else { return false }
        }
        if let codes {
            guard let code = statement.code, codes.contains(code) else { return false }
        }
        guard let recipients else { return true }
        guard let recipient = statement.recipient, let name = recipient.name else { return false }
        return recipients.contains { test in
            switch recipient {
            case .role: test.party == nil && test.roles.contains(name)
            default: test.roles.isEmpty && test.party == name
            }
        }
    }
}
