/// The spaces of the tree: the first element of every key (Format, "Keys").
public enum KeySpace: UInt64, Sendable, CaseIterable {
    /// Settings that verification depends on.
    case configuration = 0
    /// Who may read what for which purpose.
    case audience = 1
    /// Pseudonyms of patients.
    case patient = 2
    /// Current records.
    case record = 3
    /// Superseded versions of resources, deletions among them.
    case version = 4
    /// Index entries.
    case index = 5
    /// Records by type and logical id.
    case locate = 6
    /// Deleted resources by type and logical id.
    case deleted = 7
    /// Where resources and patients stand that do not stand under the default audience alone. No query reads it.
    case placement = 8
}

/// The store's own name for a patient: 8 random bytes, unique in the store; zero for what belongs to no patient.
public struct Pseudonym: Hashable, Sendable {
    /// The 8 bytes as a big-endian number.
    public let rawValue: UInt64

    /// A pseudonym from its 8 bytes, read as a big-endian number.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// The pseudonym of resources that belong to no patient.
    public static let shared = Pseudonym(rawValue: 0)

    /// The 8 bytes.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.append(bigEndian: rawValue)
        return result
    }
}

/// The first 8 bytes of the digest of an audience's canonical form.
public struct AudienceID: Hashable, Sendable {
    /// The 8 bytes as a big-endian number.
    public let rawValue: UInt64

    /// An audience id from its 8 bytes, read as a big-endian number.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }
}

extension TupleBytes {
    init(space: KeySpace) {
        self.init()
        append(space: space)
    }

    init(space: KeySpace, _ audience: AudienceID) {
        self.init()
        append(space: space, audience)
    }

    mutating func append(space: KeySpace) {
        append(space.rawValue)
    }

    mutating func append(space: KeySpace, _ audience: AudienceID) {
        append(space: space)
        append(audience.rawValue)
    }

    /// Appends a logical id: as a UUID when it is one in canonical form, as text otherwise.
    public mutating func append(logicalID: String) {
        var logicalID = logicalID
        // The span does not outlive the call.
        let uuid = logicalID.withUTF8 { utf8 in unsafe UUIDBytes(canonical: Span(_unsafeElements: utf8)) }
        if let uuid {
            append(uuid: uuid)
        } else {
            append(text: logicalID)
        }
    }
}

extension TreeKey {
    /// The key of a setting.
    public static func configuration(_ name: String) -> TreeKey {
        TreeKey { tuple in
            tuple.append(space: .configuration)
            let realm = tuple.byteCount
            tuple.append(text: name)
            return KeyCuts(realmEnd: realm, orderEnd: tuple.byteCount)
        }
    }

    /// The key of an audience under one purpose and recipient that it admits.
    public static func audience(purpose: String, recipient: Digest, _ audience: AudienceID) -> TreeKey {
        var order = TupleBytes()
        order.append(audience.rawValue)
        return TreeKey(realm: audienceRealm(purpose: purpose, recipient: recipient), order: order)
    }

    /// The key of an audience under its id alone, by which writers find what it permits.
    public static func audience(_ audience: AudienceID) -> TreeKey {
        TreeKey { tuple in
            tuple.appendRegisterRealm()
            let realm = tuple.byteCount
            tuple.append(audience.rawValue)
            return KeyCuts(realmEnd: realm, orderEnd: tuple.byteCount)
        }
    }

    /// The key by which the audience of a resource is found that does not stand under the default audience.
    public static func placement(type: UInt16, logicalID: String) -> TreeKey {
        TreeKey { tuple in
            tuple.append(space: .placement)
            let realm = tuple.byteCount
            tuple.append(UInt64(type))
            tuple.append(logicalID: logicalID)
            return KeyCuts(realmEnd: realm, orderEnd: tuple.byteCount)
        }
    }

    /// The key by which a patient is found whose records do not all stand under the default audience.
    public static func placement(patient logicalID: String) -> TreeKey {
        // No type has the number 0.
        .placement(type: 0, logicalID: logicalID)
    }

    /// The key of the entry that says of a record that a patient's Consents ask what it refers to.
    public static func related(type: UInt16, logicalID: String, patient: String) -> TreeKey {
        TreeKey { tuple in
            tuple.append(space: .placement)
            let realm = tuple.byteCount
            tuple.appendRelated(type: type, logicalID: logicalID)
            tuple.append(logicalID: patient)
            return KeyCuts(realmEnd: realm, orderEnd: tuple.byteCount)
        }
    }

    /// The key of a patient's pseudonym.
    public static func patient(_ audience: AudienceID, logicalID: String) -> TreeKey {
        TreeKey { tuple in
            tuple.append(space: .patient, audience)
            let realm = tuple.byteCount
            tuple.append(logicalID: logicalID)
            return KeyCuts(realmEnd: realm, orderEnd: tuple.byteCount)
        }
    }

