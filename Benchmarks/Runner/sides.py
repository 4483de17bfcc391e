"""The sides: what each needs, and the processes that measure it."""

import os
import shutil
import subprocess

import postgresql
from preparing import Unavailable, compile_peer, install, python_with

PEER = ("peer.c", "workload.c", "measure.c")
SODIUM = [("lmdb.h", "liblmdb-dev"), ("sodium.h", "libsodium-dev"), ("zstd.h", "libzstd-dev")]


class Run:
    """What sides are measured on: scale, folders, programs."""

    def __init__(self, scale, products, sources, programs, work):
        self.scale = scale
        self.products = products
        self.sources = sources
        self.programs = programs
        self.work = work
        self.workload = f"{work}/workload"

    def fresh(self, name):
        """An empty folder."""
        folder = f"{self.work}/{name}"
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        # The server's user has to get in.
        os.chmod(folder, 0o755)
        return folder

    def measure(self, *command, preload=None):
        """Runs a process, with a library before all others if one is given, and returns the lines that it wrote."""
        environment = dict(os.environ, TMPDIR=f"{self.work}/temporary")
        if preload:
            environment["LD_PRELOAD"] = preload
        done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, text=True, env=environment)
        if done.returncode != 0:
            raise RuntimeError(f"{os.path.basename(command[0])} {command[1]} ended with {done.returncode}")
        return done.stdout.splitlines()


class Side:
    """A side that is measured; `prepare` once, then `measure` every round."""

    # The name that --only takes.
    group = ""

    def __init__(self, name, title):
        self.name = name
        self.title = title

    def prepare(self, run):
        pass

    def measure(self, run):
        raise NotImplementedError


class Avow(Side):
    group = "avow"

    def measure(self, run):
        program = f"{run.products}/AvowBenchmark"
        folder = run.fresh("avow")
        lines = run.measure(program, "bulk", run.workload, f"{folder}/store")
        lines += run.measure(program, "reads", run.workload, f"{folder}/store")
        folder = run.fresh("avow")
        return lines + run.measure(program, "bundles", run.workload, f"{folder}/store", run.scale.bundles)


class Compiled(Side):
    """A peer in C."""

    def __init__(self, name, title, group, source, packages, libraries, definitions=()):
        super().__init__(name, title)
        self.group = group
        self.source = source
        self.packages = packages
        self.libraries = libraries
        self.definitions = definitions
        self.program = None

    def prepare(self, run):
        install(self.packages)
        self.program = compile_peer(
            run.sources, f"{run.programs}/{self.name}", (*PEER, self.source), self.libraries, self.definitions
        )

    def measure(self, run):
        lines = run.measure(self.program, "bulk", run.workload, run.fresh(self.name))
        return lines + run.measure(self.program, "bundles", run.workload, run.fresh(self.name), run.scale.bundles)


class PostgreSQL(Compiled):
    def prepare(self, run):
        if not postgresql.programs():
            try:
                install([("/usr/lib/postgresql/*/bin/initdb", "postgresql-15")])
            except Unavailable:
                install([("/usr/lib/postgresql/*/bin/initdb", "postgresql")])
        super().prepare(run)

    def measure(self, run):
        lines = []
        for mode in (["bulk", run.workload], ["bundles", run.workload]):
            with postgresql.Cluster(run.fresh(self.name)) as cluster:
                limit = [run.scale.bundles] if mode[0] == "bundles" else []
                lines += run.measure(self.program, *mode, cluster.folder, *limit)
        return lines


class DuckDB(Side):
    group = "duckdb"

    def __init__(self, name, title, kind):
        super().__init__(name, title)
        self.kind = kind
        self.python = None

    def prepare(self, run):
        self.python = python_with(["duckdb", "pyarrow"], f"{run.programs}/python")

    def measure(self, run):
        script = f"{run.sources}/duckdb_peer.py"
        lines = []
        for mode in ("bulk", "transaction", "bundles"):
            limit = [run.scale.bundles] if mode == "bundles" else []
            lines += run.measure(self.python, script, self.kind, mode, run.workload, run.fresh(self.name), *limit)
        return lines


