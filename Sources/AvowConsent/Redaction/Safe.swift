internal import AvowFHIR

/// What may be shown of a person who is not to be known (45 CFR 164.514(b)(2)); everything else is left out.
enum Safe {
    /// Ages above this are one group.
    static let greatestAge = 89

    /// Types of which nothing can be told apart from what identifies.
    static func isWithheld(_ type: FHIRType) -> Bool { type.resource == .binary }

    /// Datatypes that name people and places, or hold what a person wrote.
    static func isRemoved(_ type: FHIRType) -> Bool { removedTypes.contains(type) }

    private static let removedTypes: Set<FHIRType> = [
        .humanName, .contactPoint, .contactDetail, .contributor, .identifier, .narrative, .attachment, .annotation,
        .signature, .expression, .relatedArtifact,
    ]

    /// Whether a text of this element may be shown.
    ///
    /// - Parameter holder: the object that has it.
    static func isText(_ text: String, of element: FHIRElement, in holder: JSONValue) -> Bool {
        switch element {
        case Elements.state: isUnitedStates(holder["country"]?.string) && states.contains(text.uppercased())
        case Elements.country: isUnitedStates(text) || isCountry(text)
        // Measured values, and E, U, L for those that are not (R4, SampledData).
        case Elements.data: text.utf8.allSatisfy { isDigit($0) || " .-+EULe".utf8.contains($0) }
        // Which question is answered: whoever made the questionnaire wrote it.
        case _ where Elements.links.contains(element): text.utf8.count <= 64 && isCode(text)
        default: false
        }
    }

    // MARK: Codes

    /// Whether a system of codes is published, so that its codes are of no person's making.
    static func isPublished(_ system: String) -> Bool {
        // Beside codes, HL7 has names there for the numbers that authorities give to people.
        if system.utf8.starts(with: sid.utf8) { return codesOfSID.contains(String(system.dropFirst(sid.count))) }
        return systems.contains(system)
            || namespaces.contains { system.utf8.count <= 200 && system.utf8.starts(with: $0.utf8) }
    }

    private static let sid = "http://hl7.org/fhir/sid/"
    private static let codesOfSID: Set = [
        "icd-9", "icd-9-cm", "icd-10", "icd-10-cm", "icd-10-de", "icd-10-nl", "icd-10-uk", "icd-10-vn",
        "ex-icd-10-procedures",
        "cvx", "mvx", "ndc", "ca-hc-din",
    ]

    private static let systems: Set = [
        CodeSystem.snomed, CodeSystem.loinc, QuantityUnit.ucumSystem, "http://www.nlm.nih.gov/research/umls/rxnorm",
        "http://www.ama-assn.org/go/cpt", "http://www.whocc.no/atc", "http://www.genenames.org",
        "http://dicom.nema.org/resources/ontology/DCM", "http://nucc.org/provider-taxonomy",
        "http://standardterms.edqm.eu", "http://fdasis.nlm.nih.gov", "urn:ietf:bcp:47", "urn:iso:std:iso:3166",
        "urn:iso:std:iso:4217", "urn:iso:std:iso:11073:10101",
        "https://www.cms.gov/Medicare/Medicare-Fee-for-Service-Payment/HospitalAcqCond/Coding",
    ]

    /// HL7's own, those that HL7 has registered, and the billing codes of the United States.
    private static let namespaces = [
        "http://terminology.hl7.org/CodeSystem/", "http://hl7.org/fhir/", "urn:oid:2.16.840.1.113883.5.",
        "urn:oid:2.16.840.1.113883.6.", "http://www.nubc.org/", "https://www.nubc.org/",
        "https://bluebutton.cms.gov/resources/variables/", "http://ncimeta.nci.nih.gov",
    ]

    /// Whether a text has the form of a code of a system; one that looks like a date is none.
    static func isCode(_ text: String, of system: String) -> Bool {
        guard isCode(text) else { return false }
        let bytes = Array(text.utf8)
        switch CodeSystem.canonical(system) {
        case CodeSystem.snomed: return 6...18 ~= bytes.count && bytes.allSatisfy(isDigit)
        case CodeSystem.loinc:
            return bytes.suffix(2).first == UInt8(ascii: "-") && bytes.last.map(isDigit) == true
                && bytes.dropLast(2).allSatisfy { isDigit($0) || isLetter($0) } && bytes.count <= 10
        default: return !isDated(bytes)
        }
    }

    /// Whether four digits, a hyphen and two digits stand in a text.
    private static func isDated(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 7 else { return false }
        return (0...bytes.count - 7).contains { start in
            (0..<7).allSatisfy { offset in
                offset == 4 ? bytes[start + 4] == UInt8(ascii: "-") : isDigit(bytes[start + offset])
            }
        }
    }

