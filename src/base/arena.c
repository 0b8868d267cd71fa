/* Memory that dies together: a list of chunks, a pointer that moves through the newest one.
 *
 * The first chunk is small, each further one twice as large up to a maximum; an allocation too large for the
 * usual chunks gets one of its own, behind the newest, so that the newest goes on being filled. Blocks are
 * handed out in multiples of 16 bytes and zeroed; the cap counts these multiples. After a failure every
 * further allocation fails too, until arena_clear, which keeps one usual chunk.
 *
 * Under AddressSanitizer whatever is not handed out is poisoned and a guard stands behind every block, so
 * that reading past a block, or a block of a cleared arena, is found.
 */
#include "base/arena.h"

#include "base/arena_internal.h"

#ifdef HITOMACHI_SANITIZED
#include <sanitizer/asan_interface.h>
#define POISON(at, size) ASAN_POISON_MEMORY_REGION((at), (size))
#define UNPOISON(at, size) ASAN_UNPOISON_MEMORY_REGION((at), (size))
#define GUARD_SIZE 16
#else
#define POISON(at, size) ((void)(at), (void)(size))
#define UNPOISON(at, size) ((void)(at), (void)(size))
#define GUARD_SIZE 0
#endif

#define BLOCK_ALIGN 16
#define CHUNK_FIRST ((size_t)16 * 1024)
#define CHUNK_MAX ((size_t)1024 * 1024)

typedef struct Chunk {
    struct Chunk *next; /* the one before it in time */
    size_t size, used;
    _Alignas(BLOCK_ALIGN) char bytes[];
} Chunk;

struct Arena {
    Chunk *newest;
    size_t cap, used, chunk_size;
    bool failed;
};

static _Thread_local size_t allocations_until_failure;

void arena_fail_after(size_t n)
{
    allocations_until_failure = n;
}

bool allocation_is_to_fail(void)
{
    return allocations_until_failure > 0 && --allocations_until_failure == 0;
}

Arena *arena_new(size_t cap)
{
    if (allocation_is_to_fail())
        return NULL;
    Arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        return NULL;
    arena->cap = cap;
    arena->chunk_size = CHUNK_FIRST;
    return arena;
}

static void chunk_free_all(Chunk *chunk)
{
    while (chunk) {
        Chunk *next = chunk->next;
        UNPOISON(chunk->bytes, chunk->size);
        free(chunk);
        chunk = next;
    }
}

void arena_free(Arena *arena)
{
    if (!arena)
        return;
    chunk_free_all(arena->newest);
    free(arena);
}

void arena_cleanup(Arena **arena)
{
    arena_free(*arena);
    *arena = NULL;
}

void arena_clear(Arena *arena)
{
    Chunk *kept = arena->newest;
    if (kept && kept->size <= CHUNK_MAX) {
        chunk_free_all(kept->next);
        kept->next = NULL;
        kept->used = 0;
        POISON(kept->bytes, kept->size);
    } else {
        chunk_free_all(kept);
        arena->newest = NULL;
    }
    arena->used = 0;
    arena->failed = false;
}

static Chunk *chunk_new(size_t size)
{
    Chunk *chunk = malloc(sizeof *chunk + size);
    if (!chunk)
        return NULL;
    chunk->next = NULL;
    chunk->size = size;
    chunk->used = 0;
    POISON(chunk->bytes, size);
    return chunk;
}

/* A chunk with `need` bytes free, in the arena's list; NULL without memory. */
static Chunk *arena_chunk_with(Arena *arena, size_t need)
{
    Chunk *newest = arena->newest;
    if (newest && newest->size - newest->used >= need)
        return newest;
    if (need > CHUNK_MAX / 4) {
        Chunk *own = chunk_new(need);
        if (!own)
            return NULL;
        if (newest) {
            own->next = newest->next;
            newest->next = own;
        } else {
            arena->newest = own;
        }
        return own;
    }
    while (arena->chunk_size < need)
        arena->chunk_size *= 2;
    Chunk *chunk = chunk_new(arena->chunk_size);
    if (!chunk)
        return NULL;
    if (arena->chunk_size < CHUNK_MAX)
        arena->chunk_size *= 2;
    chunk->next = newest;
    arena->newest = chunk;
    return chunk;
}

static void *arena_fail(Arena *arena)
{
    arena->failed = true;
    return NULL;
}

void *arena_alloc(Arena *arena, size_t size)
{
    if (arena->failed || allocation_is_to_fail())
        return arena_fail(arena);
    size_t block = size ? size : 1;
    if (block > arena->cap - arena->used || block > SIZE_MAX / 2)
        return arena_fail(arena);
    block = (block + BLOCK_ALIGN - 1) / BLOCK_ALIGN * BLOCK_ALIGN;
    if (block > arena->cap - arena->used)
        return arena_fail(arena);
    Chunk *chunk = arena_chunk_with(arena, block + GUARD_SIZE);
    if (!chunk)
        return arena_fail(arena);
    char *at = chunk->bytes + chunk->used;
    chunk->used += block + GUARD_SIZE;
    arena->used += block;
    UNPOISON(at, size);
    memset(at, 0, size);
    return at;
}

void *arena_array(Arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        return arena_fail(arena);
    return arena_alloc(arena, total);
}

Str arena_str(Arena *arena, Str s)
{
    return arena_join(arena, s, STR_EMPTY);
}

Str arena_join(Arena *arena, Str a, Str b)
{
    size_t len, size;
    if (__builtin_add_overflow(a.len, b.len, &len) || __builtin_add_overflow(len, 1, &size)) {
        arena_fail(arena);
        return STR_EMPTY;
    }
    char *at = arena_alloc(arena, size);
    if (!at)
        return STR_EMPTY;
    if (a.len > 0)
        memcpy(at, a.at, a.len);
    if (b.len > 0)
        memcpy(at + a.len, b.at, b.len);
    return (Str){at, len};
}

Str arena_printf(Arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0) {
        arena_fail(arena);
        return STR_EMPTY;
    }
    size_t size = (size_t)len + 1;
    char *at = arena_alloc(arena, size);
    if (!at)
        return STR_EMPTY;
    va_start(args, format);
    vsnprintf(at, size, format, args);
    va_end(args);
    return (Str){at, (size_t)len};
}

size_t arena_used(const Arena *arena)
{
    return arena->used;
}

bool arena_failed(const Arena *arena)
{
    return arena->failed;
}
