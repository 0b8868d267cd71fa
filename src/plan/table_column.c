/* plan/table_column.c: what stands in the columns of a table: cells to nodes, and what is odd about them.
 *
 * A column is a section or a measure. A block of a cell becomes a group, an item or a paragraph of it by the
 * column's kind; groups stay open from row to row, so that a cell may go on in the next row. When other
 * headings take a column's place, its oddities are told: groups below 基本方向, groups without items,
 * measures whose cells stayed empty.
 */
#include "plan/table_internal.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "plan/number.h"

#define TALLY_WORDS_MAX 30   /* code points of the first place that a counted oddity shows */
#define MEASURE_TITLE_MAX 60 /* code points of a numbered paragraph that is read as a measure's title */

PlanSource table_place(const TableReader *reader, uint32_t line, size_t cell)
{
    return (PlanSource){.file = reader->file,
        .line = line,
        .table = reader->page.number,
        .row = reader->page.row,
        .cell = (uint32_t)cell + 1};
}

/* --- tallies --- */

static const char *const tally_codes[TALLY_COUNT] = {
    [TALLY_LISTS] = "list_never_closed",
    [TALLY_IGNORED] = "tag_ignored",
    [TALLY_LOOSE_ITEMS] = "item_in_own_paragraph",
    [TALLY_NO_GROUP] = "item_without_group",
    [TALLY_NO_MARK] = "item_without_mark",
};

static void tally(
    TableReader *reader, TableTally which, uint32_t count, TableNode *node, PlanSource source, Str words)
{
    TableTallied *tallied = &reader->page.tallies[which];
    if (tallied->count == 0 && count > 0) {
        tallied->node = node;
        tallied->source = source;
        tallied->subject = words;
    }
    tallied->count += count;
}

void table_warn_of_tallies(TableReader *reader)
{
    for (size_t i = 0; i < TALLY_COUNT; i++) {
        const TableTallied *tallied = &reader->page.tallies[i];
        if (tallied->count == 0) {
            continue;
        }
        const Str head = utf8_slice(tallied->subject, 0, TALLY_WORDS_MAX);
        const Str subject = arena_printf(reader->scratch, "%.*s%s (×%" PRIu32 ")", STR_ARGS(head),
            head.len < tallied->subject.len ? "…" : "", tallied->count);
        (void)table_warn(reader, tally_codes[i], tallied->node, tallied->source, subject);
    }
}

/* --- titles --- */

void table_warn_of_slips(TableReader *reader, TableNode *node, PlanSource source)
{
    for (size_t i = 0; i < reader->reading.slips.len; i++) {
        const TableSlip *slip = &reader->reading.slips.at[i];
        source.line = slip->line;
        (void)table_warn(reader, slip->code, node, source, slip->subject);
    }
}

/* A mark of a title's words, moved `back` code points towards the front. */
static void add_title_mark(TableReader *reader, TableTitle *title, PlanMark mark, size_t back, size_t on)
{
    mark.from = mark.from + on > back ? mark.from + on - back : 0;
    mark.to = mark.to + on > back ? mark.to + on - back : 0;
    if (mark.from == mark.to) {
        return;
    }
    PlanMark *added = VEC_PUSH(reader->arena, &title->marks);
    if (added != NULL) {
        *added = mark;
    }
}

/* A numbered title: its paragraphs joined by a space, the number taken off. */
static TableTitle split_title(TableReader *reader, Str words, const TableBlock *blocks, size_t count)
{
    TableTitle title = {0};
    (void)number_split(words, &title.number, &title.text);
    const size_t back = utf8_count(str_slice(words, 0, words.len - title.text.len));
    size_t on = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < blocks[i].marks.len; j++) {
            add_title_mark(reader, &title, blocks[i].marks.at[j], back, on);
        }
        on += utf8_count(blocks[i].text) + 1;
    }
    return title;
}

TableTitle table_read_title(TableReader *reader, TableCell cell)
{
    table_read_cell(&reader->cells, cell, true, &reader->reading);
    const TableReading *reading = &reader->reading;
    if (reading->blocks.len == 0) {
        return (TableTitle){.number = STR_EMPTY, .text = STR_EMPTY};
    }
    return split_title(reader, table_join(reader, reading), reading->blocks.at, reading->blocks.len);
}

/* --- cells -> nodes --- */

static TableNode *add_block_node(
    TableReader *reader, TableNode *parent, PlanKind kind, const TableBlock *block, PlanSource source)
{
    const TableTitle title = {.number = STR_EMPTY, .text = block->text, .marks = block->marks};
    return table_add(reader, parent, kind, &title, source);
}

static TableNode *last_group(const TableColumn *column)
{
    return column->groups.len == 0 ? NULL : column->groups.at[column->groups.len - 1];
}

