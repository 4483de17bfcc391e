/// What the text of a resource may be made of (R4, section 2.30.0.1): the formatting elements of XHTML, without anything
/// active, and something to read in them.
enum NarrativeRules {
    private static let elements: Set<String> = [
        "div", "span", "p", "br", "hr", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "address", "bdo", "em", "strong",
        "dfn",
        "code", "samp", "kbd", "var", "cite", "abbr", "acronym", "blockquote", "q", "sub", "sup", "ul", "ol", "li",
        "dl",
        "dt", "dd", "table", "caption", "thead", "tfoot", "tbody", "colgroup", "col", "tr", "th", "td", "a", "img",
        "map",
        "area", "tt", "i", "b", "big", "small",
    ]

    /// Attributes that every element may have.
    private static let attributes: Set<String> = [
        "title", "style", "class", "id", "lang", "xml:lang", "xml:space", "dir", "accesskey", "tabindex", "span",
        "width",
        "align", "valign", "char", "charoff", "abbr", "axis", "headers", "scope", "rowspan", "colspan", "xmlns",
    ]

    private static let attributesOf: [String: Set<String>] = [
        "a": ["href", "name", "charset", "type", "hreflang", "rel", "rev", "shape", "coords"],
        "img": ["src", "alt", "longdesc", "height", "width", "usemap", "ismap", "border"],
        "map": ["name"], "area": ["shape", "coords", "href", "nohref", "alt"],
        "table": ["summary", "border", "frame", "rules", "cellspacing", "cellpadding"], "td": ["nowrap"],
        "blockquote": ["cite"], "q": ["cite"],
    ]

    /// Whether a text is one `div` that keeps the rules.
    static func areKept(by text: String) -> Bool {
        var reader = NarrativeReader(text)
        var open: [String] = []
        var hasContent = false
        var isFirst = true
        while let part = reader.next() {
            switch part {
            case .text(let isBlank):
                guard isBlank || !open.isEmpty else { return false }
                if !isBlank { hasContent = true }
            case .comment: break
            case .start(let name, let given, let isEmpty):
                // One element holds all others.
                guard !open.isEmpty || isFirst && name == "div", elements.contains(name) else { return false }
                isFirst = false
                let allowed = attributesOf[name] ?? []
                guard given.allSatisfy({ attributes.contains($0) || allowed.contains($0) }) else { return false }
                if name == "img" { hasContent = true }
                if !isEmpty { open.append(name) }
            case .end(let name):
                guard open.popLast() == name else { return false }
            case .malformed: return false
            }
        }
        return open.isEmpty && !isFirst && hasContent
    }
}

/// Parts the text of an element of XHTML into its tags and what is between them.
private struct NarrativeReader {
    enum Part {
        case text(isBlank: Bool)
        case comment
        case start(String, attributes: [String], isEmpty: Bool)
        case end(String)
        case malformed
    }

    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    mutating func next() -> Part? {
        guard let first = rest.first else { return nil }
        guard first == UInt8(ascii: "<") else {
            let text = rest.prefix { $0 != UInt8(ascii: "<") }
            rest = rest[text.endIndex...]
            return .text(isBlank: text.allSatisfy(JSONSpace.contains))
        }
        if rest.starts(with: "<!--".utf8) { return comment() }
        rest.removeFirst()
        let isEnd = skip("/")
        let name = word()
        guard !name.isEmpty else { return .malformed }
        var attributes: [String] = []
        while true {
            rest = rest.drop(while: JSONSpace.contains)
            if skip(">") { return isEnd ? .end(name) : .start(name, attributes: attributes, isEmpty: false) }
            if !isEnd, skip("/") { return skip(">") ? .start(name, attributes: attributes, isEmpty: true) : .malformed }
            guard !isEnd, let attribute = attribute() else { return .malformed }
            attributes.append(attribute)
        }
    }

    private mutating func comment() -> Part {
        rest = rest.dropFirst(4)
        while !rest.isEmpty {
            if rest.starts(with: "-->".utf8) {
                rest = rest.dropFirst(3)
                return .comment
            }
            rest.removeFirst()
        }
        return .malformed
    }

    /// The name of an attribute, whose value is left out; nil when it is none.
    private mutating func attribute() -> String? {
        let name = word()
        guard !name.isEmpty, skip("=") else { return nil }
        guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        rest.removeFirst()
        rest = rest.drop { $0 != quote && $0 != UInt8(ascii: "<") }
        guard rest.first == quote else { return nil }
        rest.removeFirst()
        return name
    }

    private mutating func skip(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: sign) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func word() -> String {
        let word = rest.prefix { FHIRPathWord.isPart($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "-") }
        rest = rest[word.endIndex...]
        return String(Substring(word))
    }
}
