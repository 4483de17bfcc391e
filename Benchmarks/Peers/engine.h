// What an engine does to be measured. Each engine is one file that defines `engine`; `peer.c` drives it.
#ifndef ENGINE_H
#define ENGINE_H

#include "workload.h"

typedef struct {
    uint64_t rows;
    uint64_t bytes;
} Rows;

typedef struct {
    uint64_t groups;
    uint64_t total;
} Groups;

typedef struct {
    // Makes an empty store in a folder that exists, or in the server that it names.
    void (*open)(const char *directory, const Workload *workload);

    // Records are put between begin and commit; what is committed survives the loss of power.
    void (*begin)(void);
    void (*put)(const Record *record);
    void (*commit)(void);

    // Brings everything to its final place in files, which an engine may do after a commit. May be NULL.
    void (*settle)(void);
    // Bytes of the files, when settled.
    uint64_t (*stored_bytes)(void);
    // Bytes that were sent to the disk so far, where it is not this process that does it. May be NULL.
    uint64_t (*written_bytes)(void);
    // Microseconds of processor time besides those of this process. May be NULL.
    double (*processor)(void);
    // The most memory that was held in MiB, where it is not this process that does it. May be NULL.
    double (*memory)(void);

    // One record's JSON by type and id, opened.
    Rows (*read_one)(uint8_t type, const char *id);
    // The JSON of a patient's records of a type, opened.
    Rows (*read_patient)(uint32_t patient, uint8_t type);
    // Codes of observations by code and year. May be NULL.
    Groups (*count)(void);
    // How many patients have diabetes and a last HbA1c above 7. May be NULL.
    uint64_t (*cohort)(void);

    void (*close)(void);
} Engine;

extern const Engine engine;

#define DIABETES "44054006"
#define SNOMED "http://snomed.info/sct"
#define HBA1C "4548-4"
#define LOINC "http://loinc.org"

#endif
