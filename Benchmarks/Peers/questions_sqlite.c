// SQLCipher, or SQLite without -DSQLCIPHER: a file in the folder that is the place.
#include <sqlite3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "asker.h"
#include "measure.h"

// The statements of a question; all but the last one give no rows.
#define MOST_STATEMENTS 8

static sqlite3 *database;
static sqlite3_stmt *statements[MOST_STATEMENTS];
static size_t statement_count;
static char *question;

static void require(int code, const char *what) {
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail("%s: %s", what, sqlite3_errmsg(database));
}

static void run(const char *sql) {
    require(sqlite3_exec(database, sql, NULL, NULL, NULL), sql);
}

static void open_database(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/database", folder);
    if (sqlite3_open(path, &database) != SQLITE_OK) fail("%s cannot be opened", path);
#ifdef SQLCIPHER
    run("PRAGMA key = \"x'2dd29ca851e7b56e4697b0e1f08507293d761a05ce4d1b628663f411a8086d99'\"");
    // Version 3 has pages of 1,024 bytes unless told otherwise, version 4 has these.
    run("PRAGMA cipher_page_size = 4096");
#endif
    note("SQLite %s", sqlite3_libversion());
    run("PRAGMA journal_mode = WAL");
    // Everything that is asked for fits, so that pages are decrypted once.
    run("PRAGMA cache_size = -524288");
    run("PRAGMA temp_store = MEMORY");
}

// Undoes the form of COPY in place; the end of the field becomes its last character.
static char *field(char **rest, bool *is_null) {
    char *start = *rest, *to = start, *from = start;
    *is_null = from[0] == '\\' && from[1] == 'N';
    for (; *from && *from != '\t' && *from != '\n'; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        from++;
        *to++ = *from == 't' ? '\t' : *from == 'n' ? '\n' : *from == 'r' ? '\r' : *from;
    }
    *rest = *from == '\t' ? from + 1 : NULL;
    *to = 0;
    return start;
}

static void load(const char *table, const char *path) {
    FILE *file = fopen(path, "r");
    if (!file) fail("%s cannot be read", path);
    char *line = NULL;
    size_t capacity = 0;
    sqlite3_stmt *insert = NULL;
    run("BEGIN");
    while (getline(&line, &capacity, file) > 0) {
        if (!insert) {
            char sql[256];
            int length = snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (?", table);
            for (char *byte = line; *byte; byte++) {
                if (*byte == '\t') length += snprintf(sql + length, sizeof sql - (size_t)length, ", ?");
            }
            snprintf(sql + length, sizeof sql - (size_t)length, ")");
            require(sqlite3_prepare_v2(database, sql, -1, &insert, NULL), sql);
        }
        char *rest = line;
        for (int column = 1; rest; column++) {
            bool is_null;
            const char *text = field(&rest, &is_null);
            if (is_null) {
                sqlite3_bind_null(insert, column);
            } else {
                // The column's affinity makes numbers of it.
                sqlite3_bind_text(insert, column, text, -1, SQLITE_TRANSIENT);
            }
        }
        require(sqlite3_step(insert), table);
        require(sqlite3_reset(insert), table);
    }
    run("COMMIT");
    sqlite3_finalize(insert);
    free(line);
    fclose(file);
}

static void settle(void) {
    run("PRAGMA wal_checkpoint(TRUNCATE)");
}

static void finalize(void) {
    for (size_t index = 0; index < statement_count; index++) sqlite3_finalize(statements[index]);
    statement_count = 0;
    free(question);
    question = NULL;
}

static void prepare(const char *sql) {
    finalize();
    question = strdup(sql);
    const char *rest = question;
    while (*rest) {
        if (statement_count == MOST_STATEMENTS) fail("a question of more than %d statements", MOST_STATEMENTS);
        sqlite3_stmt *statement;
        require(sqlite3_prepare_v2(database, rest, -1, &statement, &rest), question);
        if (!statement) break;
        statements[statement_count++] = statement;
        // What a later one reads may be what this one makes.
        if (sqlite3_column_count(statement) == 0) require(sqlite3_step(statement), question);
        require(sqlite3_reset(statement), question);
    }
}

static uint64_t ask(FILE *output) {
    uint64_t rows = 0;
    for (size_t index = 0; index < statement_count; index++) {
        sqlite3_stmt *statement = statements[index];
        int code, columns = sqlite3_column_count(statement);
        while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
            rows++;
            for (int column = 0; column < columns; column++) {
                const char *text = (const char *)sqlite3_column_text(statement, column);
                if (!output) continue;
                if (column) fputc('\t', output);
                field_write(output, text);
            }
            if (output) fputc('\n', output);
        }
        require(code, question);
        require(sqlite3_reset(statement), question);
    }
    return rows;
}

static void close_database(void) {
    finalize();
    require(sqlite3_close(database), "close");
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