    /// The key of a current record; see ``TupleBytes/appendRecordKey(_:_:type:number:)``.
    public static func record(
        _ audience: AudienceID, _ pseudonym: Pseudonym, type: UInt16, number: UInt64
    ) -> TreeKey {
        TreeKey { $0.appendRecordKey(audience, pseudonym, type: type, number: number) }
    }

    /// The key of a superseded version of a resource.
    ///
    /// - Parameter version: from 1; 0 for the entry that says where the versions before the first one stand.
    public static func version(
        _ audience: AudienceID, _ pseudonym: Pseudonym, type: UInt16, number: UInt64, version: UInt64
    ) -> TreeKey {
        TreeKey { tuple in
            tuple.append(space: .version, audience)
            let realm = tuple.byteCount
            tuple.append(pseudonym.rawValue)
            tuple.append(UInt64(type))
            tuple.append(number)
            tuple.append(version)
            return KeyCuts(realmEnd: realm, orderEnd: tuple.byteCount)
        }
    }

    /// The key of an index entry; see ``TupleBytes/appendIndexKey(_:_:profile:_:number:values:)``.
    public static func index(
        _ index: UInt64, _ audience: AudienceID, profile: UInt64, values: TupleBytes,
        _ pseudonym: Pseudonym, number: UInt64
    ) -> TreeKey {
        TreeKey { tuple in
            tuple.appendIndexKey(index, audience, profile: profile, pseudonym, number: number) {
                $0.append(contentsOf: values)
            }
        }
    }

    /// The key by which a record is found from its type and logical id; see
    /// ``TupleBytes/appendLocateKey(_:type:logicalID:)``.
    public static func locate(_ audience: AudienceID, type: UInt16, logicalID: String) -> TreeKey {
        TreeKey { $0.appendLocateKey(audience, type: type, logicalID: logicalID) }
    }

    /// The key of a resource that is deleted, by its type and logical id.
    public static func deleted(_ audience: AudienceID, type: UInt16, logicalID: String) -> TreeKey {
        TreeKey { tuple in
            tuple.append(space: .deleted, audience)
            let realm = tuple.byteCount
            tuple.append(UInt64(type))
            tuple.append(logicalID: logicalID)
            return KeyCuts(realmEnd: realm, orderEnd: tuple.byteCount)
        }
    }

    static func audienceRealm(purpose: String, recipient: Digest) -> TupleBytes {
        var realm = TupleBytes(space: .audience)
        realm.append(text: purpose)
        realm.append(bytes: recipient.bytes.span)
        return realm
    }

    static func indexRealm(_ index: UInt64, _ audience: AudienceID, profile: UInt64) -> TupleBytes {
        var realm = TupleBytes()
        realm.appendIndexRealm(index, audience, profile: profile)
        return realm
    }
}

// The keys of records, of which a store has many: they can be appended to a buffer that holds others.
extension TupleBytes {
    /// Appends the key of a current record.
    ///
    /// - Parameter type: the type's number in the R4 list.
    public mutating func appendRecordKey(
        _ audience: AudienceID, _ pseudonym: Pseudonym, type: UInt16, number: UInt64
    ) -> KeyCuts {
        let start = byteCount
        append(space: .record, audience)
        let realm = byteCount
        append(pseudonym.rawValue)
        append(UInt64(type))
        append(number)
        return KeyCuts(start: start, realmEnd: realm, orderEnd: byteCount)
    }

    /// Appends the key of an index entry.
    ///
    /// - Parameters:
    ///   - index: the number of the index definition.
    ///   - profile: the redaction profile that the values were computed under; 0 is none.
    ///   - values: appends the values that the index is sorted by.
    public mutating func appendIndexKey(
        _ index: UInt64, _ audience: AudienceID, profile: UInt64, _ pseudonym: Pseudonym, number: UInt64,
        values: (inout TupleBytes) -> Void
    ) -> KeyCuts {
        let start = byteCount
        appendIndexRealm(index, audience, profile: profile)
        let realm = byteCount
        values(&self)
        let order = byteCount
        append(pseudonym.rawValue)
        append(number)
        return KeyCuts(start: start, realmEnd: realm, orderEnd: order)
    }

    /// Appends the key by which a record is found from its type and logical id.
    public mutating func appendLocateKey(_ audience: AudienceID, type: UInt16, logicalID: String) -> KeyCuts {
        let start = byteCount
        append(space: .locate, audience)
        let realm = byteCount
        append(UInt64(type))
        append(logicalID: logicalID)
        return KeyCuts(start: start, realmEnd: realm, orderEnd: byteCount)
    }

    /// No type has the number 256, which leads to records that decide about others.
    fileprivate mutating func appendRelated(type: UInt16, logicalID: String) {
        append(UInt64(256))
        append(UInt64(type))
        append(logicalID: logicalID)
    }

    /// Audiences by their ids: null stands where otherwise a purpose does.
    fileprivate mutating func appendRegisterRealm() {
        append(space: .audience)
        appendNull()
    }

