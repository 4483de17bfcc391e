internal import AvowProof

/// Seals patients' keys under the master key.
///
/// A patient's key is random. Destroying its sealed bytes, in the store and in backups of the keys,
/// destroys all that was sealed with it.
public struct PatientKeySealer: Sendable {
    private let key: SecretKey
    private let storeID: StoreID

    /// The sealer of one store's patient keys.
    public init(masterKey: SecretKey, storeID: StoreID) throws(VaultError) {
        key = try masterKey.derive(context: KeyContext.patientKeys)
        self.storeID = storeID
    }

    /// Seals one patient's key, and behind it, in a seal of its own, the UUID if there is one.
    ///
    /// - Parameters:
    ///   - patientKey: The key.
    ///   - pseudonym: The patient's eight bytes, as a big-endian number.
    ///   - counter: A number of the caller's, such as that of the commit; needed again to open.
    /// - Returns: 72 bytes, or 128.
    public func seal(_ patientKey: RecordKey, pseudonym: UInt64, counter: UInt64) -> [UInt8] {
        let part: Part = patientKey.patient == nil ? .keyAlone : .key
        var sealed = AEAD.seal(
            patientKey.secret, key: key, associatedData: associatedData(pseudonym, counter, part))
        guard let patient = patientKey.patient else { return sealed }
        var bytes: [UInt8] = []
        bytes.append(bigEndian: patient.high)
        bytes.append(bigEndian: patient.low)
        let associatedData = unsafe associatedData(pseudonym, counter, .identifier).withBytes { unsafe [UInt8]($0) }
        AEAD.seal(bytes.span, key: key, associatedData: associatedData.span, appendingTo: &sealed)
        return sealed
    }

    /// Opens one patient's key.
    ///
    /// - Throws: `VaultError.notAuthentic` unless the bytes are those sealed for this pseudonym, counter,
    ///   store and master key.
    public func open(
        _ sealed: Span<UInt8>, pseudonym: UInt64, counter: UInt64, in memory: SecretMemory = .shared
    ) throws(VaultError) -> RecordKey {
        guard sealed.count >= AEAD.sealedKeyLength else { throw .notAuthentic(.patientKey) }
        let part: Part = sealed.count == AEAD.sealedKeyLength ? .keyAlone : .key
        let secret = try AEAD.openKey(
            sealed.extracting(..<AEAD.sealedKeyLength), key: key,
            associatedData: associatedData(pseudonym, counter, part), memory: memory,
            failure: .notAuthentic(.patientKey))
        guard part == .key else { return RecordKey(secret) }
        let identifier = sealed.extracting(AEAD.sealedKeyLength...)
        let bytes: [UInt8]
        do throws(VaultError) {
            let associatedData = unsafe associatedData(pseudonym, counter, .identifier).withBytes { unsafe [UInt8]($0) }
            bytes = try AEAD.open(identifier, key: key, associatedData: associatedData.span)
        } catch {
            throw .notAuthentic(.patientKey)
        }
        guard let patient = UUIDBytes(bytes: bytes) else { throw .notAuthentic(.patientKey) }
        return RecordKey(secret, patient: patient)
    }

    /// What is sealed, so that no part passes for another, and none can be cut off.
    private enum Part: UInt8 {
        case keyAlone = 0
        case key = 1
        case identifier = 2
    }

    private func associatedData(_ pseudonym: UInt64, _ counter: UInt64, _ part: Part) -> AssociatedData {
        var data = AssociatedData(storeID)
        data.append(pseudonym)
        data.append(counter)
        data.append(part.rawValue)
        return data
    }
}

extension PatientKeySealer: Redacted {}
