#!/usr/bin/env python3
"""Records what R4's search parameters find in Synthea's resources, and which searches find which resources.

    pip install fhirpathpy==2.2.4
    search.py ../../../../shared > search.json

Expressions are the standard's own, evaluated by fhirpathpy; what is found is read and compared here, by the words of R4,
section 3.1.1.4. fhirpathpy cannot resolve a reference; where an expression asks for the type of what one leads to, its
text is asked instead. Nor does it know every resource for a Resource, and is given the name of the type. Takes a few small resources of each type from the archive, so that the test needs none of it.
"""
import datetime
import json
import re
import subprocess
import sys
import tarfile
import unicodedata
from decimal import Decimal
from io import BytesIO

from fhirpathpy import evaluate
from fhirpathpy.models import models

UCUM = "http://unitsofmeasure.org"
# Units of the sample that UCUM converts into one another.
GRAMS_PER_LITRE = {"mg/dL": Decimal("0.01"), "pg/mL": Decimal("0.000000001"), "g/dL": Decimal(10)}
PER_TYPE = 5


# Values, as lists that begin with their kind.

def token(item):
    if isinstance(item, bool):
        return [["token", "", "true" if item else "false"]]
    if isinstance(item, str):
        return [["token", "", item]]
    if "coding" in item:
        return [v for coding in item["coding"] for v in token(coding)]
    if set(item) == {"text"}:
        return []
    if item.get("system") in ("phone", "fax", "email", "pager", "url", "sms", "other"):
        return [["token", "", item["value"]]] if "value" in item else []
    code = item.get("code", item.get("value"))
    return [] if code is None and "system" not in item else [["token", item.get("system", ""), code or ""]]


def interval(text):
    """The first millisecond of a date and the first after it; without an offset it is UTC."""
    day, _, time = text.partition("T")
    parts = [int(p) for p in day.split("-")]
    if not time:
        start = datetime.date(*(parts + [1, 1])[:3])
        if len(parts) == 1:
            end = datetime.date(parts[0] + 1, 1, 1)
        elif len(parts) == 2:
            end = datetime.date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
        else:
            end = start + datetime.timedelta(days=1)
        epoch = datetime.date(1970, 1, 1)
        return [(d - epoch).days * 86_400_000 for d in (start, end)]
    offset = 0
    if time.endswith("Z"):
        time = time[:-1]
    elif time[-6] in "+-":
        offset = (int(time[-5:-3]) * 60 + int(time[-2:])) * (-1 if time[-6] == "-" else 1)
        time = time[:-6]
    clock, _, fraction = time.partition(".")
    pieces = [int(p) for p in clock.split(":")]
    moment = datetime.datetime(*parts, *pieces) - datetime.timedelta(minutes=offset)
    start = int((moment - datetime.datetime(1970, 1, 1)).total_seconds()) * 1000
    if fraction:
        start += int((fraction + "000")[:3])
        length = 10 ** max(0, 3 - len(fraction))
    else:
        length = 1000 if len(pieces) == 3 else 60_000
    return [start, start + length]


def date(item):
    if isinstance(item, str):
        return [["date"] + interval(item)]
    if "start" in item or "end" in item:
        start = interval(item["start"])[0] if "start" in item else None
        return [["date", start, interval(item["end"])[1] if "end" in item else None]]
    events = [interval(e) for e in item.get("event", [])]
    if "boundsPeriod" in item.get("repeat", {}):
        _, start, end = date(item["repeat"]["boundsPeriod"])[0]
        events.append([start, end])
    if not events:
        return []
    starts, ends = zip(*events)
    return [["date", None if None in starts else min(starts), None if None in ends else max(ends)]]


def string(item):
    if isinstance(item, str):
        return [["string", item]]
    parts = ("text", "family", "given", "prefix", "suffix", "line", "city", "district", "state", "postalCode", "country")
    values = [v for name in item if name in parts for v in (item[name] if isinstance(item[name], list) else [item[name]])]
    return [["string", v] for v in values]


