/* base/yaml.h: the tree with its places, and what is refused. */
#include "base/yaml.h"

#include "base/buf.h"

#include "check.h"

static void tree_knows_its_places(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Error error = {0};
    const YamlNode *root = yaml_read(arena,
        S("# 見本\n市: {ja: 青森市, en: \"Aomori\"}\nlist:\n  - 一\n  - 題: x\nnone: ~\nquoted: '~'\n"),
        S("a.yaml"), &error);
    if (!root)
        fail_msg("%s", error.message);
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->pairs.len, 4);
    assert_str(root->pairs.at[0].key, "市");
    assert_int_equal(root->pairs.at[0].line, 2);
    const YamlNode *city = yaml_get(root, S("市"));
    Str text = STR_EMPTY;
    assert_true(yaml_get_text(city, S("en"), &text));
    assert_str(text, "Aomori");
    const YamlNode *en = yaml_get(city, S("en"));
    assert_true(en->quoted);
    assert_int_equal(en->line, 2);
    assert_int_equal(yaml_get(city, S("ja"))->column, 9); /* code points, not bytes */
    assert_int_equal(city->pairs.at[1].column, 14);
    const YamlNode *list = yaml_get(root, S("list"));
    assert_int_equal(list->kind, YAML_LIST);
    assert_int_equal(list->items.len, 2);
    assert_str(list->items.at[0]->text, "一");
    assert_int_equal(list->items.at[1]->kind, YAML_MAP);
    assert_true(yaml_is_null(yaml_get(root, S("none"))));
    assert_false(yaml_is_null(yaml_get(root, S("quoted"))));
    assert_null(yaml_get(root, S("absent")));
    assert_null(yaml_get(list, S("市")));
    assert_false(yaml_get_text(root, S("list"), &text));
}

static void empty_file_is_an_empty_map(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Error error = {0};
    const YamlNode *root = yaml_read(arena, S("# nothing yet\n"), S("a.yaml"), &error);
    assert_non_null(root);
    assert_int_equal(root->kind, YAML_MAP);
    assert_int_equal(root->pairs.len, 0);
}

static void what_declarations_do_not_need_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        long line;
    } BAD[] = {
        {"a: 1\na: 2\n", 2},      /* the same key twice */
        {"a: &x 1\nb: *x\n", 0},  /* anchor and alias */
        {"a: !int 1\n", 1},       /* tag */
        {"a: 1\n---\nb: 2\n", 0}, /* two documents */
        {"? [1, 2]\n: 3\n", 0},   /* a key that is a list */
        {"a: [1, 2\n", 0},        /* not closed */
        {"a: \"x\n", 0},
        {"a: b: c\n", 1},
        {"\ta: 1\n", 1},
    };
    AUTO_ARENA arena = arena_new(1 << 20);
    for (size_t i = 0; i < COUNT_OF(BAD); i++) {
        Error error = {0};
        if (yaml_read(arena, str_of(BAD[i].text), S("a.yaml"), &error))
            fail_msg("accepted: %s", BAD[i].text);
        if (error.code != ERROR_INPUT || strcmp(error.file, "a.yaml") != 0 || error.line < 1 ||
            error.column < 1 || (BAD[i].line > 0 && error.line != BAD[i].line))
            fail_msg("%s: %s:%ld:%ld: %s", BAD[i].text, error.file, error.line, error.column, error.message);
    }
}

static void depth_is_bounded(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Error error = {0};
    Str deep = STR_EMPTY;
    for (int i = 0; i < 200; i++)
        deep = arena_join(arena, deep, S("["));
    assert_null(yaml_read(arena, deep, S("a.yaml"), &error));
    assert_int_equal(error.code, ERROR_INPUT);
}

static void keys_are_bounded(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(16 << 20);
    AUTO_BUF text;
    Error error = {0};
    buf_init(&text, 1 << 20);
    for (int i = 0; i < YAML_KEYS_MAX; i++)
        buf_printf(&text, "k%d: 1\n", i);
    const YamlNode *root = yaml_read(arena, buf_str(&text), S("a.yaml"), &error);
    assert_non_null(root);
    assert_int_equal(root->pairs.len, YAML_KEYS_MAX);
    buf_add(&text, S("one_more: 1\n"));
    assert_null(yaml_read(arena, buf_str(&text), S("a.yaml"), &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_int_equal(error.line, YAML_KEYS_MAX + 1);
}

static void unknown_keys_come_with_the_near_one(void **state)
{
    (void)state;
    static const char *const KNOWN[] = {"title", "unit"};
    AUTO_ARENA arena = arena_new(1 << 20);
    Error error = {0};
    const YamlNode *root = yaml_read(arena, S("title: x\nuint: y\n"), S("a.yaml"), &error);
    assert_non_null(root);
    assert_false(yaml_expect_map(root, S("a.yaml"), "a plan", KNOWN, COUNT_OF(KNOWN), &error));
    assert_error(&error, ERROR_INPUT, "uint");
    assert_error(&error, ERROR_INPUT, "'unit'");
    assert_int_equal(error.line, 2);
    assert_false(yaml_expect_map(yaml_get(root, S("title")), S("a.yaml"), "a plan", KNOWN, 2, &error));
    assert_error(&error, ERROR_INPUT, "a plan");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tree_knows_its_places),
        cmocka_unit_test(empty_file_is_an_empty_map),
        cmocka_unit_test(what_declarations_do_not_need_is_refused),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(keys_are_bounded),
        cmocka_unit_test(unknown_keys_come_with_the_near_one),
    };
    return cmocka_run_group_tests_name("yaml", tests, NULL, NULL);
}
