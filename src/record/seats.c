/* record/seats.c: gives places: to new applications, to those who wait when places get free, and takes back
 * offers that nobody answered. The rules are those of seat_queue_internal.h; docs/seats.md tells them.
 *
 * Everything runs inside the closure that changes a record, so what one person does and what follows for
 * others are kept together or not at all. Each whole (applications of one type about one record) has a row in
 * seat_counter that every such closure writes: on one server closures run one after the other anyway, and
 * servers that share a PostgreSQL meet there, so that none gives away a place another has given.
 *
 * What must hold when a closure ends: the counter is what the live applications are; no unit is split between
 * places and waiting; nobody waits who would fit; a change never takes a place that is not there.
 */
#include "record/seat_draw_internal.h"

/* Applications about one record, while they are being written. */
typedef struct Whole {
    Work *work;
    const CityRecordType *type;
    int64_t about;
    SeatCount count;
    Value capacity;
    SeatDraw draw;
    SeatDrawPhase phase;
} Whole;

static bool open_whole(Whole *whole, Work *work, const CityRecordType *type, int64_t about, Error *error)
{
    bool is_there = false;
    *whole = (Whole){.work = work, .type = type, .about = about};
    assert(type->has_seats && about > 0 && "places are those of a record that applications are about");
    return seat_count_read(work->conn, type, about, &whole->count, &is_there, error) &&
           seat_capacity(&work->sight, type, about, &whole->capacity, error) &&
           seat_draw_read(work->conn, work->arena, type, about, &whole->draw, error) &&
           seat_draw_phase(&work->sight, type, about, &whole->draw, &whole->phase, NULL, error) &&
           (is_there ||
               db_run(work->conn, NULL, error,
                   "insert into seat_counter (type_table, about_id, receipts, taken, offered, waiting) "
                   "values (?1, ?2, 0, 0, 0, 0) on conflict (type_table, about_id) do nothing",
                   value_text(type->table), value_integer(about)));
}

static bool write_count(const Whole *whole, Error *error)
{
    const SeatCount *count = &whole->count;
    return db_run(whole->work->conn, NULL, error,
        "update seat_counter set receipts = ?3, taken = ?4, offered = ?5, waiting = ?6 "
        "where type_table = ?1 and about_id = ?2",
        value_text(whole->type->table), value_integer(whole->about), value_integer(count->receipts),
        value_integer(count->taken), value_integer(count->offered), value_integer(count->waiting));
}

/* --- new applications ---------------------------------------------------------------------------- */

/* New rows about one record. A row's group is empty when it has none. */
typedef struct Arrival {
    Row *row;
    Str group;
    size_t item;
    bool is_placed; /* has its standing */
    SeatStanding standing;
} Arrival;

typedef struct Arrivals {
    Whole whole;
    Arrival *at;
    size_t count;
} Arrivals;

static bool is_about(const Row *row, int64_t about)
{
    return row_value(row, CITY_COLUMN_ABOUT).integer == about;
}

/* Takes the rows that are about the same record as the first one without a receipt. */
static bool gather(Arrivals *arrivals, Work *work, const CityRecordType *type, Row *const *rows, size_t count,
    size_t first, Error *error)
{
    int64_t about = row_value(rows[first], CITY_COLUMN_ABOUT).integer;
    *arrivals = (Arrivals){.at = arena_array(work->arena, count - first, sizeof(Arrival))};
    if (!arrivals->at)
        return error_memory(error);
    if (!open_whole(&arrivals->whole, work, type, about, error))
        return false;
    for (size_t i = first; i < count; i++) {
        if (!is_about(rows[i], about))
            continue;
        ptrdiff_t together = type->seats.together;
        Value words = together < 0 ? value_missing() : rows[i]->values[type->fields.at[together].column];
        arrivals->at[arrivals->count++] =
            (Arrival){.row = rows[i], .group = seat_group(work->arena, type, words), .item = i};
        rows[i]->values[CITY_COLUMN_RECEIPT] = value_integer(++arrivals->whole.count.receipts);
    }
    return !arena_failed(work->arena) || error_memory(error);
}

