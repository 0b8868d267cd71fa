/* plan/change.c: changes as they are read, and what every way of writing them shares.
 *
 * plan_change is what its author wrote and never written again; only state, edition and what follows from
 * them move on. Where it stands is plan_anchor (one row an edition); which parent and sibling an operation
 * names is plan_change_place (one row an edition). Every state it ever came to is a row of plan_change_event,
 * with who, when and the words; plan_change.decided_id names the one in force. plan_change_over says whose
 * place a change takes, and what that one was.
 */
#include "plan/change_internal.h"

#include "base/utf8.h"

static const char *const state_names[PLAN_CHANGE_STATE_COUNT] = {
    "pending", "accepted", "rejected", "withdrawn", "revised"};

const char *plan_change_state_name(PlanChangeState state)
{
    assert(state < PLAN_CHANGE_STATE_COUNT);
    return state_names[state];
}

bool change_state_from_name(Str name, PlanChangeState *out)
{
    for (size_t i = 0; i < PLAN_CHANGE_STATE_COUNT; i++) {
        if (str_equal(name, str_of(state_names[i]))) {
            *out = (PlanChangeState)i;
            return true;
        }
    }
    return false;
}

/* --- reading --- */

#define CHANGE_VALUES                                                                                        \
    "select c.id, c.plan_id, c.group_id, c.edition_id, c.kind, c.state, a.key, a.from_at, a.to_at, c.text, " \
    "c.node_kind, c.number, l.parent_key, l.after_key, c.before_text, c.author, c.reason, c.cause, "         \
    "c.created_at, c.revises, d.actor, d.words, d.happened_at, c.made_id, l.lost from plan_change c "        \
    "left join plan_change_event d on d.id = c.decided_id "
/* As it is told where it was carried to last. */
#define CHANGE_PLACE                                                                   \
    "join plan_anchor a on a.anchor_id = c.anchor_id and a.edition_id = c.edition_id " \
    "join plan_change_place l on l.change_id = c.id and l.edition_id = c.edition_id "

/* Whether a change touches the wording or the life of the node ?2, under any key it had. */
#define TOUCHES_NODE                                                      \
    "((c.kind <> 'insert' and exists (select 1 from plan_anchor x "       \
    "where x.anchor_id = c.anchor_id and x.key = ?2)) "                   \
    "or (c.kind = 'merge' and exists (select 1 from plan_change_place y " \
    "where y.change_id = c.id and y.after_key = ?2)) "                    \
    "or c.brought_key = ?2 or '+' || cast(c.id as text) = ?2)"
/* Those that put something directly below it. */
#define BELOW_NODE                                     \
    "(exists (select 1 from plan_change_place z "      \
    "where z.change_id = c.id and z.parent_key = ?2) " \
    "or exists (select 1 from plan_anchor w where w.anchor_id = c.anchor_id and w.key = ?2))"

static bool refuse_word(Str word, Error *error)
{
    return error_set(error, ERROR_DATABASE, "the database holds \"%.*s\", which this program does not know",
        STR_ARGS(word));
}

static bool take_operation(DbStmt *stmt, Arena *arena, PlanOperation *out, Error *error)
{
    *out = (PlanOperation){.id = db_integer(stmt, 0),
        .key = db_text_copy(stmt, 6, arena),
        .text = db_text_copy(stmt, 9, arena),
        .number = db_text_copy(stmt, 11, arena),
        .parent = db_text_copy(stmt, 12, arena),
        .after = db_text_copy(stmt, 13, arena)};
    if (!plan_operation_from_name(db_text(stmt, 4), &out->kind)) {
        return refuse_word(db_text(stmt, 4), error);
    }
    if (out->kind == PLAN_INSERT) {
        out->key = STR_EMPTY; /* its anchor is on the node above */
        return plan_kind_from_name(db_text(stmt, 10), &out->node_kind) ||
               refuse_word(db_text(stmt, 10), error);
    }
    if (out->kind == PLAN_EDIT || out->kind == PLAN_RENAME || out->kind == PLAN_SPLIT) {
        out->from = (size_t)db_integer(stmt, 7);
        out->to = (size_t)db_integer(stmt, 8);
    }
    return true;
}

