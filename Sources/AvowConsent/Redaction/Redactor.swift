internal import AvowFHIR

/// Writes a resource as a profile shows it, from the R4 model: what R4 does not know is left out.
struct Redactor {
    /// Whether everything goes that HIPAA's Safe Harbor wants gone.
    let deidentifies: Bool
    /// Whether logical ids are replaced.
    let replacesIDs: Bool
    /// The rules about elements.
    let paths: [(path: RedactionPath, form: Generalization?)]
    /// The earliest year that does not tell of an age above 89.
    let oldestYear: Int
    let replace: (ResourceType, String) -> String

    private(set) var output: [UInt8] = []
    /// The ids of contained resources, and what they are called instead.
    var containedIDs: [String: String] = [:]

    init(
        _ profile: RedactionProfileRules, at time: Int64, _ replace: @escaping (ResourceType, String) -> String
    ) {
        deidentifies = profile.rules.contains(.deidentify)
        replacesIDs = profile.replacesIdentifiers
        paths = profile.rules.compactMap { rule in
            switch rule {
            case .remove(let path): (path, nil)
            case .generalize(let path, let form): (path, form)
            case .deidentify, .replaceIDs: nil
            }
        }
        oldestYear = (FHIRDateTime(instant: time)?.year ?? .max) - Safe.greatestAge
        self.replace = replace
    }

    /// What the rules say of a place in the resource.
    struct Context {
        /// Rules of whose path this place is a part: how many of its steps lead to it.
        var begun: [(rule: Int, steps: Int)] = []
        /// How dates and texts here, and inside, are told less exactly.
        var forms: Set<Generalization> = []
    }

    mutating func append(_ text: String) { output.append(contentsOf: text.utf8) }
    mutating func append(_ bytes: [UInt8]) { output.append(contentsOf: bytes) }

    /// Writes a JSON string.
    mutating func appendString(_ text: String) {
        let isPlain = text.utf8.allSatisfy { 0x20..<0x7F ~= $0 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        guard isPlain else { return append(JSONString.encode(text)) }
        output.append(UInt8(ascii: "\""))
        append(text)
        output.append(UInt8(ascii: "\""))
    }

    /// Writes a comma unless something begins at this length.
    mutating func separate(from start: Int) {
        if output.count > start { output.append(UInt8(ascii: ",")) }
    }

    /// Writes what `body` writes, or nothing when it returns false.
    mutating func attempt(_ body: (inout Redactor) -> Bool) -> Bool {
        let start = output.count
        if body(&self) { return true }
        output.removeSubrange(start...)
        return false
    }
}

// Resources and objects.
extension Redactor {
    /// The type of a resource that may be shown; nil when it is withheld whole.
    private func shownType(_ value: JSONValue) -> FHIRType? {
        guard let type = value["resourceType"]?.string.flatMap({ ResourceType(name: $0) }).map({ FHIRType($0) }) else {
            return nil
        }
        if deidentifies, Safe.isWithheld(type) || value["modifierExtension"] != nil || value["implicitRules"] != nil {
            return nil
        }
        return start(type, Context()) == nil ? nil : type
    }

    /// Writes a resource; false when it is withheld.
    mutating func resource(_ value: JSONValue, _ context: Context, isContained: Bool = false) -> Bool {
        guard let type = shownType(value) else { return false }
        if !isContained, deidentifies {
            let known = containedIDs
            containedIDs = [:]
            defer { containedIDs = known }
            for inner in value["contained"]?.elements.map(\.self) ?? [] where shownType(inner) != nil {
                if let id = inner["id"]?.string, containedIDs[id] == nil {
                    containedIDs[id] = "c\(containedIDs.count + 1)"
                }
            }
            return object(value, type, context, isContained: false)
        }
        return object(value, type, context, isContained: isContained)
    }

    /// What the rules say of an object of a type; nil when it is left out.
    private func start(_ type: FHIRType, _ context: Context) -> Context? {
        var context = context
        for (number, rule) in paths.enumerated() where type.isA(rule.path.type) {
            guard rule.path.steps.isEmpty else {
                context.begun.append((number, 0))
                continue
            }
            guard let form = rule.form else { return nil }
            context.forms.insert(form)
        }
        return context
    }

    /// What the rules say of a member of an object; nil when it is left out.
    private func step(into member: FHIRMember, _ context: Context) -> Context? {
        var inner = Context(begun: [], forms: context.forms)
        for (number, steps) in context.begun {
            let rule = paths[number]
            let name = rule.path.steps[steps]
            guard name == member.name || name == member.element.name else { continue }
            guard steps + 1 == rule.path.steps.count else {
                inner.begun.append((number, steps + 1))
                continue
            }
            guard let form = rule.form else { return nil }
            inner.forms.insert(form)
        }
        return inner
    }

    /// Writes an object; false when nothing of it is left.
    mutating func object(
        _ value: JSONValue, _ type: FHIRType, _ context: Context, isContained: Bool = false
    ) -> Bool {
        guard value.kind == .object, let context = start(type, context) else { return false }
        if deidentifies, value["modifierExtension"] != nil { return false }
        return attempt { redactor in
            // Those that are required.
            var present: [FHIRElement] = []
            redactor.append("{")
            let start = redactor.output.count
            for member in value.members {
                _ = redactor.attempt { redactor in
                    redactor.separate(from: start)
                    guard let element = redactor.member(member, of: value, type, context, isContained) else {
                        return false
                    }
                    if element.minimum > 0 { present.append(element) }
                    return true
                }
            }
            guard redactor.output.count > start else { return false }
            for element in type.elements where element.minimum > 0 && !present.contains(element) {
                _ = redactor.attempt { redactor in
                    redactor.append(",")
                    return redactor.mask(element)
                }
            }
            redactor.append("}")
            return true
        }
    }

