"""The questions of Examples/queries, asked of Avow, PostgreSQL and SQLCipher with the same records, side by side."""

import decimal
import glob
import json
import os
import re
import shutil
import statistics
import subprocess

import postgresql
from aims import Aim, number
from preparing import Unavailable, compile_peer, install
from records import write_rows
from report import table
from results import Results, machine, output

PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
QUERIES = f"{PACKAGE}/Examples/queries"
TITLES = {"avow": "Avow", "postgresql": "PostgreSQL, JSONB", "sqlcipher": "SQLCipher, index tables"}
# Resources of a workload of made-up patients, for who has no bundles.
GENERATED = 50_000


def bundles(run, chosen, say):
    """A folder of bundles: the one that is named, the synthetic patients beside the package, or made-up ones."""
    if chosen.patients:
        return chosen.patients, chosen.patients
    shared = os.environ.get("AVOW_SHARED_DATA") or f"{os.path.dirname(PACKAGE)}/shared/data"
    archive = f"{shared}/synthea-r4-260.tar.zst"
    folder = f"{run.work}/patients"
    if os.path.exists(archive):
        os.makedirs(folder, exist_ok=True)
        subprocess.run(["tar", "--zstd", "-xf", archive, "-C", folder], check=True)
        return folder, "260 synthetic patients (Synthea)"
    say(f"There is no {archive}: writing {GENERATED:,} resources of made-up patients")
    subprocess.run([f"{run.products}/WorkloadGenerator", run.workload, str(GENERATED), "avow"], check=True)
    return f"{run.workload}/bundles", "made-up patients"


# MARK: The sides


class Sides:
    """What each side needs, and how it is measured."""

    def __init__(self, run, folder):
        self.run = run
        self.folder = folder
        self.programs = {}

    def prepare(self, side):
        peer = ("questions.c", "measure.c")
        if side == "postgresql":
            if not postgresql.programs():
                install([("/usr/lib/postgresql/*/bin/initdb", "postgresql")])
            install([("postgresql/libpq-fe.h", "libpq-dev")])
            self.compile(side, (*peer, "questions_postgresql.c"), ["libpq"])
        elif side == "sqlcipher":
            install([("sqlcipher/sqlite3.h", "libsqlcipher-dev")])
            self.compile(side, (*peer, "questions_sqlite.c"), ["sqlcipher"], ["SQLCIPHER", "SQLITE_HAS_CODEC"])

    def compile(self, side, sources, libraries, definitions=()):
        program = f"{self.run.programs}/questions-{side}"
        self.programs[side] = compile_peer(self.run.sources, program, sources, libraries, definitions)

    def measure(self, side, results):
        """The figures of one round; the questions' rows go into a folder."""
        folder = self.run.fresh(f"questions-{side}")
        if side == "avow":
            program = f"{self.run.products}/AvowBenchmark"
            return self.run.measure(program, "questions", self.folder, f"{folder}/store", QUERIES, results)
        if side == "sqlcipher":
            queries = f"{self.run.sources}/questions/sqlite"
            return self.run.measure(self.programs[side], folder, queries, f"{self.run.work}/rows-index", results)
        with postgresql.Cluster(folder):
            queries = f"{self.run.sources}/questions/postgresql"
            return self.run.measure(self.programs[side], folder, queries, f"{self.run.work}/rows-json", results)


# MARK: Agreement


def canonical(value):
    """A cell in one form for all sides: numbers to ten digits, since some sides compute in binary fractions."""
    try:
        return f"{decimal.Decimal(value):.9e}"
    except (decimal.InvalidOperation, TypeError, ValueError):
        return value


UNESCAPED = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def rows_of(side, path):
    """The rows that a side gave, sorted; None when it gave none."""
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if side == "avow":
        rows = json.loads(text, parse_float=str, parse_int=str)
    else:
        rows = [
            [None if cell == "\\N" else re.sub(r"\\.", lambda found: UNESCAPED[found[0]], cell) for cell in cells]
            for cells in (line.split("\t") for line in text.split("\n")[:-1])
        ]
    return sorted(([canonical(cell) for cell in row] for row in rows), key=lambda row: [str(cell) for cell in row])


def compare(sides, names, folder, results):
    """Notes where a side gives other rows than the first one that gave any."""
    for name in names:
        given = {side: rows for side in sides if (rows := rows_of(side, f"{folder}/{side}/{name}")) is not None}
        for side, rows in given.items():
            first = next(iter(given.values()))
            agrees = rows == first
            results.content["sides"][side]["checks"].setdefault(f"rows of {name}", []).append(len(rows))
            if not agrees:
                different = next((pair for pair in zip(first, rows) if pair[0] != pair[1]), None)
                results.content.setdefault("differences", []).append(f"{name}: {side} gives {different or len(rows)}")


# MARK: The report


def middle(values):
    return statistics.median(values) if values else None


