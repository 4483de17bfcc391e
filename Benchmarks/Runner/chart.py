"""Draws how costs grow as SVG, in colours that are legible on light and on dark ground.

    chart.py RESULTS.json CHART.svg
"""

import math
import sys

from results import Results

INK = "#767676"
BLUE, ORANGE, GREEN, PINK = "#3b82c4", "#d9730d", "#2e9e6b", "#c2528b"
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
WIDTH, HEIGHT = 760, 640
PANEL_WIDTH, PANEL_HEIGHT = 290, 190
LEFT, TOP, COLUMN, ROW = 62, 56, 380, 310


class Line:
    def __init__(self, label, colour, points, dashed=False):
        self.label = label
        self.colour = colour
        self.points = points
        self.dashed = dashed


def series(results, side, prefix, name):
    """Points of a figure over the powers of ten that it was measured at."""
    figures = results.content["sides"].get(side, {}).get("figures", {})
    points = []
    for exponent in range(4, 9):
        figure = figures.get(f"{prefix}.{10**exponent}.{name}")
        if figure:
            points.append((exponent, figure["median"]))
    return points


def panels(results):
    def of(side, name):
        return series(results, side, "growth", name)

    imports = [(exponent, 1e6 / rate) for exponent, rate in series(results, "growth", "store", "rate")]
    return [
        ("Adding entries, in batches that grow with the tree", "µs an entry", "entries of the tree", [
            Line("Avow", BLUE, of("growth", "append")),
            Line("LMDB, the same entries", ORANGE, of("lmdb-growth", "append"), True),
        ]),
        ("One entry", "µs", "entries of the tree", [
            Line("prove", BLUE, of("growth", "prove")), Line("verify", GREEN, of("growth", "verify")),
            Line("read", PINK, of("growth", "read")), Line("LMDB, read", ORANGE, of("lmdb-growth", "read"), True),
        ]),
        ("Memory", "MiB, the most held", "entries of the tree, or resources", [
            Line("tree", BLUE, of("growth", "memory")),
            Line("import", GREEN, series(results, "growth", "store", "memory")),
        ]),
        ("Importing bundles", "µs a resource", "resources", [Line("Avow", BLUE, imports)]),
    ]  # fmt: skip


def ceiling(value):
    """The least of 1, 2, 2.5, 5 times a power of ten that is not below a value."""
    if value <= 0:
        return 1
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def text(x, y, content, anchor="start", size=12, colour=INK, weight="normal"):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" fill="{colour}" '
        f'font-weight="{weight}">{content}</text>'
    )


def panel(left, top, title, unit, axis, lines):
    drawn = [line for line in lines if line.points]
    if not drawn:
        return []
    exponents = sorted({exponent for line in drawn for exponent, _ in line.points})
    low, high = exponents[0], max(exponents[-1], exponents[0] + 1)
    top_value = ceiling(max(value for line in drawn for _, value in line.points))

    def place(exponent, value):
        x = left + (exponent - low) / (high - low) * PANEL_WIDTH
        return x, top + PANEL_HEIGHT - value / top_value * PANEL_HEIGHT

    parts = [text(left, top - 30, title, size=14, weight="bold"), text(left, top - 12, unit, size=11)]
    for step in range(5):
        value = top_value * step / 4
        _, y = place(low, value)
        opacity = 0.6 if step == 0 else 0.25
        parts.append(
            f'<line x1="{left}" y1="{y:.1f}" x2="{left + PANEL_WIDTH}" y2="{y:.1f}" stroke="{INK}" '
            f'stroke-opacity="{opacity}"/>'
        )
        parts.append(text(left - 8, y + 4, f"{value:,.4g}", "end", 11))
    for exponent in range(low, high + 1):
        x, y = place(exponent, 0)
        parts.append(text(x, y + 18, "10" + SUPERSCRIPTS[exponent], "middle", 11))
    parts.append(text(left + PANEL_WIDTH / 2, top + PANEL_HEIGHT + 34, axis, "middle", 11))
    for line in drawn:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in line.points))
        dashes = ' stroke-dasharray="5 4"' if line.dashed else ""
        parts.append(f'<polyline points="{path}" fill="none" stroke="{line.colour}" stroke-width="2"{dashes}/>')
        for point in line.points:
            x, y = place(*point)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{line.colour}"/>')
    return parts + legend(left, top + PANEL_HEIGHT + 54, drawn)


def legend(left, y, lines):
    parts = []
    x = left
    for line in lines:
        dashes = ' stroke-dasharray="5 4"' if line.dashed else ""
        parts.append(
            f'<line x1="{x}" y1="{y - 4}" x2="{x + 18}" y2="{y - 4}" stroke="{line.colour}" stroke-width="2"{dashes}/>'
        )
        parts.append(text(x + 23, y, line.label, size=11))
        x += 38 + 6.2 * len(line.label)
    return parts


def svg(results):
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="-apple-system, Helvetica, Arial, sans-serif" role="img">',
        "<title>Cost and memory as a store grows</title>",
    ]
    for index, content in enumerate(panels(results)):
        parts += panel(LEFT + index % 2 * COLUMN, TOP + index // 2 * ROW, *content)
    return "\n".join(parts + ["</svg>"]) + "\n"


def main():
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(svg(Results.load(sys.argv[1])))


if __name__ == "__main__":
    main()
