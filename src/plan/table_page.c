/* plan/table_page.c: a page of tables, line by line.
 *
 * A page is its labels (基本政策名, 政策名), then tables: a row of headings that says what each column holds,
 * and rows of cells below it (table_column.c). Lines that are neither heading nor cell stand outside the
 * tables: footnotes, rationales, or words that are kept in a warning.
 *
 * What must hold: every word of the source ends up in a node, an annotation or the subject of a warning, or
 * is a tag, a marker, a ruled line, the page's title or the name of a label.
 */
#include "plan/table_internal.h"

/* --- pages and labels --- */

static void begin_page(TableReader *reader, const TableLine *line)
{
    table_finish_page(reader);
    TablePage *page = &reader->page;
    const uint32_t number = page->number + 1;
    *page = (TablePage){.number = number,
        .mode = TABLE_PAGE,
        .nodes_from = reader->nodes.len,
        .notes_from = reader->notes.len,
        .columns = page->columns};
    page->columns.len = 0;
    const Str words = table_trim(line->text);
    if (table_line_kind(reader, line->text) == TABLE_LINE_TITLE &&
        !str_equal(table_plain(reader, (TableCell){words, line->number}), reader->profile->page_title)) {
        (void)table_warn(reader, "text_not_understood", NULL, table_place(reader, line->number, 0), words);
    }
}

static void open_basic_policy(TableReader *reader, TableCell cell, PlanSource source)
{
    const TableTitle title = table_read_title(reader, cell);
    bool made = false;
    TableNode *basic = table_open(reader, &reader->root, PLAN_BASIC_POLICY, &title, source, &made);
    table_warn_of_slips(reader, basic, source);
    reader->page.basic = basic;
    if (basic == NULL) {
        return;
    }
    if (made && basic->number_repeated) {
        (void)table_warn(reader, "number_repeated", basic, source, table_trim(cell.text));
    }
    if (basic->next != NULL) {
        (void)table_warn(reader, "order_changed", basic, source, table_trim(cell.text));
    }
}

static void open_policy(TableReader *reader, TableNode *parent, TableCell cell, PlanSource source)
{
    const TableTitle title = table_read_title(reader, cell);
    const uint32_t before =
        parent->last == NULL || parent->last->kind != PLAN_POLICY ? 0 : parent->last->value;
    bool made = false;
    TableNode *policy = table_open(reader, parent, PLAN_POLICY, &title, source, &made);
    table_warn_of_slips(reader, policy, source);
    reader->page.policy = policy;
    if (policy == NULL) {
        return;
    }
    const Str words = table_trim(cell.text);
    if (!made) {
        (void)table_warn(reader, "policy_continued", policy, source, words);
    } else if (policy->number_repeated) {
        (void)table_warn(reader, "number_repeated", policy, source, words);
    } else if (before > 0 && policy->value != before + 1) {
        (void)table_warn(reader, policy->value == 0 ? "number_missing" : "number_gap", policy, source, words);
    }
}

/* 基本政策名 TAB 2 ひと創り TAB 政策名 TAB (1) ... */
static void read_labels(TableReader *reader, const TableLine *line)
{
    if (reader->page.mode != TABLE_PAGE || reader->page.policy != NULL || reader->page.basic != NULL) {
        begin_page(reader, line);
        (void)table_warn(
            reader, "page_without_title", NULL, table_place(reader, line->number, 0), table_trim(line->text));
    }
    table_split_row(reader, line->text, line->number);
    reader->page.row++;
    TableCell policy = {STR_EMPTY, 0};
    size_t policy_at = 0;
    for (size_t i = 0; i < reader->row.len; i += 2) {
        const Str label = table_plain(reader, reader->row.at[i]);
        const TableCell value =
            i + 1 < reader->row.len ? reader->row.at[i + 1] : (TableCell){STR_EMPTY, line->number};
        if (str_equal(label, reader->profile->basic_policy)) {
            open_basic_policy(reader, value, table_place(reader, line->number, i + 1));
        } else if (str_equal(label, reader->profile->policy)) {
            policy = value;
            policy_at = i + 1;
        } else if (label.len + table_trim(value.text).len > 0) {
            (void)table_warn(reader, "label_unknown", NULL, table_place(reader, line->number, i),
                arena_printf(
                    reader->scratch, "%.*s %.*s", STR_ARGS(label), STR_ARGS(table_trim(value.text))));
        }
    }
    if (policy_at > 0) {
        TableNode *parent = reader->page.basic == NULL ? &reader->root : reader->page.basic;
        open_policy(reader, parent, policy, table_place(reader, line->number, policy_at));
    }
}

/* --- headings of sections --- */

static TableNode *open_section(TableReader *reader, PlanKind kind, TableCell cell, PlanSource source)
{
    const TableTitle title = {
        .number = STR_EMPTY, .text = arena_str(reader->arena, table_plain(reader, cell))};
    bool made = false;
    return table_open(reader, reader->page.policy, kind, &title, source, &made);
}

