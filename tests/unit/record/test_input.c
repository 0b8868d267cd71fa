/* What people type -> values, by type of field: what is accepted and what it becomes, what is refused and
 * how. Expected values were written by hand. */
#include "record/record_internal.h"

#include "check.h"

static const char *const color_names[] = {"red", "blue", "green"};
static CityChoice colors[] = {
    {.name = STR_LITERAL("red"), .title = {{STR_LITERAL("赤"), STR_LITERAL("Red")}, STR_LITERAL("")}},
    {.name = STR_LITERAL("blue"), .title = {{STR_LITERAL("青"), STR_LITERAL("Blue")}, STR_LITERAL("")}},
    {.name = STR_LITERAL("green"), .title = {{STR_LITERAL("緑"), STR_LITERAL("Green")}, STR_LITERAL("")}}};

static const struct {
    CityFieldType type;
    const char *text;
    ValueType is; /* VALUE_MISSING: refused */
    int64_t number;
    const char *words;
} cases[] = {
    {CITY_FIELD_TEXT, " 葛󠄀城　", VALUE_TEXT, 0, "葛󠄀城"},
    {CITY_FIELD_TEXT, "二\n行", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_TEXT, "bad \xff byte", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_PARAGRAPH, "二\r\n行", VALUE_TEXT, 0, "二\n行"},
    {CITY_FIELD_INTEGER, "１，２３４", VALUE_INTEGER, 1234, NULL},
    {CITY_FIELD_INTEGER, "1,234,567", VALUE_INTEGER, 1234567, NULL},
    {CITY_FIELD_INTEGER, "−5", VALUE_INTEGER, -5, NULL},
    {CITY_FIELD_INTEGER, "12,34", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_INTEGER, ",123", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_INTEGER, "1.5", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_INTEGER, "99999999999999999999", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_INTEGER, "12人", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_DECIMAL, "１２．５", VALUE_DECIMAL, 12500000, NULL},
    {CITY_FIELD_DECIMAL, "1,000.25", VALUE_DECIMAL, 1000250000, NULL},
    {CITY_FIELD_DECIMAL, "0.125", VALUE_MISSING, 0, NULL}, /* two digits behind the point */
    {CITY_FIELD_YEN, "￥１，０００", VALUE_INTEGER, 1000, NULL},
    {CITY_FIELD_YEN, "3,500円", VALUE_INTEGER, 3500, NULL},
    {CITY_FIELD_YEN, "三百円", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_BOOLEAN, "はい", VALUE_BOOLEAN, 1, NULL},
    {CITY_FIELD_BOOLEAN, "no", VALUE_BOOLEAN, 0, NULL},
    {CITY_FIELD_BOOLEAN, "１", VALUE_BOOLEAN, 1, NULL},
    {CITY_FIELD_BOOLEAN, "maybe", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_DATE, "2018-05-01", VALUE_DATE, 17652, NULL},
    {CITY_FIELD_DATE, "平成３０年５月１日", VALUE_DATE, 17652, NULL},
    {CITY_FIELD_DATE, "平成31年5月1日", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_DATE, "2018-02-29", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_TIME, "9:30", VALUE_TIME, 34200, NULL},
    {CITY_FIELD_TIME, "９時３０分", VALUE_TIME, 34200, NULL},
    {CITY_FIELD_TIME, "9時", VALUE_TIME, 32400, NULL},
    {CITY_FIELD_TIME, "23:59:59", VALUE_TIME, 86399, NULL},
    {CITY_FIELD_TIME, "24:00", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_TIME, "9", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_TIME, "9:30pm", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_DATETIME, "2018-05-01T09:30", VALUE_INSTANT, 1525134600000000, NULL},
    {CITY_FIELD_DATETIME, "平成30年5月1日 9時30分", VALUE_INSTANT, 1525134600000000, NULL},
    {CITY_FIELD_DATETIME, "2018-05-01", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_FISCAL_YEAR, "2018", VALUE_INTEGER, 2018, NULL},
    {CITY_FIELD_FISCAL_YEAR, "平成30年度", VALUE_INTEGER, 2018, NULL},
    {CITY_FIELD_FISCAL_YEAR, "令和元年度", VALUE_INTEGER, 2019, NULL},
    {CITY_FIELD_FISCAL_YEAR, "平成31年度", VALUE_INTEGER, 2019, NULL},
    {CITY_FIELD_FISCAL_YEAR, "30", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_CHOICE, "blue", VALUE_TEXT, 0, "blue"},
    {CITY_FIELD_CHOICE, "青", VALUE_TEXT, 0, "blue"},
    {CITY_FIELD_CHOICE, "yellow", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_CHOICES, "緑、赤", VALUE_TEXT, 0, ",red,green,"},
    {CITY_FIELD_CHOICES, "green, red, green", VALUE_TEXT, 0, ",red,green,"},
    {CITY_FIELD_CHOICES, ",", VALUE_TEXT, 0, ","},
    {CITY_FIELD_CHOICES, "red,yellow", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_EMAIL, "Ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐ", VALUE_TEXT, 0, "Hanako@example.jp"},
    {CITY_FIELD_EMAIL, "hanako@example", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_EMAIL, "hana ko@example.jp", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_EMAIL, "a@b@example.jp", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_EMAIL, "花子@example.jp", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_EMAIL, "a@b.jp\r\nbcc: c@d.jp", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_PHONE, "０１７ー７３４ー１１１１", VALUE_TEXT, 0, "017-734-1111"},
    {CITY_FIELD_PHONE, "(017)734-1111", VALUE_TEXT, 0, "(017)734-1111"},
    {CITY_FIELD_PHONE, "+81 17 734 1111", VALUE_TEXT, 0, "+81 17 734 1111"},
    {CITY_FIELD_PHONE, "734-1111", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_PHONE, "017-734-111x", VALUE_MISSING, 0, NULL},
    {CITY_FIELD_POSTAL_CODE, "〒０３０－８５５５", VALUE_TEXT, 0, "030-8555"},
    {CITY_FIELD_POSTAL_CODE, "0308555", VALUE_TEXT, 0, "030-8555"},
    {CITY_FIELD_POSTAL_CODE, "03-08555", VALUE_MISSING, 0, NULL},
};

