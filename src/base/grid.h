/* base/grid.h: a table of texts, as reports answer it: a title, headings, rows; written for a terminal, as
 * CSV or as Markdown.
 *
 * Texts are slices that outlive the grid. Failure of the arena is sticky: who fills a grid asks it once at
 * the end.
 */
#ifndef BASE_GRID_H
#define BASE_GRID_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

enum { GRID_COLUMNS_MAX = 16 };

typedef struct GridRow {
    Str cells[GRID_COLUMNS_MAX];
} GridRow;

typedef struct Grid {
    Arena *arena;
    Str title;
    Str headings[GRID_COLUMNS_MAX];
    size_t column_count;
    VEC_OF(GridRow) rows;
} Grid;

void grid_init(Grid *grid, Arena *arena, Str title, const Str *headings, size_t count);
/* A row of column_count cells. */
void grid_add(Grid *grid, const Str *cells);

typedef enum GridFormat { GRID_TEXT, GRID_CSV, GRID_MARKDOWN, GRID_FORMAT_COUNT } GridFormat;
/* "text", "csv", "markdown". */
extern const char *const grid_format_names[GRID_FORMAT_COUNT];

/* text: each row as lines "heading: cell", an empty line between rows, what is empty left out. csv: UTF-8
 * with a byte order mark, as spreadsheets here expect. The buffer remembers a failure. */
void grid_write(const Grid *grid, GridFormat format, Buf *out);

#endif
