/* Reports of a small invented town, cell by cell: what an officer would write down from reading the
 * declaration.
 */
#include "base/grid.h"
#include "plan/plan.h"
#include "review/duty.h"
#include "../city/mizube.h"

#include "check.h"

static const char service_text[] =
    "service: desk\n"
    "title: {ja: 相談窓口, en: Desk}\n"
    "unit: youth-section\n"
    "purpose: {ja: 相談への対応}\n"
    "retention: 5 fiscal years\n"
    "carries_out: [basic-2019/2-1-1]\n"
    "personal_information:\n"
    "  whose: {ja: 相談した人}\n"
    "  special_care: yes\n"
    "record_types:\n"
    "  talk:\n"
    "    title: {ja: 相談, en: Talk}\n"
    "    fields:\n"
    "      who: {type: person, required: yes, title: {ja: 相談者, en: Who}}\n"
    "      words: {type: paragraph, sensitive: yes, write_by: resident, title: {ja: 内容, en: Words}}\n"
    "    states: {open: {ja: 受付, en: Open}, done: {ja: 終了, en: Done}}\n"
    "    starts: open\n"
    "    transitions:\n"
    "      end: {from: open, to: done, by: clerk, needs: words is given}\n"
    "    access:\n"
    "      resident: {create: who = me, read: who = me}\n"
    "      clerk: {read: yes, write: state = open}\n"
    "  opening:\n"
    "    title: {ja: 開設日, en: Opening}\n"
    "    fields:\n"
    "      day: {type: date, required: yes, title: {ja: 日, en: Day}}\n"
    "    access:\n"
    "      anyone: {read: yes}\n"
    "      clerk: {create: yes, write: yes}\n";

typedef struct Town {
    Arena *arena;
    City *city;
} Town;

static int make_town(void **state)
{
    static Town town;
    Error error = {0};
    CityProblems problems = {0};
    town.arena = arena_new(32 << 20);
    problems.arena = town.arena;
    if (!compile_service(
            &town.city, town.arena, S("services/desk.yaml"), str_of(service_text), &problems, &error)) {
        error_print(stderr, &error);
        return -1;
    }
    *state = &town;
    return 0;
}

static int leave_town(void **state)
{
    Town *town = *state;
    city_free(town->city);
    arena_free(town->arena);
    return 0;
}

/* Rows as "a|b|c" lines. */
static void assert_rows(const Town *town, const Grid *grid, const char *const *wanted, size_t count)
{
    assert_int_equal(grid->rows.len, count);
    for (size_t i = 0; i < count; i++) {
        Str line = STR_EMPTY;
        for (size_t k = 0; k < grid->column_count; k++)
            line = arena_printf(town->arena, "%.*s%s%.*s", STR_ARGS(line), k == 0 ? "" : "|",
                STR_ARGS(grid->rows.at[i].cells[k]));
        assert_str(line, wanted[i]);
    }
}

