/// Says where in a resource a node stands.
enum ViolationPath {
    /// The path from the type of the resource to the node: `Patient.contact[1].gender`.
    ///
    /// - Parameter node: The node of a value or of a member's name, in the resource.
    /// - Complexity: O(nodes beside the way).
    static func text(from resource: Int, to node: Int, in document: JSONDocument) -> String {
        let root = JSONValue(document: document, node: resource)
        var path = root["resourceType"]?.string ?? "Resource"
        var position = resource
        while position != node, let step = step(from: position, to: node, in: document) {
            path += step.text
            position = step.node
        }
        return path
    }

    /// The part of a value in which the node stands.
    private static func step(from value: Int, to node: Int, in document: JSONDocument) -> (text: String, node: Int)? {
        let end = document.next(value)
        var position = value + 1
        var index = 0
        switch document.kind(value) {
        case .object:
            while position < end {
                let next = document.next(position + 1)
                if node < next {
                    return ("." + document.string(position), node == position ? node : position + 1)
                }
                position = next
            }
        case .array:
            while position < end {
                let next = document.next(position)
                if node < next { return ("[\(index)]", position) }
                position = next
                index += 1
            }
        default: break
        }
        return nil
    }
}
