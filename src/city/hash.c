/* city/hash.c: a hash of declarations: whether two of them say the same. */
#include "city/city_internal.h"

#include <sodium.h>

enum { HASH_BYTES = 32 };

Str hash_texts(Arena *arena, const Str *texts, size_t count)
{
    crypto_generichash_state state;
    unsigned char hash[HASH_BYTES];
    char hex[2 * HASH_BYTES + 1];
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < count; i++) {
        unsigned char len[8];
        for (size_t k = 0; k < sizeof len; k++)
            len[k] = (unsigned char)((uint64_t)texts[i].len >> (8 * k));
        crypto_generichash_update(&state, len, sizeof len);
        crypto_generichash_update(&state, (const unsigned char *)texts[i].at, texts[i].len);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    return arena_str(arena, str_of(hex));
}
