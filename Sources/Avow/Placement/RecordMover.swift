internal import AvowConsent
internal import AvowFHIR
internal import AvowProof
internal import AvowQuery
internal import AvowTree
internal import AvowVault

/// A resource that is looked at, with all that its storage has to say of it.
struct ReviewedResource: Sendable {
    let place: PlacedResource
    let json: [UInt8]
    /// Its renditions under its present audience.
    let renditions: [Rendition]
    /// The id that its first new rendition gets; no others use it and those that follow.
    let firstRecordID: UInt64
}

/// What becomes of a resource that moves, that has other renditions, or whose audience has become, or ceased to be, the
/// home audience.
struct PlacementDecision: Sendable {
    let id: ResourceIdentity
    let audience: Audience
    /// The changes of its record and index entries, and of its renditions.
    var changes = TreeChanges()
    /// The entries of new renditions.
    var added = TreeChanges()
    /// New renditions, sealed.
    var sealed: [(id: UInt64, bytes: [UInt8])] = []
    /// Renditions that no entry stands for any more.
    var unsealed: [SealedRendition] = []
}

/// Decides about the resources of a patient. Several threads may use it at once.
struct RecordMover: Sendable {
    /// The Consents of the records' patient; nil when none decides.
    let consents: PatientConsents?
    /// The patient's key.
    let key: RecordKey
    let maker: RenditionMaker
    /// The home audiences before and after, when they are not the same.
    let homes: Set<AudienceID>

    /// Decides about a resource; nil when everything stays as it is.
    func decide(_ resource: ReviewedResource) throws(StoreError) -> PlacementDecision? {
        let place = resource.place
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONParser().parse(resource.json).root
        } catch {
            throw .record(key: place.entry.key, reason: "\(error)")
        }
        let audience = consents?.audience(of: root, place.type) ?? maker.policy.defaultAudience
        let id = ResourceIdentity(place.type, id: root["id"]?.string ?? "")
        var decision = PlacementDecision(id: id, audience: audience)
        let isMoving = audience.id != place.audience
        if isMoving { try move(resource, to: audience.id, &decision.changes) }
        let isRendered = try render(root, resource, isMoving: isMoving, &decision)
        return isMoving || isRendered || homes.contains(audience.id) ? decision : nil
    }

    /// The changes by which the record and its index entries come to stand under another audience; none for a resource
    /// that is deleted, which has no such entries.
    private func move(
        _ resource: ReviewedResource, to audience: AudienceID, _ changes: inout TreeChanges
    ) throws(StoreError) {
        let place = resource.place
        guard !place.isDeleted else { return }
        let type = UInt16(place.type.rawValue)
        let put = TreeMutation.Change.record(place.entry.value, blob: place.entry.blob)
        let places = [
            (place.owner(under: place.audience), TreeMutation.Change.remove), (place.owner(under: audience), put),
        ]
        for (owner, change) in places {
            changes.append(change) {
                $0.appendRecordKey(owner.audience, owner.pseudonym, type: type, number: owner.number)
            }
        }
        try maker.indexes.finders.withElement { (finder) throws(StoreError) in
            try finder.visit(resource.json, place.type, maker.indexes.extraction) { entry in
                for (owner, change) in places { changes.append(change) { entry.append(to: &$0, owner) } }
            }
        }
    }

    /// Brings the renditions of a resource up to date; those that are as they should be are left.
    ///
    /// - Returns: whether there was anything to change.
    private func render(
        _ root: JSONValue, _ resource: ReviewedResource, isMoving: Bool, _ decision: inout PlacementDecision
    ) throws(StoreError) -> Bool {
        let place = resource.place
        var old = resource.renditions
        var recordID = resource.firstRecordID
        var hasChanged = false
        var kept: Set<TreeKey> = []
        for (profile, audience) in place.isDeleted ? [] : decision.audience.renditionIDs {
            guard let json = try maker.json(of: root, place.type, profile) else { continue }
            if let index = old.firstIndex(where: { $0.profile == profile && $0.json == json }), !isMoving {
                old.remove(at: index)
                continue
            }
            let rendition = Rendition(
                profile: profile, json: json, owner: place.owner(under: audience), recordID: recordID)
            decision.sealed.append(
                (recordID, try maker.seal(rendition, place.type, key: key, into: &decision.added)))
            kept.formUnion(try rendition.keys(place.type, maker.indexes))
            recordID += 1
            hasChanged = true
        }
        for rendition in old {
            let keys = try rendition.keys(place.type, maker.indexes).filter { !kept.contains($0) }
            decision.changes.append(contentsOf: keys.map { TreeMutation($0, .remove) })
            decision.unsealed.append(SealedRendition(rendition))
            hasChanged = true
        }
        return hasChanged
    }
}
