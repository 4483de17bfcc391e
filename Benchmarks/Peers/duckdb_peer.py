"""DuckDB, plain or encrypted: as `peer.c` measures the others.

    duckdb_peer.py plain|encrypted bulk|transaction WORKLOAD FOLDER
    duckdb_peer.py plain|encrypted bundles WORKLOAD FOLDER COUNT

Rows come to it as Arrow tables, which it scans without copying; making those is not timed. It uses all cores. It has no
index, because one by id or by patient would cost more than it brings to an engine that scans columns.
"""

import json
import math
import os
import resource
import statistics
import struct
import sys
import time

import duckdb
import pyarrow

COMMIT_COUNT = 10_000
SLOW_RUNS = 5
MOST_SCANS = 200
NO_DATE = -(2**63)
RECORD = struct.Struct("<IIIBBBBI")
ROW = struct.Struct("<qdHHH")
RESOURCE_COLUMNS = pyarrow.schema(
    [
        ("number", pyarrow.int64()),
        ("type", pyarrow.int16()),
        ("id", pyarrow.string()),
        ("patient", pyarrow.int32()),
        ("json", pyarrow.string()),
    ]
)
ROW_COLUMNS = pyarrow.schema(
    [
        ("type", pyarrow.int16()),
        ("parameter", pyarrow.int16()),
        ("code", pyarrow.string()),
        ("system", pyarrow.int16()),
        ("date", pyarrow.timestamp("ms")),
        ("resource", pyarrow.int64()),
        ("patient", pyarrow.int32()),
        ("value", pyarrow.float64()),
    ]
)
TABLES = """
CREATE TABLE system (number SMALLINT, uri VARCHAR);
CREATE TABLE resource (number BIGINT, type SMALLINT, id VARCHAR, patient INTEGER, json VARCHAR USING COMPRESSION zstd);
CREATE TABLE index_row (type SMALLINT, parameter SMALLINT, code VARCHAR, system SMALLINT, date TIMESTAMP_MS,
    resource BIGINT, patient INTEGER, value DOUBLE);
"""


def write(line):
    print(json.dumps(line, ensure_ascii=False), flush=True)


def figure(name, value, unit):
    write({"name": name, "value": value, "unit": unit})


def check(name, value):
    write({"check": name, "value": value})


class Batch:
    """Records that are committed together, column by column."""

    def __init__(self):
        self.resources = [[] for _ in RESOURCE_COLUMNS]
        self.rows = [[] for _ in ROW_COLUMNS]
        self.json_bytes = 0

    def __len__(self):
        return len(self.resources[0])

    def tables(self):
        return (
            pyarrow.table(self.resources, schema=RESOURCE_COLUMNS),
            pyarrow.table(self.rows, schema=ROW_COLUMNS),
        )


class Workload:
    """The folder of the workload; `workload.h` describes its files."""

    def __init__(self, folder):
        self.folder = folder
        self.systems = self.lines("systems")
        self.reads = [line.split() for line in self.lines("reads")]
        self.patients = [int(line.split()[0]) for line in self.lines("patients")]
        with open(f"{folder}/records", "rb") as file:
            header = file.read(16)
        self.observation, self.condition = struct.unpack("<II", header[8:])

    def lines(self, name):
        with open(f"{self.folder}/{name}", encoding="utf-8") as file:
            return file.read().split("\n")[:-1]

    def batches(self, size, bundles):
        """Batches of `size` records, or one a bundle when it is None, of the first `bundles`, or of all when it is None."""
        batch, current, number = Batch(), None, 0
        with open(f"{self.folder}/records", "rb", buffering=1 << 20) as file:
            file.seek(16)
            while header := file.read(RECORD.size):
                length, json_length, bundle, has_patient, kind, id_length, _, row_count = RECORD.unpack(header)
                body = file.read(length)
                if bundles is not None and bundle >= bundles:
                    break
                if len(batch) == size or (size is None and current not in (None, bundle)):
                    yield batch
                    batch = Batch()
                current, number = bundle, number + 1
                patient = bundle if has_patient else None
                text = body[length - json_length :].decode()
                values = (number, kind, body[:id_length].decode(), patient, text)
                for column, value in zip(batch.resources, values):
                    column.append(value)
                batch.json_bytes += json_length
                self.add_rows(batch, body, id_length, row_count, kind, number, patient)
        if len(batch):
            yield batch

    @staticmethod
    def add_rows(batch, body, offset, count, kind, number, patient):
        for _ in range(count):
            date, value, parameter, system, code_length = ROW.unpack_from(body, offset)
            offset += ROW.size
            code = body[offset : offset + code_length].decode()
            offset += code_length
            row = (
                kind, parameter, code, system, None if date == NO_DATE else date, number, patient,
                None if math.isnan(value) else value,
            )  # fmt: skip
            for column, cell in zip(batch.rows, row):
                column.append(cell)


