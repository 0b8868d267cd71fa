/* formula/trace.c: what a formula did, in the officer's words.
 *
 * One line a step: what stands in the formula (a field by its title), an arrow, and its value; the steps that
 * led to it stand below, indented. Literals have no line. Notes say why a value is missing. Words of both
 * languages are in tables here; titles come from the caller.
 */
#include "formula/formula_internal.h"

#include "base/date.h"
#include "base/decimal.h"

static const char *const notes[FORMULA_NOTE_COUNT][LANGUAGE_COUNT] = {
    [FORMULA_NOTE_NONE] = {"", ""},
    [FORMULA_NOTE_OVERFLOW] = {"数が大きすぎます", "the number is too large"},
    [FORMULA_NOTE_ZERO] = {"0で割っています", "divided by zero"},
    [FORMULA_NOTE_NO_DATE] = {"1年から9999年までの日付になりません", "no date of the years 1 to 9999"},
    [FORMULA_NOTE_BEFORE_BIRTH] = {"生まれる前の日です", "a day before birth"},
    [FORMULA_NOTE_NO_PARAMETER] = {"その日に使える値がありません", "none is in force on that day"},
    [FORMULA_NOTE_NO_FACT_DATE] = {"いつの値を使うかを決める日付がありません",
        "the date to look it up on is missing"},
    [FORMULA_NOTE_NO_MEMORY] = {"文が長すぎます", "the text is too long"},
    [FORMULA_NOTE_UNKNOWN_CONDITION] = {"条件が不明なので、else の側です",
        "the condition is not known: the else side"},
};

static const char *const missing[LANGUAGE_COUNT] = {"不明", "missing"};
static const char *const yes[LANGUAGE_COUNT] = {"はい", "yes"};
static const char *const no[LANGUAGE_COUNT] = {"いいえ", "no"};

/* --- values
 * -------------------------------------------------------------------------------------------------------- */

/* 1234567 -> 1,234,567 */
static Str print_grouped(Arena *arena, int64_t n)
{
    char digits[24], grouped[40];
    size_t len = (size_t)snprintf(digits, sizeof(digits), "%lld", (long long)n), out = 0;
    for (size_t i = 0; i < len; i++) {
        bool is_group = i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-';
        if (is_group)
            grouped[out++] = ',';
        grouped[out++] = digits[i];
    }
    return arena_str(arena, (Str){grouped, out});
}

static Str title_of(Str title, Str name)
{
    return title.len > 0 ? title : name;
}

static Str print_choice(
    Arena *arena, Str name, const FormulaType *type, const FormulaWords *words, Language language)
{
    Str title = STR_EMPTY;
    if (words->choice != NULL && type->choices != NULL)
        title = words->choice(words->owner, type->choices, name, language);
    return arena_str(arena, title_of(title, name));
}

/* ",mon,wed," -> 月・水 */
static Str print_choices(
    Arena *arena, Str names, const FormulaType *type, const FormulaWords *words, Language language)
{
    Str list = STR_EMPTY, name, rest = names;
    while (rest.len > 0) {
        str_cut(rest, S(","), &name, &rest);
        if (name.len == 0)
            continue;
        Str title = print_choice(arena, name, type, words, language);
        const char *between = list.len == 0 ? "" : language == LANGUAGE_JA ? "・" : ", ";
        list = arena_printf(arena, "%.*s%s%.*s", STR_ARGS(list), between, STR_ARGS(title));
    }
    return list;
}

static Str print_date(Arena *arena, int64_t days, Language language)
{
    if (days < VALUE_DATE_MIN || days > VALUE_DATE_MAX)
        return str_of(missing[language]);
    Date date = date_from_days((int32_t)days);
    return language == LANGUAGE_JA ? date_print_japanese(arena, date) : date_print_iso(arena, date);
}

static Str print_reference(
    Arena *arena, int64_t id, const FormulaType *type, const FormulaWords *words, Language language)
{
    Str title = words->record == NULL ? STR_EMPTY : words->record(words->owner, type->record, id, language);
    if (title.len > 0)
        return arena_str(arena, title);
    return arena_printf(arena, "%.*s %lld", STR_ARGS(type->record), (long long)id);
}

