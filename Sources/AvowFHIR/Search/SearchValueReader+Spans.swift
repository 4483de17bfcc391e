// Dates and quantities: what covers a span.
extension SearchValueReader {
    func date(_ node: Int, _ type: FHIRType, in document: JSONDocument) -> SearchDate? {
        switch document.kind(node) {
        case .string:
            // A text that looks like a date is none: performedString.
            guard type == .dateTime || type == .date || type == .instant else { return nil }
            return Indexing.date(node, in: document).map(SearchDate.init)
        case .object:
            if type == .period { return period(node, in: document) }
            return type == .timing ? timing(node, in: document) : nil
        default: return nil
        }
    }

    /// From the first instant of the start to the last of the end; open where one is missing.
    private func period(_ node: Int, in document: JSONDocument) -> SearchDate? {
        guard document.kind(node) == .object else { return nil }
        let start = document.member(DateNames.start, of: node)
        let end = document.member(DateNames.end, of: node)
        guard start != nil || end != nil else { return nil }
        var from = Int64.min
        var until = Int64.max
        if let start {
            guard let date = Indexing.date(start, in: document) else { return nil }
            from = date.lowerBound
        }
        if let end {
            guard let date = Indexing.date(end, in: document) else { return nil }
            until = date.upperBound
        }
        return SearchDate(from: from, until: until)
    }

    /// The outer limits of the events and of the bounds of the repetition; nil when neither says when.
    private func timing(_ node: Int, in document: JSONDocument) -> SearchDate? {
        var limits: SearchDate?
        func include(_ span: SearchDate) {
            limits = SearchDate(
                from: min(limits?.from ?? .max, span.from), until: max(limits?.until ?? .min, span.until))
        }
        if let events = document.member(DateNames.event, of: node) {
            document.visitElements(of: events) { event in
                if let date = Indexing.date(event, in: document) { include(SearchDate(date)) }
            }
        }
        if let rule = document.member(DateNames.repeat, of: node), document.kind(rule) == .object,
            let bounds = document.member(DateNames.boundsPeriod, of: rule),
            let span = period(bounds, in: document)
        {
            include(span)
        }
        return limits
    }

    func quantity(_ node: Int, _ type: FHIRType, in document: JSONDocument) -> SearchQuantity? {
        guard document.kind(node) == .object else { return nil }
        switch type {
        case .money: return money(node, in: document)
        case .range: return range(node, in: document)
        case .sampledData: return sampledData(node, in: document)
        default: return type.isA(.quantity) ? quantity(node, in: document) : nil
        }
    }

    private func quantity(_ node: Int, in document: JSONDocument) -> SearchQuantity? {
        guard document.kind(node) == .object, let member = document.member(Names.valueMember, of: node),
            let value = document.decimal(member)
        else { return nil }
        var low: FHIRDecimal? = value
        var high: FHIRDecimal? = value
        var isStrict = false
        if let comparator = document.member(QuantityNames.comparator, of: node) {
            guard document.kind(comparator) == .string else { return nil }
            switch document.string(comparator) {
            case "<": (low, isStrict) = (nil, true)
            case "<=": low = nil
            case ">": (high, isStrict) = (nil, true)
            case ">=": high = nil
            default: return nil
            }
        }
        return SearchQuantity(
            low: low, high: high, excludesLow: isStrict && high == nil, excludesHigh: isStrict && low == nil,
            system: text(Names.system, of: node, in: document) ?? "",
            code: text(Names.code, of: node, in: document) ?? "",
            unit: text(QuantityNames.unit, of: node, in: document) ?? "")
    }

    private func money(_ node: Int, in document: JSONDocument) -> SearchQuantity? {
        guard let member = document.member(Names.valueMember, of: node), let value = document.decimal(member) else {
            return nil
        }
        let currency = text(QuantityNames.currency, of: node, in: document)
        return SearchQuantity(
            value, system: currency == nil ? "" : QuantityNames.currencies, code: currency ?? "", unit: "")
    }

    /// A range in the unit of its low end; nil when its ends cannot be compared.
    private func range(_ node: Int, in document: JSONDocument) -> SearchQuantity? {
        let low = document.member(QuantityNames.low, of: node).flatMap { quantity($0, in: document) }
        let high = document.member(QuantityNames.high, of: node).flatMap { quantity($0, in: document) }
        guard let unit = low ?? high else { return nil }
        var end = high?.value
        if let high, let value = high.value, high.code != unit.code || high.system != unit.system {
            guard high.ucum != nil, unit.ucum != nil,
                let converted = FHIRQuantity(value, .ucum(high.code)).converted(to: .ucum(unit.code))
            else { return nil }
            end = converted.value
        }
        return SearchQuantity(low: low?.value, high: end, system: unit.system, code: unit.code, unit: unit.unit)
    }

    /// The bounds of the samples, which is what R4 wants searched: what is above or below the detection limits counts
    /// with these, where they are known.
    private func sampledData(_ node: Int, in document: JSONDocument) -> SearchQuantity? {
        guard let member = document.member(QuantityNames.origin, of: node),
            let origin = quantity(member, in: document), let zero = origin.value,
            let data = document.member(QuantityNames.data, of: node), document.kind(data) == .string
        else { return nil }
        func number(_ name: [UInt8]) -> FHIRDecimal? {
            document.member(name, of: node).flatMap { document.decimal($0) }
        }
        let factor = number(QuantityNames.factor) ?? .one
        var least: FHIRDecimal?
        var greatest: FHIRDecimal?
        for sample in document.string(data).split(separator: " ") {
            let raw =
                sample == "L"
                ? number(QuantityNames.lowerLimit)
                : sample == "U" ? number(QuantityNames.upperLimit) : FHIRDecimal(String(sample))
            guard let value = raw?.multiplied(by: factor)?.adding(zero) else { continue }
            least = least.map { min($0, value) } ?? value
            greatest = greatest.map { max($0, value) } ?? value
        }
        guard let least, let greatest else { return nil }
        return SearchQuantity(
            low: least, high: greatest, system: origin.system, code: origin.code, unit: origin.unit)
    }

    private enum DateNames {
        static let start = Array("start".utf8)
        static let end = Array("end".utf8)
        static let event = Array("event".utf8)
        static let `repeat` = Array("repeat".utf8)
        static let boundsPeriod = Array("boundsPeriod".utf8)
    }

    private enum QuantityNames {
        static let comparator = Array("comparator".utf8)
        static let unit = Array("unit".utf8)
        static let currency = Array("currency".utf8)
        static let currencies = "urn:iso:std:iso:4217"
        static let low = Array("low".utf8)
        static let high = Array("high".utf8)
        static let origin = Array("origin".utf8)
        static let factor = Array("factor".utf8)
        static let lowerLimit = Array("lowerLimit".utf8)
        static let upperLimit = Array("upperLimit".utf8)
        static let data = Array("data".utf8)
    }
}

extension SearchQuantity {
    /// A quantity of FHIRPath's; a calendar unit is UCUM's of the same name.
    init(_ quantity: FHIRQuantity) {
        switch quantity.unit {
        case .ucum(let code):
            self.init(quantity.value, system: QuantityUnit.ucumSystem, code: code, unit: "")
        case .calendar(let unit):
            self.init(quantity.value, system: QuantityUnit.ucumSystem, code: unit.ucumCode, unit: "")
        case .other(let system, let code):
            self.init(
                quantity.value, system: system ?? "", code: system == nil ? "" : code, unit: system == nil ? code : "")
        }
    }
}