def number(item):
    return [["number", str(item)]]


def quantity(item):
    if "value" not in item:
        return []
    if "currency" in item:
        return [["quantity", str(item["value"]), "urn:iso:std:iso:4217", item["currency"], ""]]
    return [["quantity", str(item["value"]), item.get("system", ""), item.get("code", ""), item.get("unit", "")]]


def reference(item):
    if isinstance(item, str):
        return [["url", item]]
    found = []
    text = item.get("reference", "")
    if text and not text.startswith("#"):
        parts = text.split("/_history/")[0].split("/")
        if len(parts) == 2 and parts[0].isalpha() and ":" not in text:
            found.append(["reference", *parts])
        else:
            found.append(["url", text])
    if "identifier" in item:
        found.append(["identifier", item["identifier"].get("system", ""), item["identifier"].get("value", "")])
    return found


def uri(item):
    return [["uri", item]]


READERS = {"token": token, "date": date, "string": string, "number": number, "quantity": quantity,
           "reference": reference, "uri": uri}


def values(resource, parameter, by_url):
    if parameter["type"] == "composite":
        return composites(resource, parameter, by_url)
    expression = re.sub(r"resolve\(\) is (\w+)", r"reference.startsWith('\1/')", parameter["expression"])
    expression = re.sub(r"^(Resource|DomainResource)\b", resource["resourceType"], expression)
    found = evaluate(resource, expression, {}, models["r4"])
    return distinct(v for item in found for v in READERS[parameter["type"]](item))


def composites(resource, parameter, by_url):
    found = []
    kind = resource["resourceType"]
    branches = [e.strip() for e in parameter["expression"].split("|") if e.strip().split(".")[0] == kind]
    for expression in branches:
        for element in evaluate(resource, expression, {}, models["r4"]):
            rows = [[]]
            for component in parameter["component"]:
                path = {"base": expression, "expression": component["expression"]}
                items = evaluate(element, path, {}, models["r4"])
                column = [v for i in items for v in READERS[by_url[component["definition"]]["type"]](i)]
                rows = [row + [v] for row in rows for v in column]
            found += [["composite"] + row for row in rows]
    return distinct(found)


def distinct(found):
    result = []
    for value in found:
        if value not in result:
            result.append(value)
    return result


# Searches.

def folded(text):
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    kept = (c for c in text if unicodedata.category(c)[0] not in "PM")
    return " ".join("".join(kept).split())


def precision(text):
    """The number of a text, and half a unit of its last digit."""
    mantissa, _, exponent = text.lower().partition("e")
    places = len(mantissa.partition(".")[2]) - int(exponent or 0)
    return Decimal(text), Decimal(5).scaleb(-places - 1)


def matches_number(found, prefix, text):
    wanted, half = precision(text)
    if prefix == "ap":
        margin = max(abs(wanted) / 10, half)
        return wanted - margin <= found <= wanted + margin
    is_equal = wanted - half <= found < wanted + half
    return {"eq": is_equal, "ne": not is_equal, "lt": found < wanted, "le": found <= wanted, "gt": found > wanted,
            "ge": found >= wanted, "sa": found > wanted, "eb": found < wanted}[prefix]


def matches_date(found, prefix, text):
    start, end = interval(text)
    infinity = float("inf")
    low = -infinity if found[0] is None else found[0]
    high = infinity if found[1] is None else found[1]
    contains = start <= low and high <= end
    return {"eq": contains, "ne": not contains, "lt": low < start, "le": low < start or contains, "gt": high > end,
            "ge": high > end or contains, "sa": low >= end, "eb": high <= start, "ap": low < end and start < high}[prefix]


