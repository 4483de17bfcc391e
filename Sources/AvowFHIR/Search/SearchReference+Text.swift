extension SearchReference {
    /// What a reference's text leads to: a resource by `Type/id`, with a version or without, and otherwise a URL.
    ///
    /// - Returns: nil for the empty text, and for `#id`, which stays in the resource.
    public init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { bytes -> Parsed in unsafe Parsed(bytes) }
        switch parsed {
        case .nothing: return nil
        case .resource(let type, let id): self = .resource(type, id: String(text.utf8.dropping(to: id)))
        case .url(let length): self = .url(String(text.utf8.dropping(to: 0..<length)))
        }
    }

    /// What the bytes of a reference say, and where.
    enum Parsed {
        case nothing
        case resource(ResourceType, id: Range<Int>)
        /// A URL of so many bytes, its version left out.
        case url(Int)

        init(_ bytes: UnsafeBufferPointer<UInt8>) {
            guard let first = unsafe bytes.first, first != UInt8(ascii: "#") else {
                self = .nothing
                return
            }
            let slash = UInt8(ascii: "/")
            var end = bytes.count
            guard var last = unsafe bytes.lastIndex(of: slash) else {
                self = .url(end)
                return
            }
            // `Type/id/_history/2`
            if let before = unsafe bytes[..<last].lastIndex(of: slash),
                unsafe bytes[before + 1..<last].elementsEqual("_history".utf8),
                let start = unsafe bytes[..<before].lastIndex(of: slash)
            {
                (end, last) = (before, start)
            }
            let typeStart = unsafe bytes[..<last].lastIndex(of: slash).map { $0 + 1 } ?? 0
            let name = unsafe UnsafeBufferPointer(rebasing: bytes[typeStart..<last])
            let id = last + 1..<end
            guard let type = unsafe FHIRModel.r4.type(named: name)?.resource,
                unsafe LogicalID.isValid(UnsafeBufferPointer(rebasing: bytes[id]))
            else {
                self = .url(bytes.count)
                return
            }
            self = typeStart == 0 ? .resource(type, id: id) : .url(end)
        }
    }
}

extension String.UTF8View {
    /// The part at some offsets, which are those of characters.
    fileprivate func dropping(to range: Range<Int>) -> Substring {
        Substring(dropFirst(range.lowerBound).prefix(range.count))
    }
}
