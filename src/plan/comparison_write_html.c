/* plan/comparison_write_html.c: a comparison table as HTML: the table alone, and as a page for print.
 *
 * Everything comparison_rebuild.c reads is printed: the headings above a run of rows in each column, the
 * whole lines, which one of several that read the same, and at which place a new line stands. What differs is
 * an element (ins, del), so that it is told without colours too. Every text passes buf_add_html.
 */
#include "plan/comparison_internal.h"

#include "base/html.h"

static const char style[] =
    "@page{size:A4 landscape;margin:14mm 12mm}"
    "body{font-family:'Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;"
    "line-height:1.6;margin:1.5rem auto;max-width:80rem;padding:0 1rem;color:#1a1a1c}"
    "h1{font-size:1.3rem;text-align:center;letter-spacing:.3em;margin:0}"
    ".under{text-align:center;margin:.25rem 0 .75rem}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed}"
    "th,td{border:1px solid #1a1a1c;padding:.35em .6em;vertical-align:top;text-align:left;"
    "overflow-wrap:anywhere}"
    "thead th{text-align:center;background:#f1f1f4}"
    ".above th{font-weight:normal;background:#f8f8fb;font-size:.85em}"
    ".remark{width:16%}td.remark{font-size:.85em}"
    ".at{display:block;font-size:.8em;color:#414143}.sign{display:block}.missing{text-align:center}"
    "ins{text-decoration:underline;text-underline-offset:.2em}"
    "del{text-decoration:underline;text-underline-offset:.2em}"
    ".striking del{text-decoration:line-through}"
    "p{margin:0;white-space:pre-line}"
    "@media print{body{margin:0;padding:0;max-width:none;font-size:9pt}thead{display:table-header-group}"
    "tr{break-inside:avoid}.above{break-after:avoid}}";

/* --- pieces of text --- */

static void add_cell_text(Buf *out, const RedlinePieces *cell)
{
    for (size_t i = 0; i < cell->len; i++) {
        const char op = cell->at[i].op;
        buf_add(out, op == REDLINE_STRUCK ? S("<del>") : op == REDLINE_INSERTED ? S("<ins>") : STR_EMPTY);
        buf_add_html(out, cell->at[i].text);
        buf_add(out, op == REDLINE_STRUCK ? S("</del>") : op == REDLINE_INSERTED ? S("</ins>") : STR_EMPTY);
    }
}

static void add_words(Buf *out, const char *name, Str words)
{
    buf_add(out, S("<span class=\""));
    buf_add_html(out, str_of(name));
    buf_add(out, S("\">"));
    buf_add_html(out, words);
    buf_add(out, S("</span>"));
}

static void add_path(Buf *out, const ComparisonPath *path)
{
    for (size_t i = 0; i < path->len; i++) {
        const ComparisonStep *step = &path->at[i];
        buf_add(out, i > 0 ? S("\xE3\x80\x80") : STR_EMPTY);
        if (step->line.len == 0) {
            buf_printf(out, "%d行目", (int)step->nth);
            continue;
        }
        buf_add_html(out, step->line);
        if (step->nth > 1) {
            buf_printf(out, "（%dつ目）", (int)step->nth);
        }
    }
    buf_add(out, path->len == 0 ? S("（全体）") : STR_EMPTY);
}

/* --- cells --- */

static void add_old_cell(Buf *out, const Comparison *table, const ComparisonRow *row)
{
    if (row->sort == COMPARISON_INSERTED) {
        buf_add(out, S("<td>"));
        add_words(out, "missing", table->profile.inserted);
        buf_add(out, S("</td>"));
        return;
    }
    buf_add(out, S("<td>"));
    if (row->sort == COMPARISON_MOVED_HERE) {
        buf_add(out, S("<span class=\"at\">"));
        buf_add_html(out, table->profile.moved);
        add_path(out, &row->other_above);
        buf_add(out, S(" から</span>"));
    }
    const int32_t nth = row->sort == COMPARISON_MOVED_HERE ? row->other_nth : row->old_nth;
    if (nth > 0) {
        buf_printf(out, "<span class=\"at\">同じ行の%dつ目</span>", (int)nth);
    }
    add_cell_text(out, &row->old_cell);
    buf_add(out, S("</td>"));
}

static void add_new_cell(Buf *out, const Comparison *table, const ComparisonRow *row)
{
    buf_add(out, S("<td>"));
    if (row->sort == COMPARISON_DELETED) {
        add_words(out, "missing", table->profile.deleted);
    } else if (row->sort == COMPARISON_MOVED_AWAY) {
        buf_add(out, S("<span class=\"at\">"));
        buf_add_html(out, table->profile.moved);
        add_path(out, &row->other_above);
        buf_printf(out, " %d行目へ</span>", (int)row->other_nth);
    } else {
        if (row->new_nth > 0) {
            buf_printf(out, "<span class=\"at\">%d行目</span>", (int)row->new_nth);
        }
        add_cell_text(out, &row->new_cell);
    }
    buf_add(out, S("</td>"));
}

