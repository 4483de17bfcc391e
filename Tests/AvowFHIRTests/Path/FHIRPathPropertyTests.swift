import Testing

@testable import AvowFHIR

/// What holds of every expression, tried with random ones. A failure names the seed that repeats it.
@Suite struct `Any FHIRPath expression` {
    @Test(arguments: [UInt64](1...8))
    func `is printed as a text that says the same`(seed: UInt64) throws {
        var random = RandomPath(seed: seed)
        for round in 0..<500 {
            let tree = random.tree(depth: 6)
            let text = tree.description
            let parsed = try FHIRPathExpression(text)
            #expect(parsed.root == tree, "seed \(seed), round \(round): \(text) became \(parsed)")
            #expect(parsed.description == text, "seed \(seed), round \(round)")
        }
    }

    @Test(arguments: [UInt64](11...18))
    func `that is damaged is parsed or refused at a place within it`(seed: UInt64) {
        var random = RandomPath(seed: seed)
        for round in 0..<1_000 {
            let text = random.mutation(of: random.tree(depth: 5).description)
            do throws(FHIRPathError) {
                let path = try FHIRPathExpression(text)
                #expect(throws: Never.self) { try FHIRPathExpression(path.description) }
            } catch {
                let isInside = error.range.lowerBound >= 0 && error.range.upperBound <= text.utf8.count
                #expect(isInside, "seed \(seed), round \(round): \(text)")
                #expect(!error.rendered(in: text).isEmpty)
            }
        }
    }

    @Test(arguments: [UInt64](21...28))
    func `is evaluated or refused, and never longer than it may`(seed: UInt64) throws {
        var random = RandomPath(seed: seed)
        let parser = try JSONParser()
        let document = try parser.parse(Array(Self.sample.utf8))
        var environment = FHIRPathEnvironment()
        environment.stepLimit = 200_000
        environment.collectionLimit = 10_000
        var evaluated = 0
        for _ in 0..<1_000 {
            let expression = try FHIRPathExpression(random.tree(depth: 6).description)
            _ = try? FHIRPath(expression, on: FHIRType(named: "Bundle"))
            do throws(FHIRPathError) {
                let path = try FHIRPath(expression, options: .lenient)
                for item in try path.evaluate(on: document.root, in: environment) {
                    _ = (item.text, item.typeName)
                }
                evaluated += 1
            } catch {
                #expect(error.range.upperBound <= expression.text.utf8.count)
                #expect(error.stage != .syntax || error.expected.contains("digits") || error.expected.contains("exist"))
            }
        }
        #expect(evaluated > 100, "seed \(seed)")
    }

    @Test func `that is nested too deeply is refused`() {
        let deep = [
            String(repeating: "(", count: 100_000), String(repeating: "-", count: 60_000),
            String(repeating: "a.", count: 30_000) + "a", String(repeating: "a(", count: 30_000),
            String(repeating: "a[", count: 30_000), "a" + String(repeating: " or a", count: 10_000),
            "a" + String(repeating: " implies (a", count: 3_000), String(repeating: "{", count: 60_000),
        ]
        for text in deep {
            let error = #expect(throws: FHIRPathError.self) { try FHIRPathExpression(text) }
            #expect(error?.stage == .limit || error?.stage == .syntax)
        }
    }

    @Test func `that would run for ever is stopped`() throws {
        let document = try JSONParser().parse(Array(Self.sample.utf8))
        var environment = FHIRPathEnvironment()
        environment.stepLimit = 1_000_000
        let endless = [
            "1.repeatAll($this + 1)", "1.repeat($this + 1)", "'a'.repeat($this & $this)",
            "(1|2|3|4).repeatAll(1 | 2)",
            "('a'|'b'|'c'|'d'|'e'|'f'|'g'|'h'|'i'|'j'|'k'|'l'|'m').aggregate($total & $total & $total & $total, 'a').length()",
        ]
        for text in endless {
            let error = #expect(throws: FHIRPathError.self, "\(text)") {
                try FHIRPath(text).evaluate(on: document.root, in: environment)
            }
            #expect(error?.stage == .limit, "\(text)")
        }
    }

    @Test func `stops when it is asked to`() throws {
        let document = try JSONParser().parse(Array(Self.sample.utf8))
        var environment = FHIRPathEnvironment()
        environment.isCancelled = { true }
        let error = #expect(throws: FHIRPathError.self) {
            try FHIRPath("1.repeatAll($this + 1)").evaluate(on: document.root, in: environment)
        }
        #expect(error?.stage == .cancelled)
    }

    static let sample = """
        {"resourceType":"Bundle","id":"b","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"p",\
        "contained":[{"resourceType":"Organization","id":"1","name":"O"}],"managingOrganization":{"reference":"#1"},\
        "active":true,"birthDate":"1974-12-25","_birthDate":{"extension":[{"url":"http://loinc.org","valueDateTime":\
        "1974-12-25T14:35:45-05:00"}]},"name":[{"use":"official","family":"Chalmers","given":["Peter",null],"_given":[null,\
        {"id":"a"}]},{"given":["Jim"]}],"deceasedBoolean":false,"multipleBirthInteger":2}},{"fullUrl":"urn:uuid:2",\
        "resource":{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org",\
        "code":"29463-7"}],"text":"W\\u00e4ight"},"subject":{"reference":"Patient/p"},"effectivePeriod":{"start":"2015-02"},\
        "valueQuantity":{"value":185.50,"unit":"lbs","system":"http://unitsofmeasure.org","code":"[lb_av]"},"component":[\
        {"code":{"text":"c"},"valueInteger":3},{"code":{"text":"d"},"valueString":"1"}]}}]}
        """
}
