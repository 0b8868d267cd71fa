/* plan/table_line.c: physical lines, what each is, and the rows and paragraphs that run over several of them.
 *
 * A row's cells may hold line breaks, and nothing marks a row's end. A line belongs to the row above it
 *   - while the row lacks cells and a line with a cell separator still comes before the next heading, or
 *   - when no blank line stands between, or it begins with a marker (● or 《),
 * and never when it is a heading, a ruled line or a footnote, or when it holds separators and the row has all
 * its cells.
 *
 * Looking ahead for separators goes to the next heading once and is remembered (region_end), so that reading
 * stays linear.
 */
#include "plan/table_internal.h"

#include "base/utf8.h"
#include "plan/number.h"

#define HEADING_MAX 80        /* code points of a heading of a column */
#define HEADING_BYTES_MAX 480 /* with its tags */
#define FOOTNOTE_WORD_MAX 40  /* code points before the colon */
#define TITLE_DRESS_MAX 64    /* bytes of tags around a page's title */
#define RULE_MIN 3

static const Str IDEOGRAPHIC_SPACE = STR_LITERAL("\xE3\x80\x80"); /* U+3000 */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str table_trim(Str s)
{
    for (;;) {
        if (s.len > 0 && is_space(s.at[0])) {
            s = str_slice(s, 1, s.len);
        } else if (str_starts(s, IDEOGRAPHIC_SPACE)) {
            s = str_slice(s, IDEOGRAPHIC_SPACE.len, s.len);
        } else {
            break;
        }
    }
    for (;;) {
        if (s.len > 0 && is_space(s.at[s.len - 1])) {
            s.len--;
        } else if (str_ends(s, IDEOGRAPHIC_SPACE)) {
            s.len -= IDEOGRAPHIC_SPACE.len;
        } else {
            return s;
        }
    }
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r' || c == '\f';
}

bool table_has_cells(const TableReader *reader, Str line)
{
    return line.len > 0 && memchr(line.at, reader->profile->cell.at[0], line.len) != NULL;
}

bool table_next_line(TableReader *reader, TableLine *out)
{
    out->after_blank = false;
    while (reader->at < reader->text.len) {
        size_t end = reader->at;
        while (end < reader->text.len && !is_line_end(reader->text.at[end])) {
            end++;
        }
        *out = (TableLine){.text = str_slice(reader->text, reader->at, end),
            .number = reader->line,
            .at = reader->at,
            .after_blank = out->after_blank};
        const bool feed = end < reader->text.len && reader->text.at[end] == '\f';
        const bool pair = str_starts(str_slice(reader->text, end, reader->text.len), S("\r\n"));
        reader->at = end + (pair ? 2 : 1);
        reader->line += !feed;
        if (table_trim(out->text).len > 0 || table_has_cells(reader, out->text)) {
            return true;
        }
        out->after_blank = true;
    }
    return false;
}

/* --- what a line is --- */

static bool is_rule(const TableReader *reader, Str line)
{
    size_t rules = 0;
    for (size_t i = 0; i < line.len; i++) {
        const char c = line.at[i];
        rules += c == reader->profile->rule.at[0];
        if (c != reader->profile->rule.at[0] && c != reader->profile->cell.at[0] && !is_space(c)) {
            return false;
        }
    }
    return rules >= RULE_MIN;
}

static bool is_title(const TableReader *reader, Str line)
{
    const Str title = reader->profile->page_title;
    return line.len <= title.len + TITLE_DRESS_MAX && str_contains(line, title);
}

/* The cell of a line that begins at *at; moves *at behind it, past the end after the last. */
static Str next_cell(const TableReader *reader, Str line, size_t *at)
{
    const size_t from = *at;
    const char *found =
        from < line.len ? memchr(line.at + from, reader->profile->cell.at[0], line.len - from) : NULL;
    const size_t end = found == NULL ? line.len : (size_t)(found - line.at);
    *at = end + 1;
    return str_slice(line, from, end);
}

static bool is_label(const TableReader *reader, Str cell)
{
    return str_equal(cell, reader->profile->basic_policy) || str_equal(cell, reader->profile->policy);
}

static bool is_labels(TableReader *reader, Str line)
{
    size_t at = 0;
    const Str first = next_cell(reader, line, &at);
    return first.len <= HEADING_BYTES_MAX && at <= line.len &&
           is_label(reader, table_plain(reader, (TableCell){first, 0}));
}

static bool looks_like_heading(const TableReader *reader, Str cell)
{
    const PlanProfile *profile = reader->profile;
    return cell.len <= HEADING_BYTES_MAX && utf8_count(cell) <= HEADING_MAX &&
           !str_contains(cell, profile->item) && !str_contains(cell, profile->group_open) &&
           !str_contains(cell, S("。"));
}

