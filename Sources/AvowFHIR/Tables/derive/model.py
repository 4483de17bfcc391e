"""The types of R4 and their elements.

A line that begins with `=` begins a type: its kind, its name and what it specializes. Lines below it
say what is known of a resource: `@` a compartment and the search parameters that decide membership,
`?` the elements that say whose it is, `#` those of its code, `%` those of its date. All other lines
are the elements that the type itself defines, those of its base left out: name, cardinality (`?` for
0..1, `1` for 1..1, `*` for 0..*, `+` for 1..*), types, and after `!` the value set of a required
binding. `.` is the type of the elements inside this one; a type in brackets behind Reference or
canonical may be referred to.
"""
import clinical

CARDINALITIES = {(0, "1"): "?", (1, "1"): "1", (0, "*"): "*", (1, "*"): "+"}
STRUCTURE = "http://hl7.org/fhir/StructureDefinition/"
VALUE_SET = "http://hl7.org/fhir/ValueSet/"
# The definitions of these say `string` or a type of FHIRPath where the specification's text has another type.
OVERRIDES = {"Resource.id": "id", "Narrative.div": "xhtml"}
ABSTRACT = ["Element", "BackboneElement", "Resource", "DomainResource"]


def order(package):
    """All types but backbone elements: abstract ones, primitives, datatypes, resources."""
    structures = package.structures()
    def of_kind(kind):
        return sorted(n for n, d in structures.items() if d["kind"] == kind and n not in ABSTRACT)
    return ABSTRACT, of_kind("primitive-type"), of_kind("complex-type"), package.resource_names()


def lines(package):
    structures, parameters = package.structures(), package.parameters()
    compartments = package.compartments()
    result = []
    for kind, names in zip(["abstract", "primitive", "complex", "resource"], order(package)):
        for name in names:
            d = structures[name]
            header = f"={kind} {name} {d.get('baseDefinition', '').removeprefix(STRUCTURE)}".rstrip()
            own = []
            if kind == "resource":
                for compartment in sorted(compartments):
                    if name in compartments[compartment]:
                        own.append(f"@{compartment} " + " ".join(compartments[compartment][name]))
                own += clinical_lines(name, d, parameters[name], compartments["Patient"].get(name, []))
            result += [header] + own
            result += elements(d) if kind != "primitive" else []
    return result


def clinical_lines(name, structure, of_type, compartment):
    elements = {e["path"]: e for e in structure["snapshot"]["element"]}
    columns = [
        ("?", clinical.patient_paths(name, elements, of_type, compartment)),
        ("#", clinical.code_paths(name, elements, of_type)),
        ("%", clinical.date_paths(name, elements, of_type)),
    ]
    return [mark + " ".join(paths) for mark, paths in columns if paths]


def elements(structure):
    """The lines of a type's own elements, then those of the backbone elements in it."""
    name = structure["type"]
    own, backbones = {name: []}, {}
    for e in structure["snapshot"]["element"]:
        path = e["path"]
        if path == name:
            continue
        if e["base"]["path"] != path:
            assert (e["min"], e["max"]) == (e["base"]["min"], e["base"]["max"])
            continue
        parent, _, element = path.rpartition(".")
        types = [of_type(path, t) for t in e.get("type", [])]
        if "contentReference" in e:
            types = [e["contentReference"].removeprefix("#")]
        elif types[0] in ("BackboneElement", "Element") and len(types) == 1 and inner(structure, path):
            own[path] = []
            backbones[path] = types[0]
            types = ["."]
        assert types
        line = f"{element} {CARDINALITIES[e['min'], e['max']]} {' '.join(types)}"
        binding = e.get("binding", {})
        if binding.get("strength") == "required":
            line += " !" + binding["valueSet"].split("|")[0].removeprefix(VALUE_SET)
        own[parent].append(line)
    result = own.pop(name)
    for path, lines in own.items():
        result += [f"=backbone {path} {backbones[path]}"] + lines
    return result


def inner(structure, path):
    return any(e["path"].startswith(path + ".") for e in structure["snapshot"]["element"])


def of_type(path, t):
    code = t["code"]
    if path in OVERRIDES:
        return OVERRIDES[path]
    if code.startswith("http"):
        code = next(e["valueUrl"] for e in t["extension"] if e["url"].endswith("structuredefinition-fhir-type"))
    targets = [p.removeprefix(STRUCTURE) for p in t.get("targetProfile", [])]
    if targets and targets != ["Resource"]:
        code += "(" + "|".join(targets) + ")"
    return code