static bool take_change(DbStmt *stmt, Arena *arena, PlanChange *out, Error *error)
{
    *out = (PlanChange){.id = db_integer(stmt, 0),
        .plan_id = db_integer(stmt, 1),
        .group = db_integer(stmt, 2),
        .edition_id = db_integer(stmt, 3),
        .before = db_text_copy(stmt, 14, arena),
        .author = db_text_copy(stmt, 15, arena),
        .reason = db_text_copy(stmt, 16, arena),
        .cause = db_text_copy(stmt, 17, arena),
        .created_at = db_integer(stmt, 18),
        .revises = db_integer(stmt, 19),
        .decided_by = db_text_copy(stmt, 20, arena),
        .decision = db_text_copy(stmt, 21, arena),
        .decided_at = db_integer(stmt, 22),
        .made = db_integer(stmt, 23),
        .lost = db_integer(stmt, 24) != 0};
    if (!change_state_from_name(db_text(stmt, 5), &out->state)) {
        return refuse_word(db_text(stmt, 5), error);
    }
    if (!take_operation(stmt, arena, &out->operation, error)) {
        return false;
    }
    out->operation.accepted = out->state == PLAN_CHANGE_ACCEPTED;
    return true;
}

/* Gives each operation the accepted ones whose place it takes: one statement for the list. */
static bool add_over(DbConn *conn, Arena *arena, PlanChanges *changes, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    size_t at = 0;
    if (changes->len == 0) {
        return true;
    }
    if (!db_query(conn, &stmt, error,
            "select change_id, over_id from plan_change_over "
            "where change_id >= ?1 and change_id <= ?2 and was = 'accepted' order by change_id, over_id",
            value_integer(changes->at[0].id), value_integer(changes->at[changes->len - 1].id))) {
        return false;
    }
    while (db_next(stmt, error)) {
        const int64_t change = db_integer(stmt, 0);
        while (at < changes->len && changes->at[at].id < change) {
            at++;
        }
        if (at == changes->len || changes->at[at].id != change) {
            continue;
        }
        int64_t *over = VEC_PUSH(arena, &changes->at[at].operation.over);
        if (over == NULL) {
            return error_memory(error);
        }
        *over = db_integer(stmt, 1);
    }
    return !db_broken(stmt);
}

/* The rows of the statement, which is ended, in order of ids. */
static bool take_changes(DbConn *conn, DbStmt **stmt, Arena *arena, PlanChanges *out, Error *error)
{
    *out = (PlanChanges){0};
    while (db_next(*stmt, error)) {
        PlanChange *change = VEC_PUSH(arena, out);
        if (change == NULL) {
            return error_memory(error);
        }
        if (!take_change(*stmt, arena, change, error)) {
            return false;
        }
    }
    if (db_broken(*stmt)) {
        return false;
    }
    db_done(stmt);
    return add_over(conn, arena, out, error) && (!arena_failed(arena) || error_memory(error));
}

bool plan_change_list(
    DbConn *conn, Arena *arena, const PlanChangeQuery *query, PlanChanges *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    return db_query(conn, &stmt, error,
               CHANGE_VALUES CHANGE_PLACE
               "where c.plan_id = ?1 and (" TOUCHES_NODE " or " BELOW_NODE " or ?2 = '') "
               "and (c.edition_id = ?3 or ?3 = 0) and (c.group_id = ?4 or ?4 = 0) "
               "and (c.made_id = ?5 or ?5 = 0) and (c.cause = ?6 or ?6 = '') "
               "and (?7 = 0 or (c.state in ('pending', 'accepted') and c.made_id is null)) order by c.id",
               value_integer(query->plan_id), value_text(query->key), value_integer(query->edition_id),
               value_integer(query->group), value_integer(query->made), value_text(query->cause),
               value_integer(query->open ? 1 : 0)) &&
           take_changes(conn, &stmt, arena, out, error);
}

bool plan_change_get(DbConn *conn, Arena *arena, int64_t id, PlanChange *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    PlanChanges found;
    if (!db_query(conn, &stmt, error, CHANGE_VALUES CHANGE_PLACE "where c.id = ?1", value_integer(id)) ||
        !take_changes(conn, &stmt, arena, &found, error)) {
        return false;
    }
    if (found.len == 0) {
        return error_set(error, ERROR_NOT_FOUND, "there is no such change");
    }
    *out = found.at[0];
    return true;
}

bool plan_change_newest(DbConn *conn, int64_t edition_id, Str key, int64_t *out, Error *error)
{
    return db_one_integer(conn, out, error,
        "select coalesce(max(e.id), 0) from plan_change_event e join plan_change c on c.id = e.change_id "
        "where c.plan_id = (select i.plan_id from edition i where i.id = ?1) and " TOUCHES_NODE,
        value_integer(edition_id), value_text(key));
}

bool plan_change_operations(Arena *arena, const PlanChanges *changes, PlanOperations *out, Error *error)
{
    *out = (PlanOperations){0};
    for (size_t i = 0; i < changes->len; i++) {
        PlanOperation *operation = VEC_PUSH(arena, out);
        if (operation == NULL) {
            return error_memory(error);
        }
        *operation = changes->at[i].operation;
    }
    return true;
}

