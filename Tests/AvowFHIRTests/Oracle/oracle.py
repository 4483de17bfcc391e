#!/usr/bin/env python3
"""What importing bundles must give, worked out from their text alone and from the R4 specification for
the types that Synthea writes; shares nothing with the package.

    oracle.py BUNDLE...

Prints one line a resource, tab-separated: type, id, patient or "-", date in ms or "-", codes as
system|code joined by spaces (each percent-encoded) or "-", compact JSON.
"""
import datetime
import json
import re
import sys
import urllib.parse

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')

PATIENT = {
    "Claim": "patient", "ExplanationOfBenefit": "patient", "AllergyIntolerance": "patient", "Immunization": "patient",
    "Condition": "subject", "Encounter": "subject", "Observation": "subject", "Procedure": "subject",
    "MedicationRequest": "subject", "MedicationAdministration": "subject", "CarePlan": "subject",
    "CareTeam": "subject", "DiagnosticReport": "subject", "Goal": "subject", "ImagingStudy": "subject",
}
CODE = {
    "AllergyIntolerance": "code", "Condition": "code", "Observation": "code", "Procedure": "code",
    "DiagnosticReport": "code", "MedicationRequest": "medicationCodeableConcept",
    "MedicationAdministration": "medicationCodeableConcept", "Medication": "code",
}
DATE = {
    "AllergyIntolerance": ["recordedDate"], "CarePlan": ["period.start"], "CareTeam": ["period.start"],
    "Claim": ["created"], "Condition": ["onsetDateTime", "onsetPeriod.start", "recordedDate"],
    "DiagnosticReport": ["effectiveDateTime", "effectivePeriod.start"], "Encounter": ["period.start"],
    "ExplanationOfBenefit": ["created"], "Goal": ["startDate"], "ImagingStudy": ["started"],
    "Immunization": ["occurrenceDateTime"], "MedicationAdministration": ["effectiveDateTime", "effectivePeriod.start"],
    "MedicationRequest": ["authoredOn"], "Observation": ["effectiveDateTime", "effectiveInstant", "effectivePeriod.start"],
    "Procedure": ["performedDateTime", "performedPeriod.start"],
}


class Parser:
    """A recursive-descent parser over tokens that keeps, for each value, its text without white space."""

    def __init__(self, text):
        self.tokens = TOKEN.findall(text)
        self.position = 0

    def take(self):
        self.position += 1
        return self.tokens[self.position - 1]

    def value(self):
        """(python value, list of tokens); an object is a dict of name to such a pair."""
        first = self.take()
        if first == "{":
            members, tokens = {}, ["{"]
            while self.tokens[self.position] != "}":
                if members:
                    tokens.append(self.take())
                name = self.take()
                tokens += [name, self.take()]
                value = self.value()
                members[json.loads(name)] = value
                tokens.append(value)
            tokens.append(self.take())
            return members, tokens
        if first == "[":
            elements, tokens = [], ["["]
            while self.tokens[self.position] != "]":
                if elements:
                    tokens.append(self.take())
                value = self.value()
                elements.append(value)
                tokens.append(value)
            tokens.append(self.take())
            return elements, tokens
        return json.loads(first), [first]


def compact(value, urls):
    plain, tokens = value
    parts = []
    for i, token in enumerate(tokens):
        if isinstance(token, str):
            parts.append(token)
        elif isinstance(plain, dict) and tokens[i - 2] == '"reference"' and isinstance(token[0], str) and token[0] in urls:
            parts.append(json.dumps(urls[token[0]]))
        else:
            parts.append(compact(token, urls))
    return "".join(parts)


def get(value, path):
    for name in path.split("."):
        if value is None or not isinstance(value[0], dict):
            return None
        value = value[0].get(name)
    return value


def milliseconds(text):
    if re.fullmatch(r"\d{4}", text):
        text += "-01-01"
    if re.fullmatch(r"\d{4}-\d\d", text):
        text += "-01"
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.timezone.utc)
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (moment - epoch) // datetime.timedelta(milliseconds=1)


def codes(resource, kind):
    concept = get(resource, CODE[kind]) if kind in CODE else None
    found = []
    for coding in (get(concept, "coding") or ([],))[0] if concept else []:
        pair = ((get(coding, "system") or ("",))[0], coding[0]["code"][0])
        if pair not in found:
            found.append(pair)
    return " ".join("|".join(urllib.parse.quote(part, safe="") for part in pair) for pair in found) or "-"


def main(paths):
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            bundle = Parser(file.read()).value()
        entries = get(bundle, "entry")[0]
        urls = {}
        for entry in entries:
            resource = get(entry, "resource")
            urls[get(entry, "fullUrl")[0]] = get(resource, "resourceType")[0] + "/" + get(resource, "id")[0]
        for entry in entries:
            resource = get(entry, "resource")
            kind, identity = get(resource, "resourceType")[0], get(resource, "id")[0]
            patient = identity if kind == "Patient" else "-"
            if kind in PATIENT:
                reference = get(resource, PATIENT[kind] + ".reference")[0]
                target = urls.get(reference, reference)
                patient = target.removeprefix("Patient/") if target.startswith("Patient/") else "-"
            date = next((get(resource, p)[0] for p in DATE.get(kind, []) if get(resource, p)), None)
            date = "-" if date is None else str(milliseconds(date))
            print(kind, identity, patient, date, codes(resource, kind), compact(resource, urls), sep="\t")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.setrecursionlimit(10_000)
    main(sys.argv[1:])
