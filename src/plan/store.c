/* plan/store.c: the tables of plans, and their editions found, listed and frozen.
 *
 * node.seq is the place in document order from 0; a subtree is [seq, subtree_end). parent_seq is -1 at the
 * top. A mark or an annotation is anchored by the node's seq and a range of code points. import* belong to
 * import.c, plan_change* to change.c, plan_anchor* to anchor.c, plan_comment* to comment.c.
 */
#include "plan/change_internal.h"
#include "plan/store_internal.h"

static const DbMigration STEPS[] = {
    {1, "plans, editions, nodes, imports",
        "create table plan (\n"
        "    id {id},\n"
        "    code {text} not null unique,\n"
        "    revision {int} not null,\n"
        "    created_at {int} not null\n"
        "){end};\n"
        "create table edition (\n"
        "    id {id},\n"
        "    plan_id {int} not null references plan (id),\n"
        "    parent_id {int} references edition (id),\n"
        "    name {text} not null,\n"
        "    title {text} not null,\n"
        "    notice {text} not null,\n"
        "    state {text} not null,\n"
        "    content_hash {text} not null,\n"
        "    node_count {int} not null,\n"
        "    policy_count {int} not null,\n"
        "    annotation_count {int} not null,\n"
        "    created_at {int} not null,\n"
        "    created_by {text} not null,\n"
        "    unique (plan_id, name)\n"
        "){end};\n"
        "create table plan_key (\n"
        "    plan_id {int} not null references plan (id),\n"
        "    key {text} not null,\n"
        "    kind {text} not null,\n"
        "    edition_id {int} not null references edition (id),\n"
        "    retired_id {int} references edition (id),\n"
        "    primary key (plan_id, key)\n"
        "){end};\n"
        "create index plan_key_edition on plan_key (edition_id);\n"
        "create table node (\n"
        "    edition_id {int} not null references edition (id),\n"
        "    seq {int} not null,\n"
        "    subtree_end {int} not null,\n"
        "    parent_seq {int} not null,\n"
        "    depth {int} not null,\n"
        "    key {text} not null,\n"
        "    kind {text} not null,\n"
        "    number {text} not null,\n"
        "    text {text} not null,\n"
        "    source_file {text} not null,\n"
        "    source_line {int} not null,\n"
        "    source_table {int} not null,\n"
        "    source_row {int} not null,\n"
        "    source_cell {int} not null,\n"
        "    primary key (edition_id, seq),\n"
        "    unique (edition_id, key)\n"
        "){end};\n"
        "create index node_depth on node (edition_id, depth, seq);\n"
        "create table mark (\n"
        "    edition_id {int} not null references edition (id),\n"
        "    node_seq {int} not null,\n"
        "    from_at {int} not null,\n"
        "    to_at {int} not null,\n"
        "    kind {text} not null,\n"
        "    primary key (edition_id, node_seq, from_at)\n"
        "){end};\n"
        "create table annotation (\n"
        "    edition_id {int} not null references edition (id),\n"
        "    seq {int} not null,\n"
        "    node_seq {int} not null,\n"
        "    kind {text} not null,\n"
        "    from_at {int} not null,\n"
        "    to_at {int} not null,\n"
        "    text {text} not null,\n"
        "    source_file {text} not null,\n"
        "    source_line {int} not null,\n"
        "    source_table {int} not null,\n"
        "    source_row {int} not null,\n"
        "    source_cell {int} not null,\n"
        "    primary key (edition_id, seq)\n"
        "){end};\n"
        "create index annotation_node on annotation (edition_id, node_seq);\n"
        "create table import (\n"
        "    id {id},\n"
        "    plan_id {int} not null references plan (id),\n"
        "    edition_id {int} not null unique references edition (id),\n"
        "    source_name {text} not null,\n"
        "    sha256 {text} not null,\n"
        "    format {text} not null,\n"
        "    encoding {text} not null,\n"
        "    profile {text} not null,\n"
        "    status {text} not null,\n"
        "    revision {int} not null,\n"
        "    created_at {int} not null,\n"
        "    created_by {text} not null,\n"
        "    confirmed_at {int},\n"
        "    confirmed_by {text},\n"
        "    unique (plan_id, sha256)\n"
        "){end};\n"
        "create table import_file (\n"
        "    import_id {int} not null references import (id),\n"
        "    seq {int} not null,\n"
        "    name {text} not null,\n"
        "    bytes {bytes} not null,\n"
        "    primary key (import_id, seq)\n"
        "){end};\n"
        "create table import_warning (\n"
        "    import_id {int} not null references import (id),\n"
        "    number {int} not null,\n"
        "    code {text} not null,\n"
        "    node_seq {int} not null,\n"
        "    subject {text} not null,\n"
        "    fix {text} not null,\n"
        "    has_fix {int} not null,\n"
        "    state {text} not null,\n"
        "    decided_at {int},\n"
        "    decided_by {text},\n"
        "    source_file {text} not null,\n"
        "    source_line {int} not null,\n"
        "    source_table {int} not null,\n"
        "    source_row {int} not null,\n"
        "    source_cell {int} not null,\n"
        "    primary key (import_id, number)\n"
        "){end};\n"
        "create table import_repair (\n"
        "    id {id},\n"
        "    import_id {int} not null references import (id),\n"
        "    identity {text} not null,\n"
        "    place {int} not null,\n"
        "    node_seq {int} not null,\n"
        "    from_at {int} not null,\n"
        "    to_at {int} not null,\n"
        "    segments {text} not null,\n"
        "    confidence {int} not null,\n"
        "    rule {text} not null,\n"
        "    state {text} not null,\n"
        "    decided_at {int},\n"
        "    decided_by {text},\n"
        "    unique (import_id, identity)\n"
        "){end};\n"
        "{search plan_search};\n"},
    {2, "draft changes of nodes",
        "create table plan_change (\n"
        "    id {id},\n"
        "    plan_id {int} not null references plan (id),\n"
        "    edition_id {int} not null references edition (id),\n"
        "    key {text} not null,\n"
        "    before_text {text} not null,\n"
        "    after_text {text} not null,\n"
        "    author {text} not null,\n"
        "    reason {text} not null,\n"
        "    cause {text} not null,\n"
        "    state {text} not null,\n"
        "    created_at {int} not null,\n"
        "    withdrawn_at {int}\n"
        "){end};\n"
        "create index plan_change_node on plan_change (plan_id, key);\n"},
    {3, "changes as operations, anchors, comments, steps of editions",
        "alter table edition add column step {text} not null default '';\n"
        "create table plan_anchor_made (\n"
        "    id {id},\n"
        "    edition_id {int} not null references edition (id),\n"
        "    quote {text} not null,\n"
        "    former_change {int}\n"
        "){end};\n"
        "create table plan_anchor (\n"
        "    anchor_id {int} not null references plan_anchor_made (id),\n"
        "    edition_id {int} not null references edition (id),\n"
        "    key {text} not null,\n"
        "    from_at {int} not null,\n"
        "    to_at {int} not null,\n"
        "    whole {int} not null,\n"
        "    lost {int} not null,\n"
        "    primary key (anchor_id, edition_id)\n"
        "){end};\n"
        "create index plan_anchor_node on plan_anchor (edition_id, key);\n"
        "insert into plan_anchor_made (edition_id, quote, former_change)\n"
        "    select edition_id, before_text, id from plan_change order by id;\n"
        /* How many clusters a wording has is counted by change_finish_former. */
        "insert into plan_anchor (anchor_id, edition_id, key, from_at, to_at, whole, lost)\n"
        "    select m.id, c.edition_id, c.key, 0, -1, 0, 0 from plan_anchor_made m\n"
        "    join plan_change c on c.id = m.former_change;\n"
        "create table plan_change_event (\n"
        "    id {id},\n"
        "    change_id {int} not null references plan_change (id),\n"
        "    state {text} not null,\n"
        "    actor {text} not null,\n"
        "    words {text} not null,\n"
        "    happened_at {int} not null\n"
        "){end};\n"
        "create index plan_change_event_change on plan_change_event (change_id);\n"
        "insert into plan_change_event (change_id, state, actor, words, happened_at)\n"
        "    select id, 'pending', author, '', created_at from plan_change order by id;\n"
        "insert into plan_change_event (change_id, state, actor, words, happened_at)\n"
        "    select id, 'withdrawn', author, '', withdrawn_at from plan_change\n"
        "    where state = 'withdrawn' order by id;\n"
        "create table plan_change_place (\n"
        "    change_id {int} not null references plan_change (id),\n"
        "    edition_id {int} not null references edition (id),\n"
        "    parent_key {text} not null,\n"
        "    after_key {text} not null,\n"
        "    lost {int} not null,\n"
        "    primary key (change_id, edition_id)\n"
        "){end};\n"
        "insert into plan_change_place (change_id, edition_id, parent_key, after_key, lost)\n"
        "    select id, edition_id, '', '', 0 from plan_change;\n"
        "create table plan_change_over (\n"
        "    change_id {int} not null references plan_change (id),\n"
        "    over_id {int} not null references plan_change (id),\n"
        "    was {text} not null,\n"
        "    primary key (change_id, over_id)\n"
        "){end};\n"
        "create index plan_change_over_over on plan_change_over (over_id);\n"
        "alter table plan_change add column group_id {int} not null default 0;\n"
        "alter table plan_change add column kind {text} not null default 'edit';\n"
        "alter table plan_change add column node_kind {text} not null default '';\n"
        "alter table plan_change add column number {text} not null default '';\n"
        "alter table plan_change add column brought_key {text} not null default '';\n"
        "alter table plan_change add column anchor_id {int} references plan_anchor_made (id);\n"
        "alter table plan_change add column revises {int} references plan_change (id);\n"
        "alter table plan_change add column made_id {int} references edition (id);\n"
        "alter table plan_change add column decided_id {int} references plan_change_event (id);\n"
        "update plan_change set group_id = id,\n"
        "    anchor_id = (select m.id from plan_anchor_made m where m.former_change = plan_change.id),\n"
        "    decided_id = (select e.id from plan_change_event e\n"
        "        where e.change_id = plan_change.id and e.state = 'withdrawn');\n"
        "update plan_change set kind = 'rename' where exists (select 1 from node n\n"
        "    where n.edition_id = plan_change.edition_id and n.key = plan_change.key\n"
        "    and n.kind not in ('initiative', 'fact'));\n"
        "drop index plan_change_node;\n"
        "alter table plan_change rename column after_text to text;\n"
        "alter table plan_change drop column key;\n"
        "alter table plan_change drop column withdrawn_at;\n"
        "alter table plan_anchor_made drop column former_change;\n"
        "create index plan_change_plan on plan_change (plan_id, state);\n"
        "create index plan_change_group on plan_change (group_id);\n"
        "create index plan_change_anchor on plan_change (anchor_id);\n"
        "create index plan_change_cause on plan_change (plan_id, cause);\n"
        "create table plan_comment (\n"
        "    id {id},\n"
        "    thread {int} references plan_comment (id),\n"
        "    anchor_id {int} not null references plan_anchor_made (id),\n"
        "    author {text} not null,\n"
        "    text {text} not null,\n"
        "    created_at {int} not null,\n"
        "    settled_id {int}\n"
        "){end};\n"
        "create index plan_comment_anchor on plan_comment (anchor_id);\n"
        "create index plan_comment_thread on plan_comment (thread);\n"
        "create table plan_comment_settled (\n"
        "    id {id},\n"
        "    thread {int} not null references plan_comment (id),\n"
        "    settled {int} not null,\n"
        "    actor {text} not null,\n"
        "    happened_at {int} not null\n"
        "){end};\n"},
};

