/* base/grid.c: a table of texts written. A terminal is narrow and Japanese is wide, so text is a list of
 * rows, not columns side by side.
 */
#include "base/grid.h"

#include "base/csv.h"

const char *const grid_format_names[GRID_FORMAT_COUNT] = {"text", "csv", "markdown"};

void grid_init(Grid *grid, Arena *arena, Str title, const Str *headings, size_t count)
{
    assert(count <= GRID_COLUMNS_MAX && "a grid has at most GRID_COLUMNS_MAX columns");
    *grid = (Grid){.arena = arena, .title = title, .column_count = count};
    for (size_t i = 0; i < count; i++)
        grid->headings[i] = headings[i];
}

void grid_add(Grid *grid, const Str *cells)
{
    GridRow *row = VEC_PUSH(grid->arena, &grid->rows);
    for (size_t i = 0; row && i < grid->column_count; i++)
        row->cells[i] = cells[i];
}

static void write_text(const Grid *grid, Buf *out)
{
    buf_add(out, grid->title);
    buf_add_byte(out, '\n');
    for (size_t i = 0; i < grid->rows.len; i++) {
        buf_add_byte(out, '\n');
        for (size_t k = 0; k < grid->column_count; k++)
            if (grid->rows.at[i].cells[k].len > 0)
                buf_printf(
                    out, "%.*s: %.*s\n", STR_ARGS(grid->headings[k]), STR_ARGS(grid->rows.at[i].cells[k]));
    }
}

static void write_csv_row(const Str *cells, size_t count, Buf *out)
{
    bool first = true;
    for (size_t i = 0; i < count; i++)
        csv_cell(out, &first, cells[i]);
    csv_row_end(out);
}

static void write_csv(const Grid *grid, Buf *out)
{
    buf_add(out, S("\xEF\xBB\xBF"));
    write_csv_row(grid->headings, grid->column_count, out);
    for (size_t i = 0; i < grid->rows.len; i++)
        write_csv_row(grid->rows.at[i].cells, grid->column_count, out);
}

static void write_markdown_row(const Str *cells, size_t count, Buf *out)
{
    for (size_t i = 0; i < count; i++) {
        buf_add(out, S("| "));
        for (size_t k = 0; k < cells[i].len; k++) {
            char c = cells[i].at[k];
            if (c == '\n')
                buf_add_byte(out, ' ');
            else if (c && strchr("|\\`*_<[", c))
                buf_printf(out, "\\%c", c);
            else
                buf_add_byte(out, c);
        }
        buf_add_byte(out, ' ');
    }
    buf_add(out, S("|\n"));
}

static void write_markdown(const Grid *grid, Buf *out)
{
    buf_printf(out, "# %.*s\n\n", STR_ARGS(grid->title));
    write_markdown_row(grid->headings, grid->column_count, out);
    for (size_t i = 0; i < grid->column_count; i++)
        buf_add(out, S("|---"));
    buf_add(out, S("|\n"));
    for (size_t i = 0; i < grid->rows.len; i++)
        write_markdown_row(grid->rows.at[i].cells, grid->column_count, out);
}

void grid_write(const Grid *grid, GridFormat format, Buf *out)
{
    static void (*const writers[GRID_FORMAT_COUNT])(const Grid *grid, Buf *out) = {
        [GRID_TEXT] = write_text, [GRID_CSV] = write_csv, [GRID_MARKDOWN] = write_markdown};
    writers[format](grid, out);
}
