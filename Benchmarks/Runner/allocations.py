"""How often Avow asks for memory: the process is run with a library before it that counts, and the counts are saved."""

import os

from preparing import compile_peer
from report import table
from results import Results

TITLES = {
    "bulk": "import in one call, a resource",
    "bundles": "a commit a bundle, a resource",
    "tree.100000": "the tree alone, 100,000 into as many, an entry",
    "tree.2000": "the tree alone, 2,000 into 100,000, an entry",
    "tree.400": "the tree alone, 400 into 100,000, an entry",
    "read": "one record by id",
    "proof": "one record by id, with proof",
    "verification": "one record by id, verified; the commit is known",
    "row": "a patient's observations, a row",
    "row.proven": "a patient's observations, with proof, a row",
    "row.verified": "a patient's observations, verified, a row",
}


def markdown(results):
    content = results.content
    rows = [
        [title, *(f"{results.value('avow', f'allocations.{name}{part}') or 0:,.1f}" for part in ("", ".bytes"))]
        for name, title in TITLES.items()
    ]
    remarks = [f"**Not counted**: {why}" for why in content["sides"]["avow"]["skipped"].values()]
    return "\n\n".join(
        [
            f"# {content['date'][:10]}, allocations",
            f"Commit {content['commit']}; {content['workload']['resources']:,} resources. Calls of malloc and what is like "
            "it, of all threads, and the bytes that they ask for. What is done once for a commit or a call is in it.",
            table(["", "allocations", "bytes"], rows),
            *remarks,
        ]
    )


def main(run, chosen, folder, workload, say):
    """Counts, and saves; whether it could."""
    library = f"{run.programs}/allocations.so"
    compile_peer(run.sources, library, ["allocations.c"], [], shared=True)
    results = Results()
    results.describe(run.scale, workload(run, chosen), chosen.index)
    say("Counting allocations")
    store = run.fresh("allocations")
    results.add(
        "avow", "Avow",
        run.measure(f"{run.products}/AvowBenchmark", "allocations", run.workload, f"{store}/store", preload=library),
    )  # fmt: skip
    path = f"{folder}/{results.content['date'].replace(':', '')[:15]}-allocations"
    os.makedirs(folder, exist_ok=True)
    results.save(f"{path}.json")
    text = markdown(results)
    with open(f"{path}.md", "w", encoding="utf-8") as file:
        file.write(text + "\n")
    print(text)
    say(f"Saved as {os.path.relpath(path)}.json and .md")
    return not results.content["sides"]["avow"]["skipped"]
