"""What Avow aims at, against what was measured in the same run; figures without an aim are reported all the same."""

from dataclasses import dataclass
from typing import Optional


@dataclass(frozen=True)
class Aim:
    what: str
    unit: str
    measured: Optional[float]
    at_least: Optional[float] = None
    at_most: Optional[float] = None

    @property
    def wanted(self):
        if self.at_least is not None:
            return f"≥ {number(self.at_least)} {self.unit}"
        return "–" if self.at_most is None else f"≤ {number(self.at_most)} {self.unit}"

    @property
    def outcome(self):
        if self.measured is None:
            return "not measured"
        if self.at_least is not None:
            return "met" if self.measured >= self.at_least else "missed"
        if self.at_most is not None:
            return "met" if self.measured <= self.at_most else "missed"
        return ""


# Entries a second that a tree of a million takes in batches of so many: 2, 8 and 30 times 22,000, which okra and merk did
# in batches on a machine of this kind.
TREE_RATES = {2_000: 44_000, 50_000: 176_000, 1_000_000: 660_000}


def aims(results):
    value = results.value

    def ratio(figure, side, other, other_figure=None):
        ours, theirs = value(side, figure), value(other, other_figure or figure)
        return ours / theirs if ours is not None and theirs else None

    sqlite = value("sqlite", "import.rate")
    bulk = max(50_000, 1.5 * sqlite) if sqlite else 50_000
    rows = [
        Aim("bulk import: 50,000, or 1.5 times SQLite if that is more", "resources/s", value("avow", "import.rate"), bulk),
        Aim("bulk import / SQLCipher", "×", ratio("import.rate", "avow", "sqlcipher"), 2.5),
        Aim("bulk import / encrypted DuckDB", "×", ratio("import.rate", "avow", "duckdb-encrypted"), 1),
        Aim("a durable commit a bundle / SQLCipher", "×", ratio("bundles.rate", "avow", "sqlcipher"), 1.5),
        Aim("a durable commit a bundle / the floor", "×", ratio("bundles.rate", "avow", "floor"), 0.8),
    ]
    trees = results.content["sides"].get("tree", {}).get("figures", {})
    for name in trees:
        if name.startswith("tree.") and name.endswith(".rate"):
            batch = int(name.split(".")[1])
            rows.append(Aim(f"tree alone, batches of {batch:,}", "entries/s", value("tree", name), TREE_RATES.get(batch)))
            rows.append(Aim(f"tree alone, batches of {batch:,} / LMDB", "×", ratio(name, "tree", "lmdb-tree")))
    return rows + [
        Aim("bytes on disk / compact JSON, free pages given back", "×", value("avow", "compaction.size"), at_most=0.5),
        Aim("peak memory of an import", "MiB", value("avow", "import.memory"), at_most=1024),
        Aim("one record by id: opened", "µs", value("avow", "read.one"), at_most=10),
        Aim("one record by id: with proof", "µs", value("avow", "read.one.proven"), at_most=25),
        Aim(
            "one record by id: verified, beyond the signature", "µs", value("avow", "read.one.verifiedBeyondSignature"),
            at_most=6,
        ),
        Aim("a patient's observations, opened", "µs/row", value("avow", "read.patient"), at_most=2.5),
        Aim("count by code and year, with proof", "ms", value("avow", "count.proven")),
        Aim("count by code and year, with proof / DuckDB", "×", ratio("count.proven", "avow", "duckdb", "count"), at_most=1),
        Aim("count by code and year, with proof / SQLite", "×", ratio("count.proven", "avow", "sqlite", "count")),
        Aim("proof of one entry", "bytes", value("tree", "proof.point"), at_most=800),
        Aim(
            "proof of 10,000 rows, beyond digests and what keys do not repeat", "bytes/row",
            value("tree", "proof.rows.10000.beyondSuffixes"), at_most=5,
        ),
        Aim("proof of 10,000 rows, verified", "µs/row", value("tree", "proof.rows.10000.verify"), at_most=0.6),
        Aim(
            "cost of an entry, 10⁷ / 10⁵", "×",
            ratio("growth.10000000.append", "growth", "growth", "growth.100000.append"), at_most=1.6,
        ),
    ]  # fmt: skip


def number(value):
    """A number as people read it, to three digits."""
    if value is None:
        return "–"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"
