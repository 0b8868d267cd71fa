/* plan/store_load.c: trees out of the database: a whole edition, its outline, one part of it; a node through
 * all editions.
 *
 * A stretch of nodes is one statement, its marks and annotations are another, joined here by seq; never a
 * statement a node.
 */
#include "plan/store_internal.h"

#define NODE_COLUMNS                                                                                       \
    "n.seq, n.parent_seq, n.key, n.kind, n.number, n.text, n.source_file, n.source_line, n.source_table, " \
    "n.source_row, n.source_cell, n.subtree_end "

static bool refuse_word(Str word, Error *error)
{
    return error_set(error, ERROR_DATABASE, "the database holds \"%.*s\", which this program does not know",
        STR_ARGS(word));
}

static PlanSource take_source(DbStmt *stmt, int column, Arena *arena, const PlanSource *previous)
{
    const Str file = db_text(stmt, column);
    return (PlanSource){.file = str_equal(file, previous->file) ? previous->file : arena_str(arena, file),
        .line = (uint32_t)db_integer(stmt, column + 1),
        .table = (uint32_t)db_integer(stmt, column + 2),
        .row = (uint32_t)db_integer(stmt, column + 3),
        .cell = (uint32_t)db_integer(stmt, column + 4)};
}

/* The present row (NODE_COLUMNS) without its parent. */
static bool take_node(DbStmt *stmt, Arena *arena, const PlanSource *previous, PlanNode *out, Error *error)
{
    *out = (PlanNode){.key = db_text_copy(stmt, 2, arena),
        .parent = PLAN_NO_PARENT,
        .number = db_text_copy(stmt, 4, arena),
        .text = db_text_copy(stmt, 5, arena),
        .source = take_source(stmt, 6, arena, previous)};
    return plan_kind_from_name(db_text(stmt, 3), &out->kind) || refuse_word(db_text(stmt, 3), error);
}

/* Appends the rows of the statement to the plan; `first` is the seq of its first node. */
static bool take_nodes(DbStmt *stmt, Plan *plan, int64_t first, Error *error)
{
    PlanSource previous = {.file = STR_EMPTY};
    while (db_next(stmt, error)) {
        PlanNode node;
        if (!take_node(stmt, plan->arena, &previous, &node, error)) {
            return false;
        }
        const int64_t parent = db_integer(stmt, 1) - first;
        previous = node.source;
        PlanNode *place = plan_add(plan, parent < 0 ? PLAN_NO_PARENT : (int32_t)parent, node.kind,
            node.number, node.text, node.source);
        if (place == NULL) {
            return error_memory(error);
        }
        place->key = node.key;
    }
    return !db_broken(stmt);
}

static bool take_mark(DbStmt *stmt, Plan *plan, PlanNode *node, Error *error)
{
    const Str name = db_text(stmt, 2);
    PlanMark mark = {.from = (size_t)db_integer(stmt, 3), .to = (size_t)db_integer(stmt, 4)};
    while (mark.kind < PLAN_MARK_COUNT && !str_equal(name, str_of(plan_mark_name(mark.kind)))) {
        mark.kind++;
    }
    if (mark.kind == PLAN_MARK_COUNT) {
        return refuse_word(name, error);
    }
    PlanMark *place = VEC_PUSH(plan->arena, &node->marks);
    if (place == NULL) {
        return error_memory(error);
    }
    *place = mark;
    return true;
}

static bool take_annotation(DbStmt *stmt, Plan *plan, int32_t node, Error *error)
{
    const PlanSource none = {.file = STR_EMPTY};
    PlanAnnotation note = {.node = node,
        .from = (size_t)db_integer(stmt, 3),
        .to = (size_t)db_integer(stmt, 4),
        .text = db_text_copy(stmt, 5, plan->arena),
        .source = take_source(stmt, 6, plan->arena, &none)};
    if (!plan_annotation_from_name(db_text(stmt, 2), &note.kind)) {
        return refuse_word(db_text(stmt, 2), error);
    }
    PlanAnnotation *place = VEC_PUSH(plan->arena, &plan->annotations);
    if (place == NULL) {
        return error_memory(error);
    }
    *place = note;
    return true;
}

