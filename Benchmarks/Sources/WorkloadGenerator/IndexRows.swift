import AvowFHIR

/// A row of an index: one value of a search parameter.
struct IndexRow {
    /// The number of the parameter; 0 is `code`.
    var parameter: UInt16
    var code = ""
    var system = ""
    /// Milliseconds since 1970-01-01T00:00:00Z.
    var date: Int64?
    var value: Double?
}

/// The rows that an index holds of a resource.
struct IndexRows {
    /// How much is indexed.
    enum Coverage: String {
        /// As Avow does it: the search parameter `code`, with the clinical date.
        case avow
        /// About as a server does it that has every search parameter of type token, date, quantity and reference:
        /// besides, each coding, identifier, status, date, quantity and reference that the resource holds.
        case search
    }

    private let coverage: Coverage
    private let parser: JSONParser
    /// Parameters other than `code`, by the names of the members that lead to them.
    private var parameters: [String: UInt16] = [:]

    init(_ coverage: Coverage) throws {
        self.coverage = coverage
        parser = try JSONParser()
    }

    mutating func rows(of resource: ImportedResource) throws -> [IndexRow] {
        let root = try parser.parse(resource.json).root
        let measured = resource.type == .observation ? root["valueQuantity"]?["value"]?.numberText : nil
        let date = Indexing.clinicalDate(of: root, type: resource.type)
        var rows = Indexing.codes(of: root, type: resource.type).map {
            IndexRow(
                parameter: 0, code: $0.code, system: $0.system, date: date, value: measured.flatMap(Double.init))
        }
        if coverage == .search {
            for member in root.members where member.name != "code" && member.name != "text" {
                add(member.value, member.name, to: &rows)
            }
        }
        return rows
    }

    private mutating func add(_ value: JSONValue, _ path: String, to rows: inout [IndexRow]) {
        switch value.kind {
        case .array:
            for element in value.elements { add(element, path, to: &rows) }
        case .object:
            if let row = row(ofObject: value, path) {
                rows.append(row)
                return
            }
            for member in value.members where member.name != "extension" {
                add(member.value, path + "." + member.name, to: &rows)
            }
        case .string:
            guard let text = value.string else { return }
            if path.hasSuffix("status") || path == "gender" || path == "intent" {
                rows.append(IndexRow(parameter: number(of: path), code: text))
            } else if let date = FHIRDateTime(text), text.utf8.count >= 10 {
                rows.append(IndexRow(parameter: number(of: path), date: date.lowerBound))
            }
        default: return
        }
    }

    /// The row of a Reference, a Coding, an Identifier or a Quantity.
    private mutating func row(ofObject value: JSONValue, _ path: String) -> IndexRow? {
        if let reference = value["reference"]?.string {
            return IndexRow(parameter: number(of: path), code: reference)
        }
        guard let system = value["system"]?.string else { return nil }
        if let number = value["value"]?.numberText {
            return IndexRow(
                parameter: self.number(of: path), code: value["code"]?.string ?? "", system: system,
                value: Double(number))
        }
        guard let code = value["code"]?.string ?? value["value"]?.string else { return nil }
        return IndexRow(parameter: number(of: path), code: code, system: system)
    }

    private mutating func number(of path: String) -> UInt16 {
        if let known = parameters[path] { return known }
        let number = UInt16(parameters.count + 1)
        parameters[path] = number
        return number
    }
}
