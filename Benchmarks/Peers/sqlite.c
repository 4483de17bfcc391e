// SQLite, and SQLCipher when built with -DSQLCIPHER: WAL, each commit synced, index tables.
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "measure.h"

static sqlite3 *database;
static sqlite3_stmt *insert_resource, *insert_row, *select_one, *select_patient, *select_count, *select_cohort;
static const Workload *workload;
static const char *folder;

static void require(int code, const char *what) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail("%s: %s", what, sqlite3_errmsg(database));
}

static void run(const char *sql) {
    require(sqlite3_exec(database, sql, NULL, NULL, NULL), sql);
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    require(sqlite3_prepare_v2(database, sql, -1, &statement, NULL), sql);
    return statement;
}

static void step(sqlite3_stmt *statement) {
    require(sqlite3_step(statement), sqlite3_sql(statement));
    require(sqlite3_reset(statement), sqlite3_sql(statement));
}

static void put_systems(void) {
    sqlite3_stmt *insert = prepare("INSERT INTO system VALUES (?, ?)");
    for (size_t index = 0; index < workload->system_count; index++) {
        sqlite3_bind_int64(insert, 1, (sqlite3_int64)index);
        sqlite3_bind_text(insert, 2, workload->systems[index], -1, SQLITE_STATIC);
        step(insert);
    }
    sqlite3_finalize(insert);
}

static void open_database(const char *directory, const Workload *of_workload) {
    char path[4096];
    snprintf(path, sizeof path, "%s/database", directory);
    folder = directory;
    workload = of_workload;
    if (sqlite3_open(path, &database) != SQLITE_OK) fail("%s cannot be opened", path);
#ifdef SQLCIPHER
    run("PRAGMA key = \"x'2dd29ca851e7b56e4697b0e1f08507293d761a05ce4d1b628663f411a8086d99'\"");
    // Version 3 has pages of 1,024 bytes unless told otherwise, version 4 has these.
    run("PRAGMA cipher_page_size = 4096");
    sqlite3_stmt *version = prepare("PRAGMA cipher_version");
    if (sqlite3_step(version) != SQLITE_ROW) fail("this library does not encrypt");
    note("SQLCipher %s over SQLite %s", sqlite3_column_text(version, 0), sqlite3_libversion());
    sqlite3_finalize(version);
#else
    note("SQLite %s", sqlite3_libversion());
#endif
    run("PRAGMA journal_mode = WAL");
    run("PRAGMA synchronous = FULL");
    run("PRAGMA cache_size = -65536");
    run("PRAGMA temp_store = MEMORY");
    run("CREATE TABLE system (number INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE)");
    run("CREATE TABLE resource (number INTEGER PRIMARY KEY, type INTEGER NOT NULL, id TEXT NOT NULL, patient INTEGER,"
        " json TEXT NOT NULL)");
    run("CREATE UNIQUE INDEX resource_by_id ON resource (type, id)");
    run("CREATE INDEX resource_by_patient ON resource (patient, type)");
    run("CREATE TABLE index_row (type INTEGER NOT NULL, parameter INTEGER NOT NULL, code TEXT NOT NULL,"
        " system INTEGER NOT NULL, date INTEGER NOT NULL, resource INTEGER NOT NULL, patient INTEGER, value REAL,"
        " PRIMARY KEY (type, parameter, code, system, date, resource)) WITHOUT ROWID");
    put_systems();
    insert_resource = prepare("INSERT INTO resource VALUES (?, ?, ?, ?, ?)");
    insert_row = prepare("INSERT OR IGNORE INTO index_row VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    select_one = prepare("SELECT json FROM resource WHERE type = ? AND id = ?");
    select_patient = prepare("SELECT json FROM resource WHERE patient = ? AND type = ?");
    select_count = prepare(
        // Of a record without a date the year is NULL.
        "SELECT code, system, strftime('%Y', date / 1000, 'unixepoch') AS year, COUNT(*) FROM index_row"
        " WHERE type = ? AND parameter = 0 GROUP BY code, system, year");
    select_cohort = prepare(
        "SELECT COUNT(*) FROM (SELECT patient, value, MAX(date) FROM index_row"
        " WHERE type = ?1 AND parameter = 0 AND code = '" HBA1C "' AND system = ?2 AND patient IN"
        " (SELECT patient FROM index_row WHERE type = ?3 AND parameter = 0 AND code = '" DIABETES "' AND system = ?4)"
        " GROUP BY patient) WHERE value > 7");
}

static void begin(void) {
    run("BEGIN IMMEDIATE");
}

static void commit(void) {
    run("COMMIT");
}

static void bind_patient(sqlite3_stmt *statement, int column, const Record *record) {
    if (record->has_patient) {
        sqlite3_bind_int64(statement, column, record->bundle);
    } else {
        sqlite3_bind_null(statement, column);
    }
}

static void put(const Record *record) {
    sqlite3_bind_int64(insert_resource, 1, (sqlite3_int64)record->number);
    sqlite3_bind_int(insert_resource, 2, record->type);
    sqlite3_bind_text(insert_resource, 3, record->id, record->id_length, SQLITE_STATIC);
    bind_patient(insert_resource, 4, record);
    sqlite3_bind_text(insert_resource, 5, record->json, (int)record->json_length, SQLITE_STATIC);
    step(insert_resource);
    const uint8_t *rows = record->rows;
    for (uint32_t index = 0; index < record->row_count; index++) {
        IndexRow row;
        rows = index_row_read(rows, &row);
        sqlite3_bind_int(insert_row, 1, record->type);
        sqlite3_bind_int(insert_row, 2, row.parameter);
        sqlite3_bind_text(insert_row, 3, row.code, row.code_length, SQLITE_STATIC);
        sqlite3_bind_int(insert_row, 4, row.system);
        sqlite3_bind_int64(insert_row, 5, row.date);
        sqlite3_bind_int64(insert_row, 6, (sqlite3_int64)record->number);
        bind_patient(insert_row, 7, record);
        // Not a number is stored as NULL.
        sqlite3_bind_double(insert_row, 8, row.value);
        step(insert_row);
    }
}

static void settle(void) {
    run("PRAGMA wal_checkpoint(TRUNCATE)");
}

static uint64_t stored_bytes(void) {
    return file_length(folder, "database") + file_length(folder, "database-wal");
}

static Rows fetch(sqlite3_stmt *statement) {
    Rows rows = {0, 0};
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (!sqlite3_column_text(statement, 0)) fail("a record without JSON");
        rows.rows++;
        rows.bytes += (uint64_t)sqlite3_column_bytes(statement, 0);
    }
    require(code, "select");
    require(sqlite3_reset(statement), "select");
    return rows;
}

