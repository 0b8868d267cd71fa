/* db/sql_text.c: SQL as the program writes it -> SQL as one database reads it.
 *
 * Three small passes, each over the bytes of the text: words in braces are replaced by what the engine's
 * table says; parameters ?1 become $1; a script is divided into statements. The SQL is always a literal of
 * the program (values travel as parameters), and the only names put in are those of search indexes, checked
 * here and nowhere else. So an error found here is a fault of the program, told in words because a migration
 * is read by people.
 */
#include "db/db_internal.h"

static const char *const word_names[DB_WORD_COUNT] = {
    [DB_WORD_ID] = "id",
    [DB_WORD_INT] = "int",
    [DB_WORD_TEXT] = "text",
    [DB_WORD_BYTES] = "bytes",
    [DB_WORD_END] = "end",
};

bool sql_is_index_name(Str name)
{
    if (name.len == 0 || name.len > 40)
        return false;
    for (size_t i = 0; i < name.len; i++)
        if (name.at[i] != '_' && (name.at[i] < 'a' || name.at[i] > 'z'))
            return false;
    return true;
}

/* Bytes of a name in braces at the start of s ("{search node_search}" -> 20); 0 when it is not one. */
static size_t brace_length(Str s)
{
    if (s.len < 2 || s.at[0] != '{' || s.at[1] < 'a' || s.at[1] > 'z')
        return 0;
    ptrdiff_t end = str_find(s, S("}"), 1);
    return end < 0 ? 0 : (size_t)end + 1;
}

static bool print_word(Buf *out, const DbEngine *engine, Str word, const char *index, Error *error)
{
    for (size_t i = 0; i < DB_WORD_COUNT; i++) {
        if (str_equal(word, str_of(word_names[i]))) {
            buf_add(out, str_of(engine->words[i]));
            return true;
        }
    }
    if (index != NULL && str_equal(word, S("index"))) {
        assert(sql_is_index_name(str_of(index)) && "names of search indexes are [a-z_]+");
        buf_add(out, str_of(index));
        return true;
    }
    return error_set(error, ERROR_DATABASE, "SQL holds a word that is not known: {%.*s}", STR_ARGS(word));
}

/* Everything but {search NAME}. */
static bool print_words(Buf *out, const DbEngine *engine, Str sql, const char *index, Error *error)
{
    size_t at = 0;
    while (at < sql.len) {
        size_t length = brace_length(str_slice(sql, at, sql.len));
        if (length == 0) {
            buf_add_byte(out, sql.at[at++]);
            continue;
        }
        if (!print_word(out, engine, str_slice(sql, at + 1, at + length - 1), index, error))
            return false;
        at += length;
    }
    return true;
}

static bool print_search(Buf *out, const DbEngine *engine, Str name, Error *error)
{
    if (!sql_is_index_name(name))
        return error_set(
            error, ERROR_DATABASE, "the name of a search index is of [a-z_]+: %.*s", STR_ARGS(name));
    char index[64];
    snprintf(index, sizeof(index), "%.*s", STR_ARGS(name));
    return print_words(out, engine, str_of(engine->search_table), index, error);
}

bool sql_print(Buf *out, const DbEngine *engine, const char *sql, const char *index, Error *error)
{
    Str rest = str_of(sql);
    for (;;) {
        ptrdiff_t found = str_find(rest, S("{search "), 0);
        size_t length = found < 0 ? 0 : brace_length(str_slice(rest, (size_t)found, rest.len));
        Str before = length == 0 ? rest : str_slice(rest, 0, (size_t)found);
        if (!print_words(out, engine, before, index, error))
            return false;
        if (length == 0)
            break;
        Str name =
            str_trim(str_slice(rest, (size_t)found + sizeof("{search ") - 1, (size_t)found + length - 1));
        if (!print_search(out, engine, name, error))
            return false;
        rest = str_slice(rest, (size_t)found + length, rest.len);
    }
    return !out->failed || error_memory(error);
}

/* Bytes of a quoted text, quoted name or comment that starts at `at`; 0 when none starts there. A quote
 * doubled inside reads as an end and a new start, which comes to the same. */
static size_t opaque_length(Str sql, size_t at)
{
    static const struct {
        const char *open, *close;
    } kinds[] = {{"'", "'"}, {"\"", "\""}, {"--", "\n"}, {"/*", "*/"}};
    for (size_t i = 0; i < COUNT_OF(kinds); i++) {
        Str open = str_of(kinds[i].open), close = str_of(kinds[i].close);
        if (!str_starts(str_slice(sql, at, sql.len), open))
            continue;
        ptrdiff_t end = str_find(sql, close, at + open.len);
        return end < 0 ? sql.len - at : (size_t)end + close.len - at;
    }
    return 0;
}

bool sql_parameters(Str sql, Buf *out, size_t *count, Error *error)
{
    *count = 0;
    size_t at = 0;
    while (at < sql.len) {
        size_t opaque = opaque_length(sql, at);
        if (opaque > 0) {
            if (out != NULL)
                buf_add(out, str_slice(sql, at, at + opaque));
            at += opaque;
            continue;
        }
        char byte = sql.at[at++];
        if (byte != '?') {
            if (out != NULL)
                buf_add_byte(out, byte);
            continue;
        }
        size_t number = 0;
        for (; at < sql.len && sql.at[at] >= '0' && sql.at[at] <= '9' && number <= DB_PARAMETERS_MAX; at++)
            number = number * 10 + (size_t)(sql.at[at] - '0');
        if (number == 0 || number > DB_PARAMETERS_MAX)
            return error_set(error, ERROR_DATABASE, "parameters of SQL are ?1 to ?%d", DB_PARAMETERS_MAX);
        if (number > *count)
            *count = number;
        if (out != NULL)
            buf_printf(out, "$%zu", number);
    }
    return out == NULL || !out->failed || error_memory(error);
}

/* Whether only white space stands between `at` and the end of its line. */
static bool ends_line(Str sql, size_t at)
{
    Str rest = str_slice(sql, at, sql.len), line;
    return !str_line(&rest, &line) || str_trim(line).len == 0;
}

bool sql_statement(Str *script, Str *statement)
{
    size_t from = 0, at = 0;
    while (at < script->len) {
        size_t opaque = opaque_length(*script, at);
        bool is_end = script->at[at] == ';' && ends_line(*script, at + 1);
        at += opaque > 0 ? opaque : 1;
        if (!is_end && at < script->len)
            continue;
        *statement = str_trim(str_slice(*script, from, is_end ? at - 1 : at));
        from = at;
        if (statement->len > 0)
            break;
    }
    bool found = at > 0 && statement->len > 0;
    *script = str_slice(*script, from, script->len);
    return found;
}
