// The entries of the tree in LMDB as it is: sorted within a batch, each batch committed and synced; no hashes, no seal.
//
//     lmdb-tree ENTRIES FOLDER BATCH COUNT          as `AvowBenchmark tree`
//     lmdb-tree ENTRIES FOLDER BATCH COUNT growth   as `AvowBenchmark tree-growth`
//
// ENTRIES is a file that `AvowBenchmark tree-entries` wrote: u16 length of the key, the key, a value of 40 bytes.
#include <lmdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

#define VALUE_LENGTH 40
#define LONGEST_KEY 511
#define HEADER_LENGTH 2
#define FEWEST 10000
#define MOST_IN_BATCH 1500000
#define READS 1000
#define MAP_LENGTH ((size_t)1 << 40)

// A key, and the value behind it.
typedef struct {
    uint16_t key_length;
    uint8_t bytes[];
} Entry;

static MDB_env *environment;
static MDB_dbi entries;
static FILE *input;

static void require(int code, const char *what) {
    if (code != MDB_SUCCESS) fail("%s: %s", what, mdb_strerror(code));
}

static void open_store(const char *directory) {
    MDB_txn *transaction;
    require(mdb_env_create(&environment), "create");
    require(mdb_env_set_mapsize(environment, MAP_LENGTH), "map size");
    require(mdb_env_open(environment, directory, 0, 0600), "open");
    require(mdb_txn_begin(environment, NULL, 0, &transaction), "begin");
    require(mdb_dbi_open(transaction, NULL, 0, &entries), "entries");
    require(mdb_txn_commit(transaction), "commit");
}

static void read_batch(Entry **batch, size_t count) {
    for (size_t index = 0; index < count; index++) {
        uint8_t header[HEADER_LENGTH];
        if (fread(header, HEADER_LENGTH, 1, input) != 1) fail("there are too few entries");
        uint16_t length = (uint16_t)(header[0] | header[1] << 8);
        if (length == 0 || length > LONGEST_KEY) fail("an entry has a key of %u bytes", length);
        Entry *entry = malloc(sizeof(Entry) + length + VALUE_LENGTH);
        if (!entry) fail("out of memory");
        entry->key_length = length;
        if (fread(entry->bytes, (size_t)length + VALUE_LENGTH, 1, input) != 1) fail("an entry is cut off");
        batch[index] = entry;
    }
}

static int compare(const void *left, const void *right) {
    const Entry *first = *(Entry *const *)left, *second = *(Entry *const *)right;
    size_t shared = first->key_length < second->key_length ? first->key_length : second->key_length;
    int order = memcmp(first->bytes, second->bytes, shared);
    return order ? order : first->key_length - second->key_length;
}

// Puts a batch and returns how long that took in microseconds.
static double put_batch(Entry **batch, size_t count) {
    MDB_txn *transaction;
    double start = now();
    qsort(batch, count, sizeof *batch, compare);
    require(mdb_txn_begin(environment, NULL, 0, &transaction), "begin");
    for (size_t index = 0; index < count; index++) {
        Entry *entry = batch[index];
        MDB_val key = {entry->key_length, entry->bytes}, value = {VALUE_LENGTH, entry->bytes + entry->key_length};
        require(mdb_put(transaction, entries, &key, &value, 0), "put");
    }
    require(mdb_txn_commit(transaction), "commit");
    return now() - start;
}

static double read_entries(Entry **keys, size_t count) {
    double times[READS];
    for (size_t index = 0; index < count; index++) {
        MDB_txn *transaction;
        MDB_val key = {keys[index]->key_length, keys[index]->bytes}, value;
        double start = now();
        require(mdb_txn_begin(environment, NULL, MDB_RDONLY, &transaction), "begin");
        require(mdb_get(transaction, entries, &key, &value), "get");
        mdb_txn_abort(transaction);
        times[index] = now() - start;
    }
    return median(times, count);
}

int main(int count, char **arguments) {
    bool growth = count == 6 && strcmp(arguments[5], "growth") == 0;
    if (count != 5 && !growth) fail("%s ENTRIES FOLDER BATCH COUNT [growth]", arguments[0]);
    size_t batch_count = strtoull(arguments[3], NULL, 10), total = strtoull(arguments[4], NULL, 10);
    input = fopen(arguments[1], "r");
    if (!input || batch_count == 0 || total == 0) fail("%s: no entries", arguments[1]);
    open_store(arguments[2]);
    size_t most = growth ? MOST_IN_BATCH : batch_count;
    Entry **batch = malloc(most * sizeof *batch);
    if (!batch) fail("out of memory");
    size_t done = 0, milestone = growth ? FEWEST : total, since = 0;
    double elapsed = 0, last = 0;
    while (done < total) {
        // While the store grows, a batch is as large as what is there, within bounds.
        size_t wanted = growth && done > batch_count ? (done < most ? done : most) : batch_count;
        size_t size = wanted < milestone - done ? wanted : milestone - done;
        read_batch(batch, size);
        double time = put_batch(batch, size);
        elapsed += time;
        last = time / (double)size;
        done += size;
        char group[64];
        if (growth && done == milestone) {
            snprintf(group, sizeof group, "growth.%zu", done);
            figure(group, "append", elapsed / (double)(done - since), "µs/entry");
            figure(group, "lastBatch", last, "µs/entry");
            figure(group, "read", read_entries(batch, size < READS ? size : READS), "µs");
            figure(group, "size", (double)file_length(arguments[2], "data.mdb") / (double)done, "bytes/entry");
            elapsed = 0;
            since = done;
            milestone *= 10;
        } else if (done == total) {
            snprintf(group, sizeof group, "tree.%zu", batch_count);
            check(group, "entries", done);
            figure(group, "rate", (double)done / (elapsed / 1e6), "entries/s");
            figure(group, "size", (double)file_length(arguments[2], "data.mdb") / (double)done, "bytes/entry");
            figure(group, "written", (double)bytes_written(0) / (double)done, "bytes/entry");
        }
        for (size_t index = 0; index < size; index++) free(batch[index]);
    }
    free(batch);
    mdb_env_close(environment);
    return 0;
}
