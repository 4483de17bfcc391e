// PostgreSQL over a Unix socket: JSONB, index tables, COPY in binary form, each commit synced.
//
// The folder is that of the socket; the server's processes are asked for what they wrote and held.
#include <arpa/inet.h>
#include <libpq-fe.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "measure.h"

// PostgreSQL counts microseconds from 2000-01-01.
#define EPOCH_MILLISECONDS 946684800000
#define JSONB_VERSION 1

typedef struct {
    char *bytes;
    size_t length;
    size_t capacity;
} Buffer;

static PGconn *connection;
static const Workload *workload;
static Buffer resources, index_rows;

static void require(PGresult *result, ExecStatusType expected, const char *what) {
    if (PQresultStatus(result) != expected) fail("%s: %s", what, PQerrorMessage(connection));
}

static void run(const char *sql) {
    PGresult *result = PQexec(connection, sql);
    require(result, PGRES_COMMAND_OK, sql);
    PQclear(result);
}

static PGresult *ask(const char *sql) {
    PGresult *result = PQexec(connection, sql);
    require(result, PGRES_TUPLES_OK, sql);
    return result;
}

static void prepare(const char *name, const char *sql) {
    PGresult *result = PQprepare(connection, name, sql, 0, NULL);
    require(result, PGRES_COMMAND_OK, sql);
    PQclear(result);
}

static void open_database(const char *directory, const Workload *of_workload) {
    const char *keywords[] = {"host", "dbname", "user", NULL};
    const char *values[] = {directory, "postgres", "postgres", NULL};
    workload = of_workload;
    connection = PQconnectdbParams(keywords, values, 0);
    if (PQstatus(connection) != CONNECTION_OK) fail("%s", PQerrorMessage(connection));
    note("PostgreSQL %s", PQparameterStatus(connection, "server_version"));
    run("SET client_min_messages = warning");
    run("CREATE TABLE system (number int2 PRIMARY KEY, uri text NOT NULL UNIQUE)");
    run("CREATE TABLE resource (number int8 NOT NULL, type int2 NOT NULL, id text NOT NULL, patient int4,"
        " json jsonb NOT NULL)");
    run("CREATE UNIQUE INDEX resource_by_id ON resource (type, id)");
    run("CREATE INDEX resource_by_patient ON resource (patient, type)");
    run("CREATE TABLE index_row (type int2 NOT NULL, parameter int2 NOT NULL, code text NOT NULL,"
        " system int2 NOT NULL, date timestamp, resource int8 NOT NULL, patient int4, value float8)");
    run("CREATE INDEX index_row_by_code ON index_row (type, parameter, code, system, date)");
    for (size_t index = 0; index < workload->system_count; index++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", index);
        const char *parameters[] = {number, workload->systems[index]};
        PGresult *result = PQexecParams(
            connection, "INSERT INTO system VALUES ($1::int2, $2)", 2, NULL, parameters, NULL, NULL, 0);
        require(result, PGRES_COMMAND_OK, "insert a system");
        PQclear(result);
    }
    prepare("one", "SELECT json FROM resource WHERE type = $1::int2 AND id = $2");
    prepare("patient", "SELECT json FROM resource WHERE patient = $1::int4 AND type = $2::int2");
}

// MARK: Rows in the binary form of COPY

static void append(Buffer *buffer, const void *bytes, size_t length) {
    if (buffer->length + length > buffer->capacity) {
        buffer->capacity = (buffer->length + length) * 2;
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        if (!buffer->bytes) fail("out of memory");
    }
    memcpy(buffer->bytes + buffer->length, bytes, length);
    buffer->length += length;
}

static void append_u16(Buffer *buffer, uint16_t value) {
    uint16_t swapped = htons(value);
    append(buffer, &swapped, sizeof swapped);
}

static void append_u32(Buffer *buffer, uint32_t value) {
    uint32_t swapped = htonl(value);
    append(buffer, &swapped, sizeof swapped);
}

static void append_u64(Buffer *buffer, uint64_t value) {
    append_u32(buffer, (uint32_t)(value >> 32));
    append_u32(buffer, (uint32_t)value);
}

static void field_null(Buffer *buffer) {
    append_u32(buffer, UINT32_MAX);
}

static void field_u16(Buffer *buffer, uint16_t value) {
    append_u32(buffer, 2);
    append_u16(buffer, value);
}

static void field_u64(Buffer *buffer, uint64_t value) {
    append_u32(buffer, 8);
    append_u64(buffer, value);
}

static void field_bytes(Buffer *buffer, const char *bytes, uint32_t length) {
    append_u32(buffer, length);
    append(buffer, bytes, length);
}

static void field_patient(Buffer *buffer, const Record *record) {
    if (!record->has_patient) {
        field_null(buffer);
        return;
    }
    append_u32(buffer, 4);
    append_u32(buffer, record->bundle);
}

static void start_copy(Buffer *buffer) {
    static const char signature[11] = "PGCOPY\n\377\r\n";
    buffer->length = 0;
    append(buffer, signature, sizeof signature);
    append_u32(buffer, 0);
    append_u32(buffer, 0);
}

static void begin(void) {
    run("BEGIN");
    start_copy(&resources);
    start_copy(&index_rows);
}

