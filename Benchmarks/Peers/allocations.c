/* Counts what a process asks of malloc. It is loaded before the C library (LD_PRELOAD), which then does the work.
 *
 * All threads count in one place, which is slow: nothing is timed in such a run. */
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_uint_fast64_t calls, bytes;

static void count(size_t size) {
    atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&bytes, size, memory_order_relaxed);
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(number * size);
    return __libc_calloc(number, size);
}

/* Growing in place is no allocation, but what it costs is alike. */
void *realloc(void *memory, size_t size) {
    count(size);
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    count(size);
    void *found = __libc_memalign(alignment, size);
    if (found == NULL && size != 0) return 12; /* ENOMEM */
    *memory = found;
    return 0;
}

void avow_benchmark_allocations(uint64_t *callsSoFar, uint64_t *bytesSoFar) {
    *callsSoFar = atomic_load(&calls);
    *bytesSoFar = atomic_load(&bytes);
}
