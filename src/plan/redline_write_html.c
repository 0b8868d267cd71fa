/* plan/redline_write_html.c: a redline as one page that needs nothing else: the whole text with what was
 * struck and underlined, for reading, paper and mail.
 *
 * What moved names the other place and is a link to it. The marks are elements (del, ins) and words, so that
 * the page says the same without colours and to a screen reader. Every text passes buf_add_html.
 */
#include "plan/redline_tree_internal.h"

#include "base/html.h"

#define DEPTH_STYLED 8

static const char style[] =
    "body{font-family:'Noto Sans JP','Noto Sans CJK JP','Hiragino Sans','Yu Gothic',sans-serif;"
    "line-height:1.7;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1a1a1c}"
    "h1{font-size:1.4rem}p{margin:.25rem 0}ins{text-decoration:underline;color:#0017c1;background:#e8f1fe}"
    "del{text-decoration:line-through;color:#a90000;background:#fdeeee}"
    ".mark{font-size:.8em;border:1px solid currentColor;border-radius:.25em;padding:0 .3em;margin-right:.4em}"
    ".d1,.d2,.d3{font-weight:bold}.d4{margin-left:1em}.d5{margin-left:2em}.d6,.d7,.d8{margin-left:3em}"
    ".item{font-weight:normal}.changed{border-left:4px solid #1a1a1c;padding-left:.5em}"
    "@media print{body{margin:0;max-width:none;font-size:9pt}ins,del{color:inherit;background:none}}";

/* What the page says, in both languages. */
typedef struct Words {
    const char *language, *title, *inserted, *deleted, *moved_from, *moved_to, *split, *merged;
} Words;

static const Words words_in[LANGUAGE_COUNT] = {
    [LANGUAGE_JA] = {"ja", "見え消し", "追加", "削除", "移動してきた", "移動した", "分割", "統合"},
    [LANGUAGE_EN] = {"en", "Redline", "inserted", "deleted", "moved here", "moved away", "split", "merged"},
};

typedef struct HtmlWriter {
    const Redline *redline;
    Language language;
    const Words *words;
    Buf *out;
} HtmlWriter;

static void add_marked(Buf *out, char op, Str text)
{
    if (text.len == 0) {
        return;
    }
    const bool is_struck = op == REDLINE_STRUCK, is_inserted = op == REDLINE_INSERTED;
    buf_add(out, is_struck ? S("<del>") : is_inserted ? S("<ins>") : STR_EMPTY);
    buf_add_html(out, text);
    buf_add(out, is_struck ? S("</del>") : is_inserted ? S("</ins>") : STR_EMPTY);
}

static void add_html_pieces(Buf *out, const RedlinePieces *pieces)
{
    for (size_t i = 0; i < pieces->len; i++) {
        add_marked(out, pieces->at[i].op, pieces->at[i].text);
    }
}

/* Where a node was and where it is are links to each other. */
static void add_move(HtmlWriter *writer, const RedlineRow *row)
{
    const bool is_old = row->op == REDLINE_STRUCK;
    if (is_old) {
        buf_printf(
            writer->out, "<a class=\"mark\" id=\"from-%d\" href=\"#to-%d\">", row->new_node, row->new_node);
    } else {
        buf_printf(
            writer->out, "<a class=\"mark\" id=\"to-%d\" href=\"#from-%d\">", row->new_node, row->new_node);
    }
    buf_add_html(writer->out, str_of(is_old ? writer->words->moved_to : writer->words->moved_from));
    buf_add(writer->out, S("</a>"));
}

static void add_mark(HtmlWriter *writer, const RedlineRow *row)
{
    const Words *words = writer->words;
    const char *word = NULL;
    if (row->moved) {
        add_move(writer, row);
    } else if (row->other >= 0) {
        const bool is_split =
            row->op == REDLINE_INSERTED || writer->redline->rows.at[row->other].op == REDLINE_INSERTED;
        word = is_split ? words->split : words->merged;
    } else if (row->op != REDLINE_KEPT && !row->carried) {
        word = row->op == REDLINE_STRUCK ? words->deleted : words->inserted;
    }
    if (word != NULL) {
        buf_add(writer->out, S("<span class=\"mark\">"));
        buf_add_html(writer->out, str_of(word));
        buf_add(writer->out, S("</span>"));
    }
}

static void write_row(HtmlWriter *writer, const RedlineRow *row)
{
    const bool is_old = row->op == REDLINE_STRUCK;
    const RedlineNode *node = is_old ? &writer->redline->old_tree->nodes.at[row->old_node]
                                     : &writer->redline->new_tree->nodes.at[row->new_node];
    const bool both = row->old_node >= 0 && row->new_node >= 0 && !is_old;
    const bool changed = row->op != REDLINE_KEPT || redline_row_edited(row) || redline_row_renumbered(row);
    const bool is_body = node->kind >= REDLINE_ITEM;
    buf_printf(writer->out, "<p class=\"d%d", node->depth < DEPTH_STYLED ? (int)node->depth : DEPTH_STYLED);
    buf_add(writer->out, is_body ? S(" item") : STR_EMPTY);
    buf_add(writer->out, changed ? S(" changed\">") : S("\">"));
    add_mark(writer, row);
    if (both) {
        add_html_pieces(writer->out, &row->head);
        add_html_pieces(writer->out, &row->text);
        buf_add_html(writer->out, redline_line_close(node));
    } else {
        add_marked(writer->out, row->op, node->head);
        add_marked(writer->out, row->op, node->text);
        add_marked(writer->out, row->op, redline_line_close(node));
    }
    buf_add(writer->out, S("</p>\n"));
}

static void write_head(HtmlWriter *writer)
{
    Buf *out = writer->out;
    buf_add(out, S("<!doctype html>\n<html lang=\""));
    buf_add_html(out, str_of(writer->words->language));
    buf_add(out,
        S("\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>"));
    buf_add_html(out, str_of(writer->words->title));
    buf_add(out, S("</title>\n<style>"));
    buf_add(out, str_of(style));
    buf_add(out, S("</style>\n<h1>"));
    buf_add_html(out, str_of(writer->words->title));
    buf_add_byte(out, ' ');
    buf_add_html(writer->out, writer->redline->old_tree->title);
    buf_add(writer->out, S(" → "));
    buf_add_html(writer->out, writer->redline->new_tree->title);
    buf_add(writer->out, S("</h1>\n<p>"));
    redline_add_counts(writer->redline, writer->language, writer->out);
    buf_add(writer->out, S("</p>\n<main lang=\"ja\">\n"));
}

void redline_write_rows(const Redline *redline, Language language, Buf *out)
{
    HtmlWriter writer = {redline, language, &words_in[language], out};
    for (size_t i = 0; i < redline->rows.len; i++) {
        write_row(&writer, &redline->rows.at[i]);
    }
}

bool redline_write_html(const Redline *redline, Language language, Buf *out, Error *error)
{
    HtmlWriter writer = {redline, language, &words_in[language], out};
    write_head(&writer);
    redline_write_rows(redline, language, out);
    buf_add(out, S("</main>\n</html>\n"));
    return !out->failed || error_set(error, ERROR_LIMIT, "the redline is larger than %zu bytes", out->max);
}
