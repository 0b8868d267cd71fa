/* base/child.h: work on foreign bytes done in a child process of this same binary.
 *
 * child_run starts `/proc/self/exe ARGS...` with posix_spawn, feeds it `input` on its standard input, takes
 * its standard output, and ends it when it is late or says too much. The child opens what it needs, calls
 * sandbox_seal, and only then touches the input. What it writes on stderr comes back in the Error when it
 * fails: a line of the form `file:line:column: message`, as error_print writes it, is taken apart again.
 */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "base/buf.h"
#include "base/error.h"

typedef struct ChildLimits {
    size_t memory_max; /* address space it may take beyond the program itself; not under sanitizers */
    size_t output_max; /* bytes on its standard output */
    unsigned seconds;  /* both wall-clock (kept by the parent) and processor time (kept by the kernel) */
} ChildLimits;

/* How a child leaves, and what child_run's caller then gets. Anything else, and any signal, is ERROR_SYSTEM.
 */
typedef enum ChildExit {
    CHILD_DONE = 0,
    CHILD_REFUSED_INPUT = 2, /* ERROR_INPUT with the child's message and place */
    CHILD_REACHED_LIMIT = 3, /* ERROR_LIMIT with the child's message */
    CHILD_BROKE = 4,         /* ERROR_SYSTEM with the child's message */
} ChildExit;

/* args: NULL-ended, without the program's own name. *output is emptied first, and is empty after a failure.
 * Any thread. */
MUST_USE bool child_run(
    const char *const *args, Str input, const ChildLimits *limits, Buf *output, Error *error);

/* In the child, its last call: writes the error (when done is false) on stderr, flushes stdout and leaves at
 * once, without exit handlers, which may want what the sandbox forbids. */
_Noreturn void child_leave(bool done, const Error *error);

/* In the child: no new files, no network, no processes, no more memory than allowed: rlimits, Landlock (where
 * the kernel has it) and seccomp. After it only reading and writing of open descriptors, memory and exit are
 * possible. Answers false when it cannot seal; the caller must then refuse to work. Call it before anything
 * is read from stdin or written to stdout; what opens files later (iconv_open, fonts) must have been opened
 * before. Ends with the parent. */
MUST_USE bool sandbox_seal(const ChildLimits *limits, Error *error);

#endif
