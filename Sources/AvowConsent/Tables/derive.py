"""Prints Sources/AvowConsent/Purpose+Table.swift from HL7's R4 definitions.

Usage: python3 Sources/AvowConsent/Tables/derive.py path/to/hl7.fhir.r4.core.tgz > Sources/AvowConsent/Purpose+Table.swift
"""
import json
import sys
import tarfile

CONSTANTS = [
    ("anyPurpose", "PurposeOfUse"), ("treatment", "TREAT"), ("emergencyTreatment", "ETREAT"), ("breakTheGlass", "BTG"),
    ("payment", "HPAYMT"), ("operations", "HOPERAT"), ("research", "HRESCH"), ("publicHealth", "PUBHLTH"),
    ("marketing", "HMARKT"), ("patientRequest", "PATRQT"),
]

with tarfile.open(sys.argv[1]) as package:
    system = json.load(package.extractfile("package/CodeSystem-v3-ActReason.json"))
rows = []


def collect(concepts, parent):
    for concept in concepts:
        inside = parent is not None or concept["code"] == "PurposeOfUse"
        row = None
        if inside:
            row = len(rows)
            rows.append((concept["code"], row if parent is None else parent, concept["display"]))
        collect(concept.get("concept", []), row)


collect(system["concept"], None)
index = {code: row for row, (code, _, _) in enumerate(rows)}
assert len(index) == len(rows), "a code with two parents needs another table"

print("// Derived by Sources/AvowConsent/Tables/derive.py from CodeSystem v3-ActReason %s of hl7.fhir.r4.core." % system["version"])
print()
print("extension Purpose {")
print("    /// Every concept of the value set v3-PurposeOfUse, each behind its parent; the root is its own parent.")
print("    static let table: [(code: String, parent: Int, display: String)] = [")
for code, parent, display in rows:
    print('        ("%s", %d, "%s"),' % (code, parent, display.lower()))
print("    ]")
for name, code in CONSTANTS:
    print()
    print("    /// `%s`: %s." % (code, rows[index[code]][2].lower()))
    print("    public static let %s = Purpose(row: %d)" % (name, index[code]))
print("}")
