/* base/map.h: from a Str to a pointer, in an arena. Keys are compared by bytes and are not copied.
 *
 * Iteration is in order of first insertion, so that whatever is written from a map is the same every time.
 * Hashing is keyed per process, so that foreign keys cannot be chosen to collide.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

typedef struct MapEntry {
    Str key;
    void *value;
} MapEntry;

typedef struct Map {
    Arena *arena;
    MapEntry *entries; /* in order of insertion; entries[0 .. len) may be read */
    size_t len, room;
    uint32_t *slots;
    size_t slot_count;
} Map;

void map_init(Map *map, Arena *arena);
/* The value under the key, NULL when there is none. */
void *map_get(const Map *map, Str key);
/* Sets or replaces; value may not be NULL. false when the arena is full. */
MUST_USE bool map_put(Map *map, Str key, void *value);

#endif