    /// Whether a text is short and without spaces, as codes are.
    static func isCode(_ text: String) -> Bool {
        1...64 ~= text.utf8.count
            && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "._-:/+*'#^%()[]".utf8.contains($0) }
    }

    /// A unit of UCUM without its annotations, which are free text and change nothing; nil when it is none.
    static func unit(_ code: String) -> String? {
        var kept: [UInt8] = []
        var isInside = false
        for byte in code.utf8.prefix(256) {
            switch byte {
            case UInt8(ascii: "{"):
                // What is annotated alone is a number.
                if kept.last.map({ $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }) ?? true {
                    kept.append(UInt8(ascii: "1"))
                }
                isInside = true
            case UInt8(ascii: "}"): isInside = false
            default: if !isInside { kept.append(byte) }
            }
        }
        let text = String(decoding: kept, as: UTF8.self)
        guard !isInside, (try? UCUMUnit.unit(text)) != nil else { return nil }
        return text
    }

    /// The years in a unit of time; nil for what is none.
    static func years(in code: String?, unit: String?) -> Double? {
        let day = 1 / 365.25
        switch code {
        case "a", "a_t", "a_j", "a_g": return 1
        case "mo", "mo_s", "mo_j", "mo_g": return 1.0 / 12
        case "wk": return 7 * day
        case "d": return day
        case "h": return day / 24
        case "min": return day / 1440
        case nil: break
        default: return nil
        }
        guard let unit = unit?.lowercased() else { return nil }
        if unit == "a" || unit.hasPrefix("y") { return 1 }
        if unit.hasPrefix("mo") { return 1.0 / 12 }
        if unit.hasPrefix("w") { return 7 * day }
        return unit == "d" || unit.hasPrefix("day") ? day : nil
    }

    // MARK: Places

    /// The postal code as three digits, or as 000 where fewer than 20,001 people live in these (census of 2000); nil for
    /// what is no ZIP code.
    static func postalCode(_ text: String, in country: String?) -> String? {
        let digits = Array(text.utf8)
        guard isUnitedStates(country), [3, 5, 9, 10].contains(digits.count), digits.prefix(5).allSatisfy(isDigit) else {
            return nil
        }
        let rest = digits.dropFirst(5)
        guard (rest.first == UInt8(ascii: "-") ? rest.dropFirst() : rest).allSatisfy(isDigit) else { return nil }
        let area = String(decoding: digits.prefix(3), as: UTF8.self)
        return scarceAreas.contains(area) ? "000" : area
    }

    private static let scarceAreas: Set = [
        "036", "059", "063", "102", "203", "556", "692", "790", "821", "823", "830", "831", "878", "879", "884", "890",
        "893",
    ]

    /// Whether an address is, as far as it says, one of the United States.
    private static func isUnitedStates(_ country: String?) -> Bool {
        ["US", "USA", "UNITED STATES", "UNITED STATES OF AMERICA"].contains(country?.uppercased() ?? "US")
    }

    /// Whether a text has the form of an ISO 3166 or 4217 code.
    static func isCountry(_ text: String) -> Bool {
        2...3 ~= text.utf8.count && text.utf8.allSatisfy { isLetter($0) && $0 & 0x20 == 0 }
    }

    private static let states = Set(
        ("""
        AL ALABAMA,AK ALASKA,AZ ARIZONA,AR ARKANSAS,CA CALIFORNIA,CO COLORADO,CT CONNECTICUT,DE DELAWARE,\
        DC DISTRICT OF COLUMBIA,FL FLORIDA,GA GEORGIA,HI HAWAII,ID IDAHO,IL ILLINOIS,IN INDIANA,IA IOWA,KS KANSAS,\
        KY KENTUCKY,LA LOUISIANA,ME MAINE,MD MARYLAND,MA MASSACHUSETTS,MI MICHIGAN,MN MINNESOTA,MS MISSISSIPPI,\
        MO MISSOURI,MT MONTANA,NE NEBRASKA,NV NEVADA,NH NEW HAMPSHIRE,NJ NEW JERSEY,NM NEW MEXICO,NY NEW YORK,\
        NC NORTH CAROLINA,ND NORTH DAKOTA,OH OHIO,OK OKLAHOMA,OR OREGON,PA PENNSYLVANIA,PR PUERTO RICO,\
        RI RHODE ISLAND,SC SOUTH CAROLINA,SD SOUTH DAKOTA,TN TENNESSEE,TX TEXAS,UT UTAH,VT VERMONT,VA VIRGINIA,\
        WA WASHINGTON,WV WEST VIRGINIA,WI WISCONSIN,WY WYOMING
        """).split(separator: ",").flatMap { [String($0.prefix(2)), String($0.dropFirst(3))] })

    // MARK: Extensions

    /// The extension that says why a value is not there.
    static let absenceURL = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

    /// Extensions whose value is a code, with those that are known.
    static let codeExtensions: [String: Set<String>] = [
        absenceURL: [
            "unknown", "asked-unknown", "temp-unknown", "not-asked", "asked-declined", "masked", "not-applicable",
            "unsupported", "as-text", "error", "not-a-number", "negative-infinity", "positive-infinity",
            "not-performed", "not-permitted",
        ],
        "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex": ["F", "M", "OTH", "UNK", "ASKU"],
    ]

    /// Extensions whose parts are codings.
    static let codingExtensions: Set = [
        "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race",
        "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity",
    ]

    // MARK: Characters

    /// Whether a text is a logical id (R4, section 2.24.0.1).
    static func isID(_ text: some StringProtocol) -> Bool {
        1...64 ~= text.utf8.count
            && text.utf8.allSatisfy {
                isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }
    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
}

/// Elements that redaction treats in a way of their own.
enum Elements {
    static let resourceID = find("Resource", "id")
    static let contained = find("DomainResource", "contained")
    static let reference = find("Reference", "reference")
    static let profile = find("Meta", "profile")
    static let state = find("Address", "state")
    static let country = find("Address", "country")
    static let postalCode = find("Address", "postalCode")
    static let low = find("Range", "low")
    static let high = find("Range", "high")
    static let currency = find("Money", "currency")
    static let data = find("SampledData", "data")
    /// Which question of a questionnaire it is.
    static let links = Set(
        [find("Questionnaire.item", "linkId"), find("QuestionnaireResponse.item", "linkId")].compactMap(\.self))
    /// Those whose type does not say that they identify.
    static let removed = Set([find("Patient", "multipleBirth"), find("Location", "position")].compactMap(\.self))

    private static func find(_ type: String, _ name: String) -> FHIRElement? {
        FHIRType(named: type)?.element(named: name)
    }
}
