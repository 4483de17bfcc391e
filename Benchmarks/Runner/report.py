"""Turns the figures of a run into tables, in Markdown that reads well at a terminal too."""

from aims import aims, number

# Figure, title, unit, and 1 when more is better.
STORING = [
    ("import.rate", "bulk import", "resources/s", 1),
    ("bundles.rate", "a commit a bundle", "resources/s", 1),
    ("import.processor", "processor time, bulk", "µs/resource", -1),
    ("bundles.processor", "processor time, a commit a bundle", "µs/resource", -1),
    ("import.size", "bytes on disk / JSON, bulk", "", -1),
    ("bundles.size", "bytes on disk / JSON, a commit a bundle", "", -1),
    ("import.written", "bytes written / JSON, bulk", "", -1),
    ("bundles.written", "bytes written / JSON, a commit a bundle", "", -1),
    ("import.memory", "peak memory, bulk", "MiB", -1),
    ("read.one", "one record by id", "µs", -1),
    ("read.patient", "a patient's observations", "µs/row", -1),
    ("cohort", "cohort: diabetes, last HbA1c above 7", "ms", -1),
    ("count", "count by code and year", "ms", -1),
]
STORES = ["avow", "floor", "floor-unsorted", "sqlite", "sqlcipher", "postgresql", "duckdb", "duckdb-encrypted"]
# Beyond what the others do.
PROVING = [
    ("compaction.time", "free pages given back behind the bulk import"),
    ("compaction.size", "bytes on disk / JSON behind it"),
    ("read.one", "one record by id: opened"),
    ("read.one.proven", "one record by id: with proof"),
    ("read.one.asked", "one record by id: asked for in the language"),
    ("read.one.verified", "one record by id: verified"),
    ("verify.signature", "of this, the signature of the checkpoint alone"),
    ("read.one.verifiedBeyondSignature", "one record by id: verified, beyond the signature"),
    ("read.one.verifiedNext", "one record by id: verified, the commit being known"),
    ("read.one.answer", "one record by id: answer file"),
    ("read.threads.1", "records by id: one thread"),
    ("read.threads.2", "records by id: two threads"),
    ("read.threads.4", "records by id: four threads"),
    ("read.patient", "a patient's observations: opened"),
    ("read.patient.proven", "a patient's observations: with proof"),
    ("read.patient.verified", "a patient's observations: verified"),
    ("count", "count by code and year"),
    ("count.proven", "count by code and year: with proof"),
    ("count.verified", "count by code and year: verified"),
    ("count.answer", "count by code and year: answer file"),
    ("countOfCode", "count of one code"),
    ("countOfCode.proven", "count of one code: with proof"),
    ("countOfCode.verified", "count of one code: verified"),
    ("countOfCode.answer", "count of one code: answer file"),
    ("rows.rows", "HbA1c of everybody: rows"),
    ("rows", "HbA1c of everybody"),
    ("rows.proven", "HbA1c of everybody: with proof"),
    ("rows.verified", "HbA1c of everybody: verified"),
    ("rows.answer", "HbA1c of everybody: answer file"),
    ("import.entries", "entries of the tree"),
    ("read.memory", "peak memory of reading"),
]


