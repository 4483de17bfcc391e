/// How a value is compared, by the prefixes of R4 (section 3.1.1.4.5).
public enum SearchComparison: String, CaseIterable, Hashable, Sendable {
    case equal = "eq"
    case notEqual = "ne"
    case less = "lt"
    case lessOrEqual = "le"
    case greater = "gt"
    case greaterOrEqual = "ge"
    case startsAfter = "sa"
    case endsBefore = "eb"
    case approximately = "ap"
}