/* The live applications, with those of this go that have their standing. */
static bool read_queue(const Arrivals *arrivals, SeatQueue *out, Error *error)
{
    const Whole *whole = &arrivals->whole;
    Arena *arena = whole->work->arena;
    SeatQueue live;
    if (!seat_queue_read(
            whole->work->door, whole->work->conn, arena, whole->type, whole->about, &live, error))
        return false;
    SeatRow *rows = arena_array(arena, live.row_count + arrivals->count, sizeof(*rows));
    if (!rows)
        return error_memory(error);
    size_t count = live.row_count;
    if (count > 0)
        memcpy(rows, live.rows, count * sizeof(*rows));
    for (size_t i = 0; i < arrivals->count; i++) {
        const Arrival *arrival = &arrivals->at[i];
        int64_t receipt = row_value(arrival->row, CITY_COLUMN_RECEIPT).integer;
        if (arrival->is_placed)
            rows[count++] = (SeatRow){.receipt = receipt,
                .turn = seat_turn_of_receipt(whole->type, receipt),
                .group = arrival->group,
                .standing = arrival->standing};
    }
    return seat_queue_init(out, arena, rows, count, error);
}

/* One alone is answered by the numbers of the whole; a group by looking for its others. */
static bool ask(const Arrivals *arrivals, Str group, size_t newcomers, SeatAnswer *answer, Error *error)
{
    const Whole *whole = &arrivals->whole;
    SeatQueue queue;
    if (whole->phase == SEAT_DRAW_CLOSED) {
        *answer = SEAT_ANSWER_WAIT; /* places are those of the draw, until it is made */
        return true;
    }
    if (group.len == 0) {
        bool fits = seat_free(whole->capacity, whole->count.taken) >= (int64_t)newcomers;
        *answer = fits ? SEAT_ANSWER_PLACE : SEAT_ANSWER_WAIT;
        return true;
    }
    if (!read_queue(arrivals, &queue, error))
        return false;
    *answer = seat_queue_ask(&queue, whole->capacity, group, newcomers);
    return true;
}

static void give_standing(Arrivals *arrivals, Arrival *arrival, SeatStanding standing)
{
    const CitySeats *seats = &arrivals->whole.type->seats;
    Str state = standing == SEAT_WAITING   ? seats->waiting
                : standing == SEAT_DRAWING ? seats->drawing
                                           : arrivals->whole.type->starts;
    arrival->row->values[CITY_COLUMN_STATE] = value_text(state);
    arrival->is_placed = true;
    arrival->standing = standing;
    arrivals->whole.count.waiting += standing == SEAT_WAITING;
    arrivals->whole.count.taken += standing == SEAT_ACCEPTED;
}

static bool take_part(Arrivals *arrivals, Arrival *arrival, Error *error)
{
    Whole *whole = &arrivals->whole;
    give_standing(arrivals, arrival, SEAT_DRAWING);
    return seat_draw_begin(whole->work, whole->type, whole->about, &whole->draw, error);
}

/* The unit of the i-th arrival: itself and those of its group behind it. */
static bool place_unit(Arrivals *arrivals, size_t i, RecordFaultKind *fault, Error *error)
{
    const CityRecordType *type = arrivals->whole.type;
    Str group = arrivals->at[i].group;
    size_t newcomers = 1;
    SeatAnswer answer;
    if (arrivals->whole.phase == SEAT_DRAW_OPEN)
        return take_part(arrivals, &arrivals->at[i], error);
    for (size_t j = i + 1; group.len > 0 && j < arrivals->count; j++)
        newcomers += str_equal(arrivals->at[j].group, group);
    if (!ask(arrivals, group, newcomers, &answer, error))
        return false;
    if (answer == SEAT_ANSWER_GROUP_FULL)
        *fault = RECORD_FAULT_GROUP_FULL;
    else if (answer == SEAT_ANSWER_WAIT && type->seats.when_full == CITY_WHEN_FULL_REFUSE)
        *fault = RECORD_FAULT_FULL;
    for (size_t j = i; j < arrivals->count; j++)
        if (j == i || (group.len > 0 && str_equal(arrivals->at[j].group, group)))
            give_standing(
                arrivals, &arrivals->at[j], answer == SEAT_ANSWER_WAIT ? SEAT_WAITING : SEAT_ACCEPTED);
    return true;
}

