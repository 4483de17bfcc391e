"""Prints one of the tables of Sources/AvowConsent/Tables from HL7's R4 definitions.

Usage: python3 Sources/AvowConsent/Tables/derive.py path/to/hl7.fhir.r4.core.tgz purposes|labels > the table

purposes: Purpose+Table.swift, the value set v3-PurposeOfUse
labels:   SecurityLabel+Table.swift, the security labels of v3-ActCode: all policies below _ActPolicyType
"""
import json
import sys
import tarfile

CONSTANTS = [
    ("anyPurpose", "PurposeOfUse"), ("treatment", "TREAT"), ("emergencyTreatment", "ETREAT"), ("breakTheGlass", "BTG"),
    ("payment", "HPAYMT"), ("operations", "HOPERAT"), ("research", "HRESCH"), ("publicHealth", "PUBHLTH"),
    ("marketing", "HMARKT"), ("patientRequest", "PATRQT"),
]


def definition(name):
    with tarfile.open(sys.argv[1]) as package:
        return json.load(package.extractfile("package/CodeSystem-%s.json" % name))


def purposes():
    system = definition("v3-ActReason")
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


def labels():
    system = definition("v3-ActCode")
    parents = {}

    def collect(concepts, parent):
        for concept in concepts:
            code = concept["code"]
            parents.setdefault(code, set())
            if parent is not None:
                parents[code].add(parent)
            # A concept that has a second place in the hierarchy is named there by the property "child".
            for named in concept.get("property", []):
                if named["code"] == "child":
                    parents.setdefault(named["valueCode"], set()).add(code)
            collect(concept.get("concept", []), code)

    collect(system["concept"], None)
    inside = {"_ActPolicyType"}
    while True:
        below = {code for code in parents if parents[code] & inside} - inside
        if not below:
            break
        inside |= below
    print("// Derived by Sources/AvowConsent/Tables/derive.py from CodeSystem v3-ActCode %s of hl7.fhir.r4.core." % system["version"])
    print()
    print("extension SecurityLabel {")
    print("    /// Every policy of v3-ActCode with those right above it, in the order of the codes.")
    print("    static let parents: [String: [String]] = [")
    for code in sorted(inside):
        above = ", ".join('"%s"' % parent for parent in sorted(parents[code] & inside))
        print('        "%s": [%s],' % (code, above))
    print("    ]")
    print("}")


{"purposes": purposes, "labels": labels}[sys.argv[2]]()
