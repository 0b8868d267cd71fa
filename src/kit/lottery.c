/* kit/lottery.c: HKDF over libsodium's HMAC, and a sort. */
#include "kit/lottery.h"

#include <sodium.h>

static_assert(sizeof(LotteryBytes) == crypto_hash_sha256_BYTES, "a commitment is a hash");
static_assert(sizeof(LotteryBytes) == crypto_auth_hmacsha256_BYTES, "a ticket is one block");

LotteryBytes lottery_secret(void)
{
    LotteryBytes secret;
    randombytes_buf(secret.at, sizeof(secret.at));
    return secret;
}

LotteryBytes lottery_commitment(const LotteryBytes *secret)
{
    LotteryBytes commitment;
    crypto_hash_sha256(commitment.at, secret->at, sizeof(secret->at));
    return commitment;
}

int lottery_compare(const LotteryBytes *a, const LotteryBytes *b)
{
    int difference = memcmp(a->at, b->at, sizeof(a->at));
    return (difference > 0) - (difference < 0);
}

static LotteryBytes authenticate(const LotteryBytes *key, Str message, Str end)
{
    crypto_auth_hmacsha256_state state;
    LotteryBytes out;
    crypto_auth_hmacsha256_init(&state, key->at, sizeof(key->at));
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)message.at, message.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)end.at, end.len);
    crypto_auth_hmacsha256_final(&state, out.at);
    return out;
}

LotteryBytes lottery_key(const LotteryBytes *secret, Str words)
{
    return authenticate(secret, words, S(""));
}

/* One block is all that is expanded, so its counter is 1 and nothing stands before the name. */
LotteryBytes lottery_ticket(const LotteryBytes *key, Str name)
{
    return authenticate(key, name, S("\x01"));
}

typedef struct Ticket {
    LotteryBytes bytes;
    size_t index;
} Ticket;

static int compare_tickets(const void *left, const void *right)
{
    const Ticket *a = left, *b = right;
    return lottery_compare(&a->bytes, &b->bytes);
}

bool lottery_order(
    Arena *arena, const LotteryBytes *key, const Str *names, size_t count, size_t *order, Error *error)
{
    Ticket *tickets = arena_array(arena, count, sizeof(*tickets));
    if (!tickets)
        return error_memory(error);
    for (size_t i = 0; i < count; i++)
        tickets[i] = (Ticket){lottery_ticket(key, names[i]), i};
    if (count > 1)
        qsort(tickets, count, sizeof(*tickets), compare_tickets);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && compare_tickets(&tickets[i - 1], &tickets[i]) == 0)
            return error_set(
                error, ERROR_INPUT, "the ticket '%.*s' takes part twice", STR_ARGS(names[tickets[i].index]));
        order[i] = tickets[i].index;
    }
    return true;
}

Str lottery_hex(const LotteryBytes *bytes, char room[LOTTERY_HEX_ROOM])
{
    sodium_bin2hex(room, LOTTERY_HEX_ROOM, bytes->at, sizeof(bytes->at));
    return (Str){room, LOTTERY_HEX_ROOM - 1};
}

bool lottery_from_hex(Str hex, LotteryBytes *out)
{
    size_t length = 0;
    return hex.len == LOTTERY_HEX_ROOM - 1 &&
           sodium_hex2bin(out->at, sizeof(out->at), hex.at, hex.len, NULL, &length, NULL) == 0 &&
           length == sizeof(out->at);
}