static const char *const state_names[PLAN_EDITION_STATE_COUNT] = {"review", "draft", "frozen"};

bool store_migrate_to(Db *db, size_t version, int *applied, Error *error)
{
    assert(version <= COUNT_OF(STEPS));
    return db_migrate(db, "plan", version, STEPS, applied, error);
}

bool plan_store_migrate(Db *db, int *applied, Error *error)
{
    return store_migrate_to(db, COUNT_OF(STEPS), applied, error) && change_finish_former(db, error);
}

const char *plan_edition_state_name(PlanEditionState state)
{
    assert(state < PLAN_EDITION_STATE_COUNT);
    return state_names[state];
}

PlanEditionState store_read_state(Str name)
{
    for (size_t i = 0; i < PLAN_EDITION_STATE_COUNT; i++) {
        if (str_equal(name, str_of(state_names[i]))) {
            return (PlanEditionState)i;
        }
    }
    return PLAN_EDITION_FROZEN; /* of a newer program: read only */
}

/* --- editions --- */

/* The columns of an edition; the statements below differ in which rows they take. */
#define EDITION_COLUMNS                                                                                 \
    "select e.id, e.plan_id, e.parent_id, p.code, e.title, e.name, e.notice, e.state, e.content_hash, " \
    "e.node_count, "                                                                                    \
    "e.policy_count, e.annotation_count, e.created_at, e.created_by, e.step, "                          \
    "(select count(*) from import i join import_warning w on w.import_id = i.id "                       \
    "where i.edition_id = e.id and i.status = 'reviewing' and w.has_fix = 1 and w.state = 'open') + "   \
    "(select count(*) from import i join import_repair r on r.import_id = i.id "                        \
    "where i.edition_id = e.id and i.status = 'reviewing' and r.state = 'open') "                       \
    "from edition e join plan p on p.id = e.plan_id "

