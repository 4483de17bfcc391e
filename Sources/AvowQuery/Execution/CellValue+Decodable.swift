public import AvowFHIR

// So that structures that are decoded from rows can have these as properties. From a row they are read by `CellValue`,
// without a loss; what stands here is for other decoders.

extension FHIRDecimal: Decodable {
    /// From text, or from a number as far as the decoder keeps it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try (try? container.decode(String.self)) ?? String(container.decode(Double.self))
        guard let number = FHIRDecimal(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: Self.expectation)
        }
        self = number
    }
}

extension FHIRDateTime: Decodable {
    /// From text as FHIR writes it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let date = FHIRDateTime(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: Self.expectation)
        }
        self = date
    }
}

extension FHIRQuantity: Decodable {
    private enum Member: String, CodingKey {
        case value, system, code, unit
    }

    /// From FHIR's `Quantity`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Member.self)
        self.init(
            try container.decode(FHIRDecimal.self, forKey: .value),
            QuantityUnit(
                system: try container.decodeIfPresent(String.self, forKey: .system),
                code: try container.decodeIfPresent(String.self, forKey: .code),
                unit: try container.decodeIfPresent(String.self, forKey: .unit)))
    }
}

extension JSONText: Decodable {
    /// Only rows have JSON as it was written: throws for other decoders.
    public init(from decoder: any Decoder) throws {
        throw DecodingError.dataCorrupted(
            DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "JSON of a row"))
    }
}
