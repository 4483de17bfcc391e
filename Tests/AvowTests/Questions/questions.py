#!/usr/bin/env python3
"""Answers the thirty questions of Examples/queries with DuckDB over a folder of FHIR R4 bundles.

    questions.py FOLDER [NAME…]

Reads the bundles into tables of its own, executes each `NN-name.sql` beside this program (or those whose names begin
as is said), and writes one JSON object a question, as a line: its name, its columns, its rows, whose cells are null or
JSON texts, and whether the order leaves no two rows equal. It needs the package `duckdb` and shares nothing with Avow;
what it knows of FHIR it has from the R4 specification.

- An instant is a number of milliseconds since 1970-01-01T00:00:00Z, the first that a date stands for; a date without
  an offset is read as UTC. A resource has one: that of its clinical date, of a period its start.
- Numbers are decimals with 20 digits behind the point, never binary fractions. `digits` has a number as it is written.
- What SQL would compute in binary fractions is left to this program: of a mean the pair `{'sum': …, 'count': …}`, which
  is the exact quotient when 38 digits hold it, otherwise rounded to 28 significant digits, ties to even; of a percentile
  `{'percent': …, 'of': [number…]}`, the value at that place between the least (0) and the greatest (100), between two of
  them in proportion, exactly.
- Nulls stand before everything else; text is compared by its bytes.
"""
import calendar
import decimal
import glob
import json
import os
import re
import sys
import tempfile
import unicodedata


class Digits(str):
    """A number as it is written."""


# The elements at which a type's clinical date begins, in order of precedence.
DATES = {
    "Condition": ["onsetDateTime", "onsetPeriod.start", "recordedDate"],
    "DiagnosticReport": ["effectiveDateTime", "effectivePeriod.start"],
    "Encounter": ["period.start"],
    "Immunization": ["occurrenceDateTime"],
    "MedicationRequest": ["authoredOn"],
    "Observation": ["effectiveDateTime", "effectivePeriod.start", "effectiveInstant"],
    "Patient": ["birthDate"],
    "Procedure": ["performedDateTime", "performedPeriod.start"],
}
CONCEPTS = ("code", "medicationCodeableConcept", "vaccineCode")
TABLES = {
    "record": {"type": "VARCHAR", "id": "VARCHAR", "patient": "VARCHAR", "instant": "BIGINT", "written": "VARCHAR"},
    "coding": {"type": "VARCHAR", "id": "VARCHAR", "system": "VARCHAR", "code": "VARCHAR"},
    "patients": {
        "id": "VARCHAR", "gender": "VARCHAR", "birth": "VARCHAR", "born": "BIGINT", "died": "BIGINT",
        "families": "VARCHAR[]", "folded": "VARCHAR[]",
    },
    "values_of": {
        "id": "VARCHAR", "digits": "VARCHAR", "value": "DECIMAL(38, 20)", "unit": "VARCHAR", "unit_code": "VARCHAR",
    },
    "component": {"id": "VARCHAR", "code": "VARCHAR", "digits": "VARCHAR", "value": "DECIMAL(38, 20)"},
    "status": {"id": "VARCHAR", "status": "VARCHAR"},
    "class_of": {"id": "VARCHAR", "class": "VARCHAR"},
    "result": {"id": "VARCHAR", "observation": "VARCHAR"},
}  # fmt: skip


def first_instant(text):
    """The first millisecond that a date stands for."""
    parts = re.fullmatch(
        r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?", text)
    if not parts:
        return None
    year, month, day, hour, minute, second, fraction, offset = parts.groups()
    seconds = calendar.timegm(
        (int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0)))
    if offset and offset != "Z":
        distance = int(offset[1:3]) * 3600 + int(offset[4:]) * 60
        seconds -= distance if offset[0] == "+" else -distance
    return seconds * 1000 + int(((fraction or "") + "000")[:3])


