"""The records of bundles as rows: what PostgreSQL and SQLCipher are given."""

import glob
import importlib.util
import json
import os
import re

PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def escaped(value):
    """A field in the form of PostgreSQL's COPY."""
    if value is None:
        return "\\N"
    for plain, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        value = str(value).replace(plain, written)
    return value


class Rows:
    """Files of rows in a folder, one a table."""

    def __init__(self, folder):
        self.folder = folder
        self.files = {}

    def put(self, name, *values):
        if name not in self.files:
            self.files[name] = open(f"{self.folder}/{name}", "w", encoding="utf-8")
        self.files[name].write("\t".join(map(escaped, values)) + "\n")

    def close(self):
        for file in self.files.values():
            file.close()


def resolved(text):
    """A bundle whose entries refer to each other by type and id, as Avow resolves them."""
    names = {
        entry["fullUrl"]: "{resourceType}/{id}".format(**entry["resource"])
        for entry in json.loads(text).get("entry", [])
    }
    return re.sub(
        r'("reference"\s*:\s*")([^"]*)"', lambda match: f'{match[1]}{names.get(match[2], match[2])}"', text
    )  # fmt: skip


def write_rows(folder, json_folder, index_folder):
    """The bundles for PostgreSQL, and the rows of index tables for SQLCipher, read as the test's oracle reads them."""
    spec = importlib.util.spec_from_file_location("oracle", f"{PACKAGE}/Tests/AvowTests/Questions/questions.py")
    oracle = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(oracle)
    loader = oracle.Loader()
    whole, indexed, contents = Rows(json_folder), Rows(index_folder), {}
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.json"))):
        loader.read(path)
        with open(path, encoding="utf-8") as file:
            bundle = json.loads(resolved(file.read()))
        whole.put("bundle", json.dumps(bundle, ensure_ascii=False, separators=(",", ":")))
        for entry in bundle.get("entry", []):
            resource = entry["resource"]
            contents[resource["resourceType"], resource["id"]] = json.dumps(
                resource, ensure_ascii=False, separators=(",", ":"))
    rows, records, codes = loader.rows, {}, {}
    for position, (kind, identity, patient, instant, written) in enumerate(rows["record"], 1):
        records[kind, identity] = (position, patient, instant)
        indexed.put("resource", position, kind, identity, patient, instant, written, contents[kind, identity])

    def token(kind, identity, parameter, code, system):
        position, patient, instant = records[kind, identity]
        indexed.put("token", kind, parameter, code, system or "", instant or 0, position, patient)

    for kind, identity, system, code in rows["coding"]:
        token(kind, identity, "code", code, system)
        if kind == "Observation":
            codes.setdefault(identity, []).append((code, system or ""))
    for identity, status in rows["status"]:
        token("MedicationRequest", identity, "status", status, None)
    for identity, code in rows["class_of"]:
        token("Encounter", identity, "class", code, None)
    measured = [(row[0], "value", *row[1:]) for row in rows["values_of"]]
    measured += [(identity, code, digits, value, None, None) for identity, code, digits, value in rows["component"]]
    for identity, parameter, digits, value, unit, unit_code in measured:
        position, patient, instant = records["Observation", identity]
        for code, system in codes.get(identity, []) if value is not None else []:
            indexed.put("quantity", code, system, parameter, instant or 0, position, patient, value, digits, unit, unit_code)
    for identity, observation in rows["result"]:
        indexed.put("reference", "DiagnosticReport", "result", observation, records["DiagnosticReport", identity][0])
    for identity, gender, birth, born, died, _, folded in rows["patients"]:
        indexed.put("person", f"Patient/{identity}", gender, birth, born, died)
        for name in dict.fromkeys(folded):
            indexed.put("family", name, f"Patient/{identity}")
    whole.close()
    indexed.close()
    return len(records)
