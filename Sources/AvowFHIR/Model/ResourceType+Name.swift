extension ResourceType {
    /// The type's name, as in `resourceType`.
    public var name: String { ResourceElements.of(self).name }

    /// The type of this name, or nil when R4 has none.
    ///
    /// - Complexity: O(1) expected.
    public init?(name: String) {
        var name = name
        let found = name.withUTF8 { unsafe Self.find($0) }
        guard let found else { return nil }
        self = found
    }

    /// The type whose name these bytes are.
    static func find(_ bytes: UnsafeBufferPointer<UInt8>) -> ResourceType? {
        unsafe FHIRModel.r4.type(named: bytes)?.resource
    }
}

extension ResourceType: CustomStringConvertible {
    /// The type's name.
    public var description: String { name }
}