static void take_row(DbStmt *stmt, Arena *arena, PlanEdition *out)
{
    *out = (PlanEdition){.id = db_integer(stmt, 0),
        .plan_id = db_integer(stmt, 1),
        .parent_id = db_integer(stmt, 2),
        .plan = db_text_copy(stmt, 3, arena),
        .title = db_text_copy(stmt, 4, arena),
        .name = db_text_copy(stmt, 5, arena),
        .notice = db_text_copy(stmt, 6, arena),
        .state = store_read_state(db_text(stmt, 7)),
        .content_hash = db_text_copy(stmt, 8, arena),
        .node_count = (size_t)db_integer(stmt, 9),
        .policy_count = (size_t)db_integer(stmt, 10),
        .annotation_count = (size_t)db_integer(stmt, 11),
        .created_at = db_integer(stmt, 12),
        .created_by = db_text_copy(stmt, 13, arena),
        .step = db_text_copy(stmt, 14, arena),
        .open_count = (size_t)db_integer(stmt, 15)};
}

/* The first row, or false without an error when there is none. */
static bool take_first(DbStmt *stmt, Arena *arena, PlanEdition *out, bool *found, Error *error)
{
    *found = db_next(stmt, error);
    if (!*found) {
        return !db_broken(stmt);
    }
    take_row(stmt, arena, out);
    return !arena_failed(arena) || error_memory(error);
}

