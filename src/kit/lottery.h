/* kit/lottery.h: a draw that anybody can check: an order of tickets that nobody could choose and everybody
 * can compute again.
 *
 *     before   a secret of 32 random bytes is kept, its commitment (SHA-256) published
 *     at once  who takes part is settled, and words that nobody knew before are added: a public number of
 * that day draw     each ticket gets 32 bytes from the secret and the words; tickets stand in the order of
 * these bytes after    the secret is published; whoever has it, the words and the tickets gets the same order
 *
 * The bytes are HKDF with SHA-256 (RFC 5869): extract with the secret as salt and the words as key material,
 * expand with the ticket's name. Source of the method: draft-thomson-elegy-vrs (Verifiable Random Selection).
 * Pure; any thread.
 */
#ifndef KIT_LOTTERY_H
#define KIT_LOTTERY_H

#include "base/arena.h"
#include "base/error.h"

enum { LOTTERY_BYTES = 32 };

typedef struct LotteryBytes {
    unsigned char at[LOTTERY_BYTES];
} LotteryBytes;

/* A new secret. */
LotteryBytes lottery_secret(void);
/* What is published of a secret before the draw. */
LotteryBytes lottery_commitment(const LotteryBytes *secret);
/* -1, 0, 1 in the order of bytes. */
int lottery_compare(const LotteryBytes *a, const LotteryBytes *b);

/* The key of a draw, and what it gives a ticket. */
LotteryBytes lottery_key(const LotteryBytes *secret, Str words);
LotteryBytes lottery_ticket(const LotteryBytes *key, Str name);

/* order[i]: index of the ticket that comes i-th; room for count. ERROR_INPUT when two tickets have one name.
 */
MUST_USE bool lottery_order(
    Arena *arena, const LotteryBytes *key, const Str *names, size_t count, size_t *order, Error *error);

#define LOTTERY_HEX_ROOM (2 * LOTTERY_BYTES + 1)
/* In lower-case hex, as it is published; and back: false when it is something else. */
Str lottery_hex(const LotteryBytes *bytes, char room[LOTTERY_HEX_ROOM]);
bool lottery_from_hex(Str hex, LotteryBytes *out);

#endif
