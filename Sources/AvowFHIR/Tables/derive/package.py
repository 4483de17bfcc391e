"""What the package of FHIR R4 (4.0.1) holds, by kind of resource."""
import collections
import json
import pathlib
import tarfile

CANONICAL = "http://hl7.org/fhir/"


class Package:
    def __init__(self, archive):
        self.resources = collections.defaultdict(dict)
        with tarfile.open(archive) as tar:
            for member in sorted(tar, key=lambda m: m.name):
                path = pathlib.PurePath(member.name)
                if path.parent.name != "package" or path.suffix != ".json" or "-" not in path.name:
                    continue
                resource = json.load(tar.extractfile(member))
                self.resources[resource["resourceType"]][resource["id"]] = resource

    def of_type(self, name):
        return self.resources[name].values()

    def structures(self):
        """The definitions of types, by name: primitives, complex datatypes and resources; no profiles."""
        found = {}
        for d in self.of_type("StructureDefinition"):
            if d["kind"] != "logical" and d.get("derivation") != "constraint":
                assert d["fhirVersion"] == "4.0.1"
                found[d["type"]] = d
        return found

    def resource_names(self):
        """The concrete resource types, in the order of their numbers."""
        return sorted(n for n, d in self.structures().items() if d["kind"] == "resource" and not d["abstract"])

    def parameters(self):
        """The search parameters of each type by their code; examples are none."""
        found = collections.defaultdict(dict)
        for d in self.of_type("SearchParameter"):
            if d["id"].split("-")[0] != "example":
                for base in d.get("base", []):
                    found[base][d["code"]] = d
        return found

    def compartments(self):
        """For each compartment and type the parameters that decide membership."""
        found = collections.defaultdict(dict)
        for d in self.of_type("CompartmentDefinition"):
            if d["url"].startswith(CANONICAL + "CompartmentDefinition/") and not d["id"].startswith("example"):
                for r in d["resource"]:
                    if r.get("param"):
                        found[d["code"]][r["code"]] = r["param"]
        return found
