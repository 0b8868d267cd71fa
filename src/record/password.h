/* record/password.h: passwords as Argon2id hashes (libsodium, 64 MiB and 3 passes: its MODERATE time with
 * INTERACTIVE memory), and the gate that lets at most two be computed at once.
 *
 * What makes a password acceptable follows NIST SP 800-63B 5.1.1.2: length and a refusal of trivial ones; no
 * rules about kinds of characters.
 */
#ifndef RECORD_PASSWORD_H
#define RECORD_PASSWORD_H

#include "base/arena.h"
#include "base/error.h"

#define PASSWORD_LENGTH_MIN 10 /* code points */
#define PASSWORD_BYTES_MAX 1024
#define PASSWORD_HASH_SIZE 128 /* with its NUL: "$argon2id$v=19$m=..." */

/* At most two threads at once compute, a few wait, more are answered ERROR_BUSY. Any thread. */
typedef struct PasswordGate PasswordGate;
PasswordGate *password_gate_new(void);
void password_gate_free(PasswordGate *gate);

/* Whether it may be used for this account: long enough, not too long, UTF-8, not one repeated or counting run
 * of characters, not among the commonest, not made of the login or display name. ERROR_INPUT says what would
 * be right. */
MUST_USE bool password_acceptable(Str password, Str login, Str display_name, Error *error);
/* gate may be NULL where nobody else computes (a command). */
MUST_USE bool password_hash(PasswordGate *gate, Str password, char out[PASSWORD_HASH_SIZE], Error *error);
/* *right says whether the password has this hash. An empty hash stands for an unknown account: it takes the
 * same time and is never right. */
MUST_USE bool password_verify(PasswordGate *gate, Str hash, Str password, bool *right, Error *error);

#endif