static void every_right_has_its_line_and_condition(void **state)
{
    const Town *town = *state;
    static const char *const wanted[] = {
        "相談窓口|相談|住民（本人として）|作る|who = me",
        "相談窓口|相談|住民（本人として）|読む|who = me",
        "相談窓口|相談|窓口担当|読む|つねに",
        "相談窓口|相談|窓口担当|書き換える|state = open",
        "相談窓口|相談|窓口担当|処理：終了|状態が次のとき：受付、かつ words is given",
        "相談窓口|開設日|だれでも|読む|つねに",
        "相談窓口|開設日|窓口担当|作る|つねに",
        "相談窓口|開設日|窓口担当|書き換える|つねに",
    };
    Grid grid;
    Error error = {0};
    assert_true(duty_access(town->city, town->arena, LANGUAGE_JA, S("desk"), STR_EMPTY, &grid, &error));
    assert_rows(town, &grid, wanted, COUNT_OF(wanted));
    assert_true(duty_access(town->city, town->arena, LANGUAGE_JA, S("desk"), S("resident"), &grid, &error));
    assert_rows(town, &grid, wanted, 2);
    assert_false(duty_access(town->city, town->arena, LANGUAGE_JA, S("dask"), STR_EMPTY, &grid, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_false(duty_access(town->city, town->arena, LANGUAGE_JA, STR_EMPTY, S("mayor"), &grid, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

static void every_field_says_who_reads_it_and_whether_that_is_noted(void **state)
{
    const Town *town = *state;
    static const char *const wanted[] = {
        "相談窓口|相談|相談者|住民|○||住民（本人として）（条件あり）、窓口担当|"
        "住民（本人として）（条件あり）、窓口担当（条件あり）",
        "相談窓口|相談|内容|paragraph||閲覧を記録|住民（本人として）（条件あり）、窓口担当|"
        "住民（本人として）（条件あり）",
        "相談窓口|開設日|日|date|○||だれでも|窓口担当",
    };
    Grid grid;
    Error error = {0};
    assert_true(duty_fields(town->city, town->arena, LANGUAGE_JA, S("desk"), &grid, &error));
    assert_rows(town, &grid, wanted, COUNT_OF(wanted));
}

/* The opening days speak of nobody and are no personal information; what is not said stands there as not
 * said. */
static void the_register_of_files_holds_what_the_law_asks_for(void **state)
{
    const Town *town = *state;
    Grid grid;
    Error error = {0};
    assert_true(duty_personal_files(town->city, town->arena, LANGUAGE_JA, &grid, &error));
    assert_int_equal(grid.column_count, 9);
    assert_int_equal(grid.rows.len, 2); /* the registers of the product, and the desk */
    static const char *const wanted[] = {"相談窓口", "青少年係", "相談への対応", "相談（相談者、内容）",
        "相談した人", "（未記載）", "含む", "なし", "青少年係"};
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        assert_str(grid.rows.at[1].cells[i], wanted[i]);
}

static void terms_of_keeping_are_written_as_the_field_writes_them(void **state)
{
    const Town *town = *state;
    Grid grid;
    Error error = {0};
    assert_true(duty_retention(town->city, town->arena, LANGUAGE_JA, &grid, &error));
    const GridRow *registers = &grid.rows.at[0], *desk = &grid.rows.at[grid.rows.len - 1];
    assert_str(registers->cells[2], "永年");
    assert_str(desk->cells[1], "開設日");
    assert_str(desk->cells[2], "5年度");
    assert_str(desk->cells[3], "（未記載）");
}

static void add(Plan *plan, int32_t parent, PlanKind kind, const char *key)
{
    static const PlanSource nowhere = {.file = STR_LITERAL("")};
    PlanNode *node = plan_add(plan, parent, kind, STR_EMPTY, S("子どもの相談に応じます"), nowhere);
    assert_non_null(node);
    node->key = str_of(key);
}

static void an_initiative_is_covered_from_above_or_not_at_all(void **state)
{
    const Town *town = *state;
    Plan *plan = plan_new(town->arena);
    Grid grid;
    Error error = {0};
    size_t uncovered = 0;
    plan->id = S("basic-2019");
    add(plan, PLAN_NO_PARENT, PLAN_POLICY, "2-1");
    add(plan, 0, PLAN_MEASURES, "2-1-m");
    add(plan, 1, PLAN_MEASURE, "2-1-1");
    add(plan, 2, PLAN_GROUP, "2-1-1-1");
    add(plan, 3, PLAN_INITIATIVE, "2-1-1-1-1");
    add(plan, 1, PLAN_MEASURE, "2-1-11");
    add(plan, 5, PLAN_GROUP, "2-1-11-1");
    add(plan, 6, PLAN_INITIATIVE, "2-1-11-1-1");
    static const char *const wanted[] = {
        "2-1-1-1-1|子どもの相談に応じます|相談窓口",
        "2-1-11-1-1|子どもの相談に応じます|なし",
    };
    assert_true(duty_coverage(town->city, plan, town->arena, LANGUAGE_JA, false, &grid, &uncovered, &error));
    assert_int_equal(uncovered, 1);
    assert_rows(town, &grid, wanted, 2);
    assert_true(duty_coverage(town->city, plan, town->arena, LANGUAGE_JA, true, &grid, &uncovered, &error));
    assert_rows(town, &grid, wanted + 1, 1);
    plan->id = S("another-plan");
    assert_true(duty_coverage(town->city, plan, town->arena, LANGUAGE_JA, false, &grid, &uncovered, &error));
    assert_int_equal(uncovered, 2);
}

static void a_grid_is_written_three_ways(void **state)
{
    const Town *town = *state;
    const Str headings[] = {S("名"), S("数")};
    const Str cells[] = {S("\"市\"|町"), S("=1+1")}, bare[] = {S("村"), STR_EMPTY};
    static const char *const wanted[GRID_FORMAT_COUNT] = {
        "表\n\n名: \"市\"|町\n数: =1+1\n\n名: 村\n",
        "\xEF\xBB\xBF\"名\",\"数\"\r\n\"\"\"市\"\"|町\",\"'=1+1\"\r\n\"村\",\"\"\r\n",
        "# 表\n\n| 名 | 数 |\n|---|---|\n| \"市\"\\|町 | =1+1 |\n| 村 |  |\n",
    };
    Grid grid;
    grid_init(&grid, town->arena, S("表"), headings, COUNT_OF(headings));
    grid_add(&grid, cells);
    grid_add(&grid, bare);
    for (size_t i = 0; i < GRID_FORMAT_COUNT; i++) {
        AUTO_BUF out;
        buf_init(&out, 1000);
        grid_write(&grid, (GridFormat)i, &out);
        assert_false(out.failed);
        assert_str(buf_str(&out), wanted[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_right_has_its_line_and_condition),
        cmocka_unit_test(every_field_says_who_reads_it_and_whether_that_is_noted),
        cmocka_unit_test(the_register_of_files_holds_what_the_law_asks_for),
        cmocka_unit_test(terms_of_keeping_are_written_as_the_field_writes_them),
        cmocka_unit_test(an_initiative_is_covered_from_above_or_not_at_all),
        cmocka_unit_test(a_grid_is_written_three_ways),
    };
    return cmocka_run_group_tests(tests, make_town, leave_town);
}
