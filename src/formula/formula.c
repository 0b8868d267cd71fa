/* formula/formula.c: compiling a text: looking at its bytes, parsing, checking, and fitting it to what is
 * wanted. */
#include "formula/formula.h"

#include "base/utf8.h"
#include "formula/formula_internal.h"

/* Only text that can be read and shown: UTF-8, no control characters but line ends and tabs. */
static bool check_bytes(const Source *source)
{
    size_t bad = 0;
    Source start = *source;
    start.text = STR_EMPTY; /* places cannot be counted in what is no text */
    if (!utf8_check(source->text, &bad))
        return source_refuse(&start, 0, "the formula is not UTF-8 (byte %zu)", bad + 1);
    if (source->text.len > FORMULA_BYTES_MAX)
        return source_refuse_limit(&start, 0, "a formula has at most %d bytes; this one has %zu",
            FORMULA_BYTES_MAX, source->text.len);
    for (size_t i = 0; i < source->text.len; i++) {
        unsigned char c = (unsigned char)source->text.at[i];
        if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F)
            return source_refuse(source, i, "a control character (%02X) stands here", c);
    }
    return true;
}

/* A whole number becomes what is wanted; nothing else changes by itself. */
static bool fit(Checker *checker, FormulaNode *root, const FormulaType *wanted)
{
    FormulaType common;
    bool is_like = types_meet(wanted, &root->type, &common) && common.kind == wanted->kind;
    bool is_number = wanted->kind == FORMULA_INTEGER && root->type.kind == FORMULA_YEN;
    if (is_like || is_number)
        return convert_node(checker, root, wanted);
    Arena *arena = checker->source->arena;
    Str found = type_words(arena, &root->type), needed = type_words(arena, wanted);
    bool is_whole = wanted->kind == FORMULA_INTEGER || wanted->kind == FORMULA_YEN;
    const char *remedy = is_whole && root->type.kind == FORMULA_DECIMAL ? "; round it: round(...)" : "";
    if (arena_failed(arena))
        return error_memory(checker->source->error);
    return source_refuse(checker->source, root->from, "%.*s is needed here, but this is %.*s%s",
        STR_ARGS(needed), STR_ARGS(found), remedy);
}

static bool compile(Formula *formula, const FormulaScope *scope, const FormulaType *wanted)
{
    const Source *source = &formula->source;
    if (!check_bytes(source))
        return false;
    formula->root = parse(source);
    if (formula->root == NULL)
        return false;
    Checker checker = {.source = source, .scope = scope, .formula = formula};
    checker.record = scope->record.len > 0 ? find_record(scope->model, scope->record) : NULL;
    assert((scope->record.len == 0 || checker.record != NULL) && "a scope's record type is in its model");
    if (!check_node(&checker, formula->root, wanted))
        return false;
    if (wanted != NULL && !fit(&checker, formula->root, wanted))
        return false;
    formula->type = formula->root->type;
    if (formula->type.kind != FORMULA_REFERENCES)
        return true;
    return source_refuse(source, formula->root->from, "several records are no value; write 'x in %.*s'",
        STR_ARGS(formula->root->source));
}

bool formula_compile(Formula **out, Arena *arena, const FormulaScope *scope, const FormulaOrigin *origin,
    Str text, const FormulaType *wanted, Error *error)
{
    *out = NULL;
    Formula *formula = ARENA_NEW(arena, Formula);
    if (formula == NULL)
        return error_memory(error);
    formula->source = (Source){.text = text, .origin = *origin, .arena = arena, .error = error};
    if (text.len <= FORMULA_BYTES_MAX)
        formula->source.text = arena_str(arena, text);
    formula->source.origin.file = arena_str(arena, origin->file);
    if (arena_failed(arena))
        return error_memory(error);
    bool ok = compile(formula, scope, wanted);
    formula->source.error = NULL;
    if (ok && arena_failed(arena))
        return error_memory(error);
    if (ok)
        *out = formula;
    return ok;
}

FormulaType formula_type(const Formula *formula)
{
    return formula->type;
}

Str formula_text(const Formula *formula)
{
    return formula->source.text;
}

bool formula_uses_today(const Formula *formula)
{
    return formula->uses_today;
}

bool formula_uses_me(const Formula *formula)
{
    return formula->uses_me;
}

size_t formula_paths(const Formula *formula, const FormulaPath *const **out)
{
    *out = formula->paths.at;
    return formula->paths.len;
}

size_t formula_aggregates(const Formula *formula, const FormulaAggregate *const **out)
{
    *out = formula->aggregates.at;
    return formula->aggregates.len;
}