bool change_open(DbConn *conn, Arena *arena, int64_t edition_id, Str key, PlanChanges *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    return db_query(conn, &stmt, error,
               CHANGE_VALUES CHANGE_PLACE
               "where c.edition_id = ?1 and ((a.key = ?2 and c.kind <> 'insert') or ?2 = '') "
               "and c.state in ('pending', 'accepted') and c.made_id is null and l.lost = 0 order by c.id",
               value_integer(edition_id), value_text(key)) &&
           take_changes(conn, &stmt, arena, out, error);
}

bool change_told(
    DbConn *conn, Arena *arena, int64_t edition_id, int64_t made, PlanOperations *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    PlanChanges changes;
    if (!db_query(conn, &stmt, error,
            CHANGE_VALUES
            "join plan_change_place l on l.change_id = c.id and l.edition_id = ?1 and l.lost = 0 "
            "join plan_anchor a on a.anchor_id = c.anchor_id and a.edition_id = l.edition_id "
            "order by c.id",
            value_integer(edition_id)) ||
        !take_changes(conn, &stmt, arena, &changes, error)) {
        return false;
    }
    for (size_t i = 0; i < changes.len; i++) {
        const PlanChange *change = &changes.at[i];
        const bool now =
            change->state == PLAN_CHANGE_ACCEPTED && change->edition_id == edition_id && change->made == 0;
        changes.at[i].operation.accepted = made == 0 ? now : change->made == made;
    }
    return plan_change_operations(arena, &changes, out, error);
}

/* The change that brings the node "+ID". */
static bool find_brought(
    DbConn *conn, Arena *arena, int64_t edition_id, Str key, ChangeNode *out, Error *error)
{
    int64_t id = 0;
    PlanChange change;
    Error missing = {0};
    if (!str_to_int(str_slice(key, 1, key.len), &id) ||
        !plan_change_get(conn, arena, id, &change, &missing) || change.edition_id != edition_id ||
        change.lost || (change.operation.kind != PLAN_INSERT && change.operation.kind != PLAN_SPLIT)) {
        return missing.code != ERROR_NONE && missing.code != ERROR_NOT_FOUND
                   ? error_set(error, missing.code, "%s", missing.message)
                   : error_set(error, ERROR_NOT_FOUND, "no change brings the node %.*s",
                         STR_ARGS(str_slice(key, 0, 100)));
    }
    if (change.operation.kind == PLAN_INSERT) {
        *out = (ChangeNode){change.operation.node_kind, change.operation.text};
        return true;
    }
    if (!change_find_node(conn, arena, edition_id, change.operation.key, out, error)) {
        return false;
    }
    out->text = grapheme_slice(out->text, change.operation.from, grapheme_count(out->text));
    return true;
}

/* A chain of splits of brought nodes ends, as each names an older change or a node of the edition. */
// NOLINTNEXTLINE(misc-no-recursion)
bool change_find_node(DbConn *conn, Arena *arena, int64_t edition_id, Str key, ChangeNode *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (str_starts(key, S("+"))) {
        return find_brought(conn, arena, edition_id, key, out, error);
    }
    if (!db_query(conn, &stmt, error, "select kind, text from node where edition_id = ?1 and key = ?2",
            value_integer(edition_id), value_text(key))) {
        return false;
    }
    if (!db_next(stmt, error)) {
        return !db_broken(stmt) && error_set(error, ERROR_NOT_FOUND, "the edition has no node %.*s",
                                       STR_ARGS(str_slice(key, 0, 100)));
    }
    out->text = db_text_copy(stmt, 1, arena);
    return plan_kind_from_name(db_text(stmt, 0), &out->kind) || refuse_word(db_text(stmt, 0), error);
}

/* --- states --- */

bool change_note(DbConn *conn, const ChangeEvent *event, int64_t *id, Error *error)
{
    int64_t unread = 0;
    return db_insert(conn, id == NULL ? &unread : id, error,
        "insert into plan_change_event (change_id, state, actor, words, happened_at) "
        "values (?1, ?2, ?3, ?4, ?5)",
        value_integer(event->change), value_text(str_of(state_names[event->state])), value_text(event->actor),
        value_text(event->words), value_integer(event->instant));
}

bool change_set(DbConn *conn, const ChangeEvent *event, bool decides, Error *error)
{
    int64_t id = 0;
    if (!change_note(conn, event, &id, error)) {
        return false;
    }
    const Value change = value_integer(event->change), state = value_text(str_of(state_names[event->state]));
    if (!decides) {
        return db_run(conn, NULL, error, "update plan_change set state = ?2 where id = ?1", change, state);
    }
    return db_run(conn, NULL, error, "update plan_change set state = ?2, decided_id = ?3 where id = ?1",
        change, state, event->state == PLAN_CHANGE_PENDING ? value_missing() : value_integer(id));
}

