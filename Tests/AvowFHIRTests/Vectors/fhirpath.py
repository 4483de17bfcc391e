#!/usr/bin/env python3
"""Records what fhirpathpy makes of expressions on Synthea's resources.

    pip install fhirpathpy==2.2.4
    fhirpath.py ../../../../shared/data/synthea-r4-40.tar.zst > fhirpath.json

Takes the smallest resource of each type from the first patients of the archive, so that the test needs neither.
"""
import json
import subprocess
import sys
import tarfile
from decimal import Decimal
from io import BytesIO

from fhirpathpy import evaluate
from fhirpathpy.models import models

# Evaluated on every resource.
GENERAL = [
    "id", "resourceType.exists()", "meta.profile", "meta.profile.first().contains('us')", "descendants().count() > 5",
    "children().count() > 1", "descendants().where($this is Reference).reference.count()",
    "descendants().ofType(Coding).code", "descendants().ofType(Coding).where(system.startsWith('http://')).display.distinct()",
    "descendants().ofType(dateTime).count()", "descendants().ofType(Period).start", "descendants().ofType(decimal)",
    "identifier.value", "identifier.where(system.exists()).count()", "status", "status.upper()", "status in ('final' | 'active')",
    "code.coding.first().code", "code.text.length()", "code.text.substring(0, 5)", "code.coding.code.matches('^[0-9-]+$')",
    "subject.reference", "subject.reference.startsWith('Patient/')", "patient.reference | subject.reference",
    "extension.url", "extension('http://hl7.org/fhir/us/core/StructureDefinition/us-core-race').extension.url",
    "id.exists() and status.exists()", "status.exists() implies id.empty()", "iif(status = 'final', 'yes', 'no')",
    "(status | id).count()", "code.coding.select(system & '|' & code)", "descendants().code.coding.code.isDistinct()",
]
# Evaluated on resources of their type.
BY_TYPE = {
    "Patient": [
        "name.given", "Patient.name.where(use = 'official').family", "name.given.join(' ')", "birthDate", "birthDate < @1980-01-01",
        "birthDate + 10 years", "(birthDate + 1 'day').toString()", "telecom.where(system = 'phone').value",
        "telecom.where(system = 'phone').value.replaceMatches('[^0-9]', '').length()", "address.line | address.city",
        "address.extension.extension.value.count()", "address.extension.extension.valueDecimal", "maritalStatus.coding.code",
        "deceased.exists()", "deceased is dateTime", "deceased.ofType(dateTime)", "multipleBirth", "multipleBirth is boolean",
        "multipleBirth.not()", "gender = 'male' or gender = 'female'", "gender.is(code)", "communication.language.text",
        "identifier.type.coding.where(code = 'MR' or code = 'SS').display", "name.select(given.count())", "name.all(family.exists())",
        "name.exists(use = 'maiden')", "identifier.skip(1).take(2).value", "identifier.last().system", "identifier.tail().count()",
        "identifier.type.text.intersect('Medical Record Number' | 'x')", "identifier.type.text.exclude('Medical Record Number')",
        "name.family.toChars().first()", "name.family.indexOf('a')", "address.postalCode.convertsToInteger()",
        "address.postalCode.toInteger() + 1", "birthDate.toString().split('-').first().toInteger() div 10 * 10",
    ],
    "Observation": [
        "value", "value.value", "value.unit", "value is Quantity", "(value as Quantity).value", "value.ofType(Quantity).code",
        "value.value * 2", "value.value / 3 > 1", "value.value.round(1)", "value.value.floor()", "value.value mod 2",
        "value.value > 50", "-value.value", "value.value.toString().contains('.')", "component.value.value", "component.count()",
        "component.where(code.coding.code = '8480-6').value.value", "component.value.value.aggregate($this + $total, 0)",
        "component.select(value.value - 1)", "effective", "effective is dateTime", "effective > @2010-01-01",
        "effective.toString().substring(0, 4)", "issued > effective", "category.coding.code", "category.coding.exists(code = 'vital-signs')",
    ],
    "Encounter": ["period.start < period.end", "period.start", "class.code", "participant.individual.display", "type.coding.display",
                  "participant.period.start = period.start", "period.start + 1 hour > period.end", "serviceProvider.display.lower()"],
    "Condition": ["onset", "onset is dateTime", "clinicalStatus.coding.code", "abatement.exists()", "onset <= recordedDate", "onset = recordedDate"],
    "MedicationRequest": ["medication", "(medication as CodeableConcept).text", "medication.ofType(CodeableConcept).coding.code", "dosageInstruction.sequence",
                          "dosageInstruction.timing.repeat.frequency", "dosageInstruction.doseAndRate.dose.value", "authoredOn"],
    "Claim": ["total.value", "item.sequence", "item.where(sequence > 1).productOrService.text", "item.sequence.aggregate(iif($total.empty(), $this, iif($this > $total, $this, $total)))",
              "item.net.value", "insurance.coverage.display", "created > billablePeriod.start", "item.repeat(encounter).reference"],
    "Procedure": ["performed", "performed is Period", "performed.start", "performed.ofType(Period).end", "reasonReference.display"],
    "Immunization": ["occurrence", "vaccineCode.coding.code", "primarySource", "primarySource.not()", "occurrence is dateTime"],
    "CarePlan": ["activity.detail.code.text", "activity.detail.status.distinct()", "category.coding.code", "addresses.reference", "period.start"],
}


def plain(item):
    if isinstance(item, dict):
        return {name: plain(value) for name, value in item.items()}
    if isinstance(item, list):
        return [plain(value) for value in item]
    if item is None or isinstance(item, (bool, int, str)):
        return item
    if isinstance(item, (float, Decimal)):
        return {"number": str(item)}
    return str(item)


def members(archive):
    data = subprocess.run(["zstd", "-dc", archive], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(data)) as tar:
        names = sorted(n for n in tar.getnames() if n.endswith(".json") and "Information" not in n)
        for name in names[:6]:
            yield json.load(tar.extractfile(name), parse_float=Decimal)


def text(value):
    return json.dumps(value, default=lambda number: Exact(number), ensure_ascii=False)


class Exact(float):
    """A decimal that is written with the digits that it was read with."""

    def __new__(cls, number):
        self = float.__new__(cls, number)
        self.digits = str(number)
        return self

    def __repr__(self):
        return self.digits


def main():
    smallest = {}
    for bundle in members(sys.argv[1]):
        for entry in bundle["entry"]:
            resource = entry["resource"]
            resource.pop("text", None)
            size = len(text(resource))
            kind = resource["resourceType"]
            # An observation with components, and one with a quantity.
            if kind == "Observation":
                kind += "/component" if "component" in resource else "/value" if "valueQuantity" in resource else ""
            if kind not in smallest or size < smallest[kind][0]:
                smallest[kind] = (size, resource)
    resources = [smallest[kind][1] for kind in sorted(smallest) if smallest[kind][0] < 20_000]
    cases = []
    for index, resource in enumerate(resources):
        for expression in GENERAL + BY_TYPE.get(resource["resourceType"], []):
            case = {"resource": index, "expression": expression}
            try:
                case["result"] = plain(evaluate(resource, expression, {}, models["r4"]))
            except Exception as error:  # What it refuses is recorded too.
                case["error"] = type(error).__name__
            cases.append(case)
    print(json.dumps({"resources": [text(resource) for resource in resources]})[:-1] + ', "cases": [')
    print(",\n".join(json.dumps(case, default=str) for case in cases))
    print("]}")


main()
