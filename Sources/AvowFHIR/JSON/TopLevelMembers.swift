internal import CSimdjson

/// One member of a compact JSON object, as offsets into its bytes.
public struct MemberRange: Equatable, Sendable {
    /// The name as it was written, escapes as they stand, without its quotes.
    public let name: Range<Int>

    /// The value, byte for byte.
    public let value: Range<Int>
}

/// Finds the members of an object, which are what a record's digest is made of (Format, Records).
public enum TopLevelMembers {
    /// The members of a compact JSON object, in order.
    ///
    /// The result is a function of the bytes alone, and only one text has it: bytes that are not
    /// exactly one compact object with distinct names are refused.
    ///
    /// - Throws: ``JSONError`` with the offset in `compactJSON`.
    /// - Complexity: O(n) at about 1 µs per KB; one allocation for up to 64 members.
    public static func find(in compactJSON: [UInt8], depthLimit: Int = 256) throws(JSONError) -> [MemberRange] {
        // Sound: the pointer is used only during the call.
        let result = unsafe compactJSON.withUnsafeBufferPointer {
            unsafe find(in: $0, depthLimit: depthLimit)
        }
        return try result.get()
    }

    /// The members of a compact JSON object, in order.
    public static func find(in compactJSON: Span<UInt8>, depthLimit: Int = 256) throws(JSONError)
        -> [MemberRange]
    {
        // Sound: the pointer is used only during the call.
        let result = unsafe compactJSON.withUnsafeBufferPointer {
            unsafe find(in: $0, depthLimit: depthLimit)
        }
        return try result.get()
    }

    private static func find(
        in bytes: UnsafeBufferPointer<UInt8>, depthLimit: Int
    ) -> Result<[MemberRange], JSONError> {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return .failure(JSONError(.empty, at: 0)) }
        var count = 0
        var offset = 0
        var code: Int32 = 0
        let depth = min(max(depthLimit, 1), 256)

        func scan(room: Int) -> Result<[MemberRange], JSONError>? {
            unsafe withUnsafeTemporaryAllocation(of: avow_json_member.self, capacity: room) { members in
                code = unsafe avow_json_members(
                    base, bytes.count, depth, members.baseAddress, room, &count, &offset)
                guard code == AVOW_JSON_OK else {
                    return .failure(
                        JSONError(
                            JSONError.Reason(code: code, depthLimit: depth, sizeLimit: JSONLimits.longest),
                            at: offset))
                }
                guard count <= room else { return nil }
                var ranges: [MemberRange] = []
                ranges.reserveCapacity(count)
                for index in 0..<count {
                    let member = unsafe members[index]
                    let name = Int(member.name_offset)
                    let value = Int(member.value_offset)
                    ranges.append(
                        MemberRange(
                            name: name..<name + Int(member.name_length),
                            value: value..<value + Int(member.value_length)))
                }
                return .success(ranges)
            }
        }

        guard let result = scan(room: 64) ?? scan(room: count) else {
            return .failure(JSONError(.outOfMemory, at: 0))
        }
        guard case .success(let ranges) = result,
            let duplicate = unsafe firstDuplicate(of: ranges.map(\.name), in: bytes)
        else { return result }
        return .failure(duplicate)
    }
}

/// The first name that was there before, escapes decoded.
///
/// - Complexity: O(n²) comparisons of lengths for up to 48 names, O(n) expected above that.
func firstDuplicate(of names: [Range<Int>], in bytes: UnsafeBufferPointer<UInt8>) -> JSONError? {
    func decoded(_ range: Range<Int>) -> String {
        unsafe JSONString.decode(UnsafeBufferPointer(rebasing: bytes[range]))
    }
    let escaped = names.contains { range in unsafe bytes[range].contains(UInt8(ascii: "\\")) }
    if escaped || names.count > 48 {
        // As bytes: String's equality would take canonically equivalent names for one.
        var seen = Set<[UInt8]>(minimumCapacity: names.count)
        for range in names where !seen.insert(Array(decoded(range).utf8)).inserted {
            return JSONError(.duplicateName(decoded(range)), at: range.lowerBound)
        }
        return nil
    }
    for index in names.indices {
        let name = names[index]
        for other in names[..<index] where other.count == name.count {
            if zip(name, other).allSatisfy({ unsafe bytes[$0] == bytes[$1] }) {
                return JSONError(.duplicateName(decoded(name)), at: name.lowerBound)
            }
        }
    }
    return nil
}
