internal import AvowFHIR
internal import AvowProof
internal import AvowQuery

/// The entries of a resource in the index of its type.
struct IndexEntries {
    let type: ResourceType
    let values: [CodeDateValues]

    init(_ resource: ImportedResource) {
        type = resource.type
        values = IndexEntries.values(resource.codes, resource.clinicalDate)
    }

    init(parsing json: [UInt8], _ type: ResourceType) throws(JSONError) {
        let root = try JSONParser().parse(json).root
        self.type = type
        values = IndexEntries.values(
            Indexing.codes(of: root, type: type), Indexing.clinicalDate(of: root, type: type))
    }

    private static func values(_ codes: [AvowFHIR.Token], _ date: Int64?) -> [CodeDateValues] {
        codes.map { CodeDateValues(code: $0.code, system: $0.system, date: date) }
    }

    func key(_ values: CodeDateValues, _ audience: AudienceID, _ pseudonym: Pseudonym, _ number: UInt64) -> TreeKey {
        .index(UInt64(type.rawValue), audience, profile: 0, values: values.tuple, pseudonym, number: number)
    }

    /// Appends the key of an entry to a buffer.
    func append(
        _ values: CodeDateValues, _ audience: AudienceID, _ pseudonym: Pseudonym, _ number: UInt64,
        to buffer: inout TupleBytes
    ) -> KeyCuts {
        buffer.appendIndexKey(UInt64(type.rawValue), audience, profile: 0, pseudonym, number: number) {
            values.append(to: &$0)
        }
    }

    /// Why the resource cannot be indexed, or nil.
    var refusal: ImportRefusal? {
        // Each byte of a text takes at most two, and there are two texts and a date.
        for value in values where 2 * (value.code.utf8.count + value.system.utf8.count) > TreeKey.maximumByteCount / 2 {
            let count = 64 + value.tuple.bytes.count
            if count > TreeKey.maximumByteCount { return .keyTooLong(byteCount: count) }
        }
        return nil
    }
}