bool table_looks_like_headings(const TableReader *reader, Str row)
{
    bool found = false;
    for (size_t at = 0; at <= row.len;) {
        const Str cell = table_trim(next_cell(reader, row, &at));
        if (!looks_like_heading(reader, cell)) {
            return false;
        }
        found = found || cell.len > 0;
    }
    return found;
}

bool table_section_kind(const PlanProfile *profile, Str heading, PlanKind *kind)
{
    const Str labels[] = {profile->situation, profile->direction, profile->measures};
    const PlanKind kinds[] = {PLAN_SITUATION, PLAN_DIRECTION, PLAN_MEASURES};
    for (size_t i = 0; i < COUNT_OF(labels); i++) {
        if (str_equal(heading, labels[i])) {
            *kind = kinds[i];
            return true;
        }
    }
    return false;
}

static bool is_sections(TableReader *reader, Str line)
{
    PlanKind kind = PLAN_KIND_COUNT;
    for (size_t at = 0; at <= line.len;) {
        const Str cell = next_cell(reader, line, &at);
        if (table_section_kind(reader->profile, table_plain(reader, (TableCell){cell, 0}), &kind)) {
            return true;
        }
    }
    return false;
}

/* Titles of measures in the middle of a page: every cell begins with a number. With one column it must be the
 * next number, as a list inside the cell may be numbered too. */
static bool is_measure_titles(TableReader *reader, Str line)
{
    const TablePage *page = &reader->page;
    if (page->mode != TABLE_MEASURES || (page->columns.len > 1 && !table_has_cells(reader, line))) {
        return false;
    }
    for (size_t at = 0; at <= line.len;) {
        const Str cell = next_cell(reader, line, &at);
        Str number, title;
        uint32_t value = 0;
        if (table_trim(cell).len == 0) {
            continue;
        }
        if (!number_split(table_plain(reader, (TableCell){cell, 0}), &number, &title) || title.len == 0 ||
            !number_value(number, &value)) {
            return false;
        }
        if (page->columns.len == 1 && value != page->columns.at[0].node->value + 1) {
            return false;
        }
    }
    return true;
}

static bool is_footnote(const TableReader *reader, Str line)
{
    const Str mark = reader->profile->footnote;
    const Str words = table_trim(line);
    if (!str_starts(words, mark) || table_has_cells(reader, line)) {
        return false;
    }
    const Str head = utf8_slice(str_slice(words, mark.len, words.len), 0, FOOTNOTE_WORD_MAX + 1);
    return str_contains(head, S("：")) || str_contains(head, S(":"));
}

TableLineKind table_line_kind(TableReader *reader, Str line)
{
    if (is_rule(reader, line)) {
        return TABLE_LINE_RULE;
    }
    if (is_title(reader, line)) {
        return TABLE_LINE_TITLE;
    }
    if (is_labels(reader, line)) {
        return TABLE_LINE_LABELS;
    }
    if (is_footnote(reader, line)) {
        return TABLE_LINE_FOOTNOTE;
    }
    if (!table_looks_like_headings(reader, line)) {
        return TABLE_LINE_OTHER;
    }
    if (is_sections(reader, line)) {
        return TABLE_LINE_SECTIONS;
    }
    return is_measure_titles(reader, line) ? TABLE_LINE_MEASURES : TABLE_LINE_OTHER;
}

/* --- rows
 * ---------------------------------------------------------------------------------------------------------
 */

typedef struct Cursor {
    size_t at;
    uint32_t line;
} Cursor;

static Cursor cursor_of(const TableReader *reader)
{
    return (Cursor){reader->at, reader->line};
}

static void go_back(TableReader *reader, Cursor cursor)
{
    reader->at = cursor.at;
    reader->line = cursor.line;
}

static size_t count_separators(const TableReader *reader, Str s)
{
    size_t count = 0;
    for (size_t at = 0; at < s.len; count++) {
        const char *found = memchr(s.at + at, reader->profile->cell.at[0], s.len - at);
        if (found == NULL) {
            break;
        }
        at = (size_t)(found - s.at) + 1;
    }
    return count;
}

/* Learns, from the line at `at` on, where the next heading stands and which line before it is the last with
 * cells. */
static void survey_region(TableReader *reader, size_t at)
{
    if (at < reader->region_end) {
        return;
    }
    const Cursor here = cursor_of(reader);
    reader->last_cells = SIZE_MAX;
    reader->region_end = reader->text.len;
    reader->at = at;
    TableLine line;
    while (table_next_line(reader, &line)) {
        if (line.at > at && table_line_kind(reader, line.text) != TABLE_LINE_OTHER) {
            reader->region_end = line.at;
            break;
        }
        if (table_has_cells(reader, line.text)) {
            reader->last_cells = line.at;
        }
    }
    go_back(reader, here);
}