/* "素案, 案" of a statement's first column, for messages. */
static Str list_names(DbStmt *stmt, Arena *arena, Error *error)
{
    Str names = STR_EMPTY;
    while (names.len < 300 && db_next(stmt, error)) {
        const Str name = db_text(stmt, 0);
        names = arena_printf(arena, "%.*s%s%.*s", STR_ARGS(names), names.len > 0 ? ", " : "", STR_ARGS(name));
    }
    return names;
}

static bool refuse_edition(DbConn *conn, Arena *arena, Str plan, Str edition, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error,
            "select e.name from edition e join plan p on p.id = e.plan_id where p.code = ?1 order by e.id",
            value_text(plan))) {
        return false;
    }
    const Str names = list_names(stmt, arena, error);
    if (db_broken(stmt)) {
        return false;
    }
    if (names.len == 0) {
        return error_set(error, ERROR_NOT_FOUND, "there is no plan %.*s with an edition yet", STR_ARGS(plan));
    }
    return error_set(error, ERROR_NOT_FOUND, "plan %.*s has no edition \"%.*s\"; it has %.*s", STR_ARGS(plan),
        STR_ARGS(edition), STR_ARGS(names));
}

/* The id of the only plan there is. */
static bool find_only_plan(DbConn *conn, Arena *arena, Str *plan, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(conn, &stmt, error, "select code from plan order by code")) {
        return false;
    }
    if (!db_next(stmt, error)) {
        return !db_broken(stmt) &&
               error_set(error, ERROR_NOT_FOUND, "there is no plan yet; import one with `plan import`");
    }
    *plan = db_text_copy(stmt, 0, arena);
    const Str others = list_names(stmt, arena, error);
    if (db_broken(stmt)) {
        return false;
    }
    return others.len == 0 || error_set(error, ERROR_INPUT, "there are several plans, say which: %.*s, %.*s",
                                  STR_ARGS(*plan), STR_ARGS(others));
}

