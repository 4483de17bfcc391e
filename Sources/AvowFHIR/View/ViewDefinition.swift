/// A table over FHIR resources: which columns they give, and how many rows (SQL on FHIR v2, ViewDefinition).
///
/// ```swift
/// let view = try ViewDefinition(json)
/// try view.forEachRow(of: resource) { row in
///     print(row.map(\.text))
///     return true
/// }
/// ```
///
/// What can be seen to be wrong without data is refused when it is read: members that views do not have, names that
/// are no column's, two columns of one name, branches of a union with different columns, paths that are none or use
/// a constant that there is not, and a column's type that its path cannot have. A path that asks for what the R4 model
/// does not have finds nothing, as FHIRPath has it; ``remarks`` says so.
public struct ViewDefinition: Sendable {
    /// The view's own name, if it has one.
    public let name: String?

    /// The type of the resources that it is a table of.
    public let resource: ResourceType

    /// The columns, in the order of the values in a row.
    public let columns: [ViewColumn]

    /// Paths that the R4 model contradicts, such as a misspelt element, with their places.
    public let remarks: [ViewError]

    let conditions: [ViewCondition]
    let selections: [ViewSelection]
    let constants: [String: [FHIRPathItem]]

    /// The variable that counts the elements of an iteration.
    static let rowIndex = "rowIndex"

    /// Whether a resource can make more than one row.
    public var mayUnnest: Bool { selections.contains(where: \.mayUnnest) }

    /// Reads a view.
    ///
    /// - Parameter json: A ViewDefinition.
    /// - Throws: ``ViewError`` with the place inside of the view.
    public init(_ json: JSONValue) throws(ViewError) {
        var reader = ViewReader()
        let head = try reader.head(json)
        name = head.name
        resource = head.resource
        constants = reader.constants
        conditions = try reader.conditions(json)
        selections = try reader.selections(json)
        columns = reader.columns
        remarks = reader.remarks
    }

    /// Whether a view, a column or a constant may have a name: letters of ASCII, digits and underscores, a letter first.
    public static func isName(_ name: String) -> Bool {
        let isLetter = { (byte: UInt8) in (byte | 0x20) &- 0x61 < 26 }
        return name.utf8.first.map(isLetter) == true
            && name.utf8.allSatisfy { isLetter($0) || $0 &- 0x30 < 10 || $0 == UInt8(ascii: "_") }
    }
}

/// A column of a view.
public struct ViewColumn: Hashable, Sendable {
    /// Its name, which no other column of the view has.
    public let name: String

    /// The FHIR type of its values as the view declares it, without `http://hl7.org/fhir/StructureDefinition/`; nil
    /// when the view does not say.
    public let type: String?

    /// Whether a value is a list.
    public let isCollection: Bool

    /// What the column means, in the view's own words.
    public let description: String?

    /// What its values are, as far as the declared type, or else the path, tells.
    public let content: Content

    /// What the values of a column are, and so what they can be compared with.
    public enum Content: String, Hashable, Sendable {
        case boolean, number, text
        /// A date, with or without a time of day, as precise as it is.
        case date
        /// Elements with members.
        case elements
        /// A list of whatever it may be.
        case list
        /// What only a resource tells.
        case unknown
    }
}

/// What a column has in one row.
public enum ViewValue: Sendable {
    /// Nothing: the path found nothing, or the row stands for an iteration over nothing.
    case null
    /// What the path found.
    case item(FHIRPathItem)
    /// What the path of a column with `collection` found.
    case list([FHIRPathItem])

    /// The value as compact JSON; numbers have the digits that they have in the resource.
    public var json: String {
        switch self {
        case .null: "null"
        case .item(let item): item.json
        case .list(let items): "[" + items.map(\.json).joined(separator: ",") + "]"
        }
    }

    /// What the value is in JSON.
    public var kind: JSONKind {
        switch self {
        case .null: .null
        case .item(let item): item.jsonKind
        case .list: .array
        }
    }

    /// The value as text: a string without quotes, a number's digits, JSON for what is neither; empty for null.
    public var text: String {
        switch self {
        case .null: ""
        case .item(let item): item.jsonKind == .object ? item.json : item.text
        case .list: json
        }
    }
}

/// A path of a view, ready to be evaluated.
struct ViewPath: Sendable {
    let text: String
    /// Where it stands in the view.
    let place: String
    let operation: FHIRPathOperation
    let type: FHIRPathStaticType
}

/// A condition that resources have to meet.
struct ViewCondition: Sendable {
    let path: ViewPath
}

/// Columns, and how often there are rows of them.
struct ViewSelection: Sendable {
    /// What the rows are made of.
    enum Iteration: Sendable {
        /// The element that the selection stands in, once.
        case none
        case each(ViewPath)
        /// As `each`; over nothing there is one row of nulls.
        case eachOrNull(ViewPath)
        case `repeat`([ViewPath])
    }

    struct Column: Sendable {
        let path: ViewPath
        /// Where its value stands in a row.
        let slot: Int
        let isCollection: Bool
        /// Whether it is the number of the element and nothing else.
        let isRowIndex: Bool
    }

    let iteration: Iteration
    let columns: [Column]
    let selections: [ViewSelection]
    let union: [ViewSelection]

    /// The places of all values in a row that the selection sets; those of the element's number apart.
    let slots: [Int]
    let rowIndexSlots: [Int]

    var mayUnnest: Bool {
        if case .none = iteration { return union.count > 1 || (selections + union).contains(where: \.mayUnnest) }
        return true
    }
}
