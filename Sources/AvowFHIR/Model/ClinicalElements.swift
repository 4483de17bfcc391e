/// The elements of a resource by which it is found, as they stand in it.
extension Indexing {
    /// The patient that the resource belongs to, as `Patient/123`, by the rule of ``PatientLink``, which import follows:
    /// the first element that refers to a patient, in whatever form, decides.
    ///
    /// A patient refers to itself. Nil when no element that decides it refers to a patient by its id.
    public static func patientReference(of resource: JSONValue, type: ResourceType) -> String? {
        if type == .patient { return resource["id"]?.string.map { "Patient/" + $0 } }
        for path in ResourceElements.of(type).patientPaths {
            var found: String?
            resource.document.walk(path, from: resource.node) { value in
                let reference = JSONValue(document: resource.document, node: value)["reference"]?.string
                found = reference.flatMap(LogicalID.ofPatient)
                return found == nil
            }
            if let found { return "Patient/" + found }
        }
        return nil
    }

    /// The value that the resource's clinical date is taken from, as the resource has it; nil when it has none.
    ///
    /// It is the one that ``clinicalDate(of:type:)`` begins with: of several, the earliest, or the first when none of
    /// them is a date.
    public static func clinicalDateElement(of resource: JSONValue, type: ResourceType) -> JSONValue? {
        for path in ResourceElements.of(type).datePaths {
            var found: (value: JSONValue, date: Int64)?
            resource.document.walk(path, from: resource.node) { value in
                let date = date(value, in: resource.document)?.lowerBound ?? .max
                if found.map({ date < $0.date }) ?? true {
                    found = (JSONValue(document: resource.document, node: value), date)
                }
                return true
            }
            if let found { return found.value }
        }
        return nil
    }
}