static void add_group(TableReader *reader, TableColumn *column, const TableBlock *block, PlanSource source)
{
    TableNode *group = add_block_node(reader, column->node, PLAN_GROUP, block, source);
    if (group == NULL) {
        return;
    }
    TableNode **slot = VEC_PUSH(reader->scratch, &column->groups);
    if (slot != NULL) {
        *slot = group;
    }
}

/* A numbered paragraph below 主な取組 without a row of titles: "① 水を守る". */
static bool is_inner_measure(const TableColumn *column, const TableBlock *block)
{
    Str number, title;
    return column->kind == PLAN_MEASURES && block->kind == TABLE_WORDS &&
           number_split(block->text, &number, &title) && title.len > 0 &&
           utf8_count(title) <= MEASURE_TITLE_MAX && !str_contains(title, S("。"));
}

static void open_inner_measure(
    TableReader *reader, TableColumn *column, const TableBlock *block, PlanSource source)
{
    TableNode *above = column->node->kind == PLAN_MEASURE ? column->node->parent : column->node;
    const TableTitle title = split_title(reader, block->text, block, 1);
    bool made = false;
    TableNode *measure = table_open(reader, above, PLAN_MEASURE, &title, source, &made);
    if (measure == NULL) {
        return;
    }
    if (made && measure->number_repeated) {
        (void)table_warn(reader, "number_repeated", measure, source, block->text);
    }
    column->node = measure;
    column->groups.len = 0;
}

/* An item or a paragraph: what it is, and what is odd about where it stands. */
static void add_item(
    TableReader *reader, TableColumn *column, const TableBlock *block, bool behind_heading, PlanSource source)
{
    TableNode *group = last_group(column);
    const bool direction = column->kind == PLAN_DIRECTION;
    const bool paragraph = block->kind == TABLE_WORDS && block->own_paragraph && !behind_heading;
    if (direction && (group == NULL || paragraph)) {
        (void)add_block_node(reader, column->node, PLAN_DIRECTION, block, source);
        column->has_wording = true;
        return;
    }
    const bool fact = direction || column->kind == PLAN_SITUATION;
    TableNode *item = add_block_node(
        reader, group == NULL ? column->node : group, fact ? PLAN_FACT : PLAN_INITIATIVE, block, source);
    reader->page.initiatives += !fact;
    if (block->kind == TABLE_WORDS) {
        tally(reader, TALLY_NO_MARK, 1, item, source, block->text);
    }
    if (group == NULL) {
        tally(reader, TALLY_NO_GROUP, 1, item, source, block->text);
    } else if (block->kind == TABLE_ITEM && block->own_paragraph && !behind_heading) {
        tally(reader, TALLY_LOOSE_ITEMS, 1, item, source, block->text);
    }
}

static void add_blocks(TableReader *reader, TableColumn *column, PlanSource source)
{
    bool behind_heading = false;
    for (size_t i = 0; i < reader->reading.blocks.len; i++) {
        const TableBlock block = reader->reading.blocks.at[i];
        source.line = block.line;
        if (block.kind == TABLE_HEADING) {
            add_group(reader, column, &block, source);
        } else if (is_inner_measure(column, &block)) {
            open_inner_measure(reader, column, &block, source);
        } else {
            add_item(reader, column, &block, behind_heading, source);
        }
        behind_heading = block.kind == TABLE_HEADING;
    }
}

static void read_cell(TableReader *reader, TableColumn *column, TableCell cell, PlanSource source)
{
    table_read_cell(&reader->cells, cell, false, &reader->reading);
    const TableTagCount lists = reader->reading.open_lists, ignored = reader->reading.ignored;
    table_warn_of_slips(reader, column->node, source);
    source.line = lists.line;
    tally(reader, TALLY_LISTS, lists.count, NULL, source, lists.first);
    source.line = ignored.line;
    tally(reader, TALLY_IGNORED, ignored.count, NULL, source, ignored.first);
    add_blocks(reader, column, source);
}

/* The column that the i-th cell of a row belongs to: cells below a blank heading, and cells beyond the last
 * heading, belong to the named column on their left. */
static TableColumn *column_of(TableReader *reader, size_t cell, bool *named)
{
    TablePage *page = &reader->page;
    const size_t i = cell < page->columns.len ? cell : page->columns.len - 1;
    *named = cell < page->columns.len && !page->columns.at[i].is_blank;
    return &page->columns.at[page->columns.at[i].of];
}

