/* Values of formulas: precedence, three-valued logic, arithmetic at its edges, what comes from outside.
 * Expectations are written by hand or stand in the reference's own tables. */
#include "fixture.h"

#include "base/date.h"

static void assert_value(const char *text, const char *expected)
{
    AUTO_ARENA arena = arena_new((size_t)4 << 20);
    const char *found = show(arena, value_of(arena, "", text, 0, NULL));
    if (strcmp(found, expected) != 0)
        fail_msg("%s is %s, not %s", text, found, expected);
}

static void precedence(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"1 + 2 * 3", "7"},
        {"(1 + 2) * 3", "9"},
        {"10 - 3 - 2", "5"},
        {"16 / 4 / 2", "2"},
        {"2 * -3", "-6"},
        {"--2", "2"},
        {"-2 + 5", "3"},
        {"1 + 2 = 3", "yes"},
        {"not 1 = 2", "yes"},
        {"not yes or yes", "yes"},
        {"not (yes or yes)", "no"},
        {"yes or yes and no", "yes"},
        {"(yes or yes) and no", "no"},
        {"1 between 0 and 2 and no", "no"},
        {"3 not between 0 and 2", "yes"},
        {"2 not in (1, 3)", "yes"},
        {"if no then 1 else if no then 2 else 3", "3"},
        {"(if yes then 1 else 2) + 1", "2"},
        {"if yes then 1 else 2 + 1", "1"},
        {"2018-06-01 + 1 * 2", "2018-06-03"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_value(cases[i][0], cases[i][1]);
}

/* yes, no and missing as formulas. */
static const char *const three[] = {"yes", "no", "(1 / 0 > 0)"};

static void truth_tables(void **state)
{
    (void)state;
    static const char *const and_table[3][3] = {
        {"yes", "no", "missing"}, {"no", "no", "no"}, {"missing", "no", "missing"}};
    static const char *const or_table[3][3] = {
        {"yes", "yes", "yes"}, {"yes", "no", "missing"}, {"yes", "missing", "missing"}};
    static const char *const equal_table[3][3] = {
        {"yes", "no", "missing"}, {"no", "yes", "missing"}, {"missing", "missing", "missing"}};
    static const char *const not_row[3] = {"no", "yes", "missing"};
    static const char *const if_row[3] = {"1", "2", "2"};
    AUTO_ARENA arena = arena_new((size_t)4 << 20);
    for (size_t a = 0; a < 3; a++) {
        assert_value(arena_printf(arena, "not %s", three[a]).at, not_row[a]);
        assert_value(arena_printf(arena, "if %s then 1 else 2", three[a]).at, if_row[a]);
        assert_value(arena_printf(arena, "%s is given", three[a]).at, a < 2 ? "yes" : "no");
        assert_value(arena_printf(arena, "%s is missing", three[a]).at, a < 2 ? "no" : "yes");
        for (size_t b = 0; b < 3; b++) {
            assert_value(arena_printf(arena, "%s and %s", three[a], three[b]).at, and_table[a][b]);
            assert_value(arena_printf(arena, "%s or %s", three[a], three[b]).at, or_table[a][b]);
            assert_value(arena_printf(arena, "%s = %s", three[a], three[b]).at, equal_table[a][b]);
        }
    }
}

static void lists_and_spans(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"1 in (1, 1 / 0)", "yes"},
        {"2 in (1, 1 / 0)", "missing"},
        {"2 in (1, 3)", "no"},
        {"1 / 0 in (1, 2)", "missing"},
        {"5 between 1 / 0 and 9", "missing"},
        {"10 between 1 / 0 and 9", "no"},
        {"0 between 1 and 1 / 0", "no"},
        {"1 between 1 and 1", "yes"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_value(cases[i][0], cases[i][1]);
}

