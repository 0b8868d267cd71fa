/* db/search_postgres.c: a search index in PostgreSQL: folded texts with their grams in an array under a GIN
 * index.
 *
 * A gram is "SCOPE:" and one or two characters that stand together in the text. A search asks for the texts
 * that have every gram of its words, which the index answers without looking at other scopes, and then
 * compares each of these few texts with the words themselves. Grams and words hold no spaces, so lists of
 * them travel as one text divided by spaces.
 */
#include "base/utf8.h"
#include "db/engine_postgres.h"

const char search_table_postgres[] =
    "create table {index}_text (scope bigint not null, id bigint not null, folded text collate \"C\" not "
    "null, "
    "grams text[] collate \"C\" not null, primary key (scope, id));\n"
    "create index {index}_grams on {index}_text using gin (grams) with (gin_pending_list_limit = 256);\n";

const char search_find_postgres[] =
    "with hits as materialized (select t.id from {index}_text t where t.grams @> string_to_array(?1, ' ') "
    "and not exists (select 1 from unnest(string_to_array(?2, ' ')) word where strpos(t.folded, word) = 0)) "
    "select 0, count(*) from hits "
    "union all select 1, id from (select id from hits order by id limit ?4 offset ?5) page order by 1, 2";

/* The grams of a run of characters; single characters too when asked, or when there is only one. */
static void print_grams(Buf *out, int64_t scope, Str run, bool with_singles)
{
    size_t at = 0;
    while (at < run.len) {
        size_t second = at, end;
        utf8_next(run, &second);
        end = second;
        if (second < run.len)
            utf8_next(run, &end);
        if (with_singles || (at == 0 && second == run.len))
            buf_printf(out, "%s%lld:%.*s", out->len > 0 ? " " : "", (long long)scope,
                STR_ARGS(str_slice(run, at, second)));
        if (end > second)
            buf_printf(out, "%s%lld:%.*s", out->len > 0 ? " " : "", (long long)scope,
                STR_ARGS(str_slice(run, at, end)));
        at = second;
    }
}

void search_match_postgres(Buf *out, int64_t scope, const SearchWords *words)
{
    for (size_t i = 0; i < words->len && i < SEARCH_WORDS_MAX; i++)
        print_grams(out, scope, utf8_slice(words->at[i], 0, SEARCH_WORD_CHARACTERS_MAX), false);
}

bool search_put_postgres(DbConn *conn, const char *index, int64_t scope, int64_t id, Str text, Error *error)
{
    AUTO_BUF grams;
    buf_init(&grams, DB_VALUE_MAX);
    Str rest = text, run;
    while (rest.len > 0) {
        str_cut(rest, S(" "), &run, &rest);
        print_grams(&grams, scope, run, true);
    }
    if (grams.failed) {
        error_memory(error);
        return conn_fail(conn, error);
    }
    return statement_run(conn, NULL, error,
        "insert into {index}_text (scope, id, folded, grams) "
        "values (?1, ?2, ?3, array(select distinct gram from unnest(string_to_array(?4, ' ')) gram)) "
        "on conflict (scope, id) do update set folded = excluded.folded, grams = excluded.grams",
        index, 4,
        (const Value[]){
            value_integer(scope), value_integer(id), value_text(text), value_text(buf_str(&grams))});
}

bool search_remove_postgres(DbConn *conn, const char *index, int64_t scope, int64_t id, Error *error)
{
    return statement_run(conn, NULL, error, "delete from {index}_text where scope = ?1 and id = ?2", index, 2,
        (const Value[]){value_integer(scope), value_integer(id)});
}

bool search_clear_postgres(DbConn *conn, const char *index, int64_t scope, Error *error)
{
    return statement_run(conn, NULL, error, "delete from {index}_text where scope = ?1", index, 1,
        (const Value[]){value_integer(scope)});
}
