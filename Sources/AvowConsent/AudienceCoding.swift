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

    /// The flag of a grant that has limits.
    static let limited: UInt8 = 4
    /// The flag of a grant that permits only requests with a reason for breaking the glass.
    static let brokenGlass: UInt8 = 8

    static func encode(_ grant: Grant) -> [UInt8] {
        var bytes: [UInt8] = []
        append(grant.purpose, to: &bytes)
        append(grant.recipient, to: &bytes)
        append(grant.profile.id, to: &bytes)
        let isLimited = grant.limits != .none
        let window = grant.window
        bytes.append(
            (window.from == nil ? 0 : 1) | (window.until == nil ? 0 : 2) | (isLimited ? limited : 0)
                | (grant.needsBrokenGlass ? brokenGlass : 0))
        for bound in [window.from, window.until].compactMap(\.self) {
            append(bound, to: &bytes)
        }
        if isLimited {
            for recipients in [grant.limits.recipients, grant.limits.exceptRecipients] {
                append(UInt16(clamping: recipients.count), to: &bytes)
                for recipient in recipients { append(recipient, to: &bytes) }
            }
            append(UInt16(clamping: grant.limits.exceptPurposes.count), to: &bytes)
            for purpose in grant.limits.exceptPurposes { append(purpose, to: &bytes) }
        }
        return bytes
    }

    private static func append(_ purpose: Purpose, to bytes: inout [UInt8]) {
        let code = Array(purpose.code.utf8)
        append(UInt8(clamping: code.count), to: &bytes)
        bytes += code
    }

    private static func append(_ recipient: Recipient, to bytes: inout [UInt8]) {
        let encoded = recipient.canonicalBytes
        append(UInt16(clamping: encoded.count), to: &bytes)
        bytes += encoded
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
            let recipient = try recipient()
            let profile = RedactionProfile(id: try integer(UInt32.self, "a profile"))
            let start = position
            let flags = try integer(UInt8.self, "the flags of a grant")
            guard flags < 2 * brokenGlass else {
                throw fault("a grant has the flags \(flags)", at: start)
            }
            let window = try window(flags, at: start)
            let limits = flags & limited == 0 ? .none : try limits(at: start)
            return Grant(
                purpose: purpose, recipient: recipient, profile: profile, window: window, limits: limits,
                needsBrokenGlass: flags & brokenGlass != 0)
        }

        private mutating func recipient() throws(ConsentError) -> Recipient {
            let length = Int(try integer(UInt16.self, "the length of a recipient"))
            let start = position
            do {
                return try Recipient(canonicalBytes: try take(length, "a recipient"))
            } catch {
                // A fault in the recipient counts from its beginning, one of `take` from that of the whole.
                throw start + length > bytes.count ? error : fault(error.message, at: start + (error.offset ?? 0))
            }
        }

        private mutating func purpose() throws(ConsentError) -> Purpose {
            let length = Int(try integer(UInt8.self, "the length of a purpose"))
            let start = position
            guard let code = String(validating: try take(length, "a purpose"), as: UTF8.self) else {
                throw fault("a purpose is not UTF-8", at: start)
            }
            let purpose: Purpose
            do throws(ConsentError) {
                purpose = try Purpose(code: code)
            } catch {
                throw fault(error.message, at: start)
            }
            // One purpose has one encoding: a known code is written without its system.
            guard purpose.code.utf8.elementsEqual(code.utf8) else {
                throw fault("the purpose '\(purpose.code)' is written '\(code)'", at: start)
            }
            return purpose
        }

        private mutating func window(_ flags: UInt8, at start: Int) throws(ConsentError) -> ValidityWindow {
            let from = flags & 1 == 0 ? nil : try integer(Int64.self, "the beginning of a window")
            let until = flags & 2 == 0 ? nil : try integer(Int64.self, "the end of a window")
            do {
                return try ValidityWindow(from: from, until: until)
            } catch {
                throw fault(error.message, at: start)
            }
        }

        private mutating func limits(at start: Int) throws(ConsentError) -> GrantLimits {
            let recipients = try recipients()
            let exceptRecipients = try self.recipients()
            var exceptPurposes: [Purpose] = []
            for _ in 0..<(try integer(UInt16.self, "the number of excepted purposes")) {
                exceptPurposes.append(try purpose())
            }
            let limits = GrantLimits(
                recipients: recipients, exceptRecipients: exceptRecipients, exceptPurposes: exceptPurposes)
            guard limits != .none, limits.recipients == recipients, limits.exceptRecipients == exceptRecipients,
                limits.exceptPurposes == exceptPurposes
            else {
                throw fault("the limits of a grant are not in their canonical form", at: start)
            }
            return limits
        }

        private mutating func recipients() throws(ConsentError) -> [Recipient] {
            var recipients: [Recipient] = []
            for _ in 0..<(try integer(UInt16.self, "a number of recipients")) {
                recipients.append(try recipient())
            }
            return recipients
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
