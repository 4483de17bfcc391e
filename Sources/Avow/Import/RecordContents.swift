internal import AvowFHIR
internal import AvowProof
internal import AvowQuery

/// What the tree takes of some records: where their members stand, and what entries lead to them. Found while their JSON
/// is parsed, so that it need not be parsed again.
struct RecordContents: Sendable {
    /// A member of a record's JSON.
    private struct Member {
        let name: Range<UInt32>
        let value: Range<UInt32>
    }

    /// What belongs to one record.
    struct Part: Sendable {
        fileprivate let members: Range<Int>
        fileprivate let entries: Range<Int>
    }

    private var members: [Member] = []
    private(set) var entries = IndexEntries()

    /// Adds a record.
    ///
    /// - Parameter record: the root of its document; no two of its members have the same name.
    mutating func add(
        _ record: JSONValue, _ type: ResourceType, _ extraction: IndexExtraction, _ finder: EntryFinder
    ) throws(StoreError) -> Part {
        let firstMember = members.count
        let firstEntry = entries.count
        record.forEachMember { name, value in
            members.append(
                Member(
                    name: UInt32(name.lowerBound)..<UInt32(name.upperBound),
                    value: UInt32(value.lowerBound)..<UInt32(value.upperBound)))
        }
        try finder.visit(record, type, extraction) { entries.append($0) }
        return Part(members: firstMember..<members.count, entries: firstEntry..<entries.count)
    }

    /// Forgets all records, and keeps the memory for others.
    mutating func removeAll() {
        members.removeAll(keepingCapacity: true)
        entries.removeAll()
    }

    /// The digest of a record.
    func commitment(_ part: Part, _ json: Span<UInt8>, _ saltSeed: Span<UInt8>, _ sealedDigest: Digest) -> Digest {
        let commitment = RecordCommitment(
            json: json, memberCount: part.members.count, saltSeed: saltSeed, sealedDigest: sealedDigest
        ) { number in
            let member = members[part.members.lowerBound + number]
            return (
                Int(member.name.lowerBound)..<Int(member.name.upperBound),
                Int(member.value.lowerBound)..<Int(member.value.upperBound)
            )
        }
        return commitment.digest
    }

    /// The positions of a record's entries.
    func entries(of part: Part) -> Range<Int> { part.entries }
}

/// The contents of the resources of one piece of the input, for the indexes of one catalog.
final class PieceContents: Sendable {
    let extraction: IndexExtraction
    let contents: RecordContents

    init(_ extraction: IndexExtraction, _ contents: RecordContents) {
        self.extraction = extraction
        self.contents = contents
    }
}

/// A resource on its way into the store.
///
/// One object, since it is handed from task to task several times.
final class IncomingResource: Sendable {
    let resource: ImportedResource
    /// A hash of its type and logical id.
    let hash: Int
    /// What was found in it when it was read, with that of others.
    private let found: (piece: PieceContents, part: RecordContents.Part)?

    init(_ resource: ImportedResource, _ found: (piece: PieceContents, part: RecordContents.Part)? = nil) {
        self.resource = resource
        self.found = found
        var hasher = Hasher()
        hasher.combine(resource.type)
        hasher.combine(resource.id)
        hash = hasher.finalize()
    }

    /// What was found in it for some indexes, if these are the ones that it was read for.
    func contents(for extraction: IndexExtraction) -> (contents: RecordContents, part: RecordContents.Part)? {
        guard let found, found.piece.extraction === extraction else { return nil }
        return (found.piece.contents, found.part)
    }

    var type: ResourceType { resource.type }
    var id: String { resource.id }
    var json: [UInt8] { resource.json }
    /// The logical id of the patient that it belongs to, or nil.
    var patient: String? { resource.patient }
}
