internal import AvowProof

/// What a store was created with.
struct StoreSettings: Hashable, Sendable {
    /// The format that this version of Avow writes.
    static let format: UInt64 = 1

    /// The name that the store signs its checkpoints with.
    let origin: String
    /// The audience of records that no consent speaks of.
    let audience: AudienceID

    var bytes: [UInt8] {
        var writer = CBORWriter()
        writer.array(count: 3)
        writer.unsigned(StoreSettings.format)
        writer.text(origin)
        writer.unsigned(audience.rawValue)
        return writer.bytes
    }

    init(origin: String, audience: AudienceID) {
        self.origin = origin
        self.audience = audience
    }

    init(_ bytes: [UInt8]) throws(StoreError) {
        do throws(CBORError) {
            var reader = CBORReader(bytes)
            try reader.array(count: 3)
            _ = try reader.unsigned(max: StoreSettings.format)
            origin = try reader.text(max: 1_024)
            audience = AudienceID(rawValue: try reader.unsigned())
            try reader.finish()
        } catch {
            throw .damaged(part: "settings", reason: "\(error)")
        }
    }
}
