/* db/search_sqlite.c: a search index in SQLite: folded texts in a table, their bigrams in FTS5 beside it.
 *
 * FTS5 keeps no copy of the text (external content): to take a text out of the index it must be told the old
 * text, which is read from the table first. The column `body` is "SCOPE TEXT", as the tokenizer wants it
 * (fts_bigram.c).
 */
#include "base/utf8.h"
#include "db/engine_sqlite.h"

const char search_table_sqlite[] =
    "create table {index}_text (entry integer primary key, scope integer not null, id integer not null, "
    "folded text not null, body text generated always as (scope || ' ' || folded) virtual, unique (scope, "
    "id)) strict;\n"
    "create virtual table {index} using fts5(body, content='{index}_text', content_rowid='entry', "
    "tokenize='bigram', columnsize=0);\n";

const char search_find_sqlite[] =
    "with hits as materialized (select t.id from {index} f join {index}_text t on t.entry = f.rowid "
    "where {index} match ?1 and (?3 = 1 or holds_words(t.folded, ?2))) "
    "select 0, count(*) from hits "
    "union all select 1, id from (select id from hits order by id limit ?4 offset ?5) page order by 1, 2";

/* Takes one text out of the index, if it is there. */
static bool forget(DbConn *conn, const char *index, int64_t scope, int64_t id, Error *error)
{
    return statement_run(conn, NULL, error,
        "insert into {index} ({index}, rowid, body) "
        "select 'delete', entry, body from {index}_text where scope = ?1 and id = ?2",
        index, 2, (const Value[]){value_integer(scope), value_integer(id)});
}

bool search_put_sqlite(DbConn *conn, const char *index, int64_t scope, int64_t id, Str text, Error *error)
{
    const Value values[] = {value_integer(scope), value_integer(id), value_text(text)};
    return forget(conn, index, scope, id, error) &&
           statement_run(conn, NULL, error,
               "insert into {index}_text (scope, id, folded) values (?1, ?2, ?3) "
               "on conflict (scope, id) do update set folded = excluded.folded",
               index, 3, values) &&
           statement_run(conn, NULL, error,
               "insert into {index} (rowid, body) select entry, body from {index}_text where scope = ?1 and "
               "id = ?2",
               index, 2, values);
}

bool search_remove_sqlite(DbConn *conn, const char *index, int64_t scope, int64_t id, Error *error)
{
    return forget(conn, index, scope, id, error) &&
           statement_run(conn, NULL, error, "delete from {index}_text where scope = ?1 and id = ?2", index, 2,
               (const Value[]){value_integer(scope), value_integer(id)});
}

bool search_clear_sqlite(DbConn *conn, const char *index, int64_t scope, Error *error)
{
    const Value values[] = {value_integer(scope)};
    return statement_run(conn, NULL, error,
               "insert into {index} ({index}, rowid, body) "
               "select 'delete', entry, body from {index}_text where scope = ?1",
               index, 1, values) &&
           statement_run(conn, NULL, error, "delete from {index}_text where scope = ?1", index, 1, values);
}

/* One phrase a word, all of them demanded. Inside the quotes everything is plain text but the quote itself,
 * which is doubled; this is the only place where a match expression is written. */
void search_match_sqlite(Buf *out, int64_t scope, const SearchWords *words)
{
    for (size_t i = 0; i < words->len && i < SEARCH_WORDS_MAX; i++) {
        Str word = utf8_slice(words->at[i], 0, SEARCH_WORD_CHARACTERS_MAX);
        buf_printf(out, "%s\"%lld ", i == 0 ? "" : " AND ", (long long)scope);
        for (size_t at = 0; at < word.len; at++) {
            if (word.at[at] == '"')
                buf_add_byte(out, '"');
            buf_add_byte(out, word.at[at]);
        }
        buf_add(out, utf8_count(word) == 1 ? S("\" *") : S("\""));
    }
}