static void add_remark(Buf *out, const ComparisonRow *row)
{
    const struct {
        bool shown;
        Str words;
    } signs[] = {
        {row->renumbered, S("番号の変更")},
        {row->split, S("分割")},
        {row->merged, S("統合")},
    };
    buf_add(out, S("<td class=\"remark\">"));
    for (size_t i = 0; i < COUNT_OF(signs); i++) {
        if (signs[i].shown) {
            add_words(out, "sign", signs[i].words);
        }
    }
    if (row->remark.len > 0) {
        buf_add(out, S("<p>"));
        buf_add_html(out, row->remark);
        buf_add(out, S("</p>"));
    }
    buf_add(out, S("</td>"));
}

static void add_row(Buf *out, const Comparison *table, const ComparisonRow *row)
{
    buf_add(out, S("<tr class=\""));
    buf_add_html(out, str_of(comparison_sort_name(row->sort)));
    buf_add(out, S("\">"));
    if (table->profile.new_first) {
        add_new_cell(out, table, row);
        add_old_cell(out, table, row);
    } else {
        add_old_cell(out, table, row);
        add_new_cell(out, table, row);
    }
    if (table->profile.remarks) {
        add_remark(out, row);
    }
    buf_add(out, S("</tr>\n"));
}

/* --- headings --- */

static void add_heading(Buf *out, const ComparisonPath *path, bool headed, int columns)
{
    if (!headed) {
        buf_add(out, S("<td></td>"));
        return;
    }
    buf_printf(out, "<th scope=\"rowgroup\" colspan=\"%d\">", columns);
    add_path(out, path);
    buf_add(out, S("</th>"));
}

/* What the rows that follow stand below, in both columns; once when it is the same. */
static void add_headings(Buf *out, const Comparison *table, const ComparisonRow *row)
{
    const bool same =
        row->old_headed && row->new_headed && comparison_path_equal(&row->old_above, &row->new_above);
    buf_add(out, S("<tr class=\"above\">"));
    if (same) {
        add_heading(out, &row->new_above, true, 2);
    } else if (table->profile.new_first) {
        add_heading(out, &row->new_above, row->new_headed, 1);
        add_heading(out, &row->old_above, row->old_headed, 1);
    } else {
        add_heading(out, &row->old_above, row->old_headed, 1);
        add_heading(out, &row->new_above, row->new_headed, 1);
    }
    buf_add(out, table->profile.remarks ? S("<td class=\"remark\"></td>") : STR_EMPTY);
    buf_add(out, S("</tr>\n"));
}

static bool same_headings(const ComparisonRow *a, const ComparisonRow *b)
{
    return a->old_headed == b->old_headed && a->new_headed == b->new_headed &&
           comparison_path_equal(&a->old_above, &b->old_above) &&
           comparison_path_equal(&a->new_above, &b->new_above);
}

static void add_title(Buf *out, Str title)
{
    buf_add(out, S("<th scope=\"col\">"));
    buf_add_html(out, title);
    buf_add(out, S("</th>"));
}

/* --- the table, and the page around it --- */

void comparison_write_table(const Comparison *table, Buf *out)
{
    const ComparisonProfile *profile = &table->profile;
    if (table->rows.len == 0) {
        buf_add(out, S("<p lang=\"ja\">違いはありません。</p>\n"));
        return;
    }
    buf_add(out, profile->mark == COMPARISON_STRIKE_UNDERLINE
                     ? S("<table class=\"comparison striking\" lang=\"ja\">\n<thead><tr>")
                     : S("<table class=\"comparison\" lang=\"ja\">\n<thead><tr>"));
    add_title(out, profile->new_first ? profile->new_title : profile->old_title);
    add_title(out, profile->new_first ? profile->old_title : profile->new_title);
    buf_add(out, profile->remarks ? S("<th scope=\"col\" class=\"remark\">備考</th>") : STR_EMPTY);
    buf_add(out, S("</tr></thead>\n"));
    for (size_t i = 0; i < table->rows.len; i++) {
        const ComparisonRow *row = &table->rows.at[i];
        if (i == 0 || !same_headings(row, &table->rows.at[i - 1])) {
            buf_add(out, i > 0 ? S("</tbody>\n<tbody>\n") : S("<tbody>\n"));
            add_headings(out, table, row);
        }
        add_row(out, table, row);
    }
    buf_add(out, S("</tbody>\n</table>\n"));
}

bool comparison_write_html(const Comparison *table, Buf *out, Error *error)
{
    buf_add(out, S("<!doctype html>\n<html lang=\"ja\">\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width\">\n<title>新旧対照表 "));
    buf_add_html(out, table->old_title);
    buf_add(out, S(" → "));
    buf_add_html(out, table->new_title);
    buf_add(out, S("</title>\n<style>"));
    buf_add(out, str_of(style));
    buf_add(out, S("</style>\n<main>\n<h1>新旧対照表</h1>\n<p class=\"under\">"));
    buf_add_html(out, table->old_title);
    buf_add(out, S(" → "));
    buf_add_html(out, table->new_title);
    buf_add(out, S("</p>\n"));
    comparison_write_table(table, out);
    buf_add(out, S("</main>\n</html>\n"));
    return !out->failed ||
           error_set(error, ERROR_LIMIT, "the comparison table is larger than %zu bytes", out->max);
}
