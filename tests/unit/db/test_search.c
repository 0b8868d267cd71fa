/* Searching: the texts that hold every word, the same on both databases, whatever the query is made of. */
#include "fixture.h"

#include "base/fold.h"
#include "base/utf8.h"

static const char script[] = "{search note_search};\n{search other};\n";

typedef struct Put {
    int64_t scope, id;
    Str text;
} Put;

static bool put_text(DbConn *conn, void *argument, Error *error)
{
    const Put *put = argument;
    return db_search_put(conn, "note_search", put->scope, put->id, put->text, error);
}

static bool remove_text(DbConn *conn, void *argument, Error *error)
{
    const Put *put = argument;
    return db_search_remove(conn, "note_search", put->scope, put->id, error);
}

static bool clear_scope(DbConn *conn, void *argument, Error *error)
{
    const Put *put = argument;
    return db_search_clear(conn, "note_search", put->scope, error);
}

static void write_search(Db *db, DbWrite *write, int64_t scope, int64_t id, const char *text)
{
    Error error = {0};
    Put put = {scope, id, str_of(text)};
    ASSERT_OK(db_write(db, write, &put, &error), &error);
}

typedef struct Found {
    int64_t ids[512];
    size_t count, total;
} Found;

static Found find_page(Db *db, int64_t scope, Str query, size_t offset, size_t limit)
{
    Found found = {0};
    Error error = {0};
    int64_t *ids = NULL;
    AUTO_ARENA arena = arena_new(1 << 20);
    CLEANUP(db_read_end) DbConn *conn = NULL;
    ASSERT_OK(db_read_begin(db, &conn, &error), &error);
    ASSERT_OK(db_search(conn, "note_search", scope, query, offset, limit, arena, &ids, &found.count,
                  &found.total, &error),
        &error);
    assert_true(found.count <= COUNT_OF(found.ids));
    for (size_t i = 0; i < found.count; i++)
        found.ids[i] = ids[i];
    return found;
}

/* The ids as digits, "136"; all of them, and counted right. */
static void assert_finds_in(Db *db, int64_t scope, const char *query, const char *expected)
{
    Found found = find_page(db, scope, str_of(query), 0, 100);
    char digits[128] = {0};
    for (size_t i = 0; i < found.count; i++)
        digits[i] = (char)('0' + found.ids[i]);
    if (strcmp(digits, expected) != 0 || found.total != found.count)
        print_error("\"%s\" finds %s of %zu, not %s\n", query, digits, found.total, expected);
    assert_string_equal(digits, expected);
    assert_int_equal(found.total, found.count);
}

static Db *open_with_notes(void)
{
    static const char *const texts[] = {"", "保育園の待機児童を減らします。", "学校給食に地元のりんごを使う",
        "アオモリ 青森港 フェリー", "Ｔｏｋｙｏ　と Osaka；50%引き", "子ども・子育て支援",
        "児童館（学校の隣） 保健", "a \"quoted\" word: NEAR(b) AND c* - d^2 {e}",
        "𠮷野さんの葛\xF3\xA0\x84\x80飾", "園"};
    Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    for (size_t i = 1; i < COUNT_OF(texts); i++)
        write_search(db, put_text, 1, (int64_t)i, texts[i]);
    write_search(db, put_text, 2, 1, "保育園は別の版にもある");
    write_search(db, put_text, 11, 5, "保育園は版十一にもある");
    return db;
}

