"""What Avow aims at, against what was measured in the same run."""


def aims(results):
    """Rows of (aim, wanted, measured, met); the last is None where something was not measured."""
    value = results.value

    def ratio(figure, other, other_figure=None):
        ours, theirs = value("avow", figure), value(other, other_figure or figure)
        return ours / theirs if ours is not None and theirs else None

    def at_least(aim, wanted, measured, unit="×"):
        met = None if measured is None else measured >= wanted
        return (aim, f"≥ {number(wanted)} {unit}", measured if measured is None else f"{number(measured)} {unit}", met)

    def at_most(aim, wanted, measured, unit="×"):
        met = None if measured is None else measured <= wanted
        return (aim, f"≤ {number(wanted)} {unit}", measured if measured is None else f"{number(measured)} {unit}", met)

    sqlite = value("sqlite", "import.rate")
    bulk = max(50_000, 1.5 * sqlite) if sqlite else 50_000
    last, first = value("growth", "growth.10000000.append"), value("growth", "growth.100000.append")
    return [
        at_least("bulk import", bulk, value("avow", "import.rate"), "resources/s"),
        at_least("bulk import against SQLite", 1.5, ratio("import.rate", "sqlite")),
        at_least("bulk import against SQLCipher", 2.5, ratio("import.rate", "sqlcipher")),
        at_least("bulk import against encrypted DuckDB", 1, ratio("import.rate", "duckdb-encrypted")),
        at_least("a commit a bundle against SQLCipher", 1.5, ratio("bundles.rate", "sqlcipher")),
        at_least("a commit a bundle against the floor", 0.8, ratio("bundles.rate", "floor")),
        at_most("bytes on disk against SQLite", 1, ratio("import.size", "sqlite")),
        at_most("one record by id against SQLCipher", 5, ratio("read.one", "sqlcipher")),
        at_most("an entry of ten million against one of 100,000", 2, last / first if last and first else None),
    ]


def number(value):
    """A number as people read it, to three digits."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"
