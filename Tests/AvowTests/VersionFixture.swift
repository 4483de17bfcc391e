import Avow
import AvowConsent
import AvowFHIR
import AvowQuery
import AvowVerify
import Testing

/// Made-up resources of which tests make versions, in the compact form in which a store keeps them.
enum Made {
    static func patient(_ id: String, born year: Int = 1970) -> String {
        #"{"resourceType":"Patient","id":"\#(id)","birthDate":"\#(year)-01-01"}"#
    }

    static func observation(_ id: String, of patient: String, value: Int, code: Int = 1) -> String {
        """
        {"resourceType":"Observation","id":"\(id)","status":"final","code":{"coding":[{"system":"http://loinc.org",\
        "code":"\(code)-1"}]},"subject":{"reference":"Patient/\(patient)"},"effectiveDateTime":"2020-01-0\(1 + value % 9)",\
        "valueInteger":\(value)}
        """
    }

    static func organization(_ id: String, name: Int) -> String {
        #"{"resourceType":"Organization","id":"\#(id)","name":"\#(name)"}"#
    }
}

extension StoreFixture {
    /// Imports resources, each on a line of its own.
    @discardableResult
    func importLines(_ lines: [String]) throws -> ImportSummary {
        try store.importUnvalidated(at: [try write(lines.joined(separator: "\n"), "lines.ndjson")])
    }

    /// All versions of a resource, the newest first: their numbers, and their JSON unless they are deletions.
    func history(_ type: ResourceType, _ id: String) throws -> [(number: UInt64, json: String?)] {
        try store.snapshot().history(type, id: id, as: StoreFixture.clinician, for: .treatment).map { version in
            let json = try version.resource().map { String(decoding: $0, as: UTF8.self) }
            #expect(version.isDeletion == (json == nil))
            return (version.number, json)
        }
    }
}
