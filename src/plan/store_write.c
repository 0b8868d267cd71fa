/* plan/store_write.c: an edition written: its row, nodes, marks, annotations, search index and keys.
 *
 * Everything happens inside one closure, so an edition is there whole or not at all. The plan's revision
 * counts what has changed its editions or keys; whoever matched a reading to the plan outside the closure
 * compares it inside. Keys are checked and noted by statements over whole editions, not key by key.
 */
#include "plan/draft_internal.h"
#include "plan/store_internal.h"

bool store_take_plan(
    DbConn *conn, Str code, int64_t instant, int64_t *plan_id, int64_t *revision, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    int64_t found = 0;
    if (!db_query(conn, &stmt, error, "select id, revision from plan where code = ?1", value_text(code))) {
        return false;
    }
    if (db_next(stmt, error)) {
        *plan_id = db_integer(stmt, 0);
        found = db_integer(stmt, 1);
    } else if (db_broken(stmt)) {
        return false;
    } else {
        db_done(&stmt);
        if (!db_insert(conn, plan_id, error,
                "insert into plan (code, revision, created_at) values (?1, 0, ?2)", value_text(code),
                value_integer(instant))) {
            return false;
        }
    }
    if (revision != NULL) {
        *revision = found;
    }
    return true;
}

bool store_touch(DbConn *conn, int64_t plan_id, Error *error)
{
    return db_run(
        conn, NULL, error, "update plan set revision = revision + 1 where id = ?1", value_integer(plan_id));
}

bool store_find_base(DbConn *conn, int64_t plan_id, int64_t *base_id, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *base_id = 0;
    if (!db_query(conn, &stmt, error,
            "select id, name, state from edition where plan_id = ?1 order by case when state = 'review' then "
            "1 "
            "else 0 end, id desc limit 1",
            value_integer(plan_id))) {
        return false;
    }
    if (!db_next(stmt, error)) {
        return !db_broken(stmt);
    }
    if (str_equal(db_text(stmt, 2), S("review"))) {
        const Str name = db_text(stmt, 1);
        return error_set(error, ERROR_CONFLICT,
            "edition \"%.*s\" of this plan is still under review; decide its warnings and confirm it first",
            STR_ARGS(name));
    }
    *base_id = db_integer(stmt, 0);
    return true;
}

static bool check_name(Str name, const char *what, Error *error)
{
    if (name.len > STORE_NAME_MAX) {
        return error_set(error, ERROR_LIMIT, "%s is longer than %d bytes", what, STORE_NAME_MAX);
    }
    return name.len > 0 || error_set(error, ERROR_INPUT, "%s is missing", what);
}

bool store_check_names(const Plan *plan, Error *error)
{
    if (!check_name(plan->id, "the plan's id (plan: basic-2019)", error) ||
        !check_name(plan->edition, "the edition's name (edition: 素案)", error)) {
        return false;
    }
    for (size_t i = 0; i < plan->nodes.len; i++) {
        if (!check_name(plan->nodes.at[i].key, "a node's key", error)) {
            return false;
        }
    }
    return true;
}

/* --- nodes --- */

static bool write_node(
    DbConn *conn, int64_t edition_id, const Plan *plan, int64_t seq, int64_t end, int64_t depth, Error *error)
{
    const PlanNode *node = &plan->nodes.at[seq];
    if (!db_run(conn, NULL, error,
            "insert into node (edition_id, seq, subtree_end, parent_seq, depth, key, kind, number, text, "
            "source_file, source_line, source_table, source_row, source_cell) "
            "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            value_integer(edition_id), value_integer(seq), value_integer(end), value_integer(node->parent),
            value_integer(depth), value_text(node->key), value_text(str_of(plan_kind_name(node->kind))),
            value_text(node->number), value_text(node->text), value_text(node->source.file),
            value_integer(node->source.line), value_integer(node->source.table),
            value_integer(node->source.row), value_integer(node->source.cell))) {
        return false;
    }
    for (size_t i = 0; i < node->marks.len; i++) {
        const PlanMark *mark = &node->marks.at[i];
        if (!db_run(conn, NULL, error,
                "insert into mark (edition_id, node_seq, from_at, to_at, kind) values (?1, ?2, ?3, ?4, ?5)",
                value_integer(edition_id), value_integer(seq), value_integer((int64_t)mark->from),
                value_integer((int64_t)mark->to), value_text(str_of(plan_mark_name(mark->kind))))) {
            return false;
        }
    }
    return true;
}

