/* base/arena.h: memory that dies together, with a hard cap.
 *
 * One arena a request, a command or a compiled city. Allocation is a bump of a pointer; nothing is freed
 * alone. An arena is not for two threads at once.
 *
 * Errors: at the cap, or when the machine has no memory, an allocation answers NULL (slices: an empty Str)
 * and the arena remembers it; from then on every allocation fails until arena_clear. A function that builds
 * something long may therefore go on and ask arena_failed() once, before its result is used; a function that
 * dereferences at once checks the pointer.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"
#include "base/str.h"

typedef struct Arena Arena;

/* A new arena that will hand out at most `cap` bytes; NULL when there is no memory for it. */
Arena *arena_new(size_t cap);
void arena_free(Arena *arena);
/* For CLEANUP: frees *arena. */
void arena_cleanup(Arena **arena);
#define AUTO_ARENA CLEANUP(arena_cleanup) Arena *

/* Gives everything back to the arena and forgets a failure; pointers into it are dead. */
void arena_clear(Arena *arena);
/* Zeroed, aligned for any type. size 0 gives a valid pointer. */
void *arena_alloc(Arena *arena, size_t size);
/* count * size, the product checked. */
void *arena_array(Arena *arena, size_t count, size_t size);
#define ARENA_NEW(arena, Type) ((Type *)arena_alloc((arena), sizeof(Type)))

/* A copy, with a NUL after it that is not counted. */
Str arena_str(Arena *arena, Str s);
Str arena_printf(Arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);
/* Two slices one after the other. */
Str arena_join(Arena *arena, Str a, Str b);

size_t arena_used(const Arena *arena);
bool arena_failed(const Arena *arena);

/* Test hook: the n-th allocation from now on (1 = the next) fails, 0 switches it off. For the calling thread.
 * New arenas, blocks of arenas and growth of a Buf count; jansson's own memory does not. */
void arena_fail_after(size_t n);

#endif
