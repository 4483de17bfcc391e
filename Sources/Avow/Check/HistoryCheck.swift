internal import AvowProof
internal import AvowTree

/// Checks that the versions of each resource follow each other up to the newest one, that a deletion stands behind what
/// it deleted, and that what is deleted is not there.
///
/// Takes the entries of a tree in the order of their keys, so that the superseded versions come before the newest ones.
struct HistoryCheck {
    /// Where versions of a resource stand.
    struct Place: Hashable {
        let audience: UInt64
        let pseudonym: UInt64
        let type: UInt64
        let number: UInt64
    }

    /// The superseded versions at one place.
    private struct Chain {
        /// The key of one of its entries, to name it by.
        let key: TreeKey
        /// Where the versions before the first one stand, when that is another place.
        var link: LocatedRecord?
        /// The last version, if there is one.
        var last: (version: UInt64, digest: Digest)?
        /// Whether a newer version continues it.
        var isContinued = false

        /// The version that comes next.
        var next: UInt64 { (last?.version ?? link?.version ?? 0) &+ 1 }
    }

    private var chains: [Place: Chain] = [:]
    /// The keys of deletions, by the place and number of the record that each deleted.
    private var deletions: [Place: (key: TreeKey, version: UInt64)] = [:]
    /// What is wrong.
    private(set) var damages: [(part: String, reason: String)] = []

    // MARK: Taking entries

    /// Takes an entry of the space `version`.
    mutating func take(version entry: StoredEntry) {
        let key = entry.key
        guard let (place, version) = try? HistoryCheck.version(key) else {
            return add(key, "its key is not that of a version")
        }
        if version == 0 {
            guard entry.blob == 0, let link = try? LocatedRecord(entry.inline) else {
                return add(key, "it does not say where the versions before stand")
            }
            chains[place] = Chain(key: key, link: link)
            return
        }
        var chain = chains[place] ?? Chain(key: key)
        if version != chain.next { add(key, "it is version \(version), expected version \(chain.next)") }
        let isDeletion = chain.last.map { Digest.deletion(of: $0.digest) == entry.value } ?? false
        if isDeletion != (entry.blob == 0) || !entry.inline.isEmpty {
            add(key, "it stands neither for a record nor for the deletion of the version before it")
        }
        chain.last = (version, entry.value)
        chains[place] = chain
    }

    /// Takes an entry of the space `locate`.
    mutating func take(located entry: StoredEntry, _ located: LocatedRecord) {
        take(newest: located, entry.key)
    }

    /// Takes an entry of the space `deleted`.
    mutating func take(deleted entry: StoredEntry) {
        let key = entry.key
        guard entry.blob == 0, let located = try? LocatedRecord(entry.inline),
            let place = take(newest: located, key)
        else { return add(key, "it says of no version that it is deleted") }
        if chains[place]?.last.map({ Digest.deletion(of: $0.digest) }) != located.digest {
            add(key, "it is not the deletion of the version before it")
        }
        deletions[place] = (key, located.version &- 1)
    }

    @discardableResult
    private mutating func take(newest located: LocatedRecord, _ key: TreeKey) -> Place? {
        guard let place = try? HistoryCheck.place(of: located, key) else {
            add(key, "its key is not that of a resource")
            return nil
        }
        let next = chains[place]?.next ?? 1
        if located.version != next { add(key, "it says that it is version \(located.version), expected \(next)") }
        if chains[place]?.isContinued == true { add(key, "another resource has the same versions before it") }
        chains[place]?.isContinued = true
        return place
    }

    /// The key of the deletion that deleted a record, if it was deleted and not imported again.
    func deletion(of key: TreeKey) -> TreeKey? {
        guard let (place, version) = try? HistoryCheck.version(key), let deletion = deletions[place],
            deletion.version == version
        else { return nil }
        return deletion.key
    }

    // MARK: In the end

    /// Checks what only all entries together show: that the older versions of each resource are led to by newer ones.
    mutating func finish() {
        for (place, chain) in chains {
            guard let link = chain.link else { continue }
            let earlier = Place(
                audience: place.audience, pseudonym: link.pseudonym.rawValue, type: place.type, number: link.number)
            guard let last = chains[earlier]?.last, last.version == link.version, last.digest == link.digest else {
                add(chain.key, "it leads to versions that are not there")
                continue
            }
            if chains[earlier]?.isContinued == true { add(chain.key, "it leads to versions of another resource") }
            chains[earlier]?.isContinued = true
        }
        for chain in chains.values where !chain.isContinued { add(chain.key, "no newer version leads to it") }
    }

    private mutating func add(_ key: TreeKey, _ reason: String) {
        damages.append(("history at key \(key.bytes.hexadecimal)", reason))
    }

    // MARK: Keys

    private static func version(_ key: TreeKey) throws(TupleError) -> (Place, version: UInt64) {
        var realm = TupleReader(key.bytes, in: key.realm)
        _ = try realm.unsigned()
        let audience = try realm.unsigned()
        var order = TupleReader(key.bytes, in: key.order)
        let place = Place(
            audience: audience, pseudonym: try order.unsigned(), type: try order.unsigned(),
            number: try order.unsigned())
        return (place, try order.unsigned())
    }

    private static func place(of located: LocatedRecord, _ key: TreeKey) throws(TupleError) -> Place {
        var realm = TupleReader(key.bytes, in: key.realm)
        _ = try realm.unsigned()
        let audience = try realm.unsigned()
        var order = TupleReader(key.bytes, in: key.order)
        return Place(
            audience: audience, pseudonym: located.pseudonym.rawValue, type: try order.unsigned(),
            number: located.number)
    }
}
