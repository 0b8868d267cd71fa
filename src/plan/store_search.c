/* plan/store_search.c: nodes by the words they hold, each with its way down from the top.
 *
 * The search index answers places in the edition; the nodes of a page of hits, their ancestors and their
 * annotations come in two statements for every HITS_AT_ONCE hits.
 */
#include "plan/store_internal.h"

#define HITS_AT_ONCE 20
#define HIT_LIST \
    "(?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21)"

/* Parameters of a statement with HIT_LIST: the edition and the places, -1 where there is none. */
static void set_values(Value values[HITS_AT_ONCE + 1], int64_t edition_id, const int64_t *ids, size_t count)
{
    values[0] = value_integer(edition_id);
    for (size_t i = 0; i < HITS_AT_ONCE; i++) {
        values[i + 1] = value_integer(i < count ? ids[i] : -1);
    }
}

/* Nodes and ancestors: hits in order, each from the top down to the hit itself. */
static bool load_nodes(
    DbConn *conn, Arena *arena, const Value *values, const int64_t *ids, PlanHit *hits, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    size_t hit = 0;
    VEC_OF(PlanNode) path = {0};
    if (!db_query_values(conn, &stmt, error,
            "with recursive up (hit, seq, parent_seq, level) as ("
            "select s.seq, s.seq, s.parent_seq, 0 from node s where s.edition_id = ?1 and s.seq in " HIT_LIST
            " union all select up.hit, a.seq, a.parent_seq, up.level + 1 from up "
            "join node a on a.edition_id = ?1 and a.seq = up.parent_seq) "
            "select up.hit, up.level, n.key, n.kind, n.number, n.text, n.source_file, n.source_line from up "
            "join node n on n.edition_id = ?1 and n.seq = up.seq order by up.hit, up.level desc",
            HITS_AT_ONCE + 1, values)) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanNode node = {.key = db_text_copy(stmt, 2, arena),
            .parent = (int32_t)path.len - 1,
            .number = db_text_copy(stmt, 4, arena),
            .text = db_text_copy(stmt, 5, arena),
            .source = {.file = db_text_copy(stmt, 6, arena), .line = (uint32_t)db_integer(stmt, 7)}};
        if (!plan_kind_from_name(db_text(stmt, 3), &node.kind)) {
            return error_set(
                error, ERROR_DATABASE, "the database holds a kind that this program does not know");
        }
        if (db_integer(stmt, 1) > 0) {
            PlanNode *above = VEC_PUSH(arena, &path);
            if (above == NULL) {
                return error_memory(error);
            }
            *above = node;
            continue;
        }
        assert(db_integer(stmt, 0) == ids[hit] && "hits come back in the order asked for");
        (void)ids;
        node.parent = PLAN_NO_PARENT;
        hits[hit++] = (PlanHit){.node = node, .note = STR_EMPTY, .above = path.at, .above_count = path.len};
        path.at = NULL;
        path.len = path.room = 0;
    }
    return !db_broken(stmt);
}

static bool load_notes(DbConn *conn, Arena *arena, const Value *values, const int64_t *ids, size_t count,
    PlanHit *hits, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    size_t hit = 0;
    if (!db_query_values(conn, &stmt, error,
            "select node_seq, text from annotation where edition_id = ?1 and node_seq in " HIT_LIST
            " order by node_seq, seq",
            HITS_AT_ONCE + 1, values)) {
        return false;
    }
    while (db_next(stmt, error)) {
        while (hit + 1 < count && ids[hit] < db_integer(stmt, 0)) {
            hit++;
        }
        const Str text = db_text(stmt, 1);
        hits[hit].note = hits[hit].note.len == 0
                             ? arena_str(arena, text)
                             : arena_printf(arena, "%.*s\n%.*s", STR_ARGS(hits[hit].note), STR_ARGS(text));
    }
    return !db_broken(stmt);
}

bool plan_search(DbConn *conn, Arena *arena, const PlanEdition *edition, Str query, size_t offset,
    size_t limit, PlanHits *out, size_t *total, Error *error)
{
    int64_t *ids = NULL;
    size_t count = 0;
    *out = (PlanHits){0};
    if (!db_search(conn, STORE_INDEX, edition->id, query, offset, limit, arena, &ids, &count, total, error)) {
        return false;
    }
    out->at = arena_array(arena, count + 1, sizeof *out->at);
    if (out->at == NULL) {
        return error_memory(error);
    }
    out->len = out->room = count;
    for (size_t i = 0; i < count; i += HITS_AT_ONCE) {
        const size_t some = count - i < HITS_AT_ONCE ? count - i : HITS_AT_ONCE;
        Value values[HITS_AT_ONCE + 1];
        set_values(values, edition->id, ids + i, some);
        if (!load_nodes(conn, arena, values, ids + i, out->at + i, error) ||
            !load_notes(conn, arena, values, ids + i, some, out->at + i, error)) {
            return false;
        }
    }
    return !arena_failed(arena) || error_memory(error);
}