static CityField field_of(CityFieldType type)
{
    static const FormulaChoices names = {.names = color_names, .count = COUNT_OF(color_names)};
    CityField field = {.name = S("field"), .type = type};
    bool is_choice = type == CITY_FIELD_CHOICE || type == CITY_FIELD_CHOICES;
    field.formula = (FormulaType){.digits = 2, .choices = is_choice ? &names : NULL};
    field.choices.at = is_choice ? colors : NULL;
    field.choices.len = is_choice ? COUNT_OF(colors) : 0;
    return field;
}

static void what_is_typed_becomes_a_value_or_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        AUTO_ARENA arena = arena_new(1 << 20);
        Sight sight;
        CityField field = field_of(cases[i].type);
        Value value;
        InputProblem problem;
        sight_init(&sight, NULL, NULL, arena, NULL);
        bool read = input_value(&sight, &field, str_of(cases[i].text), &value, &problem);
        bool right = read == (cases[i].is != VALUE_MISSING) && (!read || value.type == cases[i].is);
        if (right && read && cases[i].words)
            right = str_equal(value.text, str_of(cases[i].words));
        else if (right && read)
            right = value.integer == cases[i].number;
        if (!right)
            print_error("%s as %s\n", cases[i].text, city_field_type_name(cases[i].type));
        assert_true(right);
    }
}

static void nothing_typed_is_no_value(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Sight sight;
    sight_init(&sight, NULL, NULL, arena, NULL);
    for (CityFieldType type = 0; type < CITY_FIELD_TYPE_COUNT; type++) {
        CityField field = field_of(type);
        Value value;
        InputProblem problem;
        assert_true(input_value(&sight, &field, S(" 　\t"), &value, &problem));
        assert_int_equal(value.type, VALUE_MISSING);
    }
}

static void bounds_are_told_with_their_limit(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Sight sight;
    sight_init(&sight, NULL, NULL, arena, NULL);
    CityField field = field_of(CITY_FIELD_INTEGER);
    field.has_min = field.has_max = true;
    field.min = value_integer(1);
    field.max = value_integer(30);
    static const struct {
        const char *text;
        RecordFaultKind kind;
        int64_t limit;
    } bounds[] = {{"0", RECORD_FAULT_TOO_SMALL, 1}, {"31", RECORD_FAULT_TOO_LARGE, 30}};
    Value value;
    InputProblem problem;
    assert_true(input_value(&sight, &field, S("1"), &value, &problem));
    assert_true(input_value(&sight, &field, S("30"), &value, &problem));
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        assert_false(input_value(&sight, &field, str_of(bounds[i].text), &value, &problem));
        assert_int_equal(problem.kind, bounds[i].kind);
        assert_int_equal(problem.limit.integer, bounds[i].limit);
    }
}

static void a_text_has_a_length(void **state)
{
    (void)state;
    AUTO_ARENA arena = arena_new(1 << 20);
    Sight sight;
    sight_init(&sight, NULL, NULL, arena, NULL);
    CityField field = field_of(CITY_FIELD_TEXT);
    char text[3 * (RECORD_TEXT_MAX + 1)];
    for (size_t i = 0; i < sizeof(text); i += 3)
        memcpy(text + i, "青", 3);
    Value value;
    InputProblem problem;
    assert_true(input_value(&sight, &field, (Str){text, sizeof(text) - 3}, &value, &problem));
    assert_false(input_value(&sight, &field, (Str){text, sizeof(text)}, &value, &problem));
    assert_int_equal(problem.kind, RECORD_FAULT_TOO_LONG);
    assert_int_equal(problem.limit.integer, RECORD_TEXT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_becomes_a_value_or_is_refused),
        cmocka_unit_test(nothing_typed_is_no_value),
        cmocka_unit_test(bounds_are_told_with_their_limit),
        cmocka_unit_test(a_text_has_a_length),
    };
    return cmocka_run_group_tests_name("record input", tests, NULL, NULL);
}