def table(header, rows):
    """A Markdown table whose columns line up."""
    cells = [header] + [[cell if cell is not None else "–" for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]

    def line(row):
        padded = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = "|" + "|".join(
        "-" * (width + 2) if column == 0 else "-" * (width + 1) + ":" for column, width in enumerate(widths)
    )
    return "\n".join([line(cells[0]), rule + "|"] + [line(row) for row in cells[1:]])


def storing(results):
    """All sides on the same records: figures, and how many times better Avow is."""
    sides = [name for name in STORES if results.content["sides"].get(name, {}).get("figures")]
    if not sides:
        return []
    figures, ratios = [], []
    for name, title, unit, better in STORING:
        values = [results.value(side, name) for side in sides]
        figures.append([f"{title}, {unit}" if unit else title] + [number(value) for value in values])
        ours = results.value("avow", name)
        if ours:
            factors = [None if not value else (ours / value if better > 0 else value / ours) for value in values]
            ratios.append([title] + [number(factor) for factor in factors])
    parts = ["## Storing and reading the same records", table([""] + sides, figures)]
    transactions = [
        f"{side} in one transaction: {number(results.value(side, 'transaction.rate'))} resources/s"
        for side in sides
        if results.value(side, "transaction.rate")
    ]
    if transactions:
        parts.append("; ".join(transactions) + ".")
    if ratios:
        parts += ["## How many times better Avow is (below 1: worse)", table([""] + sides, ratios)]
    return parts


def proving(results):
    figures = results.content["sides"].get("avow", {}).get("figures", {})
    rows = [[title, number(figures[name]["median"]), figures[name]["unit"]] for name, title in PROVING if name in figures]
    rows += [
        [f"size: {name[5:]}", number(figure["median"]), figure["unit"]]
        for name, figure in figures.items()
        if name.startswith("size.")
    ]
    return ["## What Avow alone does", table(["", "median", "unit"], rows)] if rows else []


def tree(results):
    ours, plain = (results.content["sides"].get(name, {}).get("figures", {}) for name in ("tree", "lmdb-tree"))
    if not ours and not plain:
        return []
    rows = []
    for name in dict.fromkeys([*ours, *plain]):
        values = [figures.get(name, {}).get("median") for figures in (ours, plain)]
        unit = (ours.get(name) or plain.get(name))["unit"]
        ratio = values[0] / values[1] if values[0] and values[1] else None
        rows.append([name, *(number(value) for value in values), number(ratio), unit])
    return ["## The tree alone", table(["", "tree", "lmdb", "tree / lmdb", "unit"], rows)]


def growth(results):
    rows = []
    for side in ("growth", "lmdb-growth"):
        for name, figure in results.content["sides"].get(side, {}).get("figures", {}).items():
            rows.append([name, side, number(figure["median"]), figure["unit"]])
    return ["## Growth", table(["", "side", "median", "unit"], rows)] if rows else []


def aim_rows(results):
    rows = [
        [aim.what, aim.wanted, "–" if aim.measured is None else f"{number(aim.measured)} {aim.unit}", aim.outcome]
        for aim in aims(results)
    ]
    return ["## Aims", table(["", "wanted", "measured", ""], rows)]


def remarks(results):
    lines = []
    for name, side in results.content["sides"].items():
        lines += [f"- {name}: {note}" for note in side["notes"]]
        lines += [f"- {name}: **skipped** {what}: {why}" for what, why in side["skipped"].items()]
    lines += [f"- **The sides do not agree** on {sentence}" for sentence in results.disagreements()]
    return ["## Remarks", "\n".join(lines)] if lines else []


def heading(results):
    content = results.content
    machine, workload = content["machine"], content["workload"]
    rounds = f"medians of {content['rounds']} rounds" if content["rounds"] > 1 else "one round"
    rows = {"avow": "as Avow indexes", "search": "one for each value that FHIR search could ask for"}[content["indexRows"]]
    return [
        f"# {content['date'][:10]}, {content['scale']}",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory']} GiB, {machine['system']}; load before "
        f"{content['loadBefore']:.1f}. Commit {content['commit']}; {rounds}.\n"
        f"{workload['resources']:,} resources of {workload['bundles']:,} patients without claims, "
        f"{workload['jsonBytes'] / 1e6:,.0f} MB of compact JSON, {workload['indexRows']:,} index rows "
        f"({rows}); {content['bundles']:,} bundles with a commit each.\n"
        "The others get rows that are read and extracted already, and run one thread (DuckDB and PostgreSQL as many as "
        "they like); Avow gets bundles.",
    ]


def markdown(results):
    parts = heading(results) + aim_rows(results) + storing(results) + proving(results) + tree(results)
    return "\n\n".join(parts + growth(results) + remarks(results)) + "\n"
