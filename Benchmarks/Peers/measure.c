#include "measure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

void *grow(void *elements, size_t count, size_t size) {
    if (count & (count - 1)) return elements;
    void *grown = realloc(elements, (count ? count * 2 : 1) * size);
    if (!grown) fail("out of memory");
    return grown;
}

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare(const void *left, const void *right) {
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

double median(double *values, size_t count) {
    if (count == 0) fail("nothing was measured");
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

static double processor_time_of(int process) {
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", process);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    const char *read = fgets(line, sizeof line, file);
    fclose(file);
    // The name of the program, in brackets, may hold spaces.
    const char *rest = read ? strrchr(line, ')') : NULL;
    unsigned long user, system;
    if (!rest || sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) return 0;
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK) * 1e6;
}

double processor_time(int process) {
    if (process) return processor_time_of(process);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
        + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

double peak_memory(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
#ifdef __APPLE__
    return (double)usage.ru_maxrss / 1048576;
#else
    return (double)usage.ru_maxrss / 1024;
#endif
}

uint64_t bytes_written(int process) {
    char path[64] = "/proc/self/io";
    if (process) snprintf(path, sizeof path, "/proc/%d/io", process);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    char line[128];
    unsigned long long bytes = 0;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "write_bytes: %llu", &bytes) == 1) break;
    }
    fclose(file);
    return bytes;
}

uint64_t file_length(const char *directory, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    struct stat status;
    return stat(path, &status) == 0 ? (uint64_t)status.st_size : 0;
}

void figure(const char *group, const char *name, double value, const char *unit) {
    printf("{\"name\": \"%s.%s\", \"value\": %.9g, \"unit\": \"%s\"}\n", group, name, value, unit);
    fflush(stdout);
}

void check(const char *group, const char *name, uint64_t value) {
    printf("{\"check\": \"%s.%s\", \"value\": %llu}\n", group, name, (unsigned long long)value);
    fflush(stdout);
}

void note(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("{\"note\": \"");
    vprintf(format, arguments);
    printf("\"}\n");
    fflush(stdout);
    va_end(arguments);
}
