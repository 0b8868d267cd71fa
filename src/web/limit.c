/* One bounded table of counts, keyed by a hash of the name or the address. */
#include "web/limit.h"

#include <pthread.h>
#include <sodium.h>

#define PLACES 4096
#define WINDOW 8 /* places a key may stand in */
#define FREE_OF_NAME 5
#define FREE_OF_ADDRESS 20
#define WAIT_MAX (15 * 60)
#define FADE (60 * 60)
#define SECOND 1000000

typedef struct Count {
    uint64_t key; /* 0: free */
    unsigned failures;
    int64_t last; /* instant of the latest failure */
} Count;

struct SignInLimit {
    pthread_mutex_t lock;
    unsigned char secret[crypto_shorthash_KEYBYTES]; /* so that nobody can choose names that share places */
    Count counts[PLACES];
};

SignInLimit *limit_new(void)
{
    SignInLimit *limit = calloc(1, sizeof *limit);
    if (!limit)
        return NULL;
    pthread_mutex_init(&limit->lock, NULL);
    crypto_shorthash_keygen(limit->secret);
    return limit;
}

void limit_free(SignInLimit *limit)
{
    if (!limit)
        return;
    pthread_mutex_destroy(&limit->lock);
    free(limit);
}

static uint64_t key_of(const SignInLimit *limit, char kind, Str s)
{
    unsigned char text[257], hash[crypto_shorthash_BYTES];
    uint64_t key;
    size_t len = s.len < sizeof text - 1 ? s.len : sizeof text - 1;
    text[0] = (unsigned char)kind;
    for (size_t i = 0; i < len; i++)
        text[i + 1] = (unsigned char)(s.at[i] >= 'A' && s.at[i] <= 'Z' ? s.at[i] - 'A' + 'a' : s.at[i]);
    crypto_shorthash(hash, text, len + 1, limit->secret);
    memcpy(&key, hash, sizeof key);
    return key ? key : 1;
}

static Count *find(SignInLimit *limit, uint64_t key)
{
    for (size_t i = 0; i < WINDOW; i++) {
        Count *count = &limit->counts[(key + i) % PLACES];
        if (count->key == key)
            return count;
    }
    return NULL;
}

/* The key's place, or the quietest of those it may stand in. */
static Count *find_or_take(SignInLimit *limit, uint64_t key)
{
    Count *quietest = find(limit, key);
    if (quietest)
        return quietest;
    for (size_t i = 0; i < WINDOW; i++) {
        Count *count = &limit->counts[(key + i) % PLACES];
        if (!quietest || count->key == 0 || (quietest->key != 0 && count->last < quietest->last))
            quietest = count;
    }
    *quietest = (Count){.key = key};
    return quietest;
}

static int64_t wait_of(SignInLimit *limit, uint64_t key, unsigned free_failures, int64_t instant)
{
    const Count *count = find(limit, key);
    if (!count || count->failures < free_failures)
        return 0;
    unsigned over = count->failures - free_failures;
    int64_t wait = over < 10 ? (int64_t)1 << over : WAIT_MAX;
    if (wait > WAIT_MAX)
        wait = WAIT_MAX;
    int64_t left = count->last + wait * SECOND - instant;
    return left > 0 ? (left + SECOND - 1) / SECOND : 0;
}

int64_t limit_wait(SignInLimit *limit, Str login, Str address, int64_t instant)
{
    pthread_mutex_lock(&limit->lock);
    int64_t by_name = wait_of(limit, key_of(limit, 'n', login), FREE_OF_NAME, instant);
    int64_t by_address = wait_of(limit, key_of(limit, 'a', address), FREE_OF_ADDRESS, instant);
    pthread_mutex_unlock(&limit->lock);
    return by_name > by_address ? by_name : by_address;
}

static void add_failure(SignInLimit *limit, uint64_t key, int64_t instant)
{
    Count *count = find_or_take(limit, key);
    if (instant - count->last > (int64_t)FADE * SECOND)
        count->failures = 0;
    count->failures++;
    count->last = instant;
}

void limit_failed(SignInLimit *limit, Str login, Str address, int64_t instant)
{
    pthread_mutex_lock(&limit->lock);
    add_failure(limit, key_of(limit, 'n', login), instant);
    add_failure(limit, key_of(limit, 'a', address), instant);
    pthread_mutex_unlock(&limit->lock);
}

void limit_succeeded(SignInLimit *limit, Str login, Str address)
{
    pthread_mutex_lock(&limit->lock);
    Count *count = find(limit, key_of(limit, 'n', login));
    if (count)
        *count = (Count){0};
    count = find(limit, key_of(limit, 'a', address));
    if (count && count->failures > 0)
        count->failures--; /* one good sign-in does not excuse an address that tries many names */
    pthread_mutex_unlock(&limit->lock);
}
