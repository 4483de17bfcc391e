extension ResourceType {
    /// The type's name, as in `resourceType`.
    public var name: String { ResourceElements.of(self).name }

    /// The type of this name, or nil when R4 has none.
    ///
    /// - Complexity: O(log n) comparisons.
    public init?(name: String) {
        var name = name
        let found = name.withUTF8 { unsafe Self.find($0) }
        guard let found else { return nil }
        self = found
    }

    /// The type whose name these bytes are.
    static func find(_ bytes: UnsafeBufferPointer<UInt8>) -> ResourceType? {
        let all = ResourceElements.all
        var low = 0
        var high = all.count
        while low < high {
            let middle = (low + high) / 2
            let name = all[middle].nameBytes
            let order = unsafe compare(bytes, name)
            if order == 0 { return ResourceType(rawValue: UInt8(middle + 1)) }
            if order < 0 { high = middle } else { low = middle + 1 }
        }
        return nil
    }

    private static func compare(_ left: UnsafeBufferPointer<UInt8>, _ right: [UInt8]) -> Int {
        for index in 0..<min(left.count, right.count) {
            let difference = unsafe Int(left[index]) - Int(right[index])
            if difference != 0 { return difference }
        }
        return left.count - right.count
    }
}

extension ResourceType: CustomStringConvertible {
    /// The type's name.
    public var description: String { name }
}
