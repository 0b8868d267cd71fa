/* Values as people read them. One function for each direction, by the field's type; what a language writes
 * otherwise (dates, money, years) is decided here and nowhere else. */
#include "web/record_words.h"

#include "base/buf.h"
#include "base/decimal.h"

#define SECONDS_OF_DAY 86400
#define JAPAN_SECONDS (9 * 3600)
#define MICROSECONDS 1000000
#define WORDS_MAX ((size_t)64 << 10)

static const Str WEEKDAYS[LANGUAGE_COUNT][7] = {
    [LANGUAGE_JA] = {STR_LITERAL("日"), STR_LITERAL("月"), STR_LITERAL("火"), STR_LITERAL("水"),
        STR_LITERAL("木"), STR_LITERAL("金"), STR_LITERAL("土")},
    [LANGUAGE_EN] = {STR_LITERAL("Sun"), STR_LITERAL("Mon"), STR_LITERAL("Tue"), STR_LITERAL("Wed"),
        STR_LITERAL("Thu"), STR_LITERAL("Fri"), STR_LITERAL("Sat")},
};

Str date_words(Arena *arena, Language language, Value date)
{
    if (value_is_missing(date))
        return STR_EMPTY;
    Date day = date_from_days((int32_t)date.integer);
    int64_t weekday = ((date.integer + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
    Str name = WEEKDAYS[language][weekday];
    if (language == LANGUAGE_JA)
        return arena_printf(arena, "%.*s（%.*s）", STR_ARGS(date_print_japanese(arena, day)), STR_ARGS(name));
    return arena_printf(arena, "%.*s (%.*s)", STR_ARGS(date_print_iso(arena, day)), STR_ARGS(name));
}

/* "1,234" of the digits before a point; what stands behind it stays. */
static Str group_digits(Arena *arena, Str digits)
{
    AUTO_BUF out;
    buf_init(&out, 128);
    size_t sign = str_starts(digits, S("-")) ? 1 : 0;
    ptrdiff_t point = str_find(digits, S("."), 0);
    size_t whole = point < 0 ? digits.len : (size_t)point;
    for (size_t i = 0; i < digits.len; i++) {
        if (i > sign && i < whole && (whole - i) % 3 == 0)
            buf_add_byte(&out, ',');
        buf_add_byte(&out, digits.at[i]);
    }
    return arena_str(arena, buf_str(&out));
}

Str number_words(Arena *arena, Value value)
{
    if (value.type == VALUE_DECIMAL)
        return group_digits(arena, decimal_print(arena, value.integer));
    if (value.type == VALUE_INTEGER)
        return group_digits(arena, arena_printf(arena, "%lld", (long long)value.integer));
    return STR_EMPTY;
}

Str fiscal_year_words(Arena *arena, Language language, int64_t year)
{
    return language == LANGUAGE_JA ? fiscal_year_print(arena, (int)year, true)
                                   : arena_printf(arena, "FY%lld", (long long)year);
}

static Str time_words(Arena *arena, int64_t seconds)
{
    return arena_printf(arena, "%02d:%02d", (int)(seconds / 3600), (int)(seconds / 60 % 60));
}

/* Seconds since the day began in Japan. */
static int64_t time_of_instant(int64_t instant)
{
    int64_t seconds = instant / MICROSECONDS + JAPAN_SECONDS;
    return (seconds % SECONDS_OF_DAY + SECONDS_OF_DAY) % SECONDS_OF_DAY;
}

static Str moment_words(Arena *arena, Language language, int64_t instant)
{
    Value day = value_date(date_to_days(date_of_instant(instant)));
    return arena_printf(arena, "%.*s %.*s", STR_ARGS(date_words(arena, language, day)),
        STR_ARGS(time_words(arena, time_of_instant(instant))));
}

static Str yen_words(Arena *arena, Language language, Value value)
{
    Str digits = number_words(arena, value);
    return language == LANGUAGE_JA ? arena_join(arena, digits, S("円")) : arena_join(arena, S("¥"), digits);
}

static Str with_unit(Arena *arena, Language language, Str number, Str unit)
{
    const char *space = language == LANGUAGE_EN && unit.len > 0 ? " " : "";
    return arena_printf(arena, "%.*s%s%.*s", STR_ARGS(number), space, STR_ARGS(unit));
}

static Str choice_words(Language language, const CityField *field, Str name)
{
    for (size_t i = 0; i < field->choices.len; i++)
        if (str_equal(field->choices.at[i].name, name))
            return field->choices.at[i].title.in[language];
    return name;
}

static Str choices_words(Arena *arena, Language language, const CityField *field, Str names)
{
    AUTO_BUF out;
    Str name, rest = names;
    buf_init(&out, WORDS_MAX);
    while (rest.len > 0) {
        str_cut(rest, S(","), &name, &rest);
        if (name.len == 0)
            continue;
        if (out.len > 0)
            buf_add(&out, language == LANGUAGE_JA ? S("、") : S(", "));
        buf_add(&out, choice_words(language, field, name));
    }
    return arena_str(arena, buf_str(&out));
}

Str value_words(Arena *arena, Language language, const CityField *field, Value value)
{
    if (value_is_missing(value))
        return STR_EMPTY;
    switch (field->type) {
    case CITY_FIELD_INTEGER:
    case CITY_FIELD_DECIMAL:
        return with_unit(arena, language, number_words(arena, value), field->unit.in[language]);
    case CITY_FIELD_YEN:
        return yen_words(arena, language, value);
    case CITY_FIELD_BOOLEAN:
        return message_text(language, value.integer ? MESSAGE_value_yes : MESSAGE_value_no);
    case CITY_FIELD_DATE:
        return date_words(arena, language, value);
    case CITY_FIELD_TIME:
        return time_words(arena, value.integer);
    case CITY_FIELD_DATETIME:
        return moment_words(arena, language, value.integer);
    case CITY_FIELD_FISCAL_YEAR:
        return fiscal_year_words(arena, language, value.integer);
    case CITY_FIELD_CHOICE:
        return choice_words(language, field, value.text);
    case CITY_FIELD_CHOICES:
        return choices_words(arena, language, field, value.text);
    case CITY_FIELD_TEXT:
    case CITY_FIELD_PARAGRAPH:
    case CITY_FIELD_EMAIL:
    case CITY_FIELD_PHONE:
    case CITY_FIELD_POSTAL_CODE:
        return value.text;
    case CITY_FIELD_REFERENCE:
    case CITY_FIELD_TYPE_COUNT:
        break;
    }
    return STR_EMPTY;
}

Str field_words(Arena *arena, Language language, const Record *record, const CityField *field)
{
    if (record->hidden[field->column])
        return STR_EMPTY;
    if (field->type == CITY_FIELD_REFERENCE)
        return record->reads[field->column];
    return value_words(arena, language, field, row_value(&record->row, field->column));
}

Str value_input(Arena *arena, const CityField *field, Value value)
{
    if (value_is_missing(value))
        return STR_EMPTY;
    switch (field->type) {
    case CITY_FIELD_DECIMAL:
        return decimal_print(arena, value.integer);
    case CITY_FIELD_BOOLEAN:
        return value.integer ? S("yes") : S("no");
    case CITY_FIELD_DATE:
        return date_print_iso(arena, date_from_days((int32_t)value.integer));
    case CITY_FIELD_TIME:
        return time_words(arena, value.integer);
    case CITY_FIELD_DATETIME:
        return arena_printf(arena, "%.*sT%.*s",
            STR_ARGS(date_print_iso(arena, date_of_instant(value.integer))),
            STR_ARGS(time_words(arena, time_of_instant(value.integer))));
    case CITY_FIELD_CHOICES:
        return value.text.len > 2 ? str_slice(value.text, 1, value.text.len - 1) : STR_EMPTY;
    default:
        if (value.type == VALUE_TEXT)
            return value.text;
        return value.type == VALUE_INTEGER ? arena_printf(arena, "%lld", (long long)value.integer)
                                           : STR_EMPTY;
    }
}

Str field_input(Arena *arena, const Record *record, const CityField *field)
{
    if (record->hidden[field->column])
        return STR_EMPTY;
    if (field->type == CITY_FIELD_REFERENCE)
        return record->codes[field->column];
    return value_input(arena, field, row_value(&record->row, field->column));
}

bool input_has_choice(Str input, Str name)
{
    Str item, rest = input;
    while (rest.len > 0) {
        str_cut(rest, S(","), &item, &rest);
        if (str_equal(str_trim(item), name))
            return true;
    }
    return false;
}
