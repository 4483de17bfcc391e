extension RecordJudgement {
    /// The audience of the record as far as consents permit: it admits exactly the requests for which ``decision(for:)``
    /// is `permit`.
    ///
    /// A store's policy adds what it permits where consents say nothing: ``StorePolicy/audience(of:under:in:at:)``.
    ///
    /// - Throws: ``ConsentError`` of kind `tooManyExceptions` when the audience would have more than
    ///   ``greatestAudience`` grants.
    /// - Complexity: for consents with n rules of which k are exceptions of others, O(n · 5ᵏ) at worst, cut off at the
    ///   greatest audience; for the usual few rules a few dozen steps.
    public func audience() throws(ConsentError) -> Audience {
        Audience(try AudienceCompiler().permitted(by: self).map { $0.grant() })
    }

    /// The most grants that an audience is compiled to, and regions on the way to it.
    public static var greatestAudience: Int { 1024 }
}

/// Turns judgements into regions of requests.
struct AudienceCompiler {
    private static let everything = [RequestRegion(.always)]

    /// The requests that a judgement permits.
    func permitted(by judgement: RecordJudgement) throws(ConsentError) -> [RequestRegion] {
        switch judgement.combination {
        case .denyOverrides:
            return try subtract(try all(.deny, judgement.consents), from: try all(.permit, judgement.consents))
        case .permitOverrides, .denyUnlessPermit: return try all(.permit, judgement.consents)
        case .permitUnlessDeny: return try subtract(try all(.deny, judgement.consents), from: Self.everything)
        case .newestFirst:
            var permitted: [RequestRegion] = []
            var decided: [RequestRegion] = []
            for group in Self.groups(judgement.consents) {
                let denied = try all(.deny, group)
                let new = try subtract(denied, from: try all(.permit, group))
                permitted += try subtract(decided, from: new)
                decided = simplified(decided + denied + new)
            }
            return simplified(permitted)
        }
    }

    /// The requests about which a judgement says nothing.
    func unsaid(by judgement: RecordJudgement) throws(ConsentError) -> [RequestRegion] {
        switch judgement.combination {
        case .denyUnlessPermit, .permitUnlessDeny: return []
        case .denyOverrides, .permitOverrides, .newestFirst:
            let said = try all(.permit, judgement.consents) + all(.deny, judgement.consents)
            return try subtract(simplified(said), from: Self.everything)
        }
    }

    /// Consents of one time, the newest first.
    private static func groups(_ consents: [ConsentJudgement]) -> [[ConsentJudgement]] {
        var groups: [[ConsentJudgement]] = []
        for consent in consents {
            if let last = groups.last?.last, last.consent.dateTime == consent.consent.dateTime {
                groups[groups.count - 1].append(consent)
            } else {
                groups.append([consent])
            }
        }
        return groups
    }

    /// The requests for which one of the consents has this effect.
    private func all(
        _ effect: ConsentEffect, _ consents: [ConsentJudgement]
    ) throws(ConsentError) -> [RequestRegion] {
        var found: [RequestRegion] = []
        for consent in consents { found += try all(effect, of: consent) }
        return simplified(found)
    }

    /// The requests for which a consent has this effect: those to which a rule with it applies and no stronger one with
    /// the other, and those of the base to which none with the other applies.
    private func all(
        _ effect: ConsentEffect, of consent: ConsentJudgement
    ) throws(ConsentError) -> [RequestRegion] {
        let window = consent.consent.window
        var found: [RequestRegion] = []
        var stronger: [RequestRegion] = []
        for rule in consent.rules {
            let regions = RequestRegion.all(of: rule, in: window)
            if rule.effect == effect {
                found += try subtract(stronger, from: regions)
            } else {
                stronger = simplified(stronger + regions)
            }
            try check(found)
        }
        if consent.consent.base == effect {
            found += try subtract(stronger, from: [RequestRegion(window)])
        }
        return simplified(found)
    }

    private func subtract(
        _ others: [RequestRegion], from regions: [RequestRegion]
    ) throws(ConsentError) -> [RequestRegion] {
        var rest = regions
        for other in others {
            rest = rest.flatMap { $0.subtracting(other) }
            try check(rest)
            if rest.count > 16 { rest = simplified(rest) }
        }
        return simplified(rest)
    }

    func check(_ regions: [RequestRegion]) throws(ConsentError) {
        guard regions.count <= RecordJudgement.greatestAudience else {
            throw ConsentError(
                .tooManyExceptions,
                "the consents have so many exceptions that an audience would need more than "
                    + "\(RecordJudgement.greatestAudience) grants")
        }
    }

    /// The regions without those that lie within others.
    func simplified(_ regions: [RequestRegion]) -> [RequestRegion] {
        var kept: [RequestRegion] = []
        for region in regions where !kept.contains(where: { $0.contains(region) }) {
            kept.removeAll { region.contains($0) }
            kept.append(region)
        }
        return kept
    }
}
