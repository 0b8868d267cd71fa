/* db/search.c: finding texts by the words they hold.
 *
 * Texts and queries are folded the same way (base/fold.h) before an engine sees them; a query's words are
 * what stands between spaces, each once. The first words go through the engine's index of bigrams; what a
 * very long query has beyond that is compared with the texts found. Both engines answer the same, and a query
 * is never anything but plain text.
 */
#include "base/fold.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "db/db_internal.h"

/* Folding makes text at most 11 times as long (U+FDFA); its vector grows by doubling; and there are pieces
 * beside it. */
#define FOLD_ROOM 48

/* Folds in an arena made for it, which the caller frees. */
static bool fold(Str text, Arena **arena, Str *out, Error *error)
{
    if (text.len > DB_VALUE_MAX / FOLD_ROOM)
        return error_set(
            error, ERROR_LIMIT, "text for searching is larger than %zu bytes", DB_VALUE_MAX / FOLD_ROOM);
    if (!utf8_check(text, NULL))
        return error_set(error, ERROR_INPUT, "text for searching is not UTF-8");
    if (text.len > 0 && memchr(text.at, '\0', text.len) != NULL)
        return error_set(error, ERROR_INPUT, "text for searching holds a NUL character");
    *arena = arena_new(text.len * FOLD_ROOM + (1 << 20));
    if (*arena == NULL)
        return error_memory(error);
    *out = text_fold(*arena, text);
    return !arena_failed(*arena) || error_memory(error);
}

static void assert_writing(const DbConn *conn, const char *index)
{
    assert(conn->is_writer && "writes happen in closures given to db_write");
    assert(sql_is_index_name(str_of(index)) && "names of search indexes are [a-z_]+");
    (void)conn;
    (void)index;
}

bool db_search_put(DbConn *conn, const char *index, int64_t scope, int64_t id, Str text, Error *error)
{
    assert_writing(conn, index);
    AUTO_ARENA arena = NULL;
    Str folded;
    if (!fold(text, &arena, &folded, error))
        return conn_fail(conn, error);
    if (str_trim(folded).len == 0)
        return conn->engine->search_remove(conn, index, scope, id, error);
    return conn->engine->search_put(conn, index, scope, id, folded, error);
}

bool db_search_remove(DbConn *conn, const char *index, int64_t scope, int64_t id, Error *error)
{
    assert_writing(conn, index);
    return conn->engine->search_remove(conn, index, scope, id, error);
}

bool db_search_clear(DbConn *conn, const char *index, int64_t scope, Error *error)
{
    assert_writing(conn, index);
    return conn->engine->search_clear(conn, index, scope, error);
}

/* The words between spaces, each once. */
static bool split_words(Arena *arena, Str folded, SearchWords *words)
{
    VEC_OF(Str) distinct = {0};
    Map seen;
    map_init(&seen, arena);
    *words = (SearchWords){.exact = true};
    while (folded.len > 0) {
        Str word;
        str_cut(folded, S(" "), &word, &folded);
        if (word.len == 0 || map_get(&seen, word) != NULL)
            continue;
        Str *item = VEC_PUSH(arena, &distinct);
        if (item == NULL || !map_put(&seen, word, item))
            return false;
        *item = word;
        words->exact = words->exact && utf8_count(word) <= SEARCH_WORD_CHARACTERS_MAX;
    }
    words->at = distinct.at;
    words->len = distinct.len;
    words->exact = words->exact && words->len <= SEARCH_WORDS_MAX;
    return !arena_failed(arena);
}

static void join_words(const SearchWords *words, Buf *out)
{
    for (size_t i = 0; i < words->len; i++) {
        if (i > 0)
            buf_add_byte(out, ' ');
        buf_add(out, words->at[i]);
    }
}

static int64_t row_number(size_t n)
{
    return n > INT64_MAX ? INT64_MAX : (int64_t)n;
}

static bool read_hits(DbStmt *stmt, Arena *arena, int64_t **ids, size_t *count, size_t *total, Error *error)
{
    VEC_OF(int64_t) found = {0};
    while (db_next(stmt, error)) {
        if (db_integer(stmt, 0) == 0) {
            *total = (size_t)db_integer(stmt, 1);
            continue;
        }
        int64_t *id = VEC_PUSH(arena, &found);
        if (id == NULL)
            return error_memory(error);
        *id = db_integer(stmt, 1);
    }
    *ids = found.at;
    *count = found.len;
    return !db_broken(stmt);
}

bool db_search(DbConn *conn, const char *index, int64_t scope, Str query, size_t offset, size_t limit,
    Arena *arena, int64_t **ids, size_t *count, size_t *total, Error *error)
{
    assert(sql_is_index_name(str_of(index)) && "names of search indexes are [a-z_]+");
    *ids = NULL;
    *count = *total = 0;
    AUTO_ARENA words_arena = NULL;
    Str folded;
    SearchWords words;
    if (!fold(query, &words_arena, &folded, error))
        return false;
    if (!split_words(words_arena, folded, &words))
        return error_memory(error);
    if (words.len == 0)
        return true;
    AUTO_BUF match, joined;
    buf_init(&match, DB_SQL_MAX);
    buf_init(&joined, folded.len);
    conn->engine->search_match(&match, scope, &words);
    join_words(&words, &joined);
    if (match.failed || joined.failed)
        return error_memory(error);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const Value values[] = {value_text(buf_str(&match)), value_text(buf_str(&joined)),
        value_boolean(words.exact), value_integer(row_number(limit)), value_integer(row_number(offset))};
    return statement_query(conn, &stmt, error, conn->engine->search_find, index, COUNT_OF(values), values) &&
           read_hits(stmt, arena, ids, count, total, error);
}
