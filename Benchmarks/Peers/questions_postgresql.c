// PostgreSQL over a Unix socket, whose folder is the place; prepared statements.
#include <libpq-fe.h>
#include <stdlib.h>

#include "asker.h"
#include "measure.h"

static PGconn *connection;

static void require(PGresult *result, ExecStatusType expected, const char *what) {
    if (PQresultStatus(result) != expected) fail("%s: %s", what, PQerrorMessage(connection));
}

static void run(const char *sql) {
    PGresult *result = PQexec(connection, sql);
    require(result, PGRES_COMMAND_OK, sql);
    PQclear(result);
}

static void connect_to(const char *folder, const char *database) {
    const char *keywords[] = {"host", "dbname", "user", NULL};
    const char *values[] = {folder, database, "postgres", NULL};
    connection = PQconnectdbParams(keywords, values, 0);
    if (PQstatus(connection) != CONNECTION_OK) fail("%s", PQerrorMessage(connection));
}

static void open_database(const char *folder) {
    connect_to(folder, "postgres");
    note("PostgreSQL %s", PQparameterStatus(connection, "server_version"));
    // Text is compared by its bytes, which is fastest and what the others do.
    run("CREATE DATABASE questions TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'");
    PQfinish(connection);
    connect_to(folder, "questions");
    run("SET timezone = 'UTC'");
    // What is asked here is short: compiling it takes longer than it spares.
    run("SET jit = off");
    run("SET work_mem = '64MB'");
    // Everything is in memory.
    run("SET random_page_cost = 1.1");
}

static void load(const char *table, const char *path) {
    char sql[256];
    snprintf(sql, sizeof sql, "COPY %s FROM STDIN", table);
    PGresult *result = PQexec(connection, sql);
    require(result, PGRES_COPY_IN, sql);
    PQclear(result);
    FILE *file = fopen(path, "r");
    if (!file) fail("%s cannot be read", path);
    static char buffer[1 << 16];
    size_t length;
    while ((length = fread(buffer, 1, sizeof buffer, file))) {
        if (PQputCopyData(connection, buffer, (int)length) != 1) fail("%s: %s", sql, PQerrorMessage(connection));
    }
    fclose(file);
    if (PQputCopyEnd(connection, NULL) != 1) fail("%s: %s", sql, PQerrorMessage(connection));
    result = PQgetResult(connection);
    require(result, PGRES_COMMAND_OK, sql);
    PQclear(result);
    while ((result = PQgetResult(connection))) PQclear(result);
}

static void settle(void) {
    run("VACUUM (ANALYZE)");
    run("CHECKPOINT");
}

static void prepare(const char *sql) {
    run("DEALLOCATE ALL");
    PGresult *result = PQprepare(connection, "question", sql, 0, NULL);
    require(result, PGRES_COMMAND_OK, sql);
    PQclear(result);
}

static uint64_t ask(FILE *output) {
    PGresult *result = PQexecPrepared(connection, "question", 0, NULL, NULL, NULL, 0);
    require(result, PGRES_TUPLES_OK, "question");
    int rows = PQntuples(result), columns = PQnfields(result);
    for (int row = 0; output && row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            if (column) fputc('\t', output);
            field_write(output, PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column));
        }
        fputc('\n', output);
    }
    PQclear(result);
    return (uint64_t)rows;
}

static void close_database(void) {
    PQfinish(connection);
}

const Asker asker = {
    .open = open_database,
    .run = run,
    .load = load,
    .settle = settle,
    .prepare = prepare,
    .ask = ask,
    .close = close_database,
};