    fileprivate mutating func appendIndexRealm(_ index: UInt64, _ audience: AudienceID, profile: UInt64) {
        append(space: .index)
        append(index)
        append(audience.rawValue)
        append(profile)
    }
}

extension KeyRange {
    /// All audiences that admit `purpose` and the recipient with this digest.
    public static func audiences(purpose: String, recipient: Digest) -> KeyRange {
        KeyRange(beginningWith: TreeKey.audienceRealm(purpose: purpose, recipient: recipient))
    }

    /// The patients whose Consents ask what a record refers to.
    public static func related(type: UInt16, logicalID: String) -> KeyRange {
        var prefix = TupleBytes(space: .placement)
        prefix.appendRelated(type: type, logicalID: logicalID)
        return KeyRange(beginningWith: prefix)
    }

    /// All records of which some patient's Consents ask what they refer to.
    public static var related: KeyRange {
        var prefix = TupleBytes(space: .placement)
        prefix.append(UInt64(256))
        return KeyRange(beginningWith: prefix)
    }

    /// All audiences of the store, by their ids.
    public static var audiences: KeyRange {
        var realm = TupleBytes()
        realm.appendRegisterRealm()
        return KeyRange(beginningWith: realm)
    }

    /// All entries of a space.
    public static func space(_ space: KeySpace) -> KeyRange {
        KeyRange(beginningWith: TupleBytes(space: space))
    }

    /// All records of an audience.
    public static func records(_ audience: AudienceID) -> KeyRange {
        KeyRange(beginningWith: TupleBytes(space: .record, audience))
    }

    /// All records of a patient under an audience; those of one type when `type` is given.
    public static func records(_ audience: AudienceID, _ pseudonym: Pseudonym, type: UInt16? = nil) -> KeyRange {
        var prefix = TupleBytes(space: .record, audience)
        prefix.append(pseudonym.rawValue)
        if let type { prefix.append(UInt64(type)) }
        return KeyRange(beginningWith: prefix)
    }

    /// All records of a type under an audience, by logical id.
    public static func located(_ audience: AudienceID, type: UInt16) -> KeyRange {
        var prefix = TupleBytes(space: .locate, audience)
        prefix.append(UInt64(type))
        return KeyRange(beginningWith: prefix)
    }

    /// All records of an audience, by type and logical id.
    public static func located(_ audience: AudienceID) -> KeyRange {
        KeyRange(beginningWith: TupleBytes(space: .locate, audience))
    }

    /// All patients of an audience.
    public static func patients(_ audience: AudienceID) -> KeyRange {
        KeyRange(beginningWith: TupleBytes(space: .patient, audience))
    }

    /// All resources of an audience that are deleted.
    public static func deleted(_ audience: AudienceID) -> KeyRange {
        KeyRange(beginningWith: TupleBytes(space: .deleted, audience))
    }

    /// All superseded versions of an audience; those of one patient when `pseudonym` is given.
    public static func versions(_ audience: AudienceID, _ pseudonym: Pseudonym? = nil) -> KeyRange {
        var prefix = TupleBytes(space: .version, audience)
        if let pseudonym { prefix.append(pseudonym.rawValue) }
        return KeyRange(beginningWith: prefix)
    }

    /// The entries of an index, whatever their audience.
    public static func index(_ index: UInt64) -> KeyRange {
        var prefix = TupleBytes(space: .index)
        prefix.append(index)
        return KeyRange(beginningWith: prefix)
    }

    /// The superseded versions of a resource whose number is below `version`, by increasing versions.
    public static func versions(
        _ audience: AudienceID, _ pseudonym: Pseudonym, type: UInt16, number: UInt64, below version: UInt64
    ) -> KeyRange {
        let upper = TreeKey.version(audience, pseudonym, type: type, number: number, version: version)
        return KeyRange(
            lower: TreeKey.version(audience, pseudonym, type: type, number: number, version: 0).bytes,
            upper: upper.bytes)
    }

    /// The entries of an index whose values begin with those of `prefix`.
    public static func index(
        _ index: UInt64, _ audience: AudienceID, profile: UInt64, prefix: TupleBytes = TupleBytes()
    ) -> KeyRange {
        var elements = TreeKey.indexRealm(index, audience, profile: profile)
        elements.append(contentsOf: prefix)
        return KeyRange(beginningWith: elements)
    }

    /// The entries of an index whose values stand from `lower` up to, but not including, `upper`.
    ///
    /// Both are values of the index from the first on; they may hold fewer than the index has.
    public static func index(
        _ index: UInt64, _ audience: AudienceID, profile: UInt64, from lower: TupleBytes, upTo upper: TupleBytes
    ) -> KeyRange {
        let realm = TreeKey.indexRealm(index, audience, profile: profile).bytes
        return KeyRange(lower: realm + lower.bytes, upper: realm + upper.bytes)
    }
}