static void edges_of_numbers(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"9223372036854775807 + 0", "9223372036854775807"},
        {"9223372036854775807 + 1", "missing"},
        {"-9223372036854775807 - 1", "-9223372036854775808"},
        {"-9223372036854775807 - 2", "missing"},
        {"-(-9223372036854775807 - 1)", "missing"},
        {"3037000500 * 3037000500", "missing"},
        {"3037000499 * 3037000499", "9223372030926249001"},
        {"9223372036854775807 / 9223372036854775807", "1"},
        {"9223372036854775807 / 1", "missing"},
        {"1 / 3", "0.333333"},
        {"2 / 3", "0.666667"},
        {"-2 / 3", "-0.666667"},
        {"1 / 0", "missing"},
        {"0 / 0", "missing"},
        {"0.000001 / 2", "0.000001"},
        {"-0.000001 / 2", "-0.000001"},
        {"0.000001 * 0.5", "0.000001"},
        {"0.000001 * 0.4", "0"},
        {"1000000.5 * 1000000.5", "1000001000000.25"},
        {"9223372036854 + 0.5", "9223372036854.5"},
        {"9223372036855 + 0.5", "missing"},
        {"9223372036855 > 0.5", "missing"},
        {"0.1 + 0.2 = 0.3", "yes"},
        {"round(2.5)", "3"},
        {"round(-2.5)", "-3"},
        {"round(2.4999)", "2"},
        {"round(1.005, 2)", "1.01"},
        {"round(1250, -2)", "1300"},
        {"round(-1250, -2)", "-1300"},
        {"round(9223372036854775807, -1)", "missing"},
        {"round_down(-2.9)", "-2"},
        {"round_up(-2.1)", "-3"},
        {"round_down(1299, -2)", "1200"},
        {"round_up(1201, -2)", "1300"},
        {"9999-12-31 + 1", "missing"},
        {"0001-01-01 - 1", "missing"},
        {"2020-02-28 + 1", "2020-02-29"},
        {"9999-12-31 - 0001-01-01", "3652058"},
        {"2018-06-01 + 9223372036854775807", "missing"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_value(cases[i][0], cases[i][1]);
}

/* The examples that the reference shows. */
static void examples_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < formula_function_count; i++)
        assert_value(formula_functions[i].example, formula_functions[i].answer);
    for (size_t i = 0; i < formula_operator_count; i++)
        assert_value(formula_operators[i].example, formula_operators[i].answer);
}

static void ages_and_grades(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"age(2012-02-29, 2018-02-27)", "5"},
        {"age(2012-02-29, 2018-02-28)", "6"},
        {"age(2018-06-01, 2018-05-31)", "missing"},
        {"age(2018-06-01, 2018-06-01)", "0"},
        {"age_months(2018-03-31, 2018-04-29)", "0"},
        {"age_months(2018-03-31, 2018-04-30)", "1"},
        {"school_grade(2011-04-01, 2018-03-31)", "1"},
        {"school_grade(2011-04-02, 2018-03-31)", "0"},
        {"school_grade(2011-04-02, 2018-04-01)", "1"},
        {"school_grade(2003-04-01, 2018-03-31)", "9"},
        {"fiscal_year(2018-04-01) = 2018", "yes"},
        {"date_of(2018-06-01T00:00)", "2018-06-01"},
        {"add_months(2020-03-31, -1)", "2020-02-29"},
        {"add_months(2020-03-31, 9223372036854775807)", "missing"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_value(cases[i][0], cases[i][1]);
}

static void fields_of_a_row(void **state)
{
    (void)state;
    static const struct {
        const char *text, *expected;
    } cases[] = {
        {"state = open and held_on > today", "yes"},
        {"state in (draft, closed)", "no"},
        {"closes_on <= held_on", "missing"},
        {"closes_on is missing", "yes"},
        {"fee * capacity", "30000"},
        {"round(fee * rate)", "750"},
        {"sat in days", "yes"},
        {"mon in days", "no"},
        {"state in (closed) or indoor", "missing"},
        {"name = 'はじめての星空'", "yes"},
        {"contains(name, '星')", "yes"},
        {"starts_at < 10:00", "yes"},
        {"year = fiscal_year(held_on)", "yes"},
    };
    const Given given[] = {{"state", value_text(S("open"))}, {"held_on", value_date(17700)},
        {"fee", value_integer(1500)}, {"capacity", value_integer(20)}, {"rate", value_decimal(500000)},
        {"days", value_text(S(",sat,sun,"))}, {"name", value_text(S("はじめての星空"))},
        {"starts_at", value_number(VALUE_TIME, 34200)}, {"year", value_integer(2018)}};
    AUTO_ARENA arena = arena_new((size_t)4 << 20);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *found = show(arena, value_of(arena, "session", cases[i].text, COUNT_OF(given), given));
        if (strcmp(found, cases[i].expected) != 0)
            fail_msg("%s is %s, not %s", cases[i].text, found, cases[i].expected);
    }
}

/* --- what comes from outside
 * --------------------------------------------------------------------------------------- */

/* me is person 1, whose children are 2 and 5; the session is held on 2018-07-01; child 2 was born on
 * 2010-07-02. */
