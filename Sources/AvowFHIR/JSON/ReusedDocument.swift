/// A document that is filled again once nobody else holds it.
struct ReusedDocument {
    private var last: JSONDocument?

    /// The last document, or, when somebody holds that, a new one.
    mutating func take() throws(JSONError) -> JSONDocument {
        if last != nil, isKnownUniquelyReferenced(&last), let last { return last }
        let document = try JSONDocument()
        last = document
        return document
    }
}
