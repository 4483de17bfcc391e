"""The search parameters of R4, type by type.

A line that begins with `=` begins a type. Each line below it is a parameter: code, type, the id of its
definition where that is not made of type and code, the types that a reference may lead to (`*` when it
may be any), and its expression, of which branches for other types are left out; for a composite then code and expression of
each component, with `=` between. `;` parts them.
"""
import re

TYPES = ["number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"]
# Slips in the definitions: type names of FHIRPath are case-sensitive, and hasExtension() is no function of it.
CORRECTIONS = {r"\.as\(DateTime\)": ".as(dateTime)", r"\bhasExtension\(('[^']*')\)": r"extension(\1).exists()"}


def lines(package):
    codes = {d["url"]: d["code"] for d in package.of_type("SearchParameter")}
    parameters = package.parameters()
    result = []
    for base in ["Resource", "DomainResource"] + package.resource_names():
        if parameters[base]:
            result.append("=" + base)
            result += [line(package, base, d, codes) for _, d in sorted(parameters[base].items())]
    return result


def line(package, base, d, codes):
    assert d["type"] in TYPES
    identifier = "" if d["id"] == f"{base}-{d['code']}" else d["id"]
    targets = d.get("target", [])
    # Lists of everything lack a type or two that nothing refers to.
    targets = "*" if len(targets) > len(package.resource_names()) - 10 else " ".join(targets)
    fields = [d["code"], d["type"], identifier, targets, expression(base, d)]
    fields += [codes[c["definition"]] + "=" + corrected(c["expression"]) for c in d.get("component", [])]
    assert not any(";" in f for f in fields)
    return ";".join(fields).rstrip(";")


def expression(base, d):
    branches = corrected(d.get("expression", ""))
    return " | ".join(b for b in split(branches) if begins(b) in (base, None) or base in ("Resource", "DomainResource"))


def corrected(text):
    for slip, meant in CORRECTIONS.items():
        text = re.sub(slip, meant, text)
    return " ".join(text.split())


def split(text):
    """The branches of a union, parted outside of brackets."""
    depth, start, result = 0, 0, []
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == "|" and depth == 0:
            result.append(text[start:i].strip())
            start = i + 1
    return result + [text[start:].strip()]


def begins(branch):
    """The type that a branch begins with."""
    found = re.match(r"\(*([A-Z]\w*)", branch)
    return found and found.group(1)
