/* A city's import profile: what it may say, and the place of what it may not. */
#include "plan/profile.h"

#include "base/file.h"
#include "table_reading.h"

static void what_is_left_out_is_as_in_the_default(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    Error error = {0};
    const PlanProfile *profile = NULL;
    assert_true(plan_profile_read(
        arena, S("labels: {situation: 現状}\nmarks:\n  group: 【】\n"), S("a"), &profile, &error));
    assert_text(profile->situation, "現状");
    assert_text(profile->group_open, "【");
    assert_text(profile->group_close, "】");
    assert_text(profile->direction, "基本方向");
    assert_text(profile->item, "●");
    assert_text(profile->cell, "\t");
    assert_true(plan_profile_read(arena, S(""), S("a"), &profile, &error));
    assert_text(profile->page_title, "各政策における「現状と課題」「基本方向」「主な取組」一覧表");
}

static void the_sample_citys_profile_is_the_default(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(READING_ROOM);
    Error error = {0};
    Str yaml;
    const PlanProfile *profile = NULL, *standard = plan_profile_default();
    assert_true(file_read(arena, S("cities/aomori/import.yaml"), 1 << 16, &yaml, &error));
    if (!plan_profile_read(arena, yaml, S("import.yaml"), &profile, &error)) {
        fail_msg("%s:%ld:%ld: %s", error.file, error.line, error.column, error.message);
    }
    const Str pairs[][2] = {{profile->page_title, standard->page_title},
        {profile->basic_policy, standard->basic_policy}, {profile->policy, standard->policy},
        {profile->situation, standard->situation}, {profile->direction, standard->direction},
        {profile->measures, standard->measures}, {profile->group_open, standard->group_open},
        {profile->group_close, standard->group_close}, {profile->item, standard->item},
        {profile->footnote, standard->footnote}, {profile->insertion_tag, standard->insertion_tag}};
    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        assert_slice(pairs[i][0], pairs[i][1]);
    }
}

typedef struct Refusal {
    const char *yaml;
    long line, column;
    const char *words;
} Refusal;

/* Places of quoted texts are those of their first character. */
static void what_is_wrong_is_refused_with_its_place(void **state)
{
    (void)state;
    static const Refusal cases[] = {
        {"page_titel: 一覧表\n", 1, 1, "did you mean 'page_title'"},
        {"labels:\n  situations: 現状\n", 2, 3, "did you mean 'situation'"},
        {"marks: {group: 《》, bullet: ●}\n", 1, 20, "unknown key 'bullet'"},
        {"labels: 現状\n", 1, 9, "labels"},
        {"labels: {situation: [現状]}\n", 1, 21, "situation must be a text"},
        {"page_title: \"\"\n", 1, 14, "must not be empty"},
        {"page_title: \" 一覧表\"\n", 1, 14, "spaces"},
        {"marks: {group: 《}\n", 1, 16, "opening and a closing"},
        {"marks: {group: ab}\n", 1, 16, "opening and a closing"},
        {"marks: {item: a}\n", 1, 15, "sign"},
        {"marks: {item: \"<\"}\n", 1, 16, "sign"},
        {"marks: {footnote: ●}\n", 1, 1, "two things"},
        {"marks: {insertion_tag: U}\n", 1, 24, "small letters"},
        {"marks: {deletion_tag: u}\n", 1, 1, "differ"},
        {"separators: {cell: \"\\t\\t\"}\n", 1, 21, "one character"},
        {"separators: {cell: \"　\"}\n", 1, 21, "one character"},
        {"separators: {cell: \"-\"}\n", 1, 1, "differ"},
        {"labels: {situation: 同じ, direction: 同じ}\n", 1, 1, "\"同じ\" stands for two things"},
        {"labels: &a {situation: 現状}\n", 1, 0, "anchor"},
        {"page_title: *a\n", 1, 0, "alias"},
        {"page_title: a\npage_title: b\n", 2, 0, "page_title"},
        {"- a\n", 1, 1, "key: value"},
        {"page_title: [\n", 2, 0, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(READING_ROOM);
        Error error = {0};
        const PlanProfile *profile = NULL;
        assert_false(plan_profile_read(arena, str_of(cases[i].yaml), S("import.yaml"), &profile, &error));
        assert_string_equal(error.file, "import.yaml");
        const bool placed =
            error.line == cases[i].line && (cases[i].column == 0 || error.column == cases[i].column);
        if (!placed || strstr(error.message, cases[i].words) == NULL) {
            fail_msg("%s became %ld:%ld: %s", cases[i].yaml, error.line, error.column, error.message);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_left_out_is_as_in_the_default),
        cmocka_unit_test(the_sample_citys_profile_is_the_default),
        cmocka_unit_test(what_is_wrong_is_refused_with_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
