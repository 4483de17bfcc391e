/// Makes audiences of what consents leave open and a policy says.
struct PolicyCompiler {
    let defaults: [DefaultGrant]
    let breakGlass: BreakGlass
    let redaction: RedactionByPurpose

    /// The audience of a record: what its consents permit and, where they say nothing, what the policy does, each purpose
    /// through its profile; and what the glass may be broken for.
    ///
    /// When it would be too large, only the last is left.
    func audience(of judgement: RecordJudgement, at time: Int64) -> Audience {
        var grants: [Grant] = []
        if let regions = try? regions(of: judgement) {
            grants = regions.flatMap(self.grants)
            if grants.count > RecordJudgement.greatestAudience { grants = [] }
        }
        return Audience((grants + brokenGlass).filter { $0.window.until.map { $0 > time } ?? true })
    }

    private func regions(of judgement: RecordJudgement) throws(ConsentError) -> [RequestRegion] {
        let compiler = AudienceCompiler()
        let permitted = try compiler.permitted(by: judgement)
        let unsaid = try compiler.unsaid(by: judgement)
        var byDefault: [RequestRegion] = []
        for grant in defaults {
            for recipients in grant.recipients {
                byDefault += unsaid.compactMap { region in
                    recipients.reduce(region.with(grant.purpose)) { part, recipient in part?.with(recipient) }
                }
            }
            try compiler.check(byDefault)
        }
        return compiler.simplified(permitted + byDefault)
    }

    private func grants(of region: RequestRegion) -> [Grant] {
        redaction.parts(of: region).map { $0.region.grant(profile: $0.profile) }
    }

    private var brokenGlass: [Grant] {
        breakGlass.roles.flatMap { role in
            breakGlass.purposes.flatMap { purpose in
                RequestRegion(.always).with(purpose)?.with(.role(role)).map(redaction.parts) ?? []
            }
        }.map { $0.region.grant(profile: $0.profile, needsBrokenGlass: true) }
    }
}
