/// A code of a public vocabulary.
struct Coding {
    let system: String
    let code: String
    let display: String

    /// The `CodeableConcept` with this one coding.
    var concept: JSONNode {
        ["coding": [coding], "text": .string(display)]
    }

    /// The `Coding` itself.
    var coding: JSONNode {
        ["system": .string(system), "code": .string(code), "display": .string(display)]
    }

    static func snomed(_ code: String, _ display: String) -> Coding {
        Coding(system: "http://snomed.info/sct", code: code, display: display)
    }

    static func loinc(_ code: String, _ display: String) -> Coding {
        Coding(system: "http://loinc.org", code: code, display: display)
    }

    static func rxNorm(_ code: String, _ display: String) -> Coding {
        Coding(system: "http://www.nlm.nih.gov/research/umls/rxnorm", code: code, display: display)
    }

    static func cvx(_ code: String, _ display: String) -> Coding {
        Coding(system: "http://hl7.org/fhir/sid/cvx", code: code, display: display)
    }

    /// A code of one of HL7's own code systems, named by the last part of its address.
    static func terminology(_ name: String, _ code: String, _ display: String) -> Coding {
        Coding(system: "http://terminology.hl7.org/CodeSystem/\(name)", code: code, display: display)
    }
}

/// The codes that the sample uses: SNOMED CT, LOINC, RxNorm and CVX, with short displays.
enum Vocabulary {
    // Lasting conditions.
    static let hypertension = Coding.snomed("38341003", "Hypertension")
    static let diabetes = Coding.snomed("44054006", "Diabetes mellitus type 2")
    static let prediabetes = Coding.snomed("714628002", "Prediabetes")
    static let asthma = Coding.snomed("195967001", "Asthma")
    static let hyperlipidemia = Coding.snomed("55822004", "Hyperlipidemia")
    static let obesity = Coding.snomed("414916001", "Obesity")
    static let kidneyDisease = Coding.snomed("709044004", "Chronic kidney disease")
    static let hypothyroidism = Coding.snomed("40930008", "Hypothyroidism")
    static let depression = Coding.snomed("35489007", "Depressive disorder")
    static let migraine = Coding.snomed("37796009", "Migraine")
    static let osteoarthritis = Coding.snomed("396275006", "Osteoarthritis")
    static let alcoholDependence = Coding.snomed("66590003", "Alcohol dependence")

    // Short conditions.
    static let acute: [Coding] = [
        .snomed("444814009", "Viral sinusitis"),
        .snomed("10509002", "Acute bronchitis"),
        .snomed("195662009", "Acute viral pharyngitis"),
        .snomed("65363002", "Otitis media"),
        .snomed("44465007", "Sprain of ankle"),
        .snomed("68566005", "Urinary tract infection"),
    ]

    // Measurements.
    static let hemoglobinA1c = Coding.loinc("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood")
    static let bloodPressure = Coding.loinc("85354-9", "Blood pressure panel with all children optional")
    static let systolic = Coding.loinc("8480-6", "Systolic blood pressure")
    static let diastolic = Coding.loinc("8462-4", "Diastolic blood pressure")
    static let bodyWeight = Coding.loinc("29463-7", "Body weight")
    static let bodyHeight = Coding.loinc("8302-2", "Body height")
    static let bodyMassIndex = Coding.loinc("39156-5", "Body mass index (BMI) [Ratio]")
    static let bodyTemperature = Coding.loinc("8310-5", "Body temperature")
    static let heartRate = Coding.loinc("8867-4", "Heart rate")
    static let glucose = Coding.loinc("2339-0", "Glucose [Mass/volume] in Blood")
    static let creatinine = Coding.loinc("2160-0", "Creatinine [Mass/volume] in Serum or Plasma")
    static let totalCholesterol = Coding.loinc("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma")
    static let ldl = Coding.loinc(
        "18262-6", "Cholesterol in LDL [Mass/volume] in Serum or Plasma by Direct assay")
    static let hdl = Coding.loinc("2085-9", "Cholesterol in HDL [Mass/volume] in Serum or Plasma")
    static let triglycerides = Coding.loinc("2571-8", "Triglyceride [Mass/volume] in Serum or Plasma")
    static let smokingStatus = Coding.loinc("72166-2", "Tobacco smoking status")
    static let lipidPanel = Coding.loinc("57698-3", "Lipid panel with direct LDL - Serum or Plasma")
    static let metabolicPanel = Coding.loinc("51990-0", "Basic metabolic panel - Blood")

    static let smoking: [Coding] = [
        .snomed("266919005", "Never smoked tobacco"),
        .snomed("8517006", "Ex-smoker"),
        .snomed("449868002", "Smokes tobacco daily"),
    ]

    // Medication.
    static let metformin = Coding.rxNorm(
        "860975", "24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet")
    static let lisinopril = Coding.rxNorm("314076", "lisinopril 10 MG Oral Tablet")
    static let amlodipine = Coding.rxNorm("197361", "amlodipine 5 MG Oral Tablet")
    static let simvastatin = Coding.rxNorm("312961", "simvastatin 20 MG Oral Tablet")
    static let albuterol = Coding.rxNorm("745679", "200 ACTUAT albuterol 0.09 MG/ACTUAT Metered Dose Inhaler")
    static let levothyroxine = Coding.rxNorm("966222", "levothyroxine sodium 0.075 MG Oral Tablet")
    static let ibuprofen = Coding.rxNorm("310965", "ibuprofen 200 MG Oral Tablet")
    static let acetaminophen = Coding.rxNorm("313782", "acetaminophen 325 MG Oral Tablet")
    static let amoxicillin = Coding.rxNorm("308182", "amoxicillin 250 MG Oral Capsule")

    // Procedures.
    static let medicationReconciliation = Coding.snomed("430193006", "Medication reconciliation")
    static let colonoscopy = Coding.snomed("73761001", "Colonoscopy")
    static let respiratoryFunction = Coding.snomed("23426006", "Measurement of respiratory function")
    static let electrocardiogram = Coding.snomed("29303009", "Electrocardiographic procedure")

    // Immunizations.
    static let influenza = Coding.cvx("140", "Influenza, seasonal, injectable, preservative free")
    static let otherVaccines: [Coding] = [
        .cvx("115", "Tdap"),
        .cvx("113", "Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed"),
        .cvx("33", "pneumococcal polysaccharide PPV23"),
        .cvx("43", "Hep B, adult"),
    ]

    // Allergies.
    static let allergies: [Coding] = [
        .snomed("91936005", "Allergy to penicillin"),
        .snomed("91935009", "Allergy to peanut"),
        .snomed("300913006", "Allergy to shellfish"),
        .snomed("418689008", "Allergy to grass pollen"),
    ]

    // Encounters.
    static let generalExamination = Coding.snomed("162673000", "General examination of patient")
    static let symptom = Coding.snomed("185345009", "Encounter for symptom")
    static let followUp = Coding.snomed("390906007", "Follow-up encounter")
    static let emergency = Coding.snomed("50849002", "Emergency room admission")

    static let vitalSigns = Coding.terminology("observation-category", "vital-signs", "Vital Signs")
    static let laboratory = Coding.terminology("observation-category", "laboratory", "Laboratory")
    static let socialHistory = Coding.terminology("observation-category", "social-history", "Social History")
    static let restricted = Coding.terminology("v3-Confidentiality", "R", "restricted")
}