    /// Writes a member of an object; of what element it is, nil when it is left out.
    ///
    /// A name that is there twice is written twice, and the resource withheld for it.
    private mutating func member(
        _ member: JSONMember, of holder: JSONValue, _ type: FHIRType, _ context: Context, _ isContained: Bool
    ) -> FHIRElement? {
        let name = member.name
        if type.resource != nil, name == "resourceType" {
            append("\"resourceType\":")
            append(member.value.rawBytes)
            // Of an element that every resource may have, and none must.
            return Elements.resourceID
        }
        let isSibling = name.utf8.first == UInt8(ascii: "_")
        guard let known = type.member(named: isSibling ? String(name.dropFirst()) : name),
            let inner = step(into: known, context)
        else { return nil }
        // A name of the model's, in which nothing is to be escaped.
        output.append(UInt8(ascii: "\""))
        append(name)
        append("\":")
        let place = Place(member: known, holder: holder, isContained: isContained)
        let isWritten =
            isSibling ? sibling(member.value, place, inner) : value(member.value, place, inner)
        return isWritten ? place.element : nil
    }

    /// Where a value stands.
    struct Place {
        let member: FHIRMember
        let element: FHIRElement
        /// The object that has the member.
        let holder: JSONValue
        let isContained: Bool

        init(member: FHIRMember, holder: JSONValue, isContained: Bool) {
            self.member = member
            element = member.element
            self.holder = holder
            self.isContained = isContained
        }

        var type: FHIRType { member.type }
    }

    private mutating func value(_ value: JSONValue, _ place: Place, _ context: Context) -> Bool {
        guard place.element.repeats else { return single(value, place, context) }
        guard value.kind == .array else { return false }
        append("[")
        let start = output.count
        for element in value.elements {
            _ = attempt { redactor in
                redactor.separate(from: start)
                return redactor.single(element, place, context)
            }
        }
        append("]")
        return output.count > start + 1
    }

    private mutating func single(_ value: JSONValue, _ place: Place, _ context: Context) -> Bool {
        let type = place.type
        if type.primitive != nil { return primitive(value, place, context) }
        if type == .resource {
            return resource(value, Context(forms: context.forms), isContained: place.element == Elements.contained)
        }
        guard deidentifies else { return object(value, type, context) }
        if Safe.isRemoved(type) || Elements.removed.contains(place.element) { return false }
        // A rule can only take more away.
        guard start(type, context) != nil else { return false }
        switch type {
        case .extension: return `extension`(value)
        case .coding: return attempt { $0.coding(value) } || absence(in: value)
        case _ where type.isA(.quantity): return attempt { $0.quantity(value, place) } || absence(in: value)
        default: return object(value, type, context)
        }
    }

    /// The object beside a primitive value: its extensions.
    private mutating func sibling(_ value: JSONValue, _ place: Place, _ context: Context) -> Bool {
        guard let primitive = place.type.primitive else { return false }
        guard !place.element.repeats else {
            // Beside the elements of a list it would have to be kept in step with these, which may have become fewer.
            guard value.kind == .array, place.holder[place.member.name] == nil, let first = value[0] else {
                return false
            }
            append("[")
            guard absence(in: first) else { return false }
            append("]")
            return true
        }
        let isTold: Bool =
            switch primitive {
            case .date, .dateTime, .instant: context.forms.isDisjoint(with: [.year, .month])
            case .string: !context.forms.contains(.threeDigits)
            default: true
            }
        if isTold { return object(value, .element, Context(forms: context.forms)) }
        // An extension may say exactly what the value does not; that there is none it may say.
        return absence(in: value)
    }
}

// What stands for an element that R4 requires and that is not shown.
extension Redactor {
    private static let masked = #""extension":[{"url":"\#(Safe.absenceURL)","valueCode":"masked"}]"#

    /// Writes an element as one that has no value, if it says why.
    private mutating func absence(in value: JSONValue) -> Bool {
        let extensions = value["extension"]?.elements.map(\.self) ?? []
        guard let reason = extensions.first(where: { $0["url"]?.equals(Safe.absenceURL) == true }) else { return false }
        return attempt { redactor in
            redactor.append("{\"extension\":[")
            guard redactor.extension(reason) else { return false }
            redactor.append("]}")
            return true
        }
    }

    /// Writes a required element as one that is masked; false for one that cannot be.
    private mutating func mask(_ element: FHIRElement) -> Bool {
        guard let member = element.members.first, member.type != .resource else { return false }
        let (open, close) = element.repeats ? ("[", "]") : ("", "")
        append("\"\(member.type.primitive == nil ? "" : "_")\(member.name)\":\(open){\(Self.masked)")
        if member.type.primitive == nil {
            for inner in member.type.elements where inner.minimum > 0 {
                _ = attempt { redactor in
                    redactor.append(",")
                    return redactor.mask(inner)
                }
            }
        }
        append("}\(close)")
        return true
    }
}
