internal import CSimdjson

/// The resources of one JSON text, a bundle or a single resource, ready to be taken out one by one.
///
/// A first pass over the entries finds out what each is called, because a reference may name an entry
/// that comes later; a resource is then copied when its turn comes, with its references resolved.
final class ResourceBatch {
    private let document: JSONDocument
    private let isBundle: Bool
    private let validation: ValidationStrength
    private var entries: [Entry] = []
    /// `Type/id` of each entry to which something may refer, one behind the other.
    private var names: [UInt8] = []
    private var urls = FullURLTable()
    /// The entries by their fullUrls, decoded, in the place of `urls` where a bundle escapes characters of them or of
    /// references, as some writers do with every slash; nil for an URL that several entries claim.
    private var decodedURLs: [[UInt8]: Int?]?
    private var position = 0
    private var lastPatient = ""
    /// What the references of the resource whose turn it is lead to.
    private var targets: [(node: Int, entry: Int?)] = []
    private var edits: [avow_json_edit] = []

    private struct Entry {
        /// The node of the resource, or of what stands in its place.
        let node: Int
        let type: ResourceType
        let id: String
        /// Whether the resource carries its id.
        let carriesID: Bool
        let fault: Reject.Reason?
        /// Where `Type/id` stands in the names, when something may refer to the entry.
        var name = 0..<0
    }

    /// What one entry came to.
    enum Outcome {
        /// - Parameter isParsed: Whether the document that was given holds the resource.
        case resource(ImportedResource, isParsed: Bool)
        /// - Parameter offset: In the compact text.
        case fault(Reject.Reason, entry: Int?, offset: Int)
    }

    /// Whether a resource needs an id.
    private let requiresID: Bool

    /// - Parameters:
    ///   - validation: How closely the resources are looked at. A bundle that stands for its entries is not.
    ///   - expandsBundle: Whether a bundle stands for its entries; otherwise it is a resource.
    ///   - requiresID: Whether a resource without an id, or with one that FHIR does not allow, is a fault.
    init(
        _ document: JSONDocument, validation: ValidationStrength, expandsBundle: Bool = true, requiresID: Bool = true
    ) {
        self.document = document
        self.validation = validation
        self.requiresID = requiresID
        let root = 0
        if expandsBundle, document.kind(root) == .object,
            let type = document.member(Names.resourceType, of: root),
            document.kind(type) == .string, document.string(type, equals: Names.bundle)
        {
            isBundle = true
            readEntries(of: root)
        } else {
            isBundle = false
            entries.append(entry(for: root, fullURL: nil))
        }
    }

    /// The next resource, or nil after the last.
    ///
    /// - Parameter excerpt: Becomes what the JSON of the resource would be if it were parsed. Not what it becomes when
    ///   the resource had to be given an id.
    func next(_ excerpt: JSONDocument) throws(JSONError) -> Outcome? {
        guard position < entries.count else { return nil }
        let index = position
        position += 1
        let entry = entries[index]
        if let fault = entry.fault {
            return .fault(fault, entry: isBundle ? index : nil, offset: document.range(entry.node).lowerBound)
        }
        let violation = ResourceValidator.violation(in: document, resource: entry.node, strength: validation)
        if let violation {
            return .fault(.invalid(violation), entry: isBundle ? index : nil, offset: violation.offset)
        }
        findTargets(of: entry)
        try document.excerpt(entry.node, edits, names, into: excerpt)
        var json = excerpt.bytes
        if !entry.carriesID { insertID(of: entry, in: excerpt, &json) }
        return .resource(
            ImportedResource(type: entry.type, id: entry.id, json: json, link: link(of: entry)),
            isParsed: entry.carriesID)
    }
}

/// Names of members, as bytes.
private enum Names {
    static let resourceType = Array("resourceType".utf8)
    static let bundle = Array("Bundle".utf8)
    static let entry = Array("entry".utf8)
    static let resource = Array("resource".utf8)
    static let fullURL = Array("fullUrl".utf8)
    static let id = Array("id".utf8)
    static let reference = Array("reference".utf8)
    static let type = Array("type".utf8)
    static let patient = Array("Patient".utf8)
    static let identifier = Array("identifier".utf8)
    static let urn = Array("urn:".utf8)
    static let conditional = Array("Patient?".utf8)
}

