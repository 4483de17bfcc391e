"""How large a run is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    name: str
    # Resources of the workload, at least.
    resources: int
    # Bundles that are imported with a commit each.
    bundles: int
    # How often each side is run; medians are reported.
    rounds: int
    # Entries of the tree that is built in batches.
    tree_entries: int
    # Entries that a tree is grown to.
    growth_entries: int
    # Resources that stores are filled with to see how the cost grows.
    growth_resources: tuple


SCALES = {
    "quick": Scale("quick", 25_000, 50, 1, 100_000, 100_000, (10_000,)),
    "standard": Scale("standard", 450_000, 500, 3, 1_000_000, 1_000_000, (10_000, 100_000)),
    "million": Scale("million", 1_000_000, 500, 3, 1_000_000, 10_000_000, (10_000, 100_000, 1_000_000)),
}
