/// Whether a store records who reads what.
public enum AuditRecording: Hashable, Sendable {
    /// A query is answered when its event is durable in the audit ledger; one that cannot be recorded is refused with
    /// `StoreError.notRecorded`.
    case required
    /// Nothing is recorded: for measurements, and for whoever keeps such records elsewhere.
    case off
}
