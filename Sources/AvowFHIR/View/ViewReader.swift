/// Reads the JSON of a view, and remembers what its paths may refer to.
struct ViewReader {
    private var resource: ResourceType?
    private(set) var constants: [String: [FHIRPathItem]] = [:]
    private(set) var columns: [ViewColumn] = []
    /// What the model contradicts.
    private(set) var remarks: [ViewError] = []
    private var depth = 0

    /// More selections than that do not stand in one another.
    private static let deepest = 64

    // MARK: Members

    private static let resourceMembers = [
        "resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension",
        "modifierExtension",
        "url", "identifier", "version", "versionAlgorithmString", "versionAlgorithmCoding", "name", "title", "status",
        "experimental", "date", "publisher", "contact", "description", "useContext", "jurisdiction", "purpose",
        "copyright", "copyrightLabel", "resource", "profile", "fhirVersion", "constant", "select", "where",
    ]
    private static let elementMembers = ["id", "extension", "modifierExtension"]
    private static let selectMembers =
        elementMembers + ["column", "select", "forEach", "forEachOrNull", "repeat", "unionAll"]
    private static let columnMembers =
        elementMembers + ["path", "name", "description", "collection", "type", "tag", "tags"]
    private static let whereMembers = elementMembers + ["path", "description"]

    /// Refuses members that views do not have. What belongs to a primitive, `_name`, goes with its `name`.
    private func check(_ object: JSONValue, _ known: [String], _ place: String) throws(ViewError) {
        guard object.kind == .object else { throw expected("an object", object, place) }
        for member in object.members {
            let written = member.name
            let name = written.hasPrefix("_") ? String(written.dropFirst()) : written
            guard !known.contains(name) else { continue }
            throw ViewError(.unknownMember(written, suggestion: NearestName.of(name, among: known)), at: place)
        }
    }

    private func expected(_ what: String, _ found: JSONValue, _ place: String) -> ViewError {
        let text = found.rawText
        let shown = text.count <= 40 ? text : text.prefix(40) + "…"
        return ViewError(.expected(what, found: String(shown)), at: place)
    }

