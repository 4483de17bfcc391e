public import AvowFHIR

extension Store {
    /// Deletes a resource, as FHIR's `delete` does: `DELETE [base]/[type]/[id]`.
    ///
    /// The deletion is a version: the resource is in no query, count or index any more, its history keeps all that it
    /// was, and importing it again makes the next version. Nothing is erased.
    ///
    /// - Parameters:
    ///   - type: the resource's type.
    ///   - id: its logical id.
    /// - Returns: what that came to. To delete what is not there is no error, as for servers of FHIR, and makes no
    ///   commit.
    /// - Throws: `StoreError.patientHasRecords` for a Patient to whom other records belong: they would be left without
    ///   the one whose consent governs them. Nothing is deleted then.
    /// - Complexity: O(log n), and a commit.
    @discardableResult
    public func delete(_ type: ResourceType, id: String) throws(StoreError) -> DeletionOutcome {
        try delete([ResourceIdentity(type, id: id)]).first ?? .unknown
    }

    /// Deletes resources in one commit: all of them, or, when the call throws, none. A Patient can be deleted together
    /// with all its records.
    ///
    /// - Returns: what each came to, in their order. A resource that is named twice is deleted once; what is said of it
    ///   the second time is what was said the first time.
    /// - Throws: as `delete(_:id:)`.
    /// - Complexity: O(m log n) for m resources; memory O(m).
    @discardableResult
    public func delete(_ resources: [ResourceIdentity]) throws(StoreError) -> [DeletionOutcome] {
        guard !resources.isEmpty else { return [] }
        return try write { (transaction) throws(StoreError) in
            var deletion = try ResourceDeletion(self, transaction)
            var known: [ResourceIdentity: DeletionOutcome] = [:]
            var outcomes: [DeletionOutcome] = []
            outcomes.reserveCapacity(resources.count)
            for resource in resources {
                let outcome: DeletionOutcome
                if let before = known[resource] { outcome = before } else { outcome = try deletion.take(resource) }
                known[resource] = outcome
                outcomes.append(outcome)
            }
            try deletion.commit(in: transaction)
            return outcomes
        }
    }
}
