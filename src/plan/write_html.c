/* plan/write_html.c: a plan as one page that needs nothing else: for print, for the archive, for mail.
 *
 * A policy is a section: what its sections hold side by side (現状と課題, 基本方向), then its measures as the
 * columns of a table, then its annotations. Whatever does not fit that frame is written as nested lists, so
 * that nothing is left out. Every text passes buf_add_html; the rest are literals of this file.
 */
#include "plan/format.h"

#include "base/html.h"
#include "base/utf8.h"
#include "plan/markdown_internal.h"

#define NONE (-1)

typedef struct HtmlWriter {
    const Plan *plan;
    Buf *out;
    int32_t *first_note; /* of each node: an annotation, NONE */
    int32_t *next_note;  /* of each annotation: the next of the same node */
} HtmlWriter;

static const char style[] =
    "body{font-family:'Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;"
    "line-height:1.7;margin:2rem auto;max-width:72rem;padding:0 1rem;color:#1a1a1c}"
    "h1{font-size:1.6rem}h2{font-size:1.3rem;border-bottom:2px solid #1a1a1c}"
    "h3{font-size:1rem}.notice{border:1px solid #1a1a1c;padding:.25rem 1rem}"
    "table{border-collapse:collapse;width:100%;table-layout:fixed;margin:1rem 0}"
    "th,td{border:1px solid #626264;padding:.5rem .75rem;vertical-align:top;text-align:left}"
    "thead th{background:#f1f1f4}h4{font-size:1em;margin:.5em 0 .25em}"
    "h4::before{content:'《'}h4::after{content:'》'}"
    "ul{list-style:none;margin:0;padding:0}li{padding-left:1.2em;text-indent:-1.2em}"
    "td li::before{content:'●';display:inline-block;width:1.2em;text-indent:0}"
    "nav li,.notes li{padding:0;text-indent:0}sup{text-indent:0}"
    "ins{text-decoration:underline}del{text-decoration:line-through}"
    "@page{size:A4 landscape;margin:12mm}"
    ".above{display:none}@media print{.above{display:block}nav,.basic{display:none}"
    "body{margin:0;max-width:none;font-size:9pt}"
    ".policy{break-before:page}h2,h3,h4{break-after:avoid}a{color:inherit;text-decoration:none}}";

/* --- texts --- */

static const PlanNode *node_at(const HtmlWriter *writer, int32_t index)
{
    return &writer->plan->nodes.at[index];
}

static int32_t subtree_end(const HtmlWriter *writer, int32_t index)
{
    return plan_subtree_end(writer->plan, index);
}

/* A raised reference to annotation `note`, which has the number note + 1. */
static void add_reference(HtmlWriter *writer, int32_t note)
{
    buf_printf(writer->out, "<sup><a href=\"#note-%d\" id=\"ref-%d\">", note + 1, note + 1);
    buf_add(writer->out, str_of(markdown_note_label(writer->plan->annotations.at[note].kind)));
    buf_printf(writer->out, "%d</a></sup>", note + 1);
}

/* References to the annotations that end before code point `index` is written, or, at the end, that are left.
 */
static void add_references(HtmlWriter *writer, int32_t node, size_t index, bool end)
{
    for (int32_t note = writer->first_note[node]; note != NONE; note = writer->next_note[note]) {
        const PlanAnnotation *annotation = &writer->plan->annotations.at[note];
        const bool whole = annotation->from == annotation->to;
        if (whole ? end : annotation->to == index) {
            add_reference(writer, note);
        }
    }
}

/* The node's text with its marks and the references to its annotations. */
static void add_wording(HtmlWriter *writer, int32_t index)
{
    const PlanNode *node = node_at(writer, index);
    size_t mark = 0, place = 0;
    for (size_t at = 0; at < node->text.len; place++) {
        const size_t start = at;
        (void)utf8_next(node->text, &at);
        const PlanMark *next = mark < node->marks.len ? &node->marks.at[mark] : NULL;
        if (writer->first_note[index] != NONE && place > 0) {
            add_references(writer, index, place, false);
        }
        if (next != NULL && next->from == place) {
            buf_add(writer->out, next->kind == PLAN_MARK_INSERTION ? S("<ins>") : S("<del>"));
        }
        buf_add_html(writer->out, str_slice(node->text, start, at));
        if (next != NULL && next->to == place + 1) {
            buf_add(writer->out, next->kind == PLAN_MARK_INSERTION ? S("</ins>") : S("</del>"));
            mark++;
        }
    }
    if (place > 0) {
        add_references(writer, index, place, false);
    }
    add_references(writer, index, 0, true);
}

static void add_number(HtmlWriter *writer, const PlanNode *node)
{
    if (node->number.len > 0) {
        buf_add_html(writer->out, node->number);
        buf_add_byte(writer->out, ' ');
    }
}