static Value follow(void *owner, const FormulaPath *path)
{
    (void)owner;
    if (path->is_mine)
        return path->count == 0 ? value_reference(1) : value_missing();
    Str last = path->fields[path->count - 1]->name;
    if (str_equal(last, S("held_on")))
        return value_date(date_to_days((Date){2018, 7, 1}));
    if (str_equal(last, S("birth_date")))
        return value_date(date_to_days((Date){2010, 7, 2}));
    return value_missing();
}

static FormulaIds follow_all(void *owner, const FormulaPath *path)
{
    static const int64_t children[] = {2, 5};
    (void)owner;
    assert_true(path->is_mine && path->count == 1);
    return (FormulaIds){.ids = children, .count = 2, .is_known = true};
}

/* In force since 2018-04-01: 2,000,000 yen and 500,000 more for each member; a rate of 0.125. */
static FormulaLookup look_up(
    void *owner, const FormulaParameter *parameter, const Value *arguments, Value date)
{
    (void)owner;
    Value from = value_date(date_to_days((Date){2018, 4, 1}));
    if (date.integer < from.integer)
        return (FormulaLookup){0};
    bool is_rate = str_equal(parameter->name, S("fee_rate"));
    return (FormulaLookup){
        .value = is_rate ? value_decimal(125000) : value_integer(2000000 + 500000 * arguments[0].integer),
        .from = from,
        .source = S("要綱第3条"),
    };
}

static Value figure(void *owner, const FormulaAggregate *aggregate)
{
    (void)owner;
    static const int64_t figures[FORMULA_AGGREGATE_COUNT] = {
        [FORMULA_COUNT] = 30, [FORMULA_DISTINCT] = 25, [FORMULA_EXPECTED] = 40, [FORMULA_POPULATION] = 1000};
    return value_integer(figures[aggregate->kind]);
}

static FormulaContext context_of(Arena *arena, int year)
{
    const Given given[] = {{"child", value_reference(2)}, {"guardian", value_reference(1)},
        {"fee", value_integer(3000)}, {"siblings", value_integer(2)}, {"session", value_reference(9)}};
    return (FormulaContext){.arena = arena,
        .row = row_of(arena, "entry", COUNT_OF(given), given),
        .fact_date = value_date(date_to_days((Date){(int16_t)year, 6, 1})),
        .follow = follow,
        .follow_all = follow_all,
        .parameter = look_up,
        .aggregate = figure};
}

static void assert_entry(const char *text, int year, const char *expected)
{
    AUTO_ARENA arena = arena_new((size_t)4 << 20);
    const FormulaContext context = context_of(arena, year);
    const char *found = show(arena, formula_evaluate(compile(arena, "entry", text), &context));
    if (strcmp(found, expected) != 0)
        fail_msg("%s is %s, not %s", text, found, expected);
}

static void paths_lists_and_functions_of_kits(void **state)
{
    (void)state;
    assert_entry("school_grade(child, session.held_on)", 2018, "2");
    assert_entry("age(child, session.held_on)", 2018, "8");
    assert_entry("age(child.birth_date, session.held_on - 1)", 2018, "7");
    assert_entry("child in my.children", 2018, "yes");
    assert_entry("guardian in (my.children)", 2018, "no");
    assert_entry("guardian = me", 2018, "yes");
    assert_entry("guardian_of(me, child)", 2018, "yes");
    assert_entry("guardian_of(child, me)", 2018, "no");
    assert_entry("my.unit is missing", 2018, "yes");
}

static void parameters_are_dated(void **state)
{
    (void)state;
    assert_entry("param(school_aid_limit, siblings)", 2018, "3000000");
    assert_entry("param(school_aid_limit, siblings)", 2017, "missing");
    assert_entry("round(fee * param(fee_rate))", 2018, "375");
    assert_entry("fee <= param(school_aid_limit, 1 + siblings)", 2018, "yes");
}

static void figures_are_asked_for(void **state)
{
    (void)state;
    assert_entry(
        "round(100 * distinct(entry.child where attended) / population(school_grade between 1 and 9), 1)",
        2018, "2.5");
    assert_entry("round(100 * count(entry where attended) / expected(entry), 1)", 2018, "75");
}

