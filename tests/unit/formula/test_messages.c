/* Formulas that are accepted, with their types, beside formulas that are rejected, with their exact messages.
 */
#include "fixture.h"

typedef struct Accepted {
    const char *record, *text, *type;
} Accepted;

static const Accepted accepted[] = {
    {"session", "state = open and held_on > today", "boolean"},
    {"session", "open = state", "boolean"},
    {"session", "state in (open, closed, held)", "boolean"},
    {"session", "state <> held", "boolean"},
    {"session", "closes_on <= held_on", "boolean"},
    {"session", "if state = draft then open else state", "choice"},
    {"session", "sat in days", "boolean"},
    {"session", "not sat in (days)", "boolean"},
    {"session", "starts_at between 09:00 and 17:30", "boolean"},
    {"session", "opens_at >= 2018-06-01T08:30", "boolean"},
    {"session", "year + 1", "fiscal_year"},
    {"session", "year - 2017", "fiscal_year"},
    {"session", "year - fiscal_year(held_on)", "integer"},
    {"session", "year = 2018", "boolean"},
    {"session", "held_on + 30", "date"},
    {"session", "30 + held_on", "date"},
    {"session", "held_on - closes_on", "integer"},
    {"session", "fee * capacity", "yen"},
    {"session", "capacity * fee", "yen"},
    {"session", "fee + 100", "yen"},
    {"session", "fee * 0.1", "decimal"},
    {"session", "fee / capacity", "decimal"},
    {"session", "round(fee * rate)", "integer"},
    {"session", "round(fee, -2)", "yen"},
    {"session", "round_down(rate, 1)", "decimal"},
    {"session", "max(fee, 0)", "yen"},
    {"session", "max(fee, 0.5)", "decimal"},
    {"session", "first_given(closes_on, held_on)", "date"},
    {"session", "if capacity > 2 then 30000 else fee", "yen"},
    {"session", "-rate", "decimal"},
    {"session", "fee * capacity + 2 * fee", "yen"},
    {"entry", "school_grade(child, session.held_on) between 1 and 9", "boolean"},
    {"entry", "age(child, session.held_on) < 3", "boolean"},
    {"entry", "age_months(child.birth_date, session.held_on)", "integer"},
    {"entry", "guardian_of(me, child)", "boolean"},
    {"entry", "child in my.children", "boolean"},
    {"entry", "child in my.children or guardian = me", "boolean"},
    {"entry", "session.leader.name", "text"},
    {"entry", "my.unit.name = 'A'", "boolean"},
    {"entry", "kind = no", "boolean"},
    {"entry", "kind = fee", "boolean"},
    {"entry", "kind = before", "boolean"},
    {"entry", "kind in (new, no)", "boolean"},
    {"entry", "attended = no", "boolean"},
    {"entry", "session.state = held", "boolean"},
    {"entry", "fee <= param(school_aid_limit, siblings)", "boolean"},
    {"entry", "round(fee * param(fee_rate))", "integer"},
    {"", "count(entry where attended)", "integer"},
    {"", "round(100 * distinct(entry.child where attended) / population(school_grade between 1 and 9), 1)",
        "decimal"},
    {"", "round(100 * count(entry where attended) / expected(entry), 1)", "decimal"},
    {"", "sum(entry.fee where session.state = held)", "yen"},
    {"", "average(entry.siblings)", "decimal"},
    {"", "share(entry where attended)", "decimal"},
    {"", "min(session.held_on) < max(session.held_on)", "boolean"},
    {"", "distinct(entry.session.leader)", "integer"},
    {"", "population()", "integer"},
    {"", "2 in (1.5, 2)", "boolean"},
    {"", "'it''s' = \"it's\"", "boolean"},
    {"", "yes and not no", "boolean"},
    {"", "1　+ 2", "integer"},
};

typedef struct Rejected {
    const char *record, *text;
    long column;
    const char *message;
} Rejected;