// What the entries are.
extension ResourceBatch {
    private func readEntries(of bundle: Int) {
        guard let list = document.member(Names.entry, of: bundle), document.kind(list) == .array else {
            return
        }
        let end = document.next(list)
        var node = list + 1
        var named: [(url: Int, entry: Int)] = []
        while node < end {
            defer { node = document.next(node) }
            guard document.kind(node) == .object else {
                entries.append(fault(.notAnObject, node))
                continue
            }
            guard let resource = document.member(Names.resource, of: node) else {
                entries.append(fault(.noResource, node))
                continue
            }
            let url = document.member(Names.fullURL, of: node).flatMap {
                document.kind($0) == .string ? $0 : nil
            }
            var entry = entry(for: resource, fullURL: url)
            if entry.id.isEmpty {
                // Nothing can refer to it.
                entries.append(entry)
                continue
            }
            if entry.fault == nil, url != nil {
                let start = names.count
                names += FHIRType(entry.type).nameBytes
                names.append(UInt8(ascii: "/"))
                names += entry.id.utf8
                entry.name = start..<names.count
            }
            entries.append(entry)
            if entry.fault == nil, let url { named.append((url, entries.count - 1)) }
        }
        if named.contains(where: { document.isEscaped($0.url) }) || hasEscapedReference {
            decodedURLs = decoded(named)
        } else {
            for (url, entry) in named {
                urls.insert(document.contentRange(url), entry: entry, of: document, isSame: isSame)
            }
        }
    }

    private var hasEscapedReference: Bool {
        var ordinal = 0
        while let node = document.reference(ordinal) {
            if document.isEscaped(node) { return true }
            ordinal += 1
        }
        return false
    }

    private func decoded(_ named: [(url: Int, entry: Int)]) -> [[UInt8]: Int?] {
        var table: [[UInt8]: Int?] = [:]
        for (url, entry) in named {
            let text = Array(document.string(url).utf8)
            if let known = table[text] {
                if let known, !isSame(known, entry) { table[text] = .some(nil) }
            } else {
                table[text] = entry
            }
        }
        return table
    }

    /// Whether two entries are versions of one resource.
    private func isSame(_ first: Int, _ second: Int) -> Bool {
        entries[first].type == entries[second].type && entries[first].id == entries[second].id
    }

    private func fault(_ reason: Reject.Reason, _ node: Int) -> Entry {
        Entry(node: node, type: .bundle, id: "", carriesID: false, fault: reason)
    }

    private func entry(for node: Int, fullURL: Int?) -> Entry {
        guard document.kind(node) == .object else { return fault(.notAnObject, node) }
        if let name = duplicateName(in: node) { return fault(.duplicateMember(name), node) }
        guard let name = document.member(Names.resourceType, of: node), document.kind(name) == .string else {
            return fault(.missingResourceType, node)
        }
        let found = unsafe document.withBytes(document.contentRange(name)) { unsafe ResourceType.find($0) }
        guard let type = found ?? ResourceType(name: document.string(name)) else {
            return fault(.unknownResourceType(document.string(name)), node)
        }
        if let id = document.member(Names.id, of: node) {
            guard document.kind(id) == .string else {
                return fault(.invalidID(JSONValue(document: document, node: id).rawText), node)
            }
            let text = document.string(id)
            guard LogicalID.isValid(text) || !requiresID else { return fault(.invalidID(text), node) }
            return Entry(node: node, type: type, id: text, carriesID: true, fault: nil)
        }
        guard let fullURL, let id = LogicalID.of(fullURL: document.string(fullURL), type: type) else {
            guard requiresID else { return Entry(node: node, type: type, id: "", carriesID: true, fault: nil) }
            return fault(.missingID, node)
        }
        return Entry(node: node, type: type, id: id, carriesID: false, fault: nil)
    }

    private func duplicateName(in object: Int) -> String? {
        let end = document.next(object)
        return unsafe withUnsafeTemporaryAllocation(of: Int.self, capacity: 48) { names -> String? in
            var count = 0
            var escaped = false
            var index = object + 1
            while index < end {
                escaped = escaped || document.isEscaped(index)
                if count == 48 || escaped { return duplicateNameOfMany(in: object) }
                let range = document.contentRange(index)
                for other in 0..<count {
                    let otherRange = unsafe document.contentRange(names[other])
                    if document.sameBytes(otherRange, range) { return document.string(index) }
                }
                unsafe names[count] = index
                count += 1
                index = document.next(index + 1)
            }
            return nil
        }
    }

    private func duplicateNameOfMany(in object: Int) -> String? {
        var seen: Set<[UInt8]> = []
        for member in JSONValue(document: document, node: object).members
        where !seen.insert(Array(member.name.utf8)).inserted {
            return member.name
        }
        return nil
    }
}

