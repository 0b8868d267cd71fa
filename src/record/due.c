/* record/due.c: what is due is done: transitions that happen by themselves, and offers that nobody answered.
 *
 * One query for each such transition finds the records it may be due for; each is then moved in a closure of
 * its own, which asks again, so that nothing is done twice and nobody else waits long. May be called at any
 * time, by several servers at once.
 */
#include "record/record_internal.h"

#include "base/log.h"

enum { DUE_ARENA_MAX = 256 << 20, CLOSURE_ARENA_MAX = 64 << 20 };

typedef struct Due {
    Door *door;
    const Asking *asking;
    Arena *arena; /* of a closure: emptied when it runs again */
    const CityRecordType *type;
    const CityTransition *transition;
    int64_t id;
    size_t moved;
} Due;

/* --- transitions --------------------------------------------------------------------------------- */

typedef VEC_OF(int64_t) Ids;

/* state in from and auto (and needs). What has no form for a set is left to the closure. */
static bool candidates_tree(
    Sight *sight, CitySet *set, const CityTransition *transition, const DbTree **out, Error *error)
{
    Arena *arena = sight->arena;
    const DbTree *states[DB_TREE_ARGUMENTS_MAX];
    size_t count = 0;
    states[count++] = city_set_column(set, CITY_COLUMN_STATE);
    for (size_t i = 0; i < transition->from.len && count < COUNT_OF(states); i++)
        states[count++] = db_tree_value(arena, value_text(transition->from.at[i]), VALUE_TEXT);
    const DbTree *where = db_tree_operation(arena, DB_IN, count, states), *holds = NULL;
    Error refused = {0};
    if (city_set_tree(set, transition->automatic, &holds, &refused))
        where = db_tree_call(arena, DB_AND, where, holds);
    else if (refused.code == ERROR_MEMORY)
        return error_memory(error);
    *out = where;
    return where || error_memory(error);
}

static bool read_candidates(const Due *due, Ids *out, Error *error)
{
    CLEANUP(db_read_end) DbConn *conn = NULL;
    CLEANUP(db_done) DbStmt *stmt = NULL;
    Arena *arena = due->asking->arena;
    const DbPrinted *printed = NULL;
    Sight sight;
    CitySet set;
    DbSelect select = {0};
    if (!db_read_begin(due->door->db, &conn, error))
        return false;
    sight_init(&sight, due->door, conn, arena, due->asking);
    access_set_init(&set, &sight, due->type, arena);
    const DbTree *id = city_set_column(&set, CITY_COLUMN_ID);
    if (!candidates_tree(&sight, &set, due->transition, &select.where, error))
        return false;
    select.columns = select.order = &id;
    select.column_count = select.order_count = 1;
    city_set_select(&set, &select);
    if (arena_failed(arena))
        return error_memory(error);
    if (!db_print_select(due->door->db, arena, &select, &printed, error) ||
        !db_query_printed(conn, &stmt, error, printed, NULL, 0))
        return false;
    while (db_next(stmt, error)) {
        int64_t *at = VEC_PUSH(arena, out);
        if (!at)
            return error_memory(error);
        *at = db_integer(stmt, 0);
    }
    return !db_broken(stmt);
}

static bool transition_closure(DbConn *conn, void *argument, Error *error)
{
    Due *due = argument;
    Work work;
    due->moved = 0;
    arena_clear(due->arena);
    if (!work_begin(&work, due->door, conn, due->arena, due->asking, error))
        return false;
    const Row *row = sight_row(&work.sight, due->type, due->id);
    bool is_due = row && transition_is_open(&work.sight, due->type, row, due->transition) &&
                  formula_holds(sight_evaluate(&work.sight, due->type, row, due->transition->automatic));
    if (!is_due)
        return sight_ok(&work.sight, error);
    const WorkWhy why = {.event = "job", .transition = due->transition->name, .reason = STR_EMPTY};
    due->moved = 1;
    return transition_make(&work, due->type, row, due->transition, &why, error) && work_end(&work, error);
}

/* What one record cannot do keeps no other from being done. */
static bool is_its_own(const Error *error)
{
    return error->code == ERROR_CONFLICT || error->code == ERROR_DENIED;
}

static bool do_transition(Due *due, size_t *done, Error *error)
{
    Ids ids = {0};
    if (!read_candidates(due, &ids, error))
        return false;
    for (size_t i = 0; i < ids.len; i++) {
        due->id = ids.at[i];
        if (db_write(due->door->db, transition_closure, due, error))
            *done += due->moved;
        else if (is_its_own(error))
            log_line(LOG_WARNING, "not_due", LOG_TEXT("table", due->type->table), LOG_INT("id", due->id),
                LOG_TEXT("error", str_of(error->message)));
        else
            return false;
    }
    return true;
}

/* --- offers -------------------------------------------------------------------------------------- */

static bool lapse_closure(DbConn *conn, void *argument, Error *error)
{
    Due *due = argument;
    Work work;
    due->moved = 0;
    arena_clear(due->arena);
    return work_begin(&work, due->door, conn, due->arena, due->asking, error) &&
           seats_draw(&work, due->type, &due->moved, error) &&
           seats_lapse(&work, due->type, &due->moved, error) && work_end(&work, error);
}

/* --- all ----------------------------------------------------------------------------------------- */

static bool do_type(Due *due, size_t *done, Error *error)
{
    for (size_t i = 0; i < due->type->transitions.len; i++) {
        due->transition = &due->type->transitions.at[i];
        arena_clear(due->asking->arena);
        if (due->transition->automatic && !do_transition(due, done, error))
            return false;
    }
    if (!due->type->has_seats)
        return true;
    if (!db_write(due->door->db, lapse_closure, due, error))
        return false;
    *done += due->moved;
    return true;
}

bool door_do_what_is_due(Door *door, const Clock *clock, size_t *done, Error *error)
{
    AUTO_ARENA arena = arena_new(DUE_ARENA_MAX);
    AUTO_ARENA closure_arena = arena_new(CLOSURE_ARENA_MAX);
    *done = 0;
    if (!arena || !closure_arena)
        return error_memory(error);
    const Asking asking = {.actor = actor_of_job("due"), .clock = *clock, .arena = arena};
    for (size_t i = 0; i < door->type_count; i++) {
        Due due = {.door = door, .asking = &asking, .arena = closure_arena, .type = door->types[i].type};
        if (!do_type(&due, done, error))
            return false;
    }
    return true;
}