static void what_a_formula_depends_on(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)4 << 20);
    const Formula *formula = compile(arena, "entry", "fee > 0 and session.held_on > 2018-01-01 and fee < 9");
    const FormulaPath *const *paths;
    assert_int_equal(formula_paths(formula, &paths), 2);
    assert_true(str_equal(paths[0]->text, S("fee")));
    assert_true(str_equal(paths[1]->text, S("session.held_on")));
    assert_false(formula_uses_today(formula) || formula_uses_me(formula));
    const FormulaAggregate *const *aggregates;
    formula = compile(arena, "", "count(entry where attended and child = me) / sum(entry.fee)");
    assert_int_equal(formula_aggregates(formula, &aggregates), 2);
    assert_int_equal(formula_paths(formula, &paths), 0);
    assert_true(formula_uses_me(formula));
    assert_int_equal(aggregates[0]->kind, FORMULA_COUNT);
    assert_int_equal(formula_paths(aggregates[0]->where, &paths), 3);
    assert_null(aggregates[1]->where);
    assert_int_equal(formula_type(aggregates[1]->value).kind, FORMULA_YEN);
}

static void unknown_is_no_or_passed(void **state)
{
    (void)state;
    assert_true(formula_holds(value_boolean(true)));
    assert_false(formula_holds(value_boolean(false)) || formula_holds(value_missing()));
    assert_true(formula_passes(value_boolean(true)) && formula_passes(value_missing()));
    assert_false(formula_passes(value_boolean(false)));
}

/* --- why
 * -----------------------------------------------------------------------------------------------------------
 */

static Str title(void *owner, const FormulaField *field, Language language)
{
    (void)owner;
    static const char *const titles[][3] = {{"fee", "参加費", "Fee"},
        {"siblings", "きょうだいの数", "Siblings"}, {"child", "参加する子", "Child"},
        {"birth_date", "生年月日", "Born"}, {"session", "教室", "Session"}, {"held_on", "開催日", "Held on"}};
    for (size_t i = 0; i < COUNT_OF(titles); i++)
        if (str_equal(field->name, str_of(titles[i][0])))
            return str_of(titles[i][language == LANGUAGE_JA ? 1 : 2]);
    return STR_EMPTY;
}

static Str parameter_title(void *owner, const FormulaParameter *parameter, Language language)
{
    (void)owner;
    bool is_limit = str_equal(parameter->name, S("school_aid_limit"));
    return is_limit && language == LANGUAGE_JA ? S("就学援助の所得限度額") : STR_EMPTY;
}

static void assert_trace(const char *text, int year, Language language, const char *expected)
{
    AUTO_ARENA arena = arena_new((size_t)4 << 20);
    const FormulaContext context = context_of(arena, year);
    const FormulaWords words = {.field = title, .parameter = parameter_title};
    const FormulaTrace *trace = formula_explain(compile(arena, "entry", text), &context);
    assert_non_null(trace);
    AUTO_BUF out;
    buf_init(&out, 1 << 16);
    formula_trace_print(&out, arena, trace, &words, language);
    if (!str_equal(buf_str(&out), str_of(expected)))
        fail_msg("\n%.*s---\n%s", (int)out.len, out.at, expected);
}

static void traces_tell_why(void **state)
{
    (void)state;
    assert_trace("if fee * 2 <= param(school_aid_limit, siblings) then 0 else fee", 2018, LANGUAGE_JA,
        "if fee * 2 <= param(school_aid_limit, siblings) then 0 else fee → 0円\n"
        "  fee * 2 <= param(school_aid_limit, siblings) → はい\n"
        "    fee * 2 → 6,000円\n"
        "      参加費 → 3,000円\n"
        "    就学援助の所得限度額 → 3,000,000円（平成30年4月1日から、要綱第3条）\n"
        "      きょうだいの数 → 2\n");
    assert_trace("fee * 2 <= param(school_aid_limit, siblings)", 2017, LANGUAGE_EN,
        "fee * 2 <= param(school_aid_limit, siblings) → missing\n"
        "  fee * 2 → 6,000 yen\n"
        "    Fee → 3,000 yen\n"
        "  school_aid_limit → missing (none is in force on that day)\n"
        "    Siblings → 2\n");
    assert_trace("age(child, session.held_on) < 3", 2018, LANGUAGE_JA,
        "age(child, session.held_on) < 3 → いいえ\n"
        "  満年齢: age(child, session.held_on) → 8\n"
        "    参加する子 › 生年月日 → 平成22年7月2日\n"
        "    教室 › 開催日 → 平成30年7月1日\n");
    assert_trace("fee / (siblings - 2) > 1.5", 2018, LANGUAGE_EN,
        "fee / (siblings - 2) > 1.5 → missing\n"
        "  fee / (siblings - 2) → missing (divided by zero)\n"
        "    Fee → 3,000 yen\n"
        "    (siblings - 2) → 0\n"
        "      Siblings → 2\n");
    assert_trace("fee > 5000 and siblings > 1", 2018, LANGUAGE_JA,
        "fee > 5000 and siblings > 1 → いいえ\n"
        "  fee > 5000 → いいえ\n"
        "    参加費 → 3,000円\n");
    assert_trace("if kind = new then 1 else 2", 2018, LANGUAGE_JA,
        "if kind = new then 1 else 2 → 2（条件が不明なので、else の側です）\n"
        "  kind = new → 不明\n"
        "    kind → 不明\n");
}

