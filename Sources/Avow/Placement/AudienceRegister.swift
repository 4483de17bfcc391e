internal import AvowConsent
internal import AvowProof
internal import AvowQuery
internal import AvowTree

/// The audiences of a store: for each an entry under its id, and one under each purpose and recipient of its grants.
enum AudienceRegister {
    /// What an audience permits; nil when there is none with the id.
    static func audience(_ id: AudienceID, _ reader: TreeReader) throws(StoreError) -> Audience? {
        let entry = try mapping(StoreError.tree) { () throws(TreeError) in try reader.find(.audience(id)) }
        return try entry.map { entry throws(StoreError) in try audience(entry) }
    }

    /// All audiences, by increasing ids.
    ///
    /// - Complexity: O(n) in their number.
    static func all(_ reader: TreeReader) throws(StoreError) -> [Audience] {
        var audiences: [Audience] = []
        for entry in try PlacedEntry.all(in: .audiences, reader) { audiences.append(try audience(entry)) }
        return audiences
    }

    private static func audience(_ entry: PlacedEntry) throws(StoreError) -> Audience {
        let content: [UInt8]
        do throws(EntryValueError) {
            content = try SaltedValue(entry.inline).content
        } catch {
            throw .record(key: entry.key, reason: "\(error)")
        }
        do throws(ConsentError) {
            return try Audience(encoded: content)
        } catch {
            throw .record(key: entry.key, reason: "\(error)")
        }
    }

    /// The keys of an audience's entries.
    static func keys(of audience: Audience) -> Set<TreeKey> {
        let id = audience.id
        var keys: Set = [TreeKey.audience(id)]
        for grant in audience.grants {
            let recipient = Digest(.recipient, grant.recipient.canonicalBytes)
            keys.insert(.audience(purpose: grant.purpose.code, recipient: recipient, id))
        }
        return keys
    }

    /// The changes by which an audience becomes one of the store's.
    static func adding(_ audience: Audience) -> [TreeMutation] {
        let value = Salt.salted(audience.encoded)
        return keys(of: audience).map { TreeMutation($0, .inline(value, blob: 0)) }
    }

    /// The changes by which it is no longer one.
    static func removing(_ audience: Audience) -> [TreeMutation] {
        keys(of: audience).map { TreeMutation($0, .remove) }
    }
}
