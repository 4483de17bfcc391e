/// The bytes of audiences.
enum AudienceCoding {
    static let version: UInt8 = 0x01
    /// The length of a grant whose code is empty and whose recipient is anyone: no grant is shorter.
    static let minimumGrantLength = 1 + 3 + 4 + 1

    static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    static func encode(_ grant: Grant) -> [UInt8] {
        let code = Array(grant.purpose.code.utf8)
        let recipient = grant.recipient.canonicalBytes
        var bytes: [UInt8] = []
        append(UInt8(clamping: code.count), to: &bytes)
        bytes += code
        append(UInt16(clamping: recipient.count), to: &bytes)
        bytes += recipient
        append(grant.profile.id, to: &bytes)
        bytes.append((grant.window.from == nil ? 0 : 1) | (grant.window.until == nil ? 0 : 2))
        for bound in [grant.window.from, grant.window.until].compactMap(\.self) {
            append(bound, to: &bytes)
        }
        return bytes
    }

    /// Reads an encoding from its beginning to its end.
    struct Decoder {
        let bytes: [UInt8]
        private var position = 0

        init(bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func audience() throws(ConsentError) -> [Grant] {
            guard try take(1, "the version").first == version else {
                throw fault("the version is not \(version)", at: 0)
            }
            let count = Int(try integer(UInt32.self, "the number of grants"))
            guard count <= (bytes.count - position) / minimumGrantLength else {
                throw fault("\(count) grants do not fit into the \(bytes.count - position) bytes that follow", at: 1)
            }
            var grants: [Grant] = []
            grants.reserveCapacity(count)
            var previous: ArraySlice<UInt8> = []
            for _ in 0..<count {
                let start = position
                grants.append(try grant())
                let current = bytes[start..<position]
                guard previous.lexicographicallyPrecedes(current) else {
                    throw fault("grants are not in strictly ascending order", at: start)
                }
                previous = current
            }
            guard position == bytes.count else {
                throw fault("\(bytes.count - position) bytes follow the last grant", at: position)
            }
            return grants
        }

        private mutating func grant() throws(ConsentError) -> Grant {
            let purpose = try purpose()
            let length = Int(try integer(UInt16.self, "the length of a recipient"))
            let start = position
            let recipient: Recipient
            do {
                recipient = try Recipient(canonicalBytes: try take(length, "a recipient"))
            } catch {
                // A fault in the recipient counts from its beginning, one of `take` from that of the whole.
                throw start + length > bytes.count ? error : fault(error.message, at: start + (error.offset ?? 0))
            }
            let profile = RedactionProfile(id: try integer(UInt32.self, "a profile"))
            return Grant(purpose: purpose, recipient: recipient, profile: profile, window: try window())
        }

        private mutating func purpose() throws(ConsentError) -> Purpose {
            let length = Int(try integer(UInt8.self, "the length of a purpose"))
            let start = position
            guard let code = String(validating: try take(length, "a purpose"), as: UTF8.self) else {
                throw fault("a purpose is not UTF-8", at: start)
            }
            do {
                return try Purpose(code: code)
            } catch {
                throw fault(error.message, at: start)
            }
        }

        private mutating func window() throws(ConsentError) -> ValidityWindow {
            let start = position
            let flags = try integer(UInt8.self, "a validity window")
            guard flags <= 3 else {
                throw fault("a validity window has the flags \(flags)", at: start)
            }
            let from = flags & 1 == 0 ? nil : try integer(Int64.self, "the beginning of a window")
            let until = flags & 2 == 0 ? nil : try integer(Int64.self, "the end of a window")
            do {
                return try ValidityWindow(from: from, until: until)
            } catch {
                throw fault(error.message, at: start)
            }
        }

        private mutating func take(_ count: Int, _ what: String) throws(ConsentError) -> ArraySlice<UInt8> {
            guard count <= bytes.count - position else {
                throw fault("the encoding ends within \(what)", at: bytes.count)
            }
            defer { position += count }
            return bytes[position..<position + count]
        }

        private mutating func integer<Value: FixedWidthInteger>(
            _: Value.Type, _ what: String
        ) throws(ConsentError) -> Value {
            try take(Value.bitWidth / 8, what).reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
        }

        private func fault(_ message: String, at offset: Int) -> ConsentError {
            ConsentError(.malformedAudience, message, offset: offset)
        }
    }
}
