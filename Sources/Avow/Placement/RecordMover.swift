internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowTree

/// Decides about records, and moves their entries from one audience to another.
struct RecordMover: Sendable {
    let policy: StorePolicy
    /// The Consents of the records' patient; nil when there are none.
    let consents: PatientConsents?
    let indexes: RecordIndexes

    /// The logical id and the audience of a resource.
    func audience(
        of json: [UInt8], _ resource: PlacedResource
    ) throws(StoreError) -> (id: String, audience: Audience) {
        do throws(JSONError) {
            let root = try JSONParser().parse(json).root
            let audience = consents?.audience(of: root, resource.type) ?? policy.defaultAudience
            return (root["id"]?.string ?? "", audience)
        } catch {
            throw .record(key: resource.entry.key, reason: "\(error)")
        }
    }

    /// The changes by which the record and its index entries come to stand under another audience; none for a resource
    /// that is deleted, which has no such entries.
    func changes(
        of resource: PlacedResource, _ json: [UInt8], to audience: AudienceID
    ) throws(StoreError) -> TreeChanges {
        var changes = TreeChanges()
        guard !resource.isDeleted else { return changes }
        let type = UInt16(resource.type.rawValue)
        let change = TreeMutation.Change.record(resource.entry.value, blob: resource.entry.blob)
        func move(_ owner: RecordOwner, _ change: TreeMutation.Change) throws(StoreError) {
            changes.append(change) {
                $0.appendRecordKey(owner.audience, owner.pseudonym, type: type, number: owner.number)
            }
            try indexes.finders.withElement { (finder) throws(StoreError) in
                try finder.visit(json, resource.type, indexes.extraction) { entry in
                    changes.append(change) { entry.append(to: &$0, owner) }
                }
            }
        }
        try move(resource.owner(under: resource.audience), .remove)
        try move(resource.owner(under: audience), change)
        return changes
    }
}
