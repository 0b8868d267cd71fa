/* city.yaml: what is accepted, and what is refused with its exact message. */
#include "city/city.h"

#include <setjmp.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

/* A folder with one city.yaml, made for the test and removed after it. */
typedef struct Folder {
    char path[64], file[80];
} Folder;

static Folder folder_with(const char *yaml)
{
    Error error = {0};
    Folder folder = {.path = "hitomachi-city-XXXXXX"};
    assert_non_null(mkdtemp(folder.path));
    snprintf(folder.file, sizeof folder.file, "%s/city.yaml", folder.path);
    assert_true(file_write(str_of(folder.file), str_of(yaml), &error));
    return folder;
}

static void folder_remove(const Folder *folder)
{
    unlink(folder->file);
    rmdir(folder->path);
}

static void refused_with(const char *yaml, const char *expected)
{
    Folder folder = folder_with(yaml);
    Error error = {0};
    City *city = NULL;
    assert_false(city_read(&city, str_of(folder.path), NULL, &error));
    char got[800];
    assert_non_null(strstr(error.file, "/city.yaml"));
    snprintf(got, sizeof got, "%ld:%ld: %s", error.line, error.column, error.message);
    assert_string_equal(got, expected);
    folder_remove(&folder);
}

#define HEAD_OF_A_CITY "name: 海辺町\ncode: \"022012\"\n"

/* What is not said is as in the built-in form "plan"; a built-in form is replaced by one of its id. */
static void comparison_tables_are_read(void **state)
{
    (void)state;
    Folder folder = folder_with(HEAD_OF_A_CITY "comparison_tables:\n"
                                               "  - id: assembly\n"
                                               "    title: 議会の形\n"
                                               "    order: new_first\n"
                                               "    titles: {old: 旧の文, new: 新の文}\n"
                                               "    mark: underline\n"
                                               "    words: {deleted: （削る）}\n"
                                               "    remarks: no\n"
                                               "  - {id: plan, title: 町の形, by: characters}\n");
    Error error = {0};
    CLEANUP(city_cleanup) City *city = NULL;
    assert_true(city_read(&city, str_of(folder.path), NULL, &error));
    folder_remove(&folder);
    const ComparisonProfile *own = city_find_comparison_table(city, STR_EMPTY);
    assert_true(own && str_equal(own->id, S("assembly")) && str_equal(own->name, S("議会の形")));
    assert_true(own->new_first && !own->remarks && own->mark == COMPARISON_UNDERLINE);
    assert_true(str_equal(own->old_title, S("旧の文")) && str_equal(own->new_title, S("新の文")));
    assert_true(str_equal(own->deleted, S("（削る）")) && str_equal(own->inserted, S("（新設）")));
    const ComparisonProfile *plan = city_find_comparison_table(city, S("plan"));
    assert_true(plan && str_equal(plan->name, S("町の形")) && plan->view == REDLINE_CHARACTERS);
    assert_true(city_find_comparison_table(city, S("ordinance")) == city_comparison_table(city, 2));
    assert_null(city_comparison_table(city, 3));
    assert_null(city_find_comparison_table(city, S("none")));
    assert_true(city_comparison_table(NULL, 0) == comparison_profile(S("plan")));
}

static void comparison_tables_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *item, *expected;
    } cases[] = {
        {"{title: 形}", "4:5: an 'id' is missing here"},
        {"{id: a, title: 形, order: left}",
            "4:30: 'left' is not an order of columns; known are old_first, new_first"},
        {"{id: a, title: 形, mark: bold}", "4:29: 'bold' is not a way to mark; known are underline, strike"},
        {"{id: a, title: 形, remarks: maybe}", "4:32: yes or no should stand here"},
        {"{id: a, title: 形, words: {moved: \"\"}}", "4:39: a word should stand here, as in （新設）"},
        {"{id: a, title: 形}\n  - {id: a, title: 形}", "5:5: the id 'a' stands above already"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char yaml[400];
        snprintf(yaml, sizeof yaml, HEAD_OF_A_CITY "comparison_tables:\n  - %s\n", cases[i].item);
        refused_with(yaml, cases[i].expected);
    }
}

