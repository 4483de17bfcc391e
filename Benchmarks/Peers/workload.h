// The workload: records as rows, read and extracted already, and what is read of them later.
//
// The file `records` holds, little-endian: 8 bytes "AVOWREC1", the numbers of the types Observation and Condition as
// u32, and then the records, one after the other:
//
//     u32 length of what follows these 20 bytes, u32 length of the JSON, u32 number of the bundle,
//     u8 1 when it belongs to the bundle's patient, u8 number of the type, u8 length of the id, u8 0, u32 number of rows
//     the id
//     the rows: i64 date in ms since 1970 (INT64_MIN: none), f64 value (NaN: none), u16 number of the parameter
//         (0: code), u16 number of the system, u16 length of the code, the code
//     the JSON, compact
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define NO_DATE INT64_MIN

// The search parameter `code`, which all workloads have rows of.
#define CODE_PARAMETER 0

// What an index holds of a record: one value of a search parameter, with the clinical date and the measured value.
typedef struct {
    int64_t date;
    double value;
    uint16_t parameter;
    uint16_t system;
    uint16_t code_length;
    const char *code;
} IndexRow;

// A record. Its bytes stay until the next one is read, and do not end with zero.
typedef struct {
    uint64_t number;
    uint32_t bundle;
    bool has_patient;
    uint8_t type;
    uint8_t id_length;
    uint32_t row_count;
    uint32_t json_length;
    const char *id;
    const uint8_t *rows;
    const char *json;
} Record;

// A record that is read by its id.
typedef struct {
    uint8_t type;
    char id[65];
} RecordRead;

typedef struct {
    uint8_t observation;
    uint8_t condition;
    char **systems;
    size_t system_count;
    RecordRead *reads;
    size_t read_count;
    uint32_t *patients;
    size_t patient_count;
    char records[4096];
} Workload;

// An iteration over the records.
typedef struct {
    FILE *file;
    uint8_t *body;
    size_t capacity;
    uint64_t number;
} RecordCursor;

// Opens the workload in a folder.
void workload_open(Workload *workload, const char *directory);

// The number of a system; fails when no record names it.
uint16_t workload_system(const Workload *workload, const char *uri);

// Begins with the first record. The file is read through once, so that no engine is timed for the disk.
RecordCursor workload_records(const Workload *workload);

// The next record, numbered from 1; false after the last, when the cursor is closed.
bool record_next(RecordCursor *cursor, Record *record);

// Closes a cursor before its end.
void record_close(RecordCursor *cursor);

// Reads an index row at `rows` and returns what follows it.
const uint8_t *index_row_read(const uint8_t *rows, IndexRow *row);

#endif
