/* record/verify_seats.c: places are given as the rules of seat_queue_internal.h say.
 *
 * For each record that applications with places are about: receipt numbers are each given once, the counter
 * is what the live applications are, no group is split, nobody waits who would fit, and no more places are
 * taken than there ever were: a capacity that was lowered below what was taken is nobody's fault.
 */
#include "city/set.h"
#include "record/seat_draw_internal.h"
#include "record/verify_internal.h"

enum { SEEN_ID, SEEN_RECEIPT, SEEN_STATE, SEEN_CAPACITY, SEEN_TOGETHER, SEEN_COLUMNS };

typedef struct Seats {
    Verification *verification;
    const CityRecordType *type;
    const DbPrinted *rows;   /* all applications about ?1, by receipt */
    bool has_capacity;       /* the capacity can be asked of a set */
    const RowColumn *source; /* the column of the whole that is its capacity as it stands; NULL: a formula */
} Seats;

/* Applications about one record. */
typedef struct SeenWhole {
    int64_t about;
    SeatCount count; /* as kept */
    VEC_OF(SeatRow) live;
    int64_t last, rows; /* the last receipt, how many applications */
    int64_t drawing;    /* applications that take part in a draw that is not made yet */
    SeatDraw draw;
    bool repeats; /* a receipt is missing, or was given twice */
    Value capacity;
} SeenWhole;

/* --- what is asked ------------------------------------------------------------------------------- */

/* session.capacity, and nothing more: then its earlier values stand in history. */
static const RowColumn *plain_source(const CityRecordType *type)
{
    const FormulaPath *const *paths;
    if (!type->seats.capacity || !type->about || formula_paths(type->seats.capacity, &paths) != 1)
        return NULL;
    const FormulaPath *path = paths[0];
    bool is_plain = path->count == 2 && path->fields[0]->column == CITY_COLUMN_ABOUT &&
                    str_equal(path->text, str_trim(formula_text(type->seats.capacity)));
    return is_plain ? &type->about->shape.columns[path->fields[1]->column] : NULL;
}

static bool print_rows(Seats *seats, Error *error)
{
    Verification *verification = seats->verification;
    const CityRecordType *type = seats->type;
    Arena *arena = verification->scratch;
    CitySet set;
    Error refused;
    city_set_init(&set, arena, verification->city, type);
    const DbTree *capacity = NULL;
    seats->source = plain_source(type);
    seats->has_capacity =
        type->seats.capacity && city_set_tree(&set, type->seats.capacity, &capacity, &refused);
    const DbTree *receipt = city_set_column(&set, CITY_COLUMN_RECEIPT);
    ptrdiff_t together = type->seats.together;
    const DbTree *columns[SEEN_COLUMNS] = {
        [SEEN_ID] = city_set_column(&set, CITY_COLUMN_ID),
        [SEEN_RECEIPT] = receipt,
        [SEEN_STATE] = city_set_column(&set, CITY_COLUMN_STATE),
        [SEEN_CAPACITY] = seats->has_capacity ? capacity : receipt,
        [SEEN_TOGETHER] = together < 0 ? receipt : city_set_column(&set, type->fields.at[together].column),
    };
    const DbTree *order[] = {receipt, columns[SEEN_ID]};
    DbSelect select = {.columns = columns,
        .column_count = COUNT_OF(columns),
        .where = db_tree_call(arena, DB_EQUAL, city_set_column(&set, CITY_COLUMN_ABOUT),
            db_tree_given(arena, 0, VALUE_REFERENCE)),
        .order = order,
        .order_count = COUNT_OF(order)};
    city_set_select(&set, &select);
    return db_print_select(verification->db, verification->arena, &select, &seats->rows, error);
}

/* --- reading ------------------------------------------------------------------------------------- */

static bool take_row(const Seats *seats, SeenWhole *whole, DbStmt *stmt, Error *error)
{
    const CityRecordType *type = seats->type;
    Arena *arena = seats->verification->scratch;
    int64_t receipt = db_integer(stmt, SEEN_RECEIPT);
    SeatStanding standing;
    whole->repeats = whole->repeats || receipt <= whole->last;
    whole->last = receipt;
    whole->rows++;
    whole->capacity = seats->has_capacity && !db_is_missing(stmt, SEEN_CAPACITY)
                          ? value_integer(db_integer(stmt, SEEN_CAPACITY))
                          : value_missing();
    if (!seat_standing(type, db_text(stmt, SEEN_STATE), &standing))
        return true;
    if (standing == SEAT_DRAWING) {
        whole->drawing++;
        return true;
    }
    SeatRow *row = VEC_PUSH(arena, &whole->live);
    if (!row)
        return error_memory(error);
    *row = (SeatRow){.id = db_integer(stmt, SEEN_ID),
        .receipt = receipt,
        .turn = seat_turn_of_receipt(type, receipt),
        .standing = standing};
    if (type->seats.together >= 0 && !db_is_missing(stmt, SEEN_TOGETHER))
        row->group = seat_group(arena, type, value_text(db_text(stmt, SEEN_TOGETHER)));
    return true;
}

