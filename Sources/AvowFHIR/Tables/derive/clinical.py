"""The elements that say which patient a resource belongs to, what its code is, and when it happened.

Patient: the elements among PATIENT_NAMES that may refer to a Patient, then the elements of the
search parameters that the patient compartment names. `subject` may also have no declared target.

Code: the elements of the search parameter `code` of type token.

Date: the elements of the search parameter in DATE_OVERRIDE, else of `date`, else of those in
DATE_PARAMETERS that the type has, else the elements in DATE_ELEMENTS that it has. A choice stands
as its concrete names, a Period as its start, a Timing as its events and the start of its bounds.
"""
import re

PATIENT_NAMES = ["patient", "subject", "beneficiary", "individual", "for"]
DATE_OVERRIDE = {"MedicationRequest": ["authoredon"]}
DATE_PARAMETERS = [
    "onset-date", "effective-time", "effective", "occurrence", "event-date", "started", "start",
    "start-date", "whenhandedover", "whenprepared", "collected", "identified", "datetime",
    "datewritten", "authored-on", "authored", "recorded-date", "sent", "received", "when",
    "recorded", "issued", "created", "period", "entered-date", "modified",
]
DATE_ELEMENTS = [
    "effective[x]", "occurrence[x]", "occurrenceDateTime", "performed[x]", "timing[x]", "start",
    "period", "servicePeriod", "created", "recordedOn", "date",
]
DATE_TYPES = ["dateTime", "date", "instant", "Period", "Timing"]


def expressions(name, parameter):
    """The paths of a search parameter on one type, without the type's name, conversions and filters."""
    for part in parameter.get("expression", "").split(" | "):
        part = re.sub(r"^\((.*)\)$", r"\1", part.strip())
        part = re.sub(r"\.where\(.*\)$", "", part)
        part, _, cast = part.replace(".as(", " as ").rstrip(")").partition(" as ")
        head, _, rest = part.partition(".")
        if head == name and rest:
            yield rest, cast


def element(name, path, elements):
    return elements.get(f"{name}.{path}") or elements.get(f"{name}.{path}[x]")


def refers_to_patient(e):
    return any(
        t["code"] == "Reference"
        and (not t.get("targetProfile") or any(p.endswith("/Patient") or p.endswith("/Resource") for p in t["targetProfile"]))
        for t in e.get("type", []))


def patient_paths(name, elements, of_type, compartment):
    if name == "Patient":
        return []
    paths = [p for p in PATIENT_NAMES if (e := element(name, p, elements)) and refers_to_patient(e)]
    rest = sorted({p for code in compartment if code in of_type for p, _ in expressions(name, of_type[code])})
    result = []
    for path in paths + [p for p in rest if p not in paths]:
        e = element(name, path, elements)
        result.append(path + ("Reference" if e and e["path"].endswith("[x]") else ""))
    return result


def code_paths(name, elements, of_type):
    if of_type.get("code", {}).get("type") != "token":
        return []
    return [path + (cast[0].upper() + cast[1:] if cast else "") for path, cast in expressions(name, of_type["code"])]


def date_paths(name, elements, of_type):
    codes = DATE_OVERRIDE.get(name) or (["date"] if "date" in of_type else [c for c in DATE_PARAMETERS if c in of_type])
    paths = [p for c in codes for p, _ in expressions(name, of_type[c])]
    if not paths:
        paths = [p for p in DATE_ELEMENTS if f"{name}.{p}" in elements]
    result = []
    for path in paths:
        e = element(name, path.removesuffix("[x]"), elements)
        if not e:
            continue
        base = path.removesuffix("[x]")
        choice = e["path"].endswith("[x]")
        types = {t["code"] for t in e.get("type", [])}
        for t in DATE_TYPES:
            if t not in types:
                continue
            p = base + (t[0].upper() + t[1:] if choice else "")
            suffixes = {"Period": [".start"], "Timing": [".event", ".repeat.boundsPeriod.start"]}.get(t, [""])
            result += [p + s for s in suffixes if p + s not in result]
    return result
