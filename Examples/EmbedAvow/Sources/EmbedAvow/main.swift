// A record in, a proven answer out: `swift run EmbedAvow DIRECTORY` makes a store there.

import Avow
import AvowConsent
import AvowProof
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
