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
/// - of a reference `Type/id` the `Type/`.
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

    /// - Parameter compactJSON: One resource, as it is stored.
    /// - Returns: Compact JSON of the same shape.
    /// - Throws: ``JSONError`` when it is not JSON.
    public static func blank(_ compactJSON: [UInt8]) throws(JSONError) -> [UInt8] {
        var copy = BlankedCopy()
        copy.append(try JSONParser().parse(compactJSON).root, in: Place(name: "", container: ""))
        return copy.bytes
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
        private(set) var bytes: [UInt8] = []

        mutating func append(_ value: JSONValue, in place: Place) {
            switch value.kind {
            case .null: bytes += Array("null".utf8)
            case .boolean: bytes += Array("false".utf8)
            case .number: bytes.append(UInt8(ascii: "0"))
            case .string: appendString(value, in: place)
            case .array:
                appendList(value.elements, UInt8(ascii: "["), UInt8(ascii: "]")) { copy, element in
                    copy.append(element, in: place)
                }
            case .object:
                let isCoding = value["system"]?.kind == .string && value["code"]?.kind == .string
                appendList(value.members, UInt8(ascii: "{"), UInt8(ascii: "}")) { copy, member in
                    let name = Blanking.isPlausibleName(member.rawName) ? member.name : ""
                    copy.bytes += Array("\"\(name)\":".utf8)
                    copy.append(
                        member.value, in: Place(name: name, container: place.name, isCoding: isCoding))
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
            let raw = value.rawBytes
            let isPlain = raw.count <= Blanking.longestSharedString + 2 && !raw.contains(UInt8(ascii: "\\"))
            if isPlain, place.keepsString {
                bytes += raw
            } else if isPlain, place.name == "reference",
                let type = value.string?.split(separator: "/").first,
                ResourceType(name: String(type)) != nil
            {
                bytes += Array("\"\(type)/\"".utf8)
            } else {
                bytes += Array("\"\"".utf8)
            }
        }
    }

    /// Whether FHIR could have an element of this name.
    private static func isPlausibleName(_ name: [UInt8]) -> Bool {
        let letters = name.first == UInt8(ascii: "_") ? name.dropFirst() : name[...]
        return (1...64).contains(letters.count)
            && letters.allSatisfy { ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10 }
    }
}
