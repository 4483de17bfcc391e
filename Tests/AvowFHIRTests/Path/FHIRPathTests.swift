import Foundation
import TestSupport
import Testing

@testable import AvowFHIR

/// What the official suite does not ask.
@Suite struct FHIRPathTests {
    static let bundle = #"""
        {"resourceType":"Bundle","type":"collection","entry":[
          {"fullUrl":"urn:uuid:0a1b","resource":{"resourceType":"Patient","id":"0a1b",
            "name":[{"family":"Müller","given":["Zoë","José"]}],"active":true,"birthDate":"1974-12",
            "_birthDate":{"extension":[{"url":"http://x.org/why","valueString":"unsure"}]},
            "multipleBirthInteger":2}},
          {"fullUrl":"http://x.org/Observation/o","resource":{"resourceType":"Observation","id":"o","status":"final",
            "code":{"coding":[{"system":"http://loinc.org","code":"4548-4"},{"code":"hba1c"}],"text":"it's"},
            "subject":{"reference":"urn:uuid:0a1b"},"performer":[{"reference":"#d"},{"reference":"Practitioner/7"}],
            "valueQuantity":{"value":7.10,"unit":"%","system":"http://unitsofmeasure.org","code":"%"},
            "effectiveDateTime":"2015-02-03T10:00:00+01:00",
            "component":[{"code":{"text":"a"},"valueInteger":3},{"code":{"text":"b"},"valueString":"drei"}],
            "contained":[{"resourceType":"Practitioner","id":"d","active":false}]}}]}
        """#

    static func evaluate(
        _ expression: String, options: FHIRPathOptions = FHIRPathOptions(),
        in environment: FHIRPathEnvironment = FHIRPathEnvironment()
    ) throws -> [String] {
        let root = try JSONParser().parse(bytes(bundle)).root
        return try FHIRPath(expression, on: FHIRType(.bundle), options: options).evaluate(on: root, in: environment)
            .map(\.text)
    }

    static let patient = "entry.resource.ofType(Patient)"
    static let observation = "entry.resource.ofType(Observation)"

    @Test(
        arguments: [
            ("\(patient).name.given", ["Zoë", "José"]), ("\(patient).birthDate", ["1974-12"]),
            ("\(patient).birthDate.extension('http://x.org/why').value", ["unsure"]),
            ("\(patient).birthDate.extension('http://x.org/other')", []),
            ("\(patient).multipleBirth + 1", ["3"]), ("\(patient).multipleBirth is integer", ["true"]),
            ("\(observation).value.value", ["7.10"]), ("\(observation).value > 7 '%'", ["true"]),
            ("\(observation).component.value.ofType(string)", ["drei"]),
            ("\(observation).code.coding[1].code", ["hba1c"]),
            ("\(observation).subject.resolve().name.family", ["Müller"]),
            ("\(observation).subject.resolve() is Patient", ["true"]),
            ("\(observation).performer.resolve().active", ["false"]),
            ("\(observation).performer.where(resolve() is Practitioner).count()", ["2"]),
            ("\(observation).performer[1].resolve()", []),
            ("\(observation).performer[0].getReferenceKey()", []),
            ("\(observation).performer[1].getReferenceKey(Practitioner)", ["7"]),
            ("\(observation).performer[1].getReferenceKey(Patient)", []),
            ("\(observation).subject.getReferenceKey() = \(patient).getResourceKey()", ["true"]),
            ("\(patient).birthDate.hasValue()", ["true"]), ("\(patient).name.hasValue()", ["false"]),
            ("\(patient).conformsTo('http://hl7.org/fhir/StructureDefinition/DomainResource')", ["true"]),
            ("\(observation).code.coding[0].subsumes(%context.\(observation).code)", ["true"]),
            ("\(observation).code.memberOf('http://x.org/vs')", []),
        ] as [(String, [String])])
    func `values are taken out of resources`(expression: String, expected: [String]) throws {
        #expect(try Self.evaluate(expression) == expected)
    }

    @Test(
        arguments: [
            ("'Zoë'.length()", ["3"]), ("'abc'.substring(1, 1)", ["b"]), ("'abc'.substring(3)", []),
            ("'aXbXc'.indexOf('X')", ["1"]), ("'aXbXc'.lastIndexOf('X')", ["3"]), ("'abc'.indexOf('')", ["0"]),
            ("'aabaab'.indexOf('aab')", ["0"]), ("'aaab'.indexOf('aab')", ["1"]), ("'abc'.indexOf('x')", ["-1"]),
            ("'abc'.replace('', 'x')", ["xaxbxcx"]), ("'aaa'.replace('aa', 'b')", ["ba"]),
            ("'abc'.replace('b', {})", []), ("'ABC'.lower() + 'd'.upper()", ["abcD"]),
            ("'a,b'.split(',')", ["a", "b"]), ("'ab'.split('')", ["a", "b"]), ("('a' | 'b').join()", ["ab"]),
            ("{}.join(',')", [""]), ("'\\u00a0 x\\t'.trim()", ["x"]),
            ("'Zoë'.encode('hex')", ["5a6fc3ab"]), ("'5A6fc3ab'.decode('hex')", ["Zoë"]), ("'5'.decode('hex')", []),
            ("'ff'.decode('hex')", []), ("'a'.encode('base64')", ["YQ=="]), ("'ab'.encode('base64')", ["YWI="]),
            ("'YQ'.decode('base64')", ["a"]), ("'Y'.decode('base64')", []), ("'YQ=a'.decode('base64')", []),
            ("'<a href=\"x\">&'.escape('html')", ["&lt;a href=&quot;x&quot;&gt;&amp;"]),
            ("'&lt;&#65;&#x42;&nope;&'.unescape('html')", ["<AB&nope;&"]),
            ("'say \"x\"\\n'.escape('json')", [#"say \"x\"\n"#]), ("'\\\\u0041'.unescape('json')", ["A"]),
            ("'a\",\"b'.unescape('json')", []),
            ("'aBc'.matches('b')", ["false"]), ("'aBc'.matches('b', 'i')", ["true"]),
            ("'abc'.matchesFull('b')", ["false"]),
            ("'2024-01'.replaceMatches('(\\\\d+)-(\\\\d+)', '$2/$1')", ["01/2024"]),
        ] as [(String, [String])])
    func `strings`(expression: String, expected: [String]) throws {
        #expect(try Self.evaluate(expression) == expected)
    }

    @Test(
        arguments: [
            ("(-5).abs()", ["5"]), ("1.5.ceiling()", ["2"]), ("(-1.5).floor()", ["-2"]), ("(-1.5).truncate()", ["-1"]),
            ("9.sqrt()", ["3"]), ("(-1).sqrt()", []), ("0.ln()", []), ("0.exp()", ["1"]), ("2.power(10)", ["1024"]),
            ("2.power(-1)", ["0.5"]), ("2.power(40)", ["1099511627776"]), ("1.005.round(2)", ["1.01"]),
            ("2147483647 + 1", []), ("(-2147483648).abs()", []), ("5 div 0", []), ("5 / 0", []), ("5.5 mod 2", ["1.5"]),
            ("(3 | 1 | 2).min()", ["1"]), ("(3 | 1 | 2).max()", ["3"]), ("(3 | 1 | 2).avg()", ["2"]),
            ("(1.5 | 2).sum()", ["3.5"]), ("{}.sum()", []), ("(1 'g' | 500 'mg').sum()", ["1500 'mg'"]),
            ("('a' | 'b').max()", ["b"]), ("(1|2|3).aggregate($this + $total, 0)", ["6"]),
            ("1 'cm'.comparable(1 's')", ["false"]), ("5.precision()", ["0"]), ("@2014-01.precision()", ["6"]),
            ("@2014.lowBoundary()", ["2014-01-01"]), ("@2014.highBoundary(6)", ["2014-12"]),
            ("@2014-02-03T10:20:30.400+01:30.yearOf()", ["2014"]),
            ("@2014-02-03T10:20:30.400+01:30.millisecondOf()", ["400"]),
            ("@2014-02-03T10:20:30.400+01:30.timezoneOffsetOf()", ["1.5"]),
            ("@2014-02-03T10:20:30.400+01:30.timeOf()", ["10:20:30.400"]), ("@2014.monthOf()", []),
            ("@T10:20.minuteOf()", ["20"]), ("@2014-01-31 + 1 month", ["2014-02-28"]),
            ("'1 \\'g\\''.toQuantity('mg')", ["1000 'mg'"]), ("'x'.toQuantity()", []),
            ("'2015-02-30'.convertsToDate()", ["false"]), ("'YES'.toBoolean()", ["true"]),
            ("4 days.toString()", ["4 days"]), ("'99999999999'.toInteger()", []),
        ] as [(String, [String])])
    func `numbers, quantities and times`(expression: String, expected: [String]) throws {
        #expect(try Self.evaluate(expression) == expected)
    }

    @Test(
        arguments: [
            ("(3|1|2).sort()", ["1", "2", "3"]), ("(3|1|2).sort(-$this)", ["3", "2", "1"]),
            ("defineVariable('x', 1 + 1).select(%x * 3)", ["6"]), ("iif(true, 'a', 1 div 0)", ["a"]),
            ("{}.coalesce({}, 2)", ["2"]), ("1.type().name", ["Integer"]),
            ("\(patient).active.type().namespace", ["FHIR"]), ("\(patient).type().name", ["Patient"]),
            ("%resource.type().name", ["Bundle"]), ("%`vs-x`", ["http://hl7.org/fhir/ValueSet/x"]),
            ("(1|2).combine(2).distinct().count()", ["2"]), ("(1|2).subsetOf(1|2|3)", ["true"]),
            ("repeat(entry.resource).count()", ["2"]), ("descendants().where($this is Coding).count()", ["2"]),
        ] as [(String, [String])])
    func `collections, variables and types`(expression: String, expected: [String]) throws {
        #expect(try Self.evaluate(expression) == expected)
    }

    @Test(
        arguments: [
            ("", .syntax, 0, nil), ("a.", .syntax, 2, nil), ("1 +", .syntax, 3, nil), ("'a", .syntax, 0, nil),
            ("@2014-13", .syntax, 0, nil), ("entri.resource", .semantic, 0, "entry"),
            ("entry.cuont()", .semantic, 6, "count"), ("entry.count(1)", .semantic, 0, nil),
            ("%resorce", .semantic, 0, "%resource"), ("'a'.matches('(')", .semantic, 12, nil),
            ("'a'.matches('(?=x)')", .semantic, 12, nil), ("'a' as strin", .semantic, 7, "string"),
            ("\(observation).valueQuantity", .semantic, 35, "value"), ("children().first()", .semantic, 11, nil),
            ("(1|2).single()", .evaluation, 0, nil), ("'a' < 1", .evaluation, 0, nil),
            ("'a'.encode('rot13')", .evaluation, 11, nil), ("@2014 + 1 'kg'", .evaluation, 0, nil),
            ("1.5.round(-1)", .evaluation, 0, nil), ("conformsTo('http://x.org')", .evaluation, 11, nil),
        ] as [(String, FHIRPathError.Stage, Int, String?)])
    func `what is wrong is said with its place`(
        expression: String, stage: FHIRPathError.Stage, place: Int, suggestion: String?
    ) {
        do {
            let found = try Self.evaluate(expression)
            Issue.record("\(expression) is \(found)")
        } catch let error as FHIRPathError {
            #expect(error.stage == stage, "\(expression): \(error)")
            #expect(error.range.lowerBound == place, "\(expression): \(error)")
            #expect(error.suggestion == suggestion, "\(expression): \(error)")
        } catch {
            Issue.record(error)
        }
    }

    @Test func `the surroundings answer what the resource cannot`() throws {
        var environment = FHIRPathEnvironment()
        environment.now = FHIRDateTime("2020-02-03T04:05:06.789Z")
        environment.variables["limit"] = [.integer(7)]
        environment.membership = { set, system, code in
            set == "http://x.org/vs" ? system == "http://loinc.org" && code == "4548-4" : nil
        }
        let practitioner = try JSONParser().parse(bytes(#"{"resourceType":"Practitioner","id":"7"}"#)).root
        environment.resolver = { $0 == "Practitioner/7" ? FHIRPathElement(practitioner) : nil }
        var options = FHIRPathOptions()
        options.variables = ["limit"]
        let cases = [
            ("now()", ["2020-02-03T04:05:06.789Z"]), ("today()", ["2020-02-03"]), ("timeOfDay()", ["04:05:06.789"]),
            ("\(Self.observation).value.value > %limit", ["true"]),
            ("\(Self.observation).code.memberOf('http://x.org/vs')", ["true"]),
            ("\(Self.observation).code.coding[1].memberOf('http://x.org/vs')", ["false"]),
            ("\(Self.observation).code.memberOf('http://x.org/other')", []),
            ("\(Self.observation).performer.resolve().id", ["d", "7"]),
        ]
        for (expression, expected) in cases {
            #expect(try Self.evaluate(expression, options: options, in: environment) == expected, "\(expression)")
        }
    }

    @Test func `the clock says about now`() throws {
        let now = FHIRDateTime.current
        let seconds = Double(now.lowerBound) / 1_000
        #expect(abs(seconds - Date().timeIntervalSince1970) < 5)
        #expect(FHIRDateTime(now.text) == now)
    }

    @Test(arguments: [
        "entry.resource.repeatAll(%context.entry.resource)", "(1|2|3|4).repeatAll('a')",
        "'0123456789'.replace('', '0123456789').replace('', '0123456789').replace('', '0123456789').replace('', "
            + "'0123456789').replace('', '0123456789').replace('', '0123456789').replace('', '0123456789')",
    ])
    func `what would never end is stopped`(expression: String) {
        var environment = FHIRPathEnvironment()
        environment.stepLimit = 20_000
        #expect(throws: FHIRPathError.self) { try Self.evaluate(expression, in: environment) }
    }

    @Test func `an evaluation is cancelled`() {
        var environment = FHIRPathEnvironment()
        environment.isCancelled = { true }
        #expect {
            try Self.evaluate("(1|2).repeatAll($this)", in: environment)
        } throws: {
            ($0 as? FHIRPathError)?.stage == .cancelled
        }
    }

    @Test func `hostile patterns take linear time`() throws {
        let text = String(repeating: "a", count: 2_000) + "!"
        for pattern in ["(a*)*b", "(a|aa)+$", "(a|a?)+b", "(?:){1000}{1000}{1000}{1000}x"] {
            #expect(try RegularExpression(pattern).matches(text, wholly: false) == false)
        }
        #expect(throws: RegularExpression.PatternError.self) { try RegularExpression("((a{1000}){1000}){1000}") }
    }

    @Test func `deep nesting is refused`() {
        for text in ["(", "a.where(", "not(", "-", "{", "1 + ("] {
            #expect(throws: FHIRPathError.self) { try FHIRPath(String(repeating: text, count: 100_000)) }
        }
        _ = try? FHIRPath(Array(repeating: "a", count: 100_000).joined(separator: "."), options: .lenient)
        _ = try? FHIRPath(Array(repeating: "1", count: 100_000).joined(separator: "+"))
    }

    @Test func `any text is survived`() throws {
        var random = SeededGenerator(seed: 3)
        let root = try JSONParser().parse(bytes(Self.bundle)).root
        let pieces =
            FHIRPathFunction.allCases.map { $0.rawValue + "(" } + [
                "entry", ".resource", "code", ".", "[", "]", "(", ")", ")", ")", "1", "-1", "2147483647", "1.50", "'x'",
                "'a*'", "''", "=", "~", " as ", " is ", "Patient", "Quantity", "`", "'", "\\", "é", "\0", "@2014",
                "@T10",
                "@2014-01-31T10:00:00Z", "3 months", "1 'mg'", "{}", "$this", "$index", "%context", "|", "+", "*", "/",
                " div ", " mod ", "&", " in ", " and ", ",", "//", "/*", "name", "true",
            ]
        var environment = FHIRPathEnvironment()
        environment.stepLimit = 20_000
        environment.collectionLimit = 2_000
        var taken = 0
        for round in 0..<40_000 {
            let text = (0..<Int.random(in: 1...9, using: &random)).map { _ in pieces.randomElement(using: &random)! }
                .joined()
            let options = round % 2 == 0 ? FHIRPathOptions.lenient : FHIRPathOptions()
            guard let path = try? FHIRPath(text, options: options) else { continue }
            taken += 1
            _ = try? path.evaluate(on: root, in: environment)
        }
        #expect(taken > 400)
    }
}
