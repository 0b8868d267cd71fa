/* record/history_chain.c: what is hashed of an entry of history, byte for byte as history.h says.
 *
 * Everything is written with its length before it, so that two different entries never give the same bytes.
 */
#include "record/history_internal.h"

#include <sodium.h>

static_assert(HISTORY_SALT_BYTES >= crypto_generichash_KEYBYTES_MIN, "a salt is long enough to be a key");

typedef crypto_generichash_state Hash;

static void add_number(Hash *hash, int64_t n)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof(bytes); i++)
        bytes[i] = (unsigned char)((uint64_t)n >> (56 - 8 * i));
    crypto_generichash_update(hash, bytes, sizeof(bytes));
}

static void add_bytes(Hash *hash, const void *bytes, size_t count)
{
    add_number(hash, (int64_t)count);
    if (count > 0)
        crypto_generichash_update(hash, bytes, count);
}

static void add_text(Hash *hash, Str text)
{
    add_bytes(hash, text.at, text.len);
}

static void add_value(Hash *hash, Value value)
{
    const unsigned char kind = value_is_missing(value) ? 0 : value_type_is_integer(value.type) ? 1 : 2;
    crypto_generichash_update(hash, &kind, 1);
    if (kind == 1)
        add_number(hash, value.integer);
    else if (kind == 2)
        add_text(hash, value.text);
}

void history_commit(const HistoryLink *link, const HistoryValue *value, unsigned char out[HISTORY_HASH_BYTES])
{
    Hash hash;
    crypto_generichash_init(&hash, value->salt, HISTORY_SALT_BYTES, HISTORY_HASH_BYTES);
    add_text(&hash, S("hitomachi value 1"));
    add_text(&hash, link->table);
    add_number(&hash, link->row);
    add_text(&hash, value->field);
    add_value(&hash, value->before);
    add_value(&hash, value->after);
    crypto_generichash_final(&hash, out, HISTORY_HASH_BYTES);
}

void history_hash(const HistoryLink *link, const unsigned char *before, unsigned char out[HISTORY_HASH_BYTES])
{
    Hash hash;
    crypto_generichash_init(&hash, NULL, 0, HISTORY_HASH_BYTES);
    add_text(&hash, S("hitomachi entry 1"));
    add_bytes(&hash, before, before ? HISTORY_HASH_BYTES : 0);
    add_number(&hash, link->strand);
    add_number(&hash, link->number);
    add_number(&hash, link->instant);
    add_number(&hash, link->day);
    add_text(&hash, link->actor);
    add_text(&hash, link->event);
    add_text(&hash, link->transition);
    add_text(&hash, link->table);
    add_number(&hash, link->row);
    add_number(&hash, link->version);
    add_number(&hash, (int64_t)link->count);
    for (size_t i = 0; i < link->count; i++) {
        add_text(&hash, link->values[i].field);
        add_bytes(&hash, link->values[i].commitment, HISTORY_HASH_BYTES);
    }
    crypto_generichash_final(&hash, out, HISTORY_HASH_BYTES);
}

Str history_print_head(Arena *arena, int64_t number, Str hash)
{
    char hex[HISTORY_HASH_BYTES * 2 + 1];
    if (hash.len != HISTORY_HASH_BYTES)
        return arena_printf(arena, "%lld:", (long long)number);
    sodium_bin2hex(hex, sizeof(hex), (const unsigned char *)hash.at, hash.len);
    return arena_printf(arena, "%lld:%s", (long long)number, hex);
}

Value history_number_part(Value value)
{
    return value_type_is_integer(value.type) ? value_integer(value.integer) : value_missing();
}

Value history_text_part(Value value)
{
    bool is_text = value.type == VALUE_TEXT || value.type == VALUE_BYTES;
    return is_text ? value_text(value.text) : value_missing();
}

Value history_read_value(DbStmt *stmt, int column)
{
    if (!db_is_missing(stmt, column))
        return value_integer(db_integer(stmt, column));
    return db_is_missing(stmt, column + 1) ? value_missing() : value_text(db_text(stmt, column + 1));
}
