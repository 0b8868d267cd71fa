/* record/input_value.c: what somebody typed -> a value of the field's type.
 *
 * Forms and CSV come through here alike. People may write as they are used to: digits of full width, commas
 * in numbers, Japanese years, titles of choices. What is stored is one writing of each. Nothing is guessed:
 * what is no value of the type is a problem.
 */
#include "record/record_internal.h"

#include "base/decimal.h"
#include "base/utf8.h"

typedef struct Reading {
    Sight *sight;
    const CityField *field;
    Str text; /* trimmed, not empty */
    InputProblem *problem;
} Reading;

static bool refuse(Reading *reading, RecordFaultKind kind)
{
    *reading->problem = (InputProblem){.kind = kind};
    return false;
}

static bool no_such(Reading *reading)
{
    return refuse(reading, RECORD_FAULT_NOT_OF_TYPE);
}

/* Letters, digits and signs of full width in half width; hyphens of every kind as '-'. */
static Str narrow(Arena *arena, Str text)
{
    char *room = arena_array(arena, text.len + 1, 1);
    size_t length = 0;
    for (size_t at = 0; room && at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0;
        else if (c == 0x3000)
            c = ' ';
        else if (c == 0x2212 || (c >= 0x2010 && c <= 0x2015) || c == 0x30fc || c == 0xff70)
            c = '-';
        length += utf8_put(room + length, c);
    }
    return room ? (Str){room, length} : STR_EMPTY;
}

/* Without the character. */
static Str without(Arena *arena, Str text, char character)
{
    char *room = arena_array(arena, text.len + 1, 1);
    size_t length = 0;
    for (size_t i = 0; room && i < text.len; i++)
        if (text.at[i] != character)
            room[length++] = text.at[i];
    return room ? (Str){room, length} : STR_EMPTY;
}

static Str without_end(Str text, Str end)
{
    return str_trim(str_ends(text, end) ? str_slice(text, 0, text.len - end.len) : text);
}

/* --- texts --------------------------------------------------------------------------------------- */

static bool has_control(Str text, bool allows_lines)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        bool is_line = allows_lines && (c == '\n' || c == '\t');
        if ((c < 0x20 && !is_line) || c == 0x7f)
            return true;
    }
    return false;
}

static bool read_text(Reading *reading, Value *out)
{
    bool is_paragraph = reading->field->type == CITY_FIELD_PARAGRAPH;
    Str text = is_paragraph ? without(reading->sight->arena, reading->text, '\r') : reading->text;
    if (has_control(text, is_paragraph))
        return no_such(reading);
    if (utf8_count(text) > (is_paragraph ? RECORD_PARAGRAPH_MAX : RECORD_TEXT_MAX)) {
        reading->problem->limit = value_integer(is_paragraph ? RECORD_PARAGRAPH_MAX : RECORD_TEXT_MAX);
        reading->problem->kind = RECORD_FAULT_TOO_LONG;
        return false;
    }
    *out = value_text(text);
    return true;
}

/* Something, one @, and a domain with a point, in letters that travel everywhere; 254 bytes (RFC 5321). */
static bool read_email(Reading *reading, Value *out)
{
    Str text = narrow(reading->sight->arena, reading->text), name, domain, rest;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] <= ' ' || text.at[i] > '~' || strchr("<>()[]\\,;:\"", text.at[i]))
            return no_such(reading);
    str_cut(text, S("@"), &name, &domain);
    bool good = name.len > 0 && name.len <= 64 && text.len <= 254 && !str_contains(domain, S("@")) &&
                !str_contains(domain, S("..")) && !str_starts(domain, S(".")) && !str_ends(domain, S("."));
    if (!good || !str_cut(domain, S("."), &name, &rest))
        return no_such(reading);
    *out = value_text(text);
    return true;
}

/* 10 or 11 digits that begin with 0, or a + and up to 15 digits (E.164); kept as it was grouped. */
static bool read_phone(Reading *reading, Value *out)
{
    Str text = narrow(reading->sight->arena, reading->text);
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        bool is_digit = text.at[i] >= '0' && text.at[i] <= '9';
        if (!is_digit && !(i == 0 && text.at[i] == '+') && !(text.at[i] && strchr("-() ", text.at[i])))
            return no_such(reading);
        digits += is_digit;
    }
    bool is_foreign = str_starts(text, S("+")),
         is_home = str_starts(text, S("0")) || str_starts(text, S("(0"));
    if (!(is_foreign && digits >= 8 && digits <= 15) && !(is_home && (digits == 10 || digits == 11)))
        return no_such(reading);
    *out = value_text(text);
    return true;
}