static void read_sections(TableReader *reader, const TableLine *line)
{
    table_finish_columns(reader);
    table_split_row(reader, line->text, line->number);
    reader->page.row++;
    if (reader->page.policy == NULL) {
        const PlanSource here = table_place(reader, line->number, 0);
        open_policy(reader, reader->page.basic == NULL ? &reader->root : reader->page.basic,
            (TableCell){STR_EMPTY, line->number}, here);
        (void)table_warn(reader, "policy_missing", reader->page.policy, here, table_trim(line->text));
    }
    size_t blank = 0, named = 0, measures = 0;
    for (size_t i = 0; i < reader->row.len && reader->page.policy != NULL; i++) {
        const TableCell cell = reader->row.at[i];
        const PlanSource source = table_place(reader, cell.line, i);
        const Str heading = table_plain(reader, cell);
        PlanKind kind = PLAN_KIND_COUNT;
        const bool known = table_section_kind(reader->profile, heading, &kind);
        TableNode *section = known ? open_section(reader, kind, cell, source) : NULL;
        TableColumn *column = table_add_column(reader, kind, section, source);
        if (column == NULL) {
            return;
        }
        column->is_blank = heading.len == 0;
        blank += column->is_blank;
        named += known;
        measures += kind == PLAN_MEASURES;
        if (!known && !column->is_blank) {
            (void)table_warn(reader, "heading_unknown", NULL, source, heading);
        }
    }
    table_name_blank_columns(&reader->page);
    const bool titles_next = named == measures;
    if (blank > 0 && !titles_next) {
        (void)table_warn(
            reader, "heading_blank", NULL, table_place(reader, line->number, 0), table_trim(line->text));
    }
    reader->page.mode = titles_next ? TABLE_TITLES : TABLE_SECTIONS;
}

/* --- measures --- */

/* What the numbers of new measures should count on from. */
typedef struct NumberCheck {
    uint32_t highest; /* of the measures before the row */
    uint32_t serials; /* nodes made before the row: a measure of theirs is printed again, not new */
} NumberCheck;

/* Numbers of a row of measures that do not count on one by one from the measures before. */
static void warn_of_numbers(TableReader *reader, NumberCheck before, const TableLine *line)
{
    const TablePage *page = &reader->page;
    uint32_t last = before.highest, low = UINT32_MAX, high = 0, count = 0;
    bool ordered = true, following = true;
    Buf *printed = reader->cells.words;
    buf_clear(printed);
    TableNode *first = NULL;
    for (size_t i = 0; i < page->columns.len; i++) {
        TableNode *measure = page->columns.at[i].is_blank ? NULL : page->columns.at[i].node;
        if (measure == NULL || measure->value == 0 || measure->serial <= before.serials) {
            continue;
        }
        if (measure->number_repeated) {
            return; /* told already */
        }
        first = first == NULL ? measure : first;
        ordered = ordered && measure->value > last;
        following = following && measure->value == last + 1;
        last = measure->value;
        low = measure->value < low ? measure->value : low;
        high = measure->value > high ? measure->value : high;
        count++;
        buf_add(printed, measure->number);
    }
    if (count == 0 || following) {
        return;
    }
    const bool whole = low == before.highest + 1 && high - low + 1 == count;
    (void)table_warn(reader, !ordered && whole ? "columns_renumbered" : "number_gap", first,
        table_place(reader, line->number, 0), buf_str(printed));
}

static void read_measure_column(TableReader *reader, TableNode *section, size_t i)
{
    const TableCell cell = reader->row.at[i];
    const PlanSource source = table_place(reader, cell.line, i);
    if (table_trim(cell.text).len == 0) {
        TableColumn *column = table_add_column(reader, PLAN_MEASURE, section, source);
        if (column != NULL) {
            column->is_blank = true;
        }
        return;
    }
    const TableTitle title = table_read_title(reader, cell);
    bool made = false;
    TableNode *measure = table_open(reader, section, PLAN_MEASURE, &title, source, &made);
    table_warn_of_slips(reader, measure, source);
    if (measure == NULL || table_add_column(reader, PLAN_MEASURE, measure, source) == NULL) {
        return;
    }
    if (made && measure->number_repeated) {
        (void)table_warn(reader, "number_repeated", measure, source, title.number);
    }
    if (measure->value > section->value) {
        section->value = measure->value;
    }
    if (made && measure->value == 0) {
        (void)table_warn(reader, "number_missing", measure, source, title.text);
    }
}

static TableNode *measures_section(TableReader *reader)
{
    TableNode *section = NULL;
    for (size_t i = 0; i < reader->page.columns.len; i++) {
        TableNode *node = reader->page.columns.at[i].node;
        if (node != NULL) {
            section = node->kind == PLAN_MEASURE ? node->parent : node;
        }
    }
    return section;
}

