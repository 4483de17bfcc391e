#include "workload.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

#define HEADER_LENGTH 16
#define RECORD_LENGTH 20
#define ROW_LENGTH 22
#define BUFFER_LENGTH (1 << 20)

static uint32_t read_u32(const uint8_t *bytes) {
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

static FILE *open_list(const char *directory, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    if (!file) fail("%s cannot be read", path);
    return file;
}

static void read_systems(Workload *workload, const char *directory) {
    FILE *file = open_list(directory, "systems");
    char line[1024];
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = 0;
        workload->systems = grow(workload->systems, workload->system_count, sizeof *workload->systems);
        workload->systems[workload->system_count++] = strdup(line);
    }
    fclose(file);
}

static void read_reads(Workload *workload, const char *directory) {
    FILE *file = open_list(directory, "reads");
    unsigned type;
    RecordRead read;
    while (fscanf(file, "%u %*s %64s", &type, read.id) == 2) {
        read.type = (uint8_t)type;
        workload->reads = grow(workload->reads, workload->read_count, sizeof *workload->reads);
        workload->reads[workload->read_count++] = read;
    }
    fclose(file);
}

static void read_patients(Workload *workload, const char *directory) {
    FILE *file = open_list(directory, "patients");
    unsigned patient;
    while (fscanf(file, "%u %*s", &patient) == 1) {
        workload->patients = grow(workload->patients, workload->patient_count, sizeof *workload->patients);
        workload->patients[workload->patient_count++] = patient;
    }
    fclose(file);
}

static void read_header(Workload *workload, const char *directory) {
    snprintf(workload->records, sizeof workload->records, "%s/records", directory);
    FILE *file = open_list(directory, "records");
    uint8_t header[HEADER_LENGTH];
    if (fread(header, sizeof header, 1, file) != 1 || memcmp(header, "AVOWREC1", 8) != 0) {
        fail("%s has no records", workload->records);
    }
    workload->observation = (uint8_t)read_u32(header + 8);
    workload->condition = (uint8_t)read_u32(header + 12);
    fclose(file);
}

void workload_open(Workload *workload, const char *directory) {
    memset(workload, 0, sizeof *workload);
    read_systems(workload, directory);
    read_reads(workload, directory);
    read_patients(workload, directory);
    read_header(workload, directory);
}

uint16_t workload_system(const Workload *workload, const char *uri) {
    for (size_t index = 0; index < workload->system_count; index++) {
        if (strcmp(workload->systems[index], uri) == 0) return (uint16_t)index;
    }
    fail("no record names the system %s", uri);
}

RecordCursor workload_records(const Workload *workload) {
    RecordCursor cursor = {.file = fopen(workload->records, "r")};
    uint8_t *buffer = malloc(BUFFER_LENGTH);
    if (!cursor.file || !buffer) fail("%s cannot be read", workload->records);
    setvbuf(cursor.file, NULL, _IOFBF, BUFFER_LENGTH);
    while (fread(buffer, 1, BUFFER_LENGTH, cursor.file) > 0) continue;
    free(buffer);
    if (fseek(cursor.file, HEADER_LENGTH, SEEK_SET) != 0) fail("%s cannot be read", workload->records);
    return cursor;
}

void record_close(RecordCursor *cursor) {
    if (cursor->file) fclose(cursor->file);
    free(cursor->body);
    memset(cursor, 0, sizeof *cursor);
}

static void read_body(RecordCursor *cursor, size_t length) {
    if (length > cursor->capacity) {
        free(cursor->body);
        cursor->capacity = length * 2;
        cursor->body = malloc(cursor->capacity);
        if (!cursor->body) fail("out of memory");
    }
    if (length > 0 && fread(cursor->body, length, 1, cursor->file) != 1) fail("the records are cut off");
}

bool record_next(RecordCursor *cursor, Record *record) {
    uint8_t header[RECORD_LENGTH];
    if (!cursor->file || fread(header, sizeof header, 1, cursor->file) != 1) {
        record_close(cursor);
        return false;
    }
    size_t length = read_u32(header);
    record->number = ++cursor->number;
    record->json_length = read_u32(header + 4);
    record->bundle = read_u32(header + 8);
    record->has_patient = header[12];
    record->type = header[13];
    record->id_length = header[14];
    record->row_count = read_u32(header + 16);
    if (length < (size_t)record->json_length + record->id_length) fail("record %" PRIu64 " is malformed", cursor->number);
    read_body(cursor, length);
    record->id = (const char *)cursor->body;
    record->rows = cursor->body + record->id_length;
    record->json = (const char *)cursor->body + (length - record->json_length);
    return true;
}

const uint8_t *index_row_read(const uint8_t *rows, IndexRow *row) {
    memcpy(&row->date, rows, 8);
    memcpy(&row->value, rows + 8, 8);
    memcpy(&row->parameter, rows + 16, 2);
    memcpy(&row->system, rows + 18, 2);
    memcpy(&row->code_length, rows + 20, 2);
    row->code = (const char *)rows + ROW_LENGTH;
    return rows + ROW_LENGTH + row->code_length;
}
