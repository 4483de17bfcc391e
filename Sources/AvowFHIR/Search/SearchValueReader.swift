/// Reads values of one kind out of what an expression found (R4, sections 3.1.1.4.6 to 3.1.1.4.12).
struct SearchValueReader {
    let kind: SearchParameter.Kind
    let texts: SearchTexts

    /// Calls `body` with each value in an item.
    func visit(_ item: FHIRPathItem, _ body: (SearchValue) -> Void) {
        guard case .element(let element) = item else {
            if let value = computed(item) { body(value) }
            return
        }
        guard element.node >= 0, let type = element.type else { return }
        let node = Int(element.node)
        guard type != .extension else {
            visitExtension(node, in: element.document, body)
            return
        }
        switch kind {
        case .token: visitTokens(node, type, in: element.document, body)
        case .string: visitStrings(node, type, in: element.document, body)
        case .date: if let date = date(node, type, in: element.document) { body(.date(date)) }
        case .number: if let number = element.document.decimal(node) { body(.number(number)) }
        case .quantity: if let found = quantity(node, type, in: element.document) { body(.quantity(found)) }
        case .reference: visitReferences(node, type, in: element.document, body)
        case .uri:
            if element.document.kind(node) == .string { body(.uri(texts.text(node, in: element.document))) }
        case .composite, .special: break
        }
    }

    /// What an expression computed.
    private func computed(_ item: FHIRPathItem) -> SearchValue? {
        switch (kind, item) {
        case (.token, .boolean(let value)): .token(Token(system: "", code: value ? "true" : "false"))
        case (.token, .string(let text)): .token(Token(system: "", code: text))
        case (.string, .string(let text)): .string(SearchString(text))
        case (.uri, .string(let text)): .uri(text)
        case (.reference, .string(let text)): SearchReference(text).map(SearchValue.reference)
        case (.number, .integer(let value)): .number(FHIRDecimal(value))
        case (.number, .decimal(let value)): .number(value)
        case (.date, .date(let value)), (.date, .dateTime(let value)): .date(SearchDate(value))
        case (.quantity, .quantity(let value)): .quantity(SearchQuantity(value))
        default: nil
        }
    }

    /// An extension stands for its value.
    private func visitExtension(_ node: Int, in document: JSONDocument, _ body: (SearchValue) -> Void) {
        guard document.kind(node) == .object, let meaning = Names.value.meaning(in: .extension) else { return }
        document.visit(Names.value.member, meaning, of: node) { node, companion, type throws(Never) -> Bool in
            visit(.element(FHIRPathElement(document: document, node: node, companion: companion, type: type)), body)
            return true
        }
    }

    /// A text in an object; nil when there is none.
    func text(_ name: [UInt8], of object: Int, in document: JSONDocument) -> String? {
        guard let found = document.member(name, of: object), document.kind(found) == .string else { return nil }
        return texts.text(found, in: document)
    }

    enum Names {
        static let value = FHIRPathStep("value", in: .extension)
        static let coding = Array("coding".utf8)
        static let code = Array("code".utf8)
        static let system = Array("system".utf8)
        static let valueMember = Array("value".utf8)
        static let reference = Array("reference".utf8)
        static let identifier = Array("identifier".utf8)
        static let id = Array("id".utf8)
        static let strings = ["text", "family", "given", "prefix", "suffix"].map { Array($0.utf8) }
        static let addressStrings = ["text", "line", "city", "district", "state", "postalCode", "country"]
            .map { Array($0.utf8) }
    }
}

// Tokens, strings and references.
extension SearchValueReader {
    private func visitTokens(
        _ node: Int, _ type: FHIRType, in document: JSONDocument, _ body: (SearchValue) -> Void
    ) {
        switch document.kind(node) {
        case .string: body(.token(Token(system: "", code: texts.text(node, in: document))))
        case .boolean: body(.token(Token(system: "", code: document.isTrue(node) ? "true" : "false")))
        case .number: body(.token(Token(system: "", code: texts.text(document.range(node), in: document))))
        case .object:
            switch type {
            case .codeableConcept:
                guard let codings = document.member(Names.coding, of: node) else { return }
                document.visitElements(of: codings) { visitToken($0, Names.code, in: document, body) }
            case .coding: visitToken(node, Names.code, in: document, body)
            case .identifier: visitToken(node, Names.valueMember, in: document, body)
            case .contactPoint:
                guard let value = text(Names.valueMember, of: node, in: document) else { return }
                body(.token(Token(system: "", code: value)))
            default: return
            }
        default: return
        }
    }

