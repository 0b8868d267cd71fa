/* base/map.h. */
#include "base/map.h"

#include "check.h"

static void missing_keys_are_null(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Map map;
    map_init(&map, arena);
    assert_null(map_get(&map, S("a")));
    int one = 1;
    assert_true(map_put(&map, S("a"), &one));
    assert_null(map_get(&map, S("b")));
    assert_ptr_equal(map_get(&map, S("a")), &one);
}

static void empty_key_is_a_key(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Map map;
    map_init(&map, arena);
    int one = 1, two = 2;
    assert_true(map_put(&map, (Str){0}, &one));
    assert_ptr_equal(map_get(&map, S("")), &one);
    assert_true(map_put(&map, S("\0"), &two)); /* one byte, and it is zero */
    assert_ptr_equal(map_get(&map, S("")), &one);
    assert_ptr_equal(map_get(&map, S("\0")), &two);
}

static void replacing_keeps_the_place(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Map map;
    map_init(&map, arena);
    int values[4] = {0};
    assert_true(map_put(&map, S("一"), &values[0]));
    assert_true(map_put(&map, S("二"), &values[1]));
    assert_true(map_put(&map, S("一"), &values[2]));
    assert_int_equal(map.len, 2);
    assert_str(map.entries[0].key, "一");
    assert_ptr_equal(map.entries[0].value, &values[2]);
    assert_str(map.entries[1].key, "二");
}

static void many_keys_in_order_of_insertion(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    AUTO_ARENA arena = arena_new(64 << 20);
    Map map;
    map_init(&map, arena);
    int *numbers = arena_array(arena, COUNT, sizeof *numbers);
    assert_non_null(numbers);
    for (int i = 0; i < COUNT; i++) {
        numbers[i] = i;
        assert_true(map_put(&map, arena_printf(arena, "key %d", i * 7919 % COUNT), &numbers[i]));
    }
    assert_int_equal(map.len, COUNT);
    for (int i = 0; i < COUNT; i++) {
        Str key = arena_printf(arena, "key %d", i * 7919 % COUNT);
        assert_true(str_equal(map.entries[i].key, key));
        assert_int_equal(*(int *)map_get(&map, key), i);
    }
    assert_null(map_get(&map, S("key 20000")));
}

/* A full map can still replace, and refuses what is new without losing what it has. */
static void full_arena_leaves_the_map_whole(void **state)
{
    (void)state;
    AUTO_ARENA keys = arena_new(1 << 20);
    AUTO_ARENA arena = arena_new(1200);
    Map map;
    map_init(&map, arena);
    int value = 0, other = 0;
    size_t count = 0;
    while (map_put(&map, arena_printf(keys, "%zu", count), &value))
        count++;
    assert_true(count >= 8);
    assert_int_equal(map.len, count);
    for (size_t i = 0; i < count; i++)
        assert_ptr_equal(map_get(&map, arena_printf(keys, "%zu", i)), &value);
    assert_null(map_get(&map, arena_printf(keys, "%zu", count)));
    assert_true(map_put(&map, S("0"), &other));
    assert_ptr_equal(map_get(&map, S("0")), &other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_keys_are_null),
        cmocka_unit_test(empty_key_is_a_key),
        cmocka_unit_test(replacing_keeps_the_place),
        cmocka_unit_test(many_keys_in_order_of_insertion),
        cmocka_unit_test(full_arena_leaves_the_map_whole),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
