/// Which elements of a resource of one type say whose it is, what it is about, and when.
public struct ResourceElements: Sendable {
    /// Names from the resource inwards; arrays on the way are walked.
    public typealias Path = [String]

    /// The type's name.
    public let name: String

    /// The references that decide which patient the resource belongs to, in order of precedence.
    public var patient: [Path] { patientPaths.map(\.names) }

    /// The elements of the search parameter `code`.
    public var code: [Path] { codePaths.map(\.names) }

    /// The elements at which the resource's clinical date begins, in order of precedence.
    public var date: [Path] { datePaths.map(\.names) }

    let patientPaths: [ElementPath]
    let codePaths: [ElementPath]
    let datePaths: [ElementPath]

    /// The elements of a type.
    public static func of(_ type: ResourceType) -> ResourceElements { FHIRModel.r4.clinical[Int(type.rawValue) - 1] }

    init(name: String, _ paths: ClinicalPaths) {
        self.name = name
        patientPaths = paths.patient
        codePaths = paths.code
        datePaths = paths.date
    }
}

/// What the model's table says of a resource's clinical elements.
struct ClinicalPaths {
    var patient: [ElementPath] = []
    var code: [ElementPath] = []
    var date: [ElementPath] = []
}

/// A path of member names.
struct ElementPath: Sendable {
    let names: [String]
    let steps: [[UInt8]]

    init(_ names: [String]) {
        self.names = names
        steps = names.map { Array($0.utf8) }
    }

    /// Paths with dots in them, between spaces.
    static func list(_ text: String) -> [ElementPath] {
        text.split(separator: " ").map { ElementPath($0.split(separator: ".").map(String.init)) }
    }
}

extension JSONDocument {
    /// Calls `visit` with each value that the path leads to from `node`, in order, arrays unfolded,
    /// until it returns false.
    ///
    /// - Returns: Whether every call returned true.
    @discardableResult
    func walk(_ path: ElementPath, from node: Int, _ visit: (Int) -> Bool) -> Bool {
        walk(path.steps, 0, from: node, visit)
    }

    private func walk(_ steps: [[UInt8]], _ depth: Int, from node: Int, _ visit: (Int) -> Bool) -> Bool {
        if kind(node) == .array {
            let end = next(node)
            var element = node + 1
            while element < end {
                if !walk(steps, depth, from: element, visit) { return false }
                element = next(element)
            }
            return true
        }
        if depth == steps.count { return visit(node) }
        guard kind(node) == .object, let found = member(steps[depth], of: node) else { return true }
        return walk(steps, depth + 1, from: found, visit)
    }
}
