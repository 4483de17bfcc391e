#include "CFuzzer.h"

// FuzzerInterface.h of LLVM; in the runtime without a main.
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*input)(const uint8_t *data, size_t size));

int avow_fuzz(int argc, char **argv, int (*input)(const uint8_t *data, size_t size)) {
    argv[1] = argv[0];
    argv += 1;
    argc -= 1;
    return LLVMFuzzerRunDriver(&argc, &argv, input);
}