static void put(const Record *record) {
    append_u16(&resources, 5);
    field_u64(&resources, record->number);
    field_u16(&resources, record->type);
    field_bytes(&resources, record->id, record->id_length);
    field_patient(&resources, record);
    append_u32(&resources, record->json_length + 1);
    append(&resources, (char[]){JSONB_VERSION}, 1);
    append(&resources, record->json, record->json_length);
    const uint8_t *rows = record->rows;
    for (uint32_t index = 0; index < record->row_count; index++) {
        IndexRow row;
        rows = index_row_read(rows, &row);
        append_u16(&index_rows, 8);
        field_u16(&index_rows, record->type);
        field_u16(&index_rows, row.parameter);
        field_bytes(&index_rows, row.code, row.code_length);
        field_u16(&index_rows, row.system);
        if (row.date == NO_DATE) {
            field_null(&index_rows);
        } else {
            field_u64(&index_rows, (uint64_t)((row.date - EPOCH_MILLISECONDS) * 1000));
        }
        field_u64(&index_rows, record->number);
        field_patient(&index_rows, record);
        if (isnan(row.value)) {
            field_null(&index_rows);
        } else {
            uint64_t bits;
            memcpy(&bits, &row.value, sizeof bits);
            field_u64(&index_rows, bits);
        }
    }
}

static void copy(const char *sql, Buffer *buffer) {
    append_u16(buffer, UINT16_MAX);
    PGresult *result = PQexec(connection, sql);
    require(result, PGRES_COPY_IN, sql);
    PQclear(result);
    if (PQputCopyData(connection, buffer->bytes, (int)buffer->length) != 1 || PQputCopyEnd(connection, NULL) != 1) {
        fail("%s: %s", sql, PQerrorMessage(connection));
    }
    result = PQgetResult(connection);
    require(result, PGRES_COMMAND_OK, sql);
    PQclear(result);
    while ((result = PQgetResult(connection))) PQclear(result);
}

static void commit(void) {
    copy("COPY resource FROM STDIN (FORMAT binary)", &resources);
    copy("COPY index_row FROM STDIN (FORMAT binary)", &index_rows);
    run("COMMIT");
}

// MARK: What the server used

static void settle(void) {
    run("VACUUM (ANALYZE) resource");
    run("VACUUM (ANALYZE) index_row");
    run("CHECKPOINT");
}

static uint64_t number_of(const char *sql) {
    PGresult *result = ask(sql);
    uint64_t value = PQntuples(result) ? strtoull(PQgetvalue(result, 0, 0), NULL, 10) : 0;
    PQclear(result);
    return value;
}

static uint64_t stored_bytes(void) {
    return number_of("SELECT pg_total_relation_size('resource') + pg_total_relation_size('index_row')");
}

static uint64_t written_bytes(void) {
    // What processes that have ended wrote is counted in with the one that started them.
    uint64_t bytes = bytes_written((int)number_of("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"));
    PGresult *processes = ask("SELECT pid FROM pg_stat_activity");
    for (int row = 0; row < PQntuples(processes); row++) bytes += bytes_written(atoi(PQgetvalue(processes, row, 0)));
    PQclear(processes);
    return bytes;
}

// Of the process that works for this connection; those that write in the background are not counted.
static double processor(void) {
    return processor_time(PQbackendPID(connection));
}

// The process that works for this connection, with the buffers that it shares with the others.
static double memory(void) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", PQbackendPID(connection));
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    double kibibytes = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "VmHWM: %lf", &kibibytes) == 1) break;
    }
    fclose(file);
    return kibibytes / 1024;
}

// MARK: Reading

static Rows fetch(const char *name, const char *first, const char *second) {
    const char *parameters[] = {first, second};
    PGresult *result = PQexecPrepared(connection, name, 2, parameters, NULL, NULL, 0);
    require(result, PGRES_TUPLES_OK, name);
    Rows rows = {(uint64_t)PQntuples(result), 0};
    for (int row = 0; row < PQntuples(result); row++) rows.bytes += (uint64_t)PQgetlength(result, row, 0);
    PQclear(result);
    return rows;
}

static Rows read_one(uint8_t type, const char *id) {
    char number[8];
    snprintf(number, sizeof number, "%u", type);
    return fetch("one", number, id);
}

static Rows read_patient(uint32_t patient, uint8_t type) {
    char number[16], of_type[8];
    snprintf(number, sizeof number, "%u", patient);
    snprintf(of_type, sizeof of_type, "%u", type);
    return fetch("patient", number, of_type);
}

static Groups count(void) {
    char sql[512];
    snprintf(
        sql, sizeof sql,
        "SELECT code, system, date_trunc('year', date) AS year, COUNT(*) FROM index_row"
        " WHERE type = %u AND parameter = 0 GROUP BY code, system, year",
        workload->observation);
    PGresult *result = ask(sql);
    Groups groups = {(uint64_t)PQntuples(result), 0};
    for (int row = 0; row < PQntuples(result); row++) groups.total += strtoull(PQgetvalue(result, row, 3), NULL, 10);
    PQclear(result);
    return groups;
}

static uint64_t cohort(void) {
    char sql[1024];
    snprintf(
        sql, sizeof sql,
        "SELECT COUNT(*) FROM (SELECT DISTINCT ON (patient) patient, value FROM index_row"
        " WHERE type = %u AND parameter = 0 AND code = '" HBA1C "' AND system = %u AND patient IN"
        " (SELECT patient FROM index_row WHERE type = %u AND parameter = 0 AND code = '" DIABETES "' AND system = %u)"
        " ORDER BY patient, date DESC, resource DESC) AS last WHERE value > 7",
        workload->observation, workload_system(workload, LOINC), workload->condition, workload_system(workload, SNOMED));
    return number_of(sql);
}

static void close_database(void) {
    PQfinish(connection);
    free(resources.bytes);
    free(index_rows.bytes);
}

const Engine engine = {
    .open = open_database,
    .begin = begin,
    .put = put,
    .commit = commit,
    .settle = settle,
    .stored_bytes = stored_bytes,
    .written_bytes = written_bytes,
    .processor = processor,
    .memory = memory,
    .read_one = read_one,
    .read_patient = read_patient,
    .count = count,
    .cohort = cohort,
    .close = close_database,
};