/* Seven digits, kept as 030-8555. */
static bool read_postal_code(Reading *reading, Value *out)
{
    Arena *arena = reading->sight->arena;
    Str text = narrow(arena, reading->text);
    if (str_starts(text, S("〒")))
        text = str_slice(text, S("〒").len, text.len);
    text = str_trim(text);
    if (text.len == 8 && text.at[3] == '-')
        text = without(arena, text, '-');
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < '0' || text.at[i] > '9')
            return no_such(reading);
    if (text.len != 7)
        return no_such(reading);
    *out = value_text(arena_printf(arena, "%.*s-%.*s", 3, text.at, 4, text.at + 3));
    return true;
}

/* --- numbers ------------------------------------------------------------------------------------- */

/* Without thousands' commas where they stand as they should, or as typed. */
static Str ungroup(Arena *arena, Str text)
{
    Str rest = text, part;
    bool has_more = str_cut(text, S(","), &part, &rest);
    if (!has_more || part.len == 0)
        return text;
    while (has_more) {
        has_more = str_cut(rest, S(","), &part, &rest);
        Str whole = part, fraction;
        str_cut(part, S("."), &whole, &fraction);
        if (whole.len != 3)
            return text;
    }
    return without(arena, text, ',');
}

static Str number_text(Reading *reading)
{
    Arena *arena = reading->sight->arena;
    Str text = str_trim(narrow(arena, reading->text));
    if (reading->field->type == CITY_FIELD_YEN) {
        text = without_end(text, S("円"));
        if (str_starts(text, S("¥")) || str_starts(text, S("￥")))
            text = str_trim(str_slice(text, str_starts(text, S("¥")) ? S("¥").len : S("￥").len, text.len));
    } else {
        text = without_end(text, reading->field->unit.in[LANGUAGE_JA]);
    }
    return ungroup(arena, text);
}

/* Whether a decimal has no more digits behind the point than its field. */
static bool fits_digits(int64_t millionths, int digits)
{
    int64_t step = DECIMAL_ONE;
    for (int i = 0; i < digits; i++)
        step /= 10;
    return step <= 1 || millionths % step == 0;
}

static bool read_number(Reading *reading, Value *out)
{
    int64_t n = 0;
    Str text = number_text(reading);
    bool is_decimal = reading->field->type == CITY_FIELD_DECIMAL;
    if (is_decimal ? !decimal_parse(text, &n) : !str_to_int(text, &n))
        return no_such(reading);
    if (is_decimal && !fits_digits(n, reading->field->formula.digits))
        return no_such(reading);
    *out = is_decimal ? value_decimal(n) : value_integer(n);
    return true;
}

/* 2018, 2018年度, 平成30年度, 令和元年度. */
static bool read_fiscal_year(Reading *reading, Value *out)
{
    Arena *arena = reading->sight->arena;
    Error ignored = {0};
    Date day;
    int64_t year = 0;
    Str text = without_end(without_end(str_trim(narrow(arena, reading->text)), S("度")), S("年"));
    if (text.len == 4 && str_to_int(text, &year) && year >= 1) {
        *out = value_integer(year);
        return true;
    }
    /* An era that began after April names the fiscal year it began in. */
    if (!date_parse(arena_printf(arena, "%.*s年4月1日", STR_ARGS(text)), &day, &ignored) &&
        !date_parse(arena_printf(arena, "%.*s年5月1日", STR_ARGS(text)), &day, &ignored))
        return no_such(reading);
    *out = value_integer(fiscal_year(day));
    return true;
}