static bool write_annotation(
    DbConn *conn, int64_t edition_id, int64_t seq, const PlanAnnotation *note, Error *error)
{
    return db_run(conn, NULL, error,
        "insert into annotation (edition_id, seq, node_seq, kind, from_at, to_at, text, source_file, "
        "source_line, source_table, source_row, source_cell) "
        "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        value_integer(edition_id), value_integer(seq), value_integer(note->node),
        value_text(str_of(plan_annotation_name(note->kind))), value_integer((int64_t)note->from),
        value_integer((int64_t)note->to), value_text(note->text), value_text(note->source.file),
        value_integer(note->source.line), value_integer(note->source.table), value_integer(note->source.row),
        value_integer(note->source.cell));
}

/* What one pass over the nodes needs: where each subtree ends and how deep each node lies, and the texts of
 * annotations that are searched with their node. */
typedef struct NodeFacts {
    int32_t *end, *depth;
    int32_t *first_note, *next_note; /* -1 behind the last */
} NodeFacts;

static bool find_facts(Arena *arena, const Plan *plan, NodeFacts *facts)
{
    const size_t count = plan->nodes.len, notes = plan->annotations.len;
    facts->end = arena_array(arena, count + 1, sizeof(int32_t));
    facts->depth = arena_array(arena, count + 1, sizeof(int32_t));
    facts->first_note = arena_array(arena, count + 1, sizeof(int32_t));
    facts->next_note = arena_array(arena, notes + 1, sizeof(int32_t));
    if (arena_failed(arena)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const int32_t parent = plan->nodes.at[i].parent;
        facts->end[i] = (int32_t)i + 1;
        facts->depth[i] = parent < 0 ? 0 : facts->depth[parent] + 1;
        facts->first_note[i] = -1;
    }
    for (size_t i = count; i > 0; i--) {
        const int32_t parent = plan->nodes.at[i - 1].parent;
        if (parent >= 0 && facts->end[parent] < facts->end[i - 1]) {
            facts->end[parent] = facts->end[i - 1];
        }
    }
    for (size_t i = notes; i > 0; i--) {
        const int32_t node = plan->annotations.at[i - 1].node;
        facts->next_note[i - 1] = facts->first_note[node];
        facts->first_note[node] = (int32_t)i - 1;
    }
    return true;
}

/* Number, text and annotations on lines of their own, so that a word is found in one of them, not across two.
 */
static bool write_search(DbConn *conn, int64_t edition_id, const Plan *plan, const NodeFacts *facts,
    size_t seq, Buf *text, Error *error)
{
    const PlanNode *node = &plan->nodes.at[seq];
    buf_clear(text);
    buf_add(text, node->number);
    buf_add_byte(text, '\n');
    buf_add(text, node->text);
    for (int32_t note = facts->first_note[seq]; note >= 0; note = facts->next_note[note]) {
        buf_add_byte(text, '\n');
        buf_add(text, plan->annotations.at[note].text);
    }
    if (text->failed) {
        return error_memory(error);
    }
    return db_search_put(conn, STORE_INDEX, edition_id, (int64_t)seq, buf_str(text), error);
}

static bool write_nodes(DbConn *conn, int64_t edition_id, const Plan *plan, Error *error)
{
    AUTO_ARENA arena = arena_new((plan->nodes.len + plan->annotations.len + 1024) * 32);
    AUTO_BUF text;
    buf_init(&text, (size_t)1 << 30);
    NodeFacts facts;
    if (arena == NULL || !find_facts(arena, plan, &facts)) {
        return error_memory(error);
    }
    for (size_t i = 0; i < plan->nodes.len; i++) {
        if (!write_node(conn, edition_id, plan, (int64_t)i, facts.end[i], facts.depth[i], error) ||
            !write_search(conn, edition_id, plan, &facts, i, &text, error)) {
            return false;
        }
    }
    for (size_t i = 0; i < plan->annotations.len; i++) {
        if (!write_annotation(conn, edition_id, (int64_t)i, &plan->annotations.at[i], error)) {
            return false;
        }
    }
    return true;
}

