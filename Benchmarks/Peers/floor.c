// The floor: what sealing and indexing the same records costs at least, over LMDB and without a tree, a proof or consent.
//
// Of each record: zstd with a dictionary of its type, XChaCha20-Poly1305 under its patient's key, SHA-256 of what comes
// of it, one put; and as many index puts as Avow has entries, under hashed keys. The index puts of a commit are sorted
// first, unless built with -DUNSORTED.
#include <lmdb.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zdict.h>
#include <zstd.h>

#include "engine.h"
#include "measure.h"

#define TYPE_COUNT 256
#define LEVEL 3
#define DICTIONARY_LENGTH (16 << 10)
#define SAMPLE_COUNT 2000
#define FEWEST_SAMPLES 128
#define SAMPLED_RECORDS 50000
#define MAP_LENGTH ((size_t)1 << 40)
#define HASH_LENGTH 16
#define VALUE_LENGTH 40

enum { LOCATE_KEY = 1, PATIENT_KEY = 2, INDEX_KEY = 3 };

// A put into the index. A key is a kind, a hash, and what its entries are sorted by.
typedef struct {
    uint8_t key_length;
    uint8_t key[1 + HASH_LENGTH + 16];
    uint8_t value[VALUE_LENGTH];
} IndexPut;

typedef struct {
    uint8_t *bytes;
    size_t length;
    size_t *lengths;
    unsigned count;
} Samples;

static MDB_env *environment;
static MDB_txn *transaction;
static MDB_dbi records, entries;
static const char *folder;
static ZSTD_CCtx *compressor;
static ZSTD_DCtx *decompressor;
static ZSTD_CDict *compressing[TYPE_COUNT];
static ZSTD_DDict *decompressing[TYPE_COUNT];
static uint8_t secret[crypto_generichash_KEYBYTES];
static IndexPut *pending;
static size_t pending_count;
static uint8_t *compressed, *sealed;
static size_t capacity;

static void require(int code, const char *what) {
    if (code != MDB_SUCCESS) fail("%s: %s", what, mdb_strerror(code));
}

static void hash(uint8_t out[HASH_LENGTH], const void *bytes, size_t length) {
    crypto_generichash(out, HASH_LENGTH, bytes, length, secret, sizeof secret);
}

static void big_endian(uint8_t *out, uint64_t value) {
    for (int index = 0; index < 8; index++) out[index] = (uint8_t)(value >> (56 - 8 * index));
}

// MARK: Dictionaries

static void add_sample(Samples *samples, const Record *record) {
    if (samples->count == SAMPLE_COUNT) return;
    samples->bytes = realloc(samples->bytes, samples->length + record->json_length);
    samples->lengths = grow(samples->lengths, samples->count, sizeof *samples->lengths);
    if (!samples->bytes) fail("out of memory");
    memcpy(samples->bytes + samples->length, record->json, record->json_length);
    samples->length += record->json_length;
    samples->lengths[samples->count++] = record->json_length;
}

static void train(const Workload *workload) {
    static Samples samples[TYPE_COUNT];
    RecordCursor cursor = workload_records(workload);
    Record record;
    while (cursor.number < SAMPLED_RECORDS && record_next(&cursor, &record)) add_sample(&samples[record.type], &record);
    record_close(&cursor);
    uint8_t *dictionary = malloc(DICTIONARY_LENGTH);
    if (!dictionary) fail("out of memory");
    for (int type = 0; type < TYPE_COUNT; type++) {
        Samples *of_type = &samples[type];
        if (of_type->count >= FEWEST_SAMPLES) {
            size_t length = ZDICT_trainFromBuffer(
                dictionary, DICTIONARY_LENGTH, of_type->bytes, of_type->lengths, of_type->count);
            if (!ZDICT_isError(length)) {
                compressing[type] = ZSTD_createCDict(dictionary, length, LEVEL);
                decompressing[type] = ZSTD_createDDict(dictionary, length);
            }
        }
        free(of_type->bytes);
        free(of_type->lengths);
    }
    free(dictionary);
}

// MARK: Sealing

static void patient_key(uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES], uint32_t patient) {
    static uint32_t last = UINT32_MAX;
    static uint8_t last_key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    if (patient != last) {
        crypto_generichash(last_key, sizeof last_key, (uint8_t *)&patient, sizeof patient, secret, sizeof secret);
        last = patient;
    }
    memcpy(key, last_key, sizeof last_key);
}

// A record rests as its patient's number and type, the nonce, and the sealed bytes.
#define PREFIX_LENGTH (5 + crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)

