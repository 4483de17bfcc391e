#ifndef AVOW_FUZZER_H
#define AVOW_FUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Runs libFuzzer's loop with the program's arguments, the first of which is ours and is left out.
int avow_fuzz(int argc, char **argv, int (*input)(const uint8_t *data, size_t size));

#endif