static const Rejected rejected[] = {
    /* names */
    {"session", "capasity > 3", 12, "unknown field 'capasity' in session; did you mean 'capacity'?"},
    {"entry", "session.heldon > today", 20, "unknown field 'heldon' in session; did you mean 'held_on'?"},
    {"session", "state = opne", 20, "'state' has no value 'opne'; did you mean 'open'?"},
    {"session", "state = cancelled", 20,
        "'state' has no value 'cancelled'; known are draft, open, closed, held"},
    {"session", "state in (open, closd)", 28, "'state' has no value 'closd'; did you mean 'closed'?"},
    {"session", "mom in days", 12, "'days' has no value 'mom'; did you mean 'mon'?"},
    {"session", "age > 3", 12, "'age' is a function; write age(...)"},
    {"session", "fee_rate * fee", 12, "'fee_rate' is a parameter; write param(fee_rate)"},
    {"session", "param(fee_rat) * fee", 18, "unknown parameter 'fee_rat'; did you mean 'fee_rate'?"},
    {"session", "param('fee_rate')", 18, "param takes the name of a parameter first: param(name, ...)"},
    {"session", "param(fee_rate, 2)", 12, "the parameter 'fee_rate' takes 0 values behind its name, not 1"},
    {"session", "param(school_aid_limit, 1.5)", 36, "this parameter takes an integer here, not a decimal"},
    {"session", "agee(held_on, held_on)", 12, "unknown function 'agee'; did you mean 'age'?"},
    {"session", "held_on.year = 2018", 20,
        "'year' cannot follow: what stands before it is a date, not a record"},
    {"session", "my.units = leader", 15, "unknown field 'units' in my; did you mean 'unit'?"},
    {"session", "my = leader", 12, "write what of yours is meant: my.unit"},
    {"", "capacity > 3", 12, "'capacity' means nothing here: no record is at hand"},
    /* types */
    {"session", "held_on > 3", 22,
        "a date and an integer cannot be compared; write year(...), month(...) or day(...) of the date, or a "
        "date: "
        "2018-06-01"},
    {"session", "held_on > '2018-06-01'", 22,
        "a date and a text cannot be compared; a date is written without quotes: 2018-06-01"},
    {"session", "state = 'open'", 20,
        "a value of 'state' and a text cannot be compared; values of a choice are written without quotes"},
    {"session", "capacity = '3'", 23,
        "an integer and a text cannot be compared; a number is written without quotes"},
    {"session", "opens_at > held_on", 23,
        "a date with a time and a date cannot be compared; write date_of(...) of the date with a time"},
    {"session", "held_on = year", 22,
        "a date and a fiscal year cannot be compared; write fiscal_year(...) of the date"},
    {"session", "state < open", 12, "a value of 'state' has no order; compare it with = or <>"},
    {"session", "indoor < yes", 12, "yes or no has no order; compare it with = or <>"},
    {"session", "days = days", 12, "values of 'days' cannot be compared; write 'value in field'"},
    {"session", "days = mon", 19,
        "values of 'days' and a value of 'days' cannot be compared; write 'value in field'"},
    {"entry", "session = child", 22, "a record of 'session' and a record of 'person' cannot be compared"},
    {"entry", "child in 3", 21,
        "behind 'in' stands a list in brackets, or a field that holds several; this is an integer"},
    {"entry", "session in my.children", 23,
        "a record of 'session' and several records of 'person' cannot be compared"},
    {"session", "capacity and indoor", 12,
        "a condition (yes or no) should stand here, but this is an integer"},
    {"session", "if held_on then 1 else 2", 15,
        "a condition (yes or no) should stand here, but this is a date"},
    {"session", "if indoor then 1 else 'a'", 34,
        "both branches must be of one type, but they are an integer and a text"},
    {"session", "name + name", 19, "a text and a text cannot be added; write join(a, b)"},
    {"session", "held_on + held_on", 22,
        "a date and a date cannot be added; a date takes whole days: date + 30"},
    {"session", "held_on + 1.5", 22,
        "a date and a decimal cannot be added; a date takes whole days: date + 30"},
    {"session", "fee * fee", 18,
        "an amount of yen and an amount of yen cannot be multiplied; one of them must be a plain number"},
    {"session", "year * 2", 19, "a fiscal year and an integer cannot be multiplied"},
    {"session", "2019 - year", 19, "an integer and a fiscal year cannot be subtracted"},
    {"session", "-held_on", 13, "behind '-' a number should stand, but this is a date"},
    {"session", "age(held_on)", 12, "age takes 2 arguments, not 1"},
    {"session", "year(held_on, held_on)", 12, "year takes 1 argument, not 2"},
    {"session", "join(name)", 12, "join takes 2 or more (at most 8) arguments, not 1"},
    {"session", "length(capacity)", 19, "argument 1 of length should be one of: a text; this is an integer"},
    {"session", "round(rate, capacity)", 24,
        "the number of digits is written out, from 6 (behind the point) to -12 (before it): round(x, 1)"},
    {"session", "round(rate, 7)", 24,
        "the number of digits is written out, from 6 (behind the point) to -12 (before it): round(x, 1)"},
    {"session", "max(fee, held_on)", 21,
        "the arguments of max must be of one type, but here are an amount of yen and a date"},
    {"entry", "age(session, today)", 16, "'session' has no date of birth to count from; give a date"},
    {"session", "my.children", 12, "several records are no value; write 'x in my.children'"},
    {"session", "my.children is given", 12,
        "only one value can be given or missing; this is several records of 'person'"},
    /* aggregates */
    {"", "count(entri)", 18, "unknown record type 'entri'; did you mean 'entry'?"},
    {"", "count(entry.child)", 18,
        "count is of records, not of a field: count(entry where ...); for different values write "
        "distinct(entry.child)"},
    {"", "sum(entry)", 16, "sum needs a field: sum(entry.field)"},
    {"", "sum(entry.child)", 16, "sum cannot be made of a record of 'person'"},
    {"", "count()", 12, "count takes a record type: count(entry where ...)"},
    {"", "share(entry)", 12, "share needs a condition: share(entry where ...)"},
    {"", "count(entry where count(entry) > 2)", 30,
        "count(...) looks at many records, which is not allowed here; it belongs in an indicator"},
    {"", "count(entry where fee)", 30,
        "a condition (yes or no) should stand here, but this is an amount of yen"},
    {"", "population(entry)", 23,
        "unknown field 'entry' in person; known are name, birth_date, school_grade"},
    {"session", "year(held_on where indoor)", 31, "year takes no 'where'"},
    /* grammar */
    {"", "", 12, "the formula is empty"},
    {"", "1 +", 15, "the formula ends where a value, a name or '(' should follow"},
    {"", "(1 + 2", 18, "the formula ends where ')' should follow"},
    {"", "1 2", 14, "'2' stands where an operator or the end should"},
    {"", "10,000", 14, "a comma stands between arguments only; numbers have none: 10000"},
    {"", "1 < 2 < 3", 18,
        "comparisons do not follow one another; join two of them with 'and', or use brackets"},
    {"", "1 is 1", 17, "'1' stands where 'given' or 'missing' (for equality write =) should"},
    {"", "1 not 2", 18, "'2' stands where 'in' or 'between' should"},
    {"", "if yes then 1", 25, "the formula ends where 'else' should follow"},
    {"", "1 + if yes then 1 else 2", 16, "put 'if ... then ... else ...' in brackets here"},
    {"", "1 == 1", 14, "'==' is written '=' here"},
    {"", "1 != 1", 14, "'!=' is written '<>' here"},
    {"", "1 ≦ 2", 14, "'≦' is written '<=' here"},
    {"", "1 ＋ 2", 14, "'＋' is full-width; write '+'"},
    {"", "10 % 3", 15, "a percentage is written as a number: 10% is 0.1"},
    {"", "年齢 > 3", 12, "'年' means nothing here; names are written in letters a to z, texts in quotes"},
    {"", "1; 2", 13, "';' means nothing here"},
    {"", "'abc", 12, "the text that begins here does not end; close it with '"},
    {"", "2018-02-30", 12, "there is no day 2018-02-30"},
    {"", "25:00", 12, "there is no time 25:00; times go from 00:00 to 23:59"},
    {"", "1.1234567", 12, "a decimal has at most six digits behind the point"},
    {"", "9223372036854775808", 12, "this number is too large"},
    {"", "3rd", 12, "a name begins with a letter, and a number ends with a digit"},
    {"", "1 + \x01", 16, "a control character (01) stands here"},
    {"", "a\xFF", 12, "the formula is not UTF-8 (byte 2)"},
};