static size_t seal(const Record *record, uint32_t patient) {
    size_t bound = ZSTD_compressBound(record->json_length);
    if (bound > capacity) {
        capacity = bound * 2;
        compressed = realloc(compressed, capacity);
        sealed = realloc(sealed, capacity + PREFIX_LENGTH + crypto_aead_xchacha20poly1305_ietf_ABYTES);
        if (!compressed || !sealed) fail("out of memory");
    }
    size_t length = compressing[record->type]
        ? ZSTD_compress_usingCDict(
              compressor, compressed, capacity, record->json, record->json_length, compressing[record->type])
        : ZSTD_compressCCtx(compressor, compressed, capacity, record->json, record->json_length, LEVEL);
    if (ZSTD_isError(length)) fail("compress: %s", ZSTD_getErrorName(length));
    uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    patient_key(key, patient);
    memcpy(sealed, &patient, 4);
    sealed[4] = record->type;
    randombytes_buf(sealed + 5, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
    unsigned long long sealed_length;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed + PREFIX_LENGTH, &sealed_length, compressed, length, sealed, 5, NULL, sealed + 5, key);
    return PREFIX_LENGTH + (size_t)sealed_length;
}

static size_t open_sealed(const MDB_val *value) {
    const uint8_t *bytes = value->mv_data;
    uint32_t patient;
    memcpy(&patient, bytes, 4);
    uint8_t key[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
    patient_key(key, patient);
    unsigned long long length;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            compressed, &length, NULL, bytes + PREFIX_LENGTH, value->mv_size - PREFIX_LENGTH, bytes, 5, bytes + 5, key)
        != 0) {
        fail("a record does not open");
    }
    unsigned long long json_length = ZSTD_getFrameContentSize(compressed, length);
    static uint8_t *json;
    static size_t json_capacity;
    if (json_length > json_capacity) {
        json_capacity = json_length * 2;
        json = realloc(json, json_capacity);
        if (!json) fail("out of memory");
    }
    size_t result = decompressing[bytes[4]]
        ? ZSTD_decompress_usingDDict(decompressor, json, json_capacity, compressed, length, decompressing[bytes[4]])
        : ZSTD_decompressDCtx(decompressor, json, json_capacity, compressed, length);
    if (ZSTD_isError(result)) fail("decompress: %s", ZSTD_getErrorName(result));
    return result;
}

// MARK: Keys

static size_t locate_key(uint8_t *key, uint8_t type, const char *id, size_t id_length) {
    uint8_t content[1 + 64];
    content[0] = type;
    memcpy(content + 1, id, id_length);
    key[0] = LOCATE_KEY;
    hash(key + 1, content, 1 + id_length);
    return 1 + HASH_LENGTH;
}

static size_t patient_prefix(uint8_t *key, uint32_t patient, uint8_t type) {
    uint8_t content[5];
    memcpy(content, &patient, 4);
    content[4] = type;
    key[0] = PATIENT_KEY;
    hash(key + 1, content, sizeof content);
    return 1 + HASH_LENGTH;
}

static size_t index_key(uint8_t *key, const Record *record, const IndexRow *row) {
    uint8_t content[5 + UINT16_MAX];
    content[0] = record->type;
    memcpy(content + 1, &row->parameter, 2);
    memcpy(content + 3, &row->system, 2);
    memcpy(content + 5, row->code, row->code_length);
    key[0] = INDEX_KEY;
    hash(key + 1, content, 5u + row->code_length);
    // Flipping the sign makes negative numbers sort first.
    big_endian(key + 1 + HASH_LENGTH, (uint64_t)row->date ^ ((uint64_t)1 << 63));
    big_endian(key + 9 + HASH_LENGTH, record->number);
    return 17 + HASH_LENGTH;
}

// MARK: Storing

static void open_store(const char *directory, const Workload *workload) {
    folder = directory;
    if (sodium_init() < 0) fail("libsodium does not start");
    randombytes_buf(secret, sizeof secret);
    compressor = ZSTD_createCCtx();
    decompressor = ZSTD_createDCtx();
    train(workload);
    note("LMDB %d.%d.%d, zstd %s", MDB_VERSION_MAJOR, MDB_VERSION_MINOR, MDB_VERSION_PATCH, ZSTD_versionString());
    require(mdb_env_create(&environment), "create");
    require(mdb_env_set_mapsize(environment, MAP_LENGTH), "map size");
    require(mdb_env_set_maxdbs(environment, 2), "tables");
    require(mdb_env_open(environment, directory, 0, 0600), "open");
    require(mdb_txn_begin(environment, NULL, 0, &transaction), "begin");
    require(mdb_dbi_open(transaction, "records", MDB_CREATE | MDB_INTEGERKEY, &records), "records");
    require(mdb_dbi_open(transaction, "entries", MDB_CREATE, &entries), "entries");
    require(mdb_txn_commit(transaction), "commit");
}

