/// The beginning of an expression of FHIRPath, and the path that its last name goes on with: in `name.where(us` that is
/// `name.us`, as the criterion of `where` is evaluated on each name.
struct PathFocus {
    /// Functions whose argument is evaluated on each item of what they are called on.
    private static let focusing: Set<String> = ["where", "select", "all", "exists", "repeat", "any"]

    /// Nil within a quotation, or behind what no name can follow.
    let chain: String?

    init(_ text: String) {
        // What stands before each open bracket, and the path since the last operator.
        var open: [String] = []
        var current = ""
        var quote: Character?
        var isEscaped = false
        var isSeparated = false
        for character in text {
            if let end = quote {
                if isEscaped {
                    isEscaped = false
                } else if character == "\\" {
                    isEscaped = true
                } else if character == end {
                    quote = nil
                    current += "?"
                }
                continue
            }
            switch character {
            case "'", "\"", "`": quote = character
            case "(":
                // A bracket without a function in front only groups.
                open.append(current)
                current = ""
            case ")":
                let before = open.popLast() ?? ""
                current =
                    before.isEmpty ? "(" + current + ")" : before + "(\(PathFocus.isTyping(before) ? current : ""))"
            case "[": open.append(current)
            case "]": current = open.popLast() ?? ""
            case _ where character.isLetter || character.isNumber || "._$%@".contains(character):
                if isSeparated, character != "." { current = "" }
                current.append(character)
            case _ where character.isWhitespace:
                isSeparated = true
                continue
            default: current = ""
            }
            isSeparated = false
        }
        guard quote == nil else {
            chain = nil
            return
        }
        if isSeparated { current = "" }
        // The functions that are open, from the outermost on, say what the path is evaluated on.
        var focus = ""
        for before in open where !before.isEmpty {
            let (owner, function) = PathFocus.parted(before)
            guard PathFocus.focusing.contains(function) else { continue }
            focus = PathFocus.joined(focus, owner)
        }
        let path = current.hasPrefix("$this.") ? String(current.dropFirst("$this.".count)) : current
        chain = PathFocus.joined(focus, path)
    }

    private static func joined(_ focus: String, _ path: String) -> String {
        focus.isEmpty ? path : focus + "." + path
    }

    /// Whether a function's argument names the type of what it gives.
    private static func isTyping(_ call: String) -> Bool { ["ofType", "as"].contains(parted(call).function) }

    /// A call as what it is called on and its name.
    private static func parted(_ call: String) -> (owner: String, function: String) {
        guard let dot = call.lastIndex(of: ".") else { return ("", call) }
        return (String(call[..<dot]), String(call[call.index(after: dot)...]))
    }
}
