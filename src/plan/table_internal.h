/* plan/table_internal.h: the parts of the table reader, for read_table.c and table_*.c only.
 *
 *     read_table.c    text -> lines -> pages; then warnings numbered, fixes taken, the tree laid out as a
 * Plan table_line.c    what a physical line is; rows that run over several lines; cells table_cell.c    a
 * cell's tags, entities, marks and markers -> blocks: headings, items, words table_page.c    a page: labels,
 * headings of sections, titles of measures, body cells, what stands outside table_tree.c    the tree while it
 * grows, warnings, and the plan made of them table_repair.c  what is read again when the whole text is known:
 * empty measures, misplaced groups, annotations table_words.c   how alike two wordings are
 *
 * While a text is read the tree is of linked TableNodes in a scratch arena, because a policy may continue on
 * a later page and a fix moves groups; texts go straight to the plan's arena. Failures of either arena are
 * sticky and asked for once a page.
 */
#ifndef PLAN_TABLE_INTERNAL_H
#define PLAN_TABLE_INTERNAL_H

#include "base/buf.h"
#include "base/map.h"
#include "plan/plan.h"
#include "plan/profile.h"
#include "plan/read_table.h"

#define TABLE_CELLS_MAX 4096 /* in one row */

/* --- cells: table_cell.c --- */

typedef VEC_OF(PlanMark) PlanMarks;

typedef enum TableBlockKind {
    TABLE_HEADING, /* 《...》 */
    TABLE_ITEM,    /* ● ... */
    TABLE_WORDS,   /* a paragraph without a marker */
} TableBlockKind;

typedef struct TableBlock {
    TableBlockKind kind;
    Str text; /* in the plan's arena, without markers and tags */
    PlanMarks marks;
    uint32_t line;
    bool own_paragraph; /* it opens a <p> */
} TableBlock;

/* Something odd inside a cell. */
typedef struct TableSlip {
    const char *code; /* of plan/warning.h */
    uint32_t line;
    Str subject; /* slice of the source */
} TableSlip;

/* Tags of one sort in a cell: how many, and the first. */
typedef struct TableTagCount {
    uint32_t count;
    Str first;
    uint32_t line;
} TableTagCount;

typedef struct TableReading {
    VEC_OF(TableBlock) blocks;
    VEC_OF(TableSlip) slips;
    TableTagCount open_lists; /* opened and never closed */
    TableTagCount ignored;    /* tags that only dress the text */
} TableReading;

typedef struct TableCell {
    Str text; /* slice of the source */
    uint32_t line;
} TableCell;

typedef struct TableCellContext {
    Arena *arena;   /* texts and marks */
    Arena *scratch; /* blocks and slips */
    Buf *words;     /* lent for the time of the call */
    const PlanProfile *profile;
} TableCellContext;

/* Reads a cell into *out (emptied first, its room used again). `plain`: markers are ordinary characters. */
void table_read_cell(const TableCellContext *context, TableCell cell, bool plain, TableReading *out);

/* --- the growing tree: table_tree.c --- */

typedef struct TableNode TableNode;
struct TableNode {
    PlanKind kind;
    Str number, text;
    PlanMarks marks;
    PlanSource source;
    TableNode *parent, *first, *last, *previous, *next;
    uint32_t serial; /* from 1 in order of reading; the root is 0 */
    uint32_t value;  /* of the number; 0 without one */
    uint32_t child_count;
    bool number_repeated; /* an older sibling has the same number: its key must come from its place */
    int32_t index;        /* in the plan, once laid out */
};

/* A title taken apart: ① and the words behind it. */
typedef struct TableTitle {
    Str number, text;
    PlanMarks marks;
} TableTitle;

/* Groups that a fix would move to the end of another node's children. */
typedef struct TableMove {
    TableNode **groups;
    size_t count;
    TableNode *target;
} TableMove;

typedef struct TableWarning {
    const char *code;
    TableNode *node; /* NULL: none */
    PlanSource source;
    Str subject;
    TableMove move; /* target NULL: no fix */
    size_t order;   /* of being found */
} TableWarning;

typedef struct TableNote {
    PlanAnnotationKind kind;
    Str text;
    PlanSource source;
    TableNode *policy;
    size_t nodes_from,
        nodes_to;    /* the nodes of its page among reader->nodes, nodes_to once the page is finished */
    TableNode *node; /* found by table_repair.c */
    size_t from, to;
} TableNote;

