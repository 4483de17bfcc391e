import AvowSamples
import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// 64-bit FNV-1a, enough to notice that a byte changed.
private func fingerprint(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}

private typealias Object = [String: Any]

private func object(_ bytes: some Sequence<UInt8>) throws -> Object {
    try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? Object)
}

private func entries(_ bundle: [UInt8]) throws -> [Object] {
    try #require(object(bundle)["entry"] as? [Object])
}

private func resources(_ bundle: [UInt8]) throws -> [Object] {
    try entries(bundle).map { try #require($0["resource"] as? Object) }
}

/// All values of members called `reference`, however deep.
private func references(in value: Any) -> [String] {
    if let members = value as? Object {
        return members.flatMap { name, value in
            name == "reference" ? [value as? String ?? "not a string"] : references(in: value)
        }
    }
    return (value as? [Any] ?? []).flatMap(references)
}

private func code(_ resource: Object, _ member: String = "code") -> String? {
    let concept = resource[member] as? Object
    return (concept?["coding"] as? [Object])?.first?["code"] as? String
}

private func value(_ resource: Object) -> Double? {
    ((resource["valueQuantity"] as? Object)?["value"] as? NSNumber)?.doubleValue
}

private let sample = SamplePatients(seed: 1)

/// The resources of 200 patients, parsed once for all tests.
private var patients: [[Object]] { parsed.patients }

private let parsed = Parsed()

// Unchecked, for `Any` is not Sendable: nobody changes these values once they are made.
private struct Parsed: @unchecked Sendable {
    let patients: [[Object]] = sample.bundles(count: 200).map { (try? resources($0)) ?? [] }
}

@Suite struct `Sample patients` {
    /// These figures change when the generator changes; then every golden file that was made from a sample
    /// changes too, so that must be on purpose.
    @Test func `the same seed gives the same bytes everywhere`() {
        let fingerprints = (0..<10).map { fingerprint(sample.bundle(number: $0)) }
        #expect(fingerprints == expectedFingerprints)
    }

    @Test func `a patient is the same alone, in a sequence and in another value of the same seed`() {
        let alone = SamplePatients(seed: 1).bundle(number: 3)
        #expect(Array(sample.bundles(count: 4)).last == alone)
    }

    @Test func `another seed gives other patients and another clinic`() throws {
        let own = try entries(sample.bundle(number: 0)).map { $0["fullUrl"] as? String }
        let others = try entries(SamplePatients(seed: 2).bundle(number: 0)).map { $0["fullUrl"] as? String }
        #expect(Set(own).isDisjoint(with: Set(others)))
    }

    @Test func `pretty and compact bundles say the same`() throws {
        for number in 0..<5 {
            let compact = try object(sample.bundle(number: number)) as NSDictionary
            let pretty = SamplePatients(seed: 1, layout: .pretty).bundle(number: number)
            #expect(try object(pretty) as NSDictionary == compact)
            #expect(pretty.contains(0x0a))
            #expect(!sample.bundle(number: number).contains(0x0a))
        }
    }

    @Test func `every reference resolves inside its bundle, to the type its place asks for`() throws {
        for (number, bundle) in sample.bundles(count: 60).enumerated() {
            let entries = try entries(bundle)
            var types: [String: String] = [:]
            for entry in entries {
                let resource = try #require(entry["resource"] as? Object)
                let url = try #require(entry["fullUrl"] as? String)
                let id = try #require(resource["id"] as? String)
                #expect(url == "urn:uuid:\(id)")
                #expect(UUID(uuidString: id)?.uuidString.lowercased() == id)
                #expect(
                    types.updateValue(try #require(resource["resourceType"] as? String), forKey: url) == nil)
            }
            for reference in references(in: entries) {
                #expect(types[reference] != nil, "patient \(number): \(reference)")
            }
            for resource in patients[number] {
                for member in ["subject", "patient"] {
                    guard let reference = (resource[member] as? Object)?["reference"] as? String else {
                        continue
                    }
                    #expect(types[reference] == "Patient")
                }
            }
        }
    }

    @Test func `ids are unique in the sample, but for the clinic that all bundles share`() throws {
        var seen: [String: Object] = [:]
        for resources in patients {
            for resource in resources {
                let id = try #require(resource["id"] as? String)
                guard let earlier = seen.updateValue(resource, forKey: id) else { continue }
                let type = resource["resourceType"] as? String
                #expect(type == "Organization" || type == "Practitioner")
                #expect(earlier as NSDictionary == resource as NSDictionary)
            }
        }
    }

    @Test func `NDJSON holds the same resources, with references by type and id`() throws {
        var lines: [Object] = []
        for piece in sample.ndjson(count: 20) {
            #expect(piece.last == 0x0a)
            lines += try piece.split(separator: 0x0a).map { try object($0) }
        }
        let ids = lines.compactMap { $0["id"] as? String }
        #expect(Set(ids).count == ids.count)
        let bundled = patients.prefix(20).flatMap { $0 }
        #expect(Set(bundled.compactMap { $0["id"] as? String }) == Set(ids))
        let known = Set(
            lines.map { "\($0["resourceType"] as? String ?? "")/\($0["id"] as? String ?? "")" })
        for reference in references(in: lines) { #expect(known.contains(reference)) }
    }

    @Test func `measurements lie where measurements of people lie`() throws {
        let ranges: [String: ClosedRange<Double>] = [
            "4548-4": 4.4...14, "29463-7": 9...220, "8302-2": 70...205, "39156-5": 9...48, "2339-0": 70...400,
            "18262-6": 60...175, "2085-9": 30...75, "2571-8": 60...220, "8867-4": 50...95,
            "8310-5": 36...39.5,
            "2160-0": 0.6...1.2, "2093-3": 100...290,
        ]
        var measured: Set<String> = []
        for resources in patients {
            for resource in resources where resource["resourceType"] as? String == "Observation" {
                if let components = resource["component"] as? [Object] {
                    let values = components.compactMap(value)
                    try #require(values.count == 2)
                    #expect((95...165).contains(values[0]) && (60...105).contains(values[1]))
                    #expect(values[0] > values[1])
                }
                guard let code = code(resource), let range = ranges[code], let value = value(resource) else {
                    continue
                }
                measured.insert(code)
                #expect(range.contains(value), "\(code) = \(value)")
            }
        }
        #expect(patients.allSatisfy { $0.count > 10 })
        #expect(measured == Set(ranges.keys))
    }

    @Test func `patients with diabetes have more HbA1c than the others`() throws {
        var withDiabetes: [Double] = []
        var without: [Double] = []
        for resources in patients {
            let isDiabetic = resources.contains { code($0) == "44054006" }
            let values = resources.filter { code($0) == "4548-4" }.compactMap(value)
            if isDiabetic, let last = values.last { withDiabetes.append(last) }
            if !isDiabetic { without += values }
        }
        #expect(withDiabetes.count >= 10)
        #expect(withDiabetes.allSatisfy { $0 >= 5.9 })
        #expect(withDiabetes.contains { $0 > 7 } && withDiabetes.contains { $0 <= 7 })
        #expect(without.count >= 100)
        #expect(without.allSatisfy { $0 <= 6.4 })
    }

    @Test func `the sample has the variety that readers must cope with`() throws {
        var counts: [String: Int] = [:]
        var birthDateLengths: Set<Int> = []
        var found: Set<String> = []
        for resources in patients {
            for resource in resources {
                let type = try #require(resource["resourceType"] as? String)
                counts[type, default: 0] += 1
                if type == "Patient", let date = resource["birthDate"] as? String {
                    birthDateLengths.insert(date.count)
                    let family = (resource["name"] as? [Object])?.first?["family"] as? String ?? ""
                    found.insert(family.utf8.allSatisfy { $0 < 0x80 } ? "ASCII name" : "other name")
                }
                if type == "Condition" && resource["code"] == nil { found.insert("condition without code") }
                if resource["effectivePeriod"] != nil { found.insert("period") }
                if (resource["effectiveDateTime"] as? String)?.count == 7 { found.insert("partial date") }
                if resource["dataAbsentReason"] != nil { found.insert("absent value") }
                if resource["meta"] != nil { found.insert("restricted") }
                if resource["deceasedDateTime"] != nil { found.insert("deceased") }
            }
        }
        let types = [
            "AllergyIntolerance", "Condition", "DiagnosticReport", "Encounter", "Immunization",
            "MedicationRequest", "Observation", "Organization", "Patient", "Practitioner", "Procedure",
        ]
        #expect(counts.keys.sorted() == types)
        #expect(counts["Patient"] == 200)
        #expect(birthDateLengths == [4, 7, 10])
        #expect(
            found == [
                "ASCII name", "other name", "condition without code", "period", "partial date",
                "absent value",
                "restricted", "deceased",
            ])
    }

    @Test func `times are real, in order, and not after the end of the sample`() throws {
        let format = Date.ISO8601FormatStyle()
        for resources in patients.prefix(50) {
            for resource in resources {
                for member in ["period", "effectivePeriod", "performedPeriod"] {
                    guard let period = resource[member] as? [String: String] else { continue }
                    let start = try format.parse(try #require(period["start"]))
                    let end = try format.parse(try #require(period["end"]))
                    #expect(start < end)
                    #expect(end < Date(timeIntervalSince1970: 1_751_414_400), "2025-07-02")
                }
            }
        }
    }

    @Test func `nothing is recorded before a patient is born or after the patient's death`() throws {
        for (number, resources) in patients.enumerated() {
            let patient = try #require(resources.first { $0["resourceType"] as? String == "Patient" })
            let birth = try #require(patient["birthDate"] as? String)
            let death = patient["deceasedDateTime"] as? String ?? "9999"
            for resource in resources {
                for member in ["onsetDateTime", "abatementDateTime", "recordedDate", "effectiveDateTime"] {
                    guard let date = resource[member] as? String else { continue }
                    let length = min(date.count, birth.count)
                    #expect(date.prefix(length) >= birth.prefix(length), "patient \(number)")
                    #expect(date.prefix(10) <= death.prefix(10), "patient \(number)")
                }
            }
        }
    }

    @Test func `two hundred patients take no time to speak of`() {
        let start = threadSeconds()
        let bytes = sample.bundles(count: 200).reduce(0) { $0 + $1.count }
        #expect(bytes > 5_000_000)
        // A second or two in a debug build; the limit only notices a blunder.
        #expect(threadSeconds() - start < 15)
    }
}

/// Seconds that this thread has been running, which other work on the machine does not add to.
private func threadSeconds() -> Double {
    var time = timespec()
    // Filled whole or the call fails and leaves zero.
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

private let expectedFingerprints: [UInt64] = [
    0xcc85_f47a_0628_84df,
    0x5305_294c_2e3f_07d0,
    0x5ff3_5baa_147c_204f,
    0x8096_84df_2b35_54c0,
    0xcfe8_d330_c101_de6d,
    0x6543_2d40_33e7_5412,
    0xd3be_5680_54b7_933e,
    0x08aa_88a8_5ebb_cfe9,
    0x4f1e_2b1a_6882_2f47,
    0x3f02_9b76_2565_d356,
]