def is_match(value, prefix, modifier, wanted):
    """Whether a value is found; what is wanted is given in pieces, before they are written as a search."""
    kind, *rest = value
    if kind == "token" or kind == "identifier" and modifier == "identifier":
        system, code = wanted
        return (system is None or system == rest[0]) and (code is None or code == rest[1])
    if kind == "date":
        return matches_date(rest, prefix, wanted[0])
    if kind == "string":
        if modifier == "exact":
            return rest[0] == wanted[0]
        if modifier == "contains":
            return folded(wanted[0]) in folded(rest[0])
        return folded(rest[0]).startswith(folded(wanted[0]))
    if kind == "number":
        return matches_number(Decimal(rest[0]), prefix, wanted[0])
    if kind == "quantity":
        text, system, code = wanted
        found = Decimal(rest[0])
        if system == UCUM and rest[1] == UCUM and code in GRAMS_PER_LITRE and rest[2] in GRAMS_PER_LITRE:
            # Exact, as both are powers of ten.
            found = found * GRAMS_PER_LITRE[rest[2]] / GRAMS_PER_LITRE[code]
        elif code is not None and (code not in rest[2:] if system is None else [system, code] != rest[1:3]):
            return False
        return matches_number(found, prefix, text)
    if kind == "reference":
        return wanted[0] in ("/".join(rest), rest[1])
    if kind == "url":
        return wanted[0] == rest[0]
    if kind == "uri":
        if modifier == "below":
            return rest[0].startswith(wanted[0])
        if modifier == "above":
            return wanted[0].startswith(rest[0])
        return rest[0].split("|")[0] == wanted[0] or rest[0] == wanted[0]
    return False


def escaped(text):
    for character in "\\,$|":
        text = text.replace(character, "\\" + character)
    return text


def searches(value):
    """Searches that a value suggests: modifier, prefix, text, pieces."""
    kind, *rest = value
    if kind == "token":
        system, code = rest
        forms = [(None, code)] + ([(system, code), (system, None)] if system else [("", code)])
        for pieces in forms:
            text = ("" if pieces[0] is None else escaped(pieces[0]) + "|") + escaped(pieces[1] or "")
            for modifier in ("", "not"):
                yield modifier, "eq", text, pieces
    elif kind == "date":
        moment = rest[0] if rest[0] is not None else rest[1]
        instant = datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=moment)
        for text in (instant.strftime("%Y"), instant.strftime("%Y-%m"), instant.strftime("%Y-%m-%d"),
                     instant.strftime("%Y-%m-%dT%H:%M:%SZ")):
            for prefix in ("eq", "ne", "lt", "le", "gt", "ge", "sa", "eb", "ap"):
                yield "", prefix, prefix + text, [text]
    elif kind == "string":
        text = rest[0]
        for modifier, wanted in (("", text[:3]), ("", text.upper()), ("exact", text), ("exact", text.upper()),
                                 ("contains", text[1:4])):
            if folded(wanted):
                yield modifier, "eq", escaped(wanted), [wanted]
    elif kind in ("number", "quantity"):
        digits = rest[0]
        unit = [(None, None)]
        if kind == "quantity":
            unit += [(None, rest[2] or rest[3])] if rest[2] or rest[3] else []
            unit += [(rest[1], rest[2])] if rest[1] else []
        for system, code in unit:
            tail = "" if code is None else f"|{escaped(system or '')}|{escaped(code)}"
            for shown in (digits, str(Decimal(digits).to_integral_value())):
                for prefix in ("eq", "ne", "lt", "le", "gt", "ge", "sa", "eb", "ap"):
                    yield "", prefix, prefix + shown + tail, [shown] + ([system, code] if kind == "quantity" else [])
    elif kind == "reference":
        yield "", "eq", "/".join(rest), ["/".join(rest)]
        yield "", "eq", rest[1], [rest[1]]
    elif kind == "identifier":
        yield "identifier", "eq", escaped(rest[0]) + "|" + escaped(rest[1]), rest
    elif kind in ("url", "uri"):
        yield "", "eq", escaped(rest[0]), rest
        if kind == "uri" and not rest[0].startswith("urn:"):
            yield "below", "eq", escaped(rest[0][:-2]), [rest[0][:-2]]
            yield "above", "eq", escaped(rest[0] + "/x"), [rest[0] + "/x"]


