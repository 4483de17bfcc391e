internal import AvowFHIR

/// The base and the rules of a Consent, whichever way it is written.
struct NormalForm {
    private(set) var dialect: ConsentDialect
    private(set) var window: ValidityWindow
    private(set) var base: ConsentEffect?
    private(set) var basePath: String
    private(set) var rules: [ConsentRule] = []

    /// How deep the rule of the root provision stands. What a rule says "otherwise" stands one less deep than it.
    private static let rootDepth = 2

    init(_ consent: ElementReader) throws(ConsentError) {
        base = try Self.policy(of: consent)
        basePath = "Consent.policyRule"
        window = .always
        dialect = .exceptionsInContext
        guard let element = consent.member("provision") else {
            guard base != nil else {
                throw consent.unsupported("has neither a provision nor a policyRule that says opt-in or opt-out")
            }
            return
        }
        let root = try Provision(element)
        window = root.conditions.window
        if let type = root.type {
            try addTyped(root, type)
        } else {
            try addUntyped(root)
        }
        rules = rules.enumerated().sorted {
            let (left, right) = ($0.element, $1.element)
            if left.depth != right.depth { return left.depth > right.depth }
            return left.effect == right.effect ? $0.offset < $1.offset : left.effect == .deny
        }.map(\.element)
    }

    /// The root provision has a type: it is the base, unless a policy says the opposite.
    private mutating func addTyped(_ root: Provision, _ type: ConsentEffect) throws(ConsentError) {
        if let base, base != type {
            dialect = .rootIsException
        } else {
            dialect = .rootIsBase
            if type == .permit {
                // Who permits this permits nothing else.
                base = .deny
                basePath = root.element.path
            }
        }
        try addRule(root, type, isExplicit: true, within: RuleConditions(), depth: Self.rootDepth)
    }

    /// The root provision has no type: it is the exception to the policy, or else the context of exceptions within it.
    private mutating func addUntyped(_ root: Provision) throws(ConsentError) {
        guard let base else {
            guard root.holdsTypes else {
                throw root.element.unsupported("neither it nor a policyRule says whether to permit or to deny")
            }
            return try addContext(root)
        }
        // Provisions that only repeat the policy would be no exceptions to it, so then the root is one.
        let isContext = root.holds(base.opposite) || root.conditions.isEmpty && root.provisions.isEmpty
        let namesSomebody = root.conditions.recipients != nil || root.conditions.purposes != nil
        // A dissent is not turned into a permission for everybody and everything.
        guard !isContext, base == .permit || namesSomebody else {
            return try addContext(root)
        }
        dialect = .rootIsException
        try addRule(root, base.opposite, isExplicit: false, within: RuleConditions(), depth: Self.rootDepth)
    }

    private mutating func addContext(_ root: Provision) throws(ConsentError) {
        for inner in root.provisions {
            guard let effect = inner.type ?? base?.opposite else {
                throw inner.element.unsupported("neither it nor what it stands in says whether to permit or to deny")
            }
            let namesSomebody = [inner, root].contains {
                $0.conditions.recipients != nil || $0.conditions.purposes != nil
            }
            guard inner.type != nil || effect == .deny || namesSomebody else {
                throw inner.element.unsupported("has no type, and does not say to whom or for what it would permit")
            }
            try addRule(
                inner, effect, isExplicit: inner.type != nil, within: root.conditions, depth: Self.rootDepth)
        }
    }

    /// Adds the rule of a provision and those within it.
    ///
    /// - Parameters:
    ///   - isExplicit: whether the provision itself says what its effect is.
    ///   - outer: the conditions of what it stands in.
    private mutating func addRule(
        _ provision: Provision, _ effect: ConsentEffect, isExplicit: Bool, within outer: RuleConditions, depth: Int
    ) throws(ConsentError) {
        let own = provision.conditions.read(as: effect)
        // A rule that is valid at no time applies to nothing, and so do those within it.
        guard let conditions = own.within(outer)?.read(as: effect) else { return }
        rules.append(ConsentRule(effect: effect, path: provision.element.path, depth: depth, conditions: conditions))
        for inner in provision.provisions {
            // Without a type of its own a provision is an exception to a rule that has one, and else more of the same.
            let innerEffect = inner.type ?? (isExplicit ? effect.opposite : effect)
            let repeats = inner.conditions.within(conditions)?.says(conditions) ?? false
            guard repeats, innerEffect != effect else {
                try addRule(
                    inner, innerEffect, isExplicit: inner.type != nil, within: conditions, depth: depth + 2)
                continue
            }
            // Only where it leaves out what the rule around it says is there anything else that it could be about.
            guard innerEffect == .deny, !inner.conditions.timeless.says(conditions.timeless) else {
                throw inner.element.unsupported("has the conditions of the rule around it, and so undoes it")
            }
            try addOtherwise(inner, within: conditions, depth: depth - 1)
        }
    }

    /// A denial that only leaves out what the permit around it says would leave nothing of it: it says what holds
    /// otherwise.
    private mutating func addOtherwise(
        _ provision: Provision, within outer: RuleConditions, depth: Int
    ) throws(ConsentError) {
        guard provision.provisions.isEmpty else {
            throw provision.element.unsupported("denies all that the rule around it permits, but for exceptions")
        }
        var conditions = provision.conditions.read(as: .deny)
        conditions.window = outer.window
        rules.append(
            ConsentRule(effect: .deny, path: provision.element.path, depth: depth, conditions: conditions))
    }

    /// The base that a policy code of v3-ActCode says; nil when it names a regulation, or there is none.
    private static func policy(of consent: ElementReader) throws(ConsentError) -> ConsentEffect? {
        guard let policy = consent.member("policyRule") else { return nil }
        guard policy.value["coding"] != nil else { return nil }
        var effects: Set<ConsentEffect> = []
        for (token, coding) in try policy.concept() where token.system == CodeSystem.actCode {
            switch token.code {
            case "OPTIN", "OPTINR": effects.insert(.permit)
            case "OPTOUT", "OPTOUTE": effects.insert(.deny)
            case "EMRGONLY", "GRANTORCHOICE", "IMPLIED", "IMPLIEDD", "NOCONSENT", "NOPP":
                throw coding.unsupported(
                    "'\(token.code)' says neither opt-in (OPTIN, OPTINR) nor opt-out (OPTOUT, OPTOUTE)")
            default: continue
            }
        }
        guard effects.count <= 1 else { throw policy.unsupported("says both opt-in and opt-out") }
        return effects.first
    }
}