static void accepted_with_their_types(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    for (size_t i = 0; i < COUNT_OF(accepted); i++) {
        const Formula *formula = compile(arena, accepted[i].record, accepted[i].text);
        const char *type = formula_kind_name(formula_type(formula).kind);
        if (strcmp(type, accepted[i].type) != 0)
            fail_msg("%s: %s, not %s", accepted[i].text, type, accepted[i].type);
    }
}

static bool compile_into(
    Arena *arena, const FormulaScope *scope, const char *text, const FormulaType *wanted, Error *error)
{
    Formula *formula = NULL;
    *error = (Error){0};
    bool ok = formula_compile(&formula, arena, scope, &city_origin, str_of(text), wanted, error);
    assert_int_equal(ok, formula != NULL);
    return ok;
}

static void rejected_with_place_and_remedy(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    size_t wrong = 0;
    for (size_t i = 0; i < COUNT_OF(rejected); i++) {
        const FormulaScope scope = city_scope(rejected[i].record);
        Error error;
        bool ok = compile_into(arena, &scope, rejected[i].text, NULL, &error);
        if (!ok && strcmp(error.message, rejected[i].message) == 0 && error.column == rejected[i].column &&
            error.line == 7 && strcmp(error.file, "city.yaml") == 0 && error.code == ERROR_INPUT)
            continue;
        print_error("%s\n  %ld: %s\n  expected\n  %ld: %s\n", rejected[i].text, error.column, error.message,
            rejected[i].column, rejected[i].message);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void assert_refused(
    const FormulaScope *scope, const char *text, const FormulaType *wanted, const char *message)
{
    AUTO_ARENA arena = arena_new((size_t)8 << 20);
    Error error;
    assert_false(compile_into(arena, scope, text, wanted, &error));
    assert_string_equal(error.message, message);
}

static void what_a_place_does_not_allow(void **state)
{
    (void)state;
    FormulaScope scope = city_scope("session");
    scope.allows_today = scope.allows_me = scope.allows_aggregates = false;
    assert_refused(&scope, "held_on > today", NULL,
        "'today' cannot be used here, as the answer would change by itself; use a date of the record");
    assert_refused(&scope, "leader = me", NULL, "nobody acts here, so 'me' and 'my' cannot be used");
    assert_refused(&scope, "count(entry) > 3", NULL,
        "count(...) looks at many records, which is not allowed here; it belongs in an indicator");
}

static void what_is_wanted(void **state)
{
    (void)state;
    const FormulaScope scope = city_scope("session");
    const FormulaType boolean = {.kind = FORMULA_BOOLEAN}, yen = {.kind = FORMULA_YEN},
                      decimal = {.kind = FORMULA_DECIMAL, .digits = 2};
    assert_refused(&scope, "capacity + 1", &boolean, "yes or no is needed here, but this is an integer");
    assert_refused(&scope, "fee * 0.5", &yen,
        "an amount of yen is needed here, but this is a decimal; round it: round(...)");
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    Formula *formula = NULL;
    Error error = {0};
    assert_true(formula_compile(&formula, arena, &scope, &city_origin, S("round(fee * 0.5)"), &yen, &error));
    assert_int_equal(formula_type(formula).kind, FORMULA_YEN);
    assert_true(formula_compile(&formula, arena, &scope, &city_origin, S("3"), &decimal, &error));
    assert_int_equal(formula_type(formula).kind, FORMULA_DECIMAL);
    assert_int_equal(formula_evaluate(formula, &(FormulaContext){.arena = arena}).integer, 3000000);
}

/* Further lines of a block count from their own column. */
static void places_in_blocks(void **state)
{
    (void)state;
    const FormulaScope scope = city_scope("session");
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    Error error;
    assert_false(compile_into(arena, &scope, "state = open\n  and capasity > 3", NULL, &error));
    assert_int_equal(error.line, 8);
    assert_int_equal(error.column, 11);
}

static char *repeat(Arena *arena, const char *part, size_t count, const char *middle, const char *end)
{
    AUTO_BUF text;
    buf_init(&text, 1 << 20);
    for (size_t i = 0; i < count; i++)
        buf_add(&text, str_of(part));
    buf_add(&text, str_of(middle));
    for (size_t i = 0; i < count; i++)
        buf_add(&text, str_of(end));
    buf_add_byte(&text, '\0');
    char *copy = arena_alloc(arena, text.len);
    memcpy(copy, text.at, text.len);
    return copy;
}

static void assert_limit(Arena *arena, const char *text, const char *message)
{
    const FormulaScope scope = city_scope("");
    Error error;
    assert_false(compile_into(arena, &scope, text, NULL, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.message, message);
    assert_int_equal(error.line, 7);
}

static void limits_are_errors(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new((size_t)64 << 20);
    const char *deep = "this formula is nested more than 200 deep; give a part of it a field of its own";
    const FormulaScope scope = city_scope("");
    Error error;
    assert_limit(arena, repeat(arena, "(", 5000, "1", ")"), deep);
    assert_limit(arena, repeat(arena, "-", 10000, "1", ""), deep);
    assert_limit(arena, repeat(arena, "not ", 3000, "yes", ""), deep);
    assert_limit(arena, repeat(arena, "1+", 250, "1", ""), deep);
    assert_limit(arena, repeat(arena, "round(", 2000, "1", ")"), deep);
    assert_limit(arena, repeat(arena, "if yes then 1 else ", 300, "1", ""), deep);
    assert_limit(arena, repeat(arena, "1 in (1, ", 1500, "1", ")"), deep);
    assert_limit(
        arena, repeat(arena, "(", 10000, "1", ")"), "a formula has at most 16384 bytes; this one has 20001");
    char *wide = repeat(arena, "1, ", 2100, "1)", "");
    assert_limit(arena, arena_printf(arena, "1 in (%s", wide).at,
        "this formula has more than 2000 parts; give a part of it a field of its own");
    assert_true(compile_into(arena, &scope, repeat(arena, "(", 150, "1", ")"), NULL, &error));
    assert_true(compile_into(arena, &scope, repeat(arena, "1+", 190, "1", ""), NULL, &error));
}

static void reserved_words(void **state)
{
    (void)state;
    assert_true(formula_is_reserved(S("today")));
    assert_true(formula_is_reserved(S("and")));
    assert_true(formula_is_reserved(S("my")));
    assert_false(formula_is_reserved(S("count")));
    assert_false(formula_is_reserved(S("capacity")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted_with_their_types),
        cmocka_unit_test(rejected_with_place_and_remedy),
        cmocka_unit_test(what_a_place_does_not_allow),
        cmocka_unit_test(what_is_wanted),
        cmocka_unit_test(places_in_blocks),
        cmocka_unit_test(limits_are_errors),
        cmocka_unit_test(reserved_words),
    };
    return cmocka_run_group_tests_name("formula messages", tests, NULL, NULL);
}
