import Foundation
import Testing

@testable import AvowFHIR

/// Paths that are walked, against the same paths evaluated.
@Suite struct `A path that is walked` {
    /// Forms that R4's search parameters have, on types that Synthea writes.
    static let expressions = [
        "Patient.birthDate", "Patient.name.given", "Patient.name", "Patient.telecom.where(system='phone').value",
        "Patient.telecom.where(system='phone')", "Patient.identifier", "(Patient.deceased as dateTime)",
        "Patient.deceased.ofType(dateTime)", "Patient.address.city",
        "Patient.extension('http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName').value",
        "Observation.code", "Observation.code | Observation.component.code", "(Observation.value as Quantity)",
        "(Observation.value as Quantity) | (Observation.component.value as Quantity)", "Observation.effective",
        "Observation.subject.where(resolve() is Patient)", "Observation.subject.where(resolve() is Group)",
        "Observation.value.as(CodeableConcept)", "Condition.onset.as(dateTime) | Condition.onset.as(Period)",
        "Condition.subject.where(resolve() is Patient)", "Encounter.period",
        "Encounter.participant.individual.where(resolve() is Practitioner)",
        "AllergyIntolerance.code | AllergyIntolerance.reaction.substance | Condition.code | (DeviceRequest.code as CodeableConcept) | DiagnosticReport.code | FamilyMemberHistory.condition.code | List.code | Medication.code | (MedicationRequest.medication as CodeableConcept) | Observation.code | Procedure.code",
        "Claim.patient.where(resolve() is Patient)", "ExplanationOfBenefit.careTeam.provider", "Resource.id",
        "Resource.meta.lastUpdated", "Claim.item.where(sequence.exists()).encounter",
        "Patient.name.where(use = 'official' and family.exists()).family",
        "Patient.communication.language.coding.where(system = 'urn:ietf:bcp:47').code",
    ]

    @Test func `has that form for what search parameters ask, and not for what needs more`() throws {
        for text in Self.expressions {
            #expect(try FHIRPath(text, options: .searchParameter).visiting != nil, "\(text)")
        }
        for text in [
            "1 + 1", "name.first()", "name.given.count()", "Patient.deceased.exists() and Patient.deceased != false",
        ] {
            #expect(try FHIRPath(text, options: .searchParameter).visiting == nil, "\(text)")
        }
    }

    @Test(.enabled(if: Synthea.isAvailable, "needs ../shared/data/synthea-r4-40.tar.zst"))
    func `leads to what evaluation finds`() throws {
        let files = try ResourceReader.files(at: Synthea.directory())
        // The bundles of organizations and practitioners, and some patients.
        let chosen =
            files.filter { $0.contains("Information") } + files.filter { !$0.contains("Information") }.prefix(2)
        let paths = try Self.expressions.map { text in
            let path = try FHIRPath(text, options: .searchParameter)
            return (path, try #require(path.visiting))
        }
        let parser = try JSONParser()
        var reader = ResourceReader(files: Array(chosen))
        var compared = 0
        while let item = reader.next() {
            guard case .resource(let imported) = item else { continue }
            let resource = try parser.parse(imported.json).root
            for (path, visiting) in paths {
                let evaluated = try path.evaluate(on: resource).compactMap { $0.element?.node }
                var visited: [Int32] = []
                visiting.visit(resource) { (element) throws(Never) -> Bool in
                    visited.append(element.node)
                    return true
                }
                // A union leaves out equal items, and walking does not.
                let isUnion = path.expression.text.contains(" | ")
                #expect(isUnion ? Set(evaluated).isSubset(of: visited) : evaluated == visited, "\(path.expression)")
                compared += visited.count
            }
        }
        #expect(compared > 2_000)
    }

    @Test func `stops when it is asked to, and finds what is contained`() throws {
        let text = """
            {"resourceType":"Observation","contained":[{"resourceType":"Group","id":"g"}],"subject":{"reference":"#g"},\
            "performer":[{"reference":"http://x.org/fhir/Patient/1/_history/2"},{"reference":"Patient/2"},\
            {"type":"Practitioner","identifier":{"value":"1"}},{"reference":"urn:uuid:0"}]}
            """
        let resource = try JSONParser().parse(Array(text.utf8)).root
        func found(_ path: String, atMost limit: Int = .max) throws -> [String] {
            var texts: [String] = []
            try #require(FHIRPath(path).visiting).visit(resource) { (element) throws(Never) -> Bool in
                texts.append(element.json?["reference"]?.string ?? "-")
                return texts.count < limit
            }
            return texts
        }
        #expect(try found("Observation.subject.where(resolve() is Group)") == ["#g"])
        #expect(try found("Observation.subject.where(resolve() is Patient)") == [])
        let patients = ["http://x.org/fhir/Patient/1/_history/2", "Patient/2"]
        #expect(try found("Observation.performer.where(resolve() is Patient)") == patients)
        #expect(try found("Observation.performer.where(resolve() is Practitioner)") == ["-"])
        #expect(try found("Observation.performer | Observation.subject", atMost: 2) == patients)
    }
}
