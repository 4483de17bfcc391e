public import AvowConsent
public import AvowFHIR
public import AvowProof

/// What a ledger says of one access to a store, without what is for auditors only (Format, "Audit ledger").
public struct LedgerEvent: Hashable, Sendable {
    /// Who asked, why and when; the time is that of the event.
    public let request: AccessRequest
    /// The types of resources that were asked for; none when every type was.
    public let types: [ResourceType]
    /// The sequence of the commit that was read.
    public let commit: UInt64
    /// The root of the tree that was read.
    public let root: Digest
    /// Whether a proof was given with the answer.
    public let isProven: Bool
    /// The first event of the same access, when there is one before this.
    public let continued: EventID?

    /// An event of these parts.
    public init(
        request: AccessRequest, types: [ResourceType], commit: UInt64, root: Digest, isProven: Bool,
        continued: EventID? = nil
    ) {
        self.request = request
        self.types = types
        self.commit = commit
        self.root = root
        self.isProven = isProven
        self.continued = continued
    }
}

/// What of an event is for auditors only: it may name other patients than the one who asks for disclosures.
public struct LedgerDetail: Hashable, Sendable {
    /// What was asked, in the words of the language.
    public let query: String
    /// How many rows or resources were given; nil when that was not known yet, or when the query failed.
    public let rows: UInt64?
    /// How many records were opened for it.
    public let records: UInt64
    /// How many patients have an entry for this event.
    public let patients: UInt64

    /// A detail of these parts.
    public init(query: String, rows: UInt64?, records: UInt64, patients: UInt64) {
        self.query = query
        self.rows = rows
        self.records = records
        self.patients = patients
    }
}

/// Reads what rests in a ledger's tree.
enum LedgerContent {
    static func read<Value>(
        _ content: [UInt8], _ body: (inout CBORReader) throws(CBORError) -> Value
    ) throws(EntryValueError) -> Value {
        do throws(CBORError) {
            var reader = CBORReader(content)
            let value = try body(&reader)
            try reader.finish()
            return value
        } catch {
            throw EntryValueError(expected: "the value of a ledger's entry: \(error)")
        }
    }
}

extension LedgerEvent {
    private static let format: UInt64 = 1

    /// The content of the event's entry: a CBOR array.
    public var encoded: [UInt8] {
        let actor = request.actor
        var writer = CBORWriter(capacity: 128)
        writer.array(count: 12)
        writer.unsigned(LedgerEvent.format)
        writer.text(actor.reference.text)
        writer.array(count: actor.roles.count)
        for role in actor.roles { writer.text(role.text) }
        if let organization = actor.organization { writer.text(organization.text) } else { writer.null() }
        writer.array(count: actor.groups.count)
        for group in actor.groups { writer.text(group.text) }
        writer.text(request.purpose.code)
        if let reason = request.breakGlassReason { writer.text(reason) } else { writer.null() }
        writer.array(count: types.count)
        for type in types { writer.unsigned(UInt64(type.rawValue)) }
        writer.unsigned(commit)
        writer.digest(root)
        writer.boolean(isProven)
        if let continued {
            writer.array(count: 2)
            writer.integer(continued.time)
            writer.unsigned(continued.number)
        } else {
            writer.null()
        }
        return writer.bytes
    }

