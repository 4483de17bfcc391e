import AvowFHIR

/// What expressions are evaluated on, and what documents are asked.
enum Samples {
    static let documents: [JSONDocument] = texts.compactMap { try? JSONParser().parse(Array($0.utf8)) }

    private static let texts = [
        """
        {"resourceType":"Bundle","id":"b","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"p",\
        "contained":[{"resourceType":"Organization","id":"1","name":"O"}],"managingOrganization":{"reference":"#1"},\
        "active":true,"birthDate":"1974-12-25","_birthDate":{"extension":[{"url":"u","valueDateTime":\
        "1974-12-25T14:35:45-05:00"}]},"name":[{"use":"official","family":"Chalmers","given":["Peter",null],"_given":[null,\
        {"id":"a"}]},{"given":["Jim"]}],"deceasedBoolean":false,"multipleBirthInteger":2}},{"fullUrl":"urn:uuid:2",\
        "resource":{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org",\
        "code":"29463-7"}],"text":"W\\u00e4ight"},"subject":{"reference":"Patient/p"},"effectivePeriod":{"start":"2015-02"},\
        "valueQuantity":{"value":185.50,"unit":"lbs","system":"http://unitsofmeasure.org","code":"[lb_av]"},"component":[\
        {"code":{"text":"c"},"valueInteger":3},{"code":{"text":"d"},"valueString":"1"}]}}]}
        """,
        #"{"resourceType":"Patient","id":1,"name":"text","birthDate":"1974-13-45","_gender":{"extension":[]},"a":[[1],{}]}"#,
    ]

    /// One expression of every kind.
    static let paths: [FHIRPath] = [
        "descendants()", "children().children()", "repeat($this.children())", "descendants().distinct().count()",
        "entry.resource.ofType(Patient).name.given", "Patient.birthDate + 1 day", "Patient.birthDate < today()",
        "Observation.value", "Observation.value.value * 2", "Observation.value > 1 'kg'", "Observation.component.value",
        "Patient.name.where(use = 'official').family.first()", "Patient.birthDate.extension('u').value",
        "contained.id", "Patient.managingOrganization.resolve()", "entry.resource.subject.resolve().name",
        "subject.where(resolve() is Patient)", "Patient.telecom.where(system = 'phone').value | Patient.name.family",
        "descendants().where($this is string).lower()", "descendants() ~ descendants()", "$this = $this",
        "descendants().ofType(decimal).sum()", "descendants().ofType(dateTime).select($this - 1 month)",
        "descendants().select(toString())", "descendants().select(toQuantity())", "descendants().select(hasValue())",
        "descendants().select(iif($this is Quantity, $this.toString(), 'x'))", "descendants().sort()",
        "descendants().select(lowBoundary())", "descendants().select(highBoundary(4))", "descendants().type()",
        "descendants().select(getReferenceKey())", "getResourceKey()", "%resource.descendants().select(%rootResource)",
        "descendants().select(length())", "descendants().select(round(2))",
        "conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')",
        "descendants().aggregate($total & $this.toString(), '')", "descendants().select(htmlChecks())",
        "(descendants() | children()).intersect(children()).exclude(descendants())",
        "descendants().select($this.matches('(a|b)*c'))",
    ].compactMap { try? FHIRPath($0, options: .lenient) }
}