/* Whether another change stands in the place of `c`. A pending change gives way to a pending one, an accepted
 * change only to one that is accepted; one that was revised in turn still stands for what it replaced. */
#define STANDS_FOR                                                                                \
    "exists (select 1 from plan_change_over v join plan_change n on n.id = v.change_id "          \
    "where v.over_id = c.id and (n.state = 'accepted' "                                           \
    "or (n.state = 'pending' and v.was = 'pending') "                                             \
    "or (n.state = 'revised' and (v.was = 'pending' or exists (select 1 from plan_change_over u " \
    "where u.over_id = n.id and u.was = 'accepted')))))"

typedef struct Turn {
    int64_t change;
    PlanChangeState state;
} Turn;
typedef VEC_OF(Turn) Turns;

/* One row: over, what it was, what it is, whether something stands for it. */
static bool take_turn(DbStmt *stmt, Arena *arena, Turns *turns, Error *error)
{
    const bool stands = db_integer(stmt, 3) != 0;
    const Str was = db_text(stmt, 1), is = db_text(stmt, 2);
    if (stands == str_equal(is, str_of(state_names[PLAN_CHANGE_REVISED]))) {
        return true;
    }
    if (stands && !str_equal(is, was)) {
        return str_equal(was, str_of(state_names[PLAN_CHANGE_ACCEPTED])) ||
               error_set(error, ERROR_CONFLICT, "change %lld, which this one words anew, has been decided",
                   (long long)db_integer(stmt, 0));
    }
    Turn *turn = VEC_PUSH(arena, turns);
    if (turn == NULL) {
        return error_memory(error);
    }
    *turn = (Turn){.change = db_integer(stmt, 0), .state = PLAN_CHANGE_REVISED};
    return stands || change_state_from_name(was, &turn->state) || refuse_word(was, error);
}

bool change_settle_revised(DbConn *conn, int64_t change, const ChangeEvent *because, Error *error)
{
    AUTO_ARENA arena = arena_new((size_t)1 << 20);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Turns turns = {0};
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!db_query(conn, &stmt, error,
            "select c.id, o.was, c.state, case when " STANDS_FOR " then 1 else 0 end "
            "from plan_change_over o join plan_change c on c.id = o.over_id "
            "where o.change_id = ?1 order by c.id",
            value_integer(change))) {
        return false;
    }
    while (db_next(stmt, error)) {
        if (!take_turn(stmt, arena, &turns, error)) {
            return false;
        }
    }
    if (db_broken(stmt)) {
        return false;
    }
    db_done(&stmt);
    for (size_t i = 0; i < turns.len; i++) {
        const ChangeEvent event = {.change = turns.at[i].change,
            .state = turns.at[i].state,
            .actor = because->actor,
            .instant = because->instant};
        if (!change_set(conn, &event, false, error)) {
            return false;
        }
    }
    return true;
}

/* --- rows of a former table --- */

typedef struct Former {
    int64_t anchor;
    size_t length;
} Former;

static bool finish_former(DbConn *conn, void *argument, Error *error)
{
    (void)argument;
    AUTO_ARENA arena = arena_new(CHANGE_ARENA_MAX);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    VEC_OF(Former) formers = {0};
    if (arena == NULL) {
        return error_memory(error);
    }
    if (!db_query(conn, &stmt, error,
            "select m.id, m.quote from plan_anchor a join plan_anchor_made m on m.id = a.anchor_id "
            "where a.to_at < 0 order by m.id")) {
        return false;
    }
    while (db_next(stmt, error)) {
        Former *former = VEC_PUSH(arena, &formers);
        if (former == NULL) {
            return error_memory(error);
        }
        *former = (Former){db_integer(stmt, 0), grapheme_count(db_text(stmt, 1))};
    }
    if (db_broken(stmt)) {
        return false;
    }
    db_done(&stmt);
    for (size_t i = 0; i < formers.len; i++) {
        if (!db_run(conn, NULL, error, "update plan_anchor set to_at = ?2 where anchor_id = ?1 and to_at < 0",
                value_integer(formers.at[i].anchor), value_integer((int64_t)formers.at[i].length))) {
            return false;
        }
    }
    return true;
}

bool change_finish_former(Db *db, Error *error)
{
    int64_t count = 0;
    CLEANUP(db_read_end) DbConn *conn = NULL;
    if (!db_read_begin(db, &conn, error) ||
        !db_one_integer(conn, &count, error, "select count(*) from plan_anchor where to_at < 0")) {
        return false;
    }
    db_read_end(&conn);
    return count == 0 || db_write(db, finish_former, NULL, error);
}
