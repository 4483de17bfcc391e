public import AvowConsent
public import AvowProof

/// Who may list the disclosures to any patient: the ledger's setting `auditors`.
///
/// The store's policy names them. They stand in the ledger, too, so that whoever verifies an answer from it needs nothing
/// else.
public struct LedgerAuditors: Hashable, Sendable {
    /// The key of the setting.
    public static let key = TreeKey.configuration("auditors")

    /// The store's commit whose policy named them.
    public let commit: UInt64
    /// The roles, sorted, each once.
    public let roles: [PartyName]

    /// The roles that the policy of a commit names.
    public init(_ roles: [PartyName], of commit: UInt64) {
        self.commit = commit
        self.roles = Set(roles).sorted()
    }

    /// The content: a CBOR array of the commit and the roles.
    public var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.array(count: 2)
        writer.unsigned(commit)
        writer.array(count: roles.count)
        for role in roles { writer.text(role.text) }
        return writer.bytes
    }

    /// Reads the content.
    public init(encoded content: [UInt8]) throws(EntryValueError) {
        let parts = try LedgerContent.read(content) { (reader) throws(CBORError) -> (UInt64, [String]) in
            try reader.array(count: 2)
            let commit = try reader.unsigned()
            var names: [String] = []
            for _ in 0..<(try reader.array(max: 100_000)) {
                names.append(try reader.text(max: PartyName.maximumLength))
            }
            return (commit, names)
        }
        var roles: [PartyName] = []
        do throws(ConsentError) {
            for name in parts.1 { roles.append(try PartyName(name)) }
        } catch {
            throw EntryValueError(expected: "roles: \(error)")
        }
        self.init(roles, of: parts.0)
        guard encoded == content else { throw EntryValueError(expected: "roles in their order, each once") }
    }
}