static bool read_whole(const Seats *seats, SeenWhole *whole, Error *error)
{
    const Value about = value_reference(whole->about);
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query_printed(seats->verification->conn, &stmt, error, seats->rows, &about, 1))
        return false;
    while (db_next(stmt, error))
        if (!take_row(seats, whole, stmt, error))
            return false;
    return !db_broken(stmt) && (!arena_failed(seats->verification->scratch) || error_memory(error));
}

/* The most places there ever were, by the history of the whole: *known is false where it does not tell. */
static bool read_most_places(const Seats *seats, int64_t about, int64_t *most, bool *known, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    *known = seats->source != NULL;
    if (!*known)
        return true;
    Verification *verification = seats->verification;
    Str history;
    if (!city_history_table(
            verification->conn, verification->scratch, seats->type->about->table, &history, error) ||
        !db_query(seats->verification->conn, &stmt, error,
            "select v.after_number, v.field, coalesce(h.declaration_id, 0) from history h "
            "join history_value v on v.history_id = h.id where h.table_name = ?1 and h.row_id = ?2",
            value_text(history), value_integer(about)))
        return false;
    while (db_next(stmt, error)) {
        Str now = city_lineage_column(&verification->lineage, db_integer(stmt, 2), history, db_text(stmt, 1));
        if (!str_equal(now, seats->source->name))
            continue;
        int64_t places = db_integer(stmt, 0);
        *known = *known && !db_is_missing(stmt, 0);
        *most = places > *most ? places : *most;
    }
    return !db_broken(stmt);
}

/* --- checking ------------------------------------------------------------------------------------ */

static Str name_of(const Seats *seats, const SeenWhole *whole)
{
    const CityRecordType *type = seats->type;
    return verify_row_name(seats->verification->scratch, type->about ? type->about : type, whole->about);
}

static bool check_count(const Seats *seats, const SeenWhole *whole, const SeatQueue *queue, Error *error)
{
    const SeatCount *count = &whole->count;
    Str name = name_of(seats, whole);
    if ((whole->repeats || whole->last > count->receipts) &&
        !verify_problem(seats->verification, error, VERIFY_SEATS,
            "%.*s: receipt numbers of '%.*s' are missing, given twice, or above the last one given",
            STR_ARGS(name), STR_ARGS(seats->type->name)))
        return false;
    if (count->taken == queue->taken && count->offered == queue->offered && count->waiting == queue->waiting)
        return true;
    return verify_problem(seats->verification, error, VERIFY_SEATS,
        "%.*s: its counter says %lld taken, %lld offered, %lld waiting; there are %lld, %lld, %lld",
        STR_ARGS(name), (long long)count->taken, (long long)count->offered, (long long)count->waiting,
        (long long)queue->taken, (long long)queue->offered, (long long)queue->waiting);
}

static bool check_taken(const Seats *seats, const SeenWhole *whole, const SeatQueue *queue, Error *error)
{
    bool known = false;
    int64_t most = 0;
    if (seat_free(whole->capacity, 0) >= queue->taken)
        return true;
    if (!read_most_places(seats, whole->about, &most, &known, error))
        return false;
    if (!known || queue->taken <= most)
        return true;
    return verify_problem(seats->verification, error, VERIFY_SEATS,
        "%.*s: %lld places are taken, and there never were more than %lld", STR_ARGS(name_of(seats, whole)),
        (long long)queue->taken, (long long)most);
}

static bool check_queue(const Seats *seats, const SeenWhole *whole, const SeatQueue *queue, Error *error)
{
    const SeatUnit *split = seat_queue_split(queue);
    const SeatUnit *forgotten = seat_queue_forgotten(queue, whole->capacity);
    Str name = name_of(seats, whole);
    if (split && !verify_problem(seats->verification, error, VERIFY_SEATS,
                     "%.*s: the group of receipt %lld is split: %zu have places, %zu wait", STR_ARGS(name),
                     (long long)split->first, split->taken, split->waiting))
        return false;
    bool awaits_draw = whole->draw.is_there && !whole->draw.is_drawn;
    if (!seats->has_capacity || !forgotten || awaits_draw)
        return true;
    return verify_problem(seats->verification, error, VERIFY_SEATS,
        "%.*s: receipt %lld waits with %zu, and there are places for them", STR_ARGS(name),
        (long long)forgotten->first, forgotten->waiting);
}

/* The tickets in the order of their turns: each turn's is the next one, and none comes twice. */
static bool name_drawn(Arena *arena, const SeatTurns *turns, Str *names, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < turns->len; i++) {
        const SeatTurn *at = &turns->at[i];
        bool is_known = at->turn >= 1 && at->turn <= (int64_t)turns->len;
        if (!is_known || at->ticket > at->receipt)
            return false;
        Str *name = &names[at->turn - 1];
        Str ticket = arena_printf(arena, "%lld", (long long)at->ticket);
        if (name->len > 0 && !str_equal(*name, ticket))
            return false;
        *count += name->len == 0;
        *name = ticket;
    }
    for (size_t i = 0; i < *count; i++)
        if (names[i].len == 0)
            return false;
    return true;
}

