#!/usr/bin/env python3
"""Answers queries over a folder of FHIR R4 bundles from their text alone.

    oracle.py FOLDER

Reads the bundles, prints a line when that is done, then reads one JSON question a line and prints one JSON answer
a line. It shares nothing with the package: what it knows of FHIR it has from the R4 specification, for the types of
resource that the bundles at hand hold, and it refuses others. Questions:

    {"ask": "query", "text": "SELECT …"}   {"columns": […], "rows": [[cell…]…], "keys": [instant…]}
    {"ask": "dump", "file": PATH}          writes one line a resource: Type/id, tab, patient's id or "-", tab, JSON
    {"ask": "patients"}                    {"patients": [id…]}
    {"ask": "codes", "type": TYPE}         {"codes": [[system, code, resources that have it]…]}, the frequent first
    {"ask": "paths", "type": TYPE}         {"paths": [path…]}, to every value that some resource of the type has
    {"ask": "dates", "type": TYPE}         {"dates": [text…]}, as they are written, without repetitions

A cell is null, ["string", text], ["number", digits], ["boolean", value] or ["json", text]. The keys are the rows'
clinical dates in ms, by which ORDER BY date sorts, and those of groups their places in the order that is asked for;
rows of equal keys may stand in any order.
"""
import collections
import datetime
import itertools
import json
import os
import re
import sys

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)

# Which element says whose a resource is (the R4 patient compartment); nothing for types outside it.
OWNER = {
    "AllergyIntolerance": "patient", "CarePlan": "subject", "CareTeam": "subject", "Claim": "patient",
    "Condition": "subject", "Coverage": "beneficiary", "Device": "patient", "DiagnosticReport": "subject",
    "DocumentReference": "subject", "Encounter": "subject", "ExplanationOfBenefit": "patient", "Goal": "subject",
    "ImagingStudy": "subject", "Immunization": "patient", "Location": None, "Medication": None,
    "MedicationAdministration": "subject", "MedicationRequest": "subject", "Observation": "subject",
    "Organization": None, "Patient": None, "Practitioner": None, "Procedure": "subject", "SupplyDelivery": "patient",
}
# The elements of the search parameter `code`, for types that have it.
CODE = {
    "AllergyIntolerance": "code", "Condition": "code", "DiagnosticReport": "code", "Medication": "code",
    "MedicationAdministration": "medicationCodeableConcept", "MedicationRequest": "medicationCodeableConcept",
    "Observation": "code", "Procedure": "code",
}
# Where the clinical date begins, in order of precedence.
DATE = {
    "AllergyIntolerance": ["recordedDate"], "CarePlan": ["period.start"], "CareTeam": ["period.start"],
    "Claim": ["created"], "Condition": ["onsetDateTime", "onsetPeriod.start", "recordedDate"],
    "Coverage": ["period.start"], "DiagnosticReport": ["effectiveDateTime", "effectivePeriod.start"],
    "DocumentReference": ["date"], "Encounter": ["period.start"], "ExplanationOfBenefit": ["created"],
    "Goal": ["startDate"], "ImagingStudy": ["started"], "Immunization": ["occurrenceDateTime"],
    "MedicationAdministration": ["effectiveDateTime", "effectivePeriod.start"], "MedicationRequest": ["authoredOn"],
    "Observation": ["effectiveDateTime", "effectiveInstant", "effectivePeriod.start"],
    "Procedure": ["performedDateTime", "performedPeriod.start"],
    "SupplyDelivery": ["occurrenceDateTime", "occurrencePeriod.start"],
}
SYSTEMS = {
    "loinc": "http://loinc.org", "snomed": "http://snomed.info/sct",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm", "cvx": "http://hl7.org/fhir/sid/cvx",
}
# A choice element has the name of its type behind its own: the elements of R4 that records have of them (birthDate and
# recordedDate, say, are none), and the types that they choose from.
CHOICE = re.compile(
    r"(abatement|age|allowed|asNeeded|author|born|bounds|collected|deceased|defaultValue|diagnosis|dose|due|effective"
    r"|item|location|medication|multipleBirth|occurrence|onset|performed|procedure|product|rate|reported|scheduled"
    r"|serviced|timing|used|value)(Address|Age|Annotation|Attachment|Boolean|(?<=value)Code|CodeableConcept|Coding|Date|DateTime|Decimal"
    r"|Identifier|Instant|Integer|Money|Period|PositiveInt|Quantity|Range|Ratio|Reference|SampledData|String|Time"
    r"|Timing|Uri|UnsignedInt)")