static bool read_boolean(Reading *reading, Value *out)
{
    static const struct {
        Str text;
        bool value;
    } words[] = {{STR_LITERAL("yes"), true}, {STR_LITERAL("no"), false}, {STR_LITERAL("true"), true},
        {STR_LITERAL("false"), false}, {STR_LITERAL("1"), true}, {STR_LITERAL("0"), false},
        {STR_LITERAL("on"), true}, {STR_LITERAL("off"), false}, {STR_LITERAL("はい"), true},
        {STR_LITERAL("いいえ"), false}, {STR_LITERAL("有"), true}, {STR_LITERAL("無"), false},
        {STR_LITERAL("○"), true}, {STR_LITERAL("×"), false}};
    Str text = narrow(reading->sight->arena, reading->text);
    for (size_t i = 0; i < COUNT_OF(words); i++)
        if (str_equal(words[i].text, text)) {
            *out = value_boolean(words[i].value);
            return true;
        }
    return no_such(reading);
}

/* --- days and hours ------------------------------------------------------------------------------ */

static bool read_date(Reading *reading, Value *out)
{
    Error ignored = {0};
    Date day;
    if (!date_parse(reading->text, &day, &ignored))
        return no_such(reading);
    *out = value_date(date_to_days(day));
    return true;
}

/* 9:30, 09:30:15, 9時30分, 9時: seconds of the day. */
static bool parse_time(Arena *arena, Str text, int64_t *seconds)
{
    int64_t parts[3] = {0};
    const int64_t limits[3] = {24, 60, 60};
    Str rest = str_trim(narrow(arena, text));
    bool is_japanese = str_contains(rest, S("時"));
    const Str ends[3] = {is_japanese ? S("時") : S(":"), is_japanese ? S("分") : S(":"), S("秒")};
    size_t count = 0;
    while (count < 3 && rest.len > 0) {
        Str part;
        str_cut(rest, ends[count], &part, &rest);
        if (part.len == 0 || part.len > 2 || !str_to_int(part, &parts[count]) || parts[count] < 0 ||
            parts[count] >= limits[count])
            return false;
        count++;
    }
    *seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
    return rest.len == 0 && (count >= 2 || (count == 1 && is_japanese));
}

static bool read_time(Reading *reading, Value *out)
{
    int64_t seconds = 0;
    if (!parse_time(reading->sight->arena, reading->text, &seconds))
        return no_such(reading);
    *out = value_number(VALUE_TIME, seconds);
    return true;
}

/* A day and an hour in Japan, with a space or a T between them. */
static bool read_datetime(Reading *reading, Value *out)
{
    Error ignored = {0};
    Date day;
    int64_t seconds = 0;
    Str text = narrow(reading->sight->arena, reading->text), left, right;
    if (!str_cut(text, S("T"), &left, &right) && !str_cut(text, S(" "), &left, &right))
        return no_such(reading);
    if (!date_parse(str_trim(left), &day, &ignored) ||
        !parse_time(reading->sight->arena, str_trim(right), &seconds))
        return no_such(reading);
    *out = value_number(
        VALUE_INSTANT, ((int64_t)date_to_days(day) * 86400 + seconds - 9 * 3600) * INT64_C(1000000));
    return true;
}

/* --- choices and references ---------------------------------------------------------------------- */

static const CityChoice *find_choice(const CityField *field, Str text)
{
    for (size_t i = 0; i < field->choices.len; i++) {
        const CityChoice *choice = &field->choices.at[i];
        if (str_equal(choice->name, text))
            return choice;
        for (int language = 0; language < LANGUAGE_COUNT; language++)
            if (str_equal(choice->title.in[language], text))
                return choice;
    }
    for (size_t i = 0; i < field->choices.len; i++) /* a form from before a rename */
        if (city_was(&field->choices.at[i].was, text))
            return &field->choices.at[i];
    return NULL;
}

static bool read_choice(Reading *reading, Value *out)
{
    const CityChoice *choice = find_choice(reading->field, reading->text);
    if (!choice)
        return refuse(reading, RECORD_FAULT_NO_SUCH_CHOICE);
    *out = value_text(choice->name);
    return true;
}

/* Names with commas between them; kept in the order of the declaration (base/value.h). */
static bool read_choices(Reading *reading, Value *out)
{
    const CityField *field = reading->field;
    Arena *arena = reading->sight->arena;
    bool *chosen = arena_array(arena, field->choices.len, sizeof(bool));
    Str rest = reading->text, part, written = S(",");
    while (chosen && rest.len > 0) {
        str_cut(rest, str_contains(rest, S("、")) ? S("、") : S(","), &part, &rest);
        part = str_trim(part);
        const CityChoice *choice = find_choice(field, part);
        if (part.len > 0 && !choice)
            return refuse(reading, RECORD_FAULT_NO_SUCH_CHOICE);
        if (choice)
            chosen[choice - field->choices.at] = true;
    }
    for (size_t i = 0; chosen && i < field->choices.len; i++)
        if (chosen[i])
            written =
                arena_printf(arena, "%.*s%.*s,", STR_ARGS(written), STR_ARGS(field->choices.at[i].name));
    *out = value_text(written);
    return true;
}

