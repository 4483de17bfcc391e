"""The value sets of R4 whose codes the package holds.

`=` begins a code system: its URL, and on the next line its codes. `+` begins a value set: its URL; lines
below it name a system, by its place in the table, counted from 0, and then the codes out of it, or none
when all of them are meant. `~` stands for http://hl7.org/fhir/, `^` for
http://terminology.hl7.org/CodeSystem/, `?` for http://terminology.hl7.org/ValueSet/, and nothing before a name
without a colon for http://hl7.org/fhir/ValueSet/; `|` parts codes.

Value sets whose codes others define (BCP 13 and 47, ISO 4217, UCUM, LOINC, SNOMED CT) are there when they
name each code.
"""

SHORT = [
    ("http://hl7.org/fhir/ValueSet/", ""), ("http://terminology.hl7.org/CodeSystem/", "^"),
    ("http://terminology.hl7.org/ValueSet/", "?"), ("http://hl7.org/fhir/", "~"),
]


class Unknown(Exception):
    """The package does not say which codes are meant."""


class Terminology:
    def __init__(self, package):
        self.sets = {d["url"]: d for d in package.of_type("ValueSet")}
        self.systems = {}
        for d in package.of_type("CodeSystem"):
            if d["content"] == "complete":
                self.systems[d["url"]] = System(d)

    def expand(self, url, path=()):
        """A dictionary from system to codes, in order."""
        if url not in self.sets or url in path:
            raise Unknown
        compose = self.sets[url].get("compose", {})
        result = {}
        for part in compose.get("include", []):
            for system, codes in self.part(part, path + (url,)).items():
                result.setdefault(system, {}).update(dict.fromkeys(codes))
        for part in compose.get("exclude", []):
            for system, codes in self.part(part, path + (url,)).items():
                for code in codes:
                    result.get(system, {}).pop(code, None)
        if not any(result.values()):
            raise Unknown
        return {system: list(codes) for system, codes in result.items() if codes}

    def part(self, part, path):
        result = None
        for other in part.get("valueSet", []):
            found = self.expand(other.split("|")[0], path)
            result = found if result is None else meet(result, found)
        if "system" in part:
            found = {part["system"]: self.codes(part)}
            result = found if result is None else meet(result, found)
        return result

    def codes(self, part):
        if "concept" in part:
            return [clean(c["code"]) for c in part["concept"] if clean(c["code"])]
        system = self.systems.get(part["system"])
        if not system:
            raise Unknown
        codes = system.codes
        for f in part.get("filter", []):
            if f["property"] != "concept" or f["op"] not in ("is-a", "descendent-of", "is-not-a"):
                raise Unknown
            below = system.below(f["value"])
            if f["op"] == "descendent-of":
                below = below - {f["value"]}
            codes = [c for c in codes if (c in below) != (f["op"] == "is-not-a")]
        return codes


class System:
    def __init__(self, d):
        self.codes, self.children = [], {}
        self.add(d.get("concept", []), None)

    def add(self, concepts, parent):
        for c in concepts:
            code = clean(c["code"])
            if not code:
                continue
            if code not in self.children:
                self.codes.append(code)
                self.children[code] = set()
            parents = [p["valueCode"] for p in c.get("property", []) if p["code"] in ("subsumedBy", "parent") and "valueCode" in p]
            for p in parents + ([parent] if parent else []):
                self.children.setdefault(p, set()).add(code)
            self.add(c.get("concept", []), code)

    def below(self, code):
        found, rest = set(), [code]
        while rest:
            c = rest.pop()
            if c not in found:
                found.add(c)
                rest += self.children.get(c, [])
        return found


def clean(code):
    """A code without the no-break spaces, some of them read in a wrong encoding, that stand around a few."""
    return code.replace("\u00c2\u00a0", "").strip("\u00a0 ")


def meet(left, right):
    return {s: [c for c in codes if c in right[s]] for s, codes in left.items() if s in right}


def lines(package):
    terminology = Terminology(package)
    sets = {}
    for url in sorted(terminology.sets):
        try:
            sets[url] = terminology.expand(url)
        except Unknown:
            pass
    used = {}
    for expansion in sets.values():
        for system, codes in expansion.items():
            used.setdefault(system, {}).update(dict.fromkeys(codes))
    result, numbers = [], {}
    for system in sorted(used):
        known = terminology.systems.get(system)
        codes = known.codes if known else sorted(used[system])
        # A value set may name codes that its system does not have; they are codes of the set all the same.
        codes = codes + sorted(set(used[system]) - set(codes))
        used[system] = codes
        numbers[system] = len(numbers)
        result += ["=" + short(system), joined(codes)]
    for url, expansion in sets.items():
        result.append("+" + short(url))
        for system, codes in expansion.items():
            whole = set(codes) == set(used[system])
            result.append(f"{numbers[system]}" + ("" if whole else " " + joined(codes)))
    return result


def joined(codes):
    assert not any("|" in c or "\n" in c or c != c.strip() for c in codes), codes
    return "|".join(codes)


def short(url):
    for long, mark in SHORT:
        if url.startswith(long):
            return mark + url[len(long):]
    return url