/* The draw anew, from its secret, its words and its tickets. */
static bool check_draw(const Seats *seats, const SeenWhole *whole, const SeatTurns *turns, Error *error)
{
    Arena *arena = seats->verification->scratch;
    Str *names = arena_array(arena, turns->len, sizeof(*names));
    size_t *order = arena_array(arena, turns->len, sizeof(*order)), count = 0;
    if (!names || !order)
        return error_memory(error);
    bool holds = whole->draw.is_drawn ? whole->drawing == 0 : turns->len == 0;
    holds = holds && (whole->drawing == 0 || whole->draw.is_there) && name_drawn(arena, turns, names, &count);
    LotteryBytes key = seat_draw_key(&whole->draw);
    if (holds && !lottery_order(arena, &key, names, count, order, error))
        return false;
    for (size_t i = 0; holds && i < count; i++)
        holds = order[i] == i;
    return holds || verify_problem(seats->verification, error, VERIFY_SEATS,
                        "%.*s: the turns of its draw do not come out of its secret, words and tickets",
                        STR_ARGS(name_of(seats, whole)));
}

static bool check_whole(const Seats *seats, SeenWhole *whole, Error *error)
{
    SeatQueue queue;
    SeatTurns turns;
    Verification *verification = seats->verification;
    if (!read_whole(seats, whole, error) ||
        !seat_draw_read(
            verification->conn, verification->scratch, seats->type, whole->about, &whole->draw, error) ||
        !seat_turns_read(verification->conn, verification->scratch, seats->type, whole->about, &turns, error))
        return false;
    seat_rows_order(whole->live.at, whole->live.len, &turns);
    return check_draw(seats, whole, &turns, error) &&
           seat_queue_init(&queue, seats->verification->scratch, whole->live.at, whole->live.len, error) &&
           check_count(seats, whole, &queue, error) && check_queue(seats, whole, &queue, error) &&
           (!seats->has_capacity || check_taken(seats, whole, &queue, error));
}

/* --- all wholes ---------------------------------------------------------------------------------- */

typedef VEC_OF(SeenWhole) SeenWholes;

static bool read_wholes(const Seats *seats, int64_t above, SeenWholes *out, Error *error)
{
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_query(seats->verification->conn, &stmt, error,
            "select about_id, receipts, taken, offered, waiting from seat_counter "
            "where type_table = ?1 and about_id > ?2 order by about_id limit ?3",
            value_text(seats->type->table), value_integer(above), value_integer(VERIFY_SLICE)))
        return false;
    while (db_next(stmt, error)) {
        SeenWhole *whole = VEC_PUSH(seats->verification->scratch, out);
        if (!whole)
            return error_memory(error);
        whole->about = db_integer(stmt, 0);
        whole->count =
            (SeatCount){db_integer(stmt, 1), db_integer(stmt, 2), db_integer(stmt, 3), db_integer(stmt, 4)};
    }
    return !db_broken(stmt);
}

/* Applications about something that has no counter were not looked at. */
static bool check_strays(const Seats *seats, int64_t seen, Error *error)
{
    Verification *verification = seats->verification;
    const DbPrinted *printed = NULL;
    const DbSelect select = {.table = seats->type->table, .grouped = true};
    CLEANUP(db_done) DbStmt *stmt = NULL;
    if (!db_print_select(verification->db, verification->scratch, &select, &printed, error) ||
        !db_query_printed(verification->conn, &stmt, error, printed, NULL, 0) || !db_next(stmt, error))
        return false;
    if (db_integer(stmt, 0) == seen)
        return true;
    return verify_problem(verification, error, VERIFY_SEATS,
        "%lld applications of '%.*s' are about something that has no counter of places",
        (long long)(db_integer(stmt, 0) - seen), STR_ARGS(seats->type->table));
}

static bool check_type(Verification *verification, const CityRecordType *type, Error *error)
{
    Seats seats = {.verification = verification, .type = type};
    int64_t above = 0, seen = 0;
    if (!type->has_seats)
        return true;
    arena_clear(verification->scratch);
    if (!print_rows(&seats, error))
        return false;
    for (;;) {
        SeenWholes wholes = {0};
        arena_clear(verification->scratch);
        if (!read_wholes(&seats, above, &wholes, error))
            return false;
        if (wholes.len == 0)
            return check_strays(&seats, seen, error);
        for (size_t i = 0; i < wholes.len; i++) {
            if (!check_whole(&seats, &wholes.at[i], error))
                return false;
            seen += wholes.at[i].rows;
        }
        above = wholes.at[wholes.len - 1].about;
    }
}

bool verify_seats(Verification *verification, Error *error)
{
    return verify_each_type(verification, check_type, error);
}