STRING_OR_SPACE = re.compile(r'("(?:[^"\\]|\\.)*")|[ \t\r\n]+')
REFERENCE = re.compile(r'"reference":"([^"\\]*)"')


class Digits(str):
    """A number as it is written."""


DECODER = json.JSONDecoder(parse_int=Digits, parse_float=Digits)


def without_space(text):
    return STRING_OR_SPACE.sub(lambda match: match.group(1) or "", text)


def members(text, start):
    """The members of the object at `start` of compact JSON: (name, value, where its text begins and ends)."""
    assert text[start] == "{"
    if text[start + 1] == "}":
        return
    position = start + 1
    while True:
        name, position = DECODER.raw_decode(text, position)
        begin = position + 1
        value, position = DECODER.raw_decode(text, begin)
        yield name, value, begin, position
        if text[position] == "}":
            return
        position += 1


def elements(text, start):
    """Where the elements of the array at `start` begin."""
    position = start + 1
    while text[position] != "]":
        yield position
        _, position = DECODER.raw_decode(text, position)
        if text[position] == ",":
            position += 1


def first_value(resource, path):
    value = resource
    for name in path.split("."):
        while isinstance(value, list):
            value = value[0] if value else None
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


class Resource:
    def __init__(self, text):
        self.text = text
        self.value = DECODER.decode(text)
        self.type = self.value["resourceType"]
        self.id = self.value["id"]
        if self.type not in OWNER:
            raise ValueError(f"the oracle knows no {self.type}")
        self.owner = self.id if self.type == "Patient" else None
        if OWNER[self.type]:
            reference = first_value(self.value, OWNER[self.type] + ".reference") or ""
            kind, _, identity = reference.partition("/")
            self.owner = identity if kind == "Patient" else None
        concept = self.value.get(CODE.get(self.type)) or {}
        codings = concept.get("coding", [])
        self.codes = [(coding.get("system", ""), coding["code"]) for coding in codings if "code" in coding]
        found = (first_value(self.value, path) for path in DATE.get(self.type, []))
        self.date_text = next((text for text in found if text is not None), None)
        self.date = None if self.date_text is None else interval(self.date_text)[0]


def instant(moment):
    return (moment - EPOCH) // datetime.timedelta(milliseconds=1)


def interval(text):
    """The first ms that a date stands for, and the first behind it."""
    shapes = [(r"\d{4}", "%Y"), (r"\d{4}-\d\d", "%Y-%m"), (r"\d{4}-\d\d-\d\d", "%Y-%m-%d")]
    for precision, (shape, form) in enumerate(shapes):
        if re.fullmatch(shape, text):
            begin = datetime.datetime.strptime(text, form).replace(tzinfo=datetime.timezone.utc)
            if precision == 0:
                end = begin.replace(year=begin.year + 1)
            elif precision == 1:
                end = (begin + datetime.timedelta(days=31)).replace(day=1)
            else:
                end = begin + datetime.timedelta(days=1)
            return instant(begin), instant(end)
    begin = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert begin.tzinfo is not None, text
    fraction = re.search(r"\.(\d+)", text)
    if fraction:
        length = 10 ** max(0, 3 - len(fraction.group(1)))
    elif re.search(r"T\d\d:\d\d:\d\d", text):
        length = 1_000
    else:
        length = 60_000
    return instant(begin), instant(begin) + length