bool plan_edition_find(DbConn *conn, Arena *arena, Str plan, Str edition, PlanEdition *out, Error *error)
{
    if (plan.len == 0 && !find_only_plan(conn, arena, &plan, error)) {
        return false;
    }
    CLEANUP(db_done) DbStmt *stmt = NULL;
    bool found = false;
    const bool asked =
        edition.len > 0
            ? db_query(conn, &stmt, error, EDITION_COLUMNS "where p.code = ?1 and e.name = ?2",
                  value_text(plan), value_text(edition))
            : db_query(conn, &stmt, error, EDITION_COLUMNS "where p.code = ?1 order by e.id desc limit 1",
                  value_text(plan));
    if (!asked || !take_first(stmt, arena, out, &found, error)) {
        return false;
    }
    db_done(&stmt);
    return found || refuse_edition(conn, arena, plan, edition, error);
}

bool plan_edition_get(DbConn *conn, Arena *arena, int64_t id, PlanEdition *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    bool found = false;
    if (!db_query(conn, &stmt, error, EDITION_COLUMNS "where e.id = ?1", value_integer(id)) ||
        !take_first(stmt, arena, out, &found, error)) {
        return false;
    }
    return found || error_set(error, ERROR_NOT_FOUND, "there is no such edition");
}

bool plan_edition_list(DbConn *conn, Arena *arena, Str plan, PlanEditions *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (PlanEditions){0};
    if (!db_query(conn, &stmt, error, EDITION_COLUMNS "where p.code = ?1 or ?1 = '' order by e.id",
            value_text(plan))) {
        return false;
    }
    while (db_next(stmt, error)) {
        PlanEdition *edition = VEC_PUSH(arena, out);
        if (edition == NULL) {
            return error_memory(error);
        }
        take_row(stmt, arena, edition);
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

/* --- freezing --- */

static bool freeze(DbConn *conn, void *argument, Error *error)
{
    const int64_t id = *(const int64_t *)argument;
    int64_t changed = 0;
    if (!db_run(conn, &changed, error,
            "update edition set state = 'frozen' where id = ?1 and state = 'draft'", value_integer(id))) {
        return false;
    }
    return changed == 1 || error_set(error, ERROR_CONFLICT, "only an edition that is a draft can be frozen");
}

bool plan_edition_freeze(Db *db, int64_t edition_id, Error *error)
{
    return db_write(db, freeze, &edition_id, error);
}
