internal import AvowFHIR
internal import AvowProof

extension QueryExecutor {
    /// The route, on which records are not opened to see that they have none of some codes, where the index by code says
    /// which records have one, by not many more entries than are read anyway.
    ///
    /// An entry alone does not tell it, as its record may have other codes.
    func excluding(_ route: Route, _ type: ResourceType?, _ catalog: IndexCatalog?) throws(QueryError) -> Route {
        switch route.path {
        case .code, .index: break
        default: return route
        }
        guard let type, let catalog, catalog.codeIndex(of: type) != nil else { return route }
        var excluding = route
        excluding.residual = []
        for condition in route.residual {
            if let excluded = try excluded(by: condition, type, catalog, fewerThan: route.places) {
                excluding.excluded.append(excluded)
            } else {
                excluding.residual.append(condition)
            }
        }
        return excluding
    }

    /// The way to the records that a condition excludes; nil when it is no such condition, or there are too many entries.
    private func excluded(
        by condition: Predicate, _ type: ResourceType, _ catalog: IndexCatalog, fewerThan places: [Route.Place]
    ) throws(QueryError) -> Route.Partner? {
        guard case .not(.code(let tokens)) = condition, tokens.allSatisfy(\.standsInKeys) else { return nil }
        let ranges = Token.least(tokens).map { CodeRange(token: $0, dates: nil) }
        let path = AccessPath.code([type], by: OwnParameter.code.rawValue, ranges)
        let partner = Route.Partner(path: path, places: try self.places(of: path, catalog))
        // Opening a record takes four times as long as reading so many entries.
        return try count(partner.places) / 8 < (try count(places)) ? partner : nil
    }
}
