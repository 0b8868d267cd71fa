/* Growing arrays in an arena: room doubles, the old place is left to the arena. */
#include "base/vec.h"

#define ROOM_FIRST 8

void *vec_grow_and_push(Arena *arena, void **at, size_t *len, size_t *room, size_t item_size)
{
    size_t more = *room > 0 ? *room : ROOM_FIRST / 2;
    if (__builtin_mul_overflow(more, 2, &more))
        more = SIZE_MAX; /* the product with the size cannot be had; arena_array says so */
    char *grown = arena_array(arena, more, item_size);
    if (!grown)
        return NULL;
    if (*len > 0)
        memcpy(grown, *at, *len * item_size);
    *at = grown;
    *room = more;
    return grown + (*len)++ * item_size;
}
