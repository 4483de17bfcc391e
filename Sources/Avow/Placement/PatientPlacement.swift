internal import AvowProof

/// Whose a patient's records are in the tree, and under which audiences they stand.
struct PatientPlacement: Hashable, Sendable {
    let pseudonym: Pseudonym
    /// The audiences under which the patient has records, superseded versions among them, by increasing ids.
    let audiences: [AudienceID]

    init(_ pseudonym: Pseudonym, _ audiences: some Sequence<AudienceID>) {
        self.pseudonym = pseudonym
        self.audiences = Set(audiences).sorted { $0.rawValue < $1.rawValue }
    }

    /// What the entry of the space `placement` holds behind its salt.
    var bytes: [UInt8] {
        var bytes = pseudonym.bytes
        for audience in audiences { bytes.append(bigEndian: audience.rawValue) }
        return bytes
    }

    /// Reads ``bytes``; nil when they are something else.
    init?(_ bytes: [UInt8]) {
        var words: [UInt64] = []
        var reader = ByteReader(bytes)
        while reader.remaining > 0 {
            guard let word: UInt64 = try? reader.integer() else { return nil }
            words.append(word)
        }
        guard let pseudonym = words.first else { return nil }
        self.pseudonym = Pseudonym(rawValue: pseudonym)
        audiences = words.dropFirst().map(AudienceID.init(rawValue:))
        guard audiences == Set(audiences).sorted(by: { $0.rawValue < $1.rawValue }) else { return nil }
    }
}
