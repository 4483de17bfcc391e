internal import AvowFHIR
internal import AvowProof

/// What a patient has permitted and refused by statements, which one Consent keeps that Avow manages for the patient.
///
/// A permit and a refusal that apply to the same request for the same record are settled thus: **a refusal stands unless a
/// permit that lies wholly within it applies, too**. A statement that covers an earlier one replaces it, so where one lies
/// within another it is always the later one. A list in a statement stands for that many statements.
public struct ManagedConsent: Hashable, Sendable {
    /// Whose: `Patient/id`.
    public let patient: String
    var singles: Set<SingleStatement> = []

    /// The Consent of a patient who has said nothing yet.
    ///
    /// - Parameter patient: `Patient/id`.
    public init(of patient: String) {
        self.patient = patient
    }

    /// The code system of what Avow adds to a Consent that it manages.
    public static let tagSystem = "urn:avow:consent"
    /// The tag of a Consent that Avow manages, in `meta.tag`.
    public static let tagCode = "managed"
    /// The code system of roles that are named without one.
    public static let roleSystem = "urn:avow:role"

    /// The logical id of the Consent.
    ///
    /// It has the patient's own id in it, or, of a long one, the first 20 bytes of the digest of the recipient that the
    /// patient is.
    public var id: String { Self.id(of: patient) }

    /// The logical id of the Consent that Avow manages for a patient, given as `Patient/id`.
    public static func id(of patient: String) -> String {
        let own = patient.split(separator: "/").last.map(String.init) ?? ""
        if own.utf8.count <= 51 { return "avow-consent-\(own)" }
        let recipient = [UInt8(1)] + Array(patient.utf8)
        return "avow-consent." + Digest(.recipient, recipient).description.prefix(40)
    }

    /// Applies a statement of the patient: what it covers goes.
    ///
    /// - Returns: the statements of the patient that decide instead of it where they apply.
    /// - Throws: ``ConsentError`` when it says what no Consent can say, and when the statements become too many.
    /// - Complexity: O(n²) for n statements, lists counted by their items.
    @discardableResult
    public mutating func apply(_ statement: ConsentStatement) throws(ConsentError) -> [ConsentStatement] {
        guard statement.patient == patient else {
            throw ConsentError(.invalidName, "the statement is about \(statement.patient), not about \(patient)")
        }
        let all = try SingleStatement.all(of: statement)
        // What lies within another item of its own list adds nothing.
        let new = all.filter { one in !all.contains { $0 != one && $0.covers(one) } }
        for single in new { try single.checkWritable() }
        var result = self
        result.singles = singles.filter { old in !new.contains { $0.covers(old) } }.union(new)
        guard result.singles.count <= SingleStatement.greatestCount else { throw SingleStatement.tooMany() }
        _ = try result.json(at: 0)
        self = result
        guard statement.effect == .permit else { return [] }
        let standing = singles.filter { refusal in
            refusal.effect == .deny && new.contains { $0.meets(refusal) && !refusal.covers($0) && !$0.covers(refusal) }
        }
        return Provisions.merged(standing.sorted { $0.isWrittenBefore($1) }, of: patient).map(\.statement)
    }

    /// The statements, drawn together where lists can say several at once; the widest first, each behind what it is an
    /// exception to.
    ///
    /// - Throws: ``ConsentError`` of kind `tooManyExceptions`.
    public func statements() throws(ConsentError) -> [ConsentStatement] {
        var statements: [ConsentStatement] = []
        func add(_ provisions: [Provisions]) {
            for provision in provisions {
                statements.append(provision.statement)
                add(provision.exceptions)
            }
        }
        add(try Provisions.all(of: self))
        return statements
    }
}

extension SingleStatement {
    func isWrittenBefore(_ other: SingleStatement) -> Bool {
        sortKey.lexicographicallyPrecedes(other.sortKey)
    }

    /// Refuses names that the elements of a Consent cannot hold.
    func checkWritable() throws(ConsentError) {
        func check(_ system: String, _ code: String) throws(ConsentError) {
            // R4, section 2.24.0.1: a URI has no white space; a code has single spaces within at most.
            let isCode =
                !code.isEmpty && !code.unicodeScalars.contains { $0.properties.isWhitespace && $0 != " " }
                && !code.utf8.starts(with: " ".utf8) && !code.hasSuffix(" ") && !code.contains("  ")
            guard !system.isEmpty, !system.unicodeScalars.contains(where: \.properties.isWhitespace), isCode else {
                throw ConsentError(.invalidName, "no Consent can name '\(system)|\(code)'")
            }
        }
        if let label { try check(label.system, label.code) }
        if let code { try check(code.system, code.code) }
        if case .role(let name) = recipient {
            let role = Token(role: name)
            try check(role.system, role.code)
            let taken = [CodeSystem.participationType, CodeSystem.securityRole]
            guard !taken.contains(CodeSystem.canonical(role.system)) else {
                throw ConsentError(.invalidName, "'\(name)' says how somebody takes part, and is no role")
            }
        }
    }
}

extension Token {
    /// The coding of a role: `system|code`, or a code of Avow's own system.
    init(role name: PartyName) {
        if let bar = name.text.utf8.lastIndex(of: UInt8(ascii: "|")) {
            self.init(
                system: String(name.text[..<bar]), code: String(name.text[name.text.utf8.index(after: bar)...]))
        } else {
            self.init(system: ManagedConsent.roleSystem, code: name.text)
        }
    }

    /// The name of the role that a coding is.
    func role() throws(ConsentError) -> PartyName {
        try PartyName(system == ManagedConsent.roleSystem ? code : "\(system)|\(code)")
    }
}