static bool place_arrivals(Arrivals *arrivals, RecordFaultKind *fault, size_t *item, Error *error)
{
    for (size_t i = 0; i < arrivals->count; i++) {
        if (arrivals->at[i].is_placed)
            continue;
        if (!place_unit(arrivals, i, fault, error))
            return false;
        *item = arrivals->at[i].item;
        if (*fault != RECORD_FAULT_KIND_COUNT)
            return true;
    }
    return write_count(&arrivals->whole, error);
}

bool seats_place(Work *work, const CityRecordType *type, Row *const *rows, size_t count,
    RecordFaultKind *fault, size_t *item, Error *error)
{
    *fault = RECORD_FAULT_KIND_COUNT;
    *item = 0;
    for (size_t i = 0; i < count; i++)
        rows[i]->values[CITY_COLUMN_RECEIPT] = value_missing();
    for (size_t i = 0; i < count && *fault == RECORD_FAULT_KIND_COUNT; i++) {
        Arrivals arrivals;
        if (!value_is_missing(row_value(rows[i], CITY_COLUMN_RECEIPT)))
            continue;
        if (!gather(&arrivals, work, type, rows, count, i, error) ||
            !place_arrivals(&arrivals, fault, item, error))
            return false;
    }
    return true;
}

/* --- places that get free ------------------------------------------------------------------------ */

static bool is_saved(const Whole *whole, int64_t id)
{
    for (size_t i = 0; i < whole->work->saved.len; i++)
        if (whole->work->saved.at[i].id == id && whole->work->saved.at[i].type == whole->type)
            return true;
    return false;
}

/* Whether an application that this closure wrote is of a split unit. A unit may have been split before, by
 * another declaration of what is together: that keeps nobody else from anything. */
static bool tears_apart(const Whole *whole, const SeatQueue *queue)
{
    if (!seat_queue_split(queue))
        return false;
    for (size_t i = 0; i < queue->row_count; i++) {
        const SeatUnit *unit = &queue->units[queue->rows[i].unit];
        if (unit->taken > 0 && unit->waiting > 0 && is_saved(whole, queue->rows[i].id))
            return true;
    }
    return false;
}

/* A change that no rule of places allows: the closure ends with it. */
static bool check_change(const Whole *whole, const SeatQueue *queue, Error *error)
{
    bool takes_more = queue->taken > whole->count.taken;
    if (tears_apart(whole, queue))
        return error_set(error, ERROR_DENIED,
            "this would tear a group apart: some of it would have places and others wait");
    if (takes_more && !value_is_missing(whole->capacity) && queue->taken > whole->capacity.integer)
        return error_set(error, ERROR_DENIED, "there is no place left: %lld of %lld are taken",
            (long long)whole->count.taken, (long long)whole->capacity.integer);
    return true;
}

/* Saves a live application in another state. */
static bool move(const Whole *whole, int64_t id, Str state, Value answer_by, Error *error)
{
    static const WorkWhy why = {"seats", STR_LITERAL(""), STR_LITERAL("")};
    Work *work = whole->work;
    const Row *before = sight_row(&work->sight, whole->type, id);
    if (!sight_ok(&work->sight, error))
        return false;
    assert(before && "a live application is a row");
    Row *after = row_copy(before, work->arena);
    if (!after)
        return error_memory(error);
    after->values[CITY_COLUMN_STATE] = value_text(state);
    after->values[CITY_COLUMN_ANSWER_BY] = answer_by;
    return work_save(work, whole->type, before, after, &why, error);
}

static bool offer_places(Whole *whole, SeatQueue *queue, size_t *moved, Error *error)
{
    const CitySeats *seats = &whole->type->seats;
    const bool *offered;
    int64_t until = date_to_days(whole->work->asking->clock.today) + seats->offer_days;
    if (!seat_queue_offer(queue, whole->capacity, &offered, error))
        return false;
    for (size_t i = 0; i < queue->row_count; i++) {
        if (!offered[i])
            continue;
        if (!move(whole, queue->rows[i].id, seats->offered, value_date(until), error))
            return false;
        queue->waiting--, queue->taken++, queue->offered++;
        ++*moved;
    }
    return true;
}

static bool settle(Whole *whole, size_t *moved, Error *error)
{
    Work *work = whole->work;
    SeatQueue queue;
    if (!seat_queue_read(work->door, work->conn, work->arena, whole->type, whole->about, &queue, error) ||
        !check_change(whole, &queue, error))
        return false;
    if (whole->phase == SEAT_DRAW_NONE && !offer_places(whole, &queue, moved, error))
        return false;
    whole->count = (SeatCount){.receipts = whole->count.receipts,
        .taken = queue.taken,
        .offered = queue.offered,
        .waiting = queue.waiting};
    return write_count(whole, error);
}