    private func string(_ name: String, of object: JSONValue, _ place: String) throws(ViewError) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.string, !text.isEmpty else {
            throw expected("a text", value, place.appending(member: name))
        }
        return text
    }

    private func required(_ name: String, of object: JSONValue, _ place: String) throws(ViewError) -> String {
        guard let text = try string(name, of: object, place) else { throw ViewError(.missing(name), at: place) }
        return text
    }

    private func list(_ name: String, of object: JSONValue, _ place: String) throws(ViewError) -> [JSONValue] {
        guard let value = object[name] else { return [] }
        guard value.kind == .array else { throw expected("a list", value, place.appending(member: name)) }
        return Array(value.elements)
    }

    /// A name that databases take (`sql-name`).
    private func sqlName(of object: JSONValue, _ place: String) throws(ViewError) -> String {
        let name = try required("name", of: object, place)
        guard ViewDefinition.isName(name) else {
            throw ViewError(
                .expected("a name of letters, digits and underscores that begins with a letter", found: "'\(name)'"),
                at: place.appending(member: "name"))
        }
        return name
    }

    // MARK: The view

    mutating func head(_ view: JSONValue) throws(ViewError) -> (name: String?, resource: ResourceType) {
        try check(view, Self.resourceMembers, "")
        if let type = try string("resourceType", of: view, ""), type != "ViewDefinition" {
            throw ViewError(.expected("a ViewDefinition", found: "a \(type)"), at: "resourceType")
        }
        var name: String?
        if view["name"] != nil { name = try sqlName(of: view, "") }
        let resourceName = try required("resource", of: view, "")
        guard let resource = ResourceType(name: resourceName) else {
            let near = NearestName.of(resourceName, among: ResourceType.allCases.map(\.name))
            throw ViewError(
                .expected(
                    "a resource type of R4" + (near.map { ", perhaps '\($0)'" } ?? ""), found: "'\(resourceName)'"),
                at: "resource")
        }
        self.resource = resource
        for (index, constant) in try list("constant", of: view, "").enumerated() {
            try readConstant(constant, "constant[\(index)]")
        }
        return (name, resource)
    }

    private mutating func readConstant(_ constant: JSONValue, _ place: String) throws(ViewError) {
        let types = ViewConstant.types.map { "value" + $0 }
        try check(constant, Self.elementMembers + ["name"] + types, place)
        let name = try sqlName(of: constant, place)
        guard constants[name] == nil, name != ViewDefinition.rowIndex,
            !FHIRPathCompiler.environmentNames.contains(name)
        else { throw ViewError(.taken(name), at: place.appending(member: "name")) }
        let values = constant.members.filter { $0.name.hasPrefix("value") }
        guard values.count == 1, let value = values.first else {
            throw ViewError(.expected("one value[x]", found: "\(values.count)"), at: place)
        }
        let type = String(value.name.dropFirst("value".count))
        guard let item = ViewConstant.item(value.value, type: type) else {
            throw expected("a value of the type in the member's name", value.value, place.appending(member: value.name))
        }
        constants[name] = [item]
    }

    // MARK: Paths

    /// A path of the view. What the model contradicts is remarked and not refused: FHIRPath finds nothing there.
    private mutating func path(
        _ text: String, on type: FHIRPathStaticType, _ place: String
    ) throws(ViewError) -> ViewPath {
        do throws(FHIRPathError) {
            return try compile(text, on: type, place, isStrict: true)
        } catch {
            let remark = ViewError(.path(error, text: text), at: place)
            guard error.stage == .semantic, let path = try? compile(text, on: type, place, isStrict: false)
            else { throw remark }
            remarks.append(remark)
            return path
        }
    }

    private func compile(
        _ text: String, on type: FHIRPathStaticType, _ place: String, isStrict: Bool
    ) throws(FHIRPathError) -> ViewPath {
        let variables = Set(constants.keys).union([ViewDefinition.rowIndex])
        let options = FHIRPathOptions(isStrict: isStrict, variables: variables)
        let compiler = FHIRPathCompiler(options: options, context: type)
        var scope = FHIRPathCompiler.Scope(this: type)
        let (operation, result) = try compiler.compile(try FHIRPathExpression(text).root, &scope)
        return ViewPath(text: text, place: place, operation: operation, type: result)
    }

    private var resourceType: FHIRPathStaticType { .one(resource.map { FHIRType($0) }) }

    mutating func conditions(_ view: JSONValue) throws(ViewError) -> [ViewCondition] {
        var conditions: [ViewCondition] = []
        for (index, condition) in try list("where", of: view, "").enumerated() {
            let place = "where[\(index)]"
            try check(condition, Self.whereMembers, place)
            let text = try required("path", of: condition, place)
            let path = try path(text, on: resourceType, place.appending(member: "path"))
            if path.type.isNever({ $0.system == .boolean || $0.system == .any || $0.isAbstract }) {
                let names = (path.type.kinds ?? []).map(\.name).joined(separator: " or ")
                throw ViewError(.expected("a boolean", found: names), at: path.place)
            }
            conditions.append(ViewCondition(path: path))
        }
        return conditions
    }

    // MARK: Selections

    mutating func selections(_ view: JSONValue) throws(ViewError) -> [ViewSelection] {
        guard view["select"] != nil else { throw ViewError(.missing("select"), at: "") }
        let members = try list("select", of: view, "")
        guard !members.isEmpty else { throw ViewError(.expected("a selection", found: "none"), at: "select") }
        var selections: [ViewSelection] = []
        for (index, member) in members.enumerated() {
            selections.append(try selection(member, on: resourceType, "select[\(index)]"))
        }
        return selections
    }

    private mutating func selection(
        _ object: JSONValue, on type: FHIRPathStaticType, _ place: String
    ) throws(ViewError) -> ViewSelection {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw ViewError(.expected("at most \(Self.deepest) selections in one another", found: "more"), at: place)
        }
        try check(object, Self.selectMembers, place)
        let (iteration, focus) = try iteration(object, on: type, place)
        let first = columns.count
        var own: [ViewSelection.Column] = []
        for (index, column) in try list("column", of: object, place).enumerated() {
            own.append(try readColumn(column, on: focus, "\(place).column[\(index)]"))
        }
        var nested: [ViewSelection] = []
        for (index, member) in try list("select", of: object, place).enumerated() {
            nested.append(try selection(member, on: focus, "\(place).select[\(index)]"))
        }
        let union = try union(object, on: focus, place)
        let rowIndexSlots =
            own.filter(\.isRowIndex).map(\.slot) + (nested + union).flatMap(\.rowIndexSlots)
        return ViewSelection(
            iteration: iteration, columns: own, selections: nested, union: union, slots: Array(first..<columns.count),
            rowIndexSlots: rowIndexSlots)
    }

    /// What rows are made of, and the type of the elements that paths are evaluated on.
    private mutating func iteration(
        _ object: JSONValue, on type: FHIRPathStaticType, _ place: String
    ) throws(ViewError) -> (ViewSelection.Iteration, FHIRPathStaticType) {
        let names = ["forEach", "forEachOrNull", "repeat"].filter { object[$0] != nil }
        guard names.count <= 1 else {
            throw ViewError(.expected("one of \(names.joined(separator: " and "))", found: "both"), at: place)
        }
        guard let name = names.first else { return (.none, type) }
        if name != "repeat" {
            let text = try required(name, of: object, place)
            let path = try path(text, on: type, place.appending(member: name))
            return (name == "forEach" ? .each(path) : .eachOrNull(path), path.type.single)
        }
        let texts = try list(name, of: object, place)
        guard !texts.isEmpty else {
            throw ViewError(.expected("a path", found: "none"), at: place.appending(member: name))
        }
        var paths: [(text: String, place: String)] = []
        for (index, value) in texts.enumerated() {
            let here = "\(place).repeat[\(index)]"
            guard let text = value.string, !text.isEmpty else { throw expected("a path", value, here) }
            paths.append((text, here))
        }
        // A path is evaluated on what the others found, too: the types that it meets grow until they do no more.
        var reached = FHIRPathStaticType.empty
        while true {
            var found = reached
            for (text, here) in paths {
                guard let path = try? compile(text, on: type.union(reached), here, isStrict: true) else { continue }
                found = found.union(path.type)
            }
            guard found.kinds != reached.kinds else { break }
            reached = found
        }
        var compiled: [ViewPath] = []
        for (text, here) in paths { compiled.append(try path(text, on: type.union(reached).single, here)) }
        return (.repeat(compiled), reached.single)
    }

    private mutating func readColumn(
        _ object: JSONValue, on type: FHIRPathStaticType, _ place: String
    ) throws(ViewError) -> ViewSelection.Column {
        try check(object, Self.columnMembers, place)
        let name = try sqlName(of: object, place)
        guard !columns.contains(where: { $0.name == name }) else {
            throw ViewError(.taken(name), at: place.appending(member: "name"))
        }
        let text = try required("path", of: object, place)
        let path = try path(text, on: type, place.appending(member: "path"))
        var isCollection = false
        if let collection = object["collection"] {
            guard let value = collection.boolean else {
                throw expected("true or false", collection, place.appending(member: "collection"))
            }
            isCollection = value
        }
        let typeName = try string("type", of: object, place)
        let declared = try typeName.map { name throws(ViewError) in
            try ViewColumnType(name, at: place.appending(member: "type"))
        }
        try declared?.check(path.type, at: place.appending(member: "type"))
        columns.append(
            ViewColumn(
                name: name, type: declared?.name, isCollection: isCollection,
                description: try string("description", of: object, place),
                content: isCollection ? .list : declared?.content ?? ViewColumnType.content(of: path.type)))
        let trimmed = text.filter { !$0.isWhitespace }
        return ViewSelection.Column(
            path: path, slot: columns.count - 1, isCollection: isCollection,
            isRowIndex: trimmed == "%" + ViewDefinition.rowIndex)
    }

    /// The branches of a union, whose columns stand in the same places of a row.
    private mutating func union(
        _ object: JSONValue, on type: FHIRPathStaticType, _ place: String
    ) throws(ViewError) -> [ViewSelection] {
        let members = try list("unionAll", of: object, place)
        var branches: [ViewSelection] = []
        let before = columns
        var first: [ViewColumn] = []
        for (index, member) in members.enumerated() {
            let here = "\(place).unionAll[\(index)]"
            columns = before
            branches.append(try selection(member, on: type, here))
            let own = Array(columns[before.count...])
            if index == 0 { first = own }
            guard own.map(\.name) == first.map(\.name) else {
                throw ViewError(.unionColumns(first: first.map(\.name), other: own.map(\.name)), at: here)
            }
            for (column, other) in zip(own, first) where column.isCollection != other.isCollection {
                throw ViewError(
                    .expected(
                        "a column '\(column.name)' that is a collection in all branches or in none", found: "both"),
                    at: here)
            }
        }
        columns = before + first
        return branches
    }
}

extension String {
    /// The place of a member of what stands at this place.
    fileprivate func appending(member: String) -> String { isEmpty ? member : self + "." + member }
}