def found(resource, path):
    for name in path.split("."):
        resource = resource.get(name) if isinstance(resource, dict) else None
    return resource


def folded(text):
    """Without marks, and in one case."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


class Loader:
    """The rows of the tables, read from bundles."""

    def __init__(self):
        self.rows = {name: [] for name in TABLES}
        self.seen = set()

    def read(self, path):
        with open(path, encoding="utf-8") as file:
            bundle = json.load(file, parse_float=Digits, parse_int=Digits)
        entries = bundle.get("entry", [])
        names = {entry["fullUrl"]: "{resourceType}/{id}".format(**entry["resource"]) for entry in entries}
        for entry in entries:
            self.add(entry["resource"], lambda reference: names.get(reference, reference))

    def add(self, resource, resolved):
        kind, identity = resource["resourceType"], resource["id"]
        # A resource that several bundles carry is one resource.
        if (kind, identity) in self.seen:
            return
        self.seen.add((kind, identity))
        owner = found(resource, "subject.reference") or found(resource, "patient.reference")
        patient = f"Patient/{identity}" if kind == "Patient" else resolved(owner) if owner else None
        written = next((date for path in DATES.get(kind, []) if (date := found(resource, path)) is not None), None)
        self.put("record", kind, identity, patient, first_instant(written) if written else None, written)
        for concept in CONCEPTS:
            for coding in (resource.get(concept) or {}).get("coding", []) if kind in DATES else []:
                self.put("coding", kind, identity, coding.get("system"), coding.get("code"))
        if kind == "MedicationRequest":
            self.put("status", identity, resource.get("status"))
        elif kind == "Encounter":
            self.put("class_of", identity, resource["class"].get("code"))
        elif kind == "DiagnosticReport":
            for reference in resource.get("result", []):
                self.put("result", identity, resolved(reference["reference"]).partition("/")[2])
        elif kind == "Patient":
            died = resource.get("deceasedDateTime")
            families = [name["family"] for name in resource.get("name", []) if "family" in name]
            self.put(
                "patients", identity, resource.get("gender"), resource.get("birthDate"),
                first_instant(resource["birthDate"]), first_instant(died) if died else None,
                families, [folded(family) for family in families])
        elif kind == "Observation":
            quantity = resource.get("valueQuantity")
            if quantity:
                self.put(
                    "values_of", identity, quantity.get("value"), quantity.get("value"), quantity.get("unit"),
                    quantity.get("code"))
            for component in resource.get("component", []):
                value = found(component, "valueQuantity.value")
                for coding in component["code"]["coding"]:
                    self.put("component", identity, coding.get("code"), value, value)

    def put(self, table, *values):
        self.rows[table].append(values)

    def fill(self, database, folder):
        for name, columns in TABLES.items():
            path = os.path.join(folder, name)
            with open(path, "w", encoding="utf-8") as file:
                for row in self.rows[name]:
                    file.write(json.dumps(dict(zip(columns, row)), ensure_ascii=False) + "\n")
            kinds = ", ".join(f"{column}: '{kind}'" for column, kind in columns.items())
            database.execute(
                f"CREATE TABLE {name} AS FROM read_json('{path}', format = 'newline_delimited', columns = {{{kinds}}})")


PREPARED = r"""
SET default_null_order = 'nulls_first_on_asc_last_on_desc';
SET TimeZone = 'UTC';
CREATE VIEW of_type AS SELECT type, id, patient, instant, written, make_timestamp(instant * 1000) AS moment FROM record;
CREATE VIEW observation AS FROM of_type LEFT JOIN values_of USING (id) WHERE type = 'Observation';
CREATE VIEW condition AS FROM of_type WHERE type = 'Condition';
CREATE VIEW procedure AS FROM of_type WHERE type = 'Procedure';
CREATE VIEW immunization AS FROM of_type WHERE type = 'Immunization';
CREATE VIEW medication AS FROM of_type JOIN status USING (id) WHERE type = 'MedicationRequest';
CREATE VIEW encounter AS FROM of_type JOIN class_of USING (id) WHERE type = 'Encounter';
CREATE VIEW report AS FROM of_type WHERE type = 'DiagnosticReport';
CREATE VIEW person AS SELECT *, make_timestamp(born * 1000) AS birthday
    FROM of_type JOIN patients USING (id) WHERE type = 'Patient';
