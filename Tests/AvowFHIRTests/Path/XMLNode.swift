import Foundation

@testable import AvowFHIR

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// An element of an XML text: enough of it to read the suites and FHIR's own form of XML.
final class XMLNode {
    let name: String
    let attributes: [String: String]
    fileprivate(set) var children: [XMLNode] = []
    fileprivate(set) var text = ""

    fileprivate init(name: String, attributes: [String: String]) {
        self.name = name
        self.attributes = attributes
    }

    /// The root of an XML text.
    static func parse(_ file: URL) throws -> XMLNode {
        let reader = Reader()
        let parser = XMLParser(data: try Data(contentsOf: file))
        parser.delegate = reader
        guard parser.parse(), let root = reader.root else { throw CocoaError(.fileReadCorruptFile) }
        return root
    }

    subscript(name: String) -> String? { attributes[name] }

    func children(named name: String) -> [XMLNode] { children.filter { $0.name == name } }

    private final class Reader: NSObject, XMLParserDelegate {
        var root: XMLNode?
        private var open: [XMLNode] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            let node = XMLNode(name: name, attributes: attributes)
            open.last?.children.append(node)
            if root == nil { root = node }
            open.append(node)
        }

        func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
            open.removeLast()
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }
    }
}

/// FHIR's XML as FHIR's JSON (R4, sections 2.6.1 and 2.6.2).
extension XMLNode {
    /// The resource whose element this is.
    var resourceJSON: String {
        let members = FHIRType(named: name).map { membersJSON(of: $0) } ?? []
        return "{" + (["\"resourceType\":\"\(name)\""] + members).joined(separator: ",") + "}"
    }

    private func membersJSON(of type: FHIRType) -> [String] {
        var members: [String] = []
        for attribute in ["id", "url"] {
            if let value = self[attribute] { members.append("\"\(attribute)\":" + JSONString.encode(value)) }
        }
        var done: Set<String> = []
        for child in children where done.insert(child.name).inserted {
            guard let member = type.member(named: child.name) else { continue }
            let all = children(named: child.name)
            let isPrimitive = member.type.primitive != nil
            let values = all.map { $0.valueJSON(of: member.type) }
            let list = { (texts: [String]) in
                member.element.repeats ? "[" + texts.joined(separator: ",") + "]" : texts[0]
            }
            if values.contains(where: { $0 != "null" }) { members.append("\"\(child.name)\":" + list(values)) }
            let companions = isPrimitive ? all.map(\.companionJSON) : []
            if companions.contains(where: { $0 != "null" }) {
                members.append("\"_\(child.name)\":" + list(companions))
            }
        }
        return members
    }

    private func valueJSON(of type: FHIRType) -> String {
        if name == "div" { return JSONString.encode(markup) }
        if let primitive = type.primitive {
            guard let value = self["value"] else { return "null" }
            return primitive.jsonKind == .string ? JSONString.encode(value) : value
        }
        if type == .resource { return children.first?.resourceJSON ?? "null" }
        return "{" + membersJSON(of: type).joined(separator: ",") + "}"
    }

    private var companionJSON: String {
        let members = membersJSON(of: .element)
        return members.isEmpty ? "null" : "{" + members.joined(separator: ",") + "}"
    }

    private var markup: String {
        "<\(name)>" + text + children.map(\.markup).joined() + "</\(name)>"
    }
}
