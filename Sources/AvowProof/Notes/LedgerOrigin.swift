/// The name that a store's audit ledger signs with: the store's, and `/audit`.
public enum LedgerOrigin {
    private static let suffix = "/audit"

    /// The name that the ledger of a store signs with.
    public static func of(store origin: String) -> String { origin + suffix }
}

extension VerifierKey {
    /// The key that the checkpoints of a store's audit ledger are signed with: the same as the store's, under the
    /// ledger's name.
    public func ofLedger() throws(NoteError) -> VerifierKey {
        try VerifierKey(
            name: try NoteKeyName(LedgerOrigin.of(store: name.description)), algorithm: algorithm,
            publicKey: publicKey)
    }
}

extension LogPolicy {
    /// What to ask of the checkpoints of a store's audit ledger, from what is asked of the store's own.
    public func ofLedger() throws(NoteError) -> LogPolicy {
        LogPolicy(
            log: try log.ofLedger(), origin: LedgerOrigin.of(store: origin), witnesses: witnesses,
            requiredWitnesses: requiredWitnesses)
    }
}
