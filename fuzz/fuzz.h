/* fuzz/fuzz.h: the face of every fuzzer. Each fuzz_NAME.c defines the one function below; it is built twice:
 * with libFuzzer (option `fuzzers`, clang), which calls it with what it makes up, and with replay.c, which
 * calls it with every file of fuzz/corpus/NAME as a test.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/base.h"

/* One input. What must hold is asserted or, when it is broken, ends the process. Answers 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process with a word when the condition does not hold, in every kind of build. */
#define FUZZ_CHECK(condition)                                                              \
    do {                                                                                   \
        if (!(condition)) {                                                                \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                       \
        }                                                                                  \
    } while (0)

#endif