static bool begins_with_marker(const TableReader *reader, Str line)
{
    Str words = table_trim(line);
    while (words.len > 0 && words.at[0] == '<') {
        const char *end = memchr(words.at, '>', words.len);
        if (end == NULL) {
            return false;
        }
        words = table_trim(str_slice(words, (size_t)(end - words.at) + 1, words.len));
    }
    return str_starts(words, reader->profile->item) || str_starts(words, reader->profile->group_open);
}

/* Whether the line goes on with a row that has `separators` so far. */
static bool continues_row(TableReader *reader, const TableLine *line, size_t separators)
{
    if (table_line_kind(reader, line->text) != TABLE_LINE_OTHER) {
        return false;
    }
    const bool lacks_cells = separators + 1 < reader->page.columns.len;
    if (lacks_cells && reader->last_cells != SIZE_MAX && reader->last_cells >= line->at) {
        return true;
    }
    if (!lacks_cells && table_has_cells(reader, line->text)) {
        return false;
    }
    return !line->after_blank || begins_with_marker(reader, line->text);
}

void table_split_row(TableReader *reader, Str row, uint32_t line)
{
    const size_t count = count_separators(reader, row) + 1;
    reader->row.len = 0;
    if (count > TABLE_CELLS_MAX) {
        reader->stopped = true;
        (void)error_at(reader->error, ERROR_LIMIT, reader->file, (long)line, 0,
            "a row has %zu cells; at most %d are read", count, TABLE_CELLS_MAX);
        return;
    }
    for (size_t at = 0; at <= row.len;) {
        const size_t from = at;
        TableCell *cell = VEC_PUSH(reader->scratch, &reader->row);
        if (cell == NULL) {
            return;
        }
        *cell = (TableCell){next_cell(reader, row, &at), line};
        for (size_t i = from; i < at && i < row.len; i++) {
            line += row.at[i] == '\n';
        }
    }
}

void table_read_row(TableReader *reader, const TableLine *first)
{
    survey_region(reader, first->at);
    size_t end = first->at + first->text.len;
    size_t separators = count_separators(reader, first->text);
    for (;;) {
        const Cursor here = cursor_of(reader);
        TableLine line;
        if (!table_next_line(reader, &line)) {
            break;
        }
        if (!continues_row(reader, &line, separators)) {
            go_back(reader, here);
            break;
        }
        separators += count_separators(reader, line.text);
        end = line.at + line.text.len;
    }
    table_split_row(reader, str_slice(reader->text, first->at, end), first->number);
}

TableCell table_read_paragraph(TableReader *reader, const TableLine *first)
{
    size_t end = first->at + first->text.len;
    for (;;) {
        const Cursor here = cursor_of(reader);
        TableLine line;
        if (!table_next_line(reader, &line)) {
            break;
        }
        if (line.after_blank || table_has_cells(reader, line.text) || begins_with_marker(reader, line.text) ||
            table_line_kind(reader, line.text) != TABLE_LINE_OTHER) {
            go_back(reader, here);
            break;
        }
        end = line.at + line.text.len;
    }
    return (TableCell){str_slice(reader->text, first->at, end), first->number};
}

Str table_join(TableReader *reader, const TableReading *reading)
{
    if (reading->blocks.len == 1) {
        return reading->blocks.at[0].text;
    }
    Buf *joined = reader->cells.words;
    buf_clear(joined);
    for (size_t i = 0; i < reading->blocks.len; i++) {
        buf_add(joined, i > 0 ? S(" ") : STR_EMPTY);
        buf_add(joined, reading->blocks.at[i].text);
    }
    return arena_str(reader->arena, buf_str(joined));
}

Str table_plain(TableReader *reader, TableCell cell)
{
    const Str words = table_trim(cell.text);
    bool plain = true;
    for (size_t i = 0; i < words.len && plain; i++) {
        plain = words.at[i] != '<' && words.at[i] != '&' && ((unsigned char)words.at[i] >= ' ');
    }
    if (plain) {
        return words;
    }
    TableReading reading = {0};
    table_read_cell(&reader->cells, cell, true, &reading);
    return table_join(reader, &reading);
}

bool plan_text_is_table(Str text, const PlanProfile *profile)
{
    while (text.len > 0) {
        size_t end = 0;
        while (end < text.len && !is_line_end(text.at[end])) {
            end++;
        }
        const Str line = table_trim(str_slice(text, 0, end));
        if (line.len <= profile->page_title.len + TITLE_DRESS_MAX &&
            str_contains(line, profile->page_title)) {
            return true;
        }
        Str label, rest;
        if (str_cut(line, profile->cell, &label, &rest) &&
            (str_equal(table_trim(label), profile->basic_policy) ||
                str_equal(table_trim(label), profile->policy))) {
            return true;
        }
        text = str_slice(text, end + 1, text.len);
    }
    return false;
}
