"""Runs the sides in turn, round after round, each in processes of its own, and reports."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

import allocations
import questions
import report
from preparing import Unavailable
from results import Results
from scales import SCALES
from sides import Run, other_sides, storing_sides

BENCHMARKS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def arguments():
    groups = sorted({side.group for side in storing_sides() + other_sides()})
    parser = argparse.ArgumentParser(prog="Benchmarks/run", description="Measures Avow beside what people use today.")
    parser.add_argument(
        "scale", nargs="?", choices=[*SCALES, "questions", "allocations"], default="standard",
        help="how much (standard), or the questions of Examples/queries, or how often Avow asks for memory",
    )  # fmt: skip
    parser.add_argument("--only", metavar="SIDES", help="some of: " + ", ".join(groups))
    parser.add_argument("--rounds", type=int, help="how often each side runs")
    parser.add_argument("--patients", metavar="FOLDER", help="bundles to copy patients of (the project's own sample)")
    parser.add_argument(
        "--index", choices=("avow", "search"), default="avow",
        help="rows that the others index: as Avow does, or one for each value that FHIR search could ask for (avow)",
    )  # fmt: skip
    parser.add_argument("--work", metavar="FOLDER", help="where the data goes (a temporary folder)")
    parser.add_argument("--products", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    chosen.only = set(chosen.only.split(",")) if chosen.only else set(groups)
    if unknown := chosen.only - set(groups):
        parser.error(f"there is no side {', '.join(sorted(unknown))}; there are {', '.join(groups)}")
    return chosen


def say(text):
    print(f"==> {text}", flush=True)


def make_workload(run, chosen):
    say(f"Writing a workload of {run.scale.resources:,} resources")
    # Bundles that another run has left would be imported, too.
    shutil.rmtree(run.workload, ignore_errors=True)
    command = [f"{run.products}/WorkloadGenerator", run.workload, str(run.scale.resources), chosen.index]
    subprocess.run(command + ([chosen.patients] if chosen.patients else []), check=True)
    with open(f"{run.workload}/summary.json", encoding="utf-8") as file:
        return json.load(file)


def prepared(sides, run, results):
    """Those sides that can be measured here; the others are reported as skipped."""
    ready = []
    for side in sides:
        try:
            side.prepare(run)
            ready.append(side)
        except Unavailable as reason:
            say(f"SKIPPED {side.title}: {reason}")
            results.skip(side.name, side.title, str(reason))
    return ready


def measure(sides, run, results, rounds):
    """Whether all sides could be measured."""
    complete = True
    for number in range(rounds):
        for side in sides:
            if side.group == "growth" and number > 0:
                continue
            say(f"Round {number + 1} of {rounds}: {side.title}")
            try:
                results.add(side.name, side.title, side.measure(run))
            except (RuntimeError, OSError) as error:
                say(f"FAILED {side.title}: {error}")
                results.skip(side.name, side.title, str(error))
                complete = False
            shutil.rmtree(f"{run.work}/{side.name}", ignore_errors=True)
    return complete


def save(results, scale):
    folder = f"{BENCHMARKS}/results"
    os.makedirs(folder, exist_ok=True)
    path = f"{folder}/{results.content['date'].replace(':', '')[:15]}-{scale.name}"
    results.save(f"{path}.json")
    text = report.markdown(results)
    with open(f"{path}.md", "w", encoding="utf-8") as file:
        file.write(text)
    print(text)
    say(f"Saved as {os.path.relpath(path)}.json and .md")


def main():
    chosen = arguments()
    # Questions are asked of bundles as they are, whatever the scale; allocations are alike at every scale.
    scale = SCALES.get(chosen.scale, SCALES["quick"])
    work = chosen.work or tempfile.mkdtemp(prefix="avow-benchmark-")
    programs = f"{BENCHMARKS}/.build-peers"
    for folder in (f"{work}/temporary", programs):
        os.makedirs(folder, exist_ok=True)
    os.chmod(work, 0o755)
    run = Run(scale, chosen.products, f"{BENCHMARKS}/Peers", programs, work)
    results = Results()
    try:
        if chosen.scale == "questions":
            return 0 if questions.main(run, chosen, f"{BENCHMARKS}/results", say) else 1
        if chosen.scale == "allocations":
            return 0 if allocations.main(run, chosen, f"{BENCHMARKS}/results", make_workload, say) else 1
        sides = prepared([side for side in storing_sides() + other_sides() if side.group in chosen.only], run, results)
        results.describe(scale, make_workload(run, chosen), chosen.index)
        rounds = chosen.rounds or scale.rounds
        results.content["rounds"] = rounds
        complete = measure(sides, run, results, rounds)
        save(results, scale)
    finally:
        if not chosen.work:
            shutil.rmtree(work, ignore_errors=True)
    # A run that is broken must not pass for one.
    return 0 if complete and not results.disagreements() else 1


if __name__ == "__main__":
    sys.exit(main())
