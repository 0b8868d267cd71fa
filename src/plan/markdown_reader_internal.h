/* plan/markdown_reader_internal.h: what the parts of the Markdown reader share: read_markdown.c (files),
 * markdown_blocks.c (headings, items, paragraphs into entries) and markdown_layout.c (entries and annotations
 * into the plan).
 */
#ifndef PLAN_MARKDOWN_READER_INTERNAL_H
#define PLAN_MARKDOWN_READER_INTERNAL_H

#include "base/map.h"
#include "plan/markdown_internal.h"

#define NOTHING (-1)
#define REFUSED (-2) /* below a heading with an error */

/* A node as it was met; the parent is another entry. */
typedef struct Entry {
    PlanNode node; /* parent: an entry */
    int32_t root;  /* the entry at the top of it */
} Entry;

/* An annotation whose node and range are found when the whole plan is known. */
typedef struct Note {
    PlanAnnotationKind kind;
    Str file, key, rest;
    long line, column;
} Note;

typedef struct MarkdownReader {
    Arena *arena;
    Plan *plan;
    PlanErrors *errors;
    VEC_OF(Entry) entries;
    VEC_OF(Note) notes;
    Map keys;   /* key -> entry + 1 */
    Map basics; /* number, or title, of a basic policy -> entry + 1 */
    MarkdownFile *file;
    int32_t root;                             /* the basic policy that is open */
    int32_t open;                             /* the innermost heading */
    int32_t at_level[MARKDOWN_LEVEL_MAX + 1]; /* the heading open at each level */
    bool in_notes;
    Str *stand_in; /* NULL: missing keys are given as plan_give_keys does */
} MarkdownReader;

#define COMPLAIN(reader, line, column, ...)                                                              \
    error_at(markdown_next_error((reader)->errors), ERROR_INPUT, (reader)->file->name, (line), (column), \
        __VA_ARGS__)

/* Closes every heading of this level or deeper and opens the entry there (or NOTHING, REFUSED). */
void markdown_open_heading(MarkdownReader *reader, int32_t index, int level);
struct cmark_node;
/* Reads one block of a file; complains about what is wrong with it. */
void markdown_read_block(MarkdownReader *reader, struct cmark_node *block);
/* Makes the plan of what was read: nodes in document order, keys, annotations; checks it. What is wrong with
 * annotations is complained about, the rest is in *error. */
MUST_USE bool markdown_lay_out(MarkdownReader *reader, Error *error);

#endif