void table_read_body_row(TableReader *reader, const TableLine *line)
{
    table_read_row(reader, line);
    reader->page.row++;
    reader->page.rows_in_columns++;
    if (reader->page.mode == TABLE_TITLES) {
        reader->page.mode = TABLE_SECTIONS;
    }
    for (size_t i = 0; i < reader->row.len; i++) {
        const TableCell cell = reader->row.at[i];
        const PlanSource source = table_place(reader, cell.line, i);
        bool named = false;
        TableColumn *column = column_of(reader, i, &named);
        const Str words = table_trim(cell.text);
        if (named) {
            column->source = source;
        }
        if (words.len == 0) {
            continue;
        }
        if (column->kind == PLAN_KIND_COUNT) {
            (void)table_warn(reader, "text_not_understood", NULL, source, words);
            continue;
        }
        if (!named) {
            (void)table_warn(reader, "cell_without_heading", column->node, source, words);
        }
        read_cell(reader, column, cell, source);
    }
}

TableColumn *table_add_column(TableReader *reader, PlanKind kind, TableNode *node, PlanSource source)
{
    TableColumn *column = VEC_PUSH(reader->scratch, &reader->page.columns);
    if (column != NULL) {
        *column = (TableColumn){.kind = node == NULL ? PLAN_KIND_COUNT : kind,
            .node = node,
            .of = reader->page.columns.len - 1,
            .source = source};
    }
    return column;
}

void table_name_blank_columns(TablePage *page)
{
    size_t named = 0;
    while (named < page->columns.len && page->columns.at[named].is_blank) {
        named++;
    }
    for (size_t i = 0; i < page->columns.len; i++) {
        named = page->columns.at[i].is_blank && named < page->columns.len ? named : i;
        page->columns.at[i].of = named;
    }
}

/* --- columns --- */

/* Whether two headings of groups end alike, as in ...の状況: then they are of one sort. */
static bool end_alike(Str a, Str b)
{
    const size_t length = utf8_count(a);
    return length > 2 && str_ends(b, utf8_slice(a, length - 2, length));
}

static bool ends_like_situations(const TableNode *situation, const TableNode *group)
{
    size_t looked_at = 0;
    for (const TableNode *child = situation->first; child != NULL && looked_at < 16; child = child->next) {
        if (child->kind == PLAN_GROUP && end_alike(child->text, group->text)) {
            return true;
        }
        looked_at++;
    }
    return false;
}

/* Groups below 基本方向: the cell probably belongs to 現状と課題. */
static void warn_of_misplaced_groups(TableReader *reader, const TableColumn *column)
{
    if (column->groups.len == 0) {
        return;
    }
    TableNode *first = column->groups.at[0];
    TableNode *situation = column->node->parent->first;
    while (situation != NULL && situation->kind != PLAN_SITUATION) {
        situation = situation->next;
    }
    const bool movable =
        situation != NULL && (!column->has_wording || ends_like_situations(situation, first));
    TableWarning *warning =
        table_warn(reader, movable ? "direction_holds_situations" : "direction_holds_groups", column->node,
            first->source, first->text);
    if (warning != NULL && movable) {
        warning->move = (TableMove){column->groups.at, column->groups.len, situation};
    }
}

/* The next named column in steps of one to the left (-1) or right. */
static TableStand stand_beside(const TablePage *page, size_t i, int step)
{
    for (size_t j = i + (size_t)step; j < page->columns.len; j += (size_t)step) {
        const TableColumn *column = &page->columns.at[j];
        if (!column->is_blank) {
            return (TableStand){column->node, column->groups.at, column->groups.len};
        }
    }
    return (TableStand){0};
}

static void note_gaps(TableReader *reader)
{
    const TablePage *page = &reader->page;
    for (size_t i = 0; i < page->columns.len; i++) {
        const TableColumn *column = &page->columns.at[i];
        if (column->kind != PLAN_MEASURE || column->is_blank || column->node->first != NULL) {
            continue;
        }
        TableGap *gap = VEC_PUSH(reader->scratch, &reader->gaps);
        if (gap != NULL) {
            *gap = (TableGap){.empty = column->node,
                .before = stand_beside(page, i, -1),
                .after = stand_beside(page, i, 1),
                .source = column->source};
        }
    }
}

void table_finish_columns(TableReader *reader)
{
    for (size_t i = 0; i < reader->page.columns.len; i++) {
        const TableColumn *column = &reader->page.columns.at[i];
        if (column->kind == PLAN_DIRECTION && !column->is_blank) {
            warn_of_misplaced_groups(reader, column);
        }
        for (size_t j = 0; j < column->groups.len; j++) {
            TableNode *group = column->groups.at[j];
            if (group->first == NULL) {
                (void)table_warn(reader, "group_empty", group, group->source, group->text);
            }
        }
    }
    note_gaps(reader);
    reader->page.columns.len = 0;
    reader->page.rows_in_columns = 0;
}