/* Marks and annotations of the nodes [first, first + how many the plan has). */
static bool load_ranges(DbConn *conn, int64_t edition_id, int64_t first, Plan *plan, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const int64_t end = first + (int64_t)plan->nodes.len;
    if (!db_query(conn, &stmt, error,
            "select node_seq, 0 as what, kind, from_at, to_at, '' as text, '' as source_file, 0 as "
            "source_line, "
            "0 as source_table, 0 as source_row, 0 as source_cell, from_at as place "
            "from mark where edition_id = ?1 and node_seq >= ?2 and node_seq < ?3 "
            "union all "
            "select node_seq, 1 as what, kind, from_at, to_at, text, source_file, source_line, source_table, "
            "source_row, source_cell, seq as place "
            "from annotation where edition_id = ?1 and node_seq >= ?2 and node_seq < ?3 "
            "order by what, place, node_seq",
            value_integer(edition_id), value_integer(first), value_integer(end))) {
        return false;
    }
    while (db_next(stmt, error)) {
        const int64_t node = db_integer(stmt, 0) - first;
        const bool taken = db_integer(stmt, 1) == 0 ? take_mark(stmt, plan, &plan->nodes.at[node], error)
                                                    : take_annotation(stmt, plan, (int32_t)node, error);
        if (!taken) {
            return false;
        }
    }
    return !db_broken(stmt);
}

static Plan *new_plan(Arena *arena, const PlanEdition *edition, Error *error)
{
    Plan *plan = plan_new(arena);
    if (plan == NULL) {
        error_memory(error);
        return NULL;
    }
    plan->id = edition->plan;
    plan->title = edition->title;
    plan->edition = edition->name;
    plan->notice = edition->notice;
    return plan;
}

static Plan *finished(Plan *plan, bool loaded, Error *error)
{
    if (loaded && arena_failed(plan->arena)) {
        error_memory(error);
        return NULL;
    }
    return loaded ? plan : NULL;
}

Plan *plan_load(DbConn *conn, Arena *arena, const PlanEdition *edition, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Plan *plan = new_plan(arena, edition, error);
    if (plan == NULL || !db_query(conn, &stmt, error,
                            "select " NODE_COLUMNS "from node n where n.edition_id = ?1 order by n.seq",
                            value_integer(edition->id))) {
        return NULL;
    }
    const bool loaded = take_nodes(stmt, plan, 0, error) && load_ranges(conn, edition->id, 0, plan, error) &&
                        store_load_review(conn, edition->id, plan, error);
    return finished(plan, loaded, error);
}

/* Gives the nodes of an outline, read with the seqs of their parents, the places of their parents. */
static bool take_outline(DbStmt *stmt, Plan *plan, Error *error)
{
    VEC_OF(int64_t) seqs = {0};
    PlanSource previous = {.file = STR_EMPTY};
    int32_t last = PLAN_NO_PARENT;
    while (db_next(stmt, error)) {
        PlanNode node;
        int64_t *seq = VEC_PUSH(plan->arena, &seqs);
        if (seq == NULL) {
            return error_memory(error);
        }
        if (!take_node(stmt, plan->arena, &previous, &node, error)) {
            return false;
        }
        *seq = db_integer(stmt, 0);
        previous = node.source;
        const int64_t parent_seq = db_integer(stmt, 1);
        while (last != PLAN_NO_PARENT && seqs.at[last] != parent_seq) {
            last = plan->nodes.at[last].parent;
        }
        PlanNode *place = plan_add(plan, last, node.kind, node.number, node.text, node.source);
        if (place == NULL) {
            return error_memory(error);
        }
        place->key = node.key;
        last = (int32_t)plan->nodes.len - 1;
    }
    return !db_broken(stmt);
}

Plan *plan_load_outline(DbConn *conn, Arena *arena, const PlanEdition *edition, int depth, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Plan *plan = new_plan(arena, edition, error);
    if (plan == NULL ||
        !db_query(conn, &stmt, error,
            "select " NODE_COLUMNS "from node n where n.edition_id = ?1 and n.depth <= ?2 order by n.seq",
            value_integer(edition->id), value_integer(depth))) {
        return NULL;
    }
    return finished(plan, take_outline(stmt, plan, error), error);
}

/* --- parts --- */