-- The resources of a type that have one of some codes.
CREATE MACRO loinc(kind, codes) AS TABLE SELECT DISTINCT id FROM coding
    WHERE type = kind AND system = 'http://loinc.org' AND code IN (SELECT unnest(codes));
CREATE MACRO snomed(kind, codes) AS TABLE SELECT DISTINCT id FROM coding
    WHERE type = kind AND system = 'http://snomed.info/sct' AND code IN (SELECT unnest(codes));
CREATE MACRO rxnorm(kind, codes) AS TABLE SELECT DISTINCT id FROM coding
    WHERE type = kind AND system = 'http://www.nlm.nih.gov/research/umls/rxnorm' AND code IN (SELECT unnest(codes));
-- A code with its system, as a group of it is shown.
CREATE MACRO shown(system, code) AS replace(replace(coalesce(system, ''), '\', '\\'), '|', '\|') || '|'
    || replace(replace(code, '\', '\\'), '|', '\|');
-- A number with the digits that it has in the record.
CREATE MACRO as_written(digits) AS chr(1) || digits;
-- Whole years of age, both days in UTC.
CREATE MACRO years(birthday, moment) AS year(moment) - year(birthday)
    - CAST((month(moment), day(moment)) < (month(birthday), day(birthday)) AS INTEGER);
"""


def mean(total, count):
    """The exact quotient if it has at most 38 digits, or else 28 of them."""
    exact = decimal.Context(prec=38, traps=[decimal.Inexact])
    try:
        return exact.divide(total, decimal.Decimal(count))
    except decimal.Inexact:
        return decimal.Context(prec=28, rounding=decimal.ROUND_HALF_EVEN).divide(total, decimal.Decimal(count))


def percentile(percent, numbers):
    """The value at a place between the least and the greatest."""
    numbers = sorted(number for number in numbers if number is not None)
    if not numbers:
        return None
    with decimal.localcontext(prec=60):
        place = decimal.Decimal(percent) * (len(numbers) - 1) / 100
        index = int(place)
        above = numbers[min(index + 1, len(numbers) - 1)]
        return numbers[index] + (above - numbers[index]) * (place - index)


def cell(value):
    """A value as JSON; means and percentiles are computed."""
    if isinstance(value, dict) and "sum" in value:
        value = mean(value["sum"], value["count"]) if value["count"] else None
    elif isinstance(value, dict):
        value = percentile(value["percent"], value["of"])
    if value is None:
        return None
    if isinstance(value, decimal.Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, str) and value.startswith("\x01"):
        return value[1:]
    return json.dumps(value, ensure_ascii=False)


def main():
    import duckdb

    folder = sys.argv[1]
    loader = Loader()
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.json"))):
        loader.read(path)
    database = duckdb.connect()
    with tempfile.TemporaryDirectory() as scratch:
        loader.fill(database, scratch)
    database.execute(PREPARED)
    chosen = sys.argv[2:]
    here = os.path.dirname(os.path.abspath(__file__))
    for path in sorted(glob.glob(os.path.join(glob.escape(here), "*.sql"))):
        name = os.path.basename(path).removesuffix(".sql")
        if chosen and not any(name.startswith(start) for start in chosen):
            continue
        with open(path, encoding="utf-8") as file:
            text = file.read()
        result = database.execute(text)
        columns = [column[0] for column in result.description]
        rows = [[cell(value) for value in row] for row in result.fetchall()]
        answer = {"name": name, "isOrdered": "may stand in any order" not in text, "columns": columns, "rows": rows}
        print(json.dumps(answer, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