int64_t input_number(Sight *sight, const CityRecordType *type, Str text)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const DbPrinted *printed = door_type(sight->door, type)->by_number;
    const Value given = value_text(text);
    if (!printed || sight->failed)
        return 0;
    if (!db_query_printed(sight->conn, &stmt, &sight->error, printed, &given, 1)) {
        sight->failed = true;
        return 0;
    }
    int64_t id = db_next(stmt, &sight->error) ? db_integer(stmt, 0) : 0;
    bool is_only = id > 0 && !db_next(stmt, &sight->error);
    sight->failed |= db_broken(stmt);
    return is_only ? id : 0;
}

const Row *input_reference(Sight *sight, const CityRecordType *type, Str text)
{
    const CityRecordType *found = NULL;
    Error error = {0};
    const Row *row = sight_find(sight, text, &found, &error);
    if (row)
        return found == type ? row : NULL;
    if (error.code != ERROR_NOT_FOUND) {
        sight->error = error;
        sight->failed = true;
        return NULL;
    }
    row = sight_row(sight, type, input_number(sight, type, text));
    return row && access_allows(sight, type, row, ACCESS_READ) ? row : NULL;
}

static bool read_reference(Reading *reading, Value *out)
{
    const Row *row = input_reference(reading->sight, reading->field->record, reading->text);
    if (!row)
        return refuse(reading, RECORD_FAULT_NO_SUCH_RECORD);
    *out = row_value(row, CITY_COLUMN_ID);
    return true;
}

/* --- all ----------------------------------------------------------------------------------------- */

static bool (*const readers[CITY_FIELD_TYPE_COUNT])(Reading *reading, Value *out) = {
    [CITY_FIELD_TEXT] = read_text,
    [CITY_FIELD_PARAGRAPH] = read_text,
    [CITY_FIELD_INTEGER] = read_number,
    [CITY_FIELD_DECIMAL] = read_number,
    [CITY_FIELD_YEN] = read_number,
    [CITY_FIELD_BOOLEAN] = read_boolean,
    [CITY_FIELD_DATE] = read_date,
    [CITY_FIELD_TIME] = read_time,
    [CITY_FIELD_DATETIME] = read_datetime,
    [CITY_FIELD_FISCAL_YEAR] = read_fiscal_year,
    [CITY_FIELD_CHOICE] = read_choice,
    [CITY_FIELD_CHOICES] = read_choices,
    [CITY_FIELD_REFERENCE] = read_reference,
    [CITY_FIELD_EMAIL] = read_email,
    [CITY_FIELD_PHONE] = read_phone,
    [CITY_FIELD_POSTAL_CODE] = read_postal_code,
};

static bool is_within(const CityField *field, Value value, InputProblem *problem)
{
    if (!value_type_is_integer(value.type))
        return true;
    bool too_small = field->has_min && value.integer < field->min.integer;
    bool too_large = field->has_max && value.integer > field->max.integer;
    if (too_small || too_large)
        *problem = (InputProblem){.kind = too_small ? RECORD_FAULT_TOO_SMALL : RECORD_FAULT_TOO_LARGE,
            .limit = too_small ? field->min : field->max};
    return !too_small && !too_large;
}

bool input_value(Sight *sight, const CityField *field, Str text, Value *out, InputProblem *problem)
{
    *out = value_missing();
    *problem = (InputProblem){.kind = RECORD_FAULT_NOT_OF_TYPE};
    if (!utf8_check(text, NULL) || (text.len > 0 && memchr(text.at, '\0', text.len)))
        return false;
    Reading reading = {.sight = sight, .field = field, .text = str_trim(text), .problem = problem};
    if (reading.text.len == 0)
        return true;
    assert(readers[field->type] && "every type of field has its reader");
    return readers[field->type](&reading, out) && is_within(field, *out, problem);
}