static void begin(void) {
    require(mdb_txn_begin(environment, NULL, 0, &transaction), "begin");
    pending_count = 0;
}

static IndexPut *add_put(const uint8_t value[VALUE_LENGTH]) {
    pending = grow(pending, pending_count, sizeof *pending);
    IndexPut *put = &pending[pending_count++];
    memcpy(put->value, value, VALUE_LENGTH);
    return put;
}

static void put_record(const Record *record) {
    uint32_t patient = record->has_patient ? record->bundle : UINT32_MAX - 1;
    size_t length = seal(record, patient);
    uint8_t value[VALUE_LENGTH];
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, length, sealed);
    sha256_digest(&context, SHA256_DIGEST_SIZE, value);
    memcpy(value + SHA256_DIGEST_SIZE, &record->number, 8);

    uint64_t number = record->number;
    MDB_val key = {sizeof number, &number}, data = {length, sealed};
    require(mdb_put(transaction, records, &key, &data, MDB_APPEND), "put a record");

    IndexPut *put = add_put(value);
    put->key_length = (uint8_t)locate_key(put->key, record->type, record->id, record->id_length);
    put = add_put(value);
    size_t prefix = patient_prefix(put->key, patient, record->type);
    big_endian(put->key + prefix, record->number);
    put->key_length = (uint8_t)(prefix + 8);
    const uint8_t *rows = record->rows;
    for (uint32_t index = 0; index < record->row_count; index++) {
        IndexRow row;
        rows = index_row_read(rows, &row);
        put = add_put(value);
        put->key_length = (uint8_t)index_key(put->key, record, &row);
    }
}

#ifndef UNSORTED
static int compare_puts(const void *left, const void *right) {
    return memcmp(((const IndexPut *)left)->key, ((const IndexPut *)right)->key, sizeof ((IndexPut *)0)->key);
}
#endif

static void commit(void) {
#ifndef UNSORTED
    // Bytes behind shorter keys take part in the comparison, but only where the keys before them are the same.
    qsort(pending, pending_count, sizeof *pending, compare_puts);
#endif
    for (size_t index = 0; index < pending_count; index++) {
        MDB_val key = {pending[index].key_length, pending[index].key}, data = {VALUE_LENGTH, pending[index].value};
        require(mdb_put(transaction, entries, &key, &data, 0), "put an entry");
    }
    require(mdb_txn_commit(transaction), "commit");
}

static uint64_t stored_bytes(void) {
    return file_length(folder, "data.mdb");
}

// MARK: Reading

static size_t read_numbered(MDB_txn *reading, const MDB_val *entry) {
    uint64_t number;
    memcpy(&number, (const uint8_t *)entry->mv_data + SHA256_DIGEST_SIZE, sizeof number);
    MDB_val key = {sizeof number, &number}, value;
    require(mdb_get(reading, records, &key, &value), "get a record");
    return open_sealed(&value);
}

static Rows read_one(uint8_t type, const char *id) {
    MDB_txn *reading;
    require(mdb_txn_begin(environment, NULL, MDB_RDONLY, &reading), "begin");
    uint8_t bytes[1 + HASH_LENGTH];
    MDB_val key = {locate_key(bytes, type, id, strlen(id)), bytes}, entry;
    require(mdb_get(reading, entries, &key, &entry), "get an entry");
    size_t length = read_numbered(reading, &entry);
    mdb_txn_abort(reading);
    return (Rows){1, length};
}

static Rows read_patient(uint32_t patient, uint8_t type) {
    MDB_txn *reading;
    MDB_cursor *cursor;
    require(mdb_txn_begin(environment, NULL, MDB_RDONLY, &reading), "begin");
    require(mdb_cursor_open(reading, entries, &cursor), "cursor");
    uint8_t prefix[1 + HASH_LENGTH];
    size_t length = patient_prefix(prefix, patient, type);
    MDB_val key = {length, prefix}, entry;
    Rows rows = {0, 0};
    int code = mdb_cursor_get(cursor, &key, &entry, MDB_SET_RANGE);
    while (code == MDB_SUCCESS && key.mv_size > length && memcmp(key.mv_data, prefix, length) == 0) {
        rows.bytes += read_numbered(reading, &entry);
        rows.rows++;
        code = mdb_cursor_get(cursor, &key, &entry, MDB_NEXT);
    }
    if (code != MDB_NOTFOUND) require(code, "next entry");
    mdb_cursor_close(cursor);
    mdb_txn_abort(reading);
    return rows;
}

static void close_store(void) {
    mdb_env_close(environment);
}

const Engine engine = {
    .open = open_store,
    .begin = begin,
    .put = put_record,
    .commit = commit,
    .stored_bytes = stored_bytes,
    .read_one = read_one,
    .read_patient = read_patient,
    .close = close_store,
};
