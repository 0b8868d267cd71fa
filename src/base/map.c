/* From a Str to a pointer: entries in order of insertion, and a table of slots that finds them.
 *
 * A slot holds the number of an entry plus one; 0 is free. A key starts at the slot its hash names and moves
 * on by one. At most half of the slots are used, so that a search ends soon. Nothing is ever removed.
 *
 * The hash is SipHash under a key drawn once per process. That key is the one piece of hidden state in this
 * folder: it changes no result, as iteration follows the entries.
 */
#include "base/map.h"

#include <pthread.h>
#include <sodium.h>

#define ROOM_FIRST 8

static unsigned char hash_key[crypto_shorthash_KEYBYTES];
static pthread_once_t hash_key_once = PTHREAD_ONCE_INIT;

static void hash_key_draw(void)
{
    /* Fails only where there is no randomness at all; then randombytes_buf ends the program itself. */
    (void)!sodium_init();
    randombytes_buf(hash_key, sizeof hash_key);
}

static uint64_t hash_of(Str key)
{
    pthread_once(&hash_key_once, hash_key_draw);
    unsigned char hash[crypto_shorthash_BYTES];
    const char *at = key.len > 0 ? key.at : "";
    crypto_shorthash(hash, (const unsigned char *)at, key.len, hash_key);
    uint64_t n;
    static_assert(sizeof n == sizeof hash, "the short hash is 64 bits");
    memcpy(&n, hash, sizeof n);
    return n;
}

/* The slot that holds the key, or the free one where it belongs. The table has free slots. */
static size_t map_slot(const Map *map, Str key)
{
    size_t mask = map->slot_count - 1;
    size_t slot = (size_t)hash_of(key) & mask;
    while (map->slots[slot] != 0 && !str_equal(map->entries[map->slots[slot] - 1].key, key))
        slot = (slot + 1) & mask;
    return slot;
}

/* Twice the room for entries, and twice that many slots. The map stays as it was on failure. */
static bool map_grow(Map *map)
{
    size_t room = map->room > 0 ? map->room : ROOM_FIRST / 2;
    if (room > UINT32_MAX / 4)
        return false;
    room *= 2;
    MapEntry *entries = arena_array(map->arena, room, sizeof *entries);
    uint32_t *slots = arena_array(map->arena, room * 2, sizeof *slots);
    if (!entries || !slots)
        return false;
    if (map->len > 0)
        memcpy(entries, map->entries, map->len * sizeof *entries);
    map->entries = entries;
    map->slots = slots;
    map->room = room;
    map->slot_count = room * 2;
    for (size_t i = 0; i < map->len; i++)
        slots[map_slot(map, entries[i].key)] = (uint32_t)(i + 1);
    return true;
}

void map_init(Map *map, Arena *arena)
{
    *map = (Map){.arena = arena};
}

void *map_get(const Map *map, Str key)
{
    if (map->len == 0)
        return NULL;
    uint32_t number = map->slots[map_slot(map, key)];
    return number > 0 ? map->entries[number - 1].value : NULL;
}

bool map_put(Map *map, Str key, void *value)
{
    assert(value && "a map holds no NULL: it would read as absent");
    if (map->len == map->room && !map_get(map, key) && !map_grow(map))
        return false;
    size_t slot = map_slot(map, key);
    if (map->slots[slot] > 0) {
        map->entries[map->slots[slot] - 1].value = value;
        return true;
    }
    map->entries[map->len] = (MapEntry){key, value};
    map->len += 1;
    map->slots[slot] = (uint32_t)map->len;
    return true;
}
