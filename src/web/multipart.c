/* Cuts a body at its boundaries: "--B" headers, empty line, bytes, "\r\n--B" ... "--B--". Nothing is copied.
 */
#include "web/multipart.h"

#include "base/utf8.h"

#define BOUNDARY_MAX 70

/* One parameter of "form-data; name="x"; filename="y"". Quoted values may hold \" as old browsers wrote it;
 * it stays as sent. false when absent. */
static bool take_parameter(Str header, Str name, Str *value)
{
    Str rest = header;
    bool first = true;
    while (rest.len > 0) {
        size_t end = 0;
        bool quoted = false;
        for (; end < rest.len && (quoted || rest.at[end] != ';'); end++) {
            if (quoted && rest.at[end] == '\\')
                end++;
            else if (rest.at[end] == '"')
                quoted = !quoted;
        }
        Str key, item = str_trim(str_slice(rest, 0, end));
        rest = str_slice(rest, end + 1, rest.len);
        if (first) {
            first = false;
            continue;
        }
        if (!str_cut(item, S("="), &key, value) || !ascii_equal_caseless(str_trim(key), name))
            continue;
        *value = str_trim(*value);
        if (value->len >= 2 && value->at[0] == '"' && value->at[value->len - 1] == '"')
            *value = str_slice(*value, 1, value->len - 1);
        return true;
    }
    return false;
}

Str multipart_boundary(Str content_type)
{
    Str type, rest, boundary;
    str_cut(content_type, S(";"), &type, &rest);
    if (!ascii_equal_caseless(str_trim(type), S("multipart/form-data")))
        return STR_EMPTY;
    if (!take_parameter(content_type, S("boundary"), &boundary) || boundary.len == 0 ||
        boundary.len > BOUNDARY_MAX)
        return STR_EMPTY;
    for (size_t i = 0; i < boundary.len; i++)
        if (boundary.at[i] <= 0x20 || boundary.at[i] >= 0x7f)
            return STR_EMPTY;
    return boundary;
}

/* A header line with its CRLF; false at the end of the text. */
static bool take_line(Str *rest, Str *line)
{
    return str_cut(*rest, S("\r\n"), line, rest);
}

typedef struct Part {
    Str disposition, content_type, bytes;
} Part;

static bool read_part(Str text, Part *part)
{
    Str rest = text, line, name, value;
    *part = (Part){0};
    for (;;) {
        if (!take_line(&rest, &line))
            return false;
        if (line.len == 0)
            break;
        if (!str_cut(line, S(":"), &name, &value))
            return false;
        if (ascii_equal_caseless(name, S("Content-Disposition")))
            part->disposition = str_trim(value);
        else if (ascii_equal_caseless(name, S("Content-Type")))
            part->content_type = str_trim(value);
    }
    part->bytes = rest;
    return str_starts(part->disposition, S("form-data"));
}

static bool add_part(Request *request, const Part *part, Error *error)
{
    Str name, file_name;
    if (!take_parameter(part->disposition, S("name"), &name) || !utf8_check(name, NULL))
        return error_set(error, ERROR_INPUT, "a part of the form has no usable name");
    if (take_parameter(part->disposition, S("filename"), &file_name)) {
        if (!utf8_check(file_name, NULL))
            return error_set(error, ERROR_INPUT, "the name of a file is not UTF-8");
        if (request->files.len >= REQUEST_FILES_MAX)
            return error_set(error, ERROR_LIMIT, "more than %d files", REQUEST_FILES_MAX);
        HttpFile *file = VEC_PUSH(request->arena, &request->files);
        if (!file)
            return error_memory(error);
        *file = (HttpFile){name, file_name, part->content_type, part->bytes};
        return true;
    }
    if (!utf8_check(part->bytes, NULL) || memchr(part->bytes.at, '\0', part->bytes.len))
        return error_set(error, ERROR_INPUT, "a field of the form is not UTF-8 text");
    if (request->form.len >= REQUEST_FIELDS_MAX)
        return error_set(error, ERROR_LIMIT, "more than %d fields", REQUEST_FIELDS_MAX);
    HttpField *field = VEC_PUSH(request->arena, &request->form);
    if (!field)
        return error_memory(error);
    *field = (HttpField){name, part->bytes};
    return true;
}

bool multipart_read(Request *request, Str boundary, Error *error)
{
    Str body = request->body;
    Str mark = arena_join(request->arena, S("\r\n--"), boundary);
    if (arena_failed(request->arena))
        return error_memory(error);
    size_t at = 0;
    if (!str_starts(body, str_slice(mark, 2, mark.len))) {
        ptrdiff_t first = str_find(body, mark, 0); /* text before the first boundary is ignored */
        if (first < 0)
            return error_set(error, ERROR_INPUT, "the form does not begin with its boundary");
        at = (size_t)first + 2;
    }
    at += mark.len - 2;
    while (!str_starts(str_slice(body, at, body.len), S("--"))) {
        Part part;
        ptrdiff_t next = str_find(body, mark, at);
        if (!str_starts(str_slice(body, at, body.len), S("\r\n")) || next < 0)
            return error_set(error, ERROR_INPUT, "the form ends before its last boundary");
        if (!read_part(str_slice(body, at + 2, (size_t)next), &part))
            return error_set(error, ERROR_INPUT, "a part of the form has no readable headers");
        if (!add_part(request, &part, error))
            return false;
        at = (size_t)next + mark.len;
    }
    return true;
}
