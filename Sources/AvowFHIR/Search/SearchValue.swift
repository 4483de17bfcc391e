/// What a search parameter finds in a resource, in the form in which it is compared (R4, section 3.1.1.4).
///
/// Two are equal when they are the same; that a condition is satisfied is for ``SearchCriterion`` to say.
public enum SearchValue: Hashable, Sendable {
    /// A code, an identifier or a boolean, with its system where it has one (3.1.1.4.10).
    case token(Token)
    /// A span of time (3.1.1.4.7).
    case date(SearchDate)
    /// Text (3.1.1.4.8).
    case string(SearchString)
    /// A number (3.1.1.4.6).
    case number(FHIRDecimal)
    /// A quantity or a range of them, with its unit (3.1.1.4.11).
    case quantity(SearchQuantity)
    /// What a reference leads to (3.1.1.4.12).
    case reference(SearchReference)
    /// A URI as it was written (3.1.1.4.9).
    case uri(String)
    /// One value of each component, in the order of the parameter's components (3.1.1.4.13).
    case composite([SearchValue])
}

/// A span of time, half open, in milliseconds since 1970-01-01T00:00:00Z.
///
/// A date covers its day, month or year, a time as much as its precision leaves open; without an offset, it is read as
/// UTC. A Period reaches from the first instant of its start to the last of its end. Of a Timing the outer limits count.
public struct SearchDate: Hashable, Sendable {
    /// The first instant; `Int64.min` when the span is open at its beginning.
    public let from: Int64
    /// The first instant behind the span; `Int64.max` when it is open at its end.
    public let until: Int64

    /// A span from its bounds.
    public init(from: Int64, until: Int64) {
        self.from = from
        self.until = until
    }

    /// What a date, dateTime or instant covers.
    public init(_ date: FHIRDateTime) {
        self.init(from: date.lowerBound, until: date.upperBound)
    }
}

/// A text, and the form of it in which texts are compared.
public struct SearchString: Hashable, Sendable {
    /// The text as it was written.
    public let text: String

    /// A text.
    public init(_ text: String) {
        self.text = text
    }

    /// The text without its case, combining marks and punctuation, and with single spaces between its words: what the
    /// default search and `:contains` compare, and what an index sorts by. See ``TextFolding``.
    ///
    /// - Complexity: O(length), at each call.
    public var folded: String { TextFolding.folded(text) }
}

/// What a reference leads to.
public enum SearchReference: Hashable, Sendable {
    /// A resource, by type and id; the version that a reference names is left out.
    case resource(ResourceType, id: String)
    /// Anything by its absolute URL, or by a canonical one, with the version behind its `|` if it was written so.
    case url(String)
    /// What has this identifier.
    case identifier(Token)
}
