internal import AvowFHIR

/// A label of the data that a rule is about.
enum SecurityLabel: Hashable, Sendable {
    /// How confidential it is: a high-water mark for what is permitted, a low-water mark for what is denied.
    case confidentiality(Confidentiality)
    /// Any other label; a policy of v3-ActCode also stands for those below it.
    case tag(Token)

    /// Whether `code` of v3-ActCode is a policy, and so a label.
    static func isPolicy(_ code: String) -> Bool {
        parents[code] != nil
    }

    /// The code of a policy that looks most like this one.
    static func nearest(to code: String) -> String? {
        NearestName.of(code, among: parents.keys.sorted())
    }

    /// The label and those above it in the hierarchy of its system.
    static func ancestorsAndSelf(_ label: Token) -> Set<Token> {
        var found: Set<Token> = [label]
        guard label.system == CodeSystem.actCode else { return found }
        var next = [label.code]
        while let code = next.popLast() {
            for parent in parents[code] ?? []
            where found.insert(Token(system: CodeSystem.actCode, code: parent)).inserted {
                next.append(parent)
            }
        }
        return found
    }
}

/// The levels of v3-Confidentiality, from unrestricted to very restricted.
enum Confidentiality: Int, Comparable, Sendable {
    case unrestricted, low, moderate, normal, restricted, veryRestricted

    /// The level that a code names; nil for codes that do not say how confidential something is.
    init?(code: String) {
        guard let level = ["U", "L", "M", "N", "R", "V"].firstIndex(of: code) else { return nil }
        self.init(rawValue: level)
    }

    static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }
}
