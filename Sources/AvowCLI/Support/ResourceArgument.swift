import Avow
import AvowFHIR
import AvowQuery

/// A resource that a command line names, such as `Observation/0ab3`.
enum ResourceArgument {
    /// The resource, or a failure that says what is wrong with its name.
    static func read(_ text: String) throws(CommandFailure) -> ResourceIdentity {
        let reference: ResourceReference
        do throws(QuerySyntaxError) {
            reference = try ResourceReference(text)
        } catch {
            throw CommandFailure(DisplayText.sanitized("\(error)"), status: .usage)
        }
        guard let type = ResourceType(name: reference.type) else {
            let nearest = NearestName.of(reference.type, among: ResourceType.allCases.map(\.name))
            let hint = nearest.map { "; did you mean '\($0)/\(reference.id)'?" } ?? ""
            throw CommandFailure("no resource type '\(reference.type)'\(hint)", status: .usage)
        }
        return ResourceIdentity(type, id: reference.id.text)
    }
}