/* The node with the key and its ancestors, from the top: `above`; its own seq and the end of its subtree. */
static bool load_path(
    DbConn *conn, int64_t edition_id, Str key, PlanPart *part, int64_t *first, int64_t *end, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    VEC_OF(PlanNode) path = {0};
    PlanSource previous = {.file = STR_EMPTY};
    if (!db_query(conn, &stmt, error,
            "with recursive up (seq, parent_seq, level) as ("
            "select s.seq, s.parent_seq, 0 from node s where s.edition_id = ?1 and s.key = ?2 "
            "union all select a.seq, a.parent_seq, up.level + 1 from up "
            "join node a on a.edition_id = ?1 and a.seq = up.parent_seq) "
            "select " NODE_COLUMNS "from up join node n on n.edition_id = ?1 and n.seq = up.seq "
            "order by up.level desc",
            value_integer(edition_id), value_text(key))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanNode *node = VEC_PUSH(part->plan->arena, &path);
        if (node == NULL) {
            return error_memory(error);
        }
        if (!take_node(stmt, part->plan->arena, &previous, node, error)) {
            return false;
        }
        node->parent = (int32_t)path.len - 2; /* PLAN_NO_PARENT for the first */
        previous = node->source;
        *first = db_integer(stmt, 0);
        *end = db_integer(stmt, 11);
    }
    if (db_broken(stmt)) {
        return false;
    }
    if (path.len == 0) {
        return error_set(error, ERROR_NOT_FOUND, "edition \"%.*s\" has no node %.*s",
            STR_ARGS(part->plan->edition), STR_ARGS(str_slice(key, 0, 100)));
    }
    part->above = path.at;
    part->above_count = path.len - 1;
    return true;
}

PlanPart *plan_load_part(DbConn *conn, Arena *arena, const PlanEdition *edition, Str key, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    PlanPart *part = ARENA_NEW(arena, PlanPart);
    int64_t first = 0, end = 0;
    if (part == NULL) {
        error_memory(error);
        return NULL;
    }
    part->plan = new_plan(arena, edition, error);
    if (part->plan == NULL || !load_path(conn, edition->id, key, part, &first, &end, error) ||
        !db_query(conn, &stmt, error,
            "select " NODE_COLUMNS
            "from node n where n.edition_id = ?1 and n.seq >= ?2 and n.seq < ?3 order by n.seq",
            value_integer(edition->id), value_integer(first), value_integer(end))) {
        return NULL;
    }
    part->first = (size_t)first;
    const bool loaded = take_nodes(stmt, part->plan, first, error) &&
                        load_ranges(conn, edition->id, first, part->plan, error);
    return finished(part->plan, loaded, error) == NULL ? NULL : part;
}

bool plan_load_neighbours(DbConn *conn, Arena *arena, const PlanEdition *edition, const PlanPart *part,
    PlanNeighbours *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const PlanSource none = {.file = STR_EMPTY};
    const int64_t first = (int64_t)part->first;
    *out = (PlanNeighbours){0};
    if (!db_query(conn, &stmt, error,
            "select " NODE_COLUMNS "from node n where n.edition_id = ?1 and n.seq in ("
            "(select b.seq from node b where b.edition_id = ?1 and b.kind = ?2 and b.seq < ?3 "
            "order by b.seq desc limit 1), "
            "(select a.seq from node a where a.edition_id = ?1 and a.kind = ?2 and a.seq > ?3 "
            "order by a.seq limit 1))",
            value_integer(edition->id), value_text(str_of(plan_kind_name(part->plan->nodes.at[0].kind))),
            value_integer(first))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanNode *place = db_integer(stmt, 0) < first ? &out->before : &out->after;
        if (!take_node(stmt, arena, &none, place, error)) {
            return false;
        }
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

/* --- history --- */

bool plan_node_history(DbConn *conn, Arena *arena, int64_t plan_id, Str key, PlanVersions *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (PlanVersions){0};
    if (!db_query(conn, &stmt, error,
            "select e.id, e.name, e.state, e.created_at, n.kind, n.number, n.text, p.key from edition e "
            "join node n on n.edition_id = e.id and n.key = ?2 "
            "left join node p on p.edition_id = e.id and p.seq = n.parent_seq "
            "where e.plan_id = ?1 order by e.id",
            value_integer(plan_id), value_text(key))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanVersion *version = VEC_PUSH(arena, out);
        if (version == NULL) {
            return error_memory(error);
        }
        *version = (PlanVersion){.edition_id = db_integer(stmt, 0),
            .edition = db_text_copy(stmt, 1, arena),
            .state = store_read_state(db_text(stmt, 2)),
            .created_at = db_integer(stmt, 3),
            .number = db_text_copy(stmt, 5, arena),
            .text = db_text_copy(stmt, 6, arena),
            .parent_key = db_text_copy(stmt, 7, arena)};
        if (!plan_kind_from_name(db_text(stmt, 4), &version->kind)) {
            return refuse_word(db_text(stmt, 4), error);
        }
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}
