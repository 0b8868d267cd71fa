/* plan/change_operate.c: operations as they are, one group.
 *
 * "+1" in one of them means the node that the first of them brings. So all rows come first, for their ids;
 * then the names are put right, each operation is checked with all that are told in the edition and with the
 * others of its group, and gets its places.
 */
#include "plan/change_internal.h"

typedef struct Operating {
    const PlanChangeBy *by;
    const PlanOperations *given;
    int64_t group;
} Operating;

static bool brings(const PlanOperation *operation)
{
    return operation->kind == PLAN_INSERT || operation->kind == PLAN_SPLIT;
}

/* "+2" of the given operations as "+ID"; "+ID" of an older change stays. */
static Str name_of(Arena *arena, const PlanOperations *given, const PlanOperations *own, size_t at, Str key)
{
    int64_t place = 0;
    if (!str_starts(key, S("+")) || !str_to_int(str_slice(key, 1, key.len), &place) || place < 1 ||
        (uint64_t)place > given->len || (size_t)place - 1 == at) {
        return key;
    }
    const PlanOperation *named = &given->at[place - 1];
    if (!brings(named) && named->kind != PLAN_MOVE) {
        return key;
    }
    return arena_printf(arena, "+%lld", (long long)own->at[place - 1].id);
}

/* What stood there: the node's wording; nothing where the node is new. */
static bool find_before(DbConn *conn, Arena *arena, int64_t edition_id, const PlanOperations *own,
    const PlanOperation *operation, Str *before, Error *error)
{
    ChangeNode node;
    *before = STR_EMPTY;
    for (size_t i = 0; i < own->len; i++) {
        if (str_equal(operation->key, arena_printf(arena, "+%lld", (long long)own->at[i].id))) {
            return true;
        }
    }
    if (operation->kind == PLAN_INSERT) {
        return true;
    }
    if (!change_find_node(conn, arena, edition_id, operation->key, &node, error)) {
        return false;
    }
    const bool range = operation->kind == PLAN_EDIT || operation->kind == PLAN_RENAME;
    *before = range ? grapheme_slice(node.text, operation->from, operation->to) : node.text;
    return true;
}

static bool insert_rows(DbConn *conn, Arena *arena, Operating *operating, PlanOperations *own, Error *error)
{
    const PlanOperations *given = operating->given;
    for (size_t i = 0; i < given->len; i++) {
        PlanOperation *operation = VEC_PUSH(arena, own);
        if (operation == NULL) {
            return error_memory(error);
        }
        *operation = given->at[i];
        operation->accepted = false;
        operation->over = (PlanChangeIds){0};
        if (!change_insert_row(
                conn, operating->by, operation, STR_EMPTY, 0, &operating->group, &operation->id, error)) {
            return false;
        }
    }
    for (size_t i = 0; i < own->len; i++) {
        PlanOperation *operation = &own->at[i];
        operation->key = name_of(arena, given, own, i, operation->key);
        operation->parent = name_of(arena, given, own, i, operation->parent);
        operation->after = name_of(arena, given, own, i, operation->after);
    }
    return !arena_failed(arena) || error_memory(error);
}

/* Checks each with what is told in the edition and the others of its group, which stand behind it by id. */
static bool check_all(DbConn *conn, Arena *arena, const Operating *operating, const PlanOperations *told,
    const PlanOperations *own, Error *error)
{
    PlanOperations all = {0};
    const Plan *base = plan_load(conn, arena, operating->by->edition, error);
    if (base == NULL) {
        return false;
    }
    for (size_t i = 0; i < told->len + own->len; i++) {
        PlanOperation *operation = VEC_PUSH(arena, &all);
        if (operation == NULL) {
            return error_memory(error);
        }
        *operation = i < told->len ? told->at[i] : own->at[i - told->len];
    }
    for (size_t i = 0; i < own->len; i++) {
        if (!plan_operation_check(base, &all, &own->at[i], error)) {
            return false;
        }
    }
    return true;
}

static bool insert_all_places(
    DbConn *conn, Arena *arena, const Operating *operating, const PlanOperations *own, Error *error)
{
    for (size_t i = 0; i < own->len; i++) {
        const PlanOperation *operation = &own->at[i];
        Str before;
        if (!find_before(conn, arena, operating->by->edition->id, own, operation, &before, error) ||
            !change_insert_places(conn, operating->by, operation, before, operating->group, error) ||
            !db_run(conn, NULL, error, "update plan_change set before_text = ?2 where id = ?1",
                value_integer(operation->id), value_text(before))) {
            return false;
        }
    }
    return true;
}

static bool check_seen(DbConn *conn, const Operating *operating, Error *error)
{
    for (size_t i = 0; i < operating->given->len; i++) {
        const Str key = operating->given->at[i].key;
        if (key.len > 0 && !str_starts(key, S("+")) && !change_check_seen(conn, operating->by, key, error)) {
            return false;
        }
    }
    return true;
}

static bool operate(DbConn *conn, void *argument, Error *error)
{
    Operating *operating = argument;
    AUTO_ARENA arena = arena_new(CHANGE_ARENA_MAX);
    PlanOperations told, own = {0};
    operating->group = 0;
    if (arena == NULL) {
        return error_memory(error);
    }
    return change_check_base(conn, operating->by->edition, error) && check_seen(conn, operating, error) &&
           change_told(conn, arena, operating->by->edition->id, 0, &told, error) &&
           insert_rows(conn, arena, operating, &own, error) &&
           check_all(conn, arena, operating, &told, &own, error) &&
           insert_all_places(conn, arena, operating, &own, error);
}

bool plan_change_operate(
    Db *db, const PlanChangeBy *by, const PlanOperations *operations, int64_t *group, Error *error)
{
    Operating operating = {.by = by, .given = operations};
    if (!change_check_by(by, error)) {
        return false;
    }
    if (operations->len == 0) {
        return error_set(error, ERROR_INPUT, "there is no operation");
    }
    for (size_t i = 0; i < operations->len; i++) {
        const PlanOperation *operation = &operations->at[i];
        if ((unsigned)operation->kind >= PLAN_OPERATION_KIND_COUNT ||
            (operation->kind == PLAN_INSERT && (unsigned)operation->node_kind >= PLAN_KIND_COUNT)) {
            return error_set(error, ERROR_INPUT, "the kind of an operation, or of its node, is unknown");
        }
        if (operation->kind == PLAN_INSERT && str_trim(operation->text).len == 0) {
            return error_set(error, ERROR_INPUT, "a new node has words");
        }
    }
    if (!db_write(db, operate, &operating, error)) {
        return false;
    }
    if (group != NULL) {
        *group = operating.group;
    }
    return true;
}
