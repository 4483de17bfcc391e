public import AvowConsent
internal import AvowFHIR
internal import AvowProof
public import AvowQuery
internal import AvowTree

/// What a statement of a patient came to.
public struct StatementOutcome: Sendable {
    /// The Consent that the patient's statements are kept in, as `Consent/id`.
    public let consent: String
    /// Whether it was changed; a statement that says what has been said already changes nothing.
    public let isChanged: Bool
    /// All statements of the patient that are left, the widest first.
    public let statements: [ConsentStatement]
    /// Refusals of the patient's own that a permit only meets: where both apply they decide.
    public let standing: [ConsentStatement]
    /// Other Consents of the patient that keep the statement from having an effect, or a part of it.
    public let obstacles: [StatementObstacle]
}

extension Store {
    /// Executes a statement by which a patient permits or refuses: `GRANT …` or `REVOKE …`.
    ///
    /// A new version of the Consent that Avow manages for the patient is stored, and in the same commit the patient's
    /// records come under the audiences that it gives.
    ///
    /// - Parameters:
    ///   - text: the statement.
    ///   - actor: who makes it, unless the statement says so itself: the patient, or somebody in a role that the policy
    ///     names among `consentManagers`.
    /// - Throws: `.query` for what is no such statement, or none that a Consent can say; `.mayNotConsent` for somebody
    ///   else. The store is as it was then.
    /// - Complexity: O(n²) for n statements of the patient, O(m) for m records of the patient, and a commit.
    @discardableResult
    public func execute(_ text: String, as actor: Actor? = nil) throws(StoreError) -> StatementOutcome {
        let statement: Statement
        do throws(QuerySyntaxError) {
            statement = try Statement(parsing: text)
        } catch {
            throw .query(.syntax(error))
        }
        guard case .grant(let grant) = statement else { throw .query(.notAGrant(statement)) }
        return try execute(grant, as: actor)
    }

    /// Executes a statement that was parsed; see ``execute(_:as:)``.
    @discardableResult
    public func execute(_ grant: GrantStatement, as actor: Actor? = nil) throws(StoreError) -> StatementOutcome {
        let statement = grant.statement.value
        let found: Actor?
        do throws(QueryError) {
            found = try grant.request.actor(else: actor)
        } catch {
            throw .query(error)
        }
        guard let asker = found else { throw .query(.missingActor) }
        let group = try beginGroup()
        do throws(StoreError) {
            let change = try StatementChange(statement, by: asker, group)
            if let resource = change.resource { try group.take([IncomingResource(resource)]) }
            _ = try commit(group)
            return change.outcome
        } catch {
            group.abort()
            throw error
        }
    }
}

/// What a statement makes of the Consent that is managed for a patient.
private struct StatementChange {
    /// The new version of the Consent; nil when nothing changes.
    let resource: ImportedResource?
    let outcome: StatementOutcome

    init(_ statement: ConsentStatement, by actor: Actor, _ group: ImportGroup) throws(StoreError) {
        guard group.policy.permitsConsents(of: statement.patient, by: actor) else {
            throw .mayNotConsent(actor: actor.reference.text, patient: statement.patient)
        }
        let id = ManagedConsent.id(of: statement.patient)
        let patient = String(statement.patient.dropFirst("Patient/".count))
        let placements = try Placements(group.snapshot.reader, home: group.policy.defaultAudience.id)
        let now = Instant.now
        var readings: [ConsentReading] = []
        if let place = try placements.patient(patient) {
            readings = try PatientConsents.readings(of: place, placements, group.snapshot.records)
        }
        let known = try StatementChange.known(id, statement.patient, placements, group.snapshot.records)
        do throws(ConsentError) {
            var consent = known ?? ManagedConsent(of: statement.patient)
            let standing = try consent.apply(statement)
            let isChanged = consent != known
            if isChanged {
                let json = try consent.json(at: now)
                resource = ImportedResource(.consent, id: id, json: Array(json.utf8), patient: patient)
            } else {
                resource = nil
            }
            let others = readings.filter { $0.reference != "Consent/\(id)" }
            outcome = StatementOutcome(
                consent: "Consent/\(id)", isChanged: isChanged, statements: try consent.statements(),
                standing: standing,
                obstacles: try statement.obstacles(among: others, combination: group.policy.combination))
        } catch {
            throw .query(.consent(error))
        }
    }

    /// The statements of a patient that are kept in the store.
    private static func known(
        _ id: String, _ patient: String, _ placements: Placements, _ records: RecordReader
    ) throws(StoreError) -> ManagedConsent? {
        let resource = ResourceIdentity(.consent, id: id)
        let audience = try placements.audience(of: resource)
        let key = TreeKey.locate(audience, type: UInt16(ResourceType.consent.rawValue), logicalID: id)
        let entry = try mapping(StoreError.tree) { () throws(TreeError) in try placements.reader.find(key) }
        guard let entry else { return nil }
        let json = try records.json(uncounted: entry)
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONParser().parse(json)
        } catch {
            throw .record(key: key, reason: "\(error)")
        }
        do throws(ConsentError) {
            let consent = try ManagedConsent(document.root)
            guard consent.patient == patient else {
                throw ConsentError(.unsupportedConsent, "is about another patient", path: "Consent.patient")
            }
            return consent
        } catch {
            throw .notManaged(consent: "Consent/\(id)", error)
        }
    }
}

extension ConsentReading {
    /// `Consent/id`.
    var reference: String {
        switch self {
        case .rules(let rules): rules.reference
        case .silent(let consent): consent.reference
        }
    }
}