class Tree(Side):
    """Avow's tree alone, without records."""

    group = "tree"

    def measure(self, run):
        program = f"{run.products}/AvowBenchmark"
        count = run.scale.tree_entries
        lines = []
        for batch in batches(count):
            lines += run.measure(program, "tree", batch, count)
        return lines + run.measure(program, "tree-proofs", count)


class PlainTree(Side):
    """LMDB with the entries of the tree."""

    group = "tree"

    def __init__(self, name, title):
        super().__init__(name, title)
        self.program = None

    def prepare(self, run):
        install([("lmdb.h", "liblmdb-dev")])
        self.program = compile_peer(run.sources, f"{run.programs}/lmdb-tree", ("lmdb_tree.c", "measure.c"), ["lmdb"])

    def measure(self, run):
        count = run.scale.tree_entries
        entries = entries_file(run, count)
        lines = []
        for batch in batches(count):
            lines += run.measure(self.program, entries, run.fresh(self.name), batch, count)
        return lines


class Growth(Side):
    """Avow's tree and store as they grow. Once is enough: the runs are long, and what counts is the shape."""

    group = "growth"

    def measure(self, run):
        program = f"{run.products}/AvowBenchmark"
        lines = run.measure(program, "tree-growth", run.scale.growth_entries)
        bundles = len(os.listdir(f"{run.workload}/bundles"))
        for count in run.scale.growth_resources:
            limit = max(1, round(bundles * min(1, count / run.scale.resources)))
            store = f"{run.fresh('growth')}/store"
            for line in run.measure(program, "bulk", run.workload, store, limit):
                lines.append(line.replace('"import.', f'"store.{count}.'))
        return [line for line in lines if '"size.' not in line and '"compaction.' not in line]


class PlainGrowth(PlainTree):
    """LMDB as it grows."""

    group = "growth"

    def measure(self, run):
        count = run.scale.growth_entries
        entries = entries_file(run, count)
        return run.measure(self.program, entries, run.fresh(self.name), 50_000, count, "growth")


def batches(count):
    return [batch for batch in (2_000, 50_000) if batch < count] + [count]


def entries_file(run, count):
    path = f"{run.work}/entries-{count}"
    if not os.path.exists(path):
        run.measure(f"{run.products}/AvowBenchmark", "tree-entries", count, path)
    return path


def storing_sides():
    """Sides that store the records of the workload."""
    floor = SODIUM + [("nettle/sha2.h", "nettle-dev")]
    floor_libraries = ["lmdb", "libsodium", "libzstd", "nettle"]
    return [
        Avow("avow", "Avow"),
        Compiled("floor", "floor: zstd, XChaCha20, SHA-256, LMDB", "floor", "floor.c", floor, floor_libraries),
        Compiled(
            "floor-unsorted", "floor, entries put unsorted", "floor", "floor.c", floor, floor_libraries, ["UNSORTED"]
        ),
        Compiled("sqlite", "SQLite, WAL, FULL", "sqlite", "sqlite.c", [("sqlite3.h", "libsqlite3-dev")], ["sqlite3"]),
        Compiled(
            "sqlcipher", "SQLCipher, WAL, FULL", "sqlcipher", "sqlite.c",
            [("sqlcipher/sqlite3.h", "libsqlcipher-dev")], ["sqlcipher"], ["SQLCIPHER", "SQLITE_HAS_CODEC"],
        ),
        PostgreSQL(
            "postgresql", "PostgreSQL, JSONB", "postgresql", "postgresql.c",
            [("postgresql/libpq-fe.h", "libpq-dev")], ["libpq"],
        ),
        DuckDB("duckdb", "DuckDB", "plain"),
        DuckDB("duckdb-encrypted", "DuckDB, encrypted", "encrypted"),
    ]  # fmt: skip


def other_sides():
    """The tree alone, and growth."""
    return [
        Tree("tree", "Avow's tree"), PlainTree("lmdb-tree", "LMDB, the same entries"),
        Growth("growth", "Avow, growing"), PlainGrowth("lmdb-growth", "LMDB, growing"),
    ]  # fmt: skip
