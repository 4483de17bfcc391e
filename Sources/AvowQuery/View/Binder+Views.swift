extension Binder {
    /// The view that a question selects from.
    ///
    /// - Returns: nil when it is not known yet; its name is noted.
    mutating func view(_ name: Located<String>) -> BoundView? {
        if let known = views[name.value] { return known }
        missingViews.append(name)
        return nil
    }
}

extension BoundSelect {
    /// What stands for a question until the view is known that it selects from; it is never executed.
    static let unresolved = BoundSelect(
        selection: Selection(nil, .constant(false)), shape: .records(Columns()), isDistinct: false, limitPer: nil,
        limit: 0, offset: 0)
}