static bool clear_nodes(DbConn *conn, int64_t edition_id, Error *error)
{
    const Value edition = value_integer(edition_id);
    return db_run(conn, NULL, error, "delete from mark where edition_id = ?1", edition) &&
           db_run(conn, NULL, error, "delete from annotation where edition_id = ?1", edition) &&
           db_run(conn, NULL, error, "delete from node where edition_id = ?1", edition) &&
           db_search_clear(conn, STORE_INDEX, edition_id, error);
}

/* --- keys --- */

/* A key that was another kind of node's, or that an edition under review has brought, cannot be taken. */
static bool check_keys(DbConn *conn, int64_t plan_id, int64_t edition_id, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select n.key, n.kind, k.kind, e.name, e.state from node n "
            "join plan_key k on k.plan_id = ?1 and k.key = n.key "
            "join edition e on e.id = k.edition_id "
            "where n.edition_id = ?2 and (n.kind <> k.kind or (e.state = 'review' and e.id <> ?2)) "
            "order by n.seq limit 1",
            value_integer(plan_id), value_integer(edition_id))) {
        return false;
    }
    if (!db_next(stmt, error)) {
        return !db_broken(stmt);
    }
    const Str key = db_text(stmt, 0), kind = db_text(stmt, 1), old_kind = db_text(stmt, 2);
    const Str edition = db_text(stmt, 3);
    if (str_equal(db_text(stmt, 4), S("review"))) {
        return error_set(error, ERROR_CONFLICT,
            "the key %.*s belongs to edition \"%.*s\", which is still under review; confirm that one first",
            STR_ARGS(key), STR_ARGS(edition));
    }
    return error_set(error, ERROR_CONFLICT,
        "the key %.*s was given to a %.*s in edition \"%.*s\" and is never used again; this %.*s needs a key "
        "of its own",
        STR_ARGS(key), STR_ARGS(old_kind), STR_ARGS(edition), STR_ARGS(kind));
}

static bool add_keys(DbConn *conn, int64_t plan_id, int64_t edition_id, Error *error)
{
    return db_run(conn, NULL, error,
        "insert into plan_key (plan_id, key, kind, edition_id, retired_id) "
        "select ?1, n.key, n.kind, ?2, null from node n where n.edition_id = ?2 and not exists "
        "(select 1 from plan_key k where k.plan_id = ?1 and k.key = n.key)",
        value_integer(plan_id), value_integer(edition_id));
}

bool store_settle_keys(DbConn *conn, int64_t plan_id, int64_t base_id, int64_t edition_id, Error *error)
{
    return db_run(conn, NULL, error,
               "update plan_key set retired_id = null where plan_id = ?1 and retired_id is not null and "
               "exists "
               "(select 1 from node n where n.edition_id = ?2 and n.key = plan_key.key)",
               value_integer(plan_id), value_integer(edition_id)) &&
           db_run(conn, NULL, error,
               "update plan_key set retired_id = ?2 where plan_id = ?1 and retired_id is null and exists "
               "(select 1 from node n where n.edition_id = ?3 and n.key = plan_key.key) and not exists "
               "(select 1 from node n where n.edition_id = ?2 and n.key = plan_key.key)",
               value_integer(plan_id), value_integer(edition_id), value_integer(base_id));
}

/* --- editions --- */

static bool check_edition_name(DbConn *conn, int64_t plan_id, Str name, Error *error)
{
    int64_t same = 0;
    if (!db_one_integer(conn, &same, error, "select count(*) from edition where plan_id = ?1 and name = ?2",
            value_integer(plan_id), value_text(name))) {
        return false;
    }
    return same == 0 || error_set(error, ERROR_CONFLICT,
                            "the plan has an edition \"%.*s\" already, made from something else; give this "
                            "one another name",
                            STR_ARGS(name));
}

static bool insert_edition(DbConn *conn, const StoreEdition *edition, int64_t *id, Error *error)
{
    const Plan *plan = edition->plan;
    return db_insert(conn, id, error,
        "insert into edition (plan_id, parent_id, name, title, notice, state, content_hash, node_count, "
        "policy_count, annotation_count, created_at, created_by) "
        "values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        value_integer(edition->plan_id),
        edition->base_id == 0 ? value_missing() : value_integer(edition->base_id), value_text(plan->edition),
        value_text(plan->title), value_text(plan->notice),
        value_text(str_of(plan_edition_state_name(edition->state))), value_text(str_of(edition->hash)),
        value_integer((int64_t)plan->nodes.len),
        value_integer((int64_t)plan_count(plan, PLAN_POLICY, PLAN_KIND_COUNT)),
        value_integer((int64_t)plan->annotations.len), value_integer(edition->instant),
        value_text(edition->actor));
}

