/* Comma-separated values: one pass over the bytes, cell by cell. */
#include "base/csv.h"

#include "base/utf8.h"

typedef struct CsvReader {
    Arena *arena;
    Str text, name;
    size_t at;
    long line;
    size_t line_begin;
} CsvReader;

static bool is_end(const CsvReader *reader)
{
    return reader->at >= reader->text.len;
}

static bool is_at(const CsvReader *reader, char byte)
{
    return !is_end(reader) && reader->text.at[reader->at] == byte;
}

static bool is_line_end(const CsvReader *reader)
{
    return is_end(reader) || is_at(reader, '\n') || is_at(reader, '\r');
}

static bool refuse(const CsvReader *reader, const char *why, Error *error)
{
    long column = (long)utf8_count(str_slice(reader->text, reader->line_begin, reader->at)) + 1;
    return error_at(error, ERROR_INPUT, reader->name, reader->line, column, "%s", why);
}

static void next_line(CsvReader *reader)
{
    reader->line++;
    reader->line_begin = reader->at;
}

/* Behind the opening quote: up to the quote that ends the cell. */
static bool read_quoted(CsvReader *reader, Str *cell, Error *error)
{
    AUTO_BUF out;
    buf_init(&out, reader->text.len + 1);
    for (reader->at++; !is_end(reader);) {
        char byte = reader->text.at[reader->at++];
        if (byte == '"' && !is_at(reader, '"')) {
            *cell = arena_str(reader->arena, buf_str(&out));
            if (is_line_end(reader) || is_at(reader, ','))
                return !out.failed || error_memory(error);
            return refuse(reader, "behind a closing quote stands a comma or the end of the line", error);
        }
        if (byte == '"')
            reader->at++;
        buf_add_byte(&out, byte);
        if (byte == '\n')
            next_line(reader);
    }
    return refuse(reader, "a quote is opened and never closed", error);
}

static bool read_cell(CsvReader *reader, Str *cell, Error *error)
{
    if (is_at(reader, '"'))
        return read_quoted(reader, cell, error);
    size_t from = reader->at;
    for (; !is_line_end(reader) && !is_at(reader, ','); reader->at++)
        if (is_at(reader, '"'))
            return refuse(reader, "a cell with a quote in it begins with a quote, and doubles it", error);
    *cell = str_slice(reader->text, from, reader->at);
    return true;
}

static bool read_row(CsvReader *reader, CsvRow *row, Error *error)
{
    row->line = reader->line;
    for (;;) {
        Str *cell = VEC_PUSH(reader->arena, &row->cells);
        if (!cell)
            return error_memory(error);
        if (!read_cell(reader, cell, error))
            return false;
        if (is_line_end(reader))
            return true;
        reader->at++; /* the comma */
    }
}

static void skip_line_end(CsvReader *reader)
{
    if (is_at(reader, '\r'))
        reader->at++;
    if (is_at(reader, '\n'))
        reader->at++;
    next_line(reader);
}

bool csv_read(Arena *arena, Str text, Str name, CsvRows *out, Error *error)
{
    CsvReader reader = {.arena = arena, .text = text, .name = name, .line = 1};
    *out = (CsvRows){0};
    if (str_starts(text, S("\xEF\xBB\xBF")))
        reader.at = reader.line_begin = 3;
    while (!is_end(&reader)) {
        if (is_line_end(&reader)) {
            skip_line_end(&reader);
            continue;
        }
        CsvRow *row = VEC_PUSH(arena, out);
        if (!row)
            return error_memory(error);
        if (!read_row(&reader, row, error))
            return false;
        skip_line_end(&reader);
    }
    return !arena_failed(arena) || error_memory(error);
}

/* --- writing --- */

void csv_cell(Buf *out, bool *first, Str text)
{
    if (!*first)
        buf_add_byte(out, ',');
    *first = false;
    buf_add_byte(out, '"');
    if (text.len > 0 && text.at[0] && strchr("=+-@\t\r", text.at[0]))
        buf_add_byte(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"')
            buf_add_byte(out, '"');
        buf_add_byte(out, text.at[i]);
    }
    buf_add_byte(out, '"');
}

void csv_row_end(Buf *out)
{
    buf_add(out, S("\r\n"));
}
