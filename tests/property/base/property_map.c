/* The map, the vector and the buffer against plain arrays that are searched from end to end. */
#include "base/map.h"

#include <setjmp.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/vec.h"
#include "random.h"

enum { KEYS = 300, STEPS = 3000, ROUNDS = 20 };

/* A key of 0 to 3 bytes out of few, so that keys come again and are prefixes of each other. */
static Str random_key(Random *random, Arena *arena)
{
    static const char BYTES[] = {'a', 'b', '\0', '\xE3', '\x81'};
    size_t len = random_below(random, 4);
    char key[4];
    for (size_t i = 0; i < len; i++)
        key[i] = BYTES[random_below(random, sizeof BYTES)];
    return arena_str(arena, (Str){key, len});
}

typedef struct Model {
    Str keys[KEYS];
    void *values[KEYS];
    size_t len;
} Model;

static size_t model_find(const Model *model, Str key)
{
    size_t i = 0;
    while (
        i < model->len && (model->keys[i].len != key.len || memcmp(model->keys[i].at, key.at, key.len) != 0))
        i++;
    return i;
}

static void map_is_what_a_list_is(void **state)
{
    (void)state;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        Random random = {round};
        AUTO_ARENA arena = arena_new(8 << 20);
        assert_non_null(arena);
        Map map;
        map_init(&map, arena);
        Model model = {.len = 0};
        for (int step = 0; step < STEPS; step++) {
            Str key = random_key(&random, arena);
            size_t at = model_find(&model, key);
            void *expected = at < model.len ? model.values[at] : NULL;
            if (map_get(&map, key) != expected)
                fail_msg("seed %d, step %d", (int)round, step);
            if (random_below(&random, 2) == 0)
                continue;
            int *value = ARENA_NEW(arena, int);
            assert_true(map_put(&map, key, value));
            if (at == model.len)
                model.keys[model.len++] = key;
            model.values[at] = value;
        }
        assert_int_equal(map.len, model.len);
        for (size_t i = 0; i < model.len; i++) {
            assert_true(str_equal(map.entries[i].key, model.keys[i]));
            assert_ptr_equal(map.entries[i].value, model.values[i]);
        }
    }
}

/* Additions of every size, with the maximum somewhere among them: the buffer holds what came before the
 * failure. */
static void buffer_holds_a_prefix_of_what_was_added(void **state)
{
    (void)state;
    static char all[200000];
    for (uint64_t round = 0; round < 200; round++) {
        Random random = {round};
        size_t max = random_below(&random, 100000), added = 0;
        AUTO_BUF buf;
        buf_init(&buf, max);
        while (!buf.failed && added < 150000) {
            size_t n = random_below(&random, 1U << random_below(&random, 14));
            for (size_t i = 0; i < n; i++)
                all[added + i] = (char)random_bits(&random);
            if (n == 0)
                buf_printf(&buf, "%s", "");
            else if (n == 1)
                buf_add_byte(&buf, all[added]);
            else
                buf_add(&buf, (Str){all + added, n});
            if (buf.failed)
                assert_true(added + n > max);
            else
                added += n;
        }
        assert_int_equal(buf.len, added);
        assert_true(buf.len <= max);
        assert_memory_equal(buf_str(&buf).at, all, added);
    }
}

/* Blocks of every size stay apart: each keeps the byte it was filled with. */
static void blocks_of_an_arena_stay_apart(void **state)
{
    (void)state;
    typedef struct Block {
        unsigned char *at;
        size_t size;
    } Block;
    for (uint64_t round = 0; round < 20; round++) {
        Random random = {round};
        AUTO_ARENA arena = arena_new(64 << 20);
        AUTO_ARENA list = arena_new(1 << 20);
        assert_true(arena && list);
        VEC_OF(Block) blocks = {0};
        for (int i = 0; i < 400; i++) {
            Block *block = VEC_PUSH(list, &blocks);
            assert_non_null(block);
            block->size = random_below(&random, (size_t)1 << (1 + random_below(&random, 18)));
            block->at = arena_alloc(arena, block->size);
            if (!block->at)
                fail_msg("seed %d: no memory below the cap", (int)round);
            memset(block->at, i & 0xFF, block->size);
        }
        for (size_t i = 0; i < blocks.len; i++) {
            for (size_t b = 0; b < blocks.at[i].size; b++) {
                if (blocks.at[i].at[b] != (i & 0xFF))
                    fail_msg("seed %d: block %zu was written over", (int)round, i);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_is_what_a_list_is),
        cmocka_unit_test(buffer_holds_a_prefix_of_what_was_added),
        cmocka_unit_test(blocks_of_an_arena_stay_apart),
    };
    return cmocka_run_group_tests_name("map properties", tests, NULL, NULL);
}
