public import AvowFHIR
public import AvowProof

/// A view as it stands in a store: itself an entry of the tree, so that a verifier knows it.
///
/// Each view is a setting of its own. What an answer discloses of views are those that its query names.
public struct StoredView: Sendable {
    /// The longest definition, in bytes of compact JSON.
    public static let greatestLength = 1 << 16
    /// The name that queries call it by.
    public let name: String
    /// The ViewDefinition as compact JSON.
    public let json: [UInt8]
    /// What it says.
    public let definition: ViewDefinition

    private static let prefix = "view "

    /// The key of the setting that holds the view of a name.
    public static func key(_ name: String) -> TreeKey { .configuration(prefix + name) }

    /// The name of the view that a setting holds; nil when it is another setting.
    public static func name(of key: TreeKey) -> String? {
        var reader = TupleReader(key.bytes, in: key.order)
        guard case .text(let setting)? = try? reader.next(), setting.hasPrefix(prefix) else { return nil }
        let name = String(setting.dropFirst(prefix.count))
        return ViewName.isValid(name) ? name : nil
    }

    /// A view of a name.
    ///
    /// - Parameters:
    ///   - name: the name that queries call it by; the definition's own unless given.
    ///   - json: a ViewDefinition.
    /// - Throws: ``ViewLoadError`` when it is none, or has no name.
    public init(_ name: String? = nil, json: [UInt8]) throws(ViewLoadError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONParser().parse(json)
        } catch {
            throw .json(error)
        }
        let root = document.root
        do throws(ViewError) {
            definition = try ViewDefinition(root)
        } catch {
            throw .definition(error)
        }
        guard let name = name ?? definition.name else { throw .unnamed }
        guard ViewName.isValid(name) else { throw .invalidName(name) }
        self.name = name
        self.json = Array(root.rawText.utf8)
        guard self.json.count <= StoredView.greatestLength else { throw .tooLong(bytes: self.json.count) }
    }
}

/// Why a view cannot be loaded into a store, or removed from it.
public enum ViewLoadError: Error, Sendable {
    /// It is no JSON.
    case json(JSONError)
    /// It is no ViewDefinition: what is wrong with it, and where.
    case definition(ViewError)
    /// It has no name, and none was given.
    case unnamed
    /// Views cannot be called so.
    case invalidName(String)
    /// It is longer than ``StoredView/greatestLength``.
    case tooLong(bytes: Int)
    /// There is no view of this name to remove.
    case unknown(String, suggestion: String?)
}

extension ViewLoadError: CustomStringConvertible {
    /// What is wrong, in a sentence.
    public var description: String {
        switch self {
        case .json(let error): "the view is no JSON: \(error)"
        case .definition(let error): "the view cannot be read: \(error)"
        case .unnamed: "the view has no name: give it one"
        case .invalidName(let name): "'\(name)' is not the name of a view: it takes \(ViewName.rule)"
        case .tooLong(let bytes):
            "the view has \(bytes) bytes of JSON without white space, and may have \(StoredView.greatestLength)"
        case .unknown(let name, let suggestion):
            "no view '\(name)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
        }
    }
}