static void reads_the_sample_city(void **state)
{
    (void)state;
    Error error = {0};
    CLEANUP(city_cleanup) City *city = NULL;
    assert_true(city_read(&city, S("cities/aomori"), NULL, &error));
    assert_true(str_equal(city->code, S("022012")));
    const CityPlan *plan = city_plan(city, S("basic-2019"));
    assert_non_null(plan);
    assert_true(str_equal(plan->folder, S("cities/aomori/plan")));
    assert_int_equal(plan->steps.len, 6);
    assert_non_null(city_role(city, S("planner")));
    assert_null(city_role(city, S("mayor-of-the-moon")));
    assert_true(city->notice.in[LANGUAGE_JA].len > 0 && city->notice.in[LANGUAGE_EN].len > 0);
    assert_true(city->import_profile.len > 0);
}

static void a_plain_word_is_japanese(void **state)
{
    (void)state;
    Folder folder = folder_with("name: 水辺町\ncode: \"131016\"\n");
    Error error = {0};
    CLEANUP(city_cleanup) City *city = NULL;
    assert_true(city_read(&city, str_of(folder.path), NULL, &error));
    assert_true(str_equal(city->name.in[LANGUAGE_JA], S("水辺町")));
    assert_true(str_equal(city->name.in[LANGUAGE_EN], S("水辺町")));
    assert_true(city->languages[LANGUAGE_JA] && !city->languages[LANGUAGE_EN]);
    assert_int_equal(city->notice.in[LANGUAGE_JA].len, 0);
    folder_remove(&folder);
}

static void refuses_with_place_and_remedy(void **state)
{
    (void)state;
    refused_with("name: 水辺町\ncode: \"131016\"\nlangauges: [ja]\n",
        "3:1: unknown key 'langauges' in city.yaml; did you mean 'languages'?");
    refused_with(
        "name: 水辺町\ncode: 131010\n", "2:7: the check digit of 131010 is wrong; it would be 131016");
    refused_with("name: 水辺町\ncode: 2201\n",
        "2:7: a 全国地方公共団体コード has six digits; keep its leading zero in quotes");
    refused_with("name: {en: Mizube}\ncode: \"131016\"\n",
        "1:7: a title needs its Japanese, as in {ja: 子育て支援課, en: Child support section}");
    refused_with("name: 水辺町\nname: 水辺市\n", "2:1: the key 'name' stands here a second time; remove one");
    refused_with("name: &n 水辺町\ncode: *n\n",
        "1:10: anchors (&name) and tags (!name) are not used here; write the value out");
    refused_with("name: 水辺町\ncode: \"131016\"\nplans:\n  - id: basic\n    title: 計画\n  - id: basic\n    "
                 "title: 計画\n",
        "6:5: a plan of this id stands above already");
    refused_with("name: 水辺町\ncode: \"131016\"\nlanguages: [ja, fr]\n", "3:17: languages are ja and en");
    refused_with("name: 水辺町\ncode: \"131016\"\nunits: 企画課\n",
        "3:8: a list is written as lines that begin with '- '");
    refused_with("name: 水辺町\ncode: \"131016\"\nroles:\n  - id: Planner\n    title: 企画\n",
        "4:9: an id is a lower-case letter followed by letters, digits, - and _, as in youth-section");
}

/* 総務省's code list: 青森市 022012, 東京都千代田区 131016, 板橋区 131199, 札幌市 011002. */
static void check_digits_are_those_of_the_published_codes(void **state)
{
    (void)state;
    assert_int_equal(city_code_check_digit(S("02201")), 2);
    assert_int_equal(city_code_check_digit(S("13101")), 6);
    assert_int_equal(city_code_check_digit(S("13119")), 9);
    assert_int_equal(city_code_check_digit(S("01100")), 2);
    assert_int_equal(city_code_check_digit(S("0220a")), -1);
    assert_int_equal(city_code_check_digit(S("0220")), -1);
}

static void a_missing_folder_is_named(void **state)
{
    (void)state;
    Error error = {0};
    City *city = NULL;
    assert_false(city_read(&city, S("cities/nowhere"), NULL, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "cities/nowhere/city.yaml"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_sample_city),
        cmocka_unit_test(comparison_tables_are_read),
        cmocka_unit_test(comparison_tables_are_checked),
        cmocka_unit_test(a_plain_word_is_japanese),
        cmocka_unit_test(refuses_with_place_and_remedy),
        cmocka_unit_test(check_digits_are_those_of_the_published_codes),
        cmocka_unit_test(a_missing_folder_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