/* `<tag id="n-KEY">number text</tag>` */
static void add_element(HtmlWriter *writer, const char *tag, const char *attributes, int32_t index)
{
    Buf *out = writer->out;
    buf_add_byte(out, '<');
    buf_add(out, str_of(tag));
    buf_add(out, str_of(attributes));
    buf_add(out, S(" id=\"n-"));
    buf_add_html(out, node_at(writer, index)->key);
    buf_add(out, S("\">"));
    add_number(writer, node_at(writer, index));
    add_wording(writer, index);
    buf_add(out, S("</"));
    buf_add(out, str_of(tag));
    buf_add(out, S(">\n"));
}

/* --- parts of a policy --- */

static bool is_item(const PlanNode *node)
{
    return node->kind == PLAN_FACT || node->kind == PLAN_INITIATIVE;
}

/* Nodes [from, to) as headings, paragraphs and runs of items. */
static void write_body(HtmlWriter *writer, int32_t from, int32_t to)
{
    bool in_list = false;
    for (int32_t i = from; i < to; i++) {
        const PlanNode *node = node_at(writer, i);
        if (is_item(node) != in_list) {
            in_list = !in_list;
            buf_add(writer->out, in_list ? S("<ul>\n") : S("</ul>\n"));
        }
        if (is_item(node)) {
            add_element(writer, "li", "", i);
        } else {
            add_element(writer, node->kind == PLAN_DIRECTION ? "p" : "h4", "", i);
        }
    }
    if (in_list) {
        buf_add(writer->out, S("</ul>\n"));
    }
}

/* The children of the policy of kind situation or direction, or (below 主な取組) the measures: one column
 * each. */
static bool is_column(const HtmlWriter *writer, int32_t index, bool measures)
{
    const PlanKind kind = node_at(writer, index)->kind;
    return measures ? kind == PLAN_MEASURE : kind == PLAN_SITUATION || kind == PLAN_DIRECTION;
}

/* A table of the columns among the children of `parent`; nothing when there are none. */
static void write_columns(HtmlWriter *writer, int32_t parent, bool measures)
{
    Buf *out = writer->out;
    const int32_t end = subtree_end(writer, parent);
    bool any = false;
    for (int32_t i = parent + 1; i < end && !any; i = subtree_end(writer, i)) {
        any = is_column(writer, i, measures);
    }
    if (!any) {
        return;
    }
    buf_add(out, S("<table>\n<thead><tr>"));
    for (int32_t i = parent + 1; i < end; i = subtree_end(writer, i)) {
        if (is_column(writer, i, measures)) {
            add_element(writer, "th", " scope=\"col\"", i);
        }
    }
    buf_add(out, S("</tr></thead>\n<tbody><tr>\n"));
    for (int32_t i = parent + 1; i < end; i = subtree_end(writer, i)) {
        if (is_column(writer, i, measures)) {
            buf_add(out, S("<td>\n"));
            write_body(writer, i + 1, subtree_end(writer, i));
            buf_add(out, S("</td>\n"));
        }
    }
    buf_add(out, S("</tr></tbody>\n</table>\n"));
}

static void write_measures(HtmlWriter *writer, int32_t index)
{
    const int32_t end = subtree_end(writer, index);
    add_element(writer, "h3", "", index);
    for (int32_t i = index + 1; i < end; i = subtree_end(writer, i)) {
        if (!is_column(writer, i, true)) {
            write_body(writer, i, subtree_end(writer, i));
        }
    }
    write_columns(writer, index, true);
}

static void write_notes(HtmlWriter *writer, int32_t from, int32_t to)
{
    Buf *out = writer->out;
    bool any = false;
    for (int32_t node = from; node < to; node++) {
        for (int32_t note = writer->first_note[node]; note != NONE; note = writer->next_note[note]) {
            if (!any) {
                buf_add(out, S("<section class=\"notes\"><h3>注記</h3>\n<ul>\n"));
                any = true;
            }
            const PlanAnnotation *annotation = &writer->plan->annotations.at[note];
            const Str text = node_at(writer, node)->text;
            buf_printf(out, "<li id=\"note-%d\"><a href=\"#ref-%d\">", note + 1, note + 1);
            buf_add(out, str_of(markdown_note_label(annotation->kind)));
            buf_printf(out, "%d</a> ", note + 1);
            if (annotation->from < annotation->to) {
                buf_add(out, S("「"));
                buf_add_html(out, utf8_slice(text, annotation->from, annotation->to));
                buf_add(out, S("」 "));
            }
            buf_add_html(out, annotation->text);
            buf_add(out, S("</li>\n"));
        }
    }
    if (any) {
        buf_add(out, S("</ul></section>\n"));
    }
}

