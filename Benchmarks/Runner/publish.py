"""Puts the figures of a run into the documentation: the tables of `Performance.md` and the chart beside it.

    publish.py RESULTS.json [GROWTH.json]

The chart is of the second run when there are two: growing to ten million entries takes long enough to be run alone.
"""

import os
import re
import sys

import chart
import report
from results import Results

CATALOG = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Sources/Avow/Avow.docc")
MARKS = re.compile(r"(<!-- figures -->\n).*(<!-- end of figures -->)", re.DOTALL)


def section(results, growth):
    """The parts of the report that a reader of the documentation needs, one level deeper."""
    parts = report.heading(results)[1:] + report.storing(results) + report.proving(results) + report.tree(results)
    text = "\n\n".join(parts).replace("\n## ", "\n### ")
    if any(line.points for *_, lines in chart.panels(growth) for line in lines):
        text += "\n\n### Growth\n\n![Cost of adding, reading, proving and importing, and the memory held, by size](growth)"
    return text + "\n"


def main():
    results = Results.load(sys.argv[1])
    growth = Results.load(sys.argv[-1])
    article = f"{CATALOG}/Performance.md"
    with open(article, encoding="utf-8") as file:
        text = file.read()
    with open(article, "w", encoding="utf-8") as file:
        file.write(MARKS.sub(lambda match: match[1] + section(results, growth) + match[2], text))
    with open(f"{CATALOG}/Resources/growth.svg", "w", encoding="utf-8") as file:
        file.write(chart.svg(growth))


main()