Str formula_value_print(
    Arena *arena, Value value, const FormulaType *type, const FormulaWords *words, Language language)
{
    bool is_ja = language == LANGUAGE_JA;
    if (value.type == VALUE_MISSING)
        return str_of(missing[language]);
    switch (type->kind) {
    case FORMULA_BOOLEAN:
        return str_of(value.integer != 0 ? yes[language] : no[language]);
    case FORMULA_INTEGER:
        return print_grouped(arena, value.integer);
    case FORMULA_YEN: {
        Str number = print_grouped(arena, value.integer);
        return arena_printf(arena, "%.*s%s", STR_ARGS(number), is_ja ? "円" : " yen");
    }
    case FORMULA_DECIMAL:
        return decimal_print(arena, value.integer);
    case FORMULA_TEXT:
        return arena_printf(arena, is_ja ? "「%.*s」" : "\"%.*s\"", STR_ARGS(value.text));
    case FORMULA_DATE:
        return print_date(arena, value.integer, language);
    case FORMULA_TIME:
        return arena_printf(
            arena, "%02d:%02d", (int)(value.integer / 3600 % 24), (int)(value.integer / 60 % 60));
    case FORMULA_DATETIME:
        return instant_print(arena, value.integer);
    case FORMULA_FISCAL_YEAR:
        return arena_printf(arena, is_ja ? "%lld年度" : "fiscal year %lld", (long long)value.integer);
    case FORMULA_CHOICE:
        return print_choice(arena, value.text, type, words, language);
    case FORMULA_CHOICES:
        return print_choices(arena, value.text, type, words, language);
    case FORMULA_REFERENCE:
    case FORMULA_REFERENCES:
    case FORMULA_KIND_COUNT:
        break;
    }
    return print_reference(arena, value.integer, type, words, language);
}

/* --- steps
 * ---------------------------------------------------------------------------------------------------------
 */

/* 教室 › 開催日 */
static Str path_title(Arena *arena, const FormulaPath *path, const FormulaWords *words, Language language)
{
    static const char *const mine[LANGUAGE_COUNT] = {"自分", "I"};
    Str title = path->is_mine ? str_of(mine[language]) : STR_EMPTY;
    for (size_t i = 0; i < path->count; i++) {
        Str own = words->field == NULL ? STR_EMPTY : words->field(words->owner, path->fields[i], language);
        own = title_of(own, path->fields[i]->name);
        title = arena_printf(arena, "%.*s%s%.*s", STR_ARGS(title), title.len > 0 ? " › " : "", STR_ARGS(own));
    }
    return title;
}

static Str parameter_title(
    Arena *arena, const FormulaNode *node, const FormulaWords *words, Language language)
{
    Str title = STR_EMPTY;
    if (words->parameter != NULL)
        title = words->parameter(words->owner, node->parameter, language);
    return arena_str(arena, title_of(title, node->parameter->name));
}

static Str step_title(Arena *arena, const FormulaNode *node, const FormulaWords *words, Language language)
{
    static const char *const today[LANGUAGE_COUNT] = {"今日", "today"};
    switch (node->kind) {
    case NODE_PATH:
        return path_title(arena, node->path, words, language);
    case NODE_TODAY:
        return str_of(today[language]);
    case NODE_PARAMETER:
        return parameter_title(arena, node, words, language);
    case NODE_CALL: {
        const char *title = node->function->title[language];
        return title == NULL ? node->source : arena_printf(arena, "%s: %.*s", title, STR_ARGS(node->source));
    }
    default:
        return node->source;
    }
}

/* 平成30年4月1日から、要綱第3条 */
static Str lookup_words(Arena *arena, const FormulaLookup *lookup, Language language)
{
    Str words = STR_EMPTY;
    if (lookup->from.type == VALUE_DATE) {
        Str date = print_date(arena, lookup->from.integer, language);
        words = arena_printf(arena, language == LANGUAGE_JA ? "%.*sから" : "since %.*s", STR_ARGS(date));
    }
    if (lookup->source.len == 0)
        return words;
    const char *between = words.len == 0 ? "" : language == LANGUAGE_JA ? "、" : ", ";
    return arena_printf(arena, "%.*s%s%.*s", STR_ARGS(words), between, STR_ARGS(lookup->source));
}

/* What stands in brackets behind a value. */
static Str step_remark(Arena *arena, const FormulaTrace *trace, Language language)
{
    if (trace->note != FORMULA_NOTE_NONE)
        return str_of(notes[trace->note][language]);
    return trace->node->kind == NODE_PARAMETER ? lookup_words(arena, &trace->lookup, language) : STR_EMPTY;
}

static void print_step(Buf *out, Arena *arena, const FormulaTrace *trace, const FormulaWords *words,
    Language language, unsigned level)
{
    const FormulaNode *node = trace->node;
    bool is_silent =
        node->kind == NODE_LITERAL || (node->kind == NODE_TO_DECIMAL && trace->note == FORMULA_NOTE_NONE);
    if (!is_silent) {
        Str title = step_title(arena, node, words, language);
        Str value = formula_value_print(arena, trace->value, &node->type, words, language);
        Str remark = step_remark(arena, trace, language);
        bool is_ja = language == LANGUAGE_JA;
        for (unsigned i = 0; i < level; i++)
            buf_add(out, S("  "));
        buf_printf(out, "%.*s → %.*s", STR_ARGS(title), STR_ARGS(value));
        if (remark.len > 0)
            buf_printf(out, is_ja ? "（%.*s）" : " (%.*s)", STR_ARGS(remark));
        buf_add_byte(out, '\n');
    }
    for (size_t i = 0; i < trace->part_count; i++)
        print_step(out, arena, trace->parts[i], words, language, level + !is_silent);
}

void formula_trace_print(
    Buf *out, Arena *arena, const FormulaTrace *trace, const FormulaWords *words, Language language)
{
    print_step(out, arena, trace, words, language, 0);
}
