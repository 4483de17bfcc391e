// Time, memory, and figures as JSON lines.
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>
#include <stdint.h>
#include <stdnoreturn.h>

// Says what went wrong and ends the process.
noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

// Room for one more element of `size` bytes behind `count` of them. The capacity is the next power of two.
void *grow(void *elements, size_t count, size_t size);

// Microseconds of a clock that only goes forward.
double now(void);

// The middle one of `count` values, which are sorted.
double median(double *values, size_t count);

// Processor time of a process in microseconds; 0 is this one, the only one where the system does not tell of others.
double processor_time(int process);

// The most memory that this process has held, in MiB.
double peak_memory(void);

// Bytes that a process has sent to the disk, 0 where the system does not tell. `process` 0 is this one.
uint64_t bytes_written(int process);

// The length of a file in bytes, 0 when there is none.
uint64_t file_length(const char *directory, const char *name);

void figure(const char *group, const char *name, double value, const char *unit);
// What both sides of a comparison have to agree on.
void check(const char *group, const char *name, uint64_t value);

// Something to be read beside the figures, such as a version.
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
