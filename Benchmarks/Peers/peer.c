// Measures an engine on the workload, as AvowBenchmark measures Avow.
//
//     ENGINE bulk WORKLOAD FOLDER           commit each 10,000 records, then read
//     ENGINE bundles WORKLOAD FOLDER COUNT  one commit a bundle, so many bundles
//
// One thread: these engines have one writer. The records are in memory, read and extracted; only storing is timed.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "measure.h"

#define COMMIT_COUNT 10000
#define SLOW_RUNS 5

static uint64_t written(void) {
    return engine.written_bytes ? engine.written_bytes() : bytes_written(0);
}

static double processor(void) {
    return processor_time(0) + (engine.processor ? engine.processor() : 0);
}

// Imports the records of the first `bundles` bundles, or all when it is 0, which are committed one by one if `each`.
static void import(const Workload *workload, const char *group, uint32_t bundles, bool each) {
    uint64_t written_before = written();
    double processor_before = processor();
    uint64_t resources = 0, json_bytes = 0, pending = 0;
    uint32_t bundle = 0;
    RecordCursor cursor = workload_records(workload);
    Record record;
    double start = now();
    engine.begin();
    while (record_next(&cursor, &record) && (bundles == 0 || record.bundle < bundles)) {
        bool full = each ? record.bundle != bundle : pending == COMMIT_COUNT;
        if (full) {
            engine.commit();
            engine.begin();
            pending = 0;
        }
        engine.put(&record);
        bundle = record.bundle;
        pending++;
        resources++;
        json_bytes += record.json_length;
    }
    engine.commit();
    record_close(&cursor);
    double seconds = (now() - start) / 1e6;
    double used = processor() - processor_before;
    check(group, "resources", resources);
    check(group, "jsonBytes", json_bytes);
    figure(group, "rate", (double)resources / seconds, "resources/s");
    figure(group, "processor", used / (double)resources, "µs/resource");
    figure(group, "memory", engine.memory ? engine.memory() : peak_memory(), "MiB");
    if (engine.settle) engine.settle();
    figure(group, "size", (double)engine.stored_bytes() / (double)json_bytes, "× JSON");
    figure(group, "written", (double)(written() - written_before) / (double)json_bytes, "× JSON");
}

static double *times(size_t count) {
    double *values = calloc(count ? count : 1, sizeof *values);
    if (!values) fail("out of memory");
    return values;
}

// The first half is read before anything is timed, so that caches are as they are in service; the third quarter is
// timed, and the last one is left to the side that proves.
static void read_records(const Workload *workload) {
    size_t first = workload->read_count / 2, count = workload->read_count / 4;
    for (size_t index = 0; index < first; index++) {
        engine.read_one(workload->reads[index].type, workload->reads[index].id);
    }
    double *values = times(count);
    uint64_t rows = 0;
    for (size_t index = 0; index < count; index++) {
        const RecordRead *read = &workload->reads[first + index];
        double start = now();
        rows += engine.read_one(read->type, read->id).rows;
        values[index] = now() - start;
    }
    check("read", "one.rows", rows);
    figure("read", "one", median(values, count), "µs");
    free(values);
}

static void read_patients(const Workload *workload) {
    size_t first = workload->patient_count / 2, count = workload->patient_count / 4;
    for (size_t index = 0; index < first; index++) {
        engine.read_patient(workload->patients[index], workload->observation);
    }
    uint64_t rows = 0;
    double start = now();
    for (size_t index = first; index < first + count; index++) {
        rows += engine.read_patient(workload->patients[index], workload->observation).rows;
    }
    double elapsed = now() - start;
    check("read", "patient.rows", rows);
    figure("read", "patient", elapsed / (double)(rows ? rows : 1), "µs/row");
}

static void ask(void) {
    double values[SLOW_RUNS];
    if (engine.count) {
        Groups groups = {0, 0};
        for (int run = 0; run < SLOW_RUNS; run++) {
            double start = now();
            groups = engine.count();
            values[run] = (now() - start) / 1e3;
        }
        check("count", "groups", groups.groups);
        check("count", "total", groups.total);
        printf("{\"name\": \"count\", \"value\": %.9g, \"unit\": \"ms\"}\n", median(values, SLOW_RUNS));
    }
    if (engine.cohort) {
        uint64_t patients = 0;
        for (int run = 0; run < SLOW_RUNS; run++) {
            double start = now();
            patients = engine.cohort();
            values[run] = (now() - start) / 1e3;
        }
        printf("{\"check\": \"cohort\", \"value\": %llu}\n", (unsigned long long)patients);
        printf("{\"name\": \"cohort\", \"value\": %.9g, \"unit\": \"ms\"}\n", median(values, SLOW_RUNS));
    }
}

int main(int count, char **arguments) {
    bool bulk = count == 4 && strcmp(arguments[1], "bulk") == 0;
    bool bundles = count == 5 && strcmp(arguments[1], "bundles") == 0;
    if (!bulk && !bundles) fail("%s bulk WORKLOAD FOLDER\n%s bundles WORKLOAD FOLDER COUNT", arguments[0], arguments[0]);
    Workload workload;
    workload_open(&workload, arguments[2]);
    engine.open(arguments[3], &workload);
    if (bulk) {
        import(&workload, "import", 0, false);
        read_records(&workload);
        read_patients(&workload);
        ask();
    } else {
        import(&workload, "bundles", (uint32_t)strtoul(arguments[4], NULL, 10), true);
    }
    engine.close();
    return 0;
}
