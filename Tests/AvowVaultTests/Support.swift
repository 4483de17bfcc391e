import TestSupport

@testable import AvowVault

extension [UInt8] {
    /// The bytes of some hexadecimal digits; spaces and line feeds between them are skipped.
    init(hex: String) {
        let digits = hex.compactMap(\.hexDigitValue)
        precondition(digits.count.isMultiple(of: 2))
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// The same bytes with one bit turned.
    func flipping(bit: Int) -> [UInt8] {
        var copy = self
        copy[bit / 8] ^= 1 << (bit % 8)
        return copy
    }
}

extension SecretKey {
    /// A key of known bytes.
    static func known(_ bytes: [UInt8], in memory: SecretMemory = .shared) throws -> SecretKey {
        try SecretKey(copying: bytes, in: memory)
    }

    var exposed: [UInt8] { withBytes { [UInt8](copying: $0) } }
}

enum Sample {
    /// A made-up Observation, about 600 bytes.
    static func observation(using generator: inout SeededGenerator) -> [UInt8] {
        let codes = [
            ("4548-4", "Hemoglobin A1c"), ("8302-2", "Body height"), ("2339-0", "Glucose"),
            ("29463-7", "Body weight"),
        ]
        let (code, name) = codes.randomElement(using: &generator) ?? codes[0]
        let value = Int.random(in: 10...9_999, using: &generator)
        let id = generator.next()
        return Array(
            """
            {"resourceType":"Observation","id":"\(id)","status":"final","category":[{"coding":[{"system":\
            "http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory","display":"laboratory"}]}],\
            "code":{"coding":[{"system":"http://loinc.org","code":"\(code)","display":"\(name)"}],"text":"\(name)"},\
            "subject":{"reference":"Patient/\(id &* 31)"},"encounter":{"reference":"Encounter/\(id &* 37)"},\
            "effectiveDateTime":"20\(value % 90 + 10)-0\(value % 9 + 1)-12T08:\(value % 50 + 10):00+01:00",\
            "valueQuantity":{"value":\(value / 10).\(value % 10),"unit":"mg/dL","system":"http://unitsofmeasure.org","code":"mg/dL"}}
            """.utf8)
    }

    /// Trained once, since that takes longer than the rest of a test.
    private static let trained = Result {
        var generator = SeededGenerator(seed: 1)
        let samples = (0..<1_000).map { _ in observation(using: &generator) }
        return try CompressionDictionary.train(samples: samples, id: 1, typeNumber: 99, generation: 1).bytes
    }

    static func dictionary(id: UInt32, generation: UInt32 = 1) throws -> CompressionDictionary {
        try CompressionDictionary(id: id, typeNumber: 99, generation: generation, bytes: trained.get())
    }
}