static void write_policy(HtmlWriter *writer, int32_t index)
{
    const int32_t end = subtree_end(writer, index);
    const PlanNode *node = node_at(writer, index);
    buf_add(writer->out, S("<section class=\"policy\">\n"));
    if (node->parent != PLAN_NO_PARENT) {
        buf_add(writer->out, S("<p class=\"above\">"));
        add_number(writer, node_at(writer, node->parent));
        buf_add_html(writer->out, node_at(writer, node->parent)->text);
        buf_add(writer->out, S("</p>\n"));
    }
    add_element(writer, "h2", "", index);
    write_columns(writer, index, false);
    for (int32_t i = index + 1; i < end; i = subtree_end(writer, i)) {
        if (node_at(writer, i)->kind == PLAN_MEASURES) {
            write_measures(writer, i);
        } else if (!is_column(writer, i, false)) {
            write_body(writer, i, subtree_end(writer, i));
        }
    }
    write_notes(writer, index, end);
    buf_add(writer->out, S("</section>\n"));
}

/* --- the page --- */

static bool is_policy(const PlanNode *node)
{
    return node->kind == PLAN_POLICY;
}

static void write_contents(HtmlWriter *writer)
{
    buf_add(writer->out, S("<nav aria-label=\"目次\"><ul>\n"));
    for (size_t i = 0; i < writer->plan->nodes.len; i++) {
        const PlanNode *node = &writer->plan->nodes.at[i];
        if (is_policy(node)) {
            buf_add(writer->out, S("<li><a href=\"#n-"));
            buf_add_html(writer->out, node->key);
            buf_add(writer->out, S("\">"));
            add_number(writer, node);
            buf_add_html(writer->out, node->text);
            buf_add(writer->out, S("</a></li>\n"));
        }
    }
    buf_add(writer->out, S("</ul></nav>\n"));
}

static void write_head(HtmlWriter *writer)
{
    const Plan *plan = writer->plan;
    Buf *out = writer->out;
    buf_add(out, S("<!DOCTYPE html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"));
    buf_add_html(out, plan->title.len > 0 ? plan->title : plan->id);
    buf_add_byte(out, ' ');
    buf_add_html(out, plan->edition);
    buf_add(out, S("</title>\n<style>"));
    buf_add(out, str_of(style));
    buf_add(out, S("</style>\n</head>\n<body>\n<header>\n<h1>"));
    buf_add_html(out, plan->title.len > 0 ? plan->title : plan->id);
    buf_add_byte(out, ' ');
    buf_add_html(out, plan->edition);
    buf_add(out, S("</h1>\n"));
    if (plan->notice.len > 0) {
        buf_add(out, S("<p class=\"notice\">"));
        buf_add_html(out, plan->notice);
        buf_add(out, S("</p>\n"));
    }
    buf_add(out, S("</header>\n"));
}

/* Policies as sections; what stands above or beside them in headings and lists of its own. */
static void write_nodes(HtmlWriter *writer)
{
    buf_add(writer->out, S("<main>\n"));
    for (int32_t i = 0; (size_t)i < writer->plan->nodes.len;) {
        const PlanNode *node = node_at(writer, i);
        if (is_policy(node)) {
            write_policy(writer, i);
            i = subtree_end(writer, i);
        } else if (node->kind == PLAN_BASIC_POLICY) {
            add_element(writer, "h2", " class=\"basic\"", i);
            write_notes(writer, i, i + 1);
            i++;
        } else {
            write_body(writer, i, subtree_end(writer, i));
            write_notes(writer, i, subtree_end(writer, i));
            i = subtree_end(writer, i);
        }
    }
    buf_add(writer->out, S("</main>\n</body>\n</html>\n"));
}

static bool index_notes(HtmlWriter *writer, Arena *arena)
{
    const Plan *plan = writer->plan;
    writer->first_note = arena_array(arena, plan->nodes.len + 1, sizeof(int32_t));
    writer->next_note = arena_array(arena, plan->annotations.len + 1, sizeof(int32_t));
    if (writer->first_note == NULL || writer->next_note == NULL) {
        return false;
    }
    for (size_t i = 0; i < plan->nodes.len; i++) {
        writer->first_note[i] = NONE;
    }
    for (size_t i = plan->annotations.len; i > 0; i--) {
        const int32_t node = plan->annotations.at[i - 1].node;
        writer->next_note[i - 1] = writer->first_note[node];
        writer->first_note[node] = (int32_t)i - 1;
    }
    return true;
}

bool plan_write_html(const Plan *plan, Buf *out, Error *error)
{
    AUTO_ARENA arena = arena_new((plan->nodes.len + plan->annotations.len + 1024) * sizeof(int32_t) * 2);
    HtmlWriter writer = {.plan = plan, .out = out};
    if (arena == NULL || !index_notes(&writer, arena)) {
        return error_memory(error);
    }
    write_head(&writer);
    write_contents(&writer);
    write_nodes(&writer);
    return !out->failed ||
           error_set(error, ERROR_LIMIT, "the page is larger than the %zu bytes allowed", out->max);
}
