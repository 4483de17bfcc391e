// Puts questions to an engine and measures it, as AvowBenchmark measures Avow.
//
//     ENGINE PLACE QUERIES ROWS RESULTS
//
// QUERIES holds schema.sql, load.sql and the questions, NN-name.sql; ROWS the tables' rows, a file each; into RESULTS go
// the questions' rows. One thread; PostgreSQL takes as many processes as it likes.
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "asker.h"
#include "measure.h"

#define MOST_RUNS 101
#define FEWEST_RUNS 5
#define RUN_MICROSECONDS 1e6

static char *contents(const char *folder, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    if (!file) fail("%s cannot be read", path);
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *text = malloc((size_t)length + 1);
    if (!text || fread(text, 1, (size_t)length, file) != (size_t)length) fail("%s cannot be read", path);
    text[length] = 0;
    fclose(file);
    return text;
}

static void run_file(const char *folder, const char *name) {
    char *sql = contents(folder, name);
    asker.run(sql);
    free(sql);
}

static int is_visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int is_question(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return entry->d_name[0] >= '0' && entry->d_name[0] <= '9' && length > 4
        && strcmp(entry->d_name + length - 4, ".sql") == 0;
}

static int list(const char *folder, int (*chosen)(const struct dirent *), struct dirent ***names) {
    int count = scandir(folder, names, chosen, alphasort);
    if (count < 0) fail("%s cannot be read", folder);
    return count;
}

void field_write(FILE *output, const char *text) {
    if (!text) {
        fputs("\\N", output);
        return;
    }
    for (; *text; text++) {
        switch (*text) {
        case '\\': fputs("\\\\", output); break;
        case '\t': fputs("\\t", output); break;
        case '\n': fputs("\\n", output); break;
        case '\r': fputs("\\r", output); break;
        default: fputc(*text, output);
        }
    }
}

static void measure(const char *file, const char *queries, const char *results) {
    char name[256], path[4096];
    snprintf(name, sizeof name, "%.*s", (int)strlen(file) - 4, file);
    snprintf(path, sizeof path, "%s/%s", results, name);
    char *sql = contents(queries, file);
    asker.prepare(sql);
    FILE *output = fopen(path, "w");
    if (!output) fail("%s cannot be written", path);
    asker.ask(output);
    fclose(output);
    // PostgreSQL plans the first five executions of a prepared statement anew; so many are not timed.
    for (int run = 0; run < FEWEST_RUNS; run++) asker.ask(NULL);
    double times[MOST_RUNS], total = 0;
    size_t runs = 0;
    while (runs < FEWEST_RUNS || (runs < MOST_RUNS && total < RUN_MICROSECONDS)) {
        double start = now();
        asker.ask(NULL);
        times[runs] = now() - start;
        total += times[runs++];
    }
    printf("{\"name\": \"%s\", \"value\": %.9g, \"unit\": \"ms\"}\n", name, median(times, runs) / 1e3);
    fflush(stdout);
    free(sql);
}

int main(int count, char **arguments) {
    if (count != 5) fail("%s PLACE QUERIES ROWS RESULTS", arguments[0]);
    const char *queries = arguments[2], *rows = arguments[3], *results = arguments[4];
    asker.open(arguments[1]);
    run_file(queries, "schema.sql");
    struct dirent **names;
    int tables = list(rows, is_visible, &names);
    for (int index = 0; index < tables; index++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", rows, names[index]->d_name);
        asker.load(names[index]->d_name, path);
        free(names[index]);
    }
    free(names);
    run_file(queries, "load.sql");
    asker.settle();
    int questions = list(queries, is_question, &names);
    for (int index = 0; index < questions; index++) {
        measure(names[index]->d_name, queries, results);
        free(names[index]);
    }
    free(names);
    figure("questions", "memory", peak_memory(), "MiB");
    asker.close();
    return 0;
}
