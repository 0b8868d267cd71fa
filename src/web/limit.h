/* web/limit.h: slows down whoever guesses passwords.
 *
 * Failures are counted by login name and by address. The first few cost nothing; then each failure doubles
 * the wait before the next try is even looked at, up to a quarter of an hour. Counts fade after a quiet hour
 * and vanish at a success. In memory, bounded: with more names than places the quietest one is forgotten. Any
 * thread.
 */
#ifndef WEB_LIMIT_H
#define WEB_LIMIT_H

#include "base/base.h"
#include "base/str.h"

typedef struct SignInLimit SignInLimit;

SignInLimit *limit_new(void);
void limit_free(SignInLimit *limit);

/* Seconds to wait before this name from this address may try again; 0: now. `instant` as in Clock. */
int64_t limit_wait(SignInLimit *limit, Str login, Str address, int64_t instant);
void limit_failed(SignInLimit *limit, Str login, Str address, int64_t instant);
void limit_succeeded(SignInLimit *limit, Str login, Str address);

#endif
