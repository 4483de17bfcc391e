/// Copies of resources for training compression dictionaries, in which no piece of a patient survives.
///
/// A dictionary outlives the records that it was trained on, erased ones too. So what may stay is
/// listed, and everything else is blanked: strings to `""`, numbers to `0`, booleans to `false`. What
/// stays is vocabulary that patients share:
///
/// - the names of members, when FHIR could have them: at most 64 letters and digits, perhaps after `_`;
/// - strings of the members in ``sharedNames``, and the `url` of an extension: up to 256 bytes without
///   escapes;
/// - a `display` beside a `system` and a `code`: the published name of that code;
/// - of a reference `Type/id` the `Type/`, and of `urn:uuid:id` the `urn:uuid:`;
/// - of a UUID its form, with a number for its digits: 0 for the first one of the resource, 1 for the next other one, and
///   all ones for that of the patient;
/// - of a date its form, with zeros for its digits, and of a time of day also its zone, and for its seconds such a number.
///
/// Neither the value of an identifier nor a date, a name, an address, an id or a narrative is among them.
public enum Blanking {
    /// Members whose strings are shared vocabulary wherever they stand.
    public static let sharedNames: Set<String> = [
        "resourceType", "system", "code", "unit", "status", "use", "intent", "priority", "profile",
        "currency", "mode",
        "kind", "type", "contentType", "language", "criticality", "category", "clinicalStatus",
    ]

    private static let longestSharedString = 256

    /// - Parameters:
    ///   - compactJSON: One resource, as it is stored.
    ///   - parser: Parses it; worth keeping for many.
    ///   - patient: The logical id of the patient whose resource it is.
    /// - Returns: Compact JSON of the same shape.
    /// - Throws: ``JSONError`` when it is not JSON.
    public static func blank(
        _ compactJSON: [UInt8], _ parser: JSONParser, patient: String? = nil
    ) throws(JSONError) -> [UInt8] {
        let document = try parser.parse(compactJSON)
        var copy = BlankedCopy(document, patient)
        copy.append(document.root, in: Place(name: "", container: ""))
        return copy.bytes
    }

    /// As ``blank(_:_:patient:)``, with a parser of its own.
    public static func blank(_ compactJSON: [UInt8]) throws(JSONError) -> [UInt8] {
        try blank(compactJSON, JSONParser())
    }

    /// Where a value stands.
    fileprivate struct Place {
        /// The name of the member that the value, or the array around it, belongs to.
        let name: String

        /// The same of the object around that.
        let container: String

        /// Whether that object says which code it means.
        var isCoding = false

        var keepsString: Bool {
            switch name {
            case "url": container == "extension" || container == "modifierExtension"
            case "display": isCoding
            default: Blanking.sharedNames.contains(name)
            }
        }
    }

    private struct BlankedCopy {
        private let document: JSONDocument
        private let patient: String?
        private(set) var bytes: [UInt8] = []
        /// The UUIDs and times of the resource that were seen, each once: what is the same remains the same.
        private var identifiers: [Substring] = []
        private var times: [[UInt8]] = []

        init(_ document: JSONDocument, _ patient: String?) {
            self.document = document
            self.patient = patient
            bytes.reserveCapacity(document.byteCount)
        }

        private mutating func append(_ text: StaticString) {
            // A literal's bytes live as long as the program.
            text.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        }

        private mutating func append(documentBytes range: Range<Int>) {
            unsafe document.withBytes(range) { unsafe bytes.append(contentsOf: $0) }
        }

        mutating func append(_ value: JSONValue, in place: Place) {
            switch value.kind {
            case .null: append("null")
            case .boolean: append("false")
            case .number: append("0")
            case .string: appendString(value, in: place)
            case .array:
                appendList(value.elements, UInt8(ascii: "["), UInt8(ascii: "]")) { copy, element in
                    copy.append(element, in: place)
                }
            case .object:
                let isCoding = value["system"]?.kind == .string && value["code"]?.kind == .string
                let document = document
                appendList(value.members, UInt8(ascii: "{"), UInt8(ascii: "}")) { copy, member in
                    let range = document.contentRange(member.node)
                    let isPlausible = unsafe document.withBytes(range) { unsafe Blanking.isPlausibleName($0) }
                    copy.append("\"")
                    if isPlausible { copy.append(documentBytes: range) }
                    copy.append("\":")
                    copy.append(
                        member.value,
                        in: Place(name: isPlausible ? member.name : "", container: place.name, isCoding: isCoding))
                }
            }
        }

