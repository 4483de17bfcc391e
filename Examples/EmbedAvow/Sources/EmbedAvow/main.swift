// A record in, a proven answer out, and rows as values of Swift: `swift run EmbedAvow DIRECTORY` makes a store there.

import Avow
import AvowConsent
import AvowFHIR
import AvowProof
import AvowQuery
import AvowVault
import AvowVerify
import Foundation

let directory = CommandLine.arguments.count > 1 ? CommandLine.arguments[1] : NSTemporaryDirectory() + "embed-avow"
try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
let record = """
    {"resourceType":"Observation","id":"hba1c-1","status":"final","subject":{"reference":"Patient/1"},\
    "code":{"coding":[{"system":"http://loinc.org","code":"4548-4"}]},\
    "effectiveDateTime":"2025-06-30","valueQuantity":{"value":6.8,"unit":"%"}}
    """
try record.write(toFile: directory + "/records.ndjson", atomically: true, encoding: .utf8)

// The store: sealed under a passphrase, signing as clinic.example/records.
let secret = UnlockSecret.passphrase(try Passphrase("correct horse battery staple"))
let store = try Store.create(at: directory + "/clinic", origin: "clinic.example/records", unlock: secret)
try store.importResources(at: [directory + "/records.ndjson"])
let query = "SELECT value.value AS hba1c FROM Observation WHERE code = loinc|4548-4"
let answered = try store.answer(query, as: Actor("Practitioner/1"), for: .treatment)
print(answered.result.rows)

// Whoever checks the answer: its bytes and the public key, nothing else.
let key = try VerifierKey(parsing: store.verifierKey.description)
let verified = try AnswerVerifier(LogPolicy(log: key)).verify(answered.answer.bytes)
print(verified.result.rows, "at commit", verified.commit.sequence)

// Prepared once, with values bound to its placeholders as often as it is asked.
let readings = try Query("SELECT id, date, value.value AS value FROM Observation WHERE code = $code AND date >= $since")
let recent = try readings.binding(["code": "loinc|4548-4", "since": "2020"])

// Rows as structures: all at once, or one after the other as they are found.
struct Reading: Decodable {
    let id: String
    let date: FHIRDateTime?
    let value: FHIRDecimal
}

let clinician = try Actor("Practitioner/1")
let snapshot = try store.snapshot()
for reading in try snapshot.query(prepared: recent, as: clinician, for: .treatment).rows(as: Reading.self) {
    print(reading.id, reading.date?.text ?? "", reading.value)
}
for try await row in try store.rows(of: recent, as: clinician, for: .treatment) {
    print(row.number, try row.value("value", as: Double.self))
}
