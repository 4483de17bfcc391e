internal import AvowFHIR

/// A security label that a consent statement names: a level of confidentiality, a policy of v3-ActCode, or a label of
/// another system.
public struct ConsentLabel: Hashable, Sendable {
    /// The code system's URI, as R4 writes it.
    public let system: String
    /// The code.
    public let code: String

    /// A label of a system.
    ///
    /// - Throws: ``ConsentError`` of kind `unknownLabel` for a code that its system, being evaluated, does not have.
    public init(system: String, code: String) throws(ConsentError) {
        self.system = CodeSystem.canonical(system)
        self.code = code
        switch self.system {
        case CodeSystem.confidentiality where Confidentiality(code: code) == nil:
            throw ConsentError(
                .unknownLabel, "'\(code)' is none of the levels U, L, M, N, R and V, which alone are ordered")
        case CodeSystem.actCode where !SecurityLabel.isPolicy(code):
            throw ConsentError(
                .unknownLabel, "'\(code)' is no policy of R4's v3-ActCode", suggestion: SecurityLabel.nearest(to: code))
        default: return
        }
    }

    /// A level, U, L, M, N, R or V in either case, or else a policy of v3-ActCode.
    ///
    /// - Throws: ``ConsentError`` of kind `unknownLabel`.
    public init(code: String) throws(ConsentError) {
        let isLevel = Confidentiality(code: code.uppercased()) != nil
        try self.init(
            system: isLevel ? CodeSystem.confidentiality : CodeSystem.actCode, code: isLevel ? code.uppercased() : code)
    }

    /// Whether the code stands without its system in a statement.
    public var isKnownByCode: Bool { system == CodeSystem.confidentiality || system == CodeSystem.actCode }

    /// The codes of the policies of v3-ActCode, in order.
    public static var policies: [String] { SecurityLabel.parents.keys.sorted() }
}
