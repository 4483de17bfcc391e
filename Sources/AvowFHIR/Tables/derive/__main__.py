#!/usr/bin/env python3
"""Derives the tables beside this folder from the FHIR R4 (4.0.1) definitions.

    Sources/AvowFHIR/Tables/derive ../shared/definitions/hl7.fhir.r4.core.tgz [TARGET]

(python3 runs the folder.) Writes into the folder TARGET, or beside this one.
"""
import pathlib
import sys

sys.dont_write_bytecode = True

import model
from package import Package

NOTE = "// Derived by Tables/derive from the FHIR R4 (4.0.1) definitions; do not edit.\n\n"


def main(archive, target=pathlib.Path(__file__).resolve().parent.parent):
    package, target = Package(archive), pathlib.Path(target)

    def write(name, text):
        (target / name).write_text(NOTE + text)

    lines = model.lines(package)
    write("ResourceType.swift", resource_types(package))
    write("FHIRType+Names.swift", type_names(package, lines))
    write("FHIRModel+Table.swift", table("FHIRModel", model.__doc__, lines))


def identifier(name):
    return name[0].lower() + name[1:]


def escaped(name):
    return f"`{name}`" if name == "extension" else name


def resource_types(package):
    cases = "\n".join(f"    case {identifier(name)} = {i}" for i, name in enumerate(package.resource_names(), 1))
    return f'''/// A concrete resource type of FHIR R4 (4.0.1).
///
/// The raw value is the type's place, counted from 1, in the alphabetical list of them; it is written
/// into keys and never changes. 0 is reserved.
public enum ResourceType: UInt8, CaseIterable, Sendable {{
{cases}
}}
'''


def type_names(package, lines):
    numbers = {line.split()[1]: i for i, line in enumerate(l for l in lines if l[0] == "=")}
    groups = ["Abstract types.", "Primitive types (R4, section 2.24.0.1).", "Complex datatypes (R4, section 2.24)."]
    constants = []
    for comment, names in zip(groups, model.order(package)):
        constants.append(f"    // {comment}")
        for name in names:
            constants.append(f"    /// `{name}`.\n    public static let {escaped(identifier(name))} = FHIRType(number: {numbers[name]})")
    return "// The types that code names; resources have `FHIRType(_:)`.\nextension FHIRType {\n" + "\n".join(constants) + "\n}\n"


def table(owner, comment, lines):
    comment = "\n".join("    /// " + line if line else "    ///" for line in comment.strip().split("\n"))
    text = "\n".join("        " + line for line in lines)
    return f'''extension {owner} {{
{comment}
    static let table: StaticString = """
{text}
        """
}}
'''


if __name__ == "__main__":
    main(*sys.argv[1:])