def read_bundle(text, store):
    text = without_space(text)
    entries, urls = [], {}
    for name, _, begin, _ in members(text, 0):
        if name != "entry":
            continue
        for start in elements(text, begin):
            url = resource = None
            for inner, value, first, last in members(text, start):
                if inner == "fullUrl":
                    url = value
                elif inner == "resource":
                    resource = (value, text[first:last])
            entries.append(resource[1])
            if url is not None:
                urls[url] = resource[0]["resourceType"] + "/" + resource[0]["id"]
    for entry in entries:
        resource = Resource(REFERENCE.sub(lambda m: '"reference":"%s"' % urls.get(m.group(1), m.group(1)), entry))
        store[resource.type, resource.id] = resource


def step(items, name):
    """What a name of FHIRPath leads to: a choice element is called by its name without its type."""
    for item in items:
        if not isinstance(item, dict):
            continue
        chosen = [item[name]] if name in item else [
            value for full, value in item.items() if full.startswith(name) and CHOICE.fullmatch(full)
            and CHOICE.fullmatch(full).group(1) == name]
        for value in chosen:
            yield from value if isinstance(value, list) else [value]


def cell(resource, path):
    if path == "resource":
        return ["json", resource.text]
    if path == "patient":
        return ["string", "Patient/" + resource.owner] if resource.owner else None
    if path == "date":
        return ["string", resource.date_text] if resource.date_text else None
    items = [resource.value]
    for name in path.split("."):
        items = list(step(items, name))
    if not items:
        return None
    if len(items) > 1:
        return ["json", "[" + ",".join(map(as_json, items)) + "]"]
    item = items[0]
    if isinstance(item, Digits):
        return ["number", str(item)]
    if isinstance(item, bool):
        return ["boolean", item]
    return ["string", item] if isinstance(item, str) else ["json", as_json(item)]


