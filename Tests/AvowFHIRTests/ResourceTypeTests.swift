import Foundation
import Testing

@testable import AvowFHIR

@Suite struct ResourceTypeTests {
    @Test func `numbers are places in the alphabetical list`() {
        let names = ResourceType.allCases.map(\.name)
        #expect(names.count == 146)
        #expect(names == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        #expect(ResourceType.allCases.map { Int($0.rawValue) } == Array(1...146))
        #expect(ResourceType.account.rawValue == 1)
        #expect(ResourceType.visionPrescription.rawValue == 146)
        #expect(ResourceType(rawValue: 0) == nil)
    }

    @Test func `a type is found by its name and no other`() {
        for type in ResourceType.allCases {
            #expect(ResourceType(name: type.name) == type)
            #expect(
                "\(type)".prefix(1).lowercased() + "\(type)".dropFirst() == String(describing: type).prefix(1)
                    .lowercased() + type.name.dropFirst())
            for other in [
                type.name + "x", String(type.name.dropLast()), type.name.lowercased(), " " + type.name,
            ] {
                #expect(ResourceType(name: other)?.name != type.name)
            }
        }
        for name in ["", "Resource", "DomainResource", "observation", "Z", "A"] {
            #expect(ResourceType(name: name) == nil)
        }
    }

    @Test func `the elements are those of the specification`() {
        func elements(_ type: ResourceType) -> [[String]] {
            let elements = ResourceElements.of(type)
            return [elements.patient, elements.code, elements.date].map {
                $0.map { $0.joined(separator: ".") }
            }
        }
        #expect(
            elements(.condition) == [
                ["subject", "asserter"], ["code"], ["onsetDateTime", "onsetPeriod.start", "recordedDate"],
            ])
        #expect(
            elements(.allergyIntolerance) == [
                ["patient", "asserter", "recorder"], ["code", "reaction.substance"], ["recordedDate"],
            ])
        #expect(elements(.medicationRequest) == [["subject"], ["medicationCodeableConcept"], ["authoredOn"]])
        #expect(elements(.immunization) == [["patient"], [], ["occurrenceDateTime"]])
        #expect(elements(.coverage)[0] == ["beneficiary", "payor", "policyHolder", "subscriber"])
        #expect(elements(.observation)[2].contains("effectiveTiming.repeat.boundsPeriod.start"))
        #expect(elements(.organization) == [[], [], []])
    }
}

@Suite struct DerivedTableTests {
    /// Beside the package, or next to the directory that AVOW_SHARED_DATA names.
    static let archive = Synthea.archive.deletingLastPathComponent()
        .appending(path: "../definitions/hl7.fhir.r4.core.tgz").standardizedFileURL

    static let canRun: Bool = {
        let canRun = FileManager.default.fileExists(atPath: archive.path) && OracleTests.hasPython
        if !canRun { print("skipped: needs \(archive.path) and python3") }
        return canRun
    }()

    @Test(.enabled(if: canRun, "needs ../shared/definitions/hl7.fhir.r4.core.tgz and python3"))
    func `the committed tables are those that the definitions give`() throws {
        let tables = Synthea.packageRoot.appending(path: "Sources/AvowFHIR/Tables")
        let target = FileManager.default.temporaryDirectory.appending(
            path: "avow-tables-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: target) }
        try run("python3", [tables.appending(path: "derive").path, Self.archive.path, target.path])
        for name in ["ResourceType.swift", "FHIRType+Names.swift", "FHIRModel+Table.swift"] {
            let derived = try Data(contentsOf: target.appending(path: name))
            #expect(try Data(contentsOf: tables.appending(path: name)) == derived, "\(name)")
        }
    }
}

@Suite struct IndexingTests {
    private func resource(_ members: String) throws -> JSONValue {
        try JSONParser().parse(bytes("{" + members + "}")).root
    }

    @Test(
        arguments: [
            (#""effectiveDateTime":"2015-02-03T04:05:06+01:00""#, "2015-02-03T03:05:06Z"),
            (#""effectiveDateTime":"2015""#, "2015-01-01"),
            (#""effectivePeriod":{"start":"2015-03","end":"2016"}"#, "2015-03-01"),
            (#""effectiveInstant":"2015-02-03T04:05:06.789Z""#, "2015-02-03T04:05:06.789Z"),
            (#""effectiveTiming":{"event":["2016-01-01","2015-05-05",7]}"#, "2015-05-05"),
            (#""effectiveTiming":{"repeat":{"boundsPeriod":{"start":"2014"}}}"#, "2014-01-01"),
            (#""effectiveDateTime":"02/03/2015","effectivePeriod":{"start":"2015"}"#, nil),
            (#""effectiveDateTime":7"#, nil),
            (#""effectivePeriod":{"end":"2016"}"#, nil), (#""issued":"2015-01-01T00:00:00Z""#, nil),
            (#""effectiveDateTime":"""#, nil),
        ] as [(String, String?)])
    func `an observation's date is where it begins`(members: String, expected: String?) throws {
        let date = Indexing.clinicalDate(of: try resource(members), type: .observation)
        #expect(date == expected.flatMap { FHIRDateTime($0)?.lowerBound })
    }

    @Test func `codes come from every shape and only once`() throws {
        let allergy = try resource(
            #""code":{"coding":[{"system":"s","code":"a"},{"code":7},7]},"reaction":[{"substance":[{"coding":[{"system":"s","code":"b"}]}]},{"substance":[{"coding":{"system":"s","code":"a"}}]}]"#
        )
        #expect(
            Indexing.codes(of: allergy, type: .allergyIntolerance) == [
                Token(system: "s", code: "a"), Token(system: "s", code: "b"),
            ])
        let definition = try resource(#""code":"everything""#)
        #expect(
            Indexing.codes(of: definition, type: .operationDefinition) == [
                Token(system: "", code: "everything")
            ])
        let questionnaire = try resource(#""item":[{"code":[{"system":"s","code":"q"}]}]"#)
        #expect(Indexing.codes(of: questionnaire, type: .questionnaire) == [Token(system: "s", code: "q")])
        #expect(Indexing.codes(of: allergy, type: .patient) == [])
        let many = (0..<100).map { #"{"code":"c\#($0 % 50)"}"# }.joined(separator: ",")
        #expect(
            Indexing.codes(of: try resource(#""code":{"coding":[\#(many)]}"#), type: .condition).count == 50)
    }
}