/* A measure's column on one page: the groups that stand there. */
typedef struct TableStand {
    TableNode *measure; /* NULL: there is no such column */
    TableNode **groups;
    size_t count;
} TableStand;

/* A measure whose cell is empty, and its neighbours in the row. */
typedef struct TableGap {
    TableNode *empty;
    TableStand before, after;
    PlanSource source;
} TableGap;

/* --- pages: table_page.c --- */

typedef enum TableMode {
    TABLE_NO_PAGE,
    TABLE_PAGE,     /* title or labels are read, no section yet */
    TABLE_TITLES,   /* 主な取組 is read, the row of measure titles comes next */
    TABLE_SECTIONS, /* rows below headings of sections */
    TABLE_MEASURES, /* rows below titles of measures */
} TableMode;

typedef struct TableColumn {
    PlanKind kind;   /* situation, direction, measures or measure; PLAN_KIND_COUNT: its heading is unknown */
    TableNode *node; /* NULL where kind is PLAN_KIND_COUNT */
    VEC_OF(TableNode *) groups; /* read on this page; the last is the one that items go to */
    bool has_wording;           /* a direction: paragraphs besides groups */
    bool is_blank;              /* the heading cell is empty: what stands below goes to column `of` */
    size_t of;                  /* itself unless is_blank */
    PlanSource source;          /* of the last body cell, else of the heading */
} TableColumn;

/* Oddities that are told once a page, with a count. */
typedef enum TableTally {
    TALLY_LISTS,
    TALLY_IGNORED,
    TALLY_LOOSE_ITEMS,
    TALLY_NO_GROUP,
    TALLY_NO_MARK,
    TALLY_COUNT,
} TableTally;

typedef struct TableTallied {
    uint32_t count;
    TableNode *node;
    PlanSource source;
    Str subject;
} TableTallied;

typedef struct TablePage {
    uint32_t number, row;
    TableMode mode;
    TableNode *basic, *policy;
    PlanSource labels; /* place of its title or labels */
    VEC_OF(TableColumn) columns;
    size_t rows_in_columns;
    size_t nodes_from; /* the first of its nodes among reader->nodes */
    size_t notes_from; /* ... of its notes among reader->notes */
    size_t initiatives;
    TableTallied tallies[TALLY_COUNT];
} TablePage;

typedef struct TableReader {
    TableCellContext cells;
    Arena *arena, *scratch; /* the plan's; what dies with the reading */
    const PlanProfile *profile;
    Error *error;
    bool stopped; /* a limit was passed; *error says which */
    Str file, text;
    size_t at;         /* where the next line begins */
    uint32_t line;     /* its number */
    size_t region_end; /* table_line.c: up to where last_cells is known */
    size_t
        last_cells; /* where the last line with a cell separator begins before region_end; SIZE_MAX: none */
    TableReading reading;  /* of the present cell */
    VEC_OF(TableCell) row; /* of the present row */
    TableNode root;
    VEC_OF(TableNode *) nodes; /* in order of reading */
    Map containers;            /* policies, sections and measures by parent, kind, number and title */
    TablePage page;
    VEC_OF(TableWarning) warnings;
    VEC_OF(TableNote) notes;
    VEC_OF(TableGap) gaps;
} TableReader;

/* --- table_tree.c --- */

/* Appends a node; NULL when the scratch arena is full. */
TableNode *table_add(
    TableReader *reader, TableNode *parent, PlanKind kind, const TableTitle *title, PlanSource source);
/* The parent's child of that kind, number and title (of a section: of that kind); made when there is none
 * yet, which *made says. */
TableNode *table_open(TableReader *reader, TableNode *parent, PlanKind kind, const TableTitle *title,
    PlanSource source, bool *made);
/* Adds a warning and answers it (valid until the next), NULL when the arena is full. */
TableWarning *table_warn(
    TableReader *reader, const char *code, TableNode *node, PlanSource source, Str subject);
/* Sorts and numbers the warnings, takes the chosen fixes and lays the tree out as a plan. */
Plan *table_lay_out(TableReader *reader, const FixChoice *fixes);

/* --- table_line.c --- */

