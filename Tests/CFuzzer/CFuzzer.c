#include "CFuzzer.h"

// libFuzzer's own main, which is linked but not used, wants a target of this name.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    (void)data;
    (void)size;
    return -1;
}