# Input.

def definitions(shared):
    with tarfile.open(f"{shared}/definitions/hl7.fhir.r4.core.tgz") as tar:
        for name in tar.getnames():
            if "/SearchParameter-" in name and name.endswith(".json"):
                definition = json.load(tar.extractfile(name))
                if "base" in definition:
                    yield definition


def bundles(shared):
    data = subprocess.run(["zstd", "-dc", f"{shared}/data/synthea-r4-40.tar.zst"], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=BytesIO(data)) as tar:
        for name in sorted(n for n in tar.getnames() if n.endswith(".json")):
            text = tar.extractfile(name).read().decode()
            # References within a bundle as an import writes them.
            for entry in json.loads(text)["entry"]:
                text = text.replace(entry["fullUrl"], f"{entry['resource']['resourceType']}/{entry['resource']['id']}")
            yield json.loads(text, parse_float=Decimal)


class Exact(float):
    """A decimal that is written with the digits that it was read with."""

    def __new__(cls, number):
        self = float.__new__(cls, number)
        self.digits = str(number)
        return self

    def __repr__(self):
        return self.digits


def written(value):
    return json.dumps(value, default=Exact, ensure_ascii=False)


def sample(shared):
    """Small resources of each type, no two of the same structure."""
    kept = {}
    for bundle in bundles(shared):
        for entry in bundle["entry"]:
            resource = entry["resource"]
            resource.pop("text", None)
            size = len(written(resource))
            if size > 8_000:
                continue
            code = json.dumps(resource.get("code", {}), default=str) if resource["resourceType"] == "Observation" else ""
            shape = (tuple(sorted(resource)), code)
            own = kept.setdefault(resource["resourceType"], {})
            if shape not in own or size < own[shape][0]:
                own[shape] = (size, resource)
    for kind in sorted(kept):
        limit = PER_TYPE * 3 if kind == "Observation" else PER_TYPE
        chosen = sorted(kept[kind].values(), key=lambda pair: (pair[0], pair[1]["id"]))[:limit]
        yield from (resource for _, resource in chosen)


def main():
    shared = sys.argv[1]
    by_url = {d["url"]: d for d in definitions(shared)}
    resources = list(sample(shared))
    cases, found_searches = [], []
    by_type = {}
    for index, resource in enumerate(resources):
        by_type.setdefault(resource["resourceType"], []).append(index)
    for kind, indices in by_type.items():
        bases = (kind, "Resource", "DomainResource")
        parameters = [d for d in by_url.values() if set(bases) & set(d["base"]) and "expression" in d and d["type"] != "special"]
        for parameter in sorted(parameters, key=lambda d: d["code"]):
            found = {}
            for index in indices:
                try:
                    found[index] = values(resources[index], parameter, by_url)
                except Exception as error:  # What it refuses is recorded too.
                    cases.append({"resource": index, "code": parameter["code"], "error": type(error).__name__})
                    continue
                if found[index]:
                    cases.append({"resource": index, "code": parameter["code"], "values": found[index]})
            if len(found) < len(indices) or parameter["type"] == "composite":
                continue
            for value in distinct(v for index in indices for v in found[index])[:2]:
                for modifier, prefix, text, pieces in searches(value):
                    hits = [i for i in indices if any(is_match(v, prefix, modifier, pieces) for v in found[i]) != (modifier == "not")]
                    name = parameter["code"] + (":" + modifier if modifier else "")
                    found_searches.append([kind, name, text, hits])
    print(json.dumps({"resources": [written(resource) for resource in resources]})[:-1] + ', "cases": [')
    print(",\n".join(json.dumps(case, default=str) for case in cases))
    print('], "searches": [')
    print(",\n".join(json.dumps(search) for search in found_searches))
    print("]}")


main()
