import Testing

@testable import AvowFHIR

/// What search parameters find, type by type of FHIR's data.
@Suite struct `What a search parameter finds` {
    static func values(_ code: String, _ type: ResourceType, _ json: String) throws -> [SearchValue] {
        let parameter = try #require(SearchParameter.named(code, for: type))
        return try SearchExtractor(parameter, on: type).values(in: JSONParser().parse(Array(json.utf8)).root)
    }

    private static func token(_ system: String, _ code: String) -> SearchValue {
        .token(Token(system: system, code: code))
    }

    private static func day(_ text: String) throws -> Int64 { try #require(FHIRDateTime(text)).lowerBound }

    @Test func `every parameter of R4 compiles, but for those that it defines in words`() throws {
        var refused: Set<String> = []
        var evaluated: Set<String> = []
        for type in ResourceType.allCases {
            for parameter in SearchParameter.all(for: type) {
                let name = "\(parameter.base.name).\(parameter.code)"
                do throws(SearchError) {
                    let extractor = try SearchExtractor(parameter, on: type)
                    if !extractor.isVisiting { evaluated.insert(name) }
                    #expect(extractor.components.count == parameter.components.count)
                } catch {
                    refused.insert(name)
                    let isInWords = parameter.expression == nil && error.reason == .noExpression
                    #expect(isInWords || error.reason == .unsupportedKind(.special), "\(name): \(error)")
                }
            }
        }
        // What they search is the text of the resource, a query that is named, or an extension that R4 has no path to.
        #expect(
            refused == [
                "Resource._content", "Resource._filter", "Resource._query", "DomainResource._text", "Location.near",
                "Patient.age", "Patient.birthOrderBoolean",
            ])
        // These ask for more than a walk: a place in a list, a comparison, another part of the resource.
        #expect(
            evaluated == [
                "Bundle.composition", "Bundle.message", "Patient.deceased",
                "MolecularSequence.chromosome-variant-coordinate",
                "MolecularSequence.referenceseqid-variant-coordinate",
            ])
    }

    /// The types that values of a kind are read from (R4, sections 3.1.1.4.6 to 3.1.1.4.12), with the extensions and
    /// resources that a few expressions find.
    private static let types: [SearchParameter.Kind: Set<String>] = [
        .number: ["integer", "decimal", "positiveInt", "unsignedInt"],
        .date: ["date", "dateTime", "instant", "Period", "Timing"],
        .string: ["string", "markdown", "HumanName", "Address", "Extension"],
        .token: [
            "Coding", "CodeableConcept", "Identifier", "ContactPoint", "code", "boolean", "uri", "string", "id",
            "Extension",
            "System.Boolean",
        ],
        .reference: ["Reference", "canonical", "uri", "Extension", "Resource"],
        .quantity: ["Quantity", "Age", "Duration", "Money", "Range", "SampledData", "System.Quantity"],
        .uri: ["uri", "url", "canonical"],
    ]

    @Test func `every type that R4 finds is one that is read, but for the few that R4 does not say how to compare`()
        throws
    {
        var unread: Set<String> = []
        for type in ResourceType.allCases {
            for parameter in SearchParameter.all(for: type) where parameter.kind != .composite {
                guard let extractor = try? SearchExtractor(parameter, on: type) else { continue }
                let found = try #require(extractor.types, "\(parameter.url)").map(\.name)
                for name in found where Self.types[parameter.kind]?.contains(name) != true {
                    unread.insert("\(parameter.base.name).\(parameter.code): \(name)")
                }
            }
        }
        #expect(
            unread == [
                "CarePlan.activity-date: string", "Immunization.date: string", "Procedure.date: Age",
                "Procedure.date: Range", "Procedure.date: string", "RiskAssessment.probability: Range",
                "Consent.source-reference: Attachment",
            ])
    }

    @Test func `tokens are codes, identifiers, contact points and plain values, each once`() throws {
        let json = """
            {"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"1-8"},\
            {"code":"x"},{"system":"http://loinc.org","code":"1-8"},{"system":"http://only.org"},{"display":"none"}]},\
            "component":[{"code":{"coding":[{"code":"x"},{"code":"\\u0079"}]}}]}
            """
        let loinc = Self.token("http://loinc.org", "1-8")
        let own = [loinc, Self.token("", "x"), Self.token("http://only.org", "")]
        #expect(try Self.values("code", .observation, json) == own)
        #expect(try Self.values("combo-code", .observation, json) == own + [Self.token("", "y")])
        #expect(try Self.values("status", .observation, json) == [Self.token("", "final")])
        #expect(try Self.values("_id", .observation, json) == [Self.token("", "o")])
        let patient = """
            {"resourceType":"Patient","active":true,"identifier":[{"system":"urn:s","value":"1"},{"value":"2"}],\
            "telecom":[{"system":"phone","value":"+1"},{"system":"email","value":"a@b"}],"_gender":{"id":"g"}}
            """
        #expect(try Self.values("active", .patient, patient) == [Self.token("", "true")])
        #expect(try Self.values("identifier", .patient, patient) == [Self.token("urn:s", "1"), Self.token("", "2")])
        #expect(try Self.values("phone", .patient, patient) == [Self.token("", "+1")])
        #expect(try Self.values("gender", .patient, patient) == [], "a primitive with an id alone has no value")
        #expect(try Self.values("deceased", .patient, patient) == [Self.token("", "false")])
        let dead = #"{"resourceType":"Patient","deceasedDateTime":"2020"}"#
        #expect(try Self.values("deceased", .patient, dead) == [Self.token("", "true")])
        let device = """
            {"resourceType":"Device","extension":[{"url":"http://hl7.org/fhir/SearchParameter/device-extensions-Device-din",\
            "valueIdentifier":{"value":"d"}}]}
            """
        #expect(try Self.values("din", .device, device) == [Self.token("", "d")])
    }

    @Test func `dates cover what they leave open, periods and schedules their outer limits`() throws {
        func span(_ from: String?, _ until: String?) throws -> [SearchValue] {
            [.date(SearchDate(from: try from.map(Self.day) ?? .min, until: try until.map(Self.day) ?? .max))]
        }
        func found(_ element: String) throws -> [SearchValue] {
            try Self.values("date", .observation, "{\"resourceType\":\"Observation\",\(element)}")
        }
        #expect(try found(#""effectiveDateTime":"2020""#) == span("2020", "2021"))
        #expect(try found(#""effectiveDateTime":"2020-12""#) == span("2020-12", "2021"))
        #expect(try found(#""effectiveDateTime":"2020-02-29""#) == span("2020-02-29", "2020-03"))
        #expect(
            try found(#""effectiveDateTime":"2020-02-29T23:59:59+01:00""#)
                == span("2020-02-29T22:59:59Z", "2020-02-29T23:00:00Z"))
        #expect(try found(#""effectivePeriod":{"start":"2020","end":"2020-03"}"#) == span("2020", "2020-04"))
        #expect(try found(#""effectivePeriod":{"start":"2020"}"#) == span("2020", nil))
        #expect(try found(#""effectivePeriod":{"end":"2020"}"#) == span(nil, "2021"))
        #expect(try found(#""effectivePeriod":{"end":"soon"}"#) == [])
        #expect(try found(#""effectivePeriod":{}"#) == [])
        #expect(try found(#""effectiveTiming":{"event":["2020-05","2020-02"]}"#) == span("2020-02", "2020-06"))
        #expect(
            try found(#""effectiveTiming":{"event":["2020-05"],"repeat":{"boundsPeriod":{"start":"2019"},"count":2}}"#)
                == span("2019", nil))
        #expect(try found(#""effectiveTiming":{"repeat":{"frequency":2}}"#) == [])
        #expect(try found(#""effectiveDateTime":"soon""#) == [])
        let procedure = #"{"resourceType":"Procedure","performedString":"2020"}"#
        #expect(try Self.values("date", .procedure, procedure) == [], "a text is no date, whatever it says")
    }

    @Test func `texts are primitives and the parts of names and addresses`() throws {
        let json = """
            {"resourceType":"Patient","name":[{"use":"official","text":"Ann B. Doe","family":"Doe","given":["Ann","B."],\
            "prefix":["Dr."],"suffix":["III"],"period":{"start":"2020"}},{"family":"Doe"}],"address":[{"use":"home",\
            "type":"both","text":"all","line":["1 Road","Flat 2"],"city":"Ämstad","district":"D","state":"S",\
            "postalCode":"1","country":"C"}]}
            """
        func texts(_ values: [String]) -> [SearchValue] { values.map { .string(SearchString($0)) } }
        #expect(try Self.values("name", .patient, json) == texts(["Ann B. Doe", "Doe", "Ann", "B.", "Dr.", "III"]))
        #expect(
            try Self.values("address", .patient, json)
                == texts(["all", "1 Road", "Flat 2", "Ämstad", "D", "S", "1", "C"]))
        #expect(try Self.values("given", .patient, json) == texts(["Ann", "B."]))
        guard case .string(let city)? = try Self.values("address-city", .patient, json).first else {
            Issue.record("no city")
            return
        }
        #expect(city.folded == "amstad")
    }

    @Test func `quantities keep their bounds and their unit`() throws {
        func found(_ element: String) throws -> SearchQuantity? {
            let json = "{\"resourceType\":\"Observation\",\(element)}"
            guard case .quantity(let quantity)? = try Self.values("value-quantity", .observation, json).first else {
                return nil
            }
            return quantity
        }
        let ucum = QuantityUnit.ucumSystem
        let plain = try #require(
            try found(
                #""valueQuantity":{"value":7.10,"unit":"percent","system":"http://unitsofmeasure.org","code":"%"}"#))
        #expect(plain == SearchQuantity(try #require(FHIRDecimal("7.1")), system: ucum, code: "%", unit: "percent"))
        #expect(plain.value?.description == "7.10")
        #expect(plain.canonicalLow == FHIRQuantity(try #require(FHIRDecimal("0.071")), .one).canonical)
        let below = try #require(try found(#""valueQuantity":{"value":5,"comparator":"<","unit":"mg"}"#))
        #expect(below.low == nil && below.high == FHIRDecimal(5) && below.excludesHigh && below.value == nil)
        let above = try #require(try found(#""valueQuantity":{"value":5,"comparator":">="}"#))
        #expect(above.low == FHIRDecimal(5) && above.high == nil && !above.excludesLow)
        #expect(try found(#""valueQuantity":{"unit":"mg"}"#) == nil)
        let sampled = try #require(
            try found(
                #""valueSampledData":{"origin":{"value":10,"unit":"mV"},"factor":0.5,"lowerLimit":-8,"data":"2 E -4 L 6"}"#
            ))
        #expect(sampled.low == FHIRDecimal(6) && sampled.high == FHIRDecimal(13) && sampled.unit == "mV")
        let condition = """
            {"resourceType":"Condition","onsetRange":{"low":{"value":1,"system":"\(ucum)","code":"a"},\
            "high":{"value":24,"system":"\(ucum)","code":"mo"}}}
            """
        guard case .quantity(let range)? = try Self.values("onset-age", .condition, condition).first else {
            Issue.record("no range")
            return
        }
        #expect(range.low == FHIRDecimal(1) && range.high == FHIRDecimal(2) && range.code == "a")
        let invoice = #"{"resourceType":"Invoice","totalNet":{"value":9.50,"currency":"EUR"}}"#
        guard case .quantity(let money)? = try Self.values("totalnet", .invoice, invoice).first else {
            Issue.record("no money")
            return
        }
        #expect(money.system == "urn:iso:std:iso:4217" && money.code == "EUR")
    }

    @Test func `references are resources without their versions, URLs or identifiers`() throws {
        func found(_ reference: String) throws -> [SearchValue] {
            try Self.values(
                "subject", .observation, "{\"resourceType\":\"Observation\",\"subject\":{\(reference)}}")
        }
        #expect(try found(#""reference":"Patient/1""#) == [.reference(.resource(.patient, id: "1"))])
        #expect(try found(#""reference":"Patient\u002f1/_history/3""#) == [.reference(.resource(.patient, id: "1"))])
        #expect(
            try found(#""reference":"http://x.org/fhir/Patient/1/_history/3""#) == [
                .reference(.url("http://x.org/fhir/Patient/1"))
            ])
        #expect(try found(#""reference":"urn:uuid:1""#) == [.reference(.url("urn:uuid:1"))])
        #expect(try found(##""reference":"#p""##) == [])
        #expect(
            try found(#""type":"Patient","identifier":{"system":"urn:s","value":"1"}"#)
                == [.reference(.identifier(Token(system: "urn:s", code: "1")))])
        let questionnaire = #"{"resourceType":"QuestionnaireResponse","questionnaire":"http://q.org/Q|1.0"}"#
        #expect(
            try Self.values("questionnaire", .questionnaireResponse, questionnaire)
                == [.reference(.url("http://q.org/Q|1.0"))])
        let bundle = """
            {"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Composition","id":"c"}},\
            {"resource":{"resourceType":"Patient","id":"p"}}]}
            """
        #expect(try Self.values("composition", .bundle, bundle) == [.reference(.resource(.composition, id: "c"))])
    }

    @Test func `composites combine the values of one element, never of two`() throws {
        let json = """
            {"resourceType":"Observation","component":[{"code":{"coding":[{"code":"a"},{"code":"b"}]},"valueQuantity":{"value":1}},\
            {"code":{"coding":[{"code":"c"}]},"valueQuantity":{"value":2}},{"code":{"coding":[{"code":"d"}]}}]}
            """
        func pair(_ code: String, _ value: Int) -> SearchValue {
            .composite([
                Self.token("", code), .quantity(SearchQuantity(FHIRDecimal(value), system: "", code: "", unit: "")),
            ])
        }
        let found = try Self.values("component-code-value-quantity", .observation, json)
        #expect(found == [pair("a", 1), pair("b", 1), pair("c", 2)])
        let sequence = """
            {"resourceType":"MolecularSequence","referenceSeq":{"chromosome":{"coding":[{"code":"1"}]}},\
            "variant":[{"start":5,"end":9}]}
            """
        #expect(
            try Self.values("chromosome-variant-coordinate", .molecularSequence, sequence)
                == [.composite([Self.token("", "1"), .number(FHIRDecimal(5)), .number(FHIRDecimal(9))])])
    }

    @Test func `a path of one's own is compared as its type says, and depends on the resource alone`() throws {
        func kind(_ path: String, _ type: ResourceType = .patient) throws -> SearchParameter.Kind {
            try SearchExtractor(path: path, on: type).kind
        }
        #expect(try kind("birthDate") == .date)
        #expect(try kind("name.family") == .string)
        #expect(try kind("name.given.first() & name.family") == .string)
        #expect(try kind("maritalStatus") == .token)
        #expect(try kind("address.count() > 1") == .token)
        #expect(try kind("managingOrganization") == .reference)
        #expect(try kind("value.ofType(Quantity)", .observation) == .quantity)
        #expect(try kind("value.ofType(Quantity).value", .observation) == .number)
        #expect(try kind("meta.profile") == .uri)
        let resource = try JSONParser().parse(
            Array(#"{"resourceType":"Patient","name":[{"family":"A"},{"family":"B"}]}"#.utf8))
        #expect(
            try SearchExtractor(path: "name.count() * 2", on: .patient).values(in: resource.root) == [
                .number(FHIRDecimal(4))
            ])
        #expect(try SearchExtractor(path: "name.single().family", on: .patient).values(in: resource.root) == [])
        func refusal(_ path: String, _ type: ResourceType = .patient) -> SearchError? {
            do throws(SearchError) {
                _ = try SearchExtractor(path: path, on: type)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal("birthDate < today()")?.reason == .notPure("today()"))
        #expect(refusal("managingOrganization.resolve().name")?.reason == .notPure("resolve()"))
        #expect(refusal("value", .observation)?.reason == .undecidedKind)
        #expect(refusal("contact")?.reason == .undecidedKind)
        let misspelt = try #require(refusal("birthDat"))
        #expect(misspelt.suggestion == "birthDate" && misspelt.range == 0..<8)
        #expect(misspelt.description.contains("did you mean 'birthDate'?"))
    }

    @Test func `hostile values are no values`() throws {
        for element in [
            #""subject":7"#, #""subject":[[]]"#, #""code":{"coding":{"code":{}}}"#, #""code":[1,null,"x"]"#,
            #""valueQuantity":{"value":"7"}"#, #""valueQuantity":{"value":1e999}"#, #""effectivePeriod":[]"#,
            #""effectiveTiming":{"event":{},"repeat":[]}"#, #""valueSampledData":{"origin":1,"data":[]}"#,
            #""subject":{"reference":"/"}"#, #""subject":{"reference":"/_history/"}"#, #""subject":{"identifier":[]}"#,
        ] {
            let json = "{\"resourceType\":\"Observation\",\(element)}"
            let resource = try JSONParser().parse(Array(json.utf8)).root
            for parameter in SearchParameter.all(for: .observation) {
                guard let extractor = try? SearchExtractor(parameter, on: .observation) else { continue }
                for value in extractor.values(in: resource) {
                    // What is left of these is text that stands where text may stand.
                    #expect([.token, .reference].contains(extractor.kind), "\(element): \(value)")
                }
            }
        }
    }

    @Test func `thousands of values are found once each`() throws {
        let codings = (0..<5_000).map { "{\"code\":\"\($0 % 2_500)\"}" }.joined(separator: ",")
        let json = "{\"resourceType\":\"Observation\",\"code\":{\"coding\":[\(codings)]}}"
        #expect(try Self.values("code", .observation, json).count == 2_500)
        // Equal to a reader and different in their bytes.
        let twice =
            "{\"resourceType\":\"Observation\",\"code\":{\"coding\":[{\"code\":\"\u{E9}\"},{\"code\":\"e\u{301}\"}]}}"
        #expect(try Self.values("code", .observation, twice).count == 2)
    }
}
