/* Each allocation fails in turn, for every path of base/ that allocates.
 *
 * A piece of work is run with the first allocation failing, then the second, and so on until none fails any
 * more. Every run must either do the whole work or say that it did not; the sanitizers watch for whatever is
 * lost or touched.
 */
#include "base/arena.h"

#include "check.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/fold.h"
#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"

/* Does its work and checks the result; false when it ran out of memory and said so. */
typedef bool Work(void);

static bool work_in_arena(Arena *arena)
{
    Str joined = arena_join(arena, S("総合"), S("計画"));
    Str printed = arena_printf(arena, "%.*s%d", STR_ARGS(joined), 2019);
    char *large = arena_alloc(arena, 600000);
    Str copy = arena_str(arena, printed);
    if (arena_failed(arena))
        return false;
    large[599999] = 'x';
    assert_str(copy, "総合計画2019");
    return true;
}

static bool arena_work(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    return arena && work_in_arena(arena);
}

static bool buf_work(void)
{
    AUTO_BUF buf;
    buf_init(&buf, 1 << 20);
    for (int i = 0; i < 300; i++)
        buf_add(&buf, S("事業"));
    buf_printf(&buf, "%0400d", 7);
    if (buf.failed)
        return false;
    assert_int_equal(buf.len, 300 * 6 + 400);
    assert_int_equal(buf.at[buf.len - 1], '7');
    return true;
}

static bool vec_work(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    if (!arena)
        return false;
    VEC_OF(int) numbers = {0};
    for (int i = 0; i < 1000; i++) {
        int *number = VEC_PUSH(arena, &numbers);
        if (!number)
            return false;
        *number = i;
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(numbers.at[i], i);
    return true;
}

static bool map_work(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    if (!arena)
        return false;
    Map map;
    map_init(&map, arena);
    int value = 0;
    for (int i = 0; i < 200; i++) {
        Str key = arena_printf(arena, "%d", i);
        if (arena_failed(arena) || !map_put(&map, key, &value))
            return false;
    }
    assert_int_equal(map.len, 200);
    assert_non_null(map_get(&map, S("199")));
    return true;
}

static bool fold_work(void)
{
    AUTO_ARENA arena = arena_new(8 << 20);
    if (!arena)
        return false;
    Str text = S("ﾎｯｶｲﾄﾞｳ　と青森");
    for (int i = 0; i < 5; i++)
        text = arena_join(arena, text, text);
    for (int i = 0; i < 100; i++) /* marks enough that the last cluster does not fit on the stack */
        text = arena_join(arena, text, S("\u0301"));
    FoldMatch *matches = NULL;
    size_t count = text_find_folded(arena, text, S("アオモリ 森 ほっかい"), &matches);
    Str folded = text_fold(arena, text);
    if (arena_failed(arena))
        return false;
    assert_int_equal(count, 64);
    assert_true(str_starts(folded, S("ほっかいどう と青森ほっ")));
    return true;
}

static bool utf8_work(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    if (!arena)
        return false;
    Str copy = arena_str(arena, grapheme_head(S("葛\U000E0100城市"), 2));
    if (arena_failed(arena))
        return false;
    assert_int_equal(utf8_count(copy), 3);
    return true;
}

static bool date_work(void)
{
    AUTO_ARENA arena = arena_new(1 << 20);
    if (!arena)
        return false;
    Date date = {0};
    Error error = {0};
    assert_true(date_parse(S("平成30年5月1日"), &date, &error)); /* reading takes no memory */
    Str iso = date_print_iso(arena, date), japanese = date_print_japanese(arena, date);
    Str year = fiscal_year_print(arena, 2018, false), instant = instant_print(arena, 0);
    if (arena_failed(arena))
        return false;
    assert_str(iso, "2018-05-01");
    assert_str(japanese, "平成30年5月1日");
    assert_str(year, "平成30年度");
    assert_str(instant, "1970-01-01T09:00:00+09:00");
    return true;
}

static bool json_writer_work(void)
{
    AUTO_BUF buf;
    buf_init(&buf, 1 << 20);
    JsonWriter json;
    json_writer_init(&json, &buf, true);
    json_array_begin(&json);
    for (int i = 0; i < 200; i++)
        json_text(&json, S("取組\n"));
    json_array_end(&json);
    if (buf.failed)
        return false;
    assert_true(str_ends(buf_str(&buf), S("\"取組\\n\"\n]")));
    return true;
}

/* `least` allocations at the least must have been made to fail, or the work is not what it seems. */
static void fail_each(Work *work, size_t least)
{
    bool done = false;
    size_t nth = 1;
    for (; !done; nth++) {
        arena_fail_after(nth);
        done = work();
        arena_fail_after(0);
        assert_true(nth < 100000);
    }
    assert_true(nth > least);
    assert_true(work());
}

static void arena_says_so(void **state)
{
    (void)state;
    fail_each(arena_work, 5);
}

static void buf_says_so(void **state)
{
    (void)state;
    fail_each(buf_work, 5);
}

static void vec_says_so(void **state)
{
    (void)state;
    fail_each(vec_work, 8);
}

static void map_says_so(void **state)
{
    (void)state;
    fail_each(map_work, 200);
}

static void fold_says_so(void **state)
{
    (void)state;
    fail_each(fold_work, 10);
}

static void utf8_says_so(void **state)
{
    (void)state;
    fail_each(utf8_work, 2);
}

static void date_says_so(void **state)
{
    (void)state;
    fail_each(date_work, 5);
}

static void json_writer_says_so(void **state)
{
    (void)state;
    fail_each(json_writer_work, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_says_so),
        cmocka_unit_test(buf_says_so),
        cmocka_unit_test(vec_says_so),
        cmocka_unit_test(map_says_so),
        cmocka_unit_test(fold_says_so),
        cmocka_unit_test(utf8_says_so),
        cmocka_unit_test(date_says_so),
        cmocka_unit_test(json_writer_says_so),
    };
    return cmocka_run_group_tests_name("no memory", tests, NULL, NULL);
}