    /// A code or value with its system; one of them may be missing.
    private func visitToken(
        _ node: Int, _ code: [UInt8], in document: JSONDocument, _ body: (SearchValue) -> Void
    ) {
        if let token = token(node, code, in: document) { body(.token(token)) }
    }

    private func token(_ node: Int, _ code: [UInt8], in document: JSONDocument) -> Token? {
        guard document.kind(node) == .object else { return nil }
        let system = text(Names.system, of: node, in: document)
        let code = text(code, of: node, in: document)
        return system == nil && code == nil ? nil : Token(system: system ?? "", code: code ?? "")
    }

    private func visitStrings(
        _ node: Int, _ type: FHIRType, in document: JSONDocument, _ body: (SearchValue) -> Void
    ) {
        switch document.kind(node) {
        case .string: body(.string(SearchString(texts.text(node, in: document))))
        case .object:
            guard type == .humanName || type == .address else { return }
            let names = type == .humanName ? Names.strings : Names.addressStrings
            let end = document.next(node)
            var member = node + 1
            while member < end {
                if names.contains(where: { document.string(member, equals: $0) }) {
                    document.visitElements(of: member + 1) { part in
                        guard document.kind(part) == .string else { return }
                        body(.string(SearchString(texts.text(part, in: document))))
                    }
                }
                member = document.next(member + 1)
            }
        default: return
        }
    }

    private func visitReferences(
        _ node: Int, _ type: FHIRType, in document: JSONDocument, _ body: (SearchValue) -> Void
    ) {
        switch document.kind(node) {
        case .string:
            // A canonical URL, or one that leads to whatever it leads to.
            let url = texts.text(node, in: document)
            if url.utf8.first != UInt8(ascii: "#"), !url.isEmpty { body(.reference(.url(url))) }
        case .object:
            if let resource = type.resource {
                guard let id = text(Names.id, of: node, in: document) else { return }
                body(.reference(.resource(resource, id: id)))
                return
            }
            guard type == .reference else { return }
            if let found = document.member(Names.reference, of: node), document.kind(found) == .string,
                let reference = reference(found, in: document)
            {
                body(.reference(reference))
            }
            if let found = document.member(Names.identifier, of: node),
                let token = token(found, Names.valueMember, in: document)
            {
                body(.reference(.identifier(token)))
            }
        default: return
        }
    }

    private func reference(_ node: Int, in document: JSONDocument) -> SearchReference? {
        guard !document.isEscaped(node) else { return SearchReference(document.string(node)) }
        let range = document.contentRange(node)
        let parsed = unsafe document.withBytes(range) { unsafe SearchReference.Parsed($0) }
        func part(_ offsets: Range<Int>) -> String {
            let start = range.lowerBound
            return texts.text(start + offsets.lowerBound..<start + offsets.upperBound, in: document)
        }
        return switch parsed {
        case .nothing: nil
        case .resource(let type, let id): .resource(type, id: part(id))
        case .url(let length): .url(part(0..<length))
        }
    }
}

extension JSONDocument {
    /// The number that a value is; nil when it is none, or too long.
    func decimal(_ node: Int) -> FHIRDecimal? {
        guard kind(node) == .number else { return nil }
        return unsafe withBytes(range(node)) { unsafe FHIRDecimal.parse($0) }
    }

    /// The elements of an array, or the value itself when it is none.
    @inline(__always)
    func visitElements(of node: Int, _ body: (Int) -> Void) {
        guard kind(node) == .array else { return body(node) }
        let end = next(node)
        var element = node + 1
        while element < end {
            body(element)
            element = next(element)
        }
    }
}
