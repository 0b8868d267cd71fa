/* The words of the warnings: every code that the reader uses has its row and every row its use; sentences are
 * filled in without leaving a placeholder. The sources are read from the project's folder. */
#include "plan/warning.h"

#include "base/file.h"
#include "table_reading.h"

/* All sources of the table reader, one after the other. */
static Str read_sources(Arena *arena)
{
    Error error = {0};
    FileNames names = {0};
    Str all = STR_EMPTY;
    assert_true(directory_list(arena, S("src/plan"), S(".c"), &names, &error));
    for (size_t i = 0; i < names.len; i++) {
        Str text;
        if (str_contains(names.at[i], S("/table_"))) {
            assert_true(file_read(arena, names.at[i], 1 << 20, &text, &error));
            all = arena_join(arena, all, text);
        }
    }
    return all;
}

static void every_row_is_used(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const Str sources = read_sources(arena);
    const PlanWarningText *texts = NULL;
    const size_t count = plan_warning_texts(&texts);
    assert_true(count > 20);
    for (size_t i = 0; i < count; i++) {
        if (!str_contains(sources, arena_printf(arena, "\"%s\"", texts[i].code))) {
            fail_msg("no source names the warning %s", texts[i].code);
        }
        assert_ptr_equal(plan_warning_text(texts[i].code), &texts[i]);
        assert_true(i == 0 || strcmp(texts[i - 1].code, texts[i].code) < 0); /* in order, none twice */
    }
    assert_null(plan_warning_text("no_such_code"));
}

/* The code at the head of the text, if a quote ends it; else empty. */
static Str code_at(Str text)
{
    size_t len = 0;
    while (len < text.len && (text.at[len] == '_' || (text.at[len] >= 'a' && text.at[len] <= 'z'))) {
        len++;
    }
    const Str word = str_slice(text, 0, len);
    const bool ends = len < text.len && text.at[len] == '"';
    return ends && str_contains(word, S("_")) ? word : STR_EMPTY;
}

/* Literals of the form "like_this" in the sources are codes. */
static void every_code_has_its_row(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    Str rest = read_sources(arena), before;
    size_t found = 0;
    while (str_cut(rest, S("\""), &before, &rest)) {
        const Str code = code_at(rest);
        if (code.len > 0 && plan_warning_text(arena_str(arena, code).at) == NULL) {
            fail_msg("the warning %.*s has no words", STR_ARGS(code));
        }
        found += code.len > 0;
    }
    assert_true(found > 20);
}

static void sentences_are_filled_in(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const PlanWarningText *texts = NULL;
    const size_t count = plan_warning_texts(&texts);
    for (size_t i = 0; i < count; i++) {
        const PlanWarning warning = {.code = texts[i].code,
            .subject = S("川の{fix}再生\n 目標"),
            .fix = S("1-1-2"),
            .has_fix = texts[i].fix_ja != NULL};
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            const Str message = plan_warning_message(arena, &warning, (Language)language);
            const Str fix = plan_warning_fix(arena, &warning, (Language)language);
            assert_true(str_contains(message, S("川の{fix}再生 目標")));
            assert_int_equal(fix.len > 0, warning.has_fix);
            assert_true(fix.len == 0 || str_contains(fix, S("1-1-2")));
        }
        assert_non_null(plan_warning_level_name(texts[i].level));
        assert_int_equal(texts[i].fix_ja == NULL, texts[i].fix_en == NULL);
    }
    const PlanWarning long_one = {.code = "number_gap",
        .subject = S("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十余り")};
    assert_true(str_ends(plan_warning_message(arena, &long_one, LANGUAGE_JA), S("九十…")));
}

static void places_are_printed(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    const PlanSource cell = {.file = S("案.txt"), .line = 26, .table = 2, .row = 6, .cell = 4};
    const PlanSource outside = {.line = 14};
    assert_text(plan_warning_place(arena, &cell, LANGUAGE_JA), "案.txt・26行目・表2・6段目・4列目");
    assert_text(plan_warning_place(arena, &cell, LANGUAGE_EN), "案.txt, line 26, table 2, row 6, cell 4");
    assert_text(plan_warning_place(arena, &outside, LANGUAGE_JA), "14行目");
    assert_text(plan_warning_place(arena, &outside, LANGUAGE_EN), "line 14");
    assert_text(plan_warning_place(arena, &(PlanSource){.line = 0}, LANGUAGE_EN), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_used),
        cmocka_unit_test(every_code_has_its_row),
        cmocka_unit_test(sentences_are_filled_in),
        cmocka_unit_test(places_are_printed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
