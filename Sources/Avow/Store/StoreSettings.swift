internal import AvowProof

/// What a store was created with.
struct StoreSettings: Hashable, Sendable {
    /// The format that this version of Avow writes.
    static let format: UInt64 = 4

    /// The name that the store signs its checkpoints with.
    let origin: String
    var bytes: [UInt8] {
        var writer = CBORWriter()
        writer.array(count: 2)
        writer.unsigned(StoreSettings.format)
        writer.text(origin)
        return writer.bytes
    }

    init(origin: String) {
        self.origin = origin
    }

    init(_ bytes: [UInt8]) throws(StoreError) {
        do throws(CBORError) {
            var reader = CBORReader(bytes)
            try reader.array(count: 2)
            _ = try reader.unsigned(max: StoreSettings.format)
            origin = try reader.text(max: 1_024)
            try reader.finish()
        } catch {
            throw .damaged(part: "settings", reason: "\(error)")
        }
    }
}
