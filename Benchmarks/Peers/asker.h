// What an engine does to be asked questions. Each engine is one file that defines `asker`; `questions.c` drives it.
#ifndef ASKER_H
#define ASKER_H

#include <stdint.h>
#include <stdio.h>

typedef struct {
    // Opens an empty database in a folder that exists, or in the server that it names.
    void (*open)(const char *place);
    // Executes statements that give nothing.
    void (*run)(const char *sql);
    // Puts the lines of a file, in PostgreSQL's text form of COPY, into a table.
    void (*load)(const char *table, const char *path);
    // Brings everything to its final place, and statistics up to date.
    void (*settle)(void);
    // Makes a question ready to be asked again and again.
    void (*prepare)(const char *sql);
    // Asks the question that was prepared last, and writes its rows in the form of COPY unless `output` is NULL.
    uint64_t (*ask)(FILE *output);
    void (*close)(void);
} Asker;

extern const Asker asker;

// Writes a field in the form of COPY; NULL is \N.
void field_write(FILE *output, const char *text);

#endif
