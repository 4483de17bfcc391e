extension Chart {
    /// Adds the patient.
    mutating func addPatient(gender: String, birthDate: String, deceased: Moment?) {
        let script = Names.script(using: &random)
        let identifier: JSONNode = [
            "use": "usual", "type": Coding.terminology("v2-0203", "MR", "Medical record number").concept,
            "system": "urn:oid:2.999.7.1",
            "value": .string("MR-\(random.integer(in: 1_000_000...9_999_999))"),
        ]
        var resource = head(patient)
        resource.append("identifier", [identifier])
        resource.append("active", .boolean(deceased == nil))
        resource.append("name", [Names.person(in: script, using: &random)])
        if random.chance(70) {
            let number = "+999 \(random.integer(in: 100...999)) \(random.integer(in: 10_000...99_999))"
            resource.append("telecom", [["system": "phone", "value": .string(number), "use": "home"]])
        }
        resource.append("gender", .string(gender))
        resource.append("birthDate", .string(birthDate))
        resource.append("deceasedDateTime", deceased.map { .string($0.text) })
        resource.append("address", [Names.address(using: &random)])
        resource.append("managingOrganization", reference(to: clinic.organization))
        add(patient, resource)
    }

    /// Adds a visit that lasts `minutes`.
    mutating func addEncounter(
        _ type: Coding, code: String, on date: CivilDate, minutes: Int
    ) -> Visit {
        let start = officeHours(on: date)
        let visit = Visit(
            identity: identity("Encounter"), start: start, practitioner: random.pick(clinic.practitioners))
        var resource = head(visit.identity)
        resource.append("status", "finished")
        resource.append(
            "class",
            [
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": .string(code),
                "display": .string(code == "EMER" ? "emergency" : "ambulatory"),
            ])
        resource.append("type", [type.concept])
        resource.append("subject", reference(to: patient))
        resource.append("participant", [["individual": reference(to: visit.practitioner)]])
        resource.append(
            "period", ["start": .string(start.text), "end": .string(start.adding(minutes: minutes).text)])
        resource.append("serviceProvider", reference(to: clinic.organization))
        add(visit.identity, resource)
        return visit
    }

    /// Adds a condition; without a code when `code` is nil, as problem lists in practice have them.
    @discardableResult
    mutating func addCondition(
        _ code: Coding?, onset: String, abatement: String? = nil, visit: Visit, isRestricted: Bool = false,
        note: String? = nil
    ) -> Identity {
        let condition = identity("Condition")
        var resource = head(condition)
        if isRestricted { resource.append("meta", ["security": [Vocabulary.restricted.coding]]) }
        let status = abatement == nil ? ("active", "Active") : ("resolved", "Resolved")
        resource.append(
            "clinicalStatus", Coding.terminology("condition-clinical", status.0, status.1).concept)
        resource.append(
            "verificationStatus",
            Coding.terminology("condition-ver-status", "confirmed", "Confirmed").concept)
        resource.append("code", code?.concept)
        resource.append("subject", reference(to: patient))
        resource.append("encounter", reference(to: visit.identity))
        resource.append("onsetDateTime", .string(onset))
        resource.append("abatementDateTime", abatement.map { .string($0) })
        resource.append("recordedDate", .string(visit.start.date.text))
        resource.append("note", note.map { [["text": .string($0)]] })
        add(condition, resource)
        return condition
    }

    /// What an observation says.
    enum Finding {
        case measure(Measure)
        case coded(Coding)
        case components([(code: Coding, measure: Measure)])
        /// Nothing, and why.
        case absent(reason: String)
    }

    /// Adds an observation made during a visit.
    @discardableResult
    mutating func addObservation(
        _ code: Coding, _ finding: Finding, category: Coding, visit: Visit
    ) -> Identity {
        let observation = identity("Observation")
        var resource = head(observation)
        resource.append("status", "final")
        resource.append("category", [["coding": [category.coding]]])
        resource.append("code", code.concept)
        resource.append("subject", reference(to: patient))
        resource.append("encounter", reference(to: visit.identity))
        let moment = visit.start.adding(minutes: random.integer(in: 2...15))
        if random.chance(4) {
            let end = moment.adding(minutes: random.integer(in: 1...20))
            resource.append("effectivePeriod", ["start": .string(moment.text), "end": .string(end.text)])
        } else if random.chance(3) {
            resource.append("effectiveDateTime", .string(moment.date.yearAndMonth))
        } else {
            resource.append("effectiveDateTime", .string(moment.text))
        }
        let issued = moment.adding(minutes: 30).text(milliseconds: random.integer(in: 0...999))
        resource.append("issued", .string(issued))
        resource.append("performer", [reference(to: visit.practitioner)])
        switch finding {
        case .measure(let measure): resource.append("valueQuantity", measure.quantity)
        case .coded(let value): resource.append("valueCodeableConcept", value.concept)
        case .components(let components):
            resource.append(
                "component",
                .array(components.map { ["code": $0.code.concept, "valueQuantity": $0.measure.quantity] }))
        case .absent(let reason):
            resource.append(
                "dataAbsentReason", Coding.terminology("data-absent-reason", reason, reason).concept)
        }
        add(observation, resource)
        return observation
    }

    /// Adds the report over some observations.
    mutating func addReport(_ code: Coding, results: [Identity], visit: Visit) {
        let report = identity("DiagnosticReport")
        var resource = head(report)
        resource.append("status", "final")
        resource.append("category", [Coding.terminology("v2-0074", "LAB", "Laboratory").concept])
        resource.append("code", code.concept)
        resource.append("subject", reference(to: patient))
        resource.append("encounter", reference(to: visit.identity))
        resource.append("effectiveDateTime", .string(visit.start.text))
        resource.append("issued", .string(visit.start.adding(minutes: 45).text(milliseconds: 0)))
        resource.append("performer", [reference(to: clinic.organization)])
        resource.append("result", .array(results.map { reference(to: $0) }))
        add(report, resource)
    }

    /// Adds a prescription.
    mutating func addMedication(_ code: Coding, reason: Identity?, isStopped: Bool, visit: Visit) {
        let request = identity("MedicationRequest")
        var resource = head(request)
        resource.append("status", .string(isStopped ? "stopped" : "active"))
        resource.append("intent", "order")
        resource.append("medicationCodeableConcept", code.concept)
        resource.append("subject", reference(to: patient))
        resource.append("encounter", reference(to: visit.identity))
        resource.append("authoredOn", .string(visit.start.text))
        resource.append("requester", reference(to: visit.practitioner))
        resource.append("reasonReference", reason.map { [reference(to: $0)] })
        let timesADay = random.integer(in: 1...3)
        resource.append(
            "dosageInstruction",
            [
                [
                    "sequence": .integer(1), "text": .string("\(timesADay) × daily"),
                    "timing": [
                        "repeat": [
                            "frequency": .integer(timesADay), "period": .integer(1), "periodUnit": "d",
                        ]
                    ],
                ]
            ])
        add(request, resource)
    }

    /// Adds a procedure; without a code when `code` is nil.
    mutating func addProcedure(_ code: Coding?, minutes: Int, visit: Visit) {
        let procedure = identity("Procedure")
        var resource = head(procedure)
        resource.append("status", "completed")
        resource.append("code", code?.concept)
        resource.append("subject", reference(to: patient))
        resource.append("encounter", reference(to: visit.identity))
        let start = visit.start.adding(minutes: 5)
        resource.append(
            "performedPeriod",
            ["start": .string(start.text), "end": .string(start.adding(minutes: minutes).text)])
        add(procedure, resource)
    }

    /// Adds an immunization.
    mutating func addImmunization(_ code: Coding, visit: Visit) {
        let immunization = identity("Immunization")
        var resource = head(immunization)
        resource.append("status", "completed")
        resource.append("vaccineCode", code.concept)
        resource.append("patient", reference(to: patient))
        resource.append("encounter", reference(to: visit.identity))
        resource.append("occurrenceDateTime", .string(visit.start.text))
        resource.append("primarySource", .boolean(true))
        add(immunization, resource)
    }

    /// Adds an allergy; without a code when `code` is nil.
    mutating func addAllergy(_ code: Coding?, recorded: String) {
        let allergy = identity("AllergyIntolerance")
        var resource = head(allergy)
        resource.append(
            "clinicalStatus", Coding.terminology("allergyintolerance-clinical", "active", "Active").concept)
        resource.append("type", "allergy")
        resource.append("criticality", .string(random.pick(["low", "high", "unable-to-assess"])))
        resource.append("code", code?.concept)
        resource.append("patient", reference(to: patient))
        resource.append("recordedDate", .string(recorded))
        add(allergy, resource)
    }
}
