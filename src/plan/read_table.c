/* plan/read_table.c: table text to a plan; the steps in order.
 *
 * Check the bytes; read line by line into pages and a growing tree (table_page.c); look again at what needs
 * the whole text (table_repair.c); number the warnings, take the chosen fixes and lay out the plan
 * (table_tree.c).
 */
#include "plan/read_table.h"

#include "plan/encoding.h"
#include "plan/table_internal.h"

#define SCRATCH_MIN ((size_t)64 << 20)
#define SCRATCH_TIMES 24 /* bytes of scratch that a byte of text may take; a plain draft takes 2 */

static const Str BYTE_ORDER_MARK = STR_LITERAL("\xEF\xBB\xBF");

static bool refuse_memory(const TableReader *reader)
{
    return error_at(reader->error, ERROR_LIMIT, reader->file, (long)reader->line, 0,
        "the table has more cells and items than fit into the memory for reading it");
}

/* A policy may be many pages long and a text many policies: full arenas are noticed line by line. */
static bool read_lines(TableReader *reader)
{
    TableLine line;
    while (table_next_line(reader, &line)) {
        table_read_line(reader, &line);
        if (reader->stopped) {
            return false;
        }
        if (arena_failed(reader->arena) || arena_failed(reader->scratch) || reader->cells.words->failed) {
            return refuse_memory(reader);
        }
    }
    table_finish_page(reader);
    table_repair(reader);
    return !(arena_failed(reader->arena) || arena_failed(reader->scratch)) || refuse_memory(reader);
}

static bool check_input(Str *text, Str file, const PlanProfile *profile, Error *error)
{
    if (!text_check(*text, file, error)) {
        return false;
    }
    if (str_starts(*text, BYTE_ORDER_MARK)) {
        *text = str_slice(*text, BYTE_ORDER_MARK.len, text->len);
    }
    if (!plan_text_is_table(*text, profile)) {
        return error_at(error, ERROR_INPUT, file, 0, 0,
            "no line is the page title \"%.*s\" or begins with \"%.*s\": this is no such table, or its "
            "headings differ "
            "from those in import.yaml",
            STR_ARGS(profile->page_title), STR_ARGS(profile->basic_policy));
    }
    return true;
}

Plan *plan_read_table(
    Arena *arena, Str text, Str file_name, const PlanProfile *profile, const FixChoice *fixes, Error *error)
{
    if (!check_input(&text, file_name, profile, error)) {
        return NULL;
    }
    AUTO_ARENA scratch = arena_new(SCRATCH_MIN + text.len * SCRATCH_TIMES);
    AUTO_BUF words;
    buf_init(&words, text.len + SCRATCH_MIN);
    if (scratch == NULL) {
        (void)error_memory(error);
        return NULL;
    }
    TableReader reader = {.cells = {arena, scratch, &words, profile},
        .arena = arena,
        .scratch = scratch,
        .profile = profile,
        .error = error,
        .file = arena_str(arena, file_name),
        .text = text,
        .line = 1,
        .last_cells = SIZE_MAX};
    map_init(&reader.containers, scratch);
    return read_lines(&reader) ? table_lay_out(&reader, fixes) : NULL;
}
