/* plan/markdown_internal.h: the rules of the plan's Markdown that its reader and its writer share.
 *
 * The writer prints the plain form and adds an attribute only where the plain form would be read differently;
 * both ask the functions below what the plain form means, so that they cannot disagree.
 *
 *     # 2 ひと創り / (1) 子ども・子育て支援の充実 {#2-1}       basic policy and policy
 *     ## 現状と課題 {#2-1-s}                                  section by its name
 *     ### 出生数の状況 {#2-1-s-1}                             group below a situation, measure below 主な取組
 *     - ... {#2-1-s-1-1}                                      fact below a situation, initiative below
 * 主な取組
 *     ... {#2-1-d-1}                                          paragraph: a direction below 基本方向
 *     ## 注記
 *     - [注] 3-1-3-2-1 「関係人口」: ...                       annotation
 *
 * Attributes: {#KEY .KIND number=N under=KEY .moved}. KIND where the place does not say it; number where the
 * title does not show it; under where the parent is not the heading above (empty: none); .moved where the key
 * is another place's.
 */
#ifndef PLAN_MARKDOWN_INTERNAL_H
#define PLAN_MARKDOWN_INTERNAL_H

#include "plan/format.h"

#define MARKDOWN_LEVEL_MAX 6
#define MARKDOWN_PAIR_SEPARATOR " / "
#define MARKDOWN_NOTES_TITLE "注記"
#define MARKDOWN_MOVED "moved"

typedef enum MarkdownBlock { MARKDOWN_HEADING, MARKDOWN_ITEM, MARKDOWN_PARAGRAPH } MarkdownBlock;

/* The kind of a block without an attribute. `parent` is what it stands under (NULL: nothing), `section` the
 * nearest situation, direction or measures at or above the parent (PLAN_KIND_COUNT: none), `text` its title.
 */
bool markdown_plain_kind(
    MarkdownBlock block, const PlanKind *parent, PlanKind section, Str text, PlanKind *out);
bool markdown_is_section(PlanKind kind);
/* Whether a title of this kind begins with its number. */
bool markdown_shows_number(PlanKind kind);
/* Whether a key can be that of a new node below the parent with this key: it continues the parent's (a
 * measure's continues the policy's), or it does not look like a place at all. */
bool markdown_key_fits(Str key, PlanKind parent_kind, Str parent_key);

/* 理由, 注, 照会, 校正. */
const char *markdown_note_label(PlanAnnotationKind kind);
bool markdown_note_from_label(Str label, PlanAnnotationKind *out);

/* The order in which the files of a folder are read: names without folder and ending, runs of digits by their
 * value. */
int markdown_compare_names(Str a, Str b);

/* Byte offset of the n-th (from 1) occurrence of the passage, overlapping ones counted; -1 when there are
 * fewer. */
ptrdiff_t markdown_find_passage(Str text, Str passage, size_t n);

typedef enum MarkdownNoteFault {
    MARKDOWN_NOTE_FINE,
    MARKDOWN_NOTE_SHAPE,   /* no ": " where one belongs */
    MARKDOWN_NOTE_PASSAGE, /* the node's text does not have the passage that often */
    MARKDOWN_NOTE_RANGE,   /* @from-to does not lie in the node's text */
} MarkdownNoteFault;

/* Reads what follows the key of an annotation: `: text`, ` 「passage」: text`, ` 「passage」#2: text` or `
 * @3-7: text`. from and to are code points of the node's text. */
MarkdownNoteFault markdown_read_note(Str rest, Str node_text, size_t *from, size_t *to, Str *text);

/* plan_read_markdown, but a node that names no key gets a stand-in: *prefix and its number. No key given
 * begins with the prefix, which is underscores. */
Plan *markdown_read_unkeyed(
    Arena *arena, size_t count, const PlanFile *files, Str *prefix, PlanErrors *errors) MUST_USE;

/* --- writing texts --- */

/* The text with its marks as tags. */
void markdown_add_marked(Buf *out, Str text, const PlanMark *marks, size_t mark_count);
void markdown_add_text(Buf *out, Str text);
/* A value between the spaces of an attribute. */
void markdown_add_value(Buf *out, Str value);
/* A line `name: value` of the front matter; nothing when the value is empty. */
void markdown_add_front(Buf *out, const char *name, Str value);

/* --- reading a block --- */

/* A file being read, for places: cmark counts lines from behind the front matter and columns in bytes. */
typedef struct MarkdownFile {
    Str name, text;
    VEC_OF(size_t) lines; /* byte at which each line of the text begins */
    long front_lines;     /* lines of front matter */
    PlanErrors *errors;
} MarkdownFile;

/* What one block says: its text with its marks, and its attributes. */
typedef struct MarkdownLine {
    Str text;
    VEC_OF(PlanMark) marks;
    long line, column; /* of the block */
    bool has_attributes, has_kind, has_number, has_under, moved;
    PlanKind kind;
    Str key, number, under;
} MarkdownLine;

/* Where the next complaint is to be written; never NULL. */
Error *markdown_next_error(PlanErrors *errors);
/* Line `line` of the file (from 1), without its end. */
Str markdown_source_line(const MarkdownFile *file, long line);

struct cmark_node;
/* Reads the inlines of a heading or paragraph. Complains and answers false when there is markup that plan
 * text does not have, or wrong attributes. `plain`: an annotation, which has neither marks nor attributes,
 * but may have line ends. */
bool markdown_read_line(
    Arena *arena, const MarkdownFile *file, struct cmark_node *block, bool plain, MarkdownLine *out);

#endif