def aims(results, names):
    value = results.value
    slower = [ours / theirs for name in names if (ours := value("avow", name)) and (theirs := value("postgresql", name))]
    proven = [value("avow", f"{name}.proven") / ours for name in names if (ours := value("avow", name))]
    faster = [1 / ratio for ratio in slower]
    return [
        Aim("the slowest question / PostgreSQL, without proof", "×", max(slower, default=None), at_most=1),
        Aim("PostgreSQL / Avow without proof, the median", "×", middle(faster), at_least=3),
        Aim("with proof / without, the worst", "×", max(proven, default=None), at_most=2),
        Aim("with proof / without, the median", "×", middle(proven)),
        Aim("questions that all sides answered", "", float(len(slower)), at_least=len(names)),
    ]


def markdown(results, names):
    value, content = results.value, results.content
    rows = []
    for name in names:
        ours, proven = value("avow", name), value("avow", f"{name}.proven")
        theirs = [value(side, name) for side in ("postgresql", "sqlcipher")]
        ratios = [other / ours if ours and other else None for other in theirs]
        cells = [ours, proven, value("avow", f"{name}.verified"), *theirs, *ratios, proven / ours if ours else None]
        rows.append([name, *map(number, cells), f"{value('avow', f'{name}.answer') or 0:,.0f}"])
    header = [
        "ms", "Avow", "with proof", "verified", "PostgreSQL", "SQLCipher", "PostgreSQL / Avow", "SQLCipher / Avow",
        "proof / none", "answer, bytes",
    ]  # fmt: skip
    aimed = [
        [aim.what, aim.wanted, "–" if aim.measured is None else f"{number(aim.measured)} {aim.unit}", aim.outcome]
        for aim in aims(results, names)
    ]
    remarks = [f"- {name}: {note}" for name, side in content["sides"].items() for note in side["notes"]]
    remarks += [
        f"- {name}: **not asked** {what}: {why}"
        for name, side in content["sides"].items() for what, why in side["skipped"].items()
    ]  # fmt: skip
    remarks += [f"- **The sides do not agree** on {sentence}" for sentence in content.get("differences", [])]
    agreement = "All sides give the same rows." if not content.get("differences") else "**The sides do not agree.**"
    system = content["machine"]
    return "\n\n".join(
        [
            f"# {content['date'][:10]}, questions",
            f"{system['processor']}, {system['cores']} cores, {system['memory']} GiB, {system['system']}; load before "
            f"{content['loadBefore']:.1f}. Commit {content['commit']}; medians of {content['rounds']} rounds.\n"
            f"{content['resources']:,} resources: {content['patients']}. Each question warm, in one process; the others "
            f"prepare it once, Avow gets its text each time, and knows it again. {agreement}",
            "## Aims", table(["", "wanted", "measured", ""], aimed),
            "## Questions", table(header, rows),
            "## Remarks", "\n".join(remarks),
        ]  # fmt: skip
    ) + "\n"  # fmt: skip


def main(run, chosen, folder, say):
    """Runs all sides in turn, round after round; whether all could be measured and agree."""
    results = Results()
    source, patients = bundles(run, chosen, say)
    names = sorted(os.path.basename(path)[:-4] for path in glob.glob(f"{QUERIES}/[0-9]*.sql"))
    sides = Sides(run, source)
    ready = []
    for side in TITLES:
        if chosen.only and side not in chosen.only:
            continue
        try:
            sides.prepare(side)
            ready.append(side)
        except Unavailable as reason:
            say(f"SKIPPED {TITLES[side]}: {reason}")
            results.skip(side, TITLES[side], str(reason))
    say("Writing the rows of the others")
    for rows in ("rows-json", "rows-index"):
        run.fresh(rows)
    resources = write_rows(source, f"{run.work}/rows-json", f"{run.work}/rows-index")
    rounds = chosen.rounds or 3
    results.content.update(
        {
            "date": output(["date", "-u", "+%Y-%m-%dT%H:%M:%SZ"]), "scale": "questions", "rounds": rounds,
            "commit": output(["git", "describe", "--always", "--dirty"]), "machine": machine(),
            "loadBefore": os.getloadavg()[0], "resources": resources, "patients": patients,
        }
    )  # fmt: skip
    complete = True
    for round_number in range(rounds):
        for side in ready:
            say(f"Round {round_number + 1} of {rounds}: {TITLES[side]}")
            rows = run.fresh(f"answers/{side}")
            try:
                results.add(side, TITLES[side], sides.measure(side, rows))
            except (RuntimeError, OSError) as error:
                say(f"FAILED {TITLES[side]}: {error}")
                results.skip(side, TITLES[side], str(error))
                complete = False
            shutil.rmtree(f"{run.work}/questions-{side}", ignore_errors=True)
    compare([side for side in ready if side in results.content["sides"]], names, f"{run.work}/answers", results)
    path = f"{folder}/{results.content['date'].replace(':', '')[:15]}-questions"
    results.save(f"{path}.json")
    text = markdown(results, names)
    with open(f"{path}.md", "w", encoding="utf-8") as file:
        file.write(text)
    print(text)
    say(f"Saved as {os.path.relpath(path)}.json and .md")
    return complete and not results.content.get("differences")
