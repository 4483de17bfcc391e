"""Records what Python makes of the values that FHIRPath compares.

Decimals are computed with `fractions`, dates with `datetime`, units with the package `ucumvert`, which reads
UCUM's codes into the units of `pint` with factors of its own. Run it to write decimals.json, dates.json and
units.json anew; the tests need only these.

    pip install ucumvert
    python3 record.py ../../../../shared/definitions/hl7.fhir.r4.core.tgz
"""

import calendar
import datetime
import json
import pathlib
import random
import sys
import tarfile
from fractions import Fraction

HERE = pathlib.Path(__file__).parent


def text(value, scale):
    """The fraction, which has so many decimal places, in digits."""
    digits = str(abs(value.numerator) * 10**scale // value.denominator).rjust(scale + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (digits[:-scale] + "." + digits[-scale:] if scale else digits)


def half_even(value, scale):
    scaled = value * 10**scale
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2):
        whole += 1
    return Fraction(whole, 10**scale)


def places(value):
    """The fewest decimal places that hold the value, or None."""
    for scale in range(101):
        if (value * 10**scale).denominator == 1:
            return scale
    return None


def digits(value, scale):
    return len(str(abs(value * 10**scale).numerator))


def exact(value, scale):
    """The value with these places if 38 digits hold it, else rounded until they do; None out of range."""
    if scale <= 100 and digits(value, scale) <= 38:
        return text(value, scale)
    for shorter in range(min(scale, 100), -1, -1):
        rounded = half_even(value, shorter)
        if digits(rounded, shorter) <= 38:
            return text(rounded, places(rounded))
    return None


def quotient(left, right):
    if right == 0:
        return None
    value = left / right
    scale = places(value)
    if scale is not None and digits(value, scale) <= 38:
        return text(value, scale)
    integer = abs(value.numerator) // value.denominator
    if integer >= 10**38:
        return None
    for scale in range(100, -1, -1):
        rounded = half_even(value, scale)
        if digits(value=Fraction(int(abs(value) * 10**scale)), scale=0) <= 28 or scale == 0:
            return text(rounded, places(rounded))


def decimals(generator):
    def number():
        length = generator.choice([1, 2, 3, 5, 9, 17, 19, 20, 28, 37, 38])
        scale = generator.choice([0, 0, 1, 2, 3, 8, 20, 38, 60, 100])
        value = generator.randrange(10**length)
        if generator.random() < 0.2:
            value = value // 10**(length // 2) * 10**(length // 2)
        return Fraction(generator.choice([1, -1]) * value, 10**scale), scale

    cases = []
    while len(cases) < 500:
        (left, left_scale), (right, right_scale) = number(), number()
        if generator.random() < 0.2:
            right, right_scale = left, left_scale
        names = text(left, left_scale), text(right, right_scale)
        div = None if right == 0 else int(left / right)
        cases.append({
            "left": names[0],
            "right": names[1],
            "order": (left > right) - (left < right),
            "sum": exact(left + right, max(left_scale, right_scale)),
            "product": exact(left * right, left_scale + right_scale),
            "quotient": quotient(left, right),
            "div": None if div is None or abs(div) >= 10**38 else str(div),
            "mod": None if div is None else exact(left - right * div, max(left_scale, right_scale)),
        })
    return cases


def moved(moment, unit, count):
    if unit in ("year", "month"):
        months = moment.year * 12 + moment.month - 1 + count * (12 if unit == "year" else 1)
        year, month = divmod(months, 12)
        if not 1 <= year <= 9999:
            return None
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)
    try:
        return moment + datetime.timedelta(**{unit + "s": count})
    except OverflowError:
        return None


def dates(generator):
    cases = []
    while len(cases) < 400:
        moment = datetime.datetime(1, 1, 1) + datetime.timedelta(seconds=generator.randrange(315_537_897_600))
        milliseconds = generator.randrange(1000)
        moment += datetime.timedelta(milliseconds=milliseconds)
        unit = generator.choice(["year", "month", "week", "day", "hour", "minute", "second", "millisecond"])
        count = generator.randrange(-10**generator.randrange(1, 7), 10**generator.randrange(1, 7))
        if generator.random() < 0.1:
            count = 0
        after = moved(moment, unit, count)
        offset = generator.choice(["", "Z", "+14:00", "-12:00", "+05:30"])
        form = lambda value: value.isoformat(timespec="milliseconds") + offset
        cases.append({"from": form(moment), "unit": unit, "count": count, "to": None if after is None else form(after)})
    return cases


def units(package):
    from ucumvert import PintUcumRegistry

    registry = PintUcumRegistry()
    codes = set()
    with tarfile.open(package) as archive:
        for member in archive.getmembers():
            if member.name.startswith("package/ValueSet-"):
                value_set = json.load(archive.extractfile(member))
                for include in value_set.get("compose", {}).get("include", []):
                    if include.get("system") == "http://unitsofmeasure.org":
                        codes |= {concept["code"] for concept in include.get("concept", [])}
    cases = []
    for code in sorted(codes):
        try:
            base = registry.from_ucum(code).to_base_units()
            cases.append({"code": code, "factor": float(base.magnitude), "dimension": str(base.dimensionality)})
        except Exception:
            cases.append({"code": code})
    return cases


def write(name, cases):
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
    (HERE / name).write_text("[\n" + lines + "\n]\n")


write("decimals.json", decimals(random.Random(1)))
write("dates.json", dates(random.Random(2)))
if len(sys.argv) > 1:
    write("units.json", units(sys.argv[1]))
