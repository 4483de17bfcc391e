public import AvowFHIR
extension RedactionProfileRules {
    public var replacesIdentifiers: Bool { true }
    public func redacted(_ resource: JSONValue, type: ResourceType, _ replace: (ResourceType, String) -> String) -> [UInt8]? { nil }
}