class Database:
    def __init__(self, folder, encrypted):
        self.path = f"{folder}/database"
        self.connection = duckdb.connect()
        options = "STORAGE_VERSION 'latest'"
        if encrypted:
            options += ", ENCRYPTION_KEY '2dd29ca851e7b56e4697b0e1f08507293d761a05ce4d1b628663f411a8086d99'"
            self.load_cryptography()
        self.connection.execute(f"ATTACH '{self.path}' AS store ({options}); USE store; {TABLES}")
        write({"note": f"DuckDB {duckdb.__version__}"})

    def load_cryptography(self):
        """OpenSSL comes with an extension that is downloaded; without it DuckDB has a slower implementation inside."""
        try:
            self.connection.execute("INSTALL httpfs; LOAD httpfs")
        except duckdb.Error:
            self.connection.execute("SET force_mbedtls_unsafe = true")
            write({"note": "DuckDB encrypts with its built-in mbedtls, since its OpenSSL extension cannot be had here"})

    def insert(self, resources, rows):
        self.connection.register("resources", resources)
        self.connection.register("rows", rows)
        self.connection.execute("INSERT INTO resource SELECT * FROM resources")
        self.connection.execute("INSERT INTO index_row SELECT * FROM rows")

    def stored_bytes(self):
        self.connection.execute("CHECKPOINT store")
        log = f"{self.path}.wal"
        return os.path.getsize(self.path) + (os.path.getsize(log) if os.path.exists(log) else 0)


def bytes_written():
    try:
        with open("/proc/self/io", encoding="utf-8") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("write_bytes"))
    except OSError:
        return 0


def store(workload, database, group, size, bundles, one_transaction):
    database.connection.executemany(
        "INSERT INTO system VALUES (?, ?)", list(enumerate(workload.systems)) or [(0, "")]
    )
    before = bytes_written()
    resources, json_bytes, seconds, processor = 0, 0, 0.0, 0.0
    if one_transaction:
        database.connection.execute("BEGIN")
    for batch in workload.batches(size, bundles):
        tables = batch.tables()
        start, used = time.perf_counter(), time.process_time()
        if not one_transaction:
            database.connection.execute("BEGIN")
        database.insert(*tables)
        if not one_transaction:
            database.connection.execute("COMMIT")
        seconds += time.perf_counter() - start
        processor += time.process_time() - used
        resources += len(batch)
        json_bytes += batch.json_bytes
    if one_transaction:
        start, used = time.perf_counter(), time.process_time()
        database.connection.execute("COMMIT")
        seconds += time.perf_counter() - start
        processor += time.process_time() - used
    check(f"{group}.resources", resources)
    check(f"{group}.jsonBytes", json_bytes)
    figure(f"{group}.rate", resources / seconds, "resources/s")
    figure(f"{group}.processor", processor * 1e6 / resources, "µs/resource")
    figure(f"{group}.memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB")
    figure(f"{group}.size", database.stored_bytes() / json_bytes, "× JSON")
    figure(f"{group}.written", (bytes_written() - before) / json_bytes, "× JSON")


def timed(function):
    start = time.perf_counter()
    result = function()
    return result, (time.perf_counter() - start) * 1e6


def read(workload, connection):
    by_id = "SELECT json FROM resource WHERE type = ? AND id = ?"
    # The same part of the list as others read, of which some are enough, since each is a scan.
    half = len(workload.reads) // 2
    reads = [
        timed(lambda: connection.execute(by_id, [int(kind), id]).fetchall())
        for kind, _, id in workload.reads[half : half + MOST_SCANS]
    ]
    figure("read.one", statistics.median(time for _, time in reads), "µs")
    of_patient = "SELECT json FROM resource WHERE patient = ? AND type = ?"
    reads = [
        timed(lambda: connection.execute(of_patient, [patient, workload.observation]).fetchall())
        for patient in workload.patients[len(workload.patients) // 2 :][: len(workload.patients) // 4]
    ]
    rows = sum(len(rows) for rows, _ in reads)
    check("read.patient.rows", rows)
    figure("read.patient", sum(time for _, time in reads) / max(rows, 1), "µs/row")


def ask(workload, connection):
    count = "SELECT code, system, year(date), COUNT(*) FROM index_row WHERE type = ? AND parameter = 0 GROUP BY ALL"
    runs = [timed(lambda: connection.execute(count, [workload.observation]).fetchall()) for _ in range(SLOW_RUNS)]
    check("count.groups", len(runs[0][0]))
    check("count.total", sum(row[3] for row in runs[0][0]))
    figure("count", statistics.median(time for _, time in runs) / 1e3, "ms")
    cohort = (
        "SELECT COUNT(*) FROM (SELECT patient, arg_max(value, date) AS last FROM index_row "
        "WHERE type = ? AND parameter = 0 AND code = '4548-4' AND system = ? AND patient IN "
        "(SELECT patient FROM index_row WHERE type = ? AND parameter = 0 AND code = '44054006' AND system = ?) "
        "GROUP BY patient) WHERE last > 7"
    )
    systems = [workload.systems.index(uri) for uri in ("http://loinc.org", "http://snomed.info/sct")]
    values = [workload.observation, systems[0], workload.condition, systems[1]]
    runs = [timed(lambda: connection.execute(cohort, values).fetchone()) for _ in range(SLOW_RUNS)]
    check("cohort", runs[0][0][0])
    figure("cohort", statistics.median(time for _, time in runs) / 1e3, "ms")


def main():
    kind, mode, folder, directory = sys.argv[1:5]
    workload = Workload(folder)
    database = Database(directory, encrypted=kind == "encrypted")
    if mode == "bundles":
        store(workload, database, "bundles", None, int(sys.argv[5]), False)
    elif mode == "transaction":
        store(workload, database, "transaction", 100_000, None, True)
    else:
        store(workload, database, "import", COMMIT_COUNT, None, False)
        read(workload, database.connection)
        ask(workload, database.connection)


main()