def as_json(value):
    """A value's compact JSON, as it is in the resource if no character of it is escaped that need not be."""
    if isinstance(value, Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(as_json(name) + ":" + as_json(member) for name, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(as_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def is_token(pair, literal):
    system, bar, code = literal.strip("'").rpartition("|")
    return (not bar or SYSTEMS.get(system, system) == pair[0]) and (not code or code == pair[1])


def meets(resource, condition):
    name, operator, literal = condition
    literal = literal.strip("'")
    if name == "patient":
        return resource.owner is not None and "Patient/" + resource.owner == literal
    if name == "_id":
        return resource.id == literal
    if name == "code":
        return any(is_token(pair, literal) for pair in resource.codes)
    if resource.date is None:
        return False
    begin, end = interval(literal)
    return {
        "=": begin <= resource.date < end, "<": resource.date < begin, "<=": resource.date < end,
        ">": resource.date >= end, ">=": resource.date >= begin,
    }[operator]


QUERY = re.compile(
    r"SELECT (?P<columns>.+?) FROM (?P<type>\w+)(?: WHERE (?P<conditions>.+?))?"
    r"(?: GROUP BY (?P<groups>.+?))?(?: ORDER BY (?P<order>.+?))?(?: LIMIT (?P<limit>\d+))?")
CONDITION = re.compile(
    r"(?P<name>patient|_id|code|date) (?:(?P<operator>=|<=|<|>=|>) (?P<value>\S+)"
    r"|BETWEEN (?P<low>\S+) AND (?P<high>\S+))(?: AND |$)")


def query(store, text):
    parts = QUERY.fullmatch(text)
    conditions, position = [], 0
    written = parts["conditions"] or ""
    while position < len(written):
        found = CONDITION.match(written, position)
        if found["low"]:
            conditions += [("date", ">=", found["low"]), ("date", "<=", found["high"])]
        else:
            conditions.append((found["name"], found["operator"], found["value"]))
        position = found.end()
    chosen = [
        resource for resource in store.values()
        if parts["type"] in (resource.type, "Resource")
        and all(meets(resource, condition) for condition in conditions)]
    if parts["groups"]:
        tokens = [literal for name, _, literal in conditions if name == "code"]
        return grouped(chosen, tokens, parts["columns"], parts["groups"], parts["order"])
    if parts["columns"] == "COUNT(*)":
        return {"columns": ["count"], "rows": [[["number", str(len(chosen))]]], "keys": [0]}
    key = lambda resource: (resource.date is not None, resource.date or 0)
    assert parts["order"] in (None, "date", "date DESC")
    chosen.sort(key=key, reverse=parts["order"] == "date DESC")
    columns = parts["columns"].split(", ")
    return {
        "columns": columns, "rows": [[cell(resource, column) for column in columns] for resource in chosen],
        "keys": [resource.date for resource in chosen]}


def group_cells(resource, term, tokens):
    """The values of a term of GROUP BY: a resource stands under each of them."""
    if term == "code":
        pairs = {pair for pair in resource.codes if not tokens or any(is_token(pair, token) for token in tokens)}
        return [("string", "|".join(re.sub(r"([|\\])", r"\\\1", part) for part in pair)) for pair in pairs]
    unit = re.fullmatch(r"(year|month)\(date\)", term)
    if unit:
        if resource.date is None:
            return [None]
        date = EPOCH + datetime.timedelta(milliseconds=resource.date)
        return [("string", f"{date.year:04}" + (f"-{date.month:02}" if unit.group(1) == "month" else ""))]
    value = cell(resource, term)
    return [value if value is None else tuple(value)]


def grouped(chosen, tokens, columns, groups, order):
    terms = groups.split(", ")
    counts = collections.Counter()
    for resource in chosen:
        counts.update(itertools.product(*(group_cells(resource, term, tokens) for term in terms)))
    columns = columns.split(", ")

    def value(group, name):
        return ("number", str(counts[group])) if name == "COUNT(*)" else group[terms.index(name)]

    def place(cell):
        if cell is None:
            return (0,)
        return (2, int(cell[1])) if cell[0] == "number" else (3, cell[1].encode())

    keys = [0] * len(counts)
    rows = list(counts)
    for term in reversed(order.split(", ") if order else []):
        name, _, direction = term.partition(" ")
        rows.sort(key=lambda group: place(value(group, name)), reverse=direction == "DESC")
    if order:
        names = [term.partition(" ")[0] for term in order.split(", ")]
        for index in range(1, len(rows)):
            same = all(value(rows[index], name) == value(rows[index - 1], name) for name in names)
            keys[index] = keys[index - 1] + (not same)
    return {
        "columns": ["count" if name == "COUNT(*)" else name for name in columns],
        "rows": [[value(group, name) for name in columns] for group in rows], "keys": keys}


def paths(value, prefix=""):
    """Every path into a value, with the names of choice elements as they are and without their types."""
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, dict):
            continue
        for name, member in item.items():
            # It is no element of FHIR; of a resource itself, queries give it all the same.
            if prefix and name == "resourceType":
                continue
            choice = CHOICE.fullmatch(name)
            for called in [name] + ([choice.group(1)] if choice and choice.group(1) not in item else []):
                yield prefix + called
                yield from paths(member, prefix + called + ".")


def answer(store, question):
    ask = question["ask"]
    if ask == "query":
        return query(store, question["text"])
    if ask == "dump":
        with open(question["file"], "w", encoding="utf-8", newline="\n") as file:
            for resource in store.values():
                file.write(f"{resource.type}/{resource.id}\t{resource.owner or '-'}\t{resource.text}\n")
        return {"resources": len(store)}
    if ask == "patients":
        return {"patients": sorted(id for type, id in store if type == "Patient")}
    chosen = [resource for resource in store.values() if resource.type == question["type"]]
    if ask == "codes":
        counts = collections.Counter(pair for resource in chosen for pair in set(resource.codes))
        return {"codes": [[*pair, str(count)] for pair, count in counts.most_common()]}
    if ask == "paths":
        return {"paths": sorted({path for resource in chosen for path in paths(resource.value)})}
    if ask == "dates":
        return {"dates": list(dict.fromkeys(resource.date_text for resource in chosen if resource.date_text))}
    raise ValueError(ask)


def main(folder):
    paths = sorted(
        os.path.join(place, name) for place, _, names in os.walk(folder) for name in names if name.endswith(".json"))
    store = {}
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            read_bundle(file.read(), store)
    print(json.dumps({"bundles": len(paths), "resources": len(store)}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(store, json.loads(line))), flush=True)


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    main(sys.argv[1])
