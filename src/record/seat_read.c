/* record/seat_read.c: reads who has a place and who waits, and answers where an application stands.
 *
 * Numbers of a whole (places, taken, waiting) come from its counter, which every write keeps, so that a page
 * that only asks whether there are places left reads one row. The turn of one application is looked up among
 * the live ones.
 */
#include "record/seat_draw_internal.h"

#include "base/fold.h"

enum { LIVE_ID, LIVE_RECEIPT, LIVE_STATE, LIVE_ANSWER_BY, LIVE_TOGETHER };

static const DbTree *column_tree(Arena *arena, const CityRecordType *type, size_t column)
{
    const RowColumn *at = &type->shape.columns[column];
    return db_tree_column(arena, type->table, at->name, at->type);
}

/* The column of the group's words; the answer-by date where there are no groups. */
static size_t together_column(const CityRecordType *type)
{
    ptrdiff_t field = type->seats.together;
    return field < 0 ? CITY_COLUMN_ANSWER_BY : type->fields.at[field].column;
}

/* The states of applications that have a place, wait for one, or take part in a draw. */
typedef struct LiveStates {
    Str at[4];
} LiveStates;

static LiveStates live_states(const CityRecordType *type)
{
    return (LiveStates){{type->starts, type->seats.waiting, type->seats.offered, type->seats.drawing}};
}

bool seat_standing(const CityRecordType *type, Str state, SeatStanding *standing)
{
    static const SeatStanding standings[] = {SEAT_ACCEPTED, SEAT_WAITING, SEAT_OFFERED, SEAT_DRAWING};
    const LiveStates live = live_states(type);
    for (size_t i = 0; state.len > 0 && i < COUNT_OF(live.at); i++)
        if (str_equal(state, live.at[i])) {
            *standing = standings[i];
            return true;
        }
    return false;
}

/* The row is about ?1, and in a live state. */
static const DbTree *live_tree(Arena *arena, const CityRecordType *type)
{
    const DbTree *of_about = db_tree_call(arena, DB_EQUAL, column_tree(arena, type, CITY_COLUMN_ABOUT),
        db_tree_given(arena, 0, VALUE_REFERENCE));
    const LiveStates live = live_states(type);
    const DbTree *in_state = db_tree_call(arena, DB_IN, column_tree(arena, type, CITY_COLUMN_STATE),
        db_tree_value(arena, value_text(live.at[0]), VALUE_TEXT),
        db_tree_value(arena, value_text(live.at[1]), VALUE_TEXT),
        db_tree_value(arena, value_text(live.at[2]), VALUE_TEXT),
        db_tree_value(arena, value_text(live.at[3]), VALUE_TEXT));
    return db_tree_call(arena, DB_AND, of_about, in_state);
}

/* select id, receipt, state, answer_by, together where about is ?1 and the state is a live one */
static bool print_live(Door *door, DoorType *at, Error *error)
{
    Arena *arena = door->arena;
    const CityRecordType *type = at->type;
    const DbTree *columns[] = {
        [LIVE_ID] = column_tree(arena, type, CITY_COLUMN_ID),
        [LIVE_RECEIPT] = column_tree(arena, type, CITY_COLUMN_RECEIPT),
        [LIVE_STATE] = column_tree(arena, type, CITY_COLUMN_STATE),
        [LIVE_ANSWER_BY] = column_tree(arena, type, CITY_COLUMN_ANSWER_BY),
        [LIVE_TOGETHER] = column_tree(arena, type, together_column(type)),
    };
    const DbTree *order[] = {columns[LIVE_RECEIPT], columns[LIVE_ID]};
    const DbSelect select = {.table = type->table,
        .columns = columns,
        .column_count = COUNT_OF(columns),
        .where = live_tree(arena, type),
        .order = order,
        .order_count = COUNT_OF(order)};
    return db_print_select(door->db, arena, &select, &at->seats, error);
}

const CityField *seats_once_field(const CityRecordType *type)
{
    return type->has_seats && type->seats.once >= 0 ? &type->fields.at[type->seats.once] : NULL;
}