static Rows read_one(uint8_t type, const char *id) {
    sqlite3_bind_int(select_one, 1, type);
    sqlite3_bind_text(select_one, 2, id, -1, SQLITE_STATIC);
    return fetch(select_one);
}

static Rows read_patient(uint32_t patient, uint8_t type) {
    sqlite3_bind_int64(select_patient, 1, patient);
    sqlite3_bind_int(select_patient, 2, type);
    return fetch(select_patient);
}

static Groups count(void) {
    Groups groups = {0, 0};
    sqlite3_bind_int(select_count, 1, workload->observation);
    while (sqlite3_step(select_count) == SQLITE_ROW) {
        groups.groups++;
        groups.total += (uint64_t)sqlite3_column_int64(select_count, 3);
    }
    require(sqlite3_reset(select_count), "count");
    return groups;
}

static uint64_t cohort(void) {
    sqlite3_bind_int(select_cohort, 1, workload->observation);
    sqlite3_bind_int(select_cohort, 2, workload_system(workload, LOINC));
    sqlite3_bind_int(select_cohort, 3, workload->condition);
    sqlite3_bind_int(select_cohort, 4, workload_system(workload, SNOMED));
    require(sqlite3_step(select_cohort), "cohort");
    uint64_t patients = (uint64_t)sqlite3_column_int64(select_cohort, 0);
    require(sqlite3_reset(select_cohort), "cohort");
    return patients;
}

static void close_database(void) {
    sqlite3_stmt *statements[] = {insert_resource, insert_row, select_one, select_patient, select_count, select_cohort};
    for (size_t index = 0; index < sizeof statements / sizeof *statements; index++) sqlite3_finalize(statements[index]);
    require(sqlite3_close(database), "close");
}

const Engine engine = {
    .open = open_database,
    .begin = begin,
    .put = put,
    .commit = commit,
    .settle = settle,
    .stored_bytes = stored_bytes,
    .read_one = read_one,
    .read_patient = read_patient,
    .count = count,
    .cohort = cohort,
    .close = close_database,
};
