/* Argon2id, two at a time. */
#include "record/password.h"

#include <pthread.h>
#include <sodium.h>

#include "base/fold.h"
#include "base/utf8.h"

#define PASSES 3
#define MEMORY ((size_t)64 << 20)
#define RUNNING_MAX 2
#define WAITING_MAX 8
#define WORD_MIN 4 /* a login or display name shorter than this is no hint */

_Static_assert(PASSWORD_HASH_SIZE == crypto_pwhash_STRBYTES, "libsodium's hashes have this size");

/* The commonest passwords of ten characters and more, and what people here would think of first; folded. */
static const char *const COMMON[] = {
    "1234567890",
    "0123456789",
    "12345678910",
    "0987654321",
    "9876543210",
    "qwertyuiop",
    "qwerty123456",
    "1qaz2wsx3edc",
    "1q2w3e4r5t",
    "1q2w3e4r5t6y",
    "asdfghjkl;",
    "zxcvbnm,./",
    "password12",
    "password123",
    "password1234",
    "passw0rd12",
    "passw0rd123",
    "p@ssw0rd12",
    "p@ssw0rd123",
    "administrator",
    "adminadmin",
    "admin12345",
    "letmein123",
    "welcome123",
    "iloveyou12",
    "sunshine12",
    "abcdefghij",
    "abcd123456",
    "abc1234567",
    "aaaaaaaaaa",
    "hitomachi1",
    "hitomachi123",
    "changeme123",
    "changeme1234",
    "pasuwa-do1",
    "sakura1234",
    "doraemon12",
    "totoro1234",
    "nihon12345",
    "japan12345",
    "ぱすわーどぱすわーど",
    "あいうえおかきくけこ",
    "いろはにほへとちりぬ",
};

struct PasswordGate {
    pthread_mutex_t lock;
    pthread_cond_t free;
    unsigned running, waiting;
};

PasswordGate *password_gate_new(void)
{
    PasswordGate *gate = calloc(1, sizeof *gate);
    if (!gate)
        return NULL;
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->free, NULL);
    return gate;
}

void password_gate_free(PasswordGate *gate)
{
    if (!gate)
        return;
    assert(gate->running == 0 && gate->waiting == 0 && "nobody computes when the gate goes");
    pthread_cond_destroy(&gate->free);
    pthread_mutex_destroy(&gate->lock);
    free(gate);
}

static bool gate_enter(PasswordGate *gate, Error *error)
{
    if (!gate)
        return true;
    pthread_mutex_lock(&gate->lock);
    bool enters = gate->running < RUNNING_MAX || gate->waiting < WAITING_MAX;
    if (enters) {
        gate->waiting++;
        while (gate->running >= RUNNING_MAX)
            pthread_cond_wait(&gate->free, &gate->lock);
        gate->waiting--;
        gate->running++;
    }
    pthread_mutex_unlock(&gate->lock);
    return enters ||
           error_set(error, ERROR_BUSY, "too many people are signing in at once; try again in a moment");
}

static void gate_leave(PasswordGate *gate)
{
    if (!gate)
        return;
    pthread_mutex_lock(&gate->lock);
    gate->running--;
    pthread_cond_signal(&gate->free);
    pthread_mutex_unlock(&gate->lock);
}

/* Every code point is the one before it plus the same step of -1, 0 or 1. */
static bool is_run(Str s)
{
    size_t at = 0;
    int64_t last = utf8_next(s, &at), step = 0;
    for (bool first = true; at < s.len; first = false) {
        int64_t next = utf8_next(s, &at);
        if (first)
            step = next - last;
        if (next - last != step || step < -1 || step > 1)
            return false;
        last = next;
    }
    return true;
}

static bool is_common(Str folded)
{
    for (size_t i = 0; i < COUNT_OF(COMMON); i++)
        if (str_equal(folded, str_of(COMMON[i])))
            return true;
    return false;
}

/* What is left of the password when the name is taken out of it is too little. */
static bool is_mostly(Str folded, Str name)
{
    return utf8_count(name) >= WORD_MIN && str_contains(folded, name) &&
           utf8_count(folded) - utf8_count(name) < PASSWORD_LENGTH_MIN / 2;
}

bool password_acceptable(Str password, Str login, Str display_name, Error *error)
{
    if (password.len > PASSWORD_BYTES_MAX)
        return error_set(error, ERROR_INPUT, "a password has at most %d bytes", PASSWORD_BYTES_MAX);
    if (!utf8_check(password, NULL) || memchr(password.at, '\0', password.len))
        return error_set(error, ERROR_INPUT, "a password is text in UTF-8");
    if (utf8_count(password) < PASSWORD_LENGTH_MIN)
        return error_set(error, ERROR_INPUT, "a password has at least %d characters", PASSWORD_LENGTH_MIN);
    AUTO_ARENA arena = arena_new(64 * 1024);
    if (!arena)
        return error_memory(error);
    Str folded = text_fold(arena, password);
    Str folded_login = text_fold(arena, login), folded_name = text_fold(arena, display_name);
    if (arena_failed(arena))
        return error_memory(error);
    bool trivial = is_run(folded) || is_common(folded) || is_mostly(folded, folded_login) ||
                   is_mostly(folded, folded_name);
    sodium_memzero((void *)(uintptr_t)folded.at, folded.len);
    if (trivial)
        return error_set(error, ERROR_INPUT,
            "this password is too easy to guess; take several words that have nothing to do with each other");
    return true;
}

bool password_hash(PasswordGate *gate, Str password, char out[PASSWORD_HASH_SIZE], Error *error)
{
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "libsodium cannot start");
    if (!gate_enter(gate, error))
        return false;
    int failed =
        crypto_pwhash_str_alg(out, password.at, password.len, PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13);
    gate_leave(gate);
    return failed == 0 || error_memory(error);
}

bool password_verify(PasswordGate *gate, Str hash, Str password, bool *right, Error *error)
{
    /* The hash of a password nobody knows: verifying it takes as long as verifying any other. */
    static const char nobody[] = "$argon2id$v=19$m=65536,t=3,p=1$8vXJiGMwsDr2yxDpQ13nyw$"
                                 "T8YFfUJ8BvGIm5A1rKmDemhYMHvA3pOM6sUptEAhpr8";
    char text[PASSWORD_HASH_SIZE] = {0};
    *right = false;
    if (hash.len >= sizeof text)
        return error_set(error, ERROR_DATABASE, "a stored password hash is damaged");
    if (hash.len > 0)
        memcpy(text, hash.at, hash.len);
    else
        memcpy(text, nobody, sizeof nobody);
    if (sodium_init() < 0)
        return error_set(error, ERROR_SYSTEM, "libsodium cannot start");
    if (!gate_enter(gate, error))
        return false;
    int verified = crypto_pwhash_str_verify(text, password.at, password.len);
    gate_leave(gate);
    *right = verified == 0 && hash.len > 0;
    return true;
}
