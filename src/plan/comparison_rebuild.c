/* plan/comparison_rebuild.c: the new text, by somebody who has the old text and the printed table.
 *
 * It knows nothing of the redline. First every row with an old side is looked up in the old text, by the
 * headings that are printed, the words of the old cell and, where several lines read the same, which of them
 * it is. Then what went is taken out, what was edited is worded anew, and what is new or moved here is put in
 * from top to bottom, at the place that is printed: everything before it stands already as in the new text,
 * so that headings and places can be counted there.
 */
#include "plan/comparison_internal.h"

#include "plan/redline_tree_internal.h"

#define WORK_FIXED ((size_t)16 << 20)
#define WORK_FOR_NODE 512
#define WORK_FOR_BYTE 8

/* A line of the text being rebuilt. */
typedef struct Line {
    Str text;
    int32_t parent;        /* -1: taken out, or the top itself */
    VEC_OF(int32_t) below; /* in order */
    bool gone;             /* deleted */
    bool away;             /* taken out to be put in elsewhere */
    bool told;             /* some row has it */
} Line;

typedef struct Rebuild {
    Arena *arena;
    const Comparison *table;
    VEC_OF(Line) lines; /* those of the old tree at their indices, then what is new */
    int32_t *found;     /* by row: the line its old side is; -1: none */
    size_t row;
    Error *error;
} Rebuild;

static bool refuse(Rebuild *rebuild, const char *why)
{
    return error_set(
        rebuild->error, ERROR_CONFLICT, "row %zu of the comparison table: %s", rebuild->row + 1, why);
}

static bool put_below(Rebuild *rebuild, int32_t parent, size_t place, int32_t line)
{
    Line *above = &rebuild->lines.at[parent];
    if (place > above->below.len) {
        return refuse(rebuild, "there are not as many lines before it");
    }
    if (VEC_PUSH(rebuild->arena, &above->below) == NULL) {
        return error_memory(rebuild->error);
    }
    memmove(above->below.at + place + 1, above->below.at + place,
        (above->below.len - 1 - place) * sizeof *above->below.at);
    above->below.at[place] = line;
    rebuild->lines.at[line].parent = parent;
    return true;
}

static bool copy_old(Rebuild *rebuild, const RedlineTree *old_tree)
{
    assert(old_tree->nodes.len > 0 && "a tree has its root");
    for (size_t i = 0; i < old_tree->nodes.len; i++) {
        const RedlineNode *node = &old_tree->nodes.at[i];
        Line *line = VEC_PUSH(rebuild->arena, &rebuild->lines);
        if (line == NULL) {
            return error_memory(rebuild->error);
        }
        *line = (Line){.text = i == 0 ? STR_EMPTY : comparison_line(rebuild->arena, node), .parent = -1};
        if (i > 0 &&
            !put_below(rebuild, node->parent, rebuild->lines.at[node->parent].below.len, (int32_t)i)) {
            return false;
        }
    }
    return true;
}

/* --- finding lines as a reader does --- */

/* The nth line below `parent` that reads so; nth 0: the only one. -1: there is none. */
static int32_t find_line(const Rebuild *rebuild, int32_t parent, Str text, int32_t nth)
{
    const Line *above = &rebuild->lines.at[parent];
    int32_t found = -1, same = 0;
    for (size_t i = 0; i < above->below.len; i++) {
        const int32_t at = above->below.at[i];
        if (!str_equal(rebuild->lines.at[at].text, text)) {
            continue;
        }
        same++;
        if (same == nth) {
            return at;
        }
        found = at;
    }
    return nth == 0 && same == 1 ? found : -1;
}

/* The line that the printed headings lead to; -1: they do not. */
static int32_t follow(const Rebuild *rebuild, const ComparisonPath *path)
{
    int32_t at = 0;
    for (size_t i = 0; i < path->len && at >= 0; i++) {
        const ComparisonStep *step = &path->at[i];
        const Line *line = &rebuild->lines.at[at];
        if (step->line.len > 0) {
            at = find_line(rebuild, at, step->line, step->nth);
        } else {
            at = step->nth >= 1 && (size_t)step->nth <= line->below.len ? line->below.at[step->nth - 1] : -1;
        }
    }
    return at;
}

static bool find_old(Rebuild *rebuild, const ComparisonRow *row)
{
    const bool came = row->sort == COMPARISON_MOVED_HERE;
    const int32_t above = follow(rebuild, came ? &row->other_above : &row->old_above);
    if (above < 0) {
        return refuse(rebuild, "the old text has no such headings");
    }
    const Str text = comparison_cell_text(rebuild->arena, &row->old_cell);
    const int32_t line = find_line(rebuild, above, text, came ? row->other_nth : row->old_nth);
    if (line < 0) {
        return refuse(rebuild, "the old text has no such line there");
    }
    rebuild->found[rebuild->row] = line;
    return true;
}

static bool find_all(Rebuild *rebuild)
{
    for (rebuild->row = 0; rebuild->row < rebuild->table->rows.len; rebuild->row++) {
        const ComparisonRow *row = &rebuild->table->rows.at[rebuild->row];
        rebuild->found[rebuild->row] = -1;
        if (row->sort != COMPARISON_INSERTED && !find_old(rebuild, row)) {
            return false;
        }
    }
    return true;
}

/* --- taking out --- */

static void take_out(Rebuild *rebuild, int32_t line)
{
    Line *above = &rebuild->lines.at[rebuild->lines.at[line].parent];
    size_t kept = 0;
    for (size_t i = 0; i < above->below.len; i++) {
        if (above->below.at[i] != line) {
            above->below.at[kept++] = above->below.at[i];
        }
    }
    above->below.len = kept;
    rebuild->lines.at[line].parent = -1;
}