bool seats_settle(Work *work, const CityRecordType *type, int64_t about, Error *error)
{
    Whole whole;
    size_t moved = 0;
    return open_whole(&whole, work, type, about, error) && settle(&whole, &moved, error);
}

/* --- draws --------------------------------------------------------------------------------------- */

/* In the order of their turns, units that fit have places. */
static bool give_drawn(Whole *whole, const SeatRow *rows, size_t count, size_t *done, Error *error)
{
    const CitySeats *seats = &whole->type->seats;
    int64_t free = seat_free(whole->capacity, whole->count.taken);
    Str otherwise = seats->when_full == CITY_WHEN_FULL_REFUSE ? seats->not_drawn : seats->waiting;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && rows[end].turn == rows[i].turn;)
            end++;
        bool fits = (int64_t)(end - i) <= free;
        free -= fits ? (int64_t)(end - i) : 0;
        for (size_t k = i; k < end; k++, ++*done)
            if (!move(whole, rows[k].id, fits ? whole->type->starts : otherwise, value_missing(), error))
                return false;
    }
    return true;
}

static bool draw_whole(Work *work, const CityRecordType *type, int64_t about, size_t *done, Error *error)
{
    Whole whole;
    SeatRows rows;
    SeatTurns turns;
    if (!open_whole(&whole, work, type, about, error) ||
        !seat_drawing_read(work->door, work->conn, work->arena, type, about, &rows, error) ||
        !seat_draw_make(work, type, about, rows.at, rows.len, error) ||
        !seat_turns_read(work->conn, work->arena, type, about, &turns, error))
        return false;
    seat_rows_order(rows.at, rows.len, &turns);
    whole.phase = SEAT_DRAW_NONE;
    return give_drawn(&whole, rows.at, rows.len, done, error) && settle(&whole, done, error);
}

bool seats_draw(Work *work, const CityRecordType *type, size_t *done, Error *error)
{
    SeatAbouts abouts;
    if (!seat_draws_due(work, type, &abouts, error))
        return false;
    for (size_t i = 0; i < abouts.len; i++)
        if (!draw_whole(work, type, abouts.at[i], done, error))
            return false;
    return true;
}

/* --- offers that lapse --------------------------------------------------------------------------- */

static bool lapse_whole(Work *work, const CityRecordType *type, int64_t about, size_t *done, Error *error)
{
    Whole whole;
    SeatQueue queue;
    int64_t today = date_to_days(work->asking->clock.today);
    if (!open_whole(&whole, work, type, about, error) ||
        !seat_queue_read(work->door, work->conn, work->arena, type, about, &queue, error))
        return false;
    for (size_t i = 0; i < queue.row_count; i++) {
        const SeatRow *row = &queue.rows[i];
        bool is_over = row->standing == SEAT_OFFERED && !value_is_missing(row->answer_by) &&
                       row->answer_by.integer < today;
        if (!is_over)
            continue;
        if (!move(&whole, row->id, type->seats.lapses_to, value_missing(), error))
            return false;
        ++*done;
    }
    return settle(&whole, done, error);
}

/* Wholes in which offers stand or somebody waits. */
static bool read_unsettled(Work *work, const CityRecordType *type, SeatAbouts *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(work->conn, &stmt, error,
            "select about_id from seat_counter where type_table = ?1 and (offered > 0 or waiting > 0) "
            "order by about_id",
            value_text(type->table)))
        return false;
    while (db_next(stmt, error)) {
        int64_t *about = VEC_PUSH(work->arena, out);
        if (!about)
            return error_memory(error);
        *about = db_integer(stmt, 0);
    }
    return !db_broken(stmt);
}

bool seats_lapse(Work *work, const CityRecordType *type, size_t *done, Error *error)
{
    SeatAbouts abouts = {0};
    if (!read_unsettled(work, type, &abouts, error))
        return false;
    for (size_t i = 0; i < abouts.len; i++)
        if (!lapse_whole(work, type, abouts.at[i], done, error))
            return false;
    return true;
}