/* select id where about is ?1, the state is a live one, and the field is ?2 limit 2 */
static bool print_once(Door *door, DoorType *at, Error *error)
{
    Arena *arena = door->arena;
    const CityField *field = seats_once_field(at->type);
    if (!field)
        return true;
    const DbTree *id = column_tree(arena, at->type, CITY_COLUMN_ID);
    const DbTree *value = column_tree(arena, at->type, field->column);
    const DbTree *given = db_tree_given(arena, 1, at->type->shape.columns[field->column].type);
    const DbSelect select = {.table = at->type->table,
        .columns = &id,
        .column_count = 1,
        .where = db_tree_call(
            arena, DB_AND, live_tree(arena, at->type), db_tree_call(arena, DB_EQUAL, value, given)),
        .limit = db_tree_value(arena, value_integer(2), VALUE_INTEGER)};
    return db_print_select(door->db, arena, &select, &at->once, error);
}

bool seats_open(Door *door, Error *error)
{
    for (size_t i = 0; i < door->type_count; i++) {
        DoorType *at = &door->types[i];
        if (at->type->has_seats && (!print_live(door, at, error) || !print_once(door, at, error)))
            return false;
    }
    return true;
}

bool seats_once(Work *work, const CityRecordType *type, const Row *row, bool *twice, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const CityField *field = seats_once_field(type);
    Value about = row_value(row, CITY_COLUMN_ABOUT);
    *twice = false;
    Value state = row_value(row, CITY_COLUMN_STATE);
    SeatStanding standing;
    if (!field || value_is_missing(about) || value_is_missing(row_value(row, field->column)) ||
        state.type != VALUE_TEXT || !seat_standing(type, state.text, &standing))
        return true;
    const Value given[] = {about, row_value(row, field->column)};
    if (!db_query_printed(
            work->conn, &stmt, error, door_type(work->door, type)->once, given, COUNT_OF(given)))
        return false;
    Value own = row_value(row, CITY_COLUMN_ID);
    while (db_next(stmt, error))
        *twice = *twice || own.type != VALUE_REFERENCE || db_integer(stmt, 0) != own.integer;
    return !db_broken(stmt);
}

/* --- the whole ----------------------------------------------------------------------------------- */

bool seat_count_read(
    DbConn *conn, const CityRecordType *type, int64_t about, SeatCount *out, bool *is_there, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *out = (SeatCount){0};
    if (!db_query(conn, &stmt, error,
            "select receipts, taken, offered, waiting from seat_counter where type_table = ?1 and about_id = "
            "?2",
            value_text(type->table), value_integer(about)))
        return false;
    bool found = db_next(stmt, error);
    if (found)
        *out =
            (SeatCount){db_integer(stmt, 0), db_integer(stmt, 1), db_integer(stmt, 2), db_integer(stmt, 3)};
    if (is_there)
        *is_there = found;
    return !db_broken(stmt);
}

/* The formula speaks of the record that the applications are about, so any application would do: this one
 * has nothing but what it is about. */
bool seat_of_whole(
    Sight *sight, const CityRecordType *type, int64_t about, const Formula *formula, Value *out, Error *error)
{
    Value *values = arena_array(sight->arena, type->shape.count, sizeof(*values));
    Row *row = ARENA_NEW(sight->arena, Row);
    if (!values || !row)
        return error_memory(error);
    values[CITY_COLUMN_ABOUT] = value_reference(about);
    *row = (Row){&type->shape, values};
    *out = sight_evaluate(sight, type, row, formula);
    return sight_ok(sight, error);
}

bool seat_capacity(Sight *sight, const CityRecordType *type, int64_t about, Value *out, Error *error)
{
    return seat_of_whole(sight, type, about, type->seats.capacity, out, error);
}

/* --- live applications --------------------------------------------------------------------------- */

Str seat_group(Arena *arena, const CityRecordType *type, Value words)
{
    bool has_words = type->seats.together >= 0 && words.type == VALUE_TEXT;
    return has_words ? str_trim(text_fold(arena, words.text)) : STR_EMPTY;
}

/* Above every turn of a draw. */
#define TURN_AFTER_DRAW (INT64_C(1) << 40)

int64_t seat_turn_of_receipt(const CityRecordType *type, int64_t receipt)
{
    return type->seats.draw_after ? TURN_AFTER_DRAW + receipt : receipt;
}