// What a resource refers to.
extension ResourceBatch {
    /// Finds the entries that the references in a resource name, and what has to change so that they do it by type and
    /// id.
    private func findTargets(of entry: Entry) {
        targets.removeAll(keepingCapacity: true)
        edits.removeAll(keepingCapacity: true)
        guard isBundle else { return }
        findTargets(of: entry, entries, names, urls, &targets, &edits)
    }

    /// - Parameters: what the batch holds, since each access to a member of an object is looked over while it lasts.
    private func findTargets(
        of entry: Entry, _ entries: [Entry], _ names: [UInt8], _ urls: FullURLTable,
        _ targets: inout [(node: Int, entry: Int?)], _ edits: inout [avow_json_edit]
    ) {
        let end = document.next(entry.node)
        var ordinal = document.firstReference(from: entry.node)
        while let node = document.reference(ordinal), node < end {
            ordinal += 1
            let target = target(ofReference: node, urls)
            targets.append((node, target))
            guard let target else { continue }
            let name = entries[target].name
            let range = document.contentRange(node)
            if document.bytes(range, are: names[name]) { continue }
            edits.append(
                avow_json_edit(
                    start: UInt32(range.lowerBound), end: UInt32(range.upperBound),
                    text_offset: UInt32(name.lowerBound), text_length: UInt32(name.count)))
        }
    }

    private func target(ofReference node: Int, _ urls: FullURLTable) -> Int? {
        if let decodedURLs { return decodedURLs[Array(document.string(node).utf8)] ?? nil }
        return urls.entry(for: document.contentRange(node), of: document)
    }

    /// Writes the id that the fullUrl gives behind the type.
    private func insertID(of entry: Entry, in excerpt: JSONDocument, _ json: inout [UInt8]) {
        guard let type = excerpt.member(Names.resourceType, of: 0) else { return }
        json.insert(contentsOf: ",\"id\":\"\(entry.id)\"".utf8, at: excerpt.range(type).upperBound)
    }
}

// Whose a resource is.
extension ResourceBatch {
    /// The first element of the type's list that refers to a patient decides, or the first that cannot
    /// be resolved: what might be another patient's is not given to whoever is named later.
    private func link(of entry: Entry) -> PatientLink {
        if entry.type == .patient { return .patient(entry.id) }
        for path in ResourceElements.of(entry.type).patientPaths {
            var found = PatientLink.none
            document.walk(path, from: entry.node) { value in
                let link = link(ofReference: value)
                if found == .none || link != .none { found = link }
                if case .patient = found { return false }
                return true
            }
            if case .patient(let id) = found { lastPatient = id }
            if found != .none { return found }
        }
        return .none
    }

    /// What one Reference says.
    private func link(ofReference value: Int) -> PatientLink {
        guard document.kind(value) == .object else { return .none }
        let saysPatient = document.member(Names.type, of: value).map {
            document.kind($0) == .string && document.string($0, equals: Names.patient)
        }
        guard let reference = document.member(Names.reference, of: value), document.kind(reference) == .string
        else {
            // A logical reference: somebody, known by an identifier only.
            let isLogical = document.member(Names.identifier, of: value) != nil
            return isLogical && saysPatient != false ? .unresolved : .none
        }
        if let target = targets.first(where: { $0.node == reference })?.entry {
            return entries[target].type == .patient ? .patient(entries[target].id) : .none
        }
        if document.isEscaped(reference) {
            let text = document.string(reference)
            if let id = LogicalID.ofPatient(text) { return .patient(id) }
            let mayBePatient = text.utf8.starts(with: Names.urn) || text.utf8.starts(with: Names.conditional)
            return saysPatient == true || mayBePatient && saysPatient != false ? .unresolved : .none
        }
        let range = document.contentRange(reference)
        let id = unsafe document.withBytes(range) { bytes -> String? in
            guard let id = unsafe LogicalID.ofPatient(bytes) else { return nil }
            // Mostly the patient of the resource before: share its string.
            if unsafe bytes[id].elementsEqual(lastPatient.utf8) { return lastPatient }
            return unsafe String(decoding: bytes[id], as: UTF8.self)
        }
        if let id { return .patient(id) }
        if saysPatient == true { return .unresolved }
        let mayBePatient =
            document.bytes(range, start: Names.urn) || document.bytes(range, start: Names.conditional)
        return mayBePatient && saysPatient != false ? .unresolved : .none
    }
}