typedef enum TableLineKind {
    TABLE_LINE_OTHER,
    TABLE_LINE_RULE,
    TABLE_LINE_TITLE,
    TABLE_LINE_LABELS,
    TABLE_LINE_SECTIONS,
    TABLE_LINE_MEASURES, /* a row of numbered titles below 主な取組 */
    TABLE_LINE_FOOTNOTE,
} TableLineKind;

typedef struct TableLine {
    Str text;
    uint32_t number;
    size_t at;
    bool after_blank; /* blank lines stand before it */
} TableLine;

/* The next line that is not blank; a line of nothing but cell separators is not. False at the end. */
bool table_next_line(TableReader *reader, TableLine *out);
TableLineKind table_line_kind(TableReader *reader, Str line);
/* Without white space of any sort at both ends. */
Str table_trim(Str s);
/* Puts the line's cells into reader->row; more than TABLE_CELLS_MAX stop the reader. */
void table_split_row(TableReader *reader, Str row, uint32_t line);
/* The row that begins with the line and may run on over the next lines, which it takes; into reader->row. */
void table_read_row(TableReader *reader, const TableLine *first);
/* The paragraph outside the tables that begins with the line, with the lines that run on from it. */
TableCell table_read_paragraph(TableReader *reader, const TableLine *first);
/* The words of all blocks, one space between two, in the plan's arena. */
Str table_join(TableReader *reader, const TableReading *reading);
/* A cell's words without tags, on one line: for headings and titles. A slice of the source where possible. */
Str table_plain(TableReader *reader, TableCell cell);
/* Whether every cell of the row is empty or short words without a marker or a full stop, and one is not
 * empty. */
bool table_looks_like_headings(const TableReader *reader, Str row);
bool table_has_cells(const TableReader *reader, Str line);
/* The kind of section that a heading names; false when it is none of the profile's. */
bool table_section_kind(const PlanProfile *profile, Str heading, PlanKind *kind);
/* --- table_column.c --- */

/* A place on the present page; cells count from 0 here. */
PlanSource table_place(const TableReader *reader, uint32_t line, size_t cell);
/* A title's cell; its oddities stay in reader->reading until table_warn_of_slips. */
TableTitle table_read_title(TableReader *reader, TableCell cell);
void table_warn_of_slips(TableReader *reader, TableNode *node, PlanSource source);
/* The next column of the page; without a node, one whose heading is unknown. NULL when the arena is full. */
TableColumn *table_add_column(TableReader *reader, PlanKind kind, TableNode *node, PlanSource source);
/* Once all are added: a blank heading belongs to the named column on its left, the first ones to that on
 * their right. */
void table_name_blank_columns(TablePage *page);
/* The row of cells that begins with the line. */
void table_read_body_row(TableReader *reader, const TableLine *line);
/* Before other headings take the columns' place, or the page ends. */
void table_finish_columns(TableReader *reader);
void table_warn_of_tallies(TableReader *reader);

/* --- table_page.c --- */

void table_read_line(TableReader *reader, const TableLine *line);
void table_finish_page(TableReader *reader);

/* --- table_repair.c --- */

/* Warnings that need the whole text, and the nodes of annotations. */
void table_repair(TableReader *reader);

/* --- table_words.c --- */

/* How common each word is among the units (groups with their items, items) of a text. Words are bigrams of
 * characters other than hiragana, hashed into a fixed number of slots. */
typedef struct WordCounts WordCounts;
WordCounts *word_counts_new(Arena *arena);
/* Begins the next unit; then its texts are added. */
void word_counts_begin(WordCounts *counts);
void word_counts_add(WordCounts *counts, Str text);

typedef struct WordWeight {
    uint32_t word;
    double weight;
} WordWeight;
/* Starts as {0}; texts are added, their words counting `times` (1 or more) over; finishing weighs them, rare
 * words more. */
typedef struct WordVector {
    VEC_OF(WordWeight) words; /* by word, once finished; before, weights are counts */
    double norm;
} WordVector;

void word_vector_add(Arena *arena, WordVector *vector, Str text, double times);
void word_vector_finish(WordVector *vector, const WordCounts *counts);
/* Cosine of two finished vectors, 0 to 1. */
double word_likeness(const WordVector *a, const WordVector *b);

#endif
