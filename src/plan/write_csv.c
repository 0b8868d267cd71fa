/* plan/write_csv.c: a plan as a table, one node a row, for spreadsheets.
 *
 * Cells go through one function that guards against formulas, quotes (RFC 4180) and writes in the encoding
 * asked for. What CP932 cannot hold is found by writing each character there and back: what comes back as
 * another character was replaced by a twin (〜 by ～), what cannot be written is 〓, and a variation selector
 * is left out. All of it is counted.
 */
#include "plan/format.h"

#include <errno.h>
#include <iconv.h>
#include <inttypes.h>

#include "base/map.h"
#include "base/utf8.h"

#define GETA 0x3013 /* 〓, what printers set where a type is missing */

typedef struct CsvWriter {
    const Plan *plan;
    Buf *out;
    Arena *arena;
    PlanReplacements *replaced;
    Map seen;         /* character -> its place in `replaced` + 1 */
    iconv_t to, from; /* CP932 and back; (iconv_t)-1 for UTF-8 */
    Str key;          /* of the row being written */
} CsvWriter;

/* --- encoding --- */

static bool convert(iconv_t converter, Str s, char *out, size_t room, size_t *length)
{
    char in[8];
    char *from = in, *to = out;
    size_t left = s.len, free_room = room;
    assert(s.len <= sizeof in);
    memcpy(in, s.at, s.len);
    const size_t done = iconv(converter, &from, &left, &to, &free_room);
    *length = room - free_room;
    if (done == (size_t)-1) {
        (void)iconv(converter, NULL, NULL, NULL, NULL);
    }
    return done != (size_t)-1 && left == 0;
}

static bool is_variation_selector(uint32_t code_point)
{
    return (code_point >= 0xFE00 && code_point <= 0xFE0F) || (code_point >= 0xE0100 && code_point <= 0xE01EF);
}

static int compare_replaced(const void *left, const void *right)
{
    const PlanReplaced *a = left, *b = right;
    return (a->code_point > b->code_point) - (a->code_point < b->code_point);
}

static void note_replaced(CsvWriter *writer, Str character, uint32_t code_point, Str replacement)
{
    const uintptr_t found = (uintptr_t)map_get(&writer->seen, character);
    if (found != 0) {
        writer->replaced->at[found - 1].count++;
        return;
    }
    PlanReplaced *replaced = VEC_PUSH(writer->arena, writer->replaced);
    const Str name = arena_str(writer->arena, character);
    if (replaced == NULL || !map_put(&writer->seen, name, (void *)(uintptr_t)writer->replaced->len)) {
        return; /* the arena remembers */
    }
    *replaced = (PlanReplaced){.code_point = code_point,
        .replacement = arena_str(writer->arena, replacement),
        .count = 1,
        .key = writer->key};
}

/* One character of the text, not ASCII, in CP932. */
static void add_cp932(CsvWriter *writer, Str character, uint32_t code_point)
{
    char bytes[8], back[8];
    size_t length = 0, back_length = 0;
    if (convert(writer->to, character, bytes, sizeof bytes, &length)) {
        buf_add(writer->out, (Str){bytes, length});
        if (convert(writer->from, (Str){bytes, length}, back, sizeof back, &back_length) &&
            !str_equal((Str){back, back_length}, character)) {
            note_replaced(writer, character, code_point, (Str){back, back_length});
        }
        return;
    }
    if (is_variation_selector(code_point)) {
        note_replaced(writer, character, code_point, STR_EMPTY);
        return;
    }
    char geta[4];
    const Str instead = {geta, utf8_put(geta, GETA)};
    note_replaced(writer, character, code_point, instead);
    if (convert(writer->to, instead, bytes, sizeof bytes, &length)) {
        buf_add(writer->out, (Str){bytes, length});
    }
}

static void add_encoded(CsvWriter *writer, Str s)
{
    if (writer->to == (iconv_t)-1) {
        buf_add(writer->out, s);
        return;
    }
    for (size_t at = 0; at < s.len;) {
        const size_t start = at;
        const uint32_t code_point = utf8_next(s, &at);
        if (code_point < 0x80) {
            buf_add_byte(writer->out, (char)code_point);
        } else {
            add_cp932(writer, str_slice(s, start, at), code_point);
        }
    }
}

/* --- cells and rows --- */

/* What a spreadsheet takes for the start of a formula, and the guard itself, so that it can be taken off
 * again. */
static bool needs_guard(Str s)
{
    static const char *const starts[] = {"=", "+", "-", "@", "\t", "\r", "'", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        if (str_starts(s, str_of(starts[i]))) {
            return true;
        }
    }
    return false;
}

static bool needs_quotes(Str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '"' || s.at[i] == ',' || s.at[i] == '\n' || s.at[i] == '\r') {
            return true;
        }
    }
    return s.len > 0 && (s.at[0] == ' ' || s.at[s.len - 1] == ' ');
}