/* Every note has words in both languages. */
static void values_in_words(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)4 << 20);
    const FormulaWords words = {0};
    static const char *const names[] = {"mon", "wed"};
    static const FormulaChoices days = {STR_LITERAL("days"), names, 2};
    static const struct {
        FormulaType type;
        Value value;
        const char *ja, *en;
    } cases[] = {
        {{.kind = FORMULA_INTEGER}, {.type = VALUE_INTEGER, .integer = -1234567}, "-1,234,567", "-1,234,567"},
        {{.kind = FORMULA_INTEGER}, {.type = VALUE_INTEGER, .integer = INT64_MIN},
            "-9,223,372,036,854,775,808", "-9,223,372,036,854,775,808"},
        {{.kind = FORMULA_YEN}, {.type = VALUE_INTEGER, .integer = 100}, "100円", "100 yen"},
        {{.kind = FORMULA_DECIMAL}, {.type = VALUE_DECIMAL, .integer = 12500000}, "12.5", "12.5"},
        {{.kind = FORMULA_BOOLEAN}, {.type = VALUE_BOOLEAN, .integer = 1}, "はい", "yes"},
        {{.kind = FORMULA_DATE}, {.type = VALUE_DATE, .integer = 18017}, "令和元年5月1日", "2019-05-01"},
        {{.kind = FORMULA_TIME}, {.type = VALUE_TIME, .integer = 34200}, "09:30", "09:30"},
        {{.kind = FORMULA_DATETIME}, {.type = VALUE_INSTANT, .integer = 0}, "1970-01-01T09:00:00+09:00",
            "1970-01-01T09:00:00+09:00"},
        {{.kind = FORMULA_FISCAL_YEAR}, {.type = VALUE_INTEGER, .integer = 2018}, "2018年度",
            "fiscal year 2018"},
        {{.kind = FORMULA_TEXT}, {.type = VALUE_TEXT, .text = STR_LITERAL("青")}, "「青」", "\"青\""},
        {{.kind = FORMULA_CHOICES, .choices = &days}, {.type = VALUE_TEXT, .text = STR_LITERAL(",mon,wed,")},
            "mon・wed", "mon, wed"},
        {{.kind = FORMULA_REFERENCE, .record = STR_LITERAL("person")},
            {.type = VALUE_REFERENCE, .integer = 7}, "person 7", "person 7"},
        {{.kind = FORMULA_INTEGER}, {.type = VALUE_MISSING}, "不明", "missing"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        Str ja = formula_value_print(arena, cases[i].value, &cases[i].type, &words, LANGUAGE_JA);
        Str en = formula_value_print(arena, cases[i].value, &cases[i].type, &words, LANGUAGE_EN);
        if (!str_equal(ja, str_of(cases[i].ja)) || !str_equal(en, str_of(cases[i].en)))
            fail_msg("%.*s, %.*s; expected %s, %s", STR_ARGS(ja), STR_ARGS(en), cases[i].ja, cases[i].en);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(precedence),
        cmocka_unit_test(truth_tables),
        cmocka_unit_test(lists_and_spans),
        cmocka_unit_test(edges_of_numbers),
        cmocka_unit_test(examples_hold),
        cmocka_unit_test(ages_and_grades),
        cmocka_unit_test(fields_of_a_row),
        cmocka_unit_test(paths_lists_and_functions_of_kits),
        cmocka_unit_test(parameters_are_dated),
        cmocka_unit_test(figures_are_asked_for),
        cmocka_unit_test(what_a_formula_depends_on),
        cmocka_unit_test(unknown_is_no_or_passed),
        cmocka_unit_test(traces_tell_why),
        cmocka_unit_test(values_in_words),
    };
    return cmocka_run_group_tests_name("formula values", tests, NULL, NULL);
}
