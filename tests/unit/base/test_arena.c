/* base/arena.h and base/vec.h. */
#include "base/arena.h"

#include "check.h"

#include "base/vec.h"

static void blocks_are_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(64 << 20);
    static const size_t SIZES[] = {0, 1, 15, 16, 17, 1000, 16384, 70000, 300000, 2000000, 3};
    char *before = NULL;
    for (size_t round = 0; round < 20; round++) {
        for (size_t i = 0; i < COUNT_OF(SIZES); i++) {
            char *block = arena_alloc(arena, SIZES[i]);
            assert_non_null(block);
            assert_int_equal((uintptr_t)block % _Alignof(max_align_t), 0);
            for (size_t b = 0; b < SIZES[i]; b++)
                assert_int_equal(block[b], 0);
            if (SIZES[i] > 0)
                memset(block, 0xAB, SIZES[i]);
            assert_ptr_not_equal(block, before);
            before = block;
        }
    }
    assert_false(arena_failed(arena));
}

static void cap_is_kept_and_failure_stays(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1000);
    assert_non_null(arena_alloc(arena, 900));
    assert_true(arena_used(arena) >= 900 && arena_used(arena) <= 1000);
    assert_null(arena_alloc(arena, 200));
    assert_true(arena_failed(arena));
    assert_null(arena_alloc(arena, 1));
    assert_int_equal(arena_str(arena, S("x")).len, 0);
    arena_clear(arena);
    assert_false(arena_failed(arena));
    assert_int_equal(arena_used(arena), 0);
    assert_non_null(arena_alloc(arena, 900));
}

static void whole_cap_can_be_used(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(16 * 1000);
    for (int i = 0; i < 1000; i++)
        assert_non_null(arena_alloc(arena, 16));
    assert_int_equal(arena_used(arena), 16000);
    assert_null(arena_alloc(arena, 1));
}

static void sizes_that_overflow_fail(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(SIZE_MAX);
    assert_null(arena_array(arena, SIZE_MAX / 2, 4));
    assert_true(arena_failed(arena));
    arena_clear(arena);
    assert_null(arena_alloc(arena, SIZE_MAX - 3));
    arena_clear(arena);
    assert_non_null(arena_array(arena, 0, 8));
}

static void clear_gives_the_same_memory_zeroed_again(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    for (int round = 0; round < 3; round++) {
        char *block = arena_alloc(arena, 5000);
        assert_non_null(block);
        for (int i = 0; i < 5000; i++)
            assert_int_equal(block[i], 0);
        memset(block, 7, 5000);
        arena_clear(arena);
    }
    char *large = arena_alloc(arena, 1 << 20);
    assert_non_null(large);
    arena_clear(arena);
    assert_non_null(arena_alloc(arena, 1 << 20));
}

static void texts_are_copied_with_a_nul_behind(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    char source[] = "浪岡";
    Str copy = arena_str(arena, str_of(source));
    source[0] = 'x';
    assert_str(copy, "浪岡");
    assert_int_equal(copy.at[copy.len], '\0');
    assert_str(arena_join(arena, S("ひと"), S("まち")), "ひとまち");
    assert_str(arena_join(arena, (Str){0}, (Str){0}), "");
    Str printed = arena_printf(arena, "%d件の%s", 63, "取組");
    assert_str(printed, "63件の取組");
    assert_int_equal(printed.at[printed.len], '\0');
}

static void chosen_allocation_fails_once(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    arena_fail_after(3);
    assert_non_null(arena_alloc(arena, 8));
    assert_non_null(arena_alloc(arena, 8));
    assert_null(arena_alloc(arena, 8));
    assert_true(arena_failed(arena));
    arena_clear(arena);
    assert_non_null(arena_alloc(arena, 8));
    arena_fail_after(1);
    assert_null(arena_new(100));
    arena_fail_after(1);
    arena_fail_after(0);
    assert_non_null(arena_alloc(arena, 8));
}

static void free_takes_null(void **state)
{
    (void)state;
    arena_free(NULL);
    Arena *none = NULL;
    arena_cleanup(&none);
    assert_null(none);
}

static void vector_grows_and_keeps_its_items(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    typedef struct Item {
        int number;
        char rest[13];
    } Item;
    VEC_OF(Item) items = {0};
    for (int i = 0; i < 1000; i++) {
        Item *item = VEC_PUSH(arena, &items);
        assert_non_null(item);
        assert_int_equal(item->number, 0);
        assert_int_equal(item->rest[12], 0);
        *item = (Item){.number = i, .rest = "............"};
    }
    assert_int_equal(items.len, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(items.at[i].number, i);
}

static void vector_stays_as_it_was_when_the_arena_is_full(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(200);
    VEC_OF(int64_t) numbers = {0};
    int64_t pushed = 0;
    for (int64_t *at; (at = VEC_PUSH(arena, &numbers)); pushed++)
        *at = pushed;
    assert_true(arena_failed(arena));
    assert_true(pushed >= 8);
    assert_int_equal(numbers.len, pushed);
    for (int64_t i = 0; i < pushed; i++)
        assert_int_equal(numbers.at[i], i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_zeroed_aligned_and_apart),
        cmocka_unit_test(cap_is_kept_and_failure_stays),
        cmocka_unit_test(whole_cap_can_be_used),
        cmocka_unit_test(sizes_that_overflow_fail),
        cmocka_unit_test(clear_gives_the_same_memory_zeroed_again),
        cmocka_unit_test(texts_are_copied_with_a_nul_behind),
        cmocka_unit_test(chosen_allocation_fails_once),
        cmocka_unit_test(free_takes_null),
        cmocka_unit_test(vector_grows_and_keeps_its_items),
        cmocka_unit_test(vector_stays_as_it_was_when_the_arena_is_full),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