static void add_cell(CsvWriter *writer, Str s, bool last)
{
    const bool quoted = needs_quotes(s);
    const char *end = last ? "\r\n" : ",";
    if (quoted) {
        buf_add_byte(writer->out, '"');
    }
    if (needs_guard(s)) {
        buf_add_byte(writer->out, '\'');
    }
    for (bool more = true; more;) {
        Str part = STR_EMPTY;
        more = str_cut(s, S("\""), &part, &s);
        add_encoded(writer, part);
        if (more) {
            buf_add(writer->out, S("\"\""));
        }
    }
    if (quoted) {
        buf_add_byte(writer->out, '"');
    }
    buf_add(writer->out, str_of(end));
}

/* Numbers and titles from the top to the node's parent, "2 ひと創り / (1) 子ども". */
static Str path_above(Arena *arena, const Plan *plan, Str *paths, int32_t parent)
{
    if (parent == PLAN_NO_PARENT) {
        return STR_EMPTY;
    }
    if (paths[parent].at == NULL) {
        const PlanNode *node = &plan->nodes.at[parent];
        const Str above = path_above(arena, plan, paths, node->parent);
        paths[parent] = arena_printf(arena, "%.*s%s%.*s%s%.*s", STR_ARGS(above),
            node->parent != PLAN_NO_PARENT ? " / " : "", STR_ARGS(node->number),
            node->number.len > 0 ? " " : "", STR_ARGS(node->text));
    }
    return paths[parent];
}

static void write_row(CsvWriter *writer, const PlanNode *node, Str path)
{
    const Plan *plan = writer->plan;
    writer->key = node->key;
    add_cell(writer, plan->edition, false);
    add_cell(writer, node->key, false);
    add_cell(writer, node->parent == PLAN_NO_PARENT ? STR_EMPTY : plan->nodes.at[node->parent].key, false);
    add_cell(writer, str_of(plan_kind_name(node->kind)), false);
    add_cell(writer, str_of(plan_kind_title(node->kind)), false);
    add_cell(writer, node->number, false);
    add_cell(writer, node->text, false);
    add_cell(writer, path, true);
}

/* Paths are built once for each node that has children; a paragraph of text is never above another. */
static Arena *new_path_arena(const Plan *plan)
{
    size_t room = (size_t)1 << 20;
    for (size_t i = 0; i < plan->nodes.len; i++) {
        size_t above = 64;
        for (int32_t at = plan->nodes.at[i].parent; at != PLAN_NO_PARENT; at = plan->nodes.at[at].parent) {
            above += plan->nodes.at[at].number.len + plan->nodes.at[at].text.len + 64;
        }
        room += above;
    }
    return arena_new(room);
}

static bool write_rows(CsvWriter *writer, Error *error)
{
    static const char *const columns[] = {
        "edition", "key", "parent", "kind", "kind_ja", "number", "text", "path"};
    const Plan *plan = writer->plan;
    AUTO_ARENA arena = new_path_arena(plan);
    Str *paths = arena == NULL ? NULL : arena_array(arena, plan->nodes.len + 1, sizeof *paths);
    if (paths == NULL) {
        return error_memory(error);
    }
    for (size_t i = 0; i < COUNT_OF(columns); i++) {
        add_cell(writer, str_of(columns[i]), i + 1 == COUNT_OF(columns));
    }
    for (size_t i = 0; i < plan->nodes.len; i++) {
        const PlanNode *node = &plan->nodes.at[i];
        write_row(writer, node, path_above(arena, plan, paths, node->parent));
    }
    if (arena_failed(arena) || arena_failed(writer->arena)) {
        return error_memory(error);
    }
    return !writer->out->failed ||
           error_set(error, ERROR_LIMIT, "the table is larger than the %zu bytes allowed", writer->out->max);
}

static bool write_cp932(CsvWriter *writer, Error *error)
{
    writer->to = iconv_open("CP932", "UTF-8");
    writer->from = iconv_open("UTF-8", "CP932");
    bool written = false;
    if (writer->to == (iconv_t)-1 || writer->from == (iconv_t)-1) {
        error_set(error, ERROR_SYSTEM, "this system's iconv does not know CP932");
    } else {
        written = write_rows(writer, error);
    }
    if (writer->to != (iconv_t)-1) {
        (void)iconv_close(writer->to);
    }
    if (writer->from != (iconv_t)-1) {
        (void)iconv_close(writer->from);
    }
    return written;
}

bool plan_write_csv(const Plan *plan, PlanCsvEncoding encoding, Arena *arena, PlanReplacements *replaced,
    Buf *out, Error *error)
{
    const iconv_t none = (iconv_t)-1;
    CsvWriter writer = {
        .plan = plan, .out = out, .arena = arena, .replaced = replaced, .to = none, .from = none};
    *replaced = (PlanReplacements){0};
    map_init(&writer.seen, arena);
    if (encoding == PLAN_CSV_UTF8) {
        buf_add(out, S("\xEF\xBB\xBF"));
        return write_rows(&writer, error);
    }
    if (!write_cp932(&writer, error)) {
        return false;
    }
    if (replaced->len > 0) {
        qsort(replaced->at, replaced->len, sizeof *replaced->at, compare_replaced);
    }
    return true;
}
