public import AvowConsent
public import AvowProof

/// Who may list the disclosures to any patient: the ledger's setting `auditors`.
public enum LedgerAuditors {
    /// The key of the setting.
    public static let key = TreeKey.configuration("auditors")

    /// The content: a CBOR array of the roles, sorted.
    public static func encoded(_ roles: [PartyName]) -> [UInt8] {
        var writer = CBORWriter()
        writer.array(count: roles.count)
        for role in roles.sorted() { writer.text(role.text) }
        return writer.bytes
    }

    /// Reads the content.
    public static func roles(encoded content: [UInt8]) throws(EntryValueError) -> [PartyName] {
        let names = try LedgerContent.read(content) { (reader) throws(CBORError) -> [String] in
            var names: [String] = []
            for _ in 0..<(try reader.array(max: 1_000)) {
                names.append(try reader.text(max: PartyName.maximumLength))
            }
            return names
        }
        do throws(ConsentError) {
            var roles: [PartyName] = []
            for name in names { roles.append(try PartyName(name)) }
            return roles
        } catch {
            throw EntryValueError(expected: "roles: \(error)")
        }
    }
}