        private mutating func appendList<Items: Sequence>(
            _ items: Items, _ open: UInt8, _ close: UInt8, _ append: (inout Self, Items.Element) -> Void
        ) {
            bytes.append(open)
            var isFirst = true
            for item in items {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                append(&self, item)
            }
            bytes.append(close)
        }

        private mutating func appendString(_ value: JSONValue, in place: Place) {
            let range = value.byteRange
            let isPlain = range.count <= Blanking.longestSharedString + 2 && !document.isEscaped(value.node)
            if isPlain, place.keepsString {
                append(documentBytes: range)
            } else if isPlain, place.name == "reference", let reference = value.string,
                let slash = reference.firstIndex(of: "/"), ResourceType(name: String(reference[..<slash])) != nil
            {
                append("\"")
                bytes += reference[...slash].utf8
                appendForm(ofUUID: reference[slash...].dropFirst())
                append("\"")
            } else if isPlain, range.count == 38 || range.count == 47, let identifier = value.string,
                let prefix = ["", "urn:uuid:"].first(where: { prefix in
                    identifier.hasPrefix(prefix) && isUUID(identifier.dropFirst(prefix.count))
                })
            {
                append("\"")
                bytes += prefix.utf8
                appendForm(ofUUID: identifier.dropFirst(prefix.count))
                append("\"")
            } else if isPlain, appendForm(ofDate: range) {
                return
            } else {
                append("\"\"")
            }
        }

        private func isUUID(_ text: Substring) -> Bool {
            let form = Array("00000000-0000-0000-0000-000000000000".utf8)
            return text.utf8.count == form.count
                && zip(text.utf8, form).allSatisfy { byte, expected in
                    expected == 0x2D ? byte == 0x2D : byte &- 0x30 < 10 || byte &- 0x61 < 6
                }
        }

        /// Appends the form of a UUID, if it is one.
        private mutating func appendForm(ofUUID text: Substring) {
            guard isUUID(text) else { return }
            guard text != patient?[...] else { return append("ffffffff-ffff-ffff-ffff-ffffffffffff") }
            let number = identifiers.firstIndex(of: text) ?? identifiers.count
            if number == identifiers.count { identifiers.append(text) }
            let digits = String(number, radix: 16)
            append("00000000-0000-0000-0000-")
            bytes += repeatElement(0x30, count: 12 - digits.utf8.count)
            bytes += digits.utf8
        }

        /// Appends the form of a date, if it is one: `0000-00-00`, or `0000-00-00T00:00:00` with fraction and zone.
        private mutating func appendForm(ofDate range: Range<Int>) -> Bool {
            let start = bytes.count
            append(documentBytes: range)
            let date = Array("\"0000-00-00".utf8)
            for (index, expected) in date.enumerated() {
                guard range.count > date.count, Blanking.hasForm(bytes[start + index], expected) else {
                    bytes.removeSubrange(start...)
                    return false
                }
            }
            // To the second.
            let time = Array(bytes[(start + 1)...].prefix(19))
            var isZone = false
            for index in (start + 1)..<bytes.count {
                let byte = bytes[index]
                isZone = isZone || (index >= start + date.count && [0x2B, 0x2D, 0x5A].contains(byte))
                if byte &- 0x30 < 10 {
                    if !isZone { bytes[index] = 0x30 }
                } else if index >= start + date.count, !"T:.Z+-\"".utf8.contains(byte) {
                    bytes.removeSubrange(start...)
                    return false
                }
            }
            guard time.count == 19 else { return true }
            let number = times.firstIndex(of: time) ?? times.count
            if number == times.count { times.append(time) }
            if number < 60, bytes[start + 18] == 0x30, bytes[start + 19] == 0x30 {
                bytes[start + 18] += UInt8(number / 10)
                bytes[start + 19] += UInt8(number % 10)
            }
            return true
        }
    }

    /// Whether a byte is what the form of a date has in its place, where 0 stands for any digit.
    private static func hasForm(_ byte: UInt8, _ expected: UInt8) -> Bool {
        expected == 0x30 ? byte &- 0x30 < 10 : byte == expected
    }

    /// Whether FHIR could have an element of this name.
    private static func isPlausibleName(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        let first = unsafe name.first == UInt8(ascii: "_") ? 1 : 0
        guard (1...64).contains(name.count - first) else { return false }
        for index in first..<name.count {
            let byte = unsafe name[index]
            guard (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 else { return false }
        }
        return true
    }
}
