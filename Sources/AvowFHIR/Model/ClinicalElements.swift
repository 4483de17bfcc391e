/// The elements of a resource by which it is found, as they stand in it.
extension Indexing {
    /// The reference to the patient that the resource belongs to, as the resource has it: `Patient/123`.
    ///
    /// A patient refers to itself. Nil when no element that decides it refers to a patient by its id.
    public static func patientReference(of resource: JSONValue, type: ResourceType) -> String? {
        if type == .patient { return resource["id"]?.string.map { "Patient/" + $0 } }
        for path in ResourceElements.of(type).patientPaths {
            var found: String?
            resource.document.walk(path, from: resource.node) { value in
                let reference = JSONValue(document: resource.document, node: value)["reference"]?.string
                guard let reference, reference.hasPrefix("Patient/") else { return true }
                found = reference
                return false
            }
            if let found { return found }
        }
        return nil
    }

    /// The value that the resource's clinical date is taken from, as the resource has it; nil when it has none.
    public static func clinicalDateElement(of resource: JSONValue, type: ResourceType) -> JSONValue? {
        for path in ResourceElements.of(type).datePaths {
            var found: JSONValue?
            resource.document.walk(path, from: resource.node) { value in
                found = JSONValue(document: resource.document, node: value)
                return false
            }
            if let found { return found }
        }
        return nil
    }
}