/* Live rows by receipt: those that take part in a draw, or the others. */
static bool read_live(const Door *door, DbConn *conn, Arena *arena, const CityRecordType *type, int64_t about,
    bool drawing, SeatRows *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    const Value given = value_reference(about);
    *out = (SeatRows){0};
    if (!db_query_printed(conn, &stmt, error, door_type(door, type)->seats, &given, 1))
        return false;
    while (db_next(stmt, error)) {
        SeatStanding standing;
        bool is_live = seat_standing(type, db_text(stmt, LIVE_STATE), &standing);
        assert(is_live && "only live applications are read");
        if (!is_live || (standing == SEAT_DRAWING) != drawing)
            continue;
        SeatRow *row = VEC_PUSH(arena, out);
        if (!row)
            return error_memory(error);
        int64_t receipt = db_integer(stmt, LIVE_RECEIPT);
        *row = (SeatRow){.id = db_integer(stmt, LIVE_ID),
            .receipt = receipt,
            .turn = seat_turn_of_receipt(type, receipt),
            .standing = standing};
        if (!db_is_missing(stmt, LIVE_ANSWER_BY))
            row->answer_by = value_date(db_integer(stmt, LIVE_ANSWER_BY));
        if (type->seats.together >= 0 && !db_is_missing(stmt, LIVE_TOGETHER))
            row->group = seat_group(arena, type, value_text(db_text(stmt, LIVE_TOGETHER)));
    }
    return !db_broken(stmt) && (!arena_failed(arena) || error_memory(error));
}

bool seat_drawing_read(const Door *door, DbConn *conn, Arena *arena, const CityRecordType *type,
    int64_t about, SeatRows *out, Error *error)
{
    *out = (SeatRows){0};
    return !type->seats.draw_after || read_live(door, conn, arena, type, about, true, out, error);
}

bool seat_queue_read(const Door *door, DbConn *conn, Arena *arena, const CityRecordType *type, int64_t about,
    SeatQueue *out, Error *error)
{
    SeatRows rows;
    SeatTurns turns;
    if (!read_live(door, conn, arena, type, about, false, &rows, error) ||
        !seat_turns_read(conn, arena, type, about, &turns, error))
        return false;
    seat_rows_order(rows.at, rows.len, &turns);
    return seat_queue_init(out, arena, rows.at, rows.len, error);
}

/* --- the face ------------------------------------------------------------------------------------ */

bool record_seats_of(Door *door, DbConn *conn, const Asking *asking, const CityRecordType *type,
    const Record *about, SeatPlace *out, Error *error)
{
    Sight sight;
    SeatCount count;
    Value capacity;
    assert(type->has_seats && "places are asked of a record type that has them");
    sight_init(&sight, door, conn, asking->arena, asking);
    if (!seat_count_read(conn, type, record_id(about), &count, NULL, error) ||
        !seat_capacity(&sight, type, record_id(about), &capacity, error))
        return false;
    *out = (SeatPlace){.has_capacity = !value_is_missing(capacity),
        .capacity = capacity.type == VALUE_INTEGER ? capacity.integer : 0,
        .taken = count.taken,
        .waiting = count.waiting};
    return true;
}

/* How many wait whose turn is before that of the unit. */
static int64_t count_ahead(const SeatQueue *queue, size_t unit)
{
    int64_t ahead = 0;
    for (size_t i = 0; i < unit; i++)
        ahead += (int64_t)queue->units[i].waiting;
    return ahead;
}

bool record_seat(
    Door *door, DbConn *conn, const Asking *asking, const Record *record, SeatPlace *out, Error *error)
{
    const CityRecordType *type = record->type;
    int64_t about = row_value(&record->row, CITY_COLUMN_ABOUT).integer;
    Sight sight;
    SeatQueue queue;
    Value capacity;
    assert(type->has_seats && "a place is asked of a record that may have one");
    sight_init(&sight, door, conn, asking->arena, asking);
    if (!seat_queue_read(door, conn, asking->arena, type, about, &queue, error) ||
        !seat_capacity(&sight, type, about, &capacity, error))
        return false;
    *out = (SeatPlace){.has_capacity = !value_is_missing(capacity),
        .capacity = capacity.type == VALUE_INTEGER ? capacity.integer : 0,
        .taken = queue.taken,
        .waiting = queue.waiting};
    for (size_t i = 0; i < queue.row_count; i++) {
        const SeatRow *row = &queue.rows[i];
        if (row->id != record_id(record))
            continue;
        const SeatUnit *unit = &queue.units[row->unit];
        out->together = (int64_t)(unit->taken + unit->waiting);
        out->ahead = row->standing == SEAT_WAITING ? count_ahead(&queue, row->unit) : 0;
        out->answer_by = row->standing == SEAT_OFFERED ? row->answer_by : value_missing();
    }
    return true;
}
