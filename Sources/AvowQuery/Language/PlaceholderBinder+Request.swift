internal import AvowFHIR

// Values for who asks and why, and for what other statements than SELECT ask about.
extension PlaceholderBinder {
    mutating func request(_ request: RequestClauses) throws(QuerySyntaxError) -> RequestClauses {
        var bound = request
        bound.open = RequestClauses.OpenClauses()
        if let open = request.open.actor {
            bound.actor = Located(
                try one(open) { (value) throws(QuerySyntaxError) in try value.resourceReference() }, at: open.range)
        }
        if let open = request.open.purpose {
            bound.purpose = Located(
                try one(open) { (value) throws(QuerySyntaxError) in try value.purposeCode() }, at: open.range)
        }
        if let open = request.open.breakGlassReason {
            bound.breakGlassReason = Located(
                try one(open) { (value) throws(QuerySyntaxError) in
                    guard case .string(let text) = value, RequestClauses.isReason(text) else { return nil }
                    return try QueryValue.quotable(text)
                }, at: open.range)
        }
        return bound
    }

    mutating func history(_ statement: HistoryStatement) throws(QuerySyntaxError) -> HistoryStatement {
        var bound = statement
        if let open = statement.openResource {
            bound.resource = Located(
                try one(open) { (value) throws(QuerySyntaxError) in
                    guard let reference = try value.resourceReference() else { return nil }
                    guard ResourceType(name: reference.type) != nil else {
                        throw QuerySyntaxError(
                            .unknownType, "no resource type '\(reference.type)'", at: SourceRange(0, 0),
                            suggestion: NearestName.of(reference.type, among: R4Schema().typeNames))
                    }
                    return reference
                }, at: open.range)
            bound.openResource = nil
        }
        if let open = statement.openVersion {
            bound.version = Located(
                try one(open) { value in
                    guard case .number(let number) = value else { return nil }
                    return number.integer.flatMap { UInt64(exactly: $0) }.flatMap(VersionNumber.init)
                }, at: open.range)
            bound.openVersion = nil
        }
        if let asOf = statement.asOf { bound.asOf = try self.asOf(asOf) }
        bound.request = try request(statement.request)
        return bound
    }

    mutating func show(_ statement: ShowStatement) throws(QuerySyntaxError) -> ShowStatement {
        var bound = statement
        bound.request = try request(statement.request)
        return bound
    }
}

extension QueryValue {
    /// The value as a reference to a resource; nil when it is of another kind.
    fileprivate func resourceReference() throws(QuerySyntaxError) -> ResourceReference? {
        switch self {
        case .reference(let reference): reference
        case .string(let text): try ResourceReference(text)
        default: nil
        }
    }

    /// The value as FOR has it; nil when it is none. That the code is one of a purpose is not checked here.
    fileprivate func purposeCode() throws(QuerySyntaxError) -> String? {
        guard case .string(let text) = self, let first = text.utf8.first, Characters.isWordStart(first),
            text.utf8.allSatisfy(Characters.isWord), text.utf8.count <= 64, Keyword(word: text) == nil
        else { return nil }
        return text.uppercased()
    }
}
