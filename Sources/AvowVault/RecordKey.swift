public import AvowProof

/// What seals the records of a patient: the key, and what these records have in common that nobody else needs to know.
public struct RecordKey: Equatable, Sendable {
    /// The key.
    public let secret: SecretKey
    /// The patient's logical id when it is a UUID in canonical form. Nearly every record of a patient names it, so it
    /// rests beside the key instead of in each.
    public let patient: UUIDBytes?

    /// - Parameters:
    ///   - secret: The key.
    ///   - patient: The patient's logical id, if it is a UUID.
    public init(_ secret: SecretKey, patient: UUIDBytes? = nil) {
        self.secret = secret
        self.patient = patient
    }
}

extension RecordKey: Redacted {}