static bool write_content(DbConn *conn, const StoreEdition *edition, int64_t id, Error *error)
{
    if (!write_nodes(conn, id, edition->plan, error) || !check_keys(conn, edition->plan_id, id, error) ||
        !add_keys(conn, edition->plan_id, id, error) || !store_touch(conn, edition->plan_id, error)) {
        return false;
    }
    if (edition->state == PLAN_EDITION_REVIEW) {
        return true;
    }
    return store_settle_keys(conn, edition->plan_id, edition->base_id, id, error) &&
           (edition->drafted || edition->base_id == 0 ||
               draft_carry_foreign(conn, edition->base_id, id, error));
}

bool store_add_edition(DbConn *conn, const StoreEdition *edition, int64_t *edition_id, Error *error)
{
    return check_edition_name(conn, edition->plan_id, edition->plan->edition, error) &&
           insert_edition(conn, edition, edition_id, error) &&
           write_content(conn, edition, *edition_id, error);
}

static bool free_keys(DbConn *conn, int64_t plan_id, int64_t edition_id, Error *error)
{
    return db_run(conn, NULL, error, "delete from plan_key where plan_id = ?1 and edition_id = ?2",
        value_integer(plan_id), value_integer(edition_id));
}

bool store_replace_edition(DbConn *conn, const StoreEdition *edition, int64_t edition_id, Error *error)
{
    const Plan *plan = edition->plan;
    return clear_nodes(conn, edition_id, error) && free_keys(conn, edition->plan_id, edition_id, error) &&
           db_run(conn, NULL, error,
               "update edition set title = ?2, notice = ?3, state = ?4, content_hash = ?5, node_count = ?6, "
               "policy_count = ?7, annotation_count = ?8 where id = ?1",
               value_integer(edition_id), value_text(plan->title), value_text(plan->notice),
               value_text(str_of(plan_edition_state_name(edition->state))), value_text(str_of(edition->hash)),
               value_integer((int64_t)plan->nodes.len),
               value_integer((int64_t)plan_count(plan, PLAN_POLICY, PLAN_KIND_COUNT)),
               value_integer((int64_t)plan->annotations.len)) &&
           write_content(conn, edition, edition_id, error);
}

bool store_remove_edition(DbConn *conn, int64_t plan_id, int64_t edition_id, Error *error)
{
    return clear_nodes(conn, edition_id, error) && free_keys(conn, plan_id, edition_id, error) &&
           store_touch(conn, plan_id, error) &&
           db_run(conn, NULL, error, "delete from edition where id = ?1 and state = 'review'",
               value_integer(edition_id));
}

typedef struct Saving {
    const PlanSave *save;
    const char *hash;
    int64_t edition_id;
} Saving;

static bool save_edition(DbConn *conn, void *argument, Error *error)
{
    Saving *saving = argument;
    const PlanSave *save = saving->save;
    StoreEdition edition = {.plan = save->plan,
        .hash = saving->hash,
        .state = save->state,
        .actor = save->actor,
        .instant = save->instant};
    saving->edition_id = 0;
    return store_take_plan(conn, save->plan->id, save->instant, &edition.plan_id, NULL, error) &&
           store_find_base(conn, edition.plan_id, &edition.base_id, error) &&
           store_add_edition(conn, &edition, &saving->edition_id, error);
}

bool plan_store_save(Db *db, const PlanSave *save, int64_t *edition_id, Error *error)
{
    char hash[PLAN_HASH_LENGTH + 1];
    Saving saving = {.save = save, .hash = hash};
    if (!store_check_names(save->plan, error) || !plan_validate(save->plan, error) ||
        !plan_content_hash(save->plan, hash, error) || !db_write(db, save_edition, &saving, error)) {
        return false;
    }
    if (edition_id != NULL) {
        *edition_id = saving.edition_id;
    }
    return true;
}