    /// Reads the content of an event's entry.
    ///
    /// - Parameter time: the event's, which stands in its key.
    public init(encoded content: [UInt8], time: Int64) throws(EntryValueError) {
        typealias Parts = (
            reference: String, roles: [String], organization: String?, groups: [String], purpose: String,
            reason: String?, types: [ResourceType], commit: UInt64, root: Digest, isProven: Bool, continued: EventID?
        )
        func text(_ reader: inout CBORReader, _ maximum: Int) throws(CBORError) -> String? {
            guard try reader.nextKind() != .null else {
                try reader.null()
                return nil
            }
            return try reader.text(max: maximum)
        }
        func names(_ reader: inout CBORReader) throws(CBORError) -> [String] {
            var names: [String] = []
            for _ in 0..<(try reader.array(max: 1_000)) {
                names.append(try reader.text(max: PartyName.maximumLength))
            }
            return names
        }
        func types(_ reader: inout CBORReader) throws(CBORError) -> [ResourceType] {
            var types: [ResourceType] = []
            for _ in 0..<(try reader.array(max: ResourceType.allCases.count)) {
                let start = reader.offset
                let number = try reader.unsigned(max: UInt64(UInt8.max))
                guard let type = ResourceType(rawValue: UInt8(truncatingIfNeeded: number)),
                    types.last.map({ $0.rawValue < type.rawValue }) ?? true
                else {
                    throw CBORError(.invalidValue(expected: "the number of a resource type, ascending"), at: start)
                }
                types.append(type)
            }
            return types
        }
        func continued(_ reader: inout CBORReader) throws(CBORError) -> EventID? {
            guard try reader.nextKind() != .null else {
                try reader.null()
                return nil
            }
            try reader.array(count: 2)
            let time = try reader.integer()
            return EventID(time: time, number: try reader.unsigned())
        }
        let parts = try LedgerContent.read(content) { (reader) throws(CBORError) -> Parts in
            try reader.array(count: 12)
            guard try reader.unsigned() == LedgerEvent.format else {
                throw CBORError(.invalidValue(expected: "an event of format \(LedgerEvent.format)"), at: 1)
            }
            let reference = try reader.text(max: PartyName.maximumLength)
            let roles = try names(&reader)
            let organization = try text(&reader, PartyName.maximumLength)
            let groups = try names(&reader)
            let purpose = try reader.text(max: Purpose.maximumLength)
            let reason = try text(&reader, 4 * AccessRequest.maximumReasonLength)
            let found = try types(&reader)
            let commit = try reader.unsigned()
            let root = try reader.digest()
            let isProven = try reader.boolean()
            return (
                reference, roles, organization, groups, purpose, reason, found, commit, root, isProven,
                try continued(&reader)
            )
        }
        do throws(ConsentError) {
            let actor = try Actor(
                parts.reference, roles: parts.roles, organization: parts.organization, groups: parts.groups)
            request = try AccessRequest(
                actor: actor, purpose: try Purpose(code: parts.purpose), time: time, breakGlassReason: parts.reason)
        } catch {
            throw EntryValueError(expected: "who asked, and why: \(error)")
        }
        self.types = parts.types
        commit = parts.commit
        root = parts.root
        isProven = parts.isProven
        self.continued = parts.continued
        guard encoded == content else { throw EntryValueError(expected: "the one encoding of an event") }
    }
}

extension LedgerDetail {
    /// The content of the detail's entry: a CBOR array.
    public var encoded: [UInt8] {
        var writer = CBORWriter(capacity: 32 + query.utf8.count)
        writer.array(count: 4)
        writer.text(query)
        if let rows { writer.unsigned(rows) } else { writer.null() }
        writer.unsigned(records)
        writer.unsigned(patients)
        return writer.bytes
    }

    /// Reads the content of a detail's entry.
    public init(encoded content: [UInt8]) throws(EntryValueError) {
        self = try LedgerContent.read(content) { (reader) throws(CBORError) -> LedgerDetail in
            try reader.array(count: 4)
            // EXPLAIN may stand before a query of the greatest length.
            let query = try reader.text(max: 2 * QueryLimits.textLength)
            var rows: UInt64?
            if try reader.nextKind() == .null { try reader.null() } else { rows = try reader.unsigned() }
            let records = try reader.unsigned()
            return LedgerDetail(query: query, rows: rows, records: records, patients: try reader.unsigned())
        }
    }
}

/// How many records of a patient were opened for an event: the content of an entry of the space `disclosure`.
public enum LedgerDisclosure {
    /// The content: the number, as CBOR.
    public static func encoded(records: UInt64) -> [UInt8] {
        var writer = CBORWriter(capacity: 9)
        writer.unsigned(records)
        return writer.bytes
    }

    /// Reads the content.
    public static func records(encoded content: [UInt8]) throws(EntryValueError) -> UInt64 {
        try LedgerContent.read(content) { (reader) throws(CBORError) -> UInt64 in try reader.unsigned() }
    }
}
