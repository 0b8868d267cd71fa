/* base/vec.h: growing arrays in an arena.
 *
 *     VEC_OF(Node) nodes = {0};
 *     Node *node = VEC_PUSH(arena, &nodes);      // a new zeroed item at the end, NULL when the arena is full
 *
 * Growth moves the items, so pointers into a vector die at the next push; keep indices. The arena's cap
 * bounds it.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC_OF(Type)      \
    struct {              \
        Type *at;         \
        size_t len, room; \
    }

#define VEC_PUSH(arena, vec)               \
    ((__typeof__((vec)->at))vec_push_item( \
        (arena), (void **)&(vec)->at, &(vec)->len, &(vec)->room, sizeof(*(vec)->at)))

/* Use VEC_PUSH, which calls these: the first when there is room, the second to make some. */
void *vec_grow_and_push(Arena *arena, void **at, size_t *len, size_t *room, size_t item_size);

static inline void *vec_push_item(Arena *arena, void **at, size_t *len, size_t *room, size_t item_size)
{
    if (*len == *room)
        return vec_grow_and_push(arena, at, len, room, item_size);
    return (char *)*at + (*len)++ * item_size;
}

#endif
