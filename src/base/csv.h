/* base/csv.h: tables of comma-separated values (RFC 4180), UTF-8, with or without a byte order mark.
 *
 * Cells are slices of the text, or of the arena where quotes were taken away. A quoted cell may hold commas,
 * line ends and doubled quotes.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/vec.h"

typedef struct CsvRow {
    VEC_OF(Str) cells;
    long line; /* on which it begins, from 1 */
} CsvRow;

typedef VEC_OF(CsvRow) CsvRows;

/* All rows; lines without anything are left out. ERROR_INPUT with line and column for a quote that does not
 * end, stands inside an unquoted cell, or is followed by more than a comma or line end. `name` is the file
 * named in errors. */
MUST_USE bool csv_read(Arena *arena, Str text, Str name, CsvRows *out, Error *error);

/* Writes a row: csv_cell for each cell, *first being true before the first of them, then csv_row_end. Every
 * cell is quoted; one that a spreadsheet would take for a formula gets an apostrophe before it. */
void csv_cell(Buf *out, bool *first, Str text);
void csv_row_end(Buf *out);

#endif