static void words_are_found(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_notes();
    static const char *const cases[][2] = {
        {"保育", "1"},
        {"保育園", "1"},
        {"保育園の待機児童を減らします。", "1"},
        {"保育所", ""},
        {"児童", "16"},
        {"学校", "26"},
        {"学校 児童", "6"},
        {"児童　学校", "6"},
        {"学校 りんご", "2"},
        {"園", "19"},
        {"。", "1"},
        {"す。", "1"},
        {"い", ""},
        {"い待", ""},
        {"リンゴ", "2"},
        {"ﾘﾝｺﾞ", "2"},
        {"あおもり", "3"},
        {"モリ青", ""}, /* not over a space */
        {"アオモリ 青森", "3"},
        {"青森港ふぇりー", ""},
        {"tokyo", "4"},
        {"ＴＯＫＹＯ　ｏｓａｋａ", "4"},
        {"okyo", "4"},
        {"50%", "4"},
        {"５０％", "4"},
        {"・", "5"},
        {"も・子", "5"},
        {"𠮷野", "8"},
        {"𠮷", "8"},
        {"葛飾", "8"},
        {"葛\xF3\xA0\x84\x80", "8"},
        {"保育 保育 保育", "1"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_finds_in(db, 1, cases[i][0], cases[i][1]);
}

static void scopes_are_apart(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_notes();
    assert_finds_in(db, 2, "保育園", "1");
    assert_finds_in(db, 11, "保育園", "5");
    assert_finds_in(db, 11, "版", "5");
    assert_finds_in(db, 11, "1", "");
    assert_finds_in(db, 1, "11", "");
    assert_finds_in(db, 3, "保育園", "");
    assert_finds_in(db, -1, "保育園", "");
    write_search(db, put_text, INT64_MIN, 3, "果ての園");
    write_search(db, put_text, INT64_MAX, 4, "果ての𠮷園");
    assert_finds_in(db, INT64_MIN, "園", "3");
    assert_finds_in(db, INT64_MAX, "𠮷園", "4");
    write_search(db, clear_scope, 1, 0, "");
    assert_finds_in(db, 1, "保育", "");
    assert_finds_in(db, 11, "保育", "5");
}

static void texts_are_replaced_and_removed(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_notes();
    write_search(db, put_text, 1, 1, "小学校になった");
    assert_finds_in(db, 1, "保育", "");
    assert_finds_in(db, 1, "学校", "126");
    write_search(db, put_text, 1, 1, "小学校になった");
    assert_finds_in(db, 1, "学校", "126");
    write_search(db, remove_text, 1, 2, "");
    write_search(db, remove_text, 1, 2, "");
    assert_finds_in(db, 1, "学校", "16");
    write_search(db, put_text, 1, 6, " \t　\n");
    assert_finds_in(db, 1, "学校", "1");
    assert_finds_in(db, 2, "保育園", "1");
    write_search(db, put_text, 1, 6, "また学校");
    assert_finds_in(db, 1, "学校", "16");
}

/* None of this is anything but text. */
static void hostile_queries_are_plain_text(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_notes();
    static const char *const cases[][2] = {
        {"", ""},
        {" ", ""},
        {"　\t\n\r ", ""},
        {"\"", "7"},
        {"\"\"", ""},
        {"\"quoted\"", "7"},
        {"\"quoted", "7"},
        {"near(b)", "7"},
        {"NEAR(保育 園)", ""},
        {"NEAR", "7"},
        {"AND", "7"},
        {"OR", "7"}, /* "word" */
        {"NOT", ""},
        {"保育 AND 学校", ""},
        {"保育 OR 学校", ""},
        {"保育 NOT 学校", ""},
        {"保*", ""},
        {"c*", "7"},
        {"*", "7"},
        {"-", "7"},
        {"-保育", ""},
        {"body:保育", ""},
        {":", "7"},
        {"^", "7"},
        {"d^2", "7"},
        {"(", "67"},
        {")", "67"},
        {"((((", ""},
        {"{e}", "7"},
        {"{index}", ""},
        {"'", ""},
        {"' or 1=1 --", ""},
        {"\\", ""},
        {"%", "4"},
        {"_", ""},
        {"?1", ""},
        {"$1", ""},
        {"NULL", ""},
        {"1:保育", ""},
        {"1 保育", ""},
        {"\x01\x02\x7F", ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_finds_in(db, 1, cases[i][0], cases[i][1]);
}

static void queries_that_are_no_text_are_refused(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_notes();
    AUTO_ARENA arena = arena_new(1 << 20);
    const Str bad[] = {S("\xFF\xFE"), S("\xE3\x81"), {"a\0b", 3}};
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        Error error = {0};
        int64_t *ids = NULL;
        size_t count = 9, total = 9;
        CLEANUP(db_read_end) DbConn *conn = NULL;
        ASSERT_OK(db_read_begin(db, &conn, &error), &error);
        assert_false(db_search(conn, "note_search", 1, bad[i], 0, 10, arena, &ids, &count, &total, &error));
        assert_int_equal(error.code, ERROR_INPUT);
        assert_int_equal(total, 0);
        Put put = {1, 1, bad[i]};
        assert_false(db_write(db, put_text, &put, &error));
        assert_int_equal(error.code, ERROR_INPUT);
    }
    assert_finds_in(db, 1, "保育", "1");
}

/* Longer than what goes through the index: the rest counts as well. */
static void very_long_queries_are_exact(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    AUTO_BUF text, query;
    buf_init(&text, 1 << 20);
    buf_init(&query, 1 << 20);
    for (int i = 0; i < 10000; i++) {
        char bytes[4];
        buf_add(&text, (Str){bytes, utf8_put(bytes, 0x4E00 + (uint32_t)(i * 7919 % 20000))});
    }
    Error error = {0};
    Put put = {1, 1, buf_str(&text)};
    ASSERT_OK(db_write(db, put_text, &put, &error), &error);
    assert_int_equal(find_page(db, 1, buf_str(&text), 0, 10).total, 1);
    buf_add(&query, buf_str(&text));
    buf_add(&query, S("余"));
    assert_int_equal(find_page(db, 1, buf_str(&query), 0, 10).total, 0);
    buf_clear(&query);
    for (size_t i = 0; i < 5000; i++) { /* 5,000 words of one character each */
        buf_add(&query, utf8_slice(buf_str(&text), i, i + 1));
        buf_add_byte(&query, ' ');
    }
    assert_int_equal(find_page(db, 1, buf_str(&query), 0, 10).total, 1);
    buf_add(&query, S("é"));
    assert_int_equal(find_page(db, 1, buf_str(&query), 0, 10).total, 0);
    buf_clear(&query);
    for (size_t i = 0; i < 5000; i++)
        buf_add(&query, S("\"\""));
    assert_int_equal(find_page(db, 1, buf_str(&query), 0, 10).total, 0);
}

static void hits_are_paged(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    for (int64_t id = 30; id > 0; id--)
        write_search(db, put_text, 1, id * 3, "公園の花");
    for (size_t offset = 0; offset < 35; offset += 7) {
        Found found = find_page(db, 1, S("花"), offset, 7);
        assert_int_equal(found.total, 30);
        assert_int_equal(found.count, offset >= 30 ? 0 : offset + 7 > 30 ? 30 - offset : 7);
        for (size_t i = 0; i < found.count; i++)
            assert_int_equal(found.ids[i], (offset + i + 1) * 3);
    }
    assert_int_equal(find_page(db, 1, S("花"), 0, 0).total, 30);
    assert_int_equal(find_page(db, 1, S("花"), SIZE_MAX, SIZE_MAX).total, 30);
    assert_int_equal(find_page(db, 1, S("花"), 0, SIZE_MAX).count, 30);
}

static bool put_and_fail(DbConn *conn, void *argument, Error *error)
{
    return put_text(conn, argument, error) && error_set(error, ERROR_DENIED, "no");
}

static void an_undone_write_leaves_the_index(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = open_with_notes();
    Error error = {0};
    Put put = {1, 1, S("小学校")};
    assert_false(db_write(db, put_and_fail, &put, &error));
    assert_finds_in(db, 1, "保育", "1");
    assert_finds_in(db, 1, "小学", "");
}

/* --- against a naive search ------------------------------------------------------------------- */

#define IDS 40
#define SCOPES 3

typedef struct Chance {
    uint64_t state;
} Chance;

static size_t chance_below(Chance *chance, size_t limit)
{
    chance->state = chance->state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(chance->state >> 33) % limit;
}

/* Few pieces, so that hits are frequent; many kinds, so that folding and quoting are met. */
static Str random_text(Chance *chance, Arena *arena, size_t pieces_max)
{
    static const char *const pieces[] = {"保", "育", "園", "学", "校", "あ", "ア", "ｱ", "か", "が", "ｶﾞ",
        "カ\xE3\x82\x99", "ー", "ａ", "A", "b", "１", "1", " ", "　", "\n", "\"", "'", "*", "-", "(", ":",
        "𠮷", "é", "e\xCC\x81", "葛", "葛\xF3\xA0\x84\x80", "㈱", "ß", "ﬁ", "\xEE\x80\x80", "、", "AND",
        "保育"};
    Str text = STR_EMPTY;
    size_t count = chance_below(chance, pieces_max + 1);
    for (size_t i = 0; i < count; i++)
        text = arena_join(arena, text, str_of(pieces[chance_below(chance, COUNT_OF(pieces))]));
    return text;
}

static bool naive_holds(Arena *arena, Str text, Str query)
{
    Str folded = text_fold(arena, text), rest = text_fold(arena, query), word;
    size_t words = 0;
    while (rest.len > 0) {
        str_cut(rest, S(" "), &word, &rest);
        if (word.len == 0)
            continue;
        words++;
        if (!str_contains(folded, word))
            return false;
    }
    return words > 0;
}

static void assert_like_naive(Db *db, Arena *arena, Str texts[SCOPES][IDS], int64_t scope, Str query)
{
    Found found = find_page(db, scope, query, 0, 100);
    size_t expected = 0;
    for (size_t id = 0; id < IDS; id++) {
        if (!naive_holds(arena, texts[scope][id], query))
            continue;
        if (expected >= found.count || found.ids[expected] != (int64_t)id)
            print_error("\"%.*s\" is to find %zu\n", STR_ARGS(query), id);
        assert_true(expected < found.count);
        assert_int_equal(found.ids[expected++], id);
    }
    if (found.count != expected)
        print_error("\"%.*s\" finds %zu, not %zu\n", STR_ARGS(query), found.count, expected);
    assert_int_equal(found.count, expected);
    assert_int_equal(found.total, expected);
}

/* A piece of one of the texts, so that there is something to find. */
static Str random_query(Chance *chance, Arena *arena, Str texts[SCOPES][IDS])
{
    if (chance_below(chance, 3) == 0)
        return random_text(chance, arena, 5);
    Str query = STR_EMPTY;
    for (size_t words = 1 + chance_below(chance, 2); words > 0; words--) {
        Str text = texts[chance_below(chance, SCOPES)][chance_below(chance, IDS)];
        size_t from = chance_below(chance, utf8_count(text) + 1);
        Str piece = utf8_slice(text, from, from + 1 + chance_below(chance, 4));
        query = arena_join(arena, arena_join(arena, query, query.len > 0 ? S(" ") : STR_EMPTY), piece);
    }
    return query;
}

/* FTS5's own comparison of its index with the texts. */
static bool check_integrity(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    return db_run(
        conn, NULL, error, "insert into note_search (note_search, rank) values ('integrity-check', 1)");
}

static void searches_agree_with_a_naive_one(void **state)
{
    (void)state;
    CLEANUP(db_cleanup) Db *db = fixture_open(NULL);
    fixture_tables(db, script);
    AUTO_ARENA kept = arena_new(64 << 20);
    Str texts[SCOPES][IDS] = {0};
    Chance chance = {20180601};
    size_t hits = 0;
    for (int round = 0; round < 400; round++) {
        Put put = {(int64_t)chance_below(&chance, SCOPES), (int64_t)chance_below(&chance, IDS), STR_EMPTY};
        bool removes = chance_below(&chance, 8) == 0;
        if (!removes)
            put.text = random_text(&chance, kept, 25);
        Error failure = {0};
        ASSERT_OK(db_write(db, removes ? remove_text : put_text, &put, &failure), &failure);
        texts[put.scope][put.id] = put.text;
        AUTO_ARENA arena = arena_new(16 << 20);
        for (int i = 0; i < 4; i++) {
            int64_t scope = (int64_t)chance_below(&chance, SCOPES);
            Str query = random_query(&chance, arena, texts);
            assert_like_naive(db, arena, texts, scope, query);
            hits += find_page(db, scope, query, 0, 100).total;
        }
    }
    Error error = {0};
    if (!test_db_is_postgres())
        ASSERT_OK(db_write(db, check_integrity, NULL, &error), &error);
    assert_false(arena_failed(kept));
    assert_true(hits > 1000); /* the comparison is not of nothing with nothing */
}

static void search_with_a_bad_name(void *argument)
{
    Db *db = fixture_open_at(*(Str *)argument, NULL);
    DbConn *conn = NULL;
    Error error;
    AUTO_ARENA arena = arena_new(1 << 20);
    int64_t *ids;
    size_t count, total;
    if (db_read_begin(db, &conn, &error))
        (void)!db_search(conn, "note\"; drop", 1, S("a"), 0, 1, arena, &ids, &count, &total, &error);
}

static void index_names_are_checked(void **state)
{
    (void)state;
    Str url = test_db_url();
    assert_true(fixture_dies(search_with_a_bad_name, &url, "names of search indexes"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_found),
        cmocka_unit_test(scopes_are_apart),
        cmocka_unit_test(texts_are_replaced_and_removed),
        cmocka_unit_test(hostile_queries_are_plain_text),
        cmocka_unit_test(queries_that_are_no_text_are_refused),
        cmocka_unit_test(very_long_queries_are_exact),
        cmocka_unit_test(hits_are_paged),
        cmocka_unit_test(an_undone_write_leaves_the_index),
        cmocka_unit_test(searches_agree_with_a_naive_one),
        cmocka_unit_test(index_names_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