static bool take_row(Rebuild *rebuild, const ComparisonRow *row)
{
    if (row->sort == COMPARISON_INSERTED || row->sort == COMPARISON_MOVED_HERE) {
        return true;
    }
    const int32_t at = rebuild->found[rebuild->row];
    Line *line = &rebuild->lines.at[at];
    if (line->told) {
        return refuse(rebuild, "another row has the same line of the old text");
    }
    line->told = true;
    if (row->sort == COMPARISON_EDITED) {
        line->text = comparison_cell_text(rebuild->arena, &row->new_cell);
        return true;
    }
    line->gone = row->sort == COMPARISON_DELETED;
    line->away = row->sort == COMPARISON_MOVED_AWAY;
    take_out(rebuild, at);
    return true;
}

static bool take_all(Rebuild *rebuild)
{
    for (rebuild->row = 0; rebuild->row < rebuild->table->rows.len; rebuild->row++) {
        if (!take_row(rebuild, &rebuild->table->rows.at[rebuild->row])) {
            return false;
        }
    }
    for (rebuild->row = 0; rebuild->row < rebuild->table->rows.len; rebuild->row++) {
        const int32_t at = rebuild->found[rebuild->row];
        if (at >= 0 && rebuild->lines.at[at].gone && rebuild->lines.at[at].below.len > 0) {
            return refuse(rebuild, "what stands below the line is not told");
        }
    }
    return true;
}

/* --- putting in --- */

static bool put_row(Rebuild *rebuild, const ComparisonRow *row)
{
    if (row->sort != COMPARISON_INSERTED && row->sort != COMPARISON_MOVED_HERE) {
        return true;
    }
    const int32_t above = follow(rebuild, &row->new_above);
    int32_t at = rebuild->found[rebuild->row];
    if (above < 0 || row->new_nth < 1) {
        return refuse(rebuild, "the text has no such headings to put it below");
    }
    if (at >= 0 && !rebuild->lines.at[at].away) {
        return refuse(rebuild, "no row tells that the line moved away");
    }
    if (at < 0) {
        at = (int32_t)rebuild->lines.len;
        if (VEC_PUSH(rebuild->arena, &rebuild->lines) == NULL) {
            return error_memory(rebuild->error);
        }
    }
    rebuild->lines.at[at].away = false;
    rebuild->lines.at[at].text = comparison_cell_text(rebuild->arena, &row->new_cell);
    return put_below(rebuild, above, (size_t)row->new_nth - 1, at);
}

static bool put_all(Rebuild *rebuild)
{
    for (rebuild->row = 0; rebuild->row < rebuild->table->rows.len; rebuild->row++) {
        if (!put_row(rebuild, &rebuild->table->rows.at[rebuild->row])) {
            return false;
        }
    }
    for (rebuild->row = 0; rebuild->row < rebuild->table->rows.len; rebuild->row++) {
        const int32_t at = rebuild->found[rebuild->row];
        if (at >= 0 && rebuild->lines.at[at].away) {
            return refuse(rebuild, "no row tells where the line moved to");
        }
    }
    return true;
}

/* --- all together --- */

/* In document order, by a stack of lines with how many below each are printed. */
static bool print_lines(Rebuild *rebuild, Buf *out)
{
    typedef struct Open {
        int32_t line;
        size_t done;
    } Open;
    VEC_OF(Open) open = {0};
    if (VEC_PUSH(rebuild->arena, &open) == NULL) {
        return error_memory(rebuild->error);
    }
    while (open.len > 0) {
        Open *top = &open.at[open.len - 1];
        const Line *line = &rebuild->lines.at[top->line];
        if (top->done == line->below.len) {
            open.len--;
            continue;
        }
        const int32_t next = line->below.at[top->done++];
        buf_add(out, rebuild->lines.at[next].text);
        buf_add_byte(out, '\n');
        Open *below = VEC_PUSH(rebuild->arena, &open);
        if (below == NULL) {
            return error_memory(rebuild->error);
        }
        *below = (Open){.line = next};
    }
    return !out->failed ||
           error_set(rebuild->error, ERROR_LIMIT, "the text is larger than %zu bytes", out->max);
}

static size_t work_room(const RedlineTree *old_tree, const Comparison *table)
{
    size_t room = WORK_FIXED + WORK_FOR_NODE * (old_tree->nodes.len + table->rows.len);
    for (size_t i = 0; i < old_tree->nodes.len; i++) {
        room += WORK_FOR_BYTE * old_tree->nodes.at[i].text.len;
    }
    for (size_t i = 0; i < table->rows.len; i++) {
        for (size_t j = 0; j < table->rows.at[i].new_cell.len; j++) {
            room += WORK_FOR_BYTE * table->rows.at[i].new_cell.at[j].text.len;
        }
    }
    return room;
}

bool comparison_rebuild(const RedlineTree *old_tree, const Comparison *table, Buf *out, Error *error)
{
    AUTO_ARENA arena = arena_new(work_room(old_tree, table));
    Rebuild rebuild = {.arena = arena, .table = table, .error = error};
    rebuild.found = arena == NULL ? NULL : arena_array(arena, table->rows.len + 1, sizeof *rebuild.found);
    if (rebuild.found == NULL) {
        return error_memory(error);
    }
    if (!copy_old(&rebuild, old_tree) || !find_all(&rebuild) || !take_all(&rebuild) || !put_all(&rebuild)) {
        return false;
    }
    if (arena_failed(arena)) {
        return error_memory(error);
    }
    return print_lines(&rebuild, out);
}