static void read_measure_titles(TableReader *reader, const TableLine *line)
{
    TableNode *section = measures_section(reader);
    if (section == NULL) {
        return;
    }
    table_finish_columns(reader);
    table_split_row(reader, line->text, line->number);
    reader->page.row++;
    const NumberCheck before = {section->value, (uint32_t)reader->nodes.len};
    bool blank = false;
    for (size_t i = 0; i < reader->row.len; i++) {
        read_measure_column(reader, section, i);
        blank = blank || table_trim(reader->row.at[i].text).len == 0;
    }
    table_name_blank_columns(&reader->page);
    reader->page.mode = TABLE_MEASURES;
    warn_of_numbers(reader, before, line);
    if (blank) {
        (void)table_warn(
            reader, "heading_blank", NULL, table_place(reader, line->number, 0), table_trim(line->text));
    }
}

/* --- outside the tables --- */

static void add_note(TableReader *reader, PlanAnnotationKind kind, const TableBlock *block)
{
    TableNote *note = VEC_PUSH(reader->scratch, &reader->notes);
    if (note != NULL) {
        *note = (TableNote){.kind = kind,
            .text = block->text,
            .source = (PlanSource){.file = reader->file, .line = block->line},
            .policy = reader->page.policy,
            .nodes_from = reader->page.nodes_from};
    }
}

static void read_outside(TableReader *reader, const TableLine *line, bool footnote)
{
    const TableCell paragraph = table_read_paragraph(reader, line);
    const bool placed = reader->page.policy != NULL && (footnote || reader->page.initiatives > 0);
    const PlanSource source = {.file = reader->file, .line = paragraph.line};
    if (!placed) {
        (void)table_warn(
            reader, "text_not_understood", reader->page.policy, source, table_trim(paragraph.text));
        return;
    }
    table_read_cell(&reader->cells, paragraph, true, &reader->reading);
    table_warn_of_slips(reader, reader->page.policy, source);
    for (size_t i = 0; i < reader->reading.blocks.len; i++) {
        add_note(reader, footnote ? PLAN_FOOTNOTE : PLAN_RATIONALE, &reader->reading.blocks.at[i]);
    }
}

/* Headings in the middle of a page that the profile does not know: what stands below them cannot be placed.
 */
static void read_unknown_headings(TableReader *reader, const TableLine *line)
{
    table_finish_columns(reader);
    table_split_row(reader, line->text, line->number);
    reader->page.row++;
    for (size_t i = 0; i < reader->row.len; i++) {
        const PlanSource source = table_place(reader, line->number, i);
        TableColumn *column = table_add_column(reader, PLAN_KIND_COUNT, NULL, source);
        const Str heading = table_trim(reader->row.at[i].text);
        if (column != NULL) {
            column->is_blank = heading.len == 0;
        }
        if (heading.len > 0) {
            (void)table_warn(reader, "heading_unknown", NULL, source, heading);
        }
    }
    table_name_blank_columns(&reader->page);
    reader->page.mode = TABLE_SECTIONS;
}

/* --- lines --- */

/* Whether a line that is no known heading looks like the headings of another table: a row of short words
 * where none is expected, or set off by a blank line from the rows above. */
static bool is_unknown_headings(TableReader *reader, const TableLine *line)
{
    const TablePage *page = &reader->page;
    const bool expected =
        page->mode == TABLE_PAGE || ((page->mode == TABLE_SECTIONS || page->mode == TABLE_MEASURES) &&
                                        page->rows_in_columns > 0 && line->after_blank);
    return expected && table_has_cells(reader, line->text) && table_looks_like_headings(reader, line->text);
}

static void read_other(TableReader *reader, const TableLine *line)
{
    const TablePage *page = &reader->page;
    const bool cells = table_has_cells(reader, line->text);
    if (page->mode == TABLE_TITLES && table_looks_like_headings(reader, line->text)) {
        read_measure_titles(reader, line);
    } else if (is_unknown_headings(reader, line)) {
        read_unknown_headings(reader, line);
    } else if (page->columns.len > 0 && (cells || page->rows_in_columns == 0)) {
        table_read_body_row(reader, line);
    } else if (table_trim(line->text).len > 0) {
        read_outside(reader, line, false);
    }
}

void table_read_line(TableReader *reader, const TableLine *line)
{
    switch (table_line_kind(reader, line->text)) {
    case TABLE_LINE_RULE:
        break;
    case TABLE_LINE_TITLE:
        begin_page(reader, line);
        break;
    case TABLE_LINE_LABELS:
        read_labels(reader, line);
        break;
    case TABLE_LINE_SECTIONS:
        if (reader->page.mode == TABLE_NO_PAGE) {
            read_outside(reader, line, false);
        } else {
            read_sections(reader, line);
        }
        break;
    case TABLE_LINE_MEASURES:
        read_measure_titles(reader, line);
        break;
    case TABLE_LINE_FOOTNOTE:
        read_outside(reader, line, true);
        break;
    case TABLE_LINE_OTHER:
        read_other(reader, line);
        break;
    }
}

void table_finish_page(TableReader *reader)
{
    table_finish_columns(reader);
    table_warn_of_tallies(reader);
    for (size_t i = reader->page.notes_from; i < reader->notes.len; i++) {
        reader->notes.at[i].nodes_to = reader->nodes.len;
    }
}
